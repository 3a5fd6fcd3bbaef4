"""Nonlinear equations, inequalities and bounds of the free parameters."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.errors import ModelError, listed, nearest
from csisem.specification.syntax.expressions import Expression, compile_expression, linear_form
from csisem.specification.syntax.relation import Constraint, Definition

if TYPE_CHECKING:
    from csisem.specification.parameters import Parameter

# Slack below which inequalities contradict each other.
_APART = -1e-9


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two expressions, the first equal to the second or at least as large; ``linear`` in labels."""

    text: str
    equality: bool
    large: Expression
    small: Expression
    linear: bool


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Bounds of single rows: ``sign * (value - limit)`` is at least 0, sign 1 for a lower one; each (b,)."""

    row: IntArray
    sign: FloatArray
    limit: FloatArray
    texts: tuple[str, ...]

    @classmethod
    def of(cls, found: Sequence[tuple[int, float, float, str]]) -> Bounds:
        """Bounds from row, sign, limit and text of each."""
        return cls(
            np.array([one[0] for one in found], dtype=np.intp),
            np.array([one[1] for one in found], dtype=np.float64),
            np.array([one[2] for one in found], dtype=np.float64),
            tuple(one[3] for one in found),
        )


@dataclass(frozen=True, eq=False)
class Restrictions:
    """What the free parameters must satisfy beyond the affine map of their table.

    Attributes
    ----------
    base, map
        The table's rows as an affine map of the q free parameters, (R,) and (R, q).
    comparisons, bounds
        Equations and inequalities between expressions, then bounds: k restrictions together.
    places
        The row of each label.
    definitions
        ``:=`` quantities that expressions name.
    """

    base: FloatArray
    map: csr_array = field(repr=False)
    comparisons: tuple[Comparison, ...]
    bounds: Bounds
    places: Mapping[str, int]
    definitions: tuple[tuple[str, Expression], ...] = ()

    @cached_property
    def equality(self) -> BoolArray:
        """Which restrictions are equations, (k,)."""
        return np.array([one.equality for one in self.comparisons] + [False] * len(self.bounds.row), dtype=bool)

    @cached_property
    def linear(self) -> BoolArray:
        """Which restrictions are linear in the parameters, (k,)."""
        return np.array([one.linear for one in self.comparisons] + [True] * len(self.bounds.row), dtype=bool)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """How each restriction is written."""
        return tuple(one.text for one in self.comparisons) + self.bounds.texts

    @cached_property
    def _named(self) -> tuple[tuple[str, ...], IntArray]:
        """Labels in expressions, and their rows."""
        expressions = [side for one in self.comparisons for side in (one.large, one.small)]
        expressions += [expression for _, expression in self.definitions]
        names = dict.fromkeys(name for one in expressions for name in one.names if name in self.places)
        return tuple(names), np.array([self.places[name] for name in names], dtype=np.intp)

    @cached_property
    def _slopes(self) -> tuple[FloatArray, FloatArray]:
        """The dense maps of the rows of labels and of bounds."""
        return self.map[self._named[1]].toarray(), self.map[self.bounds.row].toarray()

    def values(self, theta: FloatArray) -> FloatArray:
        """Values (..., k) at free parameters (..., q), real or complex: 0 in an equation, at least 0 elsewhere."""
        names, rows = self._named
        labels, bounded = self._slopes
        named = self.base[rows] + theta @ labels.T
        known = {name: named[..., place] for place, name in enumerate(names)}
        for name, expression in self.definitions:
            known[name] = expression.evaluate(known)
        shape = theta.shape[:-1]
        found = [
            np.broadcast_to(one.large.evaluate(known) - one.small.evaluate(known), shape) for one in self.comparisons
        ]
        slack = self.bounds.sign * (self.base[self.bounds.row] + theta @ bounded.T - self.bounds.limit)
        return np.concatenate([np.stack(found, axis=-1), slack], axis=-1) if found else slack

    def bounded(self, more: Bounds) -> Restrictions:
        """The same restrictions and further bounds."""
        own = self.bounds
        joined = Bounds(
            np.concatenate([own.row, more.row]),
            np.concatenate([own.sign, more.sign]),
            np.concatenate([own.limit, more.limit]),
            own.texts + more.texts,
        )
        return replace(self, bounds=joined)


def divide_constraints(
    constraints: Sequence[Constraint], definitions: Sequence[Definition]
) -> tuple[tuple[Constraint, ...], tuple[Constraint, ...]]:
    """Linear equations between labels, which an affine map holds, and all other constraints."""
    defined = {one.name for one in definitions}
    linear: list[Constraint] = []
    others: list[Constraint] = []
    for one in constraints:
        left, right = compile_expression(one.left), compile_expression(one.right)
        straight = one.comparison == "==" and not defined & {*left.names, *right.names}
        (linear if straight and linear_form(left, right) is not None else others).append(one)
    return tuple(linear), tuple(others)


def restrict(
    rows: Sequence[Parameter],
    affine: tuple[FloatArray, csr_array],
    constraints: Sequence[Constraint],
    definitions: Sequence[Definition],
    groups: Sequence[Hashable] = (),
) -> Restrictions | None:
    """The restrictions of a table's rows, whose affine map is given; None where there are none."""
    bounds = _written_bounds(rows, affine[1], groups)
    if not constraints and not len(bounds.row):
        return None
    places: dict[str, int] = {}
    for r, row in enumerate(rows):
        if row.label:
            places.setdefault(row.label, r)
    quantities = {one.name: compile_expression(one.expression) for one in definitions}
    comparisons = tuple(_comparison(one, places, quantities) for one in constraints)
    needed = any(
        name in quantities and name not in places
        for one in comparisons
        for side in (one.large, one.small)
        for name in side.names
    )
    found = Restrictions(*affine, comparisons, bounds, places, tuple(quantities.items()) if needed else ())
    _check_free(found, quantities)
    check_possible(found)
    return found


def _comparison(one: Constraint, places: Mapping[str, int], quantities: Mapping[str, Expression]) -> Comparison:
    text = f"{one.left} {one.comparison} {one.right}"
    left, right = compile_expression(one.left), compile_expression(one.right)
    known = [*places, *quantities]
    for name in (*left.names, *right.names):
        if name not in places and name not in quantities:
            raise ModelError(f"The constraint '{text}' names {name!r}, which is not a label{nearest(name, known)}.")
    if left.divides_by_zero or right.divides_by_zero:
        raise ModelError(f"The constraint '{text}' divides by zero.")
    straight = linear_form(left, right) is not None and not set(quantities) & {*left.names, *right.names}
    large, small = (right, left) if one.comparison == "<" else (left, right)
    return Comparison(text, one.comparison == "==", large, small, straight)


def bound_text(row: Parameter, sign: float, limit: float, groups: Sequence[Hashable]) -> str:
    """How a bound is written, with its group where there are several."""
    where = f" [{groups[row.group]}]" if len(groups) > 1 else ""
    return f"{row.name}{where} {'>' if sign > 0 else '<'} {limit:g}"


def _written_bounds(rows: Sequence[Parameter], mapping: csr_array, groups: Sequence[Hashable]) -> Bounds:
    """The bounds of ``lower()`` and ``upper()``; refuse those of fixed parameters and impossible ones."""
    free = np.diff(mapping.indptr) > 0
    found: list[tuple[int, float, float, str]] = []
    known: set[tuple[Hashable, float, float]] = set()
    for r, row in enumerate(rows):
        if row.lower is None and row.upper is None:
            continue
        written = "lower()" if row.upper is None else "upper()" if row.lower is None else "lower() and upper()"
        if not free[r]:
            raise ModelError(
                f"'{row.name}' is fixed, so that {written} has nothing to bound; leave out one of the two."
            )
        if row.lower is not None and row.upper is not None and row.lower > row.upper:
            raise ModelError(f"'{row.name}' has the lower bound {row.lower:g} above its upper bound {row.upper:g}.")
        outside = row.start is not None and not (
            (row.lower is None or row.start >= row.lower) and (row.upper is None or row.start <= row.upper)
        )
        if outside:
            raise ModelError(f"'{row.name}' starts at {row.start:g}, outside the bounds of {written}; change one of "
                             "them.")  # fmt: skip
        for limit, sign in ((row.lower, 1.0), (row.upper, -1.0)):
            # Rows of one parameter share its bounds.
            if limit is not None and (row.tie, sign, limit) not in known:
                known.add((row.tie, sign, limit))
                found.append((r, sign, limit, bound_text(row, sign, limit, groups)))
    return Bounds.of(found)


def _check_free(found: Restrictions, quantities: Mapping[str, Expression]) -> None:
    """Refuse a constraint in which nothing is estimated."""
    free = np.diff(found.map.indptr) > 0
    for one in found.comparisons:
        names, reached = [*one.large.names, *one.small.names], set[str]()
        while names:
            name = names.pop()
            if name not in reached:
                reached.add(name)
                names += quantities[name].names if name in quantities else ()
        if not any(name in found.places and free[found.places[name]] for name in reached):
            raise ModelError(f"The constraint '{one.text}' has no free parameter in it; leave it out.")


def check_possible(found: Restrictions) -> None:
    """Refuse linear inequalities that no values of the parameters satisfy together."""
    chosen = np.flatnonzero(found.linear & ~found.equality)
    if len(chosen) < 2:
        return
    q = found.map.shape[1]
    constant = found.values(np.zeros(q))[chosen]
    slopes = found.values(np.eye(q))[:, chosen].T - constant[:, None]
    if _possible(slopes, constant):
        return
    kept = list(range(len(chosen)))
    for k in range(len(chosen)):
        fewer = [one for one in kept if one != k]
        if not _possible(slopes[fewer], constant[fewer]):
            kept = fewer
    raise ModelError(f"The constraints {listed([found.texts[chosen[k]] for k in kept])} contradict each other; "
                     "leave one out.")  # fmt: skip


def _possible(slopes: FloatArray, constant: FloatArray) -> bool:
    """Whether ``constant + slopes @ theta >= 0`` has a solution, by the largest slack up to 1."""
    from scipy.optimize import linprog

    k, q = slopes.shape
    if not k:
        return True
    aim = np.append(np.zeros(q), -1.0)
    limits = [(None, None)] * q + [(None, 1.0)]
    answer = linprog(aim, np.column_stack([-slopes, np.ones(k)]), constant, bounds=limits, method="highs")
    return answer.status == 0 and answer.x is not None and float(answer.x[-1]) >= _APART
