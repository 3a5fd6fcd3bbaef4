"""Equalities and linear constraints as an affine map of free parameters."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, lil_array

from csisem.arrays import FloatArray
from csisem.errors import ModelError, nearest
from csisem.specification.latent_units import Total
from csisem.specification.parameters import Parameter
from csisem.specification.syntax.expressions import compile_expression, linear_form
from csisem.specification.syntax.relation import Constraint, Definition

# A pivot below this, relative to its row's largest coefficient, is a rounded zero.
_PIVOT = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class AffineMap:
    """Row values ``base + map @ theta``, and for each free parameter the row that names it."""

    base: FloatArray
    map: csr_array
    representatives: tuple[int, ...]


def tie_parameters(
    rows: Sequence[Parameter], constraints: Sequence[Constraint], totals: Sequence[Total] = ()
) -> AffineMap:
    """Express all rows by the free parameters that remain after equalities, and after fixed sums of rows."""
    fixed = _fixed_ties(rows)
    first = _first_rows(rows, fixed)
    columns = {tie: column for column, tie in enumerate(first)}
    base, free, column = np.zeros(len(rows)), [], []
    for r, row in enumerate(rows):
        value = fixed.get(row.tie) if row.fixed is None else row.fixed
        if value is None:
            free.append(r)
            column.append(columns[row.tie])
        else:
            # Moments of exogenous variables are the sample's, and scales of ordered items follow: both stay 0 here.
            base[r] = 0.0 if row.exogenous or row.derived else value
    selection = csr_array((np.ones(len(free)), (free, column)), shape=(len(rows), len(columns)))
    representatives = tuple(first.values())
    if not constraints and not totals:
        return AffineMap(base, selection, representatives)
    coefficients, constants, texts = _equations(rows, constraints, fixed, columns)
    if totals:
        picked, known = selection[[r for chosen, _ in totals for r in chosen]].toarray(), base.tolist()
        ends = np.cumsum([0] + [len(chosen) for chosen, _ in totals])
        sums = np.add.reduceat(picked, ends[:-1], axis=0)
        left = [total - sum(known[r] for r in chosen) for chosen, total in totals]
        coefficients, constants = np.vstack([coefficients, sums]), np.append(constants, left)
        texts += tuple(f"effect coding of {rows[chosen[0]].lhs}" for chosen, _ in totals)
    constant, expand, kept = _solve(coefficients, constants, texts, len(columns))
    mapping = csr_array(selection @ expand)
    mapping.eliminate_zeros()
    return AffineMap(base + selection @ constant, mapping, tuple(representatives[k] for k in kept))


def check_definitions(rows: Sequence[Parameter], definitions: Sequence[Definition]) -> None:
    """Refuse a ``:=`` quantity whose expression names neither a label nor an earlier quantity."""
    known = {row.label for row in rows if row.label}
    for definition in definitions:
        expression = compile_expression(definition.expression)
        if expression.divides_by_zero:
            raise ModelError(f"'{definition.name} := {definition.expression}' divides by zero.")
        for name in expression.names:
            if name not in known:
                raise ModelError(f"'{definition.name} := {definition.expression}' names {name!r}, which is not a "
                                 f"label{nearest(name, known)}.")  # fmt: skip
        known.add(definition.name)


def _fixed_ties(rows: Sequence[Parameter]) -> dict[Hashable, float]:
    """Values of fixed ties: a label shared with a fixed parameter fixes the others too."""
    fixed: dict[Hashable, float] = {}
    for row in rows:
        if row.fixed is not None and row.label:
            known = fixed.setdefault(row.tie, row.fixed)
            if known != row.fixed:
                raise ModelError(f"The label {row.label!r} is fixed at both {known:g} and {row.fixed:g}.")
    return fixed


def _first_rows(rows: Sequence[Parameter], fixed: Mapping[Hashable, float]) -> dict[Hashable, int]:
    first: dict[Hashable, int] = {}
    for r, row in enumerate(rows):
        if row.fixed is None and row.tie not in fixed:
            first.setdefault(row.tie, r)
    return first


def _equations(
    rows: Sequence[Parameter],
    constraints: Sequence[Constraint],
    fixed: Mapping[Hashable, float],
    columns: Mapping[Hashable, int],
) -> tuple[FloatArray, FloatArray, tuple[str, ...]]:
    """Coefficients C and right-hand sides d of ``C theta = d``, one row per constraint."""
    labels = {row.label: row.tie for row in rows if row.label}
    coefficients, constants, texts = np.zeros((len(constraints), len(columns))), np.zeros(len(constraints)), []
    for k, constraint in enumerate(constraints):
        text = f"{constraint.left} {constraint.comparison} {constraint.right}"
        texts.append(text)
        form = linear_form(compile_expression(constraint.left), compile_expression(constraint.right))
        if form is None:
            raise ValueError(f"'{text}' is not linear; see `divide_constraints`")
        constants[k] = -form.constant
        for label, coefficient in form.coefficients.items():
            if label not in labels:
                raise ModelError(f"The constraint '{text}' names {label!r}, which is not a label"
                                 f"{nearest(label, labels)}.")  # fmt: skip
            tie = labels[label]
            if tie in fixed:
                constants[k] -= coefficient * fixed[tie]
            else:
                coefficients[k, columns[tie]] += coefficient
    return coefficients, constants, tuple(texts)


def _solve(
    coefficients: FloatArray, constants: FloatArray, texts: tuple[str, ...], q: int
) -> tuple[FloatArray, csr_array, list[int]]:
    """All solutions of ``C theta = d`` as ``constant + expand @ kept``, by Gauss-Jordan elimination.

    Elimination keeps the remaining parameters themselves, with their names and starting values; a null-space basis
    would mix them.
    """
    system = np.column_stack([coefficients, constants])
    pivots: dict[int, int] = {}
    for k, text in enumerate(texts):
        scale = np.abs(system[k]).max(initial=0.0)
        # The last label of a constraint is expressed by the others.
        candidates = [j for j in range(q - 1, -1, -1) if abs(system[k, j]) > _PIVOT * scale]
        if not candidates:
            if abs(system[k, q]) > _PIVOT * max(scale, 1.0):
                raise ModelError(f"The constraint '{text}' contradicts the others or a fixed value.")
            continue
        column = candidates[0]
        system[k] /= system[k, column]
        for other in range(len(texts)):
            if other != k:
                system[other] -= system[other, column] * system[k]
        pivots[column] = k
    kept = [j for j in range(q) if j not in pivots]
    constant = np.zeros(q)
    expand = lil_array((q, len(kept)))
    expand[kept, np.arange(len(kept))] = 1.0
    for column, k in pivots.items():
        constant[column] = system[k, q]
        expand[[column]] = -system[k, kept]
    return constant, expand.tocsr(), kept
