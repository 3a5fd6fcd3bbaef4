"""Cost of improvement against the loss from dissatisfaction."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, listed, nearest, shown
from csisem.survey.named_numbers import numbers

COLUMNS = ("measure", "cost", "customers", "leave", "value", "prevented")
"""Columns of the form ``improvement_costs`` of the templates."""

_SHARES = ("leave", "prevented")


def improvement_costs(measures: pd.DataFrame) -> pd.DataFrame:
    """Set the cost of measures against the loss from dissatisfaction that they prevent.

    Parameters
    ----------
    measures
        A row for each measure, with the columns ``measure``; ``cost`` in a period; ``customers`` who are dissatisfied
        for this reason in the period; ``leave``, the share of them that leaves; ``value``, the profit lost with one
        customer; ``prevented``, the share of the loss that the measure prevents. Shares are 0 to 1, money is in one
        unit.

    Returns
    -------
    DataFrame
        ``measure, cost, loss, saved, net, ratio, break_even, worthwhile``, the largest ``ratio`` first. ``loss`` is
        customers x leave x value, ``saved`` its prevented share, ``net`` what is saved less the cost, ``ratio`` what is
        saved over the cost (infinite at no cost), ``break_even`` the share of the loss that has to be prevented to
        cover the cost (above 1: no success covers it; nan where nothing is lost).

    Raises
    ------
    DataError
        If ``measures`` is not a frame, lacks a column or has no rows, or a figure is missing, negative, or a share
        above 1.

    See Also
    --------
    csisem.templates.blank : ``blank("improvement_costs")`` is the empty form.
    csisem.index.outcomes.lifetime_value : The value of a customer.
    decision_table : Choice by several criteria.

    Examples
    --------
    >>> form = cs.templates.blank("improvement_costs")
    >>> form.loc[0] = ["evening till", 60_000, 2400, 0.25, 300, 0.5]
    >>> form.loc[1] = ["new signs", 9_000, 300, 0.10, 300, 0.6]
    >>> cs.improve.improvement_costs(form).drop(columns=["cost", "break_even"]).round(2)
            measure      loss    saved      net  ratio  worthwhile
    0  evening till  180000.0  90000.0  30000.0    1.5        True
    1     new signs    9000.0   5400.0  -3600.0    0.6       False
    """
    if not isinstance(measures, pd.DataFrame):
        raise DataError(f"measures= must be a frame with the columns {listed(COLUMNS)}; got {shown(measures)}.")
    names = [str(name) for name in measures.columns]
    if lacking := [name for name in COLUMNS if names.count(name) != 1]:
        raise DataError(f"measures= must have one column {lacking[0]!r}{nearest(lacking[0], names)}.")
    if not len(measures):
        raise DataError("There are no measures.")
    table = measures.set_axis(names, axis=1)
    labels = table["measure"].map(str).to_numpy(dtype=object)
    cost, customers, leave, value, prevented = (_figures(table[name], name, labels) for name in COLUMNS[1:])
    loss = customers * leave * value
    saved = loss * prevented
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(cost > 0, saved / cost, np.where(saved > 0, np.inf, np.nan))
        break_even = np.where(loss > 0, cost / loss, np.nan)
    found = pd.DataFrame(
        {
            "measure": labels,
            "cost": cost,
            "loss": loss,
            "saved": saved,
            "net": saved - cost,
            "ratio": ratio,
            "break_even": break_even,
            "worthwhile": saved > cost,
        }
    )
    return found.sort_values("ratio", ascending=False, kind="stable").reset_index(drop=True)


def _figures(column: pd.Series[float], name: str, labels: FloatArray) -> FloatArray:
    """One figure of each measure, at least 0, and at most 1 where it is a share."""
    values = numbers(column.to_numpy(), f"{name!r}")
    most = 1.0 if name in _SHARES else np.inf
    if (wrong := ~((values >= 0) & (values <= most) & np.isfinite(values))).any():
        place = int(np.argmax(wrong))
        bounds = "a share from 0 to 1" if name in _SHARES else "a number of at least 0"
        raise DataError(f"{name!r} of {shown(labels[place])} must be {bounds}; got {values[place]:g}.")
    return values
