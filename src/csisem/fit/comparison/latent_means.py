"""Differences of the constructs' means between groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.fit.covariance.covariance_fit import CovarianceFit
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.inference.intervals import wald_interval

if TYPE_CHECKING:
    import pandas as pd


def mean_differences(name: str, fit: CovarianceFit, level: float) -> pd.DataFrame:
    """Means of the constructs less those of the first group, for a fit with equal intercepts; see `Invariance`."""
    import pandas as pd

    solution = fit.solution
    constructs = solution.table.latents[: solution.table.shown]

    def differences(theta: FloatArray) -> FloatArray:
        means = _latent_means(solution, theta)[..., : len(constructs)]
        return np.asarray(means[..., 1:, :] - means[..., :1, :])

    value, se = differences(solution.theta), solution.errors_of(differences)
    test = wald_interval(value, se, level=level, df=solution.degrees_of(differences))
    frame = pd.DataFrame({
        "level": name,
        "construct": np.tile(np.array(constructs, dtype=object), len(value)),
        "group": np.repeat(np.array([str(label) for label in fit.groups[1:]], dtype=object), len(constructs)),
        "difference": value.ravel(), "se": se.ravel(), "pvalue": test.pvalue.ravel(),
        "ci_lower": test.lower.ravel(), "ci_upper": test.upper.ravel(),
    })  # fmt: skip
    return frame.sort_values("construct", kind="stable", key=lambda c: c.map(constructs.index), ignore_index=True)


def _latent_means(solution: CovarianceSolution, theta: FloatArray) -> FloatArray:
    """Means of the structural variables (..., G, m) at free parameters (..., q)."""
    matrices = solution.structure.matrices(theta)
    away = np.eye(matrices.paths.shape[-1]) - matrices.paths
    return np.asarray(np.linalg.solve(away, matrices.means[..., None])[..., 0])
