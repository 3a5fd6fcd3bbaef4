"""Notes on blocks: items that look reversed, or repeat others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.diagnose.measurement.alpha import cronbach, item_total
from csisem.display.sentences import Sentence, sentence
from csisem.display.wording import Plain
from csisem.moments.correlations import correlations_of
from csisem.moments.dependence import Combination, closest_combination, exact_combinations

# Correlation with the rest of the block from which an item measures the same thing (Nunnally and Bernstein 1994).
RELATED = 0.2
# Standard errors of a correlation by which it must differ from zero before an item is said to look reversed.
_SURE = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Keying:
    """Items of a block that run against the others.

    Attributes
    ----------
    reversed
        Positions of the items that look reversed: of two sides the smaller, or the second of two as large.
    other
        Positions of the other items, if there are as many; then either side may be the one that is reversed.
    turned
        Alpha of the block with these items reversed.
    """

    reversed: IntArray
    other: IntArray
    turned: float


def keying(cov: FloatArray, n: int) -> Keying | None:
    """Find the items, by their covariances (p, p) over n rows, that run against the others; None if none does.

    An item's side is the sign of its loading on the first principal component, as in R's psych. It looks reversed if
    its correlation with the rest of the block, all turned to one side, is at least 0.2 and twice its standard error.
    """
    p = len(cov)
    if p < 2:
        return None
    # Rounded, so that signs do not hang on the last digit.
    first = np.linalg.eigh(correlations_of(cov))[1][:, -1].round(9)
    above = first > 0 if (first > 0).sum() * 2 > p or (2 * (first > 0).sum() == p and first[0] > 0) else first < 0
    sides = np.where(above, 1.0, -1.0)
    turned = cov * np.outer(sides, sides)
    related = item_total(turned) >= max(RELATED, _SURE / np.sqrt(n))
    against = np.flatnonzero(~above & related)
    if not against.size:
        return None
    tied = 2 * int(above.sum()) == p
    return Keying(against, np.flatnonzero(above & related) if tied else np.zeros(0, np.intp), float(cronbach(turned)))


def block_notes(
    name: str, items: tuple[str, ...], cov: FloatArray, n: int, group: object = None
) -> tuple[Sentence, ...]:
    """Notes on a block by the covariances (p, p) of its items over n rows; empty if there is nothing to say."""
    if len(items) < 2 or not (np.diagonal(cov) > 0).all():
        return ()
    where = " x ".join(map(str, group)) if isinstance(group, tuple) else None if group is None else str(group)
    return (*_keying_notes(name, items, cov, n, where), *_repeats(name, items, cov, n, where))


def _keying_notes(
    name: str, items: tuple[str, ...], cov: FloatArray, n: int, group: str | None
) -> tuple[Sentence, ...]:
    alpha, found = float(cronbach(cov)), keying(cov, n)
    fields: dict[str, Plain] = {"block": name, "group": group, "alpha": alpha}
    if found is None:
        return (sentence("measurement.negative_alpha", **fields),) if alpha < 0 else ()
    against = [items[k] for k in found.reversed]
    if found.other.size:
        others = [items[k] for k in found.other]
        return (sentence("measurement.opposed", **fields, items=against, others=others, turned=found.turned),)
    return (sentence("measurement.reversed", **fields, items=against, turned=found.turned),)


def _repeats(name: str, items: tuple[str, ...], cov: FloatArray, n: int, group: str | None) -> tuple[Sentence, ...]:
    # So few rows lie in a plane whatever was asked.
    if n <= len(items):
        return ()
    found: tuple[Combination, ...] = exact_combinations(cov, items)
    if not found:
        near = closest_combination(cov, items)
        found = () if near is None else (near,)
    return tuple(
        sentence("measurement.repeats", block=name, group=group, equation=one.equation, explained=one.explained)
        for one in found
    )
