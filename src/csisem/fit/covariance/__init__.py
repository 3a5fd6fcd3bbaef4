"""Fits of covariance structures: solution, scores, residuals, modification indices."""
