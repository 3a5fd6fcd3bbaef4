"""Indices of many samples, and their standard errors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.index.construct.weight_sources import WeightSource, source_of
from csisem.monte_carlo.sampled_estimates import derivatives

_ONE: IntArray = np.zeros(1, dtype=np.intp)
# Samples whose derivatives are computed at a time.
_AT_ONCE = 16


@dataclass(frozen=True, slots=True, eq=False)
class SampledIndices:
    """The 0-100 indices of k constructs.

    Attributes
    ----------
    source
        The item weights as functions of the parameters.
    lows
        Lowest answers, (p,).
    """

    source: WeightSource
    lows: FloatArray

    @classmethod
    def of(cls, solution: CovarianceSolution, lows: FloatArray, highs: FloatArray) -> SampledIndices:
        """Indices of a model with the bounds (p,) of its items."""
        return cls(source_of(solution, highs - lows, "model"), lows)

    def values(self, theta: FloatArray, mean: FloatArray) -> FloatArray:
        """Indices (R, k) at parameters (R, q) and means of the items (R, p)."""
        return self.source.weigh(theta).at((mean - self.lows)[:, None], _ONE)[:, 0]

    def slopes(self, theta: FloatArray, mean: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Derivatives by the parameters (R, k, q) and by the means (R, k, p)."""
        above, places = mean - self.lows, [slice(k, k + _AT_ONCE) for k in range(0, len(theta), _AT_ONCE)]
        parts = [derivatives(partial(self._above, above[some]), theta[some]) for some in places]
        return np.concatenate(parts), self.source.weigh(theta).coefficients[:, 0]

    def _above(self, above: FloatArray, theta: FloatArray) -> FloatArray:
        """Indices (R, q, k) at parameters (R, q, q), for means (R, p) above the lowest answers."""
        return self.source.weigh(theta).at(above[:, None, None], _ONE)[..., 0, :]
