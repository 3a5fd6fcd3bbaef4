"""Fits of ordered items: solutions, and reading from the rows."""
