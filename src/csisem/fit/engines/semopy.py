"""semopy as a second engine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.estimation.starting_values import start_values
from csisem.covariance.grouped_matrix import GroupedMatrix
from csisem.errors import ModelError, OptionError
from csisem.fit.covariance.identification import count_moments, inverse_or_flat
from csisem.fit.covariance.verdict import judge
from csisem.fit.solution import Uncertainty
from csisem.fit.status import USUAL, not_converged, not_identified, too_many_parameters
from csisem.specification.parameters import ParameterTable

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution


STOP = 1e-12
"""semopy's optimiser (scipy's SLSQP) stops when its objective, chi-square / n, moves by less than this.

Its own default of 1e-6 leaves estimates a hundredth of their errors away; at 1e-12 rounding takes over.
"""

# "Success" of SLSQP only means that the objective stopped moving. Newton's estimate of the remaining decrease of
# chi-square must be below this too: every estimate is then within a hundredth of its standard error of the minimum.
_REMAINING = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Result of semopy, in the order and units of our parameters.

    Attributes
    ----------
    theta, information
        Estimates (q,) and semopy's expected information (q, q), nan where its model is not positive definite.
    converged
        Whether semopy reports convergence and no decrease of chi-square remains.
    iterations
        Of its optimiser.
    """

    theta: FloatArray
    information: FloatArray
    converged: bool
    iterations: int


def fit_semopy(empty: CovarianceSolution) -> CovarianceSolution:
    """Fit the model of ``empty`` by semopy's maximum likelihood and return the solution.

    Estimates and information matrix are semopy's own, from the same moments and our starting values (semopy's need
    rows).
    """
    table = empty.table
    _refuse(empty)
    if table.restrictions is not None:
        raise OptionError("engine='semopy' fits no inequalities, bounds or nonlinear equations; use engine='native'.")
    moments = count_moments(len(table.observed), len(table.exogenous), 1, False)
    if table.npar > moments:
        return replace(empty, status=too_many_parameters(table.npar, moments))
    run = _run(empty)
    solved = replace(empty, theta=run.theta, iterations=run.iterations)
    if not np.isfinite(run.information).all():
        return replace(solved, status=not_converged(run.iterations))
    inverse, flat = inverse_or_flat(GroupedMatrix.whole(run.information))
    if inverse is None:
        return replace(solved, status=not_identified(table.names(), flat))
    if not run.converged:
        return replace(solved, status=not_converged(run.iterations))
    status = judge(table, solved.lisrel, solved.implied_moments, solved.group_n, USUAL)
    return replace(solved, errors=Uncertainty(inverse.dense()), status=status)


def _refuse(empty: CovarianceSolution) -> None:
    table = empty.table
    if empty.recipe.discrepancy != "ML":
        raise OptionError(f"engine='semopy' estimates by 'ML' only, not by {empty.estimator!r}; use engine='lavaan'.")
    if table.n_groups > 1:
        raise OptionError("engine='semopy' fits one group; leave out groups=.")
    if empty.settings.information == "observed":
        raise OptionError(
            "engine='semopy' gives standard errors from the expected information; leave out information=."
        )
    if table.meanstructure:
        raise ModelError("engine='semopy' fits covariances only, and this model has intercepts; leave out '~1' and "
                         "meanstructure=, or use engine='native'.")  # fmt: skip
    if not table.npar:
        raise ModelError("engine='semopy' needs a free parameter, and this model fixes them all; use engine='native'.")
    for row, base, weights in zip(table.rows, table.base, table.map.toarray(), strict=True):
        tied = np.flatnonzero(weights)
        if tied.size and (tied.size > 1 or weights[tied[0]] != 1 or base != 0):
            raise ModelError(f"engine='semopy' ties parameters by equal labels only, and '{row.name}' follows another "
                             "'==' constraint; use engine='native'.")  # fmt: skip


def _run(empty: CovarianceSolution) -> Run:
    import pandas as pd

    table, cov = empty.table, empty.sample_cov[0]
    units, factors = _units(table, cov)
    labels = [f"v{i}" for i in range(len(table.observed))]
    size = empty.n - 1 if empty.settings.likelihood == "wishart" else empty.n
    scale = factors[list(table.representatives)]
    start = scale * start_values(table, empty.structure, empty.sample_mean, empty.sample_cov)
    with _quiet():
        model = _model(_syntax(table, factors * table.values(np.zeros(table.npar), empty.sample_mean, cov[None])))
        for k in range(table.npar):
            # Its 'start' command reads one character of the number only.
            model.parameters[f"p{k}"].start = float(start[k])
        scaled = pd.DataFrame(cov / np.outer(units, units), index=labels, columns=labels)
        result = model.fit(cov=scaled, n_samples=size, obj="MLW", options={"ftol": STOP})
    active = [name for name, parameter in model.parameters.items() if parameter.active]
    order = np.array([active.index(f"p{k}") for k in range(table.npar)], dtype=np.intp)
    theta = np.asarray(result.x, dtype=np.float64)[order]
    try:
        information = np.asarray(model.calc_fim(), dtype=np.float64)[np.ix_(order, order)]
        slope = size / 2 * np.asarray(model.grad_mlw(result.x), dtype=np.float64)[order]
        remaining = float(slope @ np.linalg.lstsq(information, slope)[0])
    except np.linalg.LinAlgError:
        information, remaining = np.full((table.npar, table.npar), np.nan), np.inf
    converged = bool(result.success) and remaining < _REMAINING
    return Run(theta / scale, information * np.outer(scale, scale), converged, int(result.n_it))


def _model(syntax: str) -> Any:
    """A model with dictionaries of its own: semopy keeps them on the class, where the model made last takes them over.

    They hold the methods by which a text is read, so that of two models made in two threads one read the other's.
    """
    from semopy import Model

    model = Model.__new__(Model)
    model.dict_effects, model.dict_operations = dict(Model.dict_effects), dict(Model.dict_operations)
    model.__init__(syntax, cov_diag=True)
    return model


def _units(table: ParameterTable, cov: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Units (p,) of the observed variables for semopy, and the factor (R,) that takes each parameter there.

    SLSQP reports success far from the minimum when variances differ by powers of ten, as a covariate like income
    brings them; each variable is therefore measured in the power of ten nearest to its standard deviation, and each
    construct in its first item's. Items of one scale keep a common unit, so that equal labels keep their meaning; where
    a label ties parameters of different units, all units stay as they are.
    """
    units = 10.0 ** np.round(np.log10(np.diag(cov)) / 2)
    latent = np.ones(len(table.latents))
    for j, name in enumerate(table.latents[table.constructs :], start=table.constructs):
        latent[j] = units[table.observed.index(name)]
    # Constructs of items before those of constructs; backwards, so that the first item decides.
    for row in [row for matrix in ("lambda", "beta") for row in reversed(table.rows) if row.matrix == matrix]:
        if row.op == "=~":
            latent[row.col] = units[row.row] if row.matrix == "lambda" else latent[row.row]
    # Units of a row variable per unit of a column variable, or the product of two units.
    ratio = {"lambda": latent / units[:, None], "beta": latent / latent[:, None],
             "psi": 1 / np.outer(latent, latent), "theta": 1 / np.outer(units, units)}  # fmt: skip
    factors = np.array([ratio[row.matrix][row.row, row.col] for row in table.rows])
    named = factors[list(table.representatives)]
    free = table.free
    if np.allclose((table.map @ named)[free], factors[free], rtol=1e-9, atol=0.0):
        return units, factors
    return np.ones_like(units), np.ones_like(factors)


def _syntax(table: ParameterTable, fixed: FloatArray) -> str:
    """The model in semopy's syntax, every parameter written: ``p0``, ``p1``... are free, others have their value.

    Names become v0, v1... (observed) and w0, w1... (structural), since semopy reads letters and digits only. An
    observed variable in the structural model, or in covariances alone, becomes a construct that it measures without
    error, which is LISREL's all-y form; semopy would sort such variables by rules of its own. semopy bounds variances
    at zero, which ML does not; the bounds are lifted.
    """
    outer = {name: f"v{i}" for i, name in enumerate(table.observed)}
    inner = {name: f"w{j}" for j, name in enumerate(table.latents)}
    lines = []
    for row, weights, value in zip(table.rows, table.map.toarray(), fixed, strict=True):
        free = np.flatnonzero(weights)
        term = f"p{free[0]}" if free.size else np.format_float_positional(value, trim="0")
        lhs, rhs = (inner.get(name) or outer[name] for name in (row.lhs, row.rhs))
        lines.append(f"{lhs} {row.op} {term}*{rhs}")
    for name in table.latents[table.constructs :]:
        lines += [f"{inner[name]} =~ 1*{outer[name]}", f"{outer[name]} ~~ 0*{outer[name]}"]
    loaded = {row.rhs for row in table.rows if row.op == "=~"}.union(inner)
    for name in table.observed:
        if name not in loaded:
            lines += [f"alone{outer[name]} =~ 1*{outer[name]}", f"alone{outer[name]} ~~ 0*alone{outer[name]}"]
    lines += [f"bound -inf inf : p{k}" for k in range(table.npar)]
    return "\n".join(lines)


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress semopy's log messages where nobody handles them.

    It logs through the root logger, which installs a handler for the whole program when there is none, on import too.
    """
    handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
