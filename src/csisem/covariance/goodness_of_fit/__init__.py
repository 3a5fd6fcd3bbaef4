"""Scaled tests, fit measures, and the baseline and saturated models."""
