"""Rows in batches, and the kernels that reduce them."""
