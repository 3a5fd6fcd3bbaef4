"""From products to firms, industries and the nation: indices weighted by a named basis at every level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError, OptionError, nearest, shown
from csisem.index.aggregation.unit_levels import Structure, read_structure
from csisem.index.joint_covariance import INTERVAL, MOST_JOINT, Joint, column_of, framed, joint_of, unique_rows
from csisem.inference.delta import jacobian
from csisem.options import groups_of
from csisem.survey.named_numbers import entries_of

if TYPE_CHECKING:
    import pandas as pd


def aggregate(
    indices: pd.DataFrame,
    levels: Sequence[str],
    weights: Mapping[str, str],
    *,
    weight_se: Mapping[str, str] | None = None,
    value: str = "index",
    covariance: object = None,
    total: str = "Total",
) -> pd.DataFrame:
    """Roll indices up from the lowest level to the total, each level weighted by its own basis.

    Parameters
    ----------
    indices
        A row for every unit of the lowest level: columns that say where it belongs, its index and standard error, and
        the bases. What `csi` and `Hierarchy.score` return, of one construct, with such columns added.
    levels
        Those columns from the lowest level to the highest, such as ``["product", "firm", "industry"]``. Units of one
        name in two units above are two units.
    weights
        From level to the column of its basis: revenue, vehicles, passengers, any number of at least 0. The lowest level
        needs one. At a higher level the column holds one number for each unit; a level without one adds up the basis of
        the level below.
    weight_se
        From level to the column with the standard errors of its basis, where it was estimated; independent of each
        other and of the indices.
    value
        The column of the index.
    covariance
        Joint covariance of the rows' indices (k, k). None takes that which the frame carries from `csi` or `score`
        (rows may have been selected since), or takes rows for independent samples.
    total
        The name of the whole.

    Returns
    -------
    DataFrame
        ``level, <levels, highest first>, basis, weight, index, se, ci_lower, ci_upper``: the total first, then level by
        level; ``weight`` is the share within the unit above. Without errors the last three are left out. ``.attrs``
        holds the joint ``covariance`` (empty above 300 rows), ``degrees`` and whether rows were taken for
        ``independent``.

    Raises
    ------
    DataError
        A column is missing, rows are not distinct, a unit has no name, a basis is missing, negative, zero throughout,
        or not one number for each unit.

    Notes
    -----
    ``sum b_k x_k / sum b_k`` at every level; variance ``W S W'`` with the joint covariance S of the indices, plus the
    delta method for estimated bases. Degrees of freedom of independent rows by Satterthwaite (1946).
    """
    names = list(groups_of(levels, ("level", "basis", "weight", "index", *INTERVAL), "levels"))
    if not names:
        raise OptionError("levels= names the columns from the lowest level up, and there are none.")
    weights = entries_of("weights", weights, "the column of its basis")
    weight_se = {} if weight_se is None else entries_of("weight_se", weight_se, "the column of its errors")
    if not isinstance(total, str):
        raise OptionError(f"total= takes the name of the whole, as text, not {shown(total)}.")
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
    return _frame(structure, names, total, np.concatenate(found), spread, joint, uncertain=uncertain)


def _check_levels(option: Mapping[str, str], names: list[str], name: str) -> None:
    if odd := [level for level in option if level not in names]:
        raise DataError(f"{name}= names the level {str(odd[0])!r}, which levels= has not{nearest(str(odd[0]), names)}.")


def _certain(indices: pd.DataFrame, value: str) -> Joint:
    if not isinstance(value, str) or value not in indices.columns:
        raise DataError(f"The frame has no column {shown(value)}{nearest(str(value), map(str, indices.columns))}.")
    values = column_of(indices, value)
    return Joint(values, np.zeros((len(values), len(values))), np.full(len(values), np.inf), False)


def _frame(
    structure: Structure,
    names: list[str],
    total: str,
    value: FloatArray,
    spread: FloatArray,
    joint: Joint,
    *,
    uncertain: bool,
) -> pd.DataFrame:
    """The total first, then the highest level, and so on."""
    import pandas as pd

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
    if not uncertain:
        return pd.DataFrame({**columns, "index": value[order]})
    variance = np.diagonal(spread)
    degrees = _degrees(structure, joint, variance)[order]
    kept = spread[np.ix_(order, order)] if len(order) <= MOST_JOINT else None
    frame = framed(columns, value[order], variance[order], kept, degrees)
    frame.attrs["independent"] = not joint.known
    return frame


def _degrees(structure: Structure, joint: Joint, variance: FloatArray) -> FloatArray:
    """Degrees of freedom of every unit: Satterthwaite's of independent rows, else the fewest of its rows."""
    reach = np.concatenate(structure.reach(structure.stated))
    if joint.known:
        return np.asarray(np.where(reach > 0, joint.degrees, np.inf).min(axis=1))
    own = reach**2 * np.diagonal(joint.covariance)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = variance**2 / (own**2 / joint.degrees).sum(axis=1)
    return np.asarray(np.where(np.isnan(found), np.inf, found))
