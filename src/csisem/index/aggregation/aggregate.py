"""Aggregation of indices from products to firms, industries and the nation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.errors import DataError, OptionError, nearest, shown
from csisem.index.aggregation.unit_levels import UnitLevels, read_structure
from csisem.index.joint_covariance import INTERVAL, MOST_JOINT, Joint, column_of, framed, joint_of, unique_rows
from csisem.inference.delta import jacobian
from csisem.option_checks import check_share, groups_of
from csisem.survey.named_numbers import entries_of


def aggregate(
    indices: pd.DataFrame,
    units: Sequence[str],
    weights: Mapping[str, str],
    *,
    weight_se: Mapping[str, str] | None = None,
    value: str = "index",
    covariance: object = None,
    total: str = "Total",
    level: float = 0.95,
) -> pd.DataFrame:
    """Aggregate indices from the lowest level to the total, with weights by a basis at each level.

    Parameters
    ----------
    indices
        A row for every unit of the lowest level: the columns of the levels, its index and standard error, and the
        bases. The rows of one construct from `csi`, or of one node from `Hierarchy.score`, with such columns added.
    units
        The columns that name the units, from the lowest level to the highest, such as ``["product", "firm",
        "industry"]``. Units of the same name within different units of the next level are different units.
    weights
        From level to the column of its basis: revenue, vehicles, passengers, any number of at least 0. The lowest level
        needs one. At a higher level the column holds one number for each unit; a level without one adds up the basis of
        the level below.
    weight_se
        From level to the column with the standard errors of its basis, if it was estimated; they are independent of
        each other and of the indices.
    value
        The column of the index.
    covariance
        Joint covariance of the rows' indices (k, k). None takes the one that the frame carries from `csi` or
        `Hierarchy.score` (also after rows were selected), or else takes rows as independent samples.
    total
        The name of the total.
    level
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        ``level, <units, highest first>, basis, weight, index, se, ci_lower, ci_upper``: the total first, then level by
        level; ``weight`` is the share within the unit above. Without standard errors the last three are left out.
        ``.attrs`` holds the joint ``covariance`` (empty above 300 rows), ``degrees``, and ``independent``, whether rows
        were taken as independent.

    Raises
    ------
    DataError
        If a column is missing, two rows name one unit, a unit has no name, or a basis is missing, negative, zero
        throughout, or not one number for each unit.
    OptionError
        If no level is named, or ``level`` is not between 0 and 1.

    See Also
    --------
    contributions : Decomposition of a change of the total.
    Hierarchy : The index of a tree of indicators with stated weights.

    Notes
    -----
    ``sum b_k x_k / sum b_k`` at every level; variance ``W S W'`` with the joint covariance S of the indices, plus the
    delta method for estimated bases. Degrees of freedom of independent rows by Satterthwaite (1946).

    Examples
    --------
    >>> firms = pd.DataFrame({"firm": list("ABC"), "industry": ["taxi", "taxi", "rail"], "index": [66.2, 71.5, 74.8],
    ...                       "se": [1.1, 0.9, 0.7], "passengers": [310, 100, 890]})
    >>> cs.index.aggregate(firms, ["firm", "industry"], {"firm": "passengers"}).round(2)
          level industry firm       basis  weight  index    se  ci_lower  ci_upper
    0     Total                              1.00  72.50  0.55     71.42     73.57
    1  industry     taxi       passengers    0.32  67.49  0.86     65.81     69.18
    2  industry     rail       passengers    0.68  74.80  0.70     73.43     76.17
    3      firm     taxi    A  passengers    0.76  66.20  1.10     64.04     68.36
    4      firm     taxi    B  passengers    0.24  71.50  0.90     69.74     73.26
    5      firm     rail    C  passengers    1.00  74.80  0.70     73.43     76.17
    """
    check_share("level", level)

    names = list(groups_of(units, ("level", "basis", "weight", "index", *INTERVAL), "units"))
    if not names:
        raise OptionError("units= must name the columns from the lowest level up, and there are none.")
    weights = entries_of("weights", weights, "the column of its basis")
    weight_se = {} if weight_se is None else entries_of("weight_se", weight_se, "the column of its standard errors")
    if not isinstance(total, str):
        raise OptionError(f"total= takes the name of the total, as text, not {shown(total)}.")
    unique_rows(indices, names)
    _check_levels(weights, names, "weights")
    _check_levels(weight_se, names, "weight_se")
    if names[0] not in weights:
        raise DataError(f"The lowest level, {names[0]!r}, needs a basis in weights=.")
    uncertain = covariance is not None or "se" in indices.columns
    joint = joint_of(indices, value, covariance) if uncertain else _certain(indices, value)
    structure = read_structure(indices, names, weights, weight_se)
    found = structure.indices(structure.stated, joint.value)
    reach = np.concatenate(structure.reach(structure.stated))
    spread = reach @ joint.covariance @ reach.T
    if structure.se.any():
        slope = jacobian(lambda basis: np.concatenate(structure.indices(basis, joint.value), axis=-1), structure.stated)
        spread = spread + slope @ (structure.se[:, None] ** 2 * slope.T)
    columns, order = _columns(structure, names, total)
    aggregated = np.concatenate(found)[order]
    if not uncertain:
        return pd.DataFrame({**columns, "index": aggregated})
    variance = np.diagonal(spread)
    degrees = _degrees(reach, joint, variance)[order]
    kept = spread[np.ix_(order, order)] if len(order) <= MOST_JOINT else None
    frame = framed(columns, aggregated, variance[order], kept, degrees, level=level)
    frame.attrs["independent"] = not joint.known
    return frame


def _check_levels(option: Mapping[str, str], names: list[str], name: str) -> None:
    if odd := [level for level in option if level not in names]:
        raise DataError(f"{name}= names the level {odd[0]!r}, which units= lacks{nearest(odd[0], names)}.")


def _certain(indices: pd.DataFrame, value: str) -> Joint:
    values = column_of(indices, value)
    return Joint(values, np.zeros((len(values), len(values))), np.full(len(values), np.inf), False)


def _columns(structure: UnitLevels, names: list[str], total: str) -> tuple[dict[str, object], IntArray]:
    """Columns of all units, and their order: the total first, then the highest level, and so on."""
    heads, shares = [*names, total], [*structure.shares(structure.stated), np.ones(1)]
    sizes = [len(units) for units in structure.labels]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    order = np.concatenate([np.arange(starts[k], starts[k + 1]) for k in range(len(sizes) - 1, -1, -1)])
    labels = [unit for units in structure.labels for unit in units]
    columns: dict[str, object] = {"level": np.repeat(heads, sizes)[order]}
    for position, name in enumerate(reversed(names)):
        columns[name] = [labels[k][position] if position < len(labels[k]) else "" for k in order]
    columns["basis"] = np.repeat([*structure.basis, ""], sizes)[order]
    columns["weight"] = np.concatenate(shares)[order]
    return columns, order


def _degrees(reach: FloatArray, joint: Joint, variance: FloatArray) -> FloatArray:
    """Degrees of freedom of every unit: Satterthwaite's for independent rows, else the fewest of its rows."""
    if joint.known:
        return np.asarray(np.where(reach > 0, joint.degrees, np.inf).min(axis=1))
    own = reach**2 * np.diagonal(joint.covariance)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = variance**2 / (own**2 / joint.degrees).sum(axis=1)
    return np.asarray(np.where(np.isnan(found), np.inf, found))
