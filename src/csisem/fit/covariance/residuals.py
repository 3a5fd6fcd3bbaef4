"""Residual covariances and correlations, raw and in standard errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.goodness_of_fit.ugamma import moment_derivatives, normal_weight
from csisem.errors import OptionError
from csisem.fit.covariance.asymptotic_weights import read_gamma
from csisem.fit.covariance.structural_after_measurement.two_step_solution import TwoStepSolution
from csisem.fit.fitted_rows import require_rows
from csisem.fit.frames import by_item
from csisem.moments.correlations import correlations_of
from csisem.options import Residuals

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.covariance.covariance_solution import CovarianceSolution


# A residual whose variance is at most this share of the sample moment's is always zero: rounding leaves 1e-13.
_NONE_LEFT = 1e-10


def residuals(solution: CovarianceSolution, kind: Residuals) -> pd.DataFrame:
    """Residual matrices; see `Fit.residuals`."""
    sample, implied = solution.sample_cov, solution.implied_moments.cov
    if kind == "cor":
        sample, implied = correlations_of(sample), correlations_of(implied)
    if kind in ("raw", "cor"):
        return by_item(solution, sample - implied)
    solution.require_usable(f"Residuals of kind {kind!r}")
    _check(solution, kind)
    gamma, shares = _gamma(solution), solution.group_size / solution.n
    variance = gamma if kind == "normalized" else _left(solution, gamma, shares)
    p = solution.structure.p
    row, col = np.tril_indices(p)
    # Means, where they are modelled, come before the covariances.
    own = np.diagonal(variance, axis1=-2, axis2=-1)[:, -len(row) :] / solution.group_size[:, None]
    whole = np.diagonal(gamma, axis1=-2, axis2=-1)[:, -len(row) :] / solution.group_size[:, None]
    errors = np.full(sample.shape, np.nan)
    errors[:, row, col] = errors[:, col, row] = np.sqrt(np.where(own > _NONE_LEFT * whole, own, np.nan))
    given = solution.exogenous
    errors[:, given[:, None], given] = np.nan
    return by_item(solution, (sample - implied) / errors)


def _check(solution: CovarianceSolution, kind: Residuals) -> None:
    """Refuse solutions whose sample moments have other covariances, or whose residuals do."""
    if kind == "standardized" and isinstance(solution, TwoStepSolution):
        raise OptionError("Residuals of kind 'standardized' are about the minimum of one discrepancy, and "
                          "estimator='SAM' takes two steps; take 'normalized', 'raw' or 'cor'.")  # fmt: skip
    if solution.patterns is not None or solution.imputed is not None or solution.moments.weighted:
        what = "sampling weights" if solution.moments.weighted else "missing answers"
        raise OptionError(f"Residuals of kind {kind!r} assume complete rows of equal weight, and the fit has {what}; "
                          "take 'raw' or 'cor'.")  # fmt: skip


def _gamma(solution: CovarianceSolution) -> FloatArray:
    """Covariances of a row's contributions to the moments, (G, s, s): normal, or the rows' for robust estimators.

    Those of the moments of predictors that are the sample's are 0, and the others are conditional on these.
    """
    means, given = solution.table.meanstructure, solution.exogenous
    if solution.recipe.errors == "standard" and solution.recipe.discrepancy in ("ML", "GLS", "ULS"):
        return np.stack([_normal_gamma(cov, given, means=means) for cov in solution.sample_cov])
    survey = require_rows(solution.data, f"residuals in standard errors after estimator={solution.estimator!r} need")
    return read_gamma(survey, solution.moments, solution.settings.by, means=means, given=given.tolist())


def _normal_gamma(cov: FloatArray, given: IntArray, *, means: bool) -> FloatArray:
    """The same (s, s) under normality: what is conditional on moments is the inverse without their rows and columns."""
    row, col = np.tril_indices(len(cov))
    own, fixed = np.arange(len(cov)), np.isin(row, given) & np.isin(col, given)
    free = np.flatnonzero(~np.concatenate([np.isin(own, given), fixed] if means else [fixed]))
    weight = normal_weight(cov, means)
    gamma = np.zeros_like(weight)
    gamma[np.ix_(free, free)] = symmetric_inverse(weight[np.ix_(free, free)])
    return gamma


def _left(solution: CovarianceSolution, gamma: FloatArray, shares: FloatArray) -> FloatArray:
    """Covariances of the residuals of each group, (G, s, s), times the group's rows.

    With ``P_gh = share_h D_g H^-1 D_h' V_h`` the implied moments of group g move by ``P_gh`` times the sample's of h.
    """
    derivatives = moment_derivatives(solution.structure, solution.point, solution.slope)[0]
    weight = _weights(solution)
    pulled = np.swapaxes(derivatives, -1, -2) @ weight * shares[:, None, None]
    inverse = symmetric_inverse((pulled @ derivatives).sum(axis=0))
    found = []
    for g, own in enumerate(derivatives):
        total = np.zeros_like(gamma[g])
        for h, pull in enumerate(pulled):
            moved = (np.eye(len(gamma[g])) if g == h else 0.0) - own @ inverse @ pull
            total += moved @ gamma[h] @ moved.T * (solution.group_size[g] / solution.group_size[h])
        found.append(total)
    return np.stack(found)


def _weights(solution: CovarianceSolution) -> FloatArray:
    """The weights of the moments in the discrepancy at the solution, (G, s, s)."""
    means = solution.table.meanstructure
    if solution.recipe.discrepancy in ("ML", "GLS"):
        cov = solution.implied_moments.cov if solution.recipe.discrepancy == "ML" else solution.sample_cov
        return np.stack([normal_weight(one, means) for one in cov])
    size = solution.structure.p * (solution.structure.p + 1) // 2 + (solution.structure.p if means else 0)
    if solution.weight is None:
        return np.broadcast_to(np.eye(size), (solution.structure.groups, size, size))
    return solution.weight if solution.weight.ndim == 3 else solution.weight[..., None] * np.eye(size)
