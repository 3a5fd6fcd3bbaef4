"""The answers themselves: quality, distributions, correlations."""
