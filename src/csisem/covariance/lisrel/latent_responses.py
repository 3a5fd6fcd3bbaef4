"""Latent responses of ordered items: their places and scales in the matrices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.lisrel.implied import Implied, implied
from csisem.covariance.lisrel.matrices import Matrices, ResponseMatrices
from csisem.specification.parameters import ParameterTable

Kind = TypeVar("Kind", bound=Matrices)


@dataclass(frozen=True, slots=True, eq=False)
class LatentResponses:
    """Where ordered items stand among the p observed variables, and what their scale determines.

    Attributes
    ----------
    item
        The observed variable of each threshold, (T,).
    ordered
        Which observed variables are ordered items, (p,).
    kept, covariates
        Observed variables that are modelled, (y,), and structural variables on which these are conditioned, (k,).
    scaled
        Whether scale factors follow from the variances ("theta"), or residual variances from the factors ("delta").
    residual
        Ordered items whose residual variance follows.
    measured, disturbance
        Ordered items without a residual, and the structural variables whose variances follow instead, (d,).
    predicting
        Whether one of these predicts others, so that their covariances depend on the variance that follows.
    """

    item: IntArray
    ordered: BoolArray
    kept: IntArray
    covariates: IntArray
    scaled: bool
    residual: IntArray
    measured: IntArray
    disturbance: IntArray
    predicting: bool

    def conditional(self, matrices: Kind) -> Kind:
        """The matrices with covariates at zero, and without variance."""
        if not self.covariates.size:
            return matrices
        latent, means = matrices.latent.copy(), matrices.means.copy()
        latent[..., self.covariates, :] = latent[..., self.covariates] = means[..., self.covariates] = 0.0
        return replace(matrices, latent=latent, means=means)

    def fill(self, matrices: Matrices) -> None:
        """Write what follows from the other parameters into the matrices."""
        known = with_responses(matrices)
        moments = implied(self.conditional(known))
        variance = np.einsum("...ii->...i", moments.cov)
        if self.scaled:
            # A step may lead to a variance below zero, where the discrepancy does not exist.
            with np.errstate(invalid="ignore", divide="ignore"):
                known.scales[..., self.ordered] = variance[..., self.ordered] ** -0.5
            return
        missing = known.scales**-2 - variance
        if self.disturbance.size:
            shares = self.shares(moments)
            left = missing[..., self.measured]
            own = np.linalg.solve(shares, left[..., None])[..., 0]
            known.latent[..., self.disturbance, self.disturbance] = own
            reach = moments.reach[..., self.disturbance]
            missing = missing - (reach**2 @ own[..., None])[..., 0]
        known.residual[..., self.residual, self.residual] = missing[..., self.residual]

    def shares(self, moments: Implied) -> FloatArray:
        """Derivatives of the variances of ``measured`` items by those of the ``disturbance`` variables, (..., d, d)."""
        return np.asarray(moments.reach[..., self.measured[:, None], self.disturbance] ** 2)


def with_responses(matrices: Matrices) -> ResponseMatrices:
    """The matrices as those of a model with ordered items."""
    if not isinstance(matrices, ResponseMatrices):
        raise TypeError("the model has no ordered items")
    return matrices


def latent_responses(table: ParameterTable) -> LatentResponses:
    """Find the ordered items of a table that has some."""
    if table.ordered is None:
        raise ValueError("the table has no ordered items")
    observed = list(table.observed)
    ordered = np.array([name in table.ordered.names for name in observed])
    item = [observed.index(name) for name, count in table.ordered.thresholds for _ in range(count)]
    derived = [row for row in table.rows if row.derived and row.group == 0]
    own = {row.row for row in derived if row.matrix == "psi"}
    pairs = sorted((observed.index(name), j) for j, name in _items(table, own))
    return LatentResponses(
        np.array(item, dtype=np.intp),
        ordered,
        np.array([i for i, name in enumerate(observed) if name not in table.exogenous], dtype=np.intp),
        np.array([table.latents.index(name) for name in table.exogenous], dtype=np.intp),
        table.ordered.parameterization == "theta",
        np.array([row.row for row in derived if row.matrix == "theta"], dtype=np.intp),
        np.array([i for i, _ in pairs], dtype=np.intp),
        np.array([j for _, j in pairs], dtype=np.intp),
        any(row.matrix == "beta" and row.col in own for row in table.rows),
    )


def _items(table: ParameterTable, own: set[int]) -> list[tuple[int, str]]:
    """Structural variables whose variances follow, each with the ordered item that measures it alone."""
    measuring = (row for row in table.rows if row.op == "=~" and row.group == 0)
    single = [(row.col, row.rhs) for row in measuring if row.col in own and row.col < table.constructs]
    return [(j, table.latents[j]) for j in own if j >= table.constructs] + single
