"""Samples drawn from a model's population, fitted as one batch."""
