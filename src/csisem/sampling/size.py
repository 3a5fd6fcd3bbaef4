"""Sample sizes for a margin of error or a smallest difference."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtri

from csisem.arrays import pd
from csisem.errors import OptionError, shown
from csisem.option_checks import real
from csisem.options import AllocationMethod, validate
from csisem.sampling.allocation import Strata, shares
from csisem.sampling.arguments import count, positive, power_quantile, share, up

# The standard deviation of a 0-100 index is largest with half of the customers at either end.
_WIDEST = 50.0


def size_mean(
    sd: float,
    *,
    margin: float,
    level: float = 0.95,
    population: float | None = None,
    deff: float = 1.0,
    response_rate: float = 1.0,
) -> int:
    """Sample size for a mean with a given margin of error.

    Parameters
    ----------
    sd
        Standard deviation of the answers, in their own unit.
    margin
        Half the length of the confidence interval, in the same unit.
    level
        Confidence level of the interval.
    population
        Number of customers; None: many more than the sample.
    deff
        Design effect (`deff_clusters`, `deff_weights`).
    response_rate
        Response rate, above 0 and at most 1.

    Returns
    -------
    int
        Number of customers to ask.

    Raises
    ------
    OptionError
        If a number is outside its range.

    See Also
    --------
    size_proportion, size_index, size_strata, size_difference

    Notes
    -----
    ``n0 = deff (z sd / margin)^2``, then ``n0 / (1 + n0 / N)``, over the response rate, rounded up (Cochran 1977,
    Sampling Techniques, 4.7).

    Examples
    --------
    >>> cs.sampling.size_mean(2.1, margin=0.2)
    424
    >>> cs.sampling.size_mean(2.1, margin=0.2, population=2000, response_rate=0.4)
    874
    """
    n0 = positive("deff", deff) * (_z(level) * positive("sd", sd) / positive("margin", margin)) ** 2
    return _asked(_finite(n0, population), response_rate)


def size_proportion(
    p: float = 0.5,
    *,
    margin: float,
    level: float = 0.95,
    population: float | None = None,
    deff: float = 1.0,
    response_rate: float = 1.0,
) -> int:
    """Sample size for a proportion with a given margin of error.

    Parameters
    ----------
    p
        Expected proportion. 0.5 needs the largest sample; use it where nothing is known.
    margin
        Half the length of the confidence interval, as a proportion: 0.05 for five percentage points.
    level, population, deff, response_rate
        As in `size_mean`.

    Returns
    -------
    int
        Number of customers to ask.

    Raises
    ------
    OptionError
        If a number is outside its range.

    See Also
    --------
    size_mean, size_difference_proportions

    Notes
    -----
    ``n0 = deff z^2 p (1 - p) / margin^2``, then ``n0 / (1 + (n0 - 1) / N)``, over the response rate, rounded up
    (Cochran 1977, 4.4).

    Examples
    --------
    >>> cs.sampling.size_proportion(margin=0.05)
    385
    >>> cs.sampling.size_proportion(0.2, margin=0.05, population=2000)
    220
    """
    p = share("p", p)
    n0 = positive("deff", deff) * _z(level) ** 2 * p * (1 - p) / share("margin", margin) ** 2
    return _asked(_finite(n0, population, less=1.0), response_rate)


def size_index(
    sd: float | None = None,
    *,
    margin: float,
    pilot: tuple[float, int] | None = None,
    level: float = 0.95,
    population: float | None = None,
    deff: float = 1.0,
    response_rate: float = 1.0,
) -> int:
    """Sample size for a 0-100 index with a given margin of error.

    Parameters
    ----------
    sd
        Standard deviation of a customer's index, in points.
    margin
        Half the length of the confidence interval, in points.
    pilot
        Instead of ``sd``: standard error and number of rows of a known index, as `cs.csi` gives them. The effects of
        weights, clusters and the model's estimated weights on that standard error are assumed to be the same again.
    level, population, deff, response_rate
        As in `size_mean`.

    Returns
    -------
    int
        Number of customers to ask, by the formula of `size_mean`.

    Raises
    ------
    OptionError
        If a number is outside its range, or if ``sd`` and ``pilot`` are both given or both missing.

    See Also
    --------
    size_mean, size_difference

    Examples
    --------
    >>> cs.sampling.size_index(20, margin=2)
    385
    >>> cs.sampling.size_index(margin=2, pilot=(0.9, 250))
    195
    """
    if (sd is None) == (pilot is None):
        raise OptionError("Give either sd=, the standard deviation of a customer's index, or pilot=(se, n).")
    if pilot is not None:
        if not isinstance(pilot, tuple | list) or len(pilot) != 2:
            raise OptionError(f"pilot={shown(pilot)} is not a pair (se, n) of an index.")
        spread = positive("pilot's standard error", pilot[0]) * count("pilot's n", pilot[1], 2) ** 0.5
    elif (spread := positive("sd", sd)) > _WIDEST:
        raise OptionError(f"sd={sd!r} is wider than an index of 0-100 can spread ({_WIDEST:g}).")
    if positive("margin", margin) >= _WIDEST:
        raise OptionError(f"margin={margin!r} must be below {_WIDEST:g} points.")
    return size_mean(spread, margin=margin, level=level, population=population, deff=deff, response_rate=response_rate)


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
    response_rate: float = 1.0,
) -> tuple[int, int]:
    """Sample sizes of two groups or waves for a difference of means or indices.

    Parameters
    ----------
    sd
        Standard deviation of the answers, of both groups or one for each.
    difference
        Smallest difference to detect, in the same unit.
    power
        Probability of detecting it.
    alpha
        Significance level of the test.
    sides
        1 or 2: one-sided or two-sided test.
    ratio
        Size of the second group over that of the first.
    correlation
        Between the answers of the same customers asked twice (a panel); None: independent samples.
    deff, response_rate
        As in `size_mean`.

    Returns
    -------
    tuple of int
        Numbers of customers to ask in the first and in the second group.

    Raises
    ------
    OptionError
        If a number is outside its range, or if the two waves of a panel differ in size.

    See Also
    --------
    size_difference_proportions, size_mean

    Notes
    -----
    ``n1 = deff (z_alpha + z_power)^2 (s1^2 + s2^2 / ratio - 2 r s1 s2) / difference^2``.

    Examples
    --------
    >>> cs.sampling.size_difference(20, difference=3)
    (698, 698)
    >>> cs.sampling.size_difference(20, difference=3, correlation=0.5)
    (349, 349)
    """
    both = sd if isinstance(sd, tuple) else (sd, sd)
    if len(both) != 2:
        raise OptionError(f"sd={shown(sd)} is not one number, or one for each of two groups.")
    first, second = (positive("sd", one) for one in both)
    ratio = positive("ratio", ratio)
    variance = first**2 + second**2 / ratio
    if correlation is not None:
        if ratio != 1:
            raise OptionError(f"ratio={ratio:g} must be 1 for the same customers asked twice (correlation=).")
        if not -1 < real(correlation) < 1:
            raise OptionError(f"correlation={shown(correlation)} is not between -1 and 1.")
        variance -= 2 * correlation * first * second
    if not isinstance(sides, int) or sides not in (1, 2):
        raise OptionError(f"sides={shown(sides)} is not 1 or 2.")
    z = power_quantile(power, alpha, sides)
    n = positive("deff", deff) * z**2 * variance / positive("difference", difference) ** 2
    return _asked(n, response_rate), _asked(n * ratio, response_rate)


def size_difference_proportions(
    p1: float,
    p2: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    sides: int = 2,
    ratio: float = 1.0,
    deff: float = 1.0,
    response_rate: float = 1.0,
) -> tuple[int, int]:
    """Sample sizes of two groups for a difference of proportions.

    Parameters
    ----------
    p1, p2
        The two proportions whose difference is to be detected.
    power, alpha, sides, ratio, deff, response_rate
        As in `size_difference`.

    Returns
    -------
    tuple of int
        Numbers of customers to ask in the first and in the second group.

    Raises
    ------
    OptionError
        If a number is outside its range, or if the proportions are equal.

    See Also
    --------
    size_difference, size_proportion

    Notes
    -----
    The formula of `size_difference` with the variance ``p (1 - p)`` of each proportion.

    Examples
    --------
    >>> cs.sampling.size_difference_proportions(0.5, 0.6)
    (385, 385)
    """
    p1, p2 = share("p1", p1), share("p2", p2)
    if p1 == p2:
        raise OptionError(f"p1 and p2 are both {p1:g}; no sample tells them apart.")
    sd = (float(np.sqrt(p1 * (1 - p1))), float(np.sqrt(p2 * (1 - p2))))
    return size_difference(
        sd, difference=abs(p1 - p2), power=power, alpha=alpha, sides=sides, ratio=ratio, deff=deff,
        response_rate=response_rate,
    )  # fmt: skip


def size_strata(
    sizes: Mapping[object, float] | pd.Series,
    sds: float | Mapping[object, float] | pd.Series,
    *,
    margin: float,
    method: AllocationMethod = "proportional",
    costs: Mapping[object, float] | pd.Series | None = None,
    level: float = 0.95,
    deff: float = 1.0,
    response_rate: float = 1.0,
) -> int:
    """Sample size of all strata together for the population mean with a given margin of error.

    Parameters
    ----------
    sizes
        Customers in each stratum, by label.
    sds
        Standard deviation of the answers within each stratum, or one for all.
    margin, level, deff, response_rate
        As in `size_mean`.
    method, costs
        Allocation to the strata, as in `allocate`, with the same default. Give `allocate` the same ones: a sample of
        this size that is allocated otherwise has another margin.

    Returns
    -------
    int
        Number of customers to ask; `allocate` distributes it.

    Raises
    ------
    OptionError
        If a number is outside its range or missing for a stratum.

    See Also
    --------
    allocate, size_mean

    Notes
    -----
    ``n = sum(W^2 S^2 / a) / (V + sum(W S^2) / N)`` with a the strata's shares of the sample and ``V = (margin / z)^2``
    (Cochran 1977, 5.9).

    Examples
    --------
    >>> sizes, sds = {"east": 40_000, "west": 20_000}, {"east": 18, "west": 25}
    >>> cs.sampling.size_strata(sizes, sds, margin=2)
    405
    >>> cs.sampling.size_strata(sizes, sds, margin=2, method="neyman")
    395
    """
    strata = Strata.of(sizes, sds, costs)
    a = shares(validate("method", method, AllocationMethod), strata)
    part = strata.size / strata.size.sum()
    sd = strata.sd if strata.sd is not None else np.zeros(len(part))
    if not sd.any():
        raise OptionError("sds= are all zero, so that a single answer would do.")
    inflated = _z(level) ** 2 * positive("deff", deff)
    # A stratum without spread adds nothing, also where nobody is drawn in it.
    used = sd > 0
    spread = part[used] ** 2 * sd[used] ** 2 / a[used]
    finite = inflated * (part * sd**2).sum() / strata.size.sum()
    return _asked(float(inflated * spread.sum() / (positive("margin", margin) ** 2 + finite)), response_rate)


def _z(level: float) -> float:
    return float(ndtri((1 + share("level", level)) / 2))


def _finite(n0: float, population: float | None, less: float = 0.0) -> float:
    """Sample size in a population of N: ``n0 / (1 + (n0 - less) / N)``."""
    if population is None:
        return n0
    return n0 / (1 + (n0 - less) / count("population", population))


def _asked(n: float, response_rate: float) -> int:
    """Return how many to ask, one at least, so that n answer."""
    return max(up(n / share("response_rate", response_rate, whole=True)), 1)
