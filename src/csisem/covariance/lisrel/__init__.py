"""LISREL's matrices, from free parameters to implied moments."""
