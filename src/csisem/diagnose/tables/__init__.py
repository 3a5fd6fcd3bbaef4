"""Frequencies and cross tables."""
