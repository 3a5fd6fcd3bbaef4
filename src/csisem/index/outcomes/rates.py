"""Rates with confidence intervals."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from csisem.arrays import pd
from csisem.errors import DataError, shown
from csisem.inference.intervals import wilson
from csisem.inference.simultaneous import bonferroni_critical
from csisem.option_checks import check_share
from csisem.options import ShareInterval, validate
from csisem.survey.named_numbers import is_figures, number


def rates(
    counts: Mapping[str, tuple[float, float]], *, interval: ShareInterval = "wilson", level: float = 0.95
) -> pd.DataFrame:
    """Compute rates such as repeat purchase or complaints, with intervals for a simple random sample.

    Parameters
    ----------
    counts
        From the name of a rate to ``(count, base)``: those who speak well of the firm of those asked
        (reputation), who ask for it by name of those who buy (designation), who bought again, goods sold of goods
        offered, who complained.
    interval
        ``"wilson"`` (1927, Journal of the American Statistical Association 22, 209-212), which stays within 0-1 and has
        width at 0 and 1, or ``"wald"``.
    level
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        ``rate, count, base, share, se, ci_lower, ci_upper``, shares between 0 and 1.

    Raises
    ------
    DataError
        If a rate is not a pair of numbers, a base is not above zero, or a count is negative or above its base.
    OptionError
        If ``interval`` is unknown, or ``level`` is not between 0 and 1.

    See Also
    --------
    csisem.diagnose.means : Mean of a 0-1 column under a sampling design.
    csisem.index.top_box : Shares of top boxes under a sampling design.

    Examples
    --------
    >>> cs.index.outcomes.rates({"bought again": (276, 597), "complained": (0, 50)}).round(3)
               rate  count   base  share    se  ci_lower  ci_upper
    0  bought again  276.0  597.0  0.462  0.02     0.423     0.502
    1    complained    0.0   50.0  0.000  0.00     0.000     0.071
    """
    interval = validate("interval", interval, ShareInterval)
    check_share("level", level)
    rows = []
    if not is_figures(counts):
        raise DataError(f"Rates must be a mapping from name to (count, base), not {shown(counts)}.")
    for name, pair in counts.items():
        if isinstance(pair, str) or not isinstance(pair, Collection) or len(pair) != 2:
            raise DataError(f"The rate {shown(name)} is {shown(pair)}, not a pair (count, base).")
        count, base = (number(one, f"The count or base of the rate {name!r}") for one in pair)
        if not 0 < base < np.inf or not 0 <= count <= base:
            raise DataError(f"The rate {name!r} is {count:g} of {base:g}; a count lies between 0 and its base.")
        share = count / base
        se = (share * (1 - share) / base) ** 0.5
        rows.append((name, count, base, share, se))
    frame = pd.DataFrame(rows, columns=["rate", "count", "base", "share", "se"])
    value, error, of = (frame[column].to_numpy(dtype=np.float64) for column in ("share", "se", "base"))
    z = bonferroni_critical(1, level)
    lower, upper = wilson(value, error**2, of, z) if interval == "wilson" else (value - z * error, value + z * error)
    return frame.assign(ci_lower=lower, ci_upper=upper)
