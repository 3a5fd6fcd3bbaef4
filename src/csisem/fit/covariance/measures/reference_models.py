"""Saturated and baseline models of full information maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.estimation.discrepancy import Point, Slopes
from csisem.covariance.estimation.scoring import minimise
from csisem.covariance.full_information.incomplete_likelihood import Incomplete
from csisem.covariance.full_information.saturated_em import available, pack
from csisem.covariance.goodness_of_fit.baseline_tables import independence_table, saturated_table
from csisem.covariance.goodness_of_fit.complete_data_misfit import Misfit, bias
from csisem.covariance.goodness_of_fit.ugamma import normal_weight
from csisem.covariance.lisrel.structure import Structure, compile_structure
from csisem.covariance.vech import moment_slopes
from csisem.fit.covariance import full_information
from csisem.fit.covariance.identification import degrees_of_freedom
from csisem.fit.covariance.measures.scaled_measures import Discrepancies

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution
    from csisem.moments.patterns import Patterns
    from csisem.specification.parameters import ParameterTable


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A model at its estimate, a batch of one.

    Attributes
    ----------
    objective, point, slope
        The discrepancy, its value at the estimate, and its derivatives.
    information
        Observed information per row of the parameters that count, (k, k).
    counted
        Which of its q parameters are not moments of exogenous variables, (q,).
    """

    objective: Incomplete
    point: Point
    slope: Slopes
    information: FloatArray
    counted: BoolArray

    @property
    def structure(self) -> Structure:
        """The model's structure."""
        return self.objective.structure

    def moved(self) -> FloatArray:
        """Derivatives of all groups' moments, means first, by the parameters, (G s, q)."""
        slope, maps = self.slope, self.structure.whole_map()
        groups = [moment_slopes(slope.a[0, g], slope.b[0, g], slope.mean[0, g]) @ maps[g] for g in range(len(maps))]
        return np.concatenate(groups)


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """The model, the saturated and the baseline model."""

    model: Placed
    saturated: Placed
    baseline: Placed


def discrepancies_of(solution: CovarianceSolution) -> Discrepancies:
    """Chi-squares and log-likelihoods of a full-information fit.

    The baseline's moments are those of every item by itself, without iteration; exogenous variables, which every row
    answers, keep their own.
    """
    patterns, table = patterns_of(solution), solution.table
    sample = _saturated(solution)
    mean, cov = solution.sample_mean[None], solution.sample_cov[None]
    x = solution.exogenous
    best, baseline = (
        float(sample.at(pack(*moments)).value[0]) for moments in ((mean, cov), baseline_moments(solution, sample))
    )
    value, n = float(solution.point.value[0]), solution.n
    df, baseline_df = degrees_of_freedom(table)
    answered = (patterns.answered.sum(axis=1) - x.size) @ patterns.weight / patterns.weight.sum()
    constant = answered * np.log(2 * np.pi)
    # The likelihood of exogenous variables is no part of the model's.
    logdet_x = (
        np.linalg.slogdet(solution.sample_cov[:, x[:, None], x])[1] + x.size if x.size else np.zeros(len(mean[0]))
    )
    given = float(solution.group_size @ logdet_x) / n
    return Discrepancies(
        chisq=max(2 * n * (value - best), 0.0),
        df=df,
        baseline_chisq=max(2 * n * (baseline - best), 0.0),
        baseline_df=baseline_df,
        logl=-n * (2 * value + constant - given) / 2,
        unrestricted_logl=-n * (2 * best + constant - given) / 2,
        multiplier=float(n),
    )


def references(solution: CovarianceSolution) -> References:
    """The three models at their estimates."""
    free, alone = saturated_table(solution.table), independence_table(solution.table)
    saturated = _saturated(solution)
    theta = _values(alone, solution.table, *baseline_moments(solution, saturated))
    given = set(solution.table.exogenous)
    found = []
    for table, objective, at in (
        (free, saturated, pack(solution.sample_mean[None], solution.sample_cov[None])),
        (alone, saturated.of(compile_structure(alone)), theta),
    ):
        counted = np.array([row.lhs not in given or (row.rhs or row.lhs) not in given for row in table.rows])
        found.append(_placed(objective, objective.at(at), counted))
    own = full_information.objective(solution.structure, patterns_of(solution), solution.sample_mean)
    return References(_placed(own, solution.point, np.ones(solution.table.npar, dtype=bool)), *found)


def _placed(objective: Incomplete, point: Point, counted: BoolArray) -> Placed:
    slope = objective.slopes(point)
    information = objective.observed(point, slope).dense()[0]
    return Placed(objective, point, slope, information[np.ix_(counted, counted)], counted)


def misfit(solution: CovarianceSolution, compared: References, products: FloatArray | None = None) -> Misfit:
    """Complete-data chi-squares at the full-information estimates, and their bias per degree of freedom.

    Parameters
    ----------
    solution, compared
        The solution and its three models.
    products
        Mean products of the rows' scores by all saturated moments, (G s, G s), in the order of `saturated_table`.
    """
    weight = compared.saturated.objective.moment_information(compared.saturated.point)[0]
    shares = solution.group_size / solution.n
    complete = [share * normal_weight(cov, True) for share, cov in zip(shares, solution.sample_cov, strict=True)]
    kept = ~_given_moments(solution)
    w, v = (_blocks(blocks)[np.ix_(kept, kept)] for blocks in (list(weight), complete))
    order = _means_first(solution)
    j = None if products is None else products[np.ix_(order, order)][np.ix_(kept, kept)]
    values = []
    for placed, df in zip((compared.model, compared.baseline), degrees_of_freedom(solution.table), strict=True):
        moved = placed.moved()[np.ix_(kept, placed.counted)]
        values += [_complete_chisq(solution, placed), bias(w, v, moved, j) / df if df > 0 else np.nan]
    return Misfit(*values)


def _complete_chisq(solution: CovarianceSolution, placed: Placed) -> float:
    """Chi-square of a model's moments against the saturated ones, as if of complete rows."""
    moments = placed.point.moments
    total = 0.0
    for size, mean, cov, own_mean, own in zip(
        solution.group_size, moments.mean[0], moments.cov[0], solution.sample_mean, solution.sample_cov, strict=True
    ):
        away = own_mean - mean
        ratio = np.linalg.solve(cov, own)
        total += size * (np.trace(ratio) - np.linalg.slogdet(ratio)[1] - len(cov) + away @ np.linalg.solve(cov, away))
    return float(total)


def _given_moments(solution: CovarianceSolution) -> BoolArray:
    """Which moments of all groups, means first, are those of exogenous variables."""
    given = np.isin(solution.table.observed, solution.table.exogenous)
    row, col = np.tril_indices(len(given))
    return np.tile(np.concatenate([given, given[row] & given[col]]), solution.table.n_groups)


def _means_first(solution: CovarianceSolution) -> IntArray:
    """Positions of the moments of all groups, means first, in the order of `saturated_table`, means last."""
    p = len(solution.table.observed)
    pairs = p * (p + 1) // 2
    own = np.concatenate([np.arange(pairs, pairs + p), np.arange(pairs)])
    return np.concatenate([group * (pairs + p) + own for group in range(solution.table.n_groups)])


def _blocks(blocks: list[FloatArray]) -> FloatArray:
    """A block-diagonal matrix."""
    size = len(blocks[0])
    whole = np.zeros((size * len(blocks), size * len(blocks)))
    for k, block in enumerate(blocks):
        whole[k * size : (k + 1) * size, k * size : (k + 1) * size] = block
    return whole


def patterns_of(solution: CovarianceSolution) -> Patterns:
    """The patterns of a full-information fit."""
    if solution.patterns is None:
        raise ValueError("the fit is not of incomplete answers")
    return solution.patterns


def _saturated(solution: CovarianceSolution) -> Incomplete:
    structure = compile_structure(saturated_table(solution.table))
    return full_information.objective(structure, patterns_of(solution), solution.sample_mean)


def baseline_moments(solution: CovarianceSolution, saturated: Incomplete) -> tuple[FloatArray, FloatArray]:
    """Moments (1, G, p) and (1, G, p, p) of independent items, with the sample's of the exogenous variables.

    Moments of auxiliary variables, which covary with everything, are estimated by iteration.
    """
    mean, cov = available(saturated)
    x = solution.exogenous
    if x.size:
        cov[..., x[:, None], x] = solution.sample_cov[..., x[:, None], x]
    if not solution.table.auxiliary:
        return mean, cov
    table = independence_table(solution.table)
    alone = saturated.of(compile_structure(table))
    matrices = alone.structure.matrices(minimise(alone, _values(table, solution.table, mean, cov)).theta)
    return matrices.intercepts, matrices.residual


def _values(table: ParameterTable, whole: ParameterTable, mean: FloatArray, cov: FloatArray) -> FloatArray:
    """The parameters (1, q) of a table of moments at some moments (1, G, p) and (1, G, p, p)."""
    free = saturated_table(whole)
    places = {(row.group, row.matrix, row.row, row.col): k for k, row in enumerate(free.rows)}
    return pack(mean, cov)[:, [places[row.group, row.matrix, row.row, row.col] for row in table.rows]]
