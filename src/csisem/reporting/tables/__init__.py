"""Tables for papers, from any result."""
