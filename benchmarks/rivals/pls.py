"""PLS path models by seminr for Python and openpls-engine, and by us, from the same constructs and paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np

from benchmarks.experiment import Outcome
from csisem.arrays import FloatArray

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit
    from csisem.models.model import Model

Estimates: TypeAlias = dict[str, float]
"""Paths, loadings and outer weights by lavaan's names; of PLS all are standardised."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Constructs with their items, and the causes of every outcome."""

    constructs: Mapping[str, tuple[str, ...]]
    paths: Mapping[str, tuple[str, ...]]

    def names(self) -> list[str]:
        """All parameters but those of single items, which are 1."""
        pairs = [(name, item) for name, items in self.constructs.items() for item in items if len(items) > 1]
        return [
            *(f"{outcome} ~ {cause}" for outcome, causes in self.paths.items() for cause in causes),
            *(f"{name} =~ {item}" for name, item in pairs),
            *(f"{name} <~ {item}" for name, item in pairs),
        ]

    def value(self, name: str, paths: Any, loadings: Any, weights: Any) -> float:
        """One parameter from three tables that are called with (source, target) or (item, construct)."""
        lhs, op, rhs = name.split(" ")
        return float({"~": paths, "=~": loadings, "<~": weights}[op](rhs, lhs))


def our_model(claim: Claim) -> Model:
    import csisem as cs

    lines = [f"{name} =~ {' + '.join(items)}" for name, items in claim.constructs.items()]
    lines += [f"{outcome} ~ {' + '.join(causes)}" for outcome, causes in claim.paths.items()]
    return cs.Model.from_syntax("\n".join(lines))


def our_outcome(fit: Fit, claim: Claim) -> Outcome:
    """Ours, with standard errors, in which differences are stated."""
    rows = fit.parameters
    names = (rows["lhs"] + " " + rows["op"] + " " + rows["rhs"]).tolist()
    wanted = set(claim.names())

    def column(name: str) -> Estimates:
        values = rows[name].to_numpy(dtype=float).tolist()
        return {key: value for key, value in zip(names, values, strict=True) if key in wanted}

    return Outcome(column("est"), column("se"), column("std"), column("std_se"), 0.0, 0.0)


def their_outcome(found: Estimates) -> Outcome:
    """A rival's, which has neither standard errors nor a test."""
    return Outcome({}, {}, found, {}, 0.0, 0.0)


def seminr_fit(claim: Claim, frame: pd.DataFrame) -> Any:
    """seminr's estimates at its defaults: a summed change of weights below 1e-7."""
    from seminr import constructs, estimate_pls, path_weighting, paths, relationships
    from seminr.specify.constructs import composite

    measured = constructs(*(composite(name, list(items)) for name, items in claim.constructs.items()))
    structure = relationships(*(paths(list(causes), outcome) for outcome, causes in claim.paths.items()))
    return estimate_pls(cast("Any", frame), measured, structure, inner_weights=path_weighting)


def seminr_estimates(claim: Claim, model: Any) -> Estimates:
    tables = (model.path_coef.get, model.outer_loadings.get, model.outer_weights.get)
    return {name: claim.value(name, *tables) for name in claim.names()}


def seminr_draws(claim: Claim, drawn: Any) -> FloatArray:
    """Paths, loadings and weights of every replicate, (B, k)."""
    model = drawn.model
    rows = []
    for paths, loadings, weights in zip(drawn.boot_paths, drawn.boot_loadings, drawn.boot_weights, strict=True):
        tables = (
            _entry(paths, model.path_coef), _entry(loadings, model.outer_loadings), _entry(weights, model.outer_weights)
        )  # fmt: skip
        rows.append([claim.value(name, *tables) for name in claim.names()])
    return np.array(rows)


def _entry(values: Any, labelled: Any) -> Any:
    """A matrix without labels, read by those of another."""
    rows, columns = list(labelled.rows), list(labelled.cols)
    array = np.asarray(getattr(values, "values", values))
    return lambda row, column: array[rows.index(row), columns.index(column)]


def openpls_fit(claim: Claim, frame: pd.DataFrame) -> Any:
    """openpls-engine's estimates at its default tolerance."""
    from openpls.config import MV, Config, Structure
    from openpls.mode import Mode
    from openpls.plspm import Plspm
    from openpls.scheme import Scheme

    structure = Structure()
    for outcome, causes in claim.paths.items():
        structure.add_path(list(causes), [outcome])
    config = Config(structure.path(), scaled=True)
    for name, items in claim.constructs.items():
        config.add_lv(name, Mode.A, *(MV(item) for item in items))
    return Plspm(frame, config, Scheme.PATH)


def openpls_estimates(claim: Claim, model: Any) -> Estimates:
    outer, paths, n = model.outer_model(), model.path_coefficients(), len(model.data())
    # Its scores have unit variance by the divisor n, of items that have it by n - 1; ours have both by n - 1.
    unit = np.sqrt((n - 1) / n)
    return {
        name: claim.value(
            name,
            lambda cause, outcome: paths.at[outcome, cause],
            lambda item, _: outer.at[item, "loading"],
            lambda item, _: outer.at[item, "weight"] * unit,
        )
        for name in claim.names()
    }
