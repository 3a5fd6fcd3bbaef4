"""Indices of a tree of indicators."""
