"""Scaled tests, fit measures and the models a model is compared with."""
