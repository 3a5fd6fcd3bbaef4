"""Standard errors and scaled tests of covariance structures."""
