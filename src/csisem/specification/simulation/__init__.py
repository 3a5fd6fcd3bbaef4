"""Simulation of answers from a model."""
