"""Refusal codes next to the scale, by the answers to other items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from csisem.arrays import FloatArray
from csisem.survey.isolated_values import Ends, Tally

MOST_ROWS = 10_000
"""Rows that are compared at most, at equal distances over the data."""

# Highest answers of common scales, and the codes that would adjoin each: an 8 beside 1 to 7 may be "don't know".
_CODES_ABOVE: Mapping[float, frozenset[float]] = {
    5.0: frozenset({6.0}),
    7.0: frozenset({8.0, 9.0}),
    10.0: frozenset({11.0}),
}
# Correlation of an item with the others below which they cannot tell what a code means.
_CORRELATED = 0.3
# Standard errors by which people with the code are more average than those with the last answer; fewer are enough
# where at least two other items of the survey end where this one would.
_FAR, _FAR_WITH_SIBLINGS = -4.0, -2.0
# ... and by which they are in one item, where all items with the code are far together.
_OWN = -1.0
# Answers at the end of the scale that make a mean.
_LEAST = 5


def adjacent(tallies: Sequence[Tally], values: FloatArray) -> list[Ends]:
    """Return how many of the lowest and highest values of each of p items are codes, from answers (p, n).

    People with a higher answer to one item give higher answers to the items that go with it. Those with a code do not:
    they answer the other items as the average person does.
    """
    found: list[Ends] = [(0, 0)] * len(tallies)
    standard = _standardised(values)
    departures = {
        (i, cut): _departure(values[i], _others(standard, i), tally.without(*cut), bool(cut[0]))
        for i, tally in enumerate(tallies)
        for cut in cuts(tally)
    }
    pooled = _pooled(tallies, departures)
    for (i, cut), (t, average) in departures.items():
        most = _FAR_WITH_SIBLINGS if _siblings(tallies, i, cut) > 1 else _FAR
        if average and found[i] == (0, 0) and (t < most or (t < _OWN and pooled[i, cut] < _FAR)):
            found[i] = cut
    return found


def _pooled(tallies: Sequence[Tally], departures: Mapping[tuple[int, Ends], tuple[float, bool]]) -> dict[
    tuple[int, Ends], float
]:  # fmt: skip
    """Departures, each with those of all items that have the same codes beside the same last answer (Stouffer)."""
    alike = {(i, cut): (cut, _end(tallies[i].without(*cut), cut)) for i, cut in departures}
    together: dict[tuple[Ends, float], list[float]] = {}
    for key, kind in alike.items():
        if departures[key][0]:
            together.setdefault(kind, []).append(departures[key][0])
    return {key: sum(own) / np.sqrt(len(own)) if (own := together.get(kind)) else 0.0 for key, kind in alike.items()}


def _end(tally: Tally, cut: Ends) -> float:
    return float(tally.values[0] if cut[0] else tally.values[-1])


def _siblings(tallies: Sequence[Tally], item: int, cut: Ends) -> int:
    """How many other items end where this one would without its codes."""
    end = _end(tallies[item].without(*cut), cut)
    return sum(other.whole and _end(other, cut) == end for j, other in enumerate(tallies) if j != item)


def cuts(tally: Tally) -> list[Ends]:
    """Ends that would leave a common scale of rating, with a known code beside it."""
    values = tally.values
    if not tally.whole or len(values) < 5 or values[-1] > 11:
        return []
    cuts = [
        (0, above)
        for above in (2, 1)
        if set(values[-above:].tolist()) <= _CODES_ABOVE.get(float(values[-above - 1]), frozenset())
    ]
    if values[1] - values[0] == 1 and (values[0] == -1 or values[0] == 0):
        cuts.append((1, 0))
    return [(below, above) for below, above in cuts if tally.without(below, above).n * 2 > tally.n]


def _others(standard: FloatArray, item: int) -> FloatArray:
    """The other items: the item's own row is all zeros while it is asked about."""
    others = standard.copy()
    others[item] = 0.0
    return others


def _departure(own: FloatArray, others: FloatArray, core: Tally, below: bool) -> tuple[float, bool]:
    """How far people with a code fall short of those with the last answer, in standard errors, 0 where unknown.

    And whether they are nearer to the average person than to those.
    """
    inside = (own >= core.values[0]) & (own <= core.values[-1])
    coded = ~inside & ~np.isnan(own)
    if not coded.any() or not inside.any():
        return 0.0, False
    score, correlation = _score(others, own, inside)
    last = _last(own, inside, below)
    if not correlation >= _CORRELATED or last.sum() < _LEAST:
        return 0.0, False
    sign = -1.0 if below else 1.0
    people, ends, middle = sign * score[coded], sign * score[last], float(sign * score[inside].mean())
    error = score[inside].std() * np.sqrt(1 / len(people) + 1 / len(ends))
    return float((people.mean() - ends.mean()) / error), bool(people.mean() - middle < (ends.mean() - middle) / 2)


def _last(own: FloatArray, inside: np.ndarray, below: bool) -> np.ndarray:
    """Rows with the answer at the end of the scale, and with the next ones until they are enough."""
    answers = np.unique(own[inside])
    for answer in answers if below else answers[::-1]:
        last: np.ndarray = inside & ((own <= answer) if below else (own >= answer))
        if last.sum() >= _LEAST:
            break
    return last


def _standardised(values: FloatArray) -> FloatArray:
    """Answers (p, n) less their mean over their standard deviation, blanks as the mean."""
    given = ~np.isnan(values)
    count = np.maximum(given.sum(axis=1), 1)
    mean = np.where(given, values, 0.0).sum(axis=1) / count
    centred = np.where(given, values - mean[:, None], 0.0)
    sd = np.sqrt((centred**2).sum(axis=1) / count)
    return np.asarray(centred / np.where(sd > 0, sd, 1.0)[:, None])


def _score(others: FloatArray, own: FloatArray, inside: np.ndarray) -> tuple[FloatArray, float]:
    """Answers to other items (p, n), weighed by their correlation with one, and the correlation of their sum (n,)."""
    x = np.where(inside, own - own[inside].mean(), 0.0)
    norm = np.sqrt((x**2).sum() * inside.sum())
    score = (others @ x / norm) @ others
    within = score[inside]
    spread = within.std()
    correlation = float(((within - within.mean()) @ x[inside]) / norm / spread) if spread > 0 else 0.0
    return score, correlation
