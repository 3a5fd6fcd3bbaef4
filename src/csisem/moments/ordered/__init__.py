"""Moments of ordered items: thresholds, polychoric and polyserial correlations, and their covariance."""
