"""PLS path models as fits: the pipeline, its checks, errors, verdict and readings."""
