"""Sample sizes for structural equation models: power of the RMSEA tests, and of a path under PLS."""

from __future__ import annotations

from numbers import Real

from scipy.special import chndtr, chndtrix, ndtri

from csisem.errors import OptionError
from csisem.sampling.arguments import count, share, up

# No survey of customers is larger.
_MOST = 100_000_000


def size_sem(
    df: int,
    *,
    null: float = 0.05,
    alternative: float = 0.08,
    power: float = 0.8,
    alpha: float = 0.05,
) -> int:
    """Return the smallest sample in which the RMSEA test of a covariance structure has a given power.

    Parameters
    ----------
    df
        Degrees of freedom of the model, ``fit.fit_measures()["df"]``.
    null
        RMSEA under the null hypothesis: 0.05 tests close fit, 0 exact fit.
    alternative
        RMSEA that the test must find. Above ``null``: the null hypothesis of close fit must be rejected; below it: that
        of not-close fit.
    power, alpha
        Probabilities of rejecting it there, and under the null hypothesis.

    Returns
    -------
    int
        Rows.

    Raises
    ------
    OptionError
        A number is not what its name says, both RMSEA are equal, or 100 million rows would not do.

    Notes
    -----
    Noncentrality ``(N - 1) df RMSEA^2`` (MacCallum, Browne and Sugawara 1996, Psychological Methods 1, 130-149).
    """
    power = share("power", power)
    if power <= share("alpha", alpha):
        raise OptionError(f"power={power:g} is had without any answer at alpha={alpha:g}.")
    low, high = 2, 4
    while power_sem(df, high, null=null, alternative=alternative, alpha=alpha) < power:
        low, high = high, 2 * high
        if high > _MOST:
            raise OptionError(f"RMSEA {null:g} and {alternative:g} are so near that {_MOST:,} rows would not tell them "
                              "apart.")  # fmt: skip
    while high - low > 1:
        middle = (low + high) // 2
        enough = power_sem(df, middle, null=null, alternative=alternative, alpha=alpha) >= power
        low, high = (low, middle) if enough else (middle, high)
    return high


def power_sem(df: int, n: int, *, null: float = 0.05, alternative: float = 0.08, alpha: float = 0.05) -> float:
    """Return the power of the RMSEA test of a covariance structure in a sample of n rows.

    Parameters are those of `size_sem`.

    Raises
    ------
    OptionError
        A number is not what its name says, or both RMSEA are equal.
    """
    df, n = count("df", df), count("n", n, 2)
    for name, rmsea in (("null", null), ("alternative", alternative)):
        if not isinstance(rmsea, Real) or isinstance(rmsea, bool) or not 0 <= rmsea < 1:
            raise OptionError(f"{name}={rmsea!r} is no RMSEA, which is at least 0 and below 1.")
    if null == alternative:
        raise OptionError(f"null and alternative are both {null:g}; no sample tells them apart.")
    alpha = share("alpha", alpha)
    at_null, at_alternative = ((n - 1) * df * rmsea**2 for rmsea in (null, alternative))
    if alternative > null:
        return float(1 - chndtr(chndtrix(1 - alpha, df, at_null), df, at_alternative))
    return float(chndtr(chndtrix(alpha, df, at_null), df, at_alternative))


def size_pls(beta: float, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """Return the smallest sample in which a PLS path is found, by the inverse square root method.

    Parameters
    ----------
    beta
        Size of the smallest standardised path that must not be missed.
    power, alpha
        Of a one-sided test.

    Returns
    -------
    int
        ``((z_alpha + z_power) / |beta|)^2``, rounded up (Kock and Hadaya 2018, Information Systems Journal 28,
        227-261). Ten times the number of arrows into a construct, an older rule, knows neither the paths' size nor
        power.

    Raises
    ------
    OptionError
        A number is not what its name says.
    """
    if not isinstance(beta, Real) or isinstance(beta, bool) or not 0 < abs(beta) < 1:
        raise OptionError(f"beta={beta!r} is no standardised path, whose size lies between 0 and 1.")
    z = ndtri(1 - share("alpha", alpha)) + ndtri(share("power", power))
    if z <= 0:
        raise OptionError(f"power={power!r} is had without any answer at alpha={alpha!r}.")
    return up(float((z / beta) ** 2))
