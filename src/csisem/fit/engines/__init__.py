"""Other programs that fit the same model."""
