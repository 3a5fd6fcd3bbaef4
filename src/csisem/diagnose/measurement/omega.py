"""Omega from a model with one factor, by group."""

from __future__ import annotations

import warnings
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.descriptive.complete_rows import Sample, groups_in
from csisem.diagnose.measurement.alpha import Reliability, bounded_interval
from csisem.errors import CsisemWarning, DataError, ModelError
from csisem.specification.construct import Construct
from csisem.specification.specification import Model
from csisem.specification.syntax.relation import Definition, Relation

if TYPE_CHECKING:
    from csisem.fit.fit import Fit
    from csisem.survey import Survey


@dataclass(frozen=True, slots=True, eq=False)
class OneFactor:
    """Omega of p items and their standardised loadings (p,); nan without an admissible solution."""

    omega: Reliability
    loadings: FloatArray


def one_factor(sample: Sample, level: float = 0.95) -> dict[Hashable, OneFactor]:
    """Fit one factor to a sample's items, three or more, in each of its groups.

    Where the model cannot be fitted or has no admissible solution omega is nan, and its method gives the reason. Groups
    are fitted together, or one by one if one of them cannot be fitted.
    """
    try:
        return _fitted(sample, sample.labels, level)
    except (DataError, ModelError) as problem:
        if len(sample.labels) == 1:
            return {sample.labels[0]: _without(len(sample.items), str(problem))}
    found: dict[Hashable, OneFactor] = {}
    for label in sample.labels:
        try:
            found |= _fitted(sample, (label,), level)
        except (DataError, ModelError) as problem:
            found[label] = _without(len(sample.items), str(problem))
    return found


def _fitted(sample: Sample, labels: tuple[Hashable, ...], level: float) -> dict[Hashable, OneFactor]:
    """Fit some groups together; the rows of the others stay in the design."""
    by = sample.by
    model = _model(sample.items, len(labels))
    with warnings.catch_warnings():
        # The warning of a sample not drawn at random was issued when the sample was read.
        warnings.simplefilter("ignore", CsisemWarning)
        fit = model.fit(_only(sample, labels), "MLR", groups=by or None)
    own = tuple(fit.groups) if by else labels
    return {label: _read(fit, number, label if by else None, level) for number, label in enumerate(own, 1)}


def _only(sample: Sample, labels: tuple[Hashable, ...]) -> Survey:
    """The survey, in which rows of other groups are in no group."""
    survey, by = sample.survey, sample.by
    codes, every = groups_in(survey, by)
    if set(every) == set(labels):
        return survey
    inside = np.isin(codes, [code for code, label in enumerate(every) if label in labels])
    frame = survey.to_pandas().copy()
    # As objects, so that whole numbers stay whole beside blanks.
    frame[by[0]] = frame[by[0]].astype(object).where(inside)
    return survey.with_answers(frame)


def _model(items: tuple[str, ...], groups: int) -> Model:
    """One factor; in group g loadings are l1_g = 1, l2_g, ..., residual variances t1_g, ..., its variance v_g."""
    factor = next(name for number in range(len(items) + 1) if (name := f"factor{number}") not in items)

    def labels(stem: str) -> tuple[str, ...]:
        return tuple(f"{stem}_{group}" for group in range(1, groups + 1))

    relations = [Relation(factor, "=~", item, label=labels(f"l{k}")) for k, item in enumerate(items, 1) if k > 1]
    relations += [Relation(item, "~~", item, label=labels(f"t{k}")) for k, item in enumerate(items, 1)]
    relations.append(Relation(factor, "~~", factor, label=labels("v")))
    definitions = []
    for group in range(1, groups + 1):
        loadings = " + ".join(["1", *(f"l{k}_{group}" for k in range(2, len(items) + 1))])
        common = f"({loadings})^2 * v_{group}"
        residual = " + ".join(f"t{k}_{group}" for k in range(1, len(items) + 1))
        definitions.append(Definition(f"omega_{group}", f"{common} / ({common} + {residual})"))
    return Model([Construct(factor, items)], relations, definitions=definitions)


def _read(fit: Fit, number: int, group: Hashable, level: float) -> OneFactor:
    """Read one group's omega and loadings off a fit."""
    count = len(fit.table.observed)
    if not fit.status.usable:
        return _without(count, f"one factor: {' '.join(fit.status.reasons)}")
    table = fit.parameters
    own = table if group is None else table[table["group"] == group]
    variances = own[(own["op"] == "~~") & (own["lhs"] == own["rhs"])]
    if (negative := variances[variances["est"] < 0]).shape[0]:
        worst = negative.sort_values("est").iloc[0]
        return _without(count, f"one factor: the variance of {worst['lhs']!r} is negative")
    omega = table[(table["op"] == ":=") & (table["lhs"] == f"omega_{number}")].iloc[0]
    value, se = float(omega["est"]), float(omega["se"])
    loadings = own.loc[own["op"] == "=~", "std"].to_numpy(dtype=np.float64)
    return OneFactor(Reliability(value, *bounded_interval(value, se, fit.degrees, level), "one factor"), loadings)


def _without(count: int, why: str) -> OneFactor:
    return OneFactor(Reliability.unknown(why), np.full(count, np.nan))
