"""Solutions by structural after measurement, and their standard errors."""
