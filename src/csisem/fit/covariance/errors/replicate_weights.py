"""Standard errors and the scaled test under replicate weights."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.casewise.row_columns import ScoreColumns
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.estimation.discrepancy import ScaledMoments
from csisem.covariance.estimation.normal_theory import NormalTheory
from csisem.covariance.estimation.solve import solve
from csisem.covariance.goodness_of_fit.scaled_tests import Correction, mean_scaled
from csisem.covariance.lisrel.structure import with_exogenous
from csisem.errors import DataError
from csisem.fit.covariance.errors.taylor_linearisation import group_traces
from csisem.fit.covariance.measures.fit_measures import discrepancies
from csisem.fit.covariance.row_scores import row_scores
from csisem.fit.solution import Uncertainty
from csisem.inference.design_rules import rule_of
from csisem.inference.replicate_variance import ReplicateRule, Replicates, replicate_degrees
from csisem.moments.unit_totals import ReplicateSums, ReplicateTotals

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution


def with_replicates(solution: CovarianceSolution) -> CovarianceSolution:
    """Replace the standard errors of a converged ML solution by those of its replicate weights; add the scaled test.

    Each replicate is fitted to its own moments, from the estimate of the whole sample. The Yuan-Bentler test takes the
    replicates' variances of the sums of scores, of the model and of the saturated model, instead of independent rows'.
    """
    rule = rule_of(solution.settings.design)
    sums = _read(solution)
    replicates = Replicates(_solutions(solution, sums), rule)
    return replace(
        solution,
        errors=Uncertainty(rule.variance(replicates.theta, solution.theta), replicate_degrees(sums.gram), replicates),
        correction=_correction(solution, sums, rule),
    )


def replicated_correction(solution: CovarianceSolution) -> Correction:
    """The scaled tests at the parameters of a solution under replicate weights, its estimate or others."""
    return _correction(solution, _read(solution), rule_of(solution.settings.design))


def _read(solution: CovarianceSolution) -> ReplicateSums:
    data = solution.data
    if data is None:
        raise DataError(f"estimator={solution.estimator!r} needs rows, and moments hold none; give the answers.")
    groups = solution.table.n_groups
    scores_of, centre = row_scores(solution)
    each = np.arange(groups)
    columns = ScoreColumns(scores_of, True, centre, solution.sample_mean, each, each, products=True)
    rows = data.rows(solution.table.observed, by=solution.settings.by, weights=False, replicates=True)
    return rows.reduce(ReplicateTotals(columns, groups))


def _solutions(solution: CovarianceSolution, sums: ReplicateSums) -> FloatArray:
    """Free parameters of the replicates, (R, q), nan for those that did not converge."""
    q, p = solution.structure.q, solution.structure.p
    # In a replicate a group, or all complete rows, may have no weight.
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_moments = sums.sums[..., q:] / sums.weight[..., None]
    shift, row, col = mean_moments[..., :p], *np.tril_indices(p)
    cov = np.empty((*shift.shape, p))
    cov[..., row, col] = cov[..., col, row] = mean_moments[..., p:]
    cov -= shift[..., :, None] * shift[..., None, :]
    mean = solution.sample_mean + shift
    theta = np.full((len(mean), q), np.nan)
    whole = np.flatnonzero(np.isfinite(cov).all(axis=(-3, -2, -1)))
    if not whole.size:
        return theta
    weight = sums.weight[whole]
    sample = ScaledMoments(mean[whole], cov[whole], weight / weight.sum(axis=1, keepdims=True))
    structure = with_exogenous(solution.structure, solution.table, sample.mean, sample.cov)
    found = solve(solution.table, NormalTheory(structure, sample), np.tile(solution.theta, (len(whole), 1)))
    theta[whole] = np.where(found.converged[:, None], found.theta, np.nan)
    return theta


def _correction(solution: CovarianceSolution, sums: ReplicateSums, rule: ReplicateRule) -> Correction:
    """Yuan-Bentler tests (Mplus's variant) with sums under replicate weights that are scaled to the sample."""
    q, n = solution.structure.q, solution.n
    whole = sums.weight.sum(axis=1)
    # Replicate weights may be zero for all complete rows: such a replicate has failed.
    level = n / np.where(whole > 0, whole, np.nan)
    totals, weight = sums.sums * level[:, None, None], sums.weight * level[:, None]

    def spread(stack: FloatArray) -> FloatArray:
        # Under the sampling weights themselves the sums of moments about the sample's are zero.
        return rule.variances(stack, np.zeros(stack.shape[1]))

    # The sums of scores are zero only at the estimate.
    meat = rule.variance(totals[..., :q].sum(axis=1), -n * solution.slope.gradient[0]) / n
    traces = [
        group_traces(solution, group, weight[:, group], totals[:, group, q:].copy(), spread)
        for group in range(solution.table.n_groups)
    ]
    saturated, items = (sum(part) for part in zip(*traces, strict=True))
    inverse = symmetric_inverse(solution.unit_information(solution.settings.information))
    model = saturated - float(np.trace(inverse @ meat))
    found = discrepancies(solution)
    return Correction(
        mean_scaled(found.chisq, found.df, model),
        mean_scaled(found.baseline_chisq, found.baseline_df, saturated - items),
    )
