"""Power and sample sizes of structural equation models and PLS paths."""

from __future__ import annotations

from scipy.special import chndtr, chndtrix

from csisem.errors import OptionError, shown
from csisem.option_checks import real
from csisem.sampling.arguments import LEAST, count, power_quantile, share, up

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
    """Smallest sample in which the RMSEA test of a covariance structure has a given power.

    Parameters
    ----------
    df
        Degrees of freedom of the model, ``fit.fit_measures()["df"]``.
    null
        RMSEA under the null hypothesis: 0.05 tests close fit, 0 exact fit.
    alternative
        RMSEA to detect. Above ``null`` the test rejects close fit, below it not-close fit.
    power
        Probability of rejecting the null hypothesis at the alternative.
    alpha
        Significance level.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    OptionError
        If a number is outside its range, if both RMSEA are equal, or if 100 million rows do not suffice.

    See Also
    --------
    power_sem, size_pls

    Notes
    -----
    Noncentrality ``(N - 1) df RMSEA^2`` (MacCallum, Browne and Sugawara 1996, Psychological Methods 1, 130-149).

    Examples
    --------
    >>> cs.sampling.size_sem(50)
    214
    >>> cs.sampling.size_sem(50, alternative=0.01, power=0.9)
    323
    """
    power = share("power", power)
    if power <= share("alpha", alpha):
        raise OptionError(f"power={power:g} must be above {alpha:g}, the rejection rate under the null hypothesis.")
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
    """Power of the RMSEA test of a covariance structure.

    Parameters
    ----------
    df
        Degrees of freedom of the model.
    n
        Number of rows.
    null, alternative, alpha
        As in `size_sem`.

    Returns
    -------
    float
        Probability of rejecting the null hypothesis.

    Raises
    ------
    OptionError
        If a number is outside its range, or if both RMSEA are equal.

    See Also
    --------
    size_sem

    Examples
    --------
    >>> round(cs.sampling.power_sem(50, 200), 2)
    0.77
    """
    df, n = count("df", df), count("n", n, 2)
    for name, rmsea in (("null", null), ("alternative", alternative)):
        if not 0 <= real(rmsea) < 1:
            raise OptionError(f"{name}={shown(rmsea)} is not an RMSEA, which is at least 0 and below 1.")
    if null == alternative:
        raise OptionError(f"null and alternative are both {null:g}; no sample tells them apart.")
    alpha = share("alpha", alpha)
    at_null, at_alternative = ((n - 1) * df * rmsea**2 for rmsea in (null, alternative))
    if alternative > null:
        return float(1 - chndtr(chndtrix(1 - alpha, df, at_null), df, at_alternative))
    return float(chndtr(chndtrix(alpha, df, at_null), df, at_alternative))


def size_pls(beta: float, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """Smallest sample in which a PLS path is significant, by the inverse square root method.

    Parameters
    ----------
    beta
        Smallest standardised path to detect.
    power
        Probability of detecting it.
    alpha
        Significance level of the one-sided test.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    OptionError
        If a number is outside its range.

    See Also
    --------
    size_sem

    Notes
    -----
    ``((z_alpha + z_power) / |beta|)^2``, rounded up (Kock and Hadaya 2018, Information Systems Journal 28, 227-261).
    An older rule, ten times the number of arrows into a construct, ignores the size of the paths and power.

    Examples
    --------
    >>> cs.sampling.size_pls(0.2)
    155
    """
    if not LEAST <= abs(real(beta)) < 1:
        raise OptionError(f"beta={shown(beta)} is not a standardised path, whose size lies between 0 and 1.")
    return up(float((power_quantile(power, alpha) / beta) ** 2))
