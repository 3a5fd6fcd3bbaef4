"""Populations that a random model describes exactly, computed in another notation (RAM) than the package's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import csisem as cs
from csisem.specification.parameters import ParameterTable


@dataclass(frozen=True)
class Population:
    """A model, the value of every row of its table, and the moments they imply for each group."""

    model: cs.Model
    table: ParameterTable
    values: np.ndarray
    mean: np.ndarray
    cov: np.ndarray
    options: dict[str, object]

    @property
    def theta(self) -> np.ndarray:
        """Values of the free parameters."""
        return self.values[list(self.table.representatives)]

    def moments(self, n: int | Sequence[int] = 500, scale: float = 1.0) -> cs.Moments:
        """Moments that equal the population's, its covariances times ``scale``."""
        items, p = self.table.observed, len(self.table.observed)
        counts = np.broadcast_to(np.asarray(n), (self.table.n_groups,)).astype(np.int64)
        grouped = bool(self.table.groups)
        shape = (self.table.n_groups,) if grouped else ()
        return cs.Moments(
            counts.reshape(shape),
            counts.astype(float).reshape(shape),
            self.mean.reshape(*shape, p),
            scale * self.cov.reshape(*shape, p, p),
            items,
            (cs.Scale(-100, 100),) * p,
            self.table.groups,
        )

    def fit(self, model: cs.Model | None = None, **options: object) -> cs.Fit:
        """The model (or another) fitted to these moments."""
        moments = self.moments()
        if self.table.groups:
            options = {"groups": "group"} | options
        return (model or self.model).fit(moments, **(self.options | options))

    def started_at(self, theta: np.ndarray) -> cs.Model:
        """The same model with other starting values; for one group and without labels."""
        rows = [(self.table.rows[r], value) for r, value in zip(self.table.representatives, theta, strict=True)]
        said = {(row.lhs, row.op, row.rhs): (float(value),) for row, value in rows}
        kept = [r for r in self.model.relations if (r.lhs, r.op, r.rhs) not in said and r.op != "=~"]
        return cs.Model(
            self.model.constructs, [*kept, *(cs.Relation(*key, start=value) for key, value in said.items())]
        )


def ram(table: ParameterTable, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means (G, p) and covariances (G, p, p) by McArdle and McDonald's (1984) reticular action model.

    All variables, observed and latent alike, stand in one vector v = A v + u with u of mean m and covariance S.
    """
    names = list(dict.fromkeys([*table.observed, *table.latents]))
    place = {name: k for k, name in enumerate(names)}
    size, p = len(names), len(table.observed)
    means, covs = [], []
    for group in range(table.n_groups):
        arrows, spread, level = np.zeros((size, size)), np.zeros((size, size)), np.zeros(size)
        for row, value in zip(table.rows, values, strict=True):
            if row.group != group:
                continue
            if row.op == "=~":
                arrows[place[row.rhs], place[row.lhs]] = value
            elif row.op == "~":
                arrows[place[row.lhs], place[row.rhs]] = value
            elif row.op == "~1":
                level[place[row.lhs]] = value
            else:
                spread[place[row.lhs], place[row.rhs]] = spread[place[row.rhs], place[row.lhs]] = value
        total = np.linalg.inv(np.eye(size) - arrows)
        means.append((total @ level)[:p])
        covs.append((total @ spread @ total.T)[:p, :p])
    return np.stack(means), np.stack(covs)


def populate(text: str, seed: int, **options: object) -> Population:
    """Give every parameter of a model a value at random: loadings .6-1.4, paths .2-.6, definite (co)variances."""
    rng = np.random.default_rng(seed)
    model = cs.Model.from_syntax(text)
    groups = tuple(options.pop("groups", ()))
    table = model.table(groups=groups, **options)
    drawn: dict[object, float] = {}
    values = np.zeros(len(table.rows))
    for r, row in enumerate(table.rows):
        if row.fixed is not None and not row.exogenous:
            values[r] = row.fixed
            continue
        if row.tie not in drawn:
            drawn[row.tie] = _draw(rng, row.op, own=row.lhs == row.rhs, item=row.matrix == "theta", mean=row.matrix)
        values[r] = drawn[row.tie]
    # What a constraint expresses by other parameters follows them.
    followed = table.base + table.map @ values[list(table.representatives)]
    values = np.where([row.exogenous for row in table.rows], values, followed)
    mean, cov = ram(table, values)
    return Population(model, table, values, mean, cov, options)


def _draw(rng: np.random.Generator, op: str, *, own: bool, item: bool, mean: str) -> float:
    sign = rng.choice([-1.0, 1.0])
    if op == "=~":
        return float(rng.uniform(0.6, 1.4))
    if op == "~":
        return float(sign * rng.uniform(0.2, 0.6))
    if op == "~1":
        return float(rng.uniform(2, 8)) if mean == "nu" else float(rng.uniform(-1, 1))
    if own:
        return float(rng.uniform(0.4, 1.0)) if item else float(rng.uniform(0.5, 1.5))
    # Four exogenous constructs of variance .5 stay definite with these.
    return float(sign * rng.uniform(0.05, 0.14))


def random_syntax(seed: int) -> str:
    """Two to four constructs of two to four items, recursive paths, sometimes residual covariances."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 5))
    sizes = rng.integers(2, 5, size=count)
    lines = [f"F{j} =~ " + " + ".join(f"x{j}{i}" for i in range(size)) for j, size in enumerate(sizes)]
    for target in range(1, count):
        sources = [j for j in range(target) if rng.random() < 0.6]
        if sources:
            lines.append(f"F{target} ~ " + " + ".join(f"F{j}" for j in sources))
    # A construct of two items needs company and all its moments; the others can spare one for a residual covariance.
    large = [j for j, size in enumerate(sizes) if size > 2]
    if len(large) > 1 and rng.random() < 0.5:
        lines.append(f"x{large[0]}1 ~~ x{large[1]}1")
    return "\n".join(lines)
