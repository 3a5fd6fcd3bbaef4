"""Fits: the estimate, its verdict, and what is read off it."""
