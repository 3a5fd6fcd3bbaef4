"""Files of answers: their encoding, shape, header and numbers."""
