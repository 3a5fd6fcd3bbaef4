"""Objectives of the scoring loop, and that of maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, Self

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.estimation.discrepancy import (
    Point,
    ScaledMoments,
    Slopes,
    evaluate,
    expected_information,
    slopes,
)
from csisem.covariance.estimation.observed_information import observed_information
from csisem.covariance.grouped_matrix import GroupedMatrix
from csisem.covariance.lisrel.structure import Structure


class Objective(Protocol):
    """A discrepancy of R samples as a function of q free parameters; half of what the literature calls F."""

    @property
    def structure(self) -> Structure:
        """The model."""
        ...

    def take(self, members: IntArray) -> Self:
        """Some of the R samples."""
        ...

    def of(self, structure: Structure) -> Self:
        """The same samples and discrepancy with another model."""
        ...

    def marginals(self) -> tuple[FloatArray, FloatArray]:
        """Means and variances (R, G, p) of the observed variables."""
        ...

    def at(self, theta: FloatArray) -> Point:
        """The discrepancy at ``theta`` (R, q)."""
        ...

    def slopes(self, point: Point) -> Slopes:
        """Its first derivatives."""
        ...

    def turned(self, point: Point, mean: FloatArray, cov: FloatArray) -> Point:
        """The point as if its moments lay (R, G, p) and (R, G, p, p) above the sample's: its slopes are ``J'V``."""
        ...

    def expected(self, point: Point, slope: Slopes) -> GroupedMatrix:
        """Expected second derivatives, of R samples, if the model holds."""
        ...

    def observed(self, point: Point, slope: Slopes) -> GroupedMatrix:
        """Exact second derivatives."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class SampleObjective:
    """What discrepancies of complete answers share: a model and the moments."""

    structure: Structure
    sample: ScaledMoments

    def of(self, structure: Structure) -> Self:
        return replace(self, structure=structure)

    def marginals(self) -> tuple[FloatArray, FloatArray]:
        return self.sample.marginals()

    def slopes(self, point: Point) -> Slopes:
        return slopes(self.structure, self.sample, point)

    def turned(self, point: Point, mean: FloatArray, cov: FloatArray) -> Point:
        distance = -np.matmul(point.white, mean[..., None])[..., 0] if self.structure.meanstructure else point.distance
        return replace(point, away=point.white @ cov @ point.white.mT, distance=distance)

    def expected(self, point: Point, slope: Slopes) -> GroupedMatrix:
        del point
        return expected_information(self.structure, self.sample, slope)


@dataclass(frozen=True, slots=True, eq=False)
class NormalTheory(SampleObjective):
    """Discrepancy of maximum likelihood for complete normal answers."""

    def take(self, members: IntArray) -> Self:
        return replace(self, structure=self.structure.take(members), sample=self.sample.take(members))

    def at(self, theta: FloatArray) -> Point:
        return evaluate(self.structure, self.sample, theta)

    def observed(self, point: Point, slope: Slopes) -> GroupedMatrix:
        return observed_information(self.structure, self.sample, point, slope)
