"""Estimation of models, and fits as results."""
