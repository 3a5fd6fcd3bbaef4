"""Linear dependence among items, as equations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.moments.correlations import all_above, correlations_of

# Part of an item's variance that the others leave, below which it is a linear combination of theirs.
_NONE_LEFT = 1e-8
# R-squared of an item on the others from which it is nearly a combination of theirs (variance inflation 100).
NEARLY = 0.99
# Slopes below this part of the largest, per standard deviation, are rounding.
_NOTHING, _LITTLE = 1e-6, 0.1
# Slopes this near to a whole number, or to each other, are equal but for rounding.
_EQUAL = 1e-3


@dataclass(frozen=True, slots=True)
class Combination:
    """An item that is a linear combination of others.

    Attributes
    ----------
    item
        The item; empty where the combination of the others is constant.
    parts, slopes
        The other items and their slopes.
    explained
        R-squared of the item on the parts; 1 but for rounding if it is exact.
    """

    item: str
    parts: tuple[str, ...]
    slopes: tuple[float, ...]
    explained: float = 1.0

    @property
    def items(self) -> tuple[str, ...]:
        """All items of the equation."""
        return (*self.parts, self.item) if self.item else self.parts

    @property
    def equation(self) -> str:
        """The equation, such as ``'total' = 'a' + 'b' + 'c'``; constants that are added are left out."""
        slopes = np.array(self.slopes)
        count = len(slopes)
        if count > 1 and np.abs(count * slopes - 1).max() < _EQUAL:
            right = f"({_sum(self.parts, [1.0] * count)}) / {count}"
        else:
            right = _sum(self.parts, self.slopes)
        return f"{self.item!r} = {right}" if self.item else f"{right} = constant"


def _sum(parts: Sequence[str], slopes: Sequence[float]) -> str:
    """Items times slopes, added."""
    text = ""
    for part, slope in zip(parts, slopes, strict=True):
        size = abs(slope)
        whole = round(size)
        number = f"{whole}" if abs(size - whole) < _EQUAL else f"{size:.3g}"
        sign = (" - " if text else "-") if slope < 0 else (" + " if text else "")
        text += f"{sign}{'' if number == '1' else f'{number} '}{part!r}"
    return text


def exact_combinations(cov: FloatArray, items: Sequence[str]) -> tuple[Combination, ...]:
    """Items whose covariances (p, p) show that they are linear combinations of others; empty if there are none.

    Items are taken in order: each that the independent ones before it determine has an equation. A total is named as
    that of its parts, wherever it stands.
    """
    correlations, sd = correlations_of(cov), np.sqrt(np.diagonal(cov))
    free: list[int] = []
    found = []
    for j in range(len(items)):
        slopes = np.linalg.solve(correlations[np.ix_(free, free)], correlations[free, j])
        if 1 - slopes @ correlations[free, j] > _NONE_LEFT:
            free.append(j)
            continue
        inside = np.abs(slopes) > _NOTHING * np.abs(slopes).max()
        parts = [*np.array(free)[inside], j]
        found.append(_solved(np.array([*slopes[inside], -1.0]) / sd[parts], [items[k] for k in parts]))
    return tuple(found)


def _solved(weights: FloatArray, names: list[str]) -> Combination:
    """Solve ``weights @ items = constant`` for the total, which is the one with a sign of its own, or the last."""
    above = weights > 0
    count = len(names)
    if count > 2 and (above.all() or not above.any()):
        return Combination("", tuple(names), tuple((weights / weights[-1]).tolist()))
    alone = next((side for side in (above, ~above) if side.sum() == 1), None) if count > 2 else None
    place = count - 1 if alone is None else int(np.flatnonzero(alone)[0])
    rest = np.arange(count) != place
    return Combination(names[place], tuple(name for name, own in zip(names, rest, strict=True) if own),
                       tuple((-weights[rest] / weights[place]).tolist()))  # fmt: skip


def closest_combination(cov: FloatArray, items: Sequence[str], least: float = NEARLY) -> Combination | None:
    """The item that the others explain best, by nonsingular covariances (p, p); None if that is below ``least``."""
    if len(items) < 2:
        return None
    correlations, sd = correlations_of(cov), np.sqrt(np.diagonal(cov))
    # No inflation exceeds the inverse of the smallest eigenvalue.
    if least < 1 and all_above(1 - least, correlations):
        return None
    inverse = np.linalg.inv(correlations)
    inflation = np.diagonal(inverse)
    place = int(inflation.round(6).argmax())
    # A negative one is due to rounding of a matrix that is singular for all that the machine can tell.
    explained = 1 - 1 / inflation[place] if inflation[place] > 0 else 1.0
    if explained < least:
        return None
    slopes = -inverse[place] / inverse[place, place]
    slopes[place] = 0.0
    inside = np.flatnonzero(np.abs(slopes) > _LITTLE * np.abs(slopes).max())
    return Combination(items[place], tuple(items[k] for k in inside.tolist()),
                       tuple((slopes[inside] * sd[place] / sd[inside]).tolist()), float(explained))  # fmt: skip


def equations_of(cov: FloatArray, items: Sequence[str]) -> str:
    """The equations of items whose covariances (p, p) are singular, joined; they may be singular but for rounding."""
    exact = exact_combinations(cov, items)
    if not exact:
        near = closest_combination(cov, items, least=0.0)
        exact = (near,) if near is not None else ()
    return "; ".join(one.equation for one in exact)
