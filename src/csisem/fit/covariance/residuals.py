"""Residual tables: what the model leaves of the covariances, as it is and in standard errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.goodness_of_fit.ugamma import moment_derivatives, normal_weight
from csisem.errors import DataError, OptionError
from csisem.fit.covariance.asymptotic_weights import read_gamma
from csisem.fit.frames import by_item, correlations
from csisem.options import Residuals

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.covariance.covariance_fit import CovarianceFit


# A residual whose variance is this share of the sample moment's is zero whatever the sample: rounding leaves 1e-13.
_NONE_LEFT = 1e-10


def residuals(fit: CovarianceFit, kind: Residuals) -> pd.DataFrame:
    """Residual matrices; see `Fit.residuals`."""
    sample, implied = fit.sample_cov, fit.implied_moments.cov
    if kind == "cor":
        sample, implied = correlations(sample), correlations(implied)
    if kind in ("raw", "cor"):
        return by_item(fit, sample - implied)
    fit.require_usable(f"Residuals of kind {kind!r}")
    _check(fit, kind)
    gamma, shares = _gamma(fit), fit.group_size / fit.n
    variance = gamma if kind == "normalized" else _left(fit, gamma, shares)
    p = fit.structure.p
    row, col = np.tril_indices(p)
    # Means, where they are modelled, come before the covariances.
    own = np.diagonal(variance, axis1=-2, axis2=-1)[:, -len(row) :] / fit.group_size[:, None]
    whole = np.diagonal(gamma, axis1=-2, axis2=-1)[:, -len(row) :] / fit.group_size[:, None]
    errors = np.full(sample.shape, np.nan)
    errors[:, row, col] = errors[:, col, row] = np.sqrt(np.where(own > _NONE_LEFT * whole, own, np.nan))
    return by_item(fit, (sample - implied) / errors)


def _check(fit: CovarianceFit, kind: Residuals) -> None:
    """Refuse fits whose sample moments have covariances of another kind."""
    if fit.patterns is not None or fit.imputed is not None or fit.moments.weighted:
        what = "sampling weights" if fit.moments.weighted else "missing answers"
        raise OptionError(f"Residuals of kind {kind!r} suppose complete rows of equal weight, and the fit has {what}; "
                          "take 'raw' or 'cor'.")  # fmt: skip
    if fit.table.exogenous:
        raise OptionError(f"Residuals of kind {kind!r} suppose that all moments vary, and those of "
                          f"{fit.table.exogenous[0]!r} are given; take 'raw' or 'cor'.")  # fmt: skip


def _gamma(fit: CovarianceFit) -> FloatArray:
    """Covariances of a row's contributions to the moments, (G, s, s): normal, or the rows' for robust estimators."""
    means = fit.table.meanstructure
    if fit.recipe.errors == "standard" and fit.recipe.discrepancy in ("ML", "GLS", "ULS"):
        return np.stack([np.linalg.inv(normal_weight(cov, means)) for cov in fit.sample_cov])
    if fit.data is None:
        raise DataError(f"Residuals in standard errors need the rows after estimator={fit.estimator!r}, and the fit "
                        "holds none (it was unpickled).")  # fmt: skip
    return read_gamma(fit.data, fit.moments, fit.settings.by, means=means)


def _left(fit: CovarianceFit, gamma: FloatArray, shares: FloatArray) -> FloatArray:
    """Covariances of the residuals of each group, (G, s, s), times the group's rows.

    With ``P_gh = share_h D_g H^-1 D_h' V_h`` the implied moments of group g move by ``P_gh`` times the sample's of h.
    """
    derivatives = moment_derivatives(fit.structure, fit.point, fit.slope)[0]
    weight = _weights(fit)
    pulled = np.swapaxes(derivatives, -1, -2) @ weight * shares[:, None, None]
    inverse = np.linalg.inv((pulled @ derivatives).sum(axis=0))
    found = []
    for g, own in enumerate(derivatives):
        total = np.zeros_like(gamma[g])
        for h, pull in enumerate(pulled):
            moved = (np.eye(len(gamma[g])) if g == h else 0.0) - own @ inverse @ pull
            total += moved @ gamma[h] @ moved.T * (fit.group_size[g] / fit.group_size[h])
        found.append(total)
    return np.stack(found)


def _weights(fit: CovarianceFit) -> FloatArray:
    """The weights of the moments in the discrepancy at the solution, (G, s, s)."""
    means = fit.table.meanstructure
    if fit.recipe.discrepancy in ("ML", "GLS"):
        cov = fit.implied_moments.cov if fit.recipe.discrepancy == "ML" else fit.sample_cov
        return np.stack([normal_weight(one, means) for one in cov])
    size = fit.structure.p * (fit.structure.p + 1) // 2 + (fit.structure.p if means else 0)
    if fit.weight is None:
        return np.broadcast_to(np.eye(size), (fit.structure.groups, size, size))
    return fit.weight if fit.weight.ndim == 3 else fit.weight[..., None] * np.eye(size)
