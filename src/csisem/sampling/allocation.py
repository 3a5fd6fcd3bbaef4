"""Allocation of a sample to strata."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.errors import OptionError, agree, listed, nearest, shown
from csisem.options import AllocationMethod, validate
from csisem.sampling.arguments import MOST, count
from csisem.sampling.class_labels import matched
from csisem.survey.named_numbers import is_figures
from csisem.survey.value_labels import by_label


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """H strata: labels, population sizes N_h (H,), standard deviations S_h and costs c_h of an answer (H,), or None."""

    labels: tuple[Hashable, ...]
    size: FloatArray
    sd: FloatArray | None
    cost: FloatArray | None

    @classmethod
    def of(cls, sizes: object, sds: object = None, costs: object = None) -> Strata:
        """Return strata from mappings by label, whose numbers are checked."""
        labels = tuple(_mapping("sizes", sizes))
        if not labels:
            raise OptionError("sizes= names no strata.")
        size = by_stratum("sizes=", sizes, labels, above=True)
        if sds is not None and not is_figures(sds):
            sds = dict.fromkeys(labels, sds)
        sd = None if sds is None else by_stratum("sds=", sds, labels)
        cost = None if costs is None else by_stratum("costs=", costs, labels, above=True)
        return cls(labels, size, sd, cost)


def allocate(
    n: int,
    sizes: Mapping[Any, float] | pd.Series,
    *,
    method: AllocationMethod = "proportional",
    sds: float | Mapping[Any, float] | pd.Series | None = None,
    costs: Mapping[Any, float] | pd.Series | None = None,
    minimum: int | Mapping[Any, int] = 2,
    maximum: int | Mapping[Any, int] | None = None,
) -> pd.DataFrame:
    """Allocate a sample to strata, in whole numbers that add up to it.

    Parameters
    ----------
    n
        Size of the whole sample.
    sizes
        Customers in each stratum, by label.
    method
        ``"proportional"``: to the sizes N; ``"equal"``; ``"neyman"``: to N S, with the smallest variance of the mean;
        ``"cost"``: to N S / sqrt(c), with the smallest variance for its cost.
    sds
        Standard deviations S within strata, for ``"neyman"`` and ``"cost"``.
    costs
        Cost c of one answer in each stratum, for ``"cost"``.
    minimum
        Smallest number in a stratum, for all or by stratum; a variance needs 2. A smaller stratum is taken whole.
    maximum
        Largest number in a stratum, for all or by stratum, besides the stratum's own size.

    Returns
    -------
    DataFrame
        By stratum: ``size, exact, n, fraction, weight``; ``exact`` is the optimal allocation within the bounds before
        rounding (by largest remainder), ``fraction`` is n/N, ``weight`` N/n.

    Raises
    ------
    OptionError
        If a stratum lacks a number, or if no allocation of n meets the bounds.

    See Also
    --------
    size_strata, draw

    Notes
    -----
    Neyman (1934, JRSS 97, 558-625), Cochran (1977, 5.5). With bounds the optimal allocation is the unbounded one,
    scaled and cut off at the bounds, for the scale at which it adds up to n.

    Examples
    --------
    >>> plan = cs.sampling.allocate(100, {"east": 4000, "west": 1000}, minimum=30)
    >>> plan[["size", "n", "weight"]].round(1)
             size   n  weight
    stratum
    east     4000  70    57.1
    west     1000  30    33.3
    """
    method = validate("method", method, AllocationMethod)
    if sds is not None and method not in ("neyman", "cost"):
        raise OptionError(f"sds= are not used by method={method!r}; 'neyman' and 'cost' use them.")
    strata = Strata.of(sizes, sds, costs)
    n = count("n", n)
    low, high = _bounds(strata, minimum, maximum)
    exact = _within(shares(method, strata), low, high, n)
    return _frame(strata, exact, _rounded(exact))


def shares(method: AllocationMethod, strata: Strata) -> FloatArray:
    """Shares (H,) of a sample by an allocation rule, before any bounds; they add up to 1."""
    measure = strata.size if method != "equal" else np.ones(len(strata.size))
    if method in ("neyman", "cost"):
        if strata.sd is None:
            raise OptionError(f"method={method!r} needs sds=, the standard deviations within strata.")
        measure = measure * strata.sd
    if method == "cost":
        if strata.cost is None:
            raise OptionError("method='cost' needs costs=, of one answer in each stratum.")
        measure = measure / np.sqrt(strata.cost)
    elif strata.cost is not None:
        raise OptionError(f"costs= are not used by method={method!r}; 'cost' uses them.")
    if not measure.any():
        raise OptionError("sds= are all zero, so that no stratum needs more answers than another.")
    return np.asarray(measure / measure.sum())


def by_stratum(name: str, values: object, labels: tuple[Hashable, ...], *, above: bool = False) -> FloatArray:
    """Return one finite number of at least 0, or ``above`` it, for each of H strata, (H,)."""
    given = matched(by_label(_mapping(name, values), labels), labels)
    missing, own = [label for label in labels if label not in given], frozenset(labels)
    stray = [label for label in given if label not in own]
    if missing or stray:
        lacks = f" has nothing for {listed(missing)}" if missing else ""
        near = nearest(str(stray[0]), map(str, missing or labels)) if len(stray) == 1 else ""
        what = agree(len(stray), "which is not a stratum", "which are not strata")
        names = f" names {listed(stray)}, {what}{near}" if stray else ""
        raise OptionError(f"{name}{lacks}{' and' if lacks and names else ''}{names}.")
    numbers = []
    for label in labels:
        try:
            number = float(cast("float", given[label]))
        except OverflowError:
            number = np.inf
        except (TypeError, ValueError):
            number = np.nan
        if number > MOST:
            raise OptionError(f"{name} is {number:g} for {shown(str(label))}, which is too large to compute with.")
        if not number >= 0 or (above and number == 0):
            least = "above zero" if above else "of at least 0"
            raise OptionError(f"{name} is {shown(given[label])} for {shown(str(label))}, not a number {least}.")
        numbers.append(number)
    return np.array(numbers)


def _mapping(name: str, values: object) -> dict[Hashable, object]:
    if not is_figures(values):
        raise OptionError(f"{name} is a mapping from stratum to number, or a Series, not {type(values).__name__!r}.")
    return dict(values.items())


def _bounds(strata: Strata, minimum: object, maximum: object) -> tuple[FloatArray, FloatArray]:
    def every(name: str, value: object) -> FloatArray:
        if is_figures(value):
            bounds = by_stratum(f"{name}=", value, strata.labels)
            if (bounds != np.floor(bounds)).any():
                raise OptionError(f"{name}= holds numbers that are not whole.")
            return bounds
        return np.full(len(strata.labels), float(count(name, value, 0)))

    size = np.floor(strata.size)
    high = size if maximum is None else np.minimum(every("maximum", maximum), size)
    low = np.minimum(every("minimum", minimum), size)
    if (crossed := np.flatnonzero(low > high)).size:
        raise OptionError(f"minimum= is above maximum= in stratum {str(strata.labels[crossed[0]])!r}.")
    return low, high


def _within(share: FloatArray, low: FloatArray, high: FloatArray, n: int) -> FloatArray:
    """Shares times the one scale at which they add up to n once cut off at their bounds, (H,)."""
    if n < low.sum():
        raise OptionError(f"n={n} is less than the {low.sum():.0f} that minimum= asks for in {len(low)} strata.")
    room = np.where(share > 0, high, low).sum()
    if n > room:
        idle = "" if room == high.sum() else " with a standard deviation above zero"
        raise OptionError(f"n={n} is more than the {room:.0f} that can be drawn in the strata{idle}.")
    used = share > 0
    ends = np.unique(np.concatenate([low[used] / share[used], high[used] / share[used]]))

    def bounded(scale: float) -> FloatArray:
        return np.asarray(np.clip(scale * share, low, high))

    def total(scale: float) -> float:
        return float(bounded(scale).sum())

    place = min(bisect_left(ends.tolist(), float(n), key=total), len(ends) - 1)
    right, above = ends[place], total(ends[place])
    if place == 0 or above == n:
        return bounded(right)
    # Between two ends the sum is linear in the scale.
    left, below = ends[place - 1], total(ends[place - 1])
    return bounded(left + (right - left) * (n - below) / (above - below))


def _rounded(exact: FloatArray) -> IntArray:
    """Whole numbers with the same sum: the largest remainders are rounded up, the first of equal ones first."""
    whole = np.floor(exact + 1e-9)
    remainder = np.round(exact - whole, 9)
    rest = round(float(exact.sum() - whole.sum()))
    whole[np.argsort(-remainder, kind="stable")[:rest]] += 1
    return whole.astype(np.intp)


def _frame(strata: Strata, exact: FloatArray, n: IntArray) -> pd.DataFrame:
    index = pd.Index(list(strata.labels), name="stratum", tupleize_cols=False)
    weight = np.divide(strata.size, n, out=np.full(len(n), np.nan), where=n > 0)
    columns = {"size": strata.size, "exact": exact, "n": n, "fraction": n / strata.size, "weight": weight}
    frame = pd.DataFrame(columns, index=index)
    return frame.astype({"size": np.int64}) if (strata.size == np.floor(strata.size)).all() else frame
