"""Choice among alternatives by weighted criteria, one person's or a group's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.survey.named_numbers import by_name, is_figures, numbers, parts_of_one
from csisem.weighting.agreement import concordance, shared_ranks

GROUP = "group"
"""The name under which the group's order is shown."""


def decision_table(scores: object, weights: Mapping[str, float] | pd.Series[float]) -> pd.DataFrame:
    """Order alternatives by their weighted scores on several criteria, for each person and for the group.

    Parameters
    ----------
    scores
        A frame with a row for each criterion and a column for each alternative, on one scale where more is better; of
        several persons, a mapping from each person to such a frame.
    weights
        Weights of the criteria, summing to 1, by criterion.

    Returns
    -------
    DataFrame
        ``person, alternative, score, rank``, the best first; ``score`` is the sum of weight times score. With several
        persons the last rows are the ``"group"``: the mean of the persons' scores. Equal scores share the mean of their
        ranks. ``.attrs["agreement"]``: Kendall's W of the persons' orders, an `Agreement`.

    Raises
    ------
    DataError
        If scores are missing or no numbers, criteria or alternatives differ between persons, weights do not sum to 1,
        or a person is named ``"group"``.
    OptionError
        If ``scores`` is not a frame or a mapping to frames.

    See Also
    --------
    csisem.templates.table : ``table("decision_criteria")`` has criteria with weights.
    improvement_costs : Cost of measures against the loss that they prevent.

    Examples
    --------
    >>> weights = {"effect": 0.5, "cost": 0.3, "time": 0.2}
    >>> an = pd.DataFrame({"tills": [8, 4, 6], "training": [7, 7, 5]}, index=list(weights))
    >>> bo = pd.DataFrame({"tills": [9, 5, 8], "training": [6, 6, 6]}, index=list(weights))
    >>> cs.improve.decision_table({"An": an, "Bo": bo}, weights).round(2)
      person alternative  score  rank
    0     An    training   6.60   1.0
    1     An       tills   6.40   2.0
    2     Bo       tills   7.60   1.0
    3     Bo    training   6.00   2.0
    4  group       tills   7.00   1.0
    5  group    training   6.30   2.0
    """
    stated = by_name(weights, "Weight")
    shares = parts_of_one(stated, "the criteria")
    persons = _persons(scores)
    alternatives = [str(name) for name in next(iter(persons.values())).columns]
    sums = np.array([shares @ _cells(one, who, list(stated), alternatives) for who, one in persons.items()])
    names = list(persons)
    orders = sums
    if len(persons) > 1:
        names, orders = [*names, GROUP], np.vstack([sums, sums.mean(axis=0)])
    ranks = shared_ranks(-orders)
    frame = pd.DataFrame(
        {
            "person": np.repeat(np.array(names, dtype=object), len(alternatives)),
            "alternative": alternatives * len(names),
            "score": orders.ravel(),
            "rank": ranks.ravel(),
        }
    )
    places = np.concatenate([k * len(alternatives) + np.argsort(row, kind="stable") for k, row in enumerate(ranks)])
    frame = frame.iloc[places].reset_index(drop=True)
    frame.attrs["agreement"] = concordance(shared_ranks(-sums))
    return frame


def _persons(scores: object) -> dict[str, pd.DataFrame]:
    """The scores of each person; of a single frame, those of one person without a name."""
    given: Mapping[object, object] = scores if is_figures(scores) and isinstance(scores, Mapping) else {"": scores}
    if not given or not all(isinstance(one, pd.DataFrame) for one in given.values()):
        raise OptionError(
            "scores= must be a frame with a row for each criterion and a column for each alternative, or a mapping "
            f"from each person to such a frame; got {shown(scores)}."
        )
    persons = {str(who): one for who, one in given.items() if isinstance(one, pd.DataFrame)}
    if len(persons) < len(given):
        raise DataError("Two persons have one name.")
    if GROUP in persons:
        raise DataError(f"A person is named {GROUP!r}, which is the name of all together; rename that person.")
    return persons


def _cells(one: pd.DataFrame, who: str, criteria: list[str], alternatives: list[str]) -> FloatArray:
    """Scores (criteria, alternatives) of one person, in the order of the weights."""
    whose = f" of {who!r}" if who else ""
    for what, own, known in (("criterion", one.index, criteria), ("alternative", one.columns, alternatives)):
        names = [str(name) for name in own]
        if len(set(names)) < len(names):
            raise DataError(f"The scores{whose} have one {what} twice.")
        if odd := [name for name in names if name not in known]:
            place = "weights=" if what == "criterion" else "the first person's scores"
            raise DataError(f"The scores{whose} have the {what} {shown(odd[0])}, which is not in "
                            f"{place}{nearest(odd[0], known)}.")  # fmt: skip
        if lacking := [name for name in known if name not in names]:
            raise DataError(f"The scores{whose} lack the {what} {listed(lacking)}.")
    if not alternatives:
        raise DataError(f"The scores{whose} have no alternatives.")
    ordered = one.set_axis([str(name) for name in one.index]).set_axis([str(name) for name in one.columns], axis=1)
    values = numbers(ordered.loc[criteria, alternatives].to_numpy(), f"A score{whose}")
    if (blank := ~np.isfinite(values)).any():
        row, column = (int(place) for place in np.argwhere(blank)[0])
        raise DataError(f"The scores{whose} have no score of {alternatives[column]!r} on {criteria[row]!r}.")
    return values
