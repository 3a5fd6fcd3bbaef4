"""What the answers say before and beside a model: means, totals and ratios of the population."""

from csisem.diagnose.estimates import means, ratios, totals

__all__ = ["means", "totals", "ratios"]
