"""Kernels over rows: scores, fourth moments, influence, factor scores."""
