"""Wald tests of hypotheses about parameters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc, fdtrc

from csisem.arrays import FloatArray
from csisem.errors import OptionError, listed, nearest, shown
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.fit import solution_of
from csisem.fit.frames import rows_at
from csisem.fit.solution import Solution
from csisem.fit.status import warn_inadmissible
from csisem.inference.delta import jacobian
from csisem.inference.pooling import d1
from csisem.specification.parameters import ParameterTable
from csisem.specification.syntax.expressions import Expression, compile_expression

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit

# Part of a hypothesis's terms, each times its standard error, below which nothing estimated is in it.
_NOTHING = 1e-10
# Smallest eigenvalue, of derivatives and of covariances as correlations, of hypotheses that can be tested together.
_SINGULAR = 1e-10
# Marks outside backticks: an even number of these follows.
_OUTSIDE = "(?=(?:[^`]*`[^`]*`)*[^`]*$)"


def wald(fit: Fit, hypotheses: str | Sequence[str]) -> pd.DataFrame:
    """Test equations between parameters by their estimates and covariance matrix.

    Parameters
    ----------
    fit
        A usable fit.
    hypotheses
        Equations between expressions of labels, ``"a == b"``, ``"a*b == 0"``; several as a list, or in one text with
        semicolons, ``"beta54 == 0; gamma21 == 0"``. A parameter without a label is named by its relation in backticks,
        ```"`Value ~ Quality` == 0"```, in a fit by group with the group behind it, ```"`Value ~ Quality [North]`"```.

    Returns
    -------
    DataFrame
        A row for each hypothesis, and a last one for all ``jointly`` if there are several: ``hypothesis, est, se,
        chisq, df, df2, pvalue``. ``est`` is left minus right, with its standard error. ``df2`` is infinite and the
        p-value that of the chi-square, unless the standard errors have degrees of freedom: see Notes.

    Raises
    ------
    UnusableFitError
        If the fit did not converge or is not identified.
    ModelSyntaxError
        If an expression cannot be read.
    OptionError
        If a hypothesis is not one equation, names something that is not a parameter, has nothing estimated in it, or
        repeats the others.

    See Also
    --------
    compare : Chi-square difference tests of nested fits.
    modification_indices : Score tests of parameters that are fixed or absent.

    Notes
    -----
    With r the left sides less the right ones and J their derivatives by the parameters, ``W = r' (J V J')^-1 r`` is a
    chi-square with as many degrees of freedom as hypotheses (Wald 1943), V being the covariance matrix of the fit:
    robust, design-based or from replicates as its standard errors are. Under a design with d degrees of freedom
    ``(d - k + 1) / (d k) W`` is taken as F with k and d - k + 1 (Korn and Graubard 1990, American Statistician 44,
    270-276). Pooled fits are tested by D1 (Li, Raghunathan and Rubin 1991, JASA 86, 1065-1073), and ``chisq`` is k
    times its F. Unlike a difference of chi-squares the test depends on how a hypothesis is written: ``a/b == 1`` and
    ``a == b`` differ in small samples.

    Examples
    --------
    >>> syntax = "Quality =~ q1 + q2 + q3; Value =~ v1 + v2; Loyalty =~ l1 + l2; "
    >>> model = cs.Model.from_syntax(syntax + "Value ~ a*Quality; Loyalty ~ b*Quality + c*Value")
    >>> fit = model.fit(cs.datasets.retail_survey(), estimator="MLR")
    >>> cs.wald(fit, "a == 0.9; b == 3*c").round(3)
      hypothesis    est     se  chisq  df    df2  pvalue
    0   a == 0.9 -0.046  0.044  1.096   1  188.0   0.297
    1   b == 3*c  0.189  0.223  0.718   1  188.0   0.398
    2    jointly    NaN    NaN  2.242   2  187.0   0.330
    """
    import pandas as pd

    solution = solution_of(fit, "Wald tests")
    warn_inadmissible(fit.status, "fit.inadmissible.wald")
    equations = _equations(hypotheses, solution.table)
    difference, slope, covariance = _differences(solution, equations)
    _check(solution, equations, difference, slope, covariance[-1])
    tests = [_tested(solution, [k], difference, covariance) for k in range(len(equations))]
    if len(equations) > 1:
        tests.append(_tested(solution, list(range(len(equations))), difference, covariance))
    joint = [np.nan] * (len(tests) - len(equations))
    return pd.DataFrame({
        "hypothesis": [one.text for one in equations] + ["jointly"] * len(joint),
        "est": [*difference, *joint],
        "se": [*np.sqrt(np.diagonal(covariance[-1])), *joint],
        "chisq": [test.chisq for test in tests],
        "df": [test.df for test in tests],
        "df2": [test.df2 for test in tests],
        "pvalue": [test.pvalue for test in tests],
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Equation:
    """A hypothesis as it is written, and its two sides."""

    text: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class WaldStatistic:
    """A chi-square with its degrees of freedom and p-value; ``df2`` is infinite unless it is judged by F."""

    chisq: float
    df: int
    df2: float
    pvalue: float


def _equations(hypotheses: str | Sequence[str], table: ParameterTable) -> list[Equation]:
    """Read the hypotheses."""
    given = (hypotheses,) if isinstance(hypotheses, str) else hypotheses
    if not isinstance(given, list | tuple) or not all(isinstance(text, str) for text in given):
        raise OptionError(f"hypotheses must be equations such as 'a == b', as text or a list; got {shown(hypotheses)}.")
    texts = [text.strip() for one in given for text in re.split(rf"[;\n]{_OUTSIDE}", one) if text.strip()]
    if not texts:
        raise OptionError("hypotheses holds no equation; write one such as 'a == b'.")
    places, found = _places(table), []
    for text in texts:
        sides = re.split(f"=={_OUTSIDE}", text)
        if len(sides) != 2 or re.search(r"[<>=]", "".join(re.sub(r"`[^`]*`", "", side) for side in sides)):
            raise OptionError(f"{shown(text)} is not one equation with '=='; inequalities have no Wald test, and a "
                              "relation goes in backticks: `Value ~ Quality`.")  # fmt: skip
        left, right = map(compile_expression, sides)
        if left.divides_by_zero or right.divides_by_zero:
            raise OptionError(f"{shown(text)} divides by zero.")
        for name in (*left.names, *right.names):
            if _key(name) not in places:
                raise OptionError(f"{shown(text)} names {shown(name)}, which is neither a label nor a parameter"
                                  f"{nearest(name, places)}.")  # fmt: skip
        found.append(Equation(text, left, right))
    return found


def _key(name: str) -> str:
    return " ".join(re.sub(r"(=~|~~|~1|<~|~)", r" \1 ", name).split())


@lru_cache(maxsize=32)
def _places(table: ParameterTable) -> dict[str, int]:
    """Positions of the row values and ``:=`` quantities by their names; a label stands for its first row."""
    several = len(table.groups) > 1
    places: dict[str, int] = {}
    for r, row in enumerate(table.rows):
        group = f" [{table.groups[row.group]}]" if several else ""
        names = [row.name, f"{row.rhs} ~~ {row.lhs}"] if row.op == "~~" else [row.name]
        for name in ([row.label] if row.label else []) + [_key(name + group) for name in names]:
            places.setdefault(name, r)
    for k, definition in enumerate(table.definitions):
        places.setdefault(definition.name, len(table.rows) + k)
    return places


def _differences(
    solution: Solution, equations: Sequence[Equation]
) -> tuple[FloatArray, FloatArray, tuple[FloatArray, ...]]:
    """Left minus right (k,), its derivatives (k, q), and covariances (k, k).

    There are two covariances, within data sets and in total, if several data sets were pooled.
    """
    places = _places(solution.table)

    def differences(theta: FloatArray) -> FloatArray:
        rows = rows_at(solution, theta)
        found = []
        for one in equations:
            values = {name: rows[..., places[_key(name)]] for name in (*one.left.names, *one.right.names)}
            found.append(np.broadcast_to(one.left.evaluate(values) - one.right.evaluate(values), rows.shape[:-1]))
        return np.stack(found, axis=-1)

    slope = jacobian(differences, solution.theta)
    covariance: tuple[FloatArray, ...] = (slope @ solution.vcov @ slope.T,)
    if isinstance(solution, CovarianceSolution) and solution.imputed is not None:
        covariance = (slope @ solution.imputed.within @ slope.T, *covariance)
    return differences(solution.theta), slope, covariance


def _check(
    solution: Solution, equations: Sequence[Equation], difference: FloatArray, slope: FloatArray, total: FloatArray
) -> None:
    """Refuse hypotheses that have no value or standard error, repeat each other, or are too many for the design."""
    scaled = slope * np.sqrt(np.maximum(np.diagonal(solution.vcov), 0.0))
    terms, se = np.abs(scaled).sum(axis=1), np.sqrt(np.maximum(np.diagonal(total), 0.0))
    for one, value, size, error in zip(equations, difference, terms, se, strict=True):
        if not np.isfinite(value):
            raise OptionError(f"{shown(one.text)} has no value at the estimates.")
        if error <= _NOTHING * size:
            raise OptionError(f"{shown(one.text)} has no standard error: nothing in it is estimated, it stands at a "
                              "bound, or its sides are equal by definition.")  # fmt: skip
    if len(equations) > solution.degrees:
        raise OptionError(f"{len(equations)} hypotheses cannot be tested together with {solution.degrees:g} degrees of "
                          "freedom of the design; test fewer.")  # fmt: skip
    unit = scaled / np.sqrt((scaled**2).sum(axis=1))[:, None]
    values, vectors = np.linalg.eigh(unit @ unit.T)
    if values[0] < _SINGULAR:
        weight = np.abs(vectors[:, 0])
        again = [one.text for one, own in zip(equations, weight, strict=True) if own > 0.1 * weight.max()]
        raise OptionError(f"The hypotheses {listed(again)} repeat each other; leave one out.")
    if np.linalg.eigvalsh(total / np.outer(se, se))[0] < _SINGULAR:
        raise OptionError(f"The standard errors of the fit do not allow {len(equations)} hypotheses to be tested "
                          "together: their covariance matrix is singular; test fewer.")  # fmt: skip


def _tested(
    solution: Solution, chosen: list[int], difference: FloatArray, covariance: Sequence[FloatArray]
) -> WaldStatistic:
    """Test some of the hypotheses jointly."""
    k, r = len(chosen), difference[chosen]
    parts = [one[np.ix_(chosen, chosen)] for one in covariance]
    if len(parts) > 1:
        pooled = d1(r, parts[0], parts[1], len(solution.completed))
        return WaldStatistic(k * pooled.f, k, pooled.df2, pooled.pvalue)
    chisq, d = float(r @ np.linalg.solve(parts[0], r)), solution.degrees
    if not np.isfinite(d):
        return WaldStatistic(chisq, k, np.inf, float(chdtrc(k, chisq)))
    df2 = d - k + 1
    if df2 <= 0:
        return WaldStatistic(chisq, k, df2, np.nan)
    return WaldStatistic(chisq, k, df2, float(fdtrc(k, df2, df2 / (d * k) * chisq)))
