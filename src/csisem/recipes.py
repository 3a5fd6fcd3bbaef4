"""Recipes of the estimators of covariance structures."""

from __future__ import annotations

from dataclasses import dataclass

from csisem.options import CovarianceEstimator, Discrepancy, StandardErrors, Test


@dataclass(frozen=True, slots=True)
class Recipe:
    """The discrepancy that an estimator minimises, its standard errors and its test."""

    discrepancy: Discrepancy
    errors: StandardErrors = "standard"
    test: Test = "standard"


RECIPES: dict[str, Recipe] = {
    "ML": Recipe("ML"),
    "MLM": Recipe("ML", "robust", "satorra.bentler"),
    "MLMV": Recipe("ML", "robust", "scaled.shifted"),
    "MLMVS": Recipe("ML", "robust", "mean.var.adjusted"),
    "MLR": Recipe("ML", "robust", "yuan.bentler.mplus"),
    "GLS": Recipe("GLS"),
    "ULS": Recipe("ULS"),
    "ULSM": Recipe("ULS", "robust", "satorra.bentler"),
    "ULSMV": Recipe("ULS", "robust", "scaled.shifted"),
    "WLS": Recipe("WLS"),
    "DWLS": Recipe("DWLS"),
    "WLSM": Recipe("DWLS", "robust", "satorra.bentler"),
    "WLSMV": Recipe("DWLS", "robust", "scaled.shifted"),
    "WLSMVS": Recipe("DWLS", "robust", "mean.var.adjusted"),
}
"""Estimators of covariance structures, combined as in lavaan."""

TAKE_ORDERED: tuple[CovarianceEstimator, ...] = (
    "WLSMV", "WLSM", "WLSMVS", "DWLS", "WLS", "ULSMV", "ULSM", "ULS"
)  # fmt: skip
"""Estimators that take ordered items, whose moments are thresholds, polychoric and polyserial correlations."""
