"""Fits compared: difference tests and information criteria."""
