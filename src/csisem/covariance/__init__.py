"""Estimation of covariance structures from moments."""
