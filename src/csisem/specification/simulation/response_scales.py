"""Answers from normal deviates: skewness, response scales, missing answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import ModelError, OptionError, nearest, shown
from csisem.option_checks import LARGEST, real
from csisem.survey.scale import EVERY, Scale, ScaleOption, as_coding

Skew: TypeAlias = float | Mapping[str, float] | None
"""One skewness for every item, or a mapping from item to skewness in which ``"*"`` stands for all items not named."""


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """Marginal distributions of p items: shifted lognormals of mean 0 and variance 1, normal where the skewness is 0.

    An item is ``s (exp(s sigma z - sigma^2 / 2) - 1) / k`` of a normal deviate z, with ``k^2 = exp(sigma^2) - 1``: a
    member of the S_L family of Johnson (1949, Biometrika 36, 149-176), whose skewness is ``s (k^3 + 3 k)``. It
    increases with z, and its covariances with others of the family have a closed form.

    Attributes
    ----------
    spread
        k (p,), 0 for a normal item.
    sign
        s (p,), the direction of the longer tail.
    """

    spread: FloatArray
    sign: FloatArray

    @classmethod
    def of(cls, skewness: FloatArray) -> Margins:
        """Return the margins with the given skewness (p,): ``k^3 + 3 k`` is inverted by a hyperbolic sine."""
        spread = 2.0 * np.sinh(np.arcsinh(np.abs(skewness) / 2.0) / 3.0)
        # The square of so small a skewness would underflow.
        return cls(np.where(spread < 1e-8, 0.0, spread), np.where(skewness < 0, -1.0, 1.0))

    @property
    def sigma(self) -> FloatArray:
        """Standard deviations of the logarithms (p,)."""
        return np.sqrt(np.log1p(self.spread**2))

    def bend(self, z: FloatArray) -> FloatArray:
        """Return the items (n, p) of standard normal deviates (n, p), which may be overwritten."""
        bent = np.flatnonzero(self.spread)
        if bent.size:
            sign, sigma = self.sign[bent], self.sigma[bent]
            z[:, bent] = sign / self.spread[bent] * np.expm1(sign * sigma * z[:, bent] - sigma**2 / 2)
        return z

    def deviates(self, cov: FloatArray) -> FloatArray:
        """Return the covariances (p, p) of normal deviates that give the bent items ``cov``; nan if there are none.

        Two items of the family have the covariance ``s_i s_j (exp(s_i s_j sigma_i sigma_j r) - 1) / (k_i k_j)`` when
        their deviates have r. Vale and Maurelli (1983, Psychometrika 48, 465-471) correct the deviates in this way for
        Fleishman's polynomials.
        """
        bent = self.spread > 0
        k, sigma = np.where(bent, self.spread, 1.0), np.where(bent, self.sigma, 1.0)
        both = np.outer(bent, bent)
        ratio = np.outer(k / sigma, k / sigma)
        product = np.outer(self.sign * k, self.sign * k) * cov
        with np.errstate(invalid="ignore", divide="ignore"):
            curved = np.log1p(product) / np.outer(self.sign * sigma, self.sign * sigma)
        # The relation is linear if one of the two items is normal.
        return np.where(both, curved, ratio * cov)


def margins(skew: Skew, items: Sequence[str]) -> Margins:
    """Marginal distributions of the p items from ``skew=``."""
    by_item = {EVERY: skew} if not isinstance(skew, Mapping) else dict(skew)
    _check_items(by_item, items, "skew")
    for name, number in by_item.items():
        if number is not None and not is_number(number):
            where = "" if name == EVERY else f" for {name!r}"
            raise OptionError(
                f"skew={shown(number)}{where} is not a finite number; left-skewed answers have one below 0."
            )
    every = by_item.get(EVERY)
    return Margins.of(np.array([float(by_item.get(item, every) or 0.0) for item in items]))


def factors(corr: FloatArray, icc: float, shape: Margins, items: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Return Cholesky factors (p, p) of the deviates between and within clusters.

    Covariances of the bent items are ``icc * corr`` between clusters and ``corr`` in total.
    """
    total, between = shape.deviates(corr), shape.deviates(icc * corr)
    wrong = ~(np.abs(total) <= 1.0 + 1e-12)
    if wrong.any():
        i, j = np.argwhere(wrong)[0]
        raise ModelError(f"Items as skewed as skew= asks cannot correlate {corr[i, j]:.3g}, as {items[i]!r} and "
                         f"{items[j]!r} do; take skewness nearer 0, or name items in a mapping.")  # fmt: skip
    try:
        within = np.linalg.cholesky(total - between)
        among = np.linalg.cholesky(between) if icc else between
    except np.linalg.LinAlgError:
        raise ModelError("Items as skewed as skew= asks cannot have all these correlations together; take skewness "
                         "nearer 0.") from None  # fmt: skip
    return np.asarray(among, dtype=np.float64), np.asarray(within, dtype=np.float64)


def scales_of(scale: ScaleOption, items: Sequence[str]) -> tuple[Scale | None, ...]:
    """Scale of each item, None where answers stay continuous."""
    if isinstance(scale, Mapping):
        _check_items(scale, items, "scale")
    coding = as_coding(scale, (), (), (), {})
    return tuple(coding.scale_of(item) for item in items)


def centres(scales: Iterable[Scale | None]) -> FloatArray:
    """Midpoints (p,) of the scales, 0 without a scale."""
    return np.array([0.0 if scale is None else (scale.low + scale.high) / 2 for scale in scales])


def on_scale(responses: FloatArray, scale: Scale) -> FloatArray:
    """Nearest answers on the scale, in steps of 1 from its low end, as they are recorded."""
    steps = np.clip(np.rint(responses - scale.low), 0.0, math.floor(scale.high - scale.low))
    answers: FloatArray = scale.low + steps
    return answers if scale.turn is None else scale.turn - answers


def blank(answers: FloatArray, share: float, stream: np.random.Generator) -> None:
    """Replace a share of the answers (n, p), drawn completely at random, by NaN in place."""
    answers[stream.random(answers.shape) < share] = np.nan


def is_number(value: object) -> TypeGuard[float]:
    """Whether ``value`` is a finite number and not a bool."""
    return isinstance(value, int | float | np.integer | np.floating) and abs(real(value)) <= LARGEST


def _check_items(named: Iterable[str], items: Sequence[str], option: str) -> None:
    for name in named:
        if name != EVERY and name not in items:
            raise OptionError(
                f"{option}= names {name!r}, which is not an item of the model{nearest(str(name), items)}."
            )
