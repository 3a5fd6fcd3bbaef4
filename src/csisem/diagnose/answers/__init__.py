"""Quality, distributions, correlations and population estimates of answers."""
