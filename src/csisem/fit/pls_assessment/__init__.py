"""Assessment of PLS path models: prediction, invariance, group comparison."""
