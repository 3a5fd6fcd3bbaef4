"""Comparison of nested models."""
