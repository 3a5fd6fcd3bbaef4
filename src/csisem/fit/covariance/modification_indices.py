"""Modification indices: score tests of fixed and absent parameters."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.estimation.discrepancy import Point
from csisem.covariance.estimation.normal_theory import Objective
from csisem.covariance.grouped_matrix import GroupedMatrix
from csisem.covariance.lisrel.implied import Implied, implied
from csisem.covariance.lisrel.structure import compile_structure, with_exogenous
from csisem.errors import UnusableFitError
from csisem.fit.covariance.covariance_fit import as_one_minimum
from csisem.fit.covariance.identification import inverse_or_flat
from csisem.fit.status import warn_inadmissible
from csisem.specification.parameters import Parameter, ParameterTable, with_freed
from csisem.specification.roles import Roles

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit

Statement = tuple[str, str, str]

# A candidate of whose information less than this share is left beside the free parameters is not identified with them:
# rounding leaves at most 1e-11 of a redundant one, and the nearly singular full mobile-phone model 1e-7 of the weakest.
_DETERMINED = 1e-9


def modification_indices(fit: Fit) -> pd.DataFrame:
    """Estimate, for every parameter that is fixed or absent, how far chi-square would fall if it were free.

    Parameters
    ----------
    fit
        A usable fit of a covariance structure.

    Returns
    -------
    DataFrame
        ``lhs op rhs group mi epc sepc_all``, the largest index first. ``mi`` is the expected fall of chi-square, on one
        degree of freedom, and ``epc`` the expected change of the parameter, in its own unit. ``sepc_all`` is the change
        in standard deviations of both variables (of a covariance: the change of the residual correlation), nan where a
        variance is not positive. ``group`` is the label, or 1.

    Raises
    ------
    UnusableFitError
        If the fit did not converge or is not identified.
    OptionError
        If the fit is by PLS.

    Notes
    -----
    With s the score of the candidate and V its expected information corrected for the free parameters, ``mi`` and
    ``epc`` are ``s^2 / V`` and ``s / V`` (Sorbom 1989, Psychometrika 54, 371-384; Saris, Satorra and Sorbom 1987).

    The candidates are lavaan's: loadings of all constructs on all items, covariances of residuals and of constructs,
    paths among variables that stand in paths, intercepts where means are modelled, and every fixed parameter. Those
    that would not be identified are left out, and so are moments of observed exogenous variables, which are the
    sample's.

    Each candidate is tested at the estimate. lavaan's ``modindices()`` adds all candidates at once; where one of them
    makes an observed variable that covaries with others part of another matrix (auxiliary variables beside an observed
    outcome), it evaluates the scores elsewhere. Its ``lavTestScore(add=)``, one candidate at a time, gives the figures
    of this table.

    An index shows what would fit this sample better, not what is true: free only what the questionnaire explains, one
    parameter at a time. Under sampling weights and robust estimators the indices are those of the plain chi-square.
    Those of ULS and DWLS show how far their discrepancy falls, and are not chi-square distributed.

    For least squares, s and V are ``D'Wr`` and ``D'WD`` of one discrepancy ``(N - G) r'Wr`` (r the residual moments, D
    their derivatives), so that both are exact where the moments are linear in the candidate. lavaan multiplies s by
    ``(n - 1) / n`` of each group, and not V: its indices and expected changes are by this factor smaller, or by a mean
    of the groups' factors where they share parameters.

    Examples
    --------
    >>> fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    >>> cs.modification_indices(fit).head(3).round(2)
         lhs  op    rhs  group     mi   epc  sepc_all
    0    EXP  =~  CUSA1      1  13.30  0.75      0.55
    1  CUSA1  ~~  CUSA3      1   7.99 -0.24     -0.25
    2  CUEX2  ~~  CUSA1      1   5.88  0.25      0.18
    """
    solution = as_one_minimum(fit, "Modification indices").solution
    solution.require_usable("Modification indices")
    warn_inadmissible(fit.status, "fit.inadmissible.modification_indices")
    extended = _extended(solution.table)
    table = extended.table
    structure = with_exogenous(compile_structure(table), table, solution.sample_mean, solution.sample_cov)
    at = np.concatenate([solution.theta, solution.values[list(extended.given)], extended.values])
    objective = solution.objective.of(structure)
    point = objective.at(at[None])
    size = float(solution.counted.sum()) * solution.unit
    tests = score_tests(objective, point, len(at) - len(extended.rows), size)
    rows = [table.rows[r] for r in extended.rows]
    # The point of ordered items is conditional on the exogenous variables, and standard deviations are not.
    moments = point.moments if table.ordered is None else implied(point.matrices)
    return _frame(fit.groups or (1,), rows, tests, _units(rows, moments))


@dataclass(frozen=True, slots=True, eq=False)
class _Extended:
    """A table with more free parameters: moments of exogenous variables, then K candidates.

    A path to an exogenous variable makes it an outcome, whose own moments are parameters; for every other candidate it
    makes no difference whether they are.

    Attributes
    ----------
    table
        The extended table.
    given
        The rows that are moments of exogenous variables.
    rows
        The candidates' rows in it.
    values
        What they are fixed at, (K,).
    """

    table: ParameterTable
    given: tuple[int, ...]
    rows: tuple[int, ...]
    values: FloatArray


class ScoreTests(NamedTuple):
    """Index and expected change of K candidates, (K,); nan for those that are not identified."""

    mi: FloatArray
    epc: FloatArray


def score_tests(objective: Objective, point: Point, q: int, size: float) -> ScoreTests:
    """Score tests of all parameters after the first ``q``, one at a time, at the estimate of those."""
    slope = objective.slopes(point)
    information, gradient = objective.expected(point, slope).dense()[0], slope.gradient[0]
    inverse, _ = inverse_or_flat(GroupedMatrix.whole(information[:q, :q]))
    if inverse is None:
        raise UnusableFitError("Modification indices cannot be computed: the information is singular.")
    own, cross = np.diag(information)[q:], information[q:, :q]
    pull = cross @ inverse.dense()
    left = own - (pull * cross).sum(axis=1)
    left = np.where(left > _DETERMINED * own, left, np.nan)
    # The free parameters' own scores vanish at the optimum; what remains after another program's early stop is removed.
    score = gradient[q:] - pull @ gradient[:q]
    return ScoreTests(size * score**2 / left, -score / left)


@lru_cache(maxsize=16)
def _extended(table: ParameterTable) -> _Extended:
    """Free the fixed rows of a table, and append lavaan's other candidates at zero."""
    taken = {_pair(row.lhs, row.op, row.rhs) for row in table.rows}
    new = [statement for statement in _candidates(table) if _pair(*statement) not in taken]
    roles = _roles(table, new)
    rows = [_placed(row, roles) for row in table.rows]
    occupied = {_place(row) for row in rows}
    for group in range(table.n_groups):
        for lhs, op, rhs in new:
            tie = ("candidate", lhs, op, rhs, group)
            row = _placed(Parameter(lhs, op, rhs, group, "", None, None, "lambda", 0, 0, tie), roles)
            # A path from a higher-order construct may be one of its loadings under another name.
            if _place(row) not in occupied:
                rows.append(row)
    count = len(table.rows)
    # The moments of ordered items are conditional on the exogenous variables, and tell nothing of theirs.
    given = tuple(r for r, row in enumerate(table.rows) if row.exogenous and table.ordered is None)
    fixed = [
        r
        for r, row in enumerate(table.rows)
        if row.fixed is not None and not row.exogenous and not row.derived and not table.internal[r]
    ]
    chosen = (*fixed, *range(count, len(rows)))
    freed = (*given, *chosen)
    base, values = np.zeros(len(rows)), np.zeros(len(chosen))
    base[:count], values[: len(fixed)] = table.base, table.base[fixed]
    base[fixed] = 0.0
    mapping = with_freed(table.map, np.arange(count), freed, len(rows))
    extended = replace(
        table,
        rows=tuple(rows),
        base=base,
        map=mapping,
        latents=roles.latents,
        definitions=(),
        representatives=(*table.representatives, *freed),
    )
    return _Extended(extended, given, chosen, values)


def _candidates(table: ParameterTable) -> Iterator[Statement]:
    """Statements that lavaan's ``modindices()`` considers besides the model's own."""
    constructs = table.latents[: table.shown]
    items = {row.rhs for row in table.rows if row.op == "=~"} - set(constructs)
    # The items of a composite covary freely already, and nothing else reaches them.
    formed = {item for one in table.formed if one.excrescent for item in one.items}
    measured = [name for name in table.observed[: table.measured] if name not in formed]
    paths = [row for row in table.rows if row.op == "~"]
    structural = tuple(dict.fromkeys([row.lhs for row in paths] + [row.rhs for row in paths]))
    for construct in constructs:
        for name in measured:
            if name not in structural and name not in table.exogenous:
                yield construct, "=~", name
    for lhs, rhs in combinations([name for name in measured if name in items], 2):
        yield lhs, "~~", rhs
    for lhs, rhs in combinations(constructs, 2):
        yield lhs, "~~", rhs
    # The moments of ordered items are conditional on the exogenous variables, which are no outcomes then.
    given = table.exogenous if table.ordered is not None else ()
    for lhs in structural:
        for rhs in structural:
            # A construct's path to an observed item is its loading.
            if lhs != rhs and lhs not in given and not (lhs in items and rhs in constructs):
                yield lhs, "~", rhs


def _roles(table: ParameterTable, new: Sequence[Statement]) -> Roles:
    """Structural variables after the new covariances are added: both variables of each covariance, or neither."""
    constructs, inside = table.latents[: table.constructs], set(table.latents)
    covariances = [{row.lhs, row.rhs} for row in table.rows if row.op == "~~"]
    covariances += [{lhs, rhs} for lhs, op, rhs in new if op == "~~"]
    while crossing := [pair for pair in covariances if pair & inside and pair - inside]:
        inside = inside.union(*crossing)
    promoted = tuple(name for name in table.observed if name in inside)
    return Roles(constructs, table.observed, promoted, (), (), (), ())


def _placed(row: Parameter, roles: Roles) -> Parameter:
    if row.op == "|":
        return row
    matrix, i, j = roles.place(row.lhs, row.op, row.rhs)
    return replace(row, matrix=matrix, row=i, col=j)


def _pair(lhs: str, op: str, rhs: str) -> tuple[str, Hashable]:
    """A statement, of a covariance without the order of its variables."""
    return op, frozenset((lhs, rhs)) if op == "~~" else (lhs, rhs)


def _place(row: Parameter) -> tuple[int, str, Hashable]:
    """Group, matrix and element, an element of a symmetric matrix in either order."""
    symmetric = row.matrix in ("psi", "theta")
    return row.group, row.matrix, frozenset((row.row, row.col)) if symmetric else (row.row, row.col)


def _units(rows: Sequence[Parameter], moments: Implied) -> FloatArray:
    """Factors (K,) that standardise each parameter; nan where a variance is not positive."""
    covariances = (moments.cov, moments.latent_cov, moments.matrices.residual, moments.matrices.latent)
    variances = (np.diagonal(cov[0], axis1=-2, axis2=-1) for cov in covariances)
    item, latent, residual, disturbance = (np.sqrt(np.where(v > 0, v, np.nan)) for v in variances)
    units = np.empty(len(rows))
    for k, row in enumerate(rows):
        g, i, j = row.group, row.row, row.col
        target = latent if row.matrix in ("beta", "psi", "alpha") else item
        if row.matrix in ("psi", "theta"):
            own = residual if row.matrix == "theta" else disturbance
            units[k] = target[g, i] ** -2 if i == j else 1 / (own[g, i] * own[g, j])
        else:
            units[k] = (latent[g, j] if row.matrix in ("lambda", "beta") else 1.0) / target[g, i]
    return units


def _frame(labels: Sequence[Hashable], rows: Sequence[Parameter], tests: ScoreTests, units: FloatArray) -> pd.DataFrame:
    import pandas as pd

    found = np.flatnonzero(~np.isnan(tests.mi))
    order = found[np.argsort(-tests.mi[found], kind="stable")]
    return pd.DataFrame(
        {
            "lhs": [rows[k].lhs for k in order],
            "op": [rows[k].op for k in order],
            "rhs": [rows[k].rhs for k in order],
            "group": [labels[rows[k].group] for k in order],
            "mi": tests.mi[order],
            "epc": tests.epc[order],
            "sepc_all": (tests.epc * units)[order],
        }
    )
