"""Model specification, before any data."""
