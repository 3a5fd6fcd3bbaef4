"""The solution of a covariance structure by structural after measurement."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.structural_after_measurement.latent_moments import LatentMoments
from csisem.covariance.structural_after_measurement.measurement_blocks import Plan
from csisem.fit.covariance.covariance_solution import CovarianceSolution


@dataclass(frozen=True, eq=False, repr=False)
class TwoStepSolution(CovarianceSolution):
    """The estimates of a model whose constructs were measured before the paths between them.

    ``theta`` is not the minimum of the whole model's discrepancy; ``implied_moments`` are those of the whole model.

    Attributes
    ----------
    plan
        Measurement blocks and structural part.
    measurement
        Solutions of the blocks, each with its own moments.
    held
        For each block which of its parameters are residual variances held at zero, (k,).
    latent
        Moments that the structural part was fitted to, (G, m) and (G, m, m); all zero where there is no solution.
    structural
        The solution of the structural part.
    """

    plan: Plan = field(kw_only=True)
    measurement: tuple[CovarianceSolution, ...] = field(kw_only=True)
    held: tuple[BoolArray, ...] = field(kw_only=True)
    latent: LatentMoments = field(kw_only=True)
    structural: CovarianceSolution = field(kw_only=True)

    @cached_property
    def reliability(self) -> FloatArray:
        """Share of the variance of each measured variable's mapped items that is the construct's, (G, m)."""
        found: FloatArray = np.linalg.diagonal(self.latent.cov) / np.linalg.diagonal(self.latent.composite_cov)
        return found
