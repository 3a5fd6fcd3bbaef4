"""Kernels over rows: casewise scores, fourth moments, influence, factor scores."""
