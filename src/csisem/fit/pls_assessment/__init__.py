"""Assessment of PLS fits: prediction, invariance of composites, groups compared."""
