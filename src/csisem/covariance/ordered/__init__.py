"""Estimation from thresholds, polychoric and polyserial correlations."""
