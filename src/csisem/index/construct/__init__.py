"""The 0-100 index of each construct and its standard error."""
