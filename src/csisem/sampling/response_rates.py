"""Contact, cooperation and response rates of a drawn sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import pd
from csisem.errors import DataError, agree
from csisem.option_checks import names_of
from csisem.sampling.weights import flags
from csisem.survey import as_survey


def response_rates(
    data: object,
    *,
    answered: str,
    reached: str | None = None,
    eligible: str | None = None,
    by: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """Count the drawn customers who were eligible, reached and answered, and their rates.

    Parameters
    ----------
    data
        The drawn sample, one row per customer.
    answered
        Column of 0 and 1 (or False and True): whether the customer answered.
    reached
        Column of 0 and 1: whether the customer was reached; None: only those who answered.
    eligible
        Column of 0 and 1: whether the person is a customer, and so eligible; None: all are.
    by
        Column(s) to count by; the last row, ``"all"``, counts everybody.

    Returns
    -------
    DataFrame
        ``<by...>, drawn, eligible, reached, answered, contact_rate, cooperation_rate, response_rate``, the rates being
        reached over eligible, answered over reached, and answered over eligible.

    Raises
    ------
    DataError
        If a column is missing or holds anything but 0 and 1, or if a customer answered who was not reached or not
        eligible.

    See Also
    --------
    adjust_nonresponse

    Notes
    -----
    CON1, COOP1 and RR1 of AAPOR (2023, Standard Definitions), customers of unknown eligibility counting as eligible.

    Examples
    --------
    >>> drawn = pd.DataFrame({"region": ["east"] * 4 + ["west"] * 4, "answered": [1, 1, 1, 0, 1, 0, 0, 0]})
    >>> table = cs.sampling.response_rates(drawn, answered="answered", by="region")
    >>> table[["region", "drawn", "answered", "response_rate"]]
      region  drawn  answered  response_rate
    0   east      4         3           0.75
    1   west      4         1           0.25
    2    all      8         4           0.50
    """
    survey, names = as_survey(data), names_of("by", by)
    yes = flags(survey, answered)
    can = np.ones(survey.n) if eligible is None else flags(survey, eligible)
    met = yes if reached is None else flags(survey, reached)
    for name, wider, narrow in ((reached, met, yes), (eligible, can, met)):
        if (wrong := np.flatnonzero(narrow > wider)).size:
            raise DataError(
                f"{wrong.size} {agree(wrong.size, 'row', 'rows')} answered or "
                f"{agree(wrong.size, 'was', 'were')} reached though {name!r} is 0 (first in row {wrong[0] + 1}, "
                "counting from 1)."
            )
    counts = np.array([np.ones(survey.n), can, met, yes])
    columns: dict[str, object] = {}
    table = counts.sum(axis=1, keepdims=True)
    if names:
        codes, labels = survey.grouping(names)
        inside = codes >= 0
        parts = [np.bincount(codes[inside], one[inside], minlength=len(labels)) for one in counts]
        table = np.column_stack([np.array(parts), table])
        for place, name in enumerate(names):
            columns[name] = [*(label if len(names) == 1 else label[place] for label in labels), "all"]  # type: ignore[index]
    columns |= zip(("drawn", "eligible", "reached", "answered"), table.astype(np.int64), strict=True)
    frame = pd.DataFrame(columns)
    for rate, over, under in (
        ("contact_rate", "reached", "eligible"),
        ("cooperation_rate", "answered", "reached"),
        ("response_rate", "answered", "eligible"),
    ):
        frame[rate] = frame[over] / frame[under].where(frame[under] > 0)
    return frame
