"""Measurement programmes: from the diagnosis to the results of each round."""
