"""Estimation by composites: PLS and PLSc, on arrays."""
