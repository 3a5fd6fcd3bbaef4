"""Chi-squares and goodness of fit of ordered items."""

from __future__ import annotations

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.goodness_of_fit.complete_data_misfit import Misfit
from csisem.covariance.goodness_of_fit.measure_formulas import (
    Goodness,
    ResidualMeasures,
    goodness_of,
    residual_measures,
)
from csisem.covariance.goodness_of_fit.ugamma import information, own_parameters, sandwich
from csisem.covariance.vech import weighed
from csisem.fit.covariance.identification import degrees_of_freedom, moments_of
from csisem.fit.covariance.measures.scaled_measures import Discrepancies
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution


def ordered_discrepancies(solution: OrderedSolution) -> Discrepancies:
    """Chi-squares (N - G) F of the model and of the baseline, which has no covariances; no likelihood."""
    size = float(solution.counted.sum())
    df, baseline_df = degrees_of_freedom(solution.table)
    return Discrepancies(
        chisq=2 * size * float(solution.point.value[0]),
        df=df,
        baseline_chisq=float(solution.counted @ _independence(solution)),
        baseline_df=baseline_df,
        logl=np.nan,
        unrestricted_logl=np.nan,
        multiplier=size,
    )


def zero_in_baseline(solution: OrderedSolution) -> BoolArray:
    """Which of the moments, covariances, are 0 in the baseline model, (s,); it fits the others exactly."""
    vector = solution.objective.vector
    row, col = vector.products
    return np.concatenate([np.zeros(int(vector.ends[-1]), dtype=bool), row != col])


def baseline_derivatives(solution: OrderedSolution) -> FloatArray:
    """Derivatives (G, s, G f) of the moments by the parameters of the baseline model, the moments that it frees."""
    free, groups = ~zero_in_baseline(solution), solution.structure.groups
    own = np.eye(len(free))[:, free]
    count = own.shape[1]
    moved = np.zeros((groups, len(free), groups * count))
    for g in range(groups):
        moved[g, :, g * count : (g + 1) * count] = own
    return moved


def _independence(solution: OrderedSolution) -> FloatArray:
    """The discrepancy of the baseline model by group, (G,): what no free moment can make up for."""
    zero = zero_in_baseline(solution)
    residual, weight = solution.first.vector[:, zero], solution.weight_of_moments
    if weight.ndim == 2:
        return np.asarray((residual**2 * weight[:, zero]).sum(axis=1))
    # With a full weight the free moments adjust: what is left is weighted by the inverse covariance of these alone.
    among = solution.first.weighing_gamma[:, zero][:, :, zero]
    return np.asarray((residual * np.linalg.solve(among, residual[..., None])[..., 0]).sum(axis=1))


def ordered_goodness(solution: OrderedSolution, df: float) -> Goodness:
    """GFI with the estimator's own weights (Tanaka and Huba 1985), averaged over the groups."""
    weight, sample = solution.weight_of_moments, solution.first.vector
    residual = sample - solution.implied_vector
    error, total = ((r * weighed(weight, r[..., None])[..., 0]).sum(axis=1) for r in (residual, sample))
    share = solution.group_size / solution.n
    return goodness_of(float(share @ (1 - error / total)), moments_of(solution.table), df)


def ordered_residuals(solution: OrderedSolution) -> ResidualMeasures:
    """Root mean square residuals of covariances and correlations, and with thresholds among them.

    As in lavaan, means and variances of numeric items do not enter. Those of Mplus are not defined.
    """
    vector, sample, implied = solution.objective.vector, solution.first.cov, solution.conditional_cov
    kept = vector.responses.kept
    thresholds = vector.parts(solution.first.vector - solution.implied_vector)[0]
    diagonal, exact = np.arange(len(kept)), implied.copy()
    exact[:, diagonal, diagonal] = sample[:, diagonal, diagonal]
    pairs, none, total = len(kept) * (len(kept) - 1) / 2, np.zeros((1, len(kept))), np.zeros(6)
    for g, share in enumerate(solution.group_size / solution.n):
        own = slice(g, g + 1)
        plain = residual_measures(sample[own], none, exact[own], none, np.ones(1), means=False)
        crmr = residual_measures(sample[own], none, implied[own], none, np.ones(1), means=False).crmr
        for k, (alone, count) in enumerate(
            ((plain.rmr, len(kept) + pairs), (plain.srmr, len(kept) + pairs), (crmr, pairs))
        ):
            squares = alone**2 * count + float((thresholds[g] ** 2).sum())
            total[2 * k : 2 * k + 2] += share * np.array([np.sqrt(squares / (count + thresholds.shape[1])), alone])
    rmr, rmr_alone, srmr, srmr_alone, crmr, crmr_alone = total.tolist()
    return ResidualMeasures(rmr, rmr_alone, srmr, srmr_alone, crmr, crmr_alone, np.nan, np.nan)


def wrmr(solution: OrderedSolution) -> float:
    """Weighted root mean square residual (Muthen and Muthen): the root of chi-square over the number of moments."""
    return float(np.sqrt(ordered_discrepancies(solution).chisq / solution.first.vector.shape[1]))


def correlation_misfit(solution: OrderedSolution) -> Misfit | None:
    """Misfit of maximum likelihood for the polychoric correlations at the estimates (Savalei 2021).

    The expected chi-square of a true model is ``tr(V M Gamma M')`` with ``M = I - D (D'W D)^-1 D'W`` and V the
    information of maximum likelihood about correlations. None with numeric items, or conditional on predictors.
    """
    vector, at = solution.objective.vector, solution.objective.vector.responses
    if not at.ordered.all() or not np.isfinite(np.linalg.slogdet(solution.first.cov)[1]).all():
        return None
    shares = np.asarray(solution.group_size / solution.n, dtype=np.float64)
    size = float(solution.n)
    first, df, baseline_df = int(vector.ends[-1]), *degrees_of_freedom(solution.table)
    gamma, residual = solution.first.gamma, covariances_left(solution)
    chisq = baseline = expected = baseline_expected = 0.0
    for g, (sample, implied) in enumerate(zip(solution.first.cov, solution.response_cov, strict=True)):
        logdet = np.linalg.slogdet(sample)[1]
        trace = float(np.trace(np.linalg.solve(implied, sample)))
        chisq += shares[g] * (np.linalg.slogdet(implied)[1] + trace - logdet - len(sample))
        baseline -= shares[g] * logdet
        left = residual[g][first:, first:]
        expected += float((correlation_weight(implied) * left).sum()) * shares[g]
        baseline_expected += float(np.trace(gamma[g][first:, first:]))
    return Misfit(size * chisq, expected / df if df else 0.0, size * baseline, baseline_expected / baseline_df)


def covariances_left(solution: OrderedSolution) -> FloatArray:
    """Covariances (G, s, s) of the residual moments of each group, times all rows."""
    shares = np.asarray(solution.group_size / solution.n, dtype=np.float64)
    moved, weight, gamma = solution.moment_derivatives, solution.weight_of_moments, solution.first.gamma
    inverse = symmetric_inverse(information(weight, moved, shares))
    if solution.first.across is not None:
        return _left_across(
            moved, inverse, weighed(weight, moved) * shares[:, None, None], solution.first.across, shares
        )
    errors, found = sandwich(weight, gamma, moved, shares), []
    for g, parameters in enumerate(own_parameters(moved)):
        own, alone = np.ix_(parameters, parameters), moved[g][:, parameters]
        between = gamma[g] / shares[g]
        drawn = alone @ inverse[own] @ (shares[g] * weighed(weight[g], alone)).T @ between
        found.append(between - drawn - drawn.T + alone @ errors[own] @ alone.T)
    return np.stack(found)


def _left_across(
    moved: FloatArray, inverse: FloatArray, pulled: FloatArray, across: FloatArray, shares: FloatArray
) -> FloatArray:
    """The same where sampling units lie in several groups, whose moments then covary."""
    found = []
    for g, own in enumerate(moved):
        change = [
            ((np.eye(len(own)) if h == g else 0.0) - own @ inverse @ pull.T) / np.sqrt(shares[h])
            for h, pull in enumerate(pulled)
        ]
        joined = np.concatenate(change, axis=1)
        found.append(joined @ across @ joined.T)
    return np.stack(found)


def correlation_weight(cov: FloatArray) -> FloatArray:
    """Information of normal maximum likelihood about the correlations below the diagonal, by rows, (r, r)."""
    inverse = np.linalg.inv(cov)
    row, col = np.tril_indices(len(cov), -1)
    return np.asarray(
        inverse[np.ix_(row, row)] * inverse[np.ix_(col, col)] + inverse[np.ix_(row, col)] * inverse[np.ix_(col, row)]
    )
