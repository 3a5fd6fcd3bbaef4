"""Lost customers: word of mouth and reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import pd
from csisem.errors import DataError, OptionError, shown
from csisem.option_checks import check_share, listing_of
from csisem.survey.named_numbers import number, numbers


@dataclass(frozen=True, slots=True)
class WordOfMouth:
    """Consequences of complaints.

    Attributes
    ----------
    dissatisfied
        Dissatisfied customers behind the complaints.
    lost
        Customers lost through them.
    first_hand, second_hand, reached
        People who hear of it at first hand, at second hand, and in all.
    replacement
        Cost of winning as many new customers as are lost, in units of the cost of keeping one customer.
    """

    dissatisfied: float
    lost: float
    first_hand: float
    second_hand: float
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
    """Estimate from complaints the customers lost, the people reached and the cost of replacement.

    The defaults are rules of thumb, not findings.

    Parameters
    ----------
    complaints
        Number of customers who complained.
    per_complaint
        Dissatisfied customers for each complaint.
    cost
        Customers lost through each dissatisfied customer.
    tells
        People whom each complaining customer tells.
    retells
        People whom each of these tells.
    new_over_old
        Cost of winning a new customer over that of keeping an old one. The training texts contradict each other: two
        say 10 times, one says 5. The default is the lower of these; state your own.

    Returns
    -------
    WordOfMouth

    Raises
    ------
    DataError
        If an argument is not a number.
    OptionError
        If a number is negative.

    See Also
    --------
    pareto : Reasons of loss by frequency.

    Examples
    --------
    >>> cs.index.outcomes.word_of_mouth(10, new_over_old=10)
    WordOfMouth(dissatisfied=40.0, lost=520.0, first_hand=110.0, second_hand=550.0, reached=660.0, replacement=5200.0)
    """
    given = {"complaints": complaints, "per_complaint": per_complaint, "cost": cost, "tells": tells, "retells": retells,
             "new_over_old": new_over_old}  # fmt: skip
    read = {name: number(value, name) for name, value in given.items()}
    if wrong := [name for name, value in read.items() if not value >= 0]:
        raise OptionError(f"{wrong[0]}={given[wrong[0]]} is not a number of at least 0.")
    complaints, per_complaint, cost, tells, retells, new_over_old = read.values()
    dissatisfied, first_hand = complaints * per_complaint, complaints * tells
    lost = dissatisfied * cost
    return WordOfMouth(
        dissatisfied, lost, first_hand, first_hand * retells, first_hand * (1 + retells), lost * new_over_old
    )


def pareto(reasons: Mapping[str, float] | pd.Series[float] | Sequence[str], *, vital: float = 0.80) -> pd.DataFrame:
    """Order reasons (of loss, of complaints) by frequency, and mark the vital few.

    Parameters
    ----------
    reasons
        Counts or shares by reason, or one reason per case.
    vital
        The share of all cases that the vital few account for.

    Returns
    -------
    DataFrame
        ``reason, count, share, cumulative, vital``, the most frequent first; ``vital`` marks the reasons needed to
        reach that share.

    Raises
    ------
    DataError
        If there are no reasons, or a count is negative.
    OptionError
        If ``vital`` is not between 0 and 1.

    See Also
    --------
    word_of_mouth : Consequences of complaints.

    Examples
    --------
    >>> lost = {"died": 1, "moved": 3, "taste": 4, "friends": 5, "cheaper": 9, "product": 10, "indifference": 68}
    >>> cs.index.outcomes.pareto(lost).head(3)
             reason  count  share  cumulative  vital
    0  indifference   68.0   0.68        0.68   True
    1       product   10.0   0.10        0.78   True
    2       cheaper    9.0   0.09        0.87   True
    """
    check_share("vital", vital)
    cases = listing_of(reasons)
    if cases is None or hasattr(reasons, "columns"):
        raise DataError(f"Reasons are counts by reason, or a list with one reason per case, not {shown(reasons)}.")
    by_reason = hasattr(reasons, "items")
    series = pd.Series(reasons) if by_reason else pd.Series(cases, dtype=object).value_counts()
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
