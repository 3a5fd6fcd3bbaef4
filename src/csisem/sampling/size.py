"""Sample sizes for a given margin of error or a difference that must not be missed."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from csisem.errors import OptionError
from csisem.options import AllocationMethod, validate
from csisem.sampling.allocation import Strata, shares
from csisem.sampling.arguments import count, effect, positive, share, up

if TYPE_CHECKING:
    import pandas as pd

# An index of 0-100 spreads no further than half its answers at either end.
_WIDEST = 50.0


def size_mean(
    sd: float,
    *,
    margin: float,
    confidence: float = 0.95,
    population: float | None = None,
    deff: float = 1.0,
    response: float = 1.0,
) -> int:
    """Return how many to ask for a mean that is known within a margin of error.

    Parameters
    ----------
    sd
        Standard deviation of the answers, in their own unit.
    margin
        Half the length of the interval, in the same unit.
    confidence
        Of the interval, between 0 and 1.
    population
        Customers in all; None: many more than are asked.
    deff
        Design effect (`deff_clusters`, `deff_weights`).
    response
        Share of those asked who answer.

    Returns
    -------
    int
        ``n0 = deff (z sd / margin)^2``, then ``n0 / (1 + n0 / N)``, over the response rate, rounded up (Cochran 1977,
        Sampling Techniques, 4.7).

    Raises
    ------
    OptionError
        A number is not what its name says.
    """
    n0 = effect(deff) * (_z(confidence) * positive("sd", sd) / positive("margin", margin)) ** 2
    return _asked(_finite(n0, population), response)


def size_proportion(
    p: float = 0.5,
    *,
    margin: float,
    confidence: float = 0.95,
    population: float | None = None,
    deff: float = 1.0,
    response: float = 1.0,
) -> int:
    """Return how many to ask for a proportion that is known within a margin of error.

    Parameters
    ----------
    p
        The proportion that is expected; 0.5, where nothing is known, needs most answers.
    margin
        Half the length of the interval, as a share: 0.05 for 5 points of a hundred.
    confidence, population, deff, response
        As for `size_mean`.

    Returns
    -------
    int
        ``n0 = deff z^2 p (1 - p) / margin^2``, then ``n0 / (1 + (n0 - 1) / N)``, over the response rate, rounded up
        (Cochran 1977, 4.4).

    Raises
    ------
    OptionError
        A number is not what its name says.
    """
    p = share("p", p)
    n0 = effect(deff) * _z(confidence) ** 2 * p * (1 - p) / share("margin", margin) ** 2
    return _asked(_finite(n0, population, less=1.0), response)


def size_index(
    sd: float | None = None,
    *,
    margin: float,
    pilot: tuple[float, int] | None = None,
    confidence: float = 0.95,
    population: float | None = None,
    deff: float = 1.0,
    response: float = 1.0,
) -> int:
    """Return how many to ask for a 0-100 index that is known within a margin of error.

    Parameters
    ----------
    sd
        Standard deviation of a customer's index, in points.
    margin
        Half the length of the interval, in points.
    pilot
        Instead of ``sd``: standard error and number of rows of an index that is known, as `cs.csi` gives them. What
        weights, clusters and the model's estimated weights did to that error is expected to happen again.
    confidence, population, deff, response
        As for `size_mean`.

    Raises
    ------
    OptionError
        A number is not what its name says, or ``sd`` and ``pilot`` are both given, or neither.
    """
    if (sd is None) == (pilot is None):
        raise OptionError("Give either sd=, the standard deviation of a customer's index, or pilot=(se, n).")
    if pilot is not None:
        se, n = pilot
        spread = positive("pilot's standard error", se) * float(np.sqrt(count("pilot's n", n, 2)))
    elif (spread := positive("sd", sd)) > _WIDEST:
        raise OptionError(f"sd={sd!r} is wider than an index of 0-100 can spread ({_WIDEST:g}).")
    if positive("margin", margin) >= _WIDEST:
        raise OptionError(f"margin={margin!r} points leave the index anywhere between 0 and 100.")
    return size_mean(
        spread, margin=margin, confidence=confidence, population=population, deff=deff, response=response
    )  # fmt: skip


def size_difference(
    sd: float | tuple[float, float],
    *,
    difference: float,
    power: float = 0.8,
    alpha: float = 0.05,
    sides: int = 2,
    ratio: float = 1.0,
    correlation: float | None = None,
    deff: float = 1.0,
    response: float = 1.0,
) -> tuple[int, int]:
    """Return how many to ask in each of two groups, or waves, so that a difference of means or indices is not missed.

    Parameters
    ----------
    sd
        Standard deviation of the answers: of both groups, or one for each.
    difference
        The smallest difference that matters, in the same unit.
    power
        Probability of finding it.
    alpha
        Probability of finding one where there is none.
    sides
        1 or 2: whether only one direction matters.
    ratio
        Size of the second group over that of the first.
    correlation
        Between the answers of the same customers asked twice (a panel); None: other customers.
    deff, response
        As for `size_mean`.

    Returns
    -------
    tuple of int
        First and second group. ``n1 = deff (z_alpha + z_power)^2 (s1^2 + s2^2 / ratio - 2 r s1 s2) / difference^2``.

    Raises
    ------
    OptionError
        A number is not what its name says, or a panel's waves differ in size.
    """
    both = sd if isinstance(sd, tuple) else (sd, sd)
    if len(both) != 2:
        raise OptionError(f"sd={sd!r} is not one number, or one for each of two groups.")
    first, second = (positive("sd", one) for one in both)
    ratio = positive("ratio", ratio)
    spread = first**2 + second**2 / ratio
    if correlation is not None:
        if ratio != 1:
            raise OptionError(f"ratio={ratio:g}: the same customers asked twice (correlation=) are equally many.")
        if not isinstance(correlation, Real) or not -1 < correlation < 1:
            raise OptionError(f"correlation={correlation!r} is not between -1 and 1.")
        spread -= 2 * correlation * first * second
    n = effect(deff) * _z_test(power, alpha, sides) ** 2 * spread / positive("difference", difference) ** 2
    return _asked(n, response), _asked(n * ratio, response)


def size_difference_proportions(
    p1: float,
    p2: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    sides: int = 2,
    ratio: float = 1.0,
    deff: float = 1.0,
    response: float = 1.0,
) -> tuple[int, int]:
    """Return how many to ask in each of two groups so that a difference of two proportions is not missed.

    Parameters
    ----------
    p1, p2
        The proportions to tell apart.
    power, alpha, sides, ratio, deff, response
        As for `size_difference`.

    Returns
    -------
    tuple of int
        First and second group; each proportion brings its own variance, ``p (1 - p)``.

    Raises
    ------
    OptionError
        A number is not what its name says, or both proportions are the same.
    """
    p1, p2 = share("p1", p1), share("p2", p2)
    if p1 == p2:
        raise OptionError(f"p1 and p2 are both {p1:g}; no sample tells them apart.")
    sd = (float(np.sqrt(p1 * (1 - p1))), float(np.sqrt(p2 * (1 - p2))))
    return size_difference(
        sd, difference=abs(p1 - p2), power=power, alpha=alpha, sides=sides, ratio=ratio, deff=deff, response=response
    )  # fmt: skip


def size_strata(
    sizes: Mapping[object, float] | pd.Series,
    sds: float | Mapping[object, float] | pd.Series,
    *,
    margin: float,
    method: AllocationMethod = "neyman",
    costs: Mapping[object, float] | pd.Series | None = None,
    confidence: float = 0.95,
    deff: float = 1.0,
    response: float = 1.0,
) -> int:
    """Return how many to ask in all strata together for a mean of the population within a margin of error.

    Parameters
    ----------
    sizes
        Customers in each stratum.
    sds
        Standard deviation of the answers within each stratum, or of all.
    margin, confidence, deff, response
        As for `size_mean`.
    method, costs
        How they will be allocated, as for `allocate`.

    Returns
    -------
    int
        ``n = sum(W^2 S^2 / a) / (V + sum(W S^2) / N)``, a the strata's shares of the sample, ``V = (margin / z)^2``
        (Cochran 1977, 5.9); `allocate` shares it out.

    Raises
    ------
    OptionError
        A number is not what its name says, or a stratum lacks one.
    """
    chosen = validate("method", method, AllocationMethod)
    strata = Strata.of(sizes, sds, costs)
    a = shares(chosen, strata)
    part = strata.size / strata.size.sum()
    sd = strata.sd if strata.sd is not None else np.zeros(len(part))
    if not sd.any():
        raise OptionError("sds= are all zero, so that a single answer would do.")
    v = (positive("margin", margin) / _z(confidence)) ** 2 / effect(deff)
    # A stratum without spread adds nothing, also where nobody is drawn in it.
    used = sd > 0
    spread = part[used] ** 2 * sd[used] ** 2 / a[used]
    return _asked(float(spread.sum() / (v + (part * sd**2).sum() / strata.size.sum())), response)


def _z(confidence: float) -> float:
    return float(ndtri((1 + share("confidence", confidence)) / 2))


def _z_test(power: float, alpha: float, sides: int) -> float:
    if not isinstance(sides, int) or sides not in (1, 2):
        raise OptionError(f"sides={sides!r} is neither 1 nor 2.")
    z = ndtri(1 - share("alpha", alpha) / sides) + ndtri(share("power", power))
    if z <= 0:
        raise OptionError(f"power={power!r} is had without any answer at alpha={alpha!r}.")
    return float(z)


def _finite(n0: float, population: float | None, less: float = 0.0) -> float:
    """Sample size in a population of N: ``n0 / (1 + (n0 - less) / N)``."""
    if population is None:
        return n0
    return n0 / (1 + (n0 - less) / count("population", population))


def _asked(n: float, response: float) -> int:
    """Return how many to ask, one at least, so that n answer."""
    return max(up(n / share("response", response, whole=True)), 1)
