"""Sufficient statistics of the rows, which merge exactly."""

from csisem.moments.crossproducts import CrossProducts, Sums
from csisem.moments.moments import Moments

__all__ = ["CrossProducts", "Moments", "Sums"]
