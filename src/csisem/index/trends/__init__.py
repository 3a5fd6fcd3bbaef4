"""Indices over waves and panels."""
