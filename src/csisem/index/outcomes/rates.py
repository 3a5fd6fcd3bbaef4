"""Rates: how many of how many, with an interval."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.errors import DataError, shown
from csisem.inference.intervals import wilson
from csisem.inference.simultaneous import bonferroni_critical
from csisem.options import ShareInterval, check_share, validate
from csisem.survey.named_numbers import is_figures, number

if TYPE_CHECKING:
    import pandas as pd


def rates(
    counts: Mapping[str, tuple[float, float]], *, method: ShareInterval = "wilson", level: float = 0.95
) -> pd.DataFrame:
    """Rates such as repeat purchase or complaints, with intervals of a simple random sample.

    Parameters
    ----------
    counts
        From the name of a rate to ``(how many, of how many)``: those who speak well of the firm of those asked
        (reputation), who ask for it by name of those who buy (designation), who bought again, goods sold of goods
        offered, who complained.
    method
        ``"wilson"`` (1927, Journal of the American Statistical Association 22, 209-212), which stays within 0-1 and has
        width at 0 and 1, or ``"wald"``.
    level
        Of the interval.

    Returns
    -------
    DataFrame
        ``rate, count, base, share, se, ci_lower, ci_upper``, shares between 0 and 1. Of a survey with a design take
        `diagnose.means` of a 0-1 column, or `top_box`.

    Raises
    ------
    DataError
        What is given is no pair of numbers, a base is not above zero, or a count is negative or above its base.
    OptionError
        A word, or a level that is not between 0 and 1.
    """
    import pandas as pd

    method = validate("method", method, ShareInterval)
    check_share("level", level)
    rows = []
    if not is_figures(counts):
        raise DataError(f"Rates go by name, each a pair (count, base), not {shown(counts)}.")
    for name, pair in counts.items():
        if isinstance(pair, str) or not isinstance(pair, Collection) or len(pair) != 2:
            raise DataError(f"The rate {name!r} is {shown(pair)}, not a pair (count, base).")
        count, base = (number(one, f"A number of the rate {name!r}") for one in pair)
        if not 0 < base < np.inf or not 0 <= count <= base:
            raise DataError(f"The rate {name!r} is {count:g} of {base:g}; a rate counts some of a number above zero.")
        share = count / base
        se = (share * (1 - share) / base) ** 0.5
        rows.append((name, count, base, share, se))
    frame = pd.DataFrame(rows, columns=["rate", "count", "base", "share", "se"])
    value, error, of = (frame[column].to_numpy(dtype=np.float64) for column in ("share", "se", "base"))
    z = bonferroni_critical(1, level)
    lower, upper = wilson(value, error**2, of, z) if method == "wilson" else (value - z * error, value + z * error)
    return frame.assign(ci_lower=lower, ci_upper=upper)
