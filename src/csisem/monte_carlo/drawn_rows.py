"""Answers of many samples of a population."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from csisem.arrays import FloatArray
from csisem.inference.resample import ReplicateBlock
from csisem.specification.simulation.response_scales import Margins, on_scale
from csisem.survey.scale import Scale

# Most answers held at a time.
_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class DrawnRows:
    """Answers to p items, as `Model.simulate` draws them.

    Attributes
    ----------
    n
        Rows of a sample.
    factor
        Cholesky factor (p, p) of the correlations of normal deviates.
    margins
        The items' marginal distributions.
    mean, sd
        Of continuous responses, (p,).
    scales
        The scale of each item, None for a continuous one.
    """

    n: int
    factor: FloatArray
    margins: Margins
    mean: FloatArray
    sd: FloatArray
    scales: tuple[Scale | None, ...]

    def parts(self, block: ReplicateBlock) -> Iterator[FloatArray]:
        """Answers of a block of samples (R, n, p), some samples after others where they are large."""
        random, p = np.random.default_rng(block.seed), len(self.mean)
        step = max(1, _AT_ONCE // (self.n * p))
        for first in range(0, block.count, step):
            count = min(step, block.count - first)
            deviates = random.standard_normal((count * self.n, p)) @ self.factor.T
            answers = self.mean + self.sd * self.margins.bend(deviates)
            for i, scale in enumerate(self.scales):
                if scale is not None:
                    answers[:, i] = _read(on_scale(answers[:, i], scale), scale)
            yield answers.reshape(count, self.n, p)

    def means(self) -> FloatArray:
        """Means (p,) of the answers on their scales: the sums of the chances that they exceed each step."""
        found = self.mean.copy()
        sigma, k, s = self.margins.sigma, self.margins.spread, self.margins.sign
        for i, scale in enumerate(self.scales):
            if scale is None:
                continue
            steps = np.arange(int(scale.high - scale.low)) + 0.5 + scale.low
            x = (steps - self.mean[i]) / self.sd[i]
            if k[i]:
                inside = np.maximum(1 + s[i] * k[i] * x, np.finfo(np.float64).tiny)
                x = s[i] * (np.log(inside) + sigma[i] ** 2 / 2) / sigma[i]
            found[i] = scale.low + ndtr(-x).sum()
        return found


def _read(recorded: FloatArray, scale: Scale) -> FloatArray:
    """Answers as they are read, reverse-coded ones turned."""
    return recorded if scale.turn is None else scale.turn - recorded
