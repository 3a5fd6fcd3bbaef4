"""Indices of firms aggregated to industries and the nation."""
