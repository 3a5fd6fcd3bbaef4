"""Residuals of thresholds, slopes and correlations of ordered items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import OptionError
from csisem.fit.covariance.measures.ordered_measures import covariances_left
from csisem.fit.frames import rectangle
from csisem.moments.correlations import correlations_of
from csisem.options import Residuals

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution


# A residual whose variance is at most this share of the sample moment's is always zero: rounding leaves 1e-13.
_NONE_LEFT = 1e-10


def ordered_residuals(solution: OrderedSolution, kind: Residuals) -> pd.DataFrame:
    """Residual matrices; see `OrderedFit.residuals`."""
    names, covariates = list(solution.first.items), list(solution.first.covariates)
    sample, implied = solution.first.cov, solution.conditional_cov
    if kind == "cor":
        return rectangle(solution, names, names, correlations_of(sample) - correlations_of(implied))
    vector = solution.objective.vector
    residual = solution.first.vector - solution.implied_vector
    if kind != "raw" and solution.imputed is not None:
        raise OptionError(f"Residuals of kind {kind!r} are of one data set, and the fit is pooled; take 'raw' or "
                          "'cor', or those of fit.imputed.fits.")  # fmt: skip
    if kind != "raw":
        solution.require_usable(f"Residuals of kind {kind!r}")
        residual = residual / _errors(solution, kind)
    _, _, slopes, products = vector.parts(residual)
    row, col = (np.searchsorted(vector.responses.kept, places) for places in vector.products)
    # Variances of ordered items are no moments: nothing is left of them, and they have no error.
    found = np.zeros(sample.shape) if kind == "raw" else np.full(sample.shape, np.nan)
    found[:, row, col] = found[:, col, row] = products
    return rectangle(solution, names, names + covariates, np.concatenate([found, slopes], axis=-1))


def threshold_frame(solution: OrderedSolution) -> pd.DataFrame:
    """Thresholds of the sample and of the model; see `OrderedFit.thresholds`."""
    import pandas as pd

    vector = solution.objective.vector
    sample, implied = solution.first.thresholds, vector.parts(solution.implied_vector)[0]
    if not solution.status.usable:
        implied = np.full(implied.shape, np.nan)
    names = [solution.first.items[place] for place in solution.first.threshold_items]
    numbers = [names[: k + 1].count(name) for k, name in enumerate(names)]
    columns: dict[str, object] = {
        "item": names * len(sample),
        "threshold": [f"t{number}" for number in numbers] * len(sample),
    }
    if solution.groups:
        columns["group"] = [group for group in solution.groups for _ in names]
    return pd.DataFrame(
        columns | {"sample": sample.ravel(), "implied": implied.ravel(), "residual": (sample - implied).ravel()}
    )


def _errors(solution: OrderedSolution, kind: Residuals) -> FloatArray:
    """Standard errors (G, s) of the sample's moments, or of the residuals; nan of one that is always 0."""
    whole = np.diagonal(solution.first.gamma, axis1=-2, axis2=-1) / solution.group_size[:, None]
    if kind == "normalized":
        return np.asarray(np.sqrt(whole))
    own = np.diagonal(covariances_left(solution), axis1=-2, axis2=-1) / solution.n
    return np.sqrt(np.where(own > _NONE_LEFT * whole, own, np.nan))
