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
from csisem.covariance.vech import weighed
from csisem.fit.covariance.identification import degrees_of_freedom, moments_of
from csisem.fit.covariance.measures.scaled_measures import Discrepancies
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution


def ordered_discrepancies(solution: OrderedSolution) -> Discrepancies:
    """Chi-squares (N - G) F of the model and of the baseline, which has no slopes and no covariances; no likelihood."""
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
    """Which of the moments are 0 in the baseline model, (s,); it fits the others exactly."""
    vector = solution.objective.vector
    row, col = vector.products
    _, first, last = vector.ends
    size = int(last) + len(row)
    zero = np.zeros(size, dtype=bool)
    zero[int(first) : int(last)] = True
    zero[int(last) :] = row != col
    return zero


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
    among = solution.first.gamma[:, zero][:, :, zero]
    return np.asarray((residual * np.linalg.solve(among, residual[..., None])[..., 0]).sum(axis=1))


def ordered_goodness(solution: OrderedSolution, df: float) -> Goodness:
    """GFI with the estimator's own weights (Tanaka and Huba 1985), averaged over the groups."""
    weight, sample = solution.weight_of_moments, solution.first.vector
    residual = sample - solution.objective.vector.of(solution.point.moments.member(0))
    error, total = ((r * weighed(weight, r[..., None])[..., 0]).sum(axis=1) for r in (residual, sample))
    share = solution.group_size / solution.n
    return goodness_of(float(share @ (1 - error / total)), moments_of(solution.table), df)


def ordered_residuals(solution: OrderedSolution) -> ResidualMeasures:
    """Root mean square residuals of covariances and correlations, and with thresholds and means among them.

    As in lavaan, thresholds enter as they are, and means divided by standard deviations. Those of Mplus are not
    defined.
    """
    vector, at = solution.objective.vector, solution.objective.vector.responses
    residual = solution.first.vector - vector.of(solution.point.moments.member(0))
    thresholds, means, _, _ = vector.parts(residual)
    implied, scale = solution.point.moments.member(0).cov[:, at.kept[:, None], at.kept], solution.scales[:, at.kept]
    implied = implied * (scale[:, :, None] * scale[:, None, :])
    numeric = ~at.ordered[at.kept]
    total = np.zeros(6)
    for g, share in enumerate(solution.group_size / solution.n):
        own = slice(g, g + 1)
        none = np.zeros((1, len(at.kept)))
        plain = residual_measures(solution.first.cov[own], none, implied[own], none, np.ones(1), means=False)
        sd = np.sqrt(np.diagonal(solution.first.cov[g])[numeric])
        raw, standard = (float((thresholds[g] ** 2).sum() + (m**2).sum()) for m in (means[g], means[g] / sd))
        pairs, more = len(at.kept) * (len(at.kept) - 1) / 2, thresholds.shape[1] + means.shape[1]
        total += share * np.array([
            _joint(plain.rmr, len(at.kept) + pairs, raw, more), plain.rmr,
            _joint(plain.srmr, len(at.kept) + pairs, standard, more), plain.srmr,
            _joint(plain.crmr, pairs, standard, more), plain.crmr,
        ])  # fmt: skip
    rmr, rmr_alone, srmr, srmr_alone, crmr, crmr_alone = total.tolist()
    return ResidualMeasures(rmr, rmr_alone, srmr, srmr_alone, crmr, crmr_alone, np.nan, np.nan)


def _joint(plain: float, count: float, squares: float, more: int) -> float:
    """The root mean square of ``count`` residuals and of ``more`` with a sum of squares."""
    return float(np.sqrt((plain**2 * count + squares) / (count + more)))


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
    moved, weight, gamma = solution.moment_derivatives, solution.weight_of_moments, solution.first.gamma
    pulled = weighed(weight, moved) * shares[:, None, None]
    inverse = symmetric_inverse((moved.mT @ pulled).sum(axis=0))
    chisq = baseline = expected = baseline_expected = 0.0
    for g, (sample, implied) in enumerate(zip(solution.first.cov, solution.response_cov, strict=True)):
        logdet = np.linalg.slogdet(sample)[1]
        trace = float(np.trace(np.linalg.solve(implied, sample)))
        chisq += shares[g] * (np.linalg.slogdet(implied)[1] + trace - logdet - len(sample))
        baseline -= shares[g] * logdet
        left = _left(g, moved, inverse, pulled, gamma, shares)[first:, first:]
        expected += float((correlation_weight(implied) * left).sum()) * shares[g]
        baseline_expected += float(np.trace(gamma[g][first:, first:]))
    return Misfit(size * chisq, expected / df if df else 0.0, size * baseline, baseline_expected / baseline_df)


def _left(
    group: int, moved: FloatArray, inverse: FloatArray, pulled: FloatArray, gamma: FloatArray, shares: FloatArray
) -> FloatArray:
    """Covariance (s, s) of the residual moments of a group, times all rows."""
    total: FloatArray = np.zeros_like(gamma[0])
    for h, pull in enumerate(pulled):
        change = (np.eye(len(total)) if h == group else 0.0) - moved[group] @ inverse @ pull.T
        total += change @ gamma[h] @ change.T / shares[h]
    return total


def correlation_weight(cov: FloatArray) -> FloatArray:
    """Information of normal maximum likelihood about the correlations below the diagonal, by rows, (r, r)."""
    inverse = np.linalg.inv(cov)
    row, col = np.tril_indices(len(cov), -1)
    return np.asarray(
        inverse[np.ix_(row, row)] * inverse[np.ix_(col, col)] + inverse[np.ix_(row, col)] * inverse[np.ix_(col, row)]
    )
