"""The frame of an importance-performance map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, pd
from csisem.display.sentences import Sentence
from csisem.display.table import sentence_column
from csisem.fit.solution import Solution
from csisem.improve.bootstrap_ranks import potential, ranks_of, stability
from csisem.improve.ipma_statistics import Spots
from csisem.improve.quadrants import codes_of, cuts_of, words
from csisem.index.joint_covariance import SharedRows
from csisem.inference.bootstrap_intervals import robust_scale


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """Importance and performance of m spots in D groups.

    Attributes
    ----------
    labels, by
        The groups, and the columns that define them.
    widths
        Widths of the scales of all items.
    values, lower, upper
        Importance and performance, (D, 2, m), and their intervals.
    covariance
        Of all of them, (D 2 m, D 2 m).
    draws
        Replicates (R, D, 2, m); None without a bootstrap.
    how
        The column ``method``, (D, m).
    notes
        What is warned of.
    """

    labels: tuple[tuple[object, ...], ...]
    by: tuple[str, ...]
    widths: FloatArray
    values: FloatArray
    lower: FloatArray
    upper: FloatArray
    covariance: FloatArray
    draws: FloatArray | None
    how: list[list[Sentence]]
    notes: list[Sentence]


def roots(variance: FloatArray) -> FloatArray:
    """Standard errors, nan where a variance is negative, as replicate weights may yield."""
    return np.sqrt(np.where(variance >= 0, variance, np.nan))


def map_frame(
    solution: Solution, target: str, spots: Spots, found: Map, cut: str | tuple[float, float]
) -> pd.DataFrame:
    """A row for each spot, ordered by rank."""
    parts, cuts = [], {}
    labels = [str(group) for group in solution.groups] or [""]
    for d, label in enumerate(found.labels):
        one, cuts[labels[d]] = _of_group(solution, spots, found, d, cut)
        columns = dict(zip(found.by, label, strict=True))
        parts.append(pd.DataFrame(columns | one).sort_values("rank", kind="stable"))
    frame = pd.concat(parts, ignore_index=True)
    frame.attrs = {
        "target": target,
        "cuts": cuts,
        "covariance": SharedRows(found.covariance.tolist()),
        "notes": found.notes,
    }
    return frame


def _of_group(
    solution: Solution, spots: Spots, found: Map, d: int, cut: str | tuple[float, float]
) -> tuple[dict[str, object], tuple[float, float]]:
    """The columns of a group's map, and its cuts."""
    m = len(spots.item)
    x, y = found.values[d]
    block = found.covariance.reshape(-1, 2, m, len(found.labels), 2, m)[d, :, :, d]
    own = np.moveaxis(np.diagonal(block, axis1=1, axis2=3), -1, 0)
    x_se, y_se = roots(own[:, 0, 0]), roots(own[:, 1, 1])
    table = solution.table
    columns: dict[str, object] = {"construct": [table.latents[j] for j in spots.construct]}
    if (spots.item >= 0).all():
        columns["item"] = [table.observed[i] for i in spots.item]
    ends = zip(("importance", "performance"), (x, y), (x_se, y_se), found.lower[d], found.upper[d], strict=True)
    drawn = None if found.draws is None else found.draws[:, d]
    for k, (name, value, error, lower, upper) in enumerate(ends):
        columns |= {name: value, f"{name}_se": error}
        if drawn is not None:
            columns[f"{name}_se_robust"] = robust_scale(drawn[:, k])
        columns |= {f"{name}_ci_lower": lower, f"{name}_ci_upper": upper}
    columns["covariance"] = own[:, 0, 1]
    if "item" in columns:
        unit = 100.0 / found.widths[spots.item]
        columns |= {"gain": x * unit, "gain_se": x_se * unit}
        if drawn is not None:
            columns["gain_se_robust"] = robust_scale(drawn[:, 0]) * unit
    slope = np.stack([100 - y, -x], axis=-1)
    variance = np.einsum("ka,kab,kb->k", slope, own, slope)
    columns |= {"potential": potential(x, y), "potential_se": roots(variance)}
    if drawn is not None:
        columns["potential_se_robust"] = robust_scale(potential(drawn[:, 0], drawn[:, 1]))
    known = np.isfinite(x) & np.isfinite(y)
    placed, cuts = _placed(x, y, known, drawn, cut)
    return columns | placed | {"method": sentence_column(found.how[d])}, cuts


def _placed(
    x: FloatArray, y: FloatArray, known: BoolArray, draws: FloatArray | None, cut: str | tuple[float, float]
) -> tuple[dict[str, object], tuple[float, float]]:
    """Fields and ranks of the known spots, with their probabilities from replicates."""
    at = np.flatnonzero(known)
    field = np.full(len(x), "", dtype=object)
    numbers = {"rank": np.full(len(x), np.nan)}
    if not len(at):
        return {"field": field, **numbers}, (np.nan, np.nan)
    cuts = cuts_of(x[at], y[at], cut)
    field[at] = words(codes_of(x[at], y[at], cuts))
    rank = ranks_of(potential(x[at], y[at]))
    numbers["rank"][at] = rank
    if draws is not None:
        for name, values in stability((draws[:, 0, at], draws[:, 1, at]), rank, cut).items():
            numbers[name] = np.full(len(x), np.nan)
            numbers[name][at] = values
    whole = numbers["rank"].astype(np.int64) if known.all() else numbers["rank"]
    return {"field": field, **numbers, "rank": whole}, (float(cuts[0]), float(cuts[1]))
