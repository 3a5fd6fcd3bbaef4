"""Score tests of the equations that a fit holds its parameters to."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, hstack
from scipy.special import chdtrc

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.lisrel.structure import compile_structure, with_exogenous
from csisem.errors import ModelError, OptionError
from csisem.fit import frames
from csisem.fit.covariance.covariance_fit import as_covariance
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.modification_indices import ScoreTests, score_tests
from csisem.fit.status import warn_inadmissible
from csisem.inference.delta import jacobian
from csisem.specification.parameters import Parameter, ParameterTable
from csisem.specification.syntax.expressions import compile_expression

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit
    from csisem.specification.syntax.relation import Constraint

# Coefficients, relative to those of other rows, that are rounding.
_ROUNDING = 1e-12
# Part of a constraint's own coefficients that the others must leave for it to be released alone.
_REPEATED = 1e-8


def score_test(fit: Fit) -> pd.DataFrame:
    """Test the equations between parameters that a fit holds: equal labels, ``equal=``, and ``==`` constraints.

    Parameters
    ----------
    fit
        A usable fit of a covariance structure.

    Returns
    -------
    DataFrame
        A row for each equation, and a last one for all ``jointly`` if there are several: ``constraint, chisq, df,
        pvalue, epc``. ``chisq`` is by how much the fit's chi-square would fall, to first order, without the equation;
        ``epc`` is the expected change of its left side less its right side. ``.attrs["epc"]`` is a frame of all
        parameters, ``lhs op rhs group label est epc epv``: their expected changes and values without all of these
        equations. The joint ``df`` are those that the data determine; where they are fewer than the equations (equal
        intercepts with free latent means), the changes without all of them are not determined: nan.

    Raises
    ------
    UnusableFitError
        If the fit did not converge or is not identified.
    ModelError
        If the fit holds no equation.
    OptionError
        If the fit is of a PLS path model, or pooled over completed data sets.

    See Also
    --------
    modification_indices : Score tests of parameters that are fixed or absent.
    wald : Tests of equations that the fit does not hold.
    invariance : Equalities over groups, level by level.

    Notes
    -----
    With g the gradient and J the inverse of the expected information bordered by the other equations, ``chisq`` is
    ``n g'Jg`` (Rao 1948; Sorbom 1989), as lavaan's ``lavTestScore()``. Active inequalities and the sums of effect
    coding are held throughout. An equation that repeats others cannot be released alone: nan. Under weights and robust
    estimators the tests are those of the plain chi-square.

    Examples
    --------
    >>> model = cs.Model.from_syntax("Quality =~ q1 + a*q2 + a*q3; Value =~ v1 + v2; Value ~ Quality")
    >>> fit = model.fit(cs.datasets.retail_survey())
    >>> cs.score_test(fit).round(3)
                            constraint   chisq  df  pvalue    epc
    0  Quality =~ q2 == Quality =~ q3  15.642   1     0.0 -0.141
    """
    import pandas as pd

    solution = as_covariance(fit, "Score tests").solution
    if solution.completed:
        raise OptionError("Score tests are of one data set; take the fits of fit.imputed.fits.")
    solution.require_usable("Score tests")
    warn_inadmissible(fit.status, "fit.inadmissible.score_test")
    held = _equations(solution, fit.model.constraints)
    if not held.tested.any():
        raise ModelError("The fit holds no equation between parameters: no label or equal= is shared and no '==' "
                         "written; cs.modification_indices tests what is fixed or absent.")  # fmt: skip
    directions, alone = _released(held)
    found = released(solution, directions)
    single = np.where(alone, found.single.mi, np.nan)
    frame = pd.DataFrame({
        "constraint": [text for text, one in zip(held.texts, held.tested, strict=True) if one],
        "chisq": single, "df": np.ones(len(single), dtype=int), "pvalue": chdtrc(1, single),
        "epc": np.where(alone, found.single.epc, np.nan),
    })  # fmt: skip
    if len(frame) > 1:
        frame.loc[len(frame)] = ["jointly", found.chisq, found.df, chdtrc(found.df, found.chisq), np.nan]
    # Where the data do not determine all equations together, nor do they the changes.
    moves = solution.table.free | (found.change != 0)
    change = np.where(moves & (found.df == len(single)), found.change, np.nan)
    table = frames.labels_of_all(solution.table).iloc[: len(solution.table.rows)]
    changes = table.assign(est=solution.values, epc=change, epv=solution.values + change)
    frame.attrs["epc"] = changes[~solution.table.internal].reset_index(drop=True)
    return frame


@dataclass(frozen=True, slots=True, eq=False)
class Released:
    """Score tests of directions in which rows may move.

    Attributes
    ----------
    single
        Each direction alone, (k,).
    chisq, df
        All of them jointly.
    change
        Expected changes of all rows, (R,), when all are released.
    """

    single: ScoreTests
    chisq: float
    df: int
    change: FloatArray


def released(solution: CovarianceSolution, directions: csr_array) -> Released:
    """Test further parameters that move the rows (R, k), at the estimate."""
    table, q, k = solution.table, solution.table.npar, directions.shape[1]
    extended = replace(
        table,
        map=csr_array(hstack([table.map, directions])),
        definitions=(),
        representatives=(*table.representatives, *([0] * k)),
    )
    structure = with_exogenous(compile_structure(extended), extended, solution.sample_mean, solution.sample_cov)
    objective: Objective = solution.objective.of(structure)
    point = objective.at(np.concatenate([solution.theta, np.zeros(k)])[None])
    size = float(solution.counted.sum()) * solution.unit
    single = score_tests(objective, point, q, size)
    slope = objective.slopes(point)
    information, gradient = objective.expected(point, slope).dense()[0], slope.gradient[0]
    inverse = symmetric_inverse(information[:q, :q])
    pull = information[q:, :q] @ inverse
    left = information[q:, q:] - pull @ information[:q, q:]
    score = gradient[q:] - pull @ gradient[:q]
    deviation = -np.linalg.lstsq(left, score, rcond=_REPEATED)[0]
    step = np.concatenate([-pull.T @ deviation, deviation])
    df = int(np.linalg.matrix_rank(left, tol=_REPEATED * max(float(np.diagonal(left).max(initial=0.0)), 1e-300)))
    return Released(single, float(-size * score @ deviation), df, np.asarray(extended.map @ step))


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Equations of rows as coefficients (k, R), how they are written, and which of them are tested, (k,)."""

    coefficients: FloatArray
    texts: tuple[str, ...]
    tested: BoolArray


def _equations(solution: CovarianceSolution, constraints: tuple[Constraint, ...]) -> _Held:
    """Every equation that makes the free parameters fewer than the rows that are not fixed."""
    table = solution.table
    names = _names(table)
    shared: dict[Hashable, list[int]] = {}
    fixed = {row.tie for row in table.rows if row.fixed is not None}
    for r, row in enumerate(table.rows):
        if row.fixed is None and row.tie not in fixed:
            shared.setdefault(row.tie, []).append(r)
    found: list[FloatArray] = []
    texts: list[str] = []
    for first, *others in shared.values():
        for other in others:
            own = np.zeros(len(table.rows))
            own[first], own[other] = 1.0, -1.0
            found.append(own)
            texts.append(f"{names[first]} == {names[other]}")
    for one in constraints:
        if one.comparison == "==":
            found.append(_slopes(one, solution, shared))
            texts.append(f"{one.left} == {one.right}")
    coefficients = np.array(found).reshape(-1, len(table.rows))
    rows = sorted(r for own in shared.values() for r in own)
    held = _others(coefficients[:, rows], table.map[rows].toarray())
    every = np.zeros((len(held), len(table.rows)))
    every[:, rows] = held
    tested = np.arange(len(texts) + len(held)) < len(texts)
    return _Held(np.vstack([coefficients, every]), (*texts, *[""] * len(held)), tested)


def _others(coefficients: FloatArray, mapping: FloatArray) -> FloatArray:
    """Equations of free rows, beyond those listed, that hold along the map: sums of effect coding, inequalities."""
    left, values, _ = np.linalg.svd(mapping)
    normal = left[:, int((values > _REPEATED).sum()) :]
    if len(coefficients):
        within = coefficients @ normal
        _, values, right = np.linalg.svd(within)
        normal = normal @ right[int((values > _REPEATED).sum()) :].T
    return np.asarray(normal.T)


def _slopes(one: Constraint, solution: CovarianceSolution, shared: dict[Hashable, list[int]]) -> FloatArray:
    """Derivatives (R,) of an equation's left side less its right side by the rows."""
    table = solution.table
    left, right = compile_expression(one.left), compile_expression(one.right)
    places: dict[str, int] = {}
    for r, row in enumerate(table.rows):
        if row.label:
            places.setdefault(row.label, r)

    def difference(rows: FloatArray) -> FloatArray:
        known = {name: rows[..., r] for name, r in places.items()}
        for definition in table.definitions:
            known[definition.name] = compile_expression(definition.expression).evaluate(known)
        return np.asarray(left.evaluate(known) - right.evaluate(known))

    slopes = np.broadcast_to(jacobian(difference, solution.values), (len(table.rows),)).copy()
    free = {r for own in shared.values() for r in own}
    slopes[[r for r in range(len(table.rows)) if r not in free]] = 0.0
    return np.asarray(slopes)


def _released(held: _Held) -> tuple[csr_array, BoolArray]:
    """Directions (R, k) that break one tested equation each and no other, and whether there is one."""
    inverse = np.linalg.pinv(held.coefficients, rcond=_REPEATED)
    directions = inverse[:, held.tested]
    directions[np.abs(directions) < _ROUNDING] = 0.0
    broken = np.diagonal(held.coefficients @ inverse)[held.tested]
    return csr_array(directions), np.asarray(np.abs(broken - 1) < _REPEATED)


def _names(table: ParameterTable) -> list[str]:
    def name(row: Parameter) -> str:
        return row.name + (f" [{table.groups[row.group]}]" if len(table.groups) > 1 else "")

    return [name(row) for row in table.rows]
