"""Fits of ordered items: their solution, and how it is read from the rows."""
