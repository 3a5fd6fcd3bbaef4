"""The response-rate table: of those drawn, how many could be asked, were reached, and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.errors import DataError, agree
from csisem.options import names_of
from csisem.sampling.weights import flags
from csisem.survey import as_survey

if TYPE_CHECKING:
    import pandas as pd


def response_rates(
    data: object,
    *,
    answered: str,
    reached: str | None = None,
    eligible: str | None = None,
    by: str | Sequence[str] = (),
) -> pd.DataFrame:
    """Return how many of the drawn customers were eligible, reached and answered, and the rates that follow.

    Parameters
    ----------
    data
        The drawn sample, a row a customer.
    answered, reached, eligible
        Columns of 0 and 1. Without ``eligible`` all are taken for customers, without ``reached`` only those who
        answered for reached.
    by
        Column(s) to count by; the last row, ``"all"``, counts everybody.

    Returns
    -------
    DataFrame
        ``<by...>, drawn, eligible, reached, answered, contact_rate, cooperation_rate, response_rate``: reached over
        eligible, answered over reached, answered over eligible (AAPOR 2023, Standard Definitions: CON1, COOP1, RR1,
        those of unknown eligibility counting as eligible).

    Raises
    ------
    DataError
        A column is missing or holds something else than 0 and 1, or somebody answered who was not reached or not
        eligible.
    """
    import pandas as pd

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
    codes, labels = survey.grouping(names) if names else (np.zeros(survey.n, dtype=np.intp), ())
    counts = np.array([np.ones(survey.n), can, met, yes])
    inside = codes >= 0
    rows = [np.bincount(codes[inside], one[inside], minlength=len(labels)) for one in counts] if names else []
    total = counts.sum(axis=1)
    table = np.column_stack([np.array(rows), total]) if names else total[:, None]
    frame = pd.DataFrame(table.T.astype(np.int64), columns=["drawn", "eligible", "reached", "answered"])
    for place, name in reversed(list(enumerate(names))):
        own = [label if len(names) == 1 else label[place] for label in labels]  # type: ignore[index]
        frame.insert(0, name, [*own, "all"])
    for rate, over, under in (
        ("contact_rate", "reached", "eligible"),
        ("cooperation_rate", "answered", "reached"),
        ("response_rate", "answered", "eligible"),
    ):
        frame[rate] = frame[over] / frame[under].where(frame[under] > 0)
    return frame
