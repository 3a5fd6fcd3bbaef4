"""The 0-100 index and what it is made of."""
