"""The parameter table: every parameter, its matrix, and its free parameter."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.sparse import csr_array

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.specification.ordered_items import OrderedItems
from csisem.specification.restrictions import Restrictions
from csisem.specification.syntax.relation import Definition

LisrelMatrix = Literal["lambda", "beta", "psi", "theta", "nu", "alpha"]
"""LISREL's all-y matrices: loadings, paths, latent (co)variances, residual (co)variances, intercepts, latent means."""

MatrixName = Literal[LisrelMatrix, "tau", "delta"]
"""Those matrices, and the thresholds and scale factors of ordered items."""

Place = Literal[MatrixName, "weight"]
"""The place of a parameter: one of those matrices, or the outer weights of a PLS path model."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of the table.

    Attributes
    ----------
    lhs, op, rhs, group
        The relation and the position of its group.
    label
        The user's label, or ``""``.
    fixed
        The value at which it is fixed, None if free; ``nan`` for moments of exogenous variables, which the data give.
    start
        The user's starting value, or None.
    matrix, row, col
        Its place; ``col`` is 0 in a vector.
    tie
        Parameters with the same tie are one free parameter.
    exogenous
        A moment of observed exogenous variables, fixed at the sample's value.
    user
        Written by the user, not added by the defaults.
    derived
        A variance or scale factor of an ordered item that follows from the others.
    lower, upper
        The user's bounds, or None.
    """

    lhs: str
    op: str
    rhs: str
    group: int
    label: str
    fixed: float | None
    start: float | None
    matrix: Place
    row: int
    col: int
    tie: Hashable
    exogenous: bool = False
    user: bool = False
    derived: bool = False
    lower: float | None = None
    upper: float | None = None

    @property
    def name(self) -> str:
        """The relation as text, ``"Value ~ Quality"``."""
        return f"{self.lhs} {self.op} {self.rhs}".rstrip() if self.op != "~1" else f"{self.lhs} ~1"


@dataclass(frozen=True, slots=True)
class Formation:
    """A composite and what writes it out.

    Attributes
    ----------
    name, items
        The composite and its items.
    pivot
        The item on which all excrescent variables load beside their own.
    excrescent
        The constructs that take what is left of the other items, one each.
    """

    name: str
    items: tuple[str, ...]
    pivot: str
    excrescent: tuple[str, ...]

    @property
    def others(self) -> tuple[str, ...]:
        """The items with an excrescent variable of their own."""
        return tuple(item for item in self.items if item != self.pivot)


@dataclass(frozen=True, slots=True, eq=False)
class Tangent:
    """The solution of a table with restrictions.

    Attributes
    ----------
    origin
        The table, with its restrictions.
    theta
        Its free parameters at the solution, (Q,).
    active
        Which of the restrictions hold with equality, (k,).
    held
        Number of parameters that active inequalities hold, beyond those that equations determine.
    still
        Rows that active inequalities leave no room to move, (R,).
    along
        Derivatives of the rows along the equations alone, (R, q).
    """

    origin: ParameterTable
    theta: FloatArray
    active: BoolArray
    held: int
    still: BoolArray
    along: csr_array

    @property
    def texts(self) -> tuple[str, ...]:
        """The active inequalities, as written."""
        found = self.origin.restrictions
        if found is None:
            return ()
        return tuple(text for text, one in zip(found.texts, self.active & ~found.equality, strict=True) if one)


@dataclass(frozen=True, eq=False)
class ParameterTable:
    """All parameters of a model for G groups, as an affine map of the q free ones.

    Row r has the value ``base[r] + map[r] @ theta``; ``map`` holds equal labels, ``equal=`` and linear ``==``
    constraints, and is zero for fixed rows.

    Attributes
    ----------
    rows
        R parameters, ordered by group.
    base, map
        Shapes (R,) and (R, q), the latter sparse.
    observed, latents
        Names of the p observed and the m structural variables: constructs first, then observed variables in paths,
        each its own latent with loading 1.
    constructs
        Number of constructs, which come first among ``latents``.
    groups
        Labels of the groups; empty for one.
    definitions
        ``:=`` quantities.
    meanstructure
        Whether intercepts and means are parameters.
    representatives
        For each of the q free parameters the row that names it.
    auxiliary
        Auxiliary variables for missing answers, the last of ``observed``.
    ordered
        Ordered items with their thresholds, in the order of ``observed``; None where all are numeric.
    restrictions
        Nonlinear equations, inequalities and bounds that the free parameters must satisfy; None without any.
    tangent
        Of a table that is linear about the solution of another one's restrictions, that solution; None otherwise.
    formed
        The composites of a model that was written out; their excrescent variables are the last constructs.
    """

    rows: tuple[Parameter, ...]
    base: FloatArray
    map: csr_array
    observed: tuple[str, ...]
    latents: tuple[str, ...]
    constructs: int
    groups: tuple[Hashable, ...]
    definitions: tuple[Definition, ...]
    meanstructure: bool
    representatives: tuple[int, ...]
    auxiliary: tuple[str, ...] = ()
    ordered: OrderedItems | None = None
    restrictions: Restrictions | None = None
    tangent: Tangent | None = None
    formed: tuple[Formation, ...] = ()

    @property
    def shown(self) -> int:
        """Number of the user's constructs, which come first among ``latents``: those that are not excrescent."""
        return self.constructs - sum(len(one.excrescent) for one in self.formed)

    @cached_property
    def internal(self) -> BoolArray:
        """Which rows only write composites out, (R,): excrescent variables, and residual variances of 0."""
        hidden = {name for one in self.formed for name in one.excrescent}
        inside = {item for one in self.formed if one.excrescent for item in one.items}
        return np.array(
            [row.lhs in hidden or row.rhs in hidden or (row.op == "~~" and row.lhs in inside) for row in self.rows],
            dtype=bool,
        )

    @property
    def npar(self) -> int:
        """Number of free parameters q after equalities."""
        return int(self.map.shape[1])

    @property
    def counted(self) -> int:
        """Number of parameters in degrees of freedom: those at active inequalities count too."""
        return self.npar if self.tangent is None else self.npar + self.tangent.held

    @cached_property
    def _group_rows(self) -> tuple[list[int], ...]:
        rows: tuple[list[int], ...] = tuple([] for _ in range(self.n_groups))
        for r, row in enumerate(self.rows):
            rows[row.group].append(r)
        return rows

    def rows_of(self, group: int) -> list[int]:
        """The rows of a group."""
        return self._group_rows[group]

    @cached_property
    def free(self) -> BoolArray:
        """Which rows are not fixed, (R,)."""
        return np.diff(self.map.indptr) > 0

    @property
    def n_groups(self) -> int:
        """Number of groups, 1 without grouping."""
        return max(1, len(self.groups))

    @cached_property
    def exogenous(self) -> tuple[str, ...]:
        """Observed variables whose moments are fixed at the sample's values."""
        return tuple(dict.fromkeys(row.lhs for row in self.rows if row.exogenous and row.op == "~~"))

    @cached_property
    def promoted(self) -> dict[int, int]:
        """Positions among the structural variables of the observed variables that are their own, by position."""
        own = enumerate(self.latents[self.constructs :], start=self.constructs)
        return {self.observed.index(name): j for j, name in own}

    @cached_property
    def predictors(self) -> tuple[str, ...]:
        """Observed variables that are predictors only and whose moments are not written: `exogenous`, or free."""
        other = {row.lhs for row in self.rows if row.op == "~"} | {row.rhs for row in self.rows if row.op == "=~"}
        written = [row for row in self.rows if row.user and row.op in ("~~", "~1")]
        other |= {name for row in written for name in (row.lhs, row.rhs)} | set(self.auxiliary)
        return tuple(name for name in self.latents[self.constructs :] if name not in other)

    @property
    def measured(self) -> int:
        """Number of observed variables without the auxiliary ones, which are the last."""
        return len(self.observed) - len(self.auxiliary)

    def names(self) -> list[str]:
        """Names of the q free parameters, with the group if there are several.

        A parameter of an excrescent variable has the name of the composite's weights.
        """
        several = len(self.groups) > 1
        weights = {name: f"{one.name} <~ {item}" for one in self.formed
                   for name, item in zip(one.excrescent, one.others, strict=True)}  # fmt: skip
        return [
            weights.get(self.rows[r].lhs, self.rows[r].name)
            + (f" [{self.groups[self.rows[r].group]}]" if several else "")
            for r in self.representatives
        ]

    def values(self, theta: FloatArray, mean: FloatArray, cov: FloatArray) -> FloatArray:
        """Values of all rows (R,) at free parameters (q,); ``mean`` and ``cov`` of the groups give exogenous rows."""
        values: FloatArray = self.base + self.map @ theta
        if self.exogenous:
            for r, row in enumerate(self.rows):
                if row.exogenous:
                    i = self.observed.index(row.lhs)
                    covariance = row.op == "~~"
                    values[r] = cov[row.group, i, self.observed.index(row.rhs)] if covariance else mean[row.group, i]
        return values


def with_freed(mapping: csr_array, places: IntArray, freed: Sequence[int] | IntArray, count: int) -> csr_array:
    """A map of ``count`` rows: those of ``mapping`` at ``places``, and a new parameter for each of the ``freed``."""
    known, q = mapping.tocoo(), mapping.shape[1]
    row = np.append(places[known.coords[0]], freed)
    column = np.append(known.coords[1], q + np.arange(len(freed)))
    return csr_array((np.append(known.data, np.ones(len(freed))), (row, column)), shape=(count, q + len(freed)))
