"""What a model claims, before any data."""
