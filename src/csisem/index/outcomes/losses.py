"""What the loss of customers costs: word of mouth, and the reasons that are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.errors import DataError, OptionError, shown
from csisem.options import check_share
from csisem.survey.named_numbers import number, numbers

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class WordOfMouth:
    """What complaints stand for.

    Attributes
    ----------
    dissatisfied
        Customers behind the complaints.
    lost
        Customers that these cost.
    told, retold, reached
        People who hear of it at first hand, at second hand, and together.
    replacement
        What winning as many new customers costs as are lost, in units of what keeping one customer costs.
    """

    dissatisfied: float
    lost: float
    told: float
    retold: float
    reached: float
    replacement: float


def word_of_mouth(
    complaints: float,
    *,
    per_complaint: float = 4.0,
    cost: float = 13.0,
    tells: float = 11.0,
    retells: float = 5.0,
    new_over_old: float = 5.0,
) -> WordOfMouth:
    """Reckon from complaints to customers lost, people reached and what it costs to replace the lost.

    The defaults are rules of thumb, not findings.

    Parameters
    ----------
    complaints
        Customers who complained.
    per_complaint
        Dissatisfied customers that one complaint stands for.
    cost
        Customers that one dissatisfied customer costs.
    tells
        People whom each complaining customer tells.
    retells
        People whom each of these tells.
    new_over_old
        How many times as much winning a new customer costs as keeping an old one. The training texts contradict each
        other: two say 10 times, one says 5. The default is the lower of these; state your own.

    Raises
    ------
    DataError
        One is no number.
    OptionError
        A number is negative.
    """
    given = {"complaints": complaints, "per_complaint": per_complaint, "cost": cost, "tells": tells, "retells": retells,
             "new_over_old": new_over_old}  # fmt: skip
    if wrong := [name for name, value in given.items() if not number(value, name) >= 0]:
        raise OptionError(f"{wrong[0]}={given[wrong[0]]} is not a number of at least 0.")
    dissatisfied, told = complaints * per_complaint, complaints * tells
    lost = dissatisfied * cost
    return WordOfMouth(dissatisfied, lost, told, told * retells, told * (1 + retells), lost * new_over_old)


def pareto(reasons: Mapping[str, float] | pd.Series[float] | Sequence[str], *, vital: float = 0.80) -> pd.DataFrame:
    """Order reasons (of losing customers, of complaints) by how often they are given.

    Parameters
    ----------
    reasons
        Counts or shares by reason, or one reason per case.
    vital
        The share of all cases that the vital few make up.

    Returns
    -------
    DataFrame
        ``reason, count, share, cumulative, vital``, the most frequent first; ``vital`` marks the reasons that it takes
        to reach that share.

    Raises
    ------
    DataError
        There are no reasons, or a count is negative.
    """
    import pandas as pd

    check_share("vital", vital)
    if isinstance(reasons, str) or hasattr(reasons, "columns") or not isinstance(reasons, Iterable):
        raise DataError(f"Reasons are counts by reason, or a list with one reason per case, not {shown(reasons)}.")
    series = (
        pd.Series(list(reasons), dtype=object).value_counts() if not hasattr(reasons, "items") else pd.Series(reasons)
    )
    counted = pd.Series(numbers(series.to_numpy(), "The count of a reason"), index=series.index)
    values = counted.sort_values(ascending=False, kind="stable")
    if not (values >= 0).all() or not values.sum() > 0:
        raise DataError("Reasons need counts of at least 0, not all zero.")
    share = values.to_numpy() / values.sum()
    cumulative = np.cumsum(share)
    return pd.DataFrame(
        {
            "reason": values.index,
            "count": values.to_numpy(),
            "share": share,
            "cumulative": cumulative,
            "vital": cumulative - share < vital - 1e-12,
        }
    )
