"""Answers drawn from the population a model describes."""
