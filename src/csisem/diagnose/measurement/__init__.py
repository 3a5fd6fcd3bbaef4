"""Reliability and validity of measurement."""
