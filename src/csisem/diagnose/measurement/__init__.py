"""Reliability and validity of the measurement."""
