"""Fit measures of covariance structures."""
