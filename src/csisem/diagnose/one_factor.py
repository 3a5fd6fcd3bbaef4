"""A model with one factor for a block of items, by groups if there are any: omega and its interval."""

from __future__ import annotations

import warnings
from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np

from csisem.diagnose.consistency import Reliability, bounded_interval
from csisem.errors import CsisemWarning, DataError, ModelError
from csisem.model.construct import Construct
from csisem.model.relation import Definition, Relation
from csisem.model.specification import Model

if TYPE_CHECKING:
    from csisem.diagnose.sample import Sample
    from csisem.fit.fit import Fit


def omega_of(sample: Sample, by: tuple[str, ...], level: float = 0.95) -> dict[Hashable, Reliability]:
    """Omega of a sample's items, three or more, in each of its groups.

    Where the model cannot be fitted or has no admissible solution omega is nan, and the method says why.
    """
    groups = len(sample.labels) if by else 1
    model = _model(sample.items, groups)
    try:
        with warnings.catch_warnings():
            # That chance did not choose the respondents was said when the sample was read.
            warnings.simplefilter("ignore", CsisemWarning)
            fit = model.fit(sample.survey, "MLR", groups=by or None)
    except (DataError, ModelError) as problem:
        return dict.fromkeys(sample.labels, Reliability(np.nan, np.nan, np.nan, str(problem)))
    labels = tuple(fit.groups) if by else sample.labels
    return {label: _read(fit, number, label if by else None, level) for number, label in enumerate(labels, 1)}


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


def _read(fit: Fit, number: int, group: Hashable, level: float) -> Reliability:
    """Read one group's omega off a fit."""
    if not fit.status.converged or not fit.status.identified:
        return Reliability(np.nan, np.nan, np.nan, f"one factor: {' '.join(fit.status.reasons)}")
    table = fit.parameters
    variances = table[(table["op"] == "~~") & (table["lhs"] == table["rhs"])]
    if group is not None:
        variances = variances[variances["group"] == group]
    if (negative := variances[variances["est"] < 0]).shape[0]:
        worst = negative.sort_values("est").iloc[0]
        return Reliability(np.nan, np.nan, np.nan, f"one factor: the variance of {worst['lhs']!r} is negative")
    own = table[(table["op"] == ":=") & (table["lhs"] == f"omega_{number}")].iloc[0]
    value, se = float(own["est"]), float(own["se"])
    return Reliability(value, *bounded_interval(value, se, fit.degrees, level), "one factor")
