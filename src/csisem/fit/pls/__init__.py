"""Fits of PLS path models: estimates, missing answers, standard errors."""
