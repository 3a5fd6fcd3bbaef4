"""Ordered items of a model and the scale of their latent responses."""

from __future__ import annotations

from dataclasses import dataclass

from csisem.options import Parameterization


@dataclass(frozen=True, slots=True)
class OrderedItems:
    """Ordered items, each a normal latent response that is cut at thresholds.

    Attributes
    ----------
    thresholds
        Names of the items and numbers of their thresholds, one fewer than their answers.
    parameterization
        What is one: the total variances of the latent responses, or their residual variances.
    """

    thresholds: tuple[tuple[str, int], ...]
    parameterization: Parameterization = "delta"

    @property
    def names(self) -> tuple[str, ...]:
        """The items."""
        return tuple(name for name, _ in self.thresholds)

    def among(self, observed: tuple[str, ...]) -> OrderedItems:
        """The same items in the order of the observed variables."""
        place = {name: i for i, name in enumerate(observed)}
        return OrderedItems(tuple(sorted(self.thresholds, key=lambda own: place[own[0]])), self.parameterization)
