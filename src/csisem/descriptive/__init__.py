"""Survey statistics under a sampling design, without a model."""
