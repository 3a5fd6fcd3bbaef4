"""Estimation by covariance structure, from moments."""
