"""Structural after measurement: blocks of constructs, then the paths between them."""
