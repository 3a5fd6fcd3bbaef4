"""Means and variances compared over strata."""
