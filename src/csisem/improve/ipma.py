"""Importance-performance map: what satisfaction hangs on, and how good it is, with the doubt about both."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.errors import CsisemWarning, InadmissibleFitWarning, OptionError
from csisem.fit.fit import as_fit
from csisem.improve.mapped import Spots, left_out, map_source, spots_of
from csisem.improve.quadrants import FIELDS, codes_of, cuts_of
from csisem.improve.stability import potential, ranks_of, stability
from csisem.index.computed import Computed, compute
from csisem.index.reasons import about_rows, about_unknown, without_weights
from csisem.index.satisfaction import SharedRows
from csisem.index.weights import blocks
from csisem.inference.intervals import wald
from csisem.inference.pooling import pool, pooled_degrees
from csisem.options import IntervalKind, ItemWeights, MapOf, StandardErrors, validate

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.draws import Bootstrap
    from csisem.fit.fit import Fit

FloatArray = NDArray[np.float64]


def ipma(
    fit: Fit,
    target: str,
    *,
    of: MapOf = "constructs",
    cut: str | tuple[float, float] = "mean",
    item_weights: ItemWeights = "model",
    bootstrap: Bootstrap | None = None,
    se: StandardErrors | None = None,
    interval: IntervalKind = "percentile",
) -> pd.DataFrame:
    """Put what stands before a construct on a map of importance and performance.

    Parameters
    ----------
    fit
        A fit of either kind, with scales. Of a fit by group every group gets its own map.
    target
        The construct whose index is to rise.
    of
        ``"constructs"``: those that paths lead from to the target; ``"items"``: the items of these.
    cut
        Where low ends: ``"mean"`` or ``"median"`` of the spots, or two numbers; at the cut is high.
    item_weights, se, interval
        As in `cs.csi`, whose indices the performances are.
    bootstrap
        The fit's replicates. Errors and intervals then come from them, and there are probabilities.

    Returns
    -------
    DataFrame
        ``<groups...>, construct, (item,) importance, performance, field, potential, rank``, ``..._se``,
        ``..._ci_lower``, ``..._ci_upper`` of the first two, ``covariance`` and ``method``. First what to improve first.

        * ``importance``: the total effect, in points of the target's 0-100 index per point of the construct's; of an
          item per point of its own 0-100 score, its share of its construct's.
        * ``performance``: the 0-100 index, or the item's 0-100 score.
        * ``gain`` (items): points of the target's index per point of the answers, with ``gain_se``.
        * ``potential``: importance times the distance to 100, by which ``rank`` goes, with ``potential_se``.
        * ``covariance``: of importance and performance; with both errors it makes the ellipse of a spot.
        * With ``bootstrap``: ``p_weakness, p_improve_continuously, p_strength, p_maintain``, how probable each field
          is, every replicate with its own cuts; ``rank_lower, rank_upper``, between which 95 % of its ranks lie;
          ``p_rank`` and ``p_first``, the shares that have this rank, or are first.

        In ``.attrs``: ``target``, ``cuts`` (by group label, ``""`` for one group), ``covariance`` (joint: all
        importances, then all performances, group after group, in the model's order), ``notes`` (sentences).

    Raises
    ------
    UnusableFitError
        The fit did not converge or is not identified.
    OptionError
        The target is no construct, a word is unknown, or the bootstrap is another fit's.
    DataError
        No path leads to the target; means or rows are missing.
    ScaleError
        An item has no scale.

    Notes
    -----
    Ringle and Sarstedt (2016), Industrial Management and Data Systems 116, 1865-1886, for PLS. For other fits the index
    moves with its construct as the loadings say, so that the same definition holds for both. Importance speaks of a
    change that the model's paths pass on; it is causal where the model is.
    """
    validate("of", of, MapOf)
    validate("item_weights", item_weights, ItemWeights)
    validate("interval", interval, IntervalKind)
    if se is not None:
        validate("se", se, StandardErrors)
    as_fit(fit, "The map")
    spots = spots_of(fit, target, blocks(fit.table), items=of == "items")
    if not fit:
        warnings.warn(f"The map comes from an inadmissible fit: {' '.join(fit.status.reasons)}",
                      InadmissibleFitWarning, stacklevel=2)  # fmt: skip
    # A cut that is none must not wait for the replicates.
    cuts_of(np.zeros(1), np.zeros(1), cut)
    found = _estimate(fit, spots, item_weights, bootstrap, se, interval)
    for sentence in found.notes:
        warnings.warn(sentence, CsisemWarning, stacklevel=2)
    return _frame(fit, target, spots, found, cut)


@dataclass(frozen=True, slots=True, eq=False)
class _Map:
    """Importance and performance of m spots in D groups.

    Attributes
    ----------
    labels, by
        The groups, and the columns that tell them apart.
    widths
        Widths of the scales of all items.
    values, lower, upper
        Both, (D, 2, m), and their intervals.
    covariance
        Of all of them, (D 2 m, D 2 m).
    draws
        Replicates (R, D, 2, m), none without a bootstrap.
    how
        What the column ``method`` says, (D, m).
    notes
        Sentences that are warned of.
    """

    labels: tuple[tuple[object, ...], ...]
    by: tuple[str, ...]
    widths: FloatArray
    values: FloatArray
    lower: FloatArray
    upper: FloatArray
    covariance: FloatArray
    draws: FloatArray | None
    how: list[list[str]]
    notes: list[str]


def _estimate(
    fit: Fit,
    spots: Spots,
    kind: ItemWeights,
    bootstrap: Bootstrap | None,
    se: StandardErrors | None,
    interval: IntervalKind,
) -> _Map:
    if fit.imputed is not None:
        if bootstrap is not None:
            raise OptionError("A bootstrap is of one data set; map each of fit.imputed.fits with its own.")
        return _pooled([_estimate(one, spots, kind, None, se, interval) for one in fit.imputed.fits], fit)
    found = compute(fit, None, (), partial(map_source, kind=kind, spots=spots), bootstrap, se, interval)
    domains, m = found.given.domains, len(spots.item)
    shape = (len(domains.labels), 2, m)
    covariance = found.covariance.matrix()
    draws = None
    if found.drawn is not None and found.ends is not None:
        lower, upper = found.ends.lower, found.ends.upper
        draws = found.covariance.draws.reshape(-1, *shape)  # type: ignore[attr-defined]
    else:
        tests = wald(found.values.ravel(), _roots(covariance), df=np.repeat(found.degrees, 2 * m))
        lower, upper = tests.lower, tests.upper
    how, notes = _told(fit, spots, found)
    scales = domains.moments.scales
    return _Map(
        domains.labels,
        domains.by,
        np.array([scale.high - scale.low if scale else np.nan for scale in scales]),
        found.values.reshape(shape),
        lower.reshape(shape),
        upper.reshape(shape),
        covariance,
        draws,
        how,
        notes,
    )


def _pooled(maps: list[_Map], fit: Fit) -> _Map:
    """Pool by Rubin's rules, with the degrees of freedom that blanks leave."""
    first = maps[0]
    found = pool(np.stack([one.values.ravel() for one in maps]), np.stack([one.covariance for one in maps]))
    variance = np.diagonal(found.total)
    degrees = np.minimum(pooled_degrees(variance, np.diagonal(found.within), found.count), fit.degrees)
    tests = wald(found.estimate, np.sqrt(variance), df=degrees)
    lower, upper = (ends.reshape(first.values.shape) for ends in (tests.lower, tests.upper))
    how = [[f"{words}, pooled over {found.count} data sets" for words in row] for row in first.how]
    notes = list(dict.fromkeys(note for one in maps for note in one.notes))
    values = found.estimate.reshape(first.values.shape)
    return _Map(first.labels, first.by, first.widths, values, lower, upper, found.total, None, how, notes)


def _told(fit: Fit, spots: Spots, found: Computed) -> tuple[list[list[str]], list[str]]:
    """The column ``method``, (D, m), and sentences to warn of."""
    given, names = found.given, fit.table.latents
    on_map = {names[j] for j in (*spots.construct, spots.target)}
    said = without_weights(given, found.weighting)
    weightless = {key: text for key, text in said.items() if key.split(" in group ")[0] in on_map}
    importance = found.values.reshape(len(given.domains.labels), 2, -1)[:, 0]
    how = []
    for d, group in enumerate(given.domains.group):
        where = f" in group {fit.groups[group]!s}" if fit.groups else ""
        lost = " ".join(["There is no total effect.", *fit.status.reasons])
        reasons = (
            weightless.get(f"{names[j]}{where}") or weightless.get(f"{names[spots.target]}{where}", lost)
            for j in spots.construct
        )
        how.append([why if np.isnan(v) else found.how for v, why in zip(importance[d], reasons, strict=True)])
    notes = [*weightless.values(), *about_rows(fit, given.domains, None), *about_unknown(given.domains)]
    if found.drawn is not None and found.ends is not None:
        notes += [*found.drawn.notes, *found.drawn.gaps(found.ends)]
    return how, notes + left_out(fit, spots)


def _roots(covariance: FloatArray) -> FloatArray:
    variance = np.diagonal(covariance)
    return np.sqrt(np.where(variance >= 0, variance, np.nan))


def _frame(fit: Fit, target: str, spots: Spots, found: _Map, cut: str | tuple[float, float]) -> pd.DataFrame:
    import pandas as pd

    parts, cuts = [], {}
    labels = [str(group) for group in fit.groups] or [""]
    for d, label in enumerate(found.labels):
        one, cuts[labels[d]] = _of_group(fit, spots, found, d, cut)
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
    fit: Fit, spots: Spots, found: _Map, d: int, cut: str | tuple[float, float]
) -> tuple[dict[str, object], tuple[float, float]]:
    """The columns of a group's map, and its cuts."""
    m = len(spots.item)
    x, y = found.values[d]
    block = found.covariance.reshape(-1, 2, m, len(found.labels), 2, m)[d, :, :, d]
    own = np.moveaxis(np.diagonal(block, axis1=1, axis2=3), -1, 0)
    x_se, y_se = np.sqrt(np.maximum(own[:, 0, 0], 0)), np.sqrt(np.maximum(own[:, 1, 1], 0))
    table = fit.table
    columns: dict[str, object] = {"construct": [table.latents[j] for j in spots.construct]}
    if (spots.item >= 0).all():
        columns["item"] = [table.observed[i] for i in spots.item]
    ends = zip(("importance", "performance"), (x, y), (x_se, y_se), found.lower[d], found.upper[d], strict=True)
    for name, value, error, lower, upper in ends:
        columns |= {name: value, f"{name}_se": error, f"{name}_ci_lower": lower, f"{name}_ci_upper": upper}
    columns["covariance"] = own[:, 0, 1]
    if "item" in columns:
        unit = 100.0 / found.widths[spots.item]
        columns |= {"gain": x * unit, "gain_se": x_se * unit}
    slope = np.stack([100 - y, -x], axis=-1)
    variance = np.einsum("ka,kab,kb->k", slope, own, slope)
    columns |= {"potential": potential(x, y), "potential_se": np.sqrt(np.maximum(variance, 0))}
    known = np.isfinite(x) & np.isfinite(y)
    placed, cuts = _placed(x, y, known, None if found.draws is None else found.draws[:, d], cut)
    return columns | placed | {"method": found.how[d]}, cuts


def _placed(
    x: FloatArray, y: FloatArray, known: NDArray[np.bool_], draws: FloatArray | None, cut: str | tuple[float, float]
) -> tuple[dict[str, object], tuple[float, float]]:
    """Fields and ranks of the spots that are known, and what replicates say about them."""
    at = np.flatnonzero(known)
    field = np.full(len(x), "", dtype=object)
    numbers = {"rank": np.full(len(x), np.nan)}
    if not len(at):
        return {"field": field, **numbers}, (np.nan, np.nan)
    cuts = cuts_of(x[at], y[at], cut)
    field[at] = [FIELDS[code] for code in codes_of(x[at], y[at], cuts)]
    rank = ranks_of(potential(x[at], y[at]))
    numbers["rank"][at] = rank
    if draws is not None:
        firm = stability((draws[:, 0, at], draws[:, 1, at]), rank, cut)
        found = {f"p_{name.replace(' ', '_')}": p for name, p in zip(FIELDS, firm.probability, strict=True)}
        found |= {"rank_lower": firm.lower, "rank_upper": firm.upper, "p_rank": firm.same, "p_first": firm.first}
        for name, values in found.items():
            numbers[name] = np.full(len(x), np.nan)
            numbers[name][at] = values
    whole = numbers["rank"].astype(np.int64) if known.all() else numbers["rank"]
    return {"field": field, **numbers, "rank": whole}, (float(cuts[0]), float(cuts[1]))
