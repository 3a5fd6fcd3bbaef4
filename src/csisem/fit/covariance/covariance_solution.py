"""The solution of a covariance structure: estimates and derived quantities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.estimation.discrepancy import Point, ScaledMoments, Slopes
from csisem.covariance.estimation.least_squares import Quadratic, least_squares
from csisem.covariance.estimation.normal_theory import NormalTheory, Objective
from csisem.covariance.estimation.scoring import Minimum
from csisem.covariance.estimation.starting_values import start_values
from csisem.covariance.goodness_of_fit.scaled_tests import Correction
from csisem.covariance.grouped_matrix import GroupedMatrix
from csisem.covariance.lisrel import derived
from csisem.covariance.lisrel.implied import Implied
from csisem.covariance.lisrel.matrices import Matrices, row_places
from csisem.covariance.lisrel.standardized import standardized_rows
from csisem.covariance.lisrel.structure import Structure, compile_structure, with_exogenous
from csisem.display.sentences import Sentence, sentence
from csisem.fit.covariance import full_information
from csisem.fit.settings import CovarianceSettings
from csisem.fit.solution import Solution, Uncertainty
from csisem.inference.delta import delta_errors, jacobian
from csisem.inference.pooling import pooled_degrees
from csisem.options import Information
from csisem.recipes import RECIPES, Recipe


@dataclass(frozen=True, slots=True, eq=False)
class Imputed:
    """The m parts of a pooled solution.

    Attributes
    ----------
    solutions
        The usable solutions of the completed data sets.
    within
        Mean covariance of the parameters within data sets, (q, q).
    chisq
        Chi-squares of the model and of the baseline model, (2, m).
    scaled
        The same chi-squares, scaled; None where the estimator has no scaled test.
    """

    solutions: tuple[CovarianceSolution, ...]
    within: FloatArray
    chisq: FloatArray
    scaled: FloatArray | None


@dataclass(frozen=True, eq=False, repr=False)
class CovarianceSolution(Solution):
    """The estimates of a covariance structure.

    ``moments`` of incomplete rows (``missing="fiml"``) are the maximum-likelihood moments without a model.

    Attributes
    ----------
    errors
        Covariance of the free parameters, and where it comes from; nan when the solution is not usable.
    weight
        Weights of the moments that WLS (G, s, s) and DWLS (G, s) took from the rows; None for other estimators.
    correction
        Scaled tests of a robust estimator; None for others.
    imputed
        The parts that were pooled, for completed data sets; each parameter then has degrees of freedom of its own.
    """

    settings: CovarianceSettings
    errors: Uncertainty
    weight: FloatArray | None = None
    correction: Correction | None = None
    imputed: Imputed | None = None

    def changed(self, **changes: Any) -> CovarianceSolution:
        """Return the solution with other fields, keeping what was computed from those that stay."""
        other = replace(self, **changes)
        kept = _OF_SAMPLE if "theta" in changes else _OF_SAMPLE + _AT_THETA
        other.__dict__.update({name: self.__dict__[name] for name in kept if name in self.__dict__})
        return other

    def at(self, found: Minimum) -> CovarianceSolution:
        """Return the solution at a minimum of its objective, not judged yet."""
        other = self.changed(theta=found.theta[0], iterations=int(found.iterations[0]))
        if found.point is not None:
            other.__dict__["point"] = found.point
        return other

    @property
    def uncertainty(self) -> Uncertainty:
        return self.errors

    @property
    def completed(self) -> tuple[CovarianceSolution, ...]:
        return () if self.imputed is None else self.imputed.solutions

    @property
    def recipe(self) -> Recipe:
        """Discrepancy, standard errors and test of the estimator."""
        return RECIPES[self.settings.estimator]

    @property
    def estimation(self) -> Sentence:
        engine, likelihood = self.settings.engine, self.settings.likelihood
        return sentence(
            "fit_summary.covariance",
            estimator=self.estimator,
            engine=None if engine == "native" else engine,
            likelihood=sentence("fit_summary.wishart") if likelihood == "wishart" else None,
        )

    @cached_property
    def counted(self) -> FloatArray:
        """Weight of each group's discrepancy in chi-square, (G,): its size, less one for divisor n - 1."""
        unbiased = self.settings.likelihood == "wishart" or self.recipe.discrepancy != "ML"
        return self.group_size - 1 if unbiased else self.group_size

    @cached_property
    def sample_cov(self) -> FloatArray:
        """Sample covariances (G, p, p) with the estimator's divisor: n for ML; n - 1 for "wishart", least squares."""
        p = len(self.table.observed)
        cov = self.moments.cov.reshape(self.table.n_groups, p, p)
        if self.counted is self.group_size:
            return cov
        return cov * (self.group_size / self.counted)[:, None, None]

    @cached_property
    def sample(self) -> ScaledMoments:
        """The sample moments as the discrepancy takes them, a batch of one."""
        share = self.counted / self.counted.sum()
        return ScaledMoments(self.sample_mean[None], self.sample_cov[None], share[None])

    @cached_property
    def structure(self) -> Structure:
        """The table compiled to arrays."""
        return with_exogenous(compile_structure(self.table), self.table, self.sample_mean, self.sample_cov)

    @property
    def start(self) -> FloatArray:
        """Starting values of the free parameters, (q,)."""
        return start_values(self.table, self.structure, self.sample_mean, self.sample_cov)

    @cached_property
    def exogenous(self) -> IntArray:
        """Positions of the observed variables whose moments are the sample's."""
        return np.array([self.table.observed.index(name) for name in self.table.exogenous], dtype=np.intp)

    @cached_property
    def objective(self) -> Objective:
        """What was minimised, a batch of one."""
        if self.patterns is not None:
            return full_information.objective(self.structure, self.patterns, self.sample_mean)
        return self.objective_for(self.sample)

    @property
    def unit(self) -> float:
        """Unit of the discrepancy: for ULS the fourth power of the answers' unit, otherwise 1."""
        return float(self.objective.unit[0]) if isinstance(self.objective, Quadratic) else 1.0

    def objective_for(self, sample: ScaledMoments) -> Objective:
        """The discrepancy of other complete samples, a batch of R; WLS and DWLS keep the weights of the fit."""
        if self.recipe.discrepancy != "ML":
            return least_squares(self.recipe.discrepancy, self.structure, sample, self.weight)
        return NormalTheory(self.structure, sample)

    @cached_property
    def lisrel(self) -> Matrices:
        """LISREL's all-y matrices at the estimate, with the groups as leading axis."""
        return self.implied_moments.matrices

    @cached_property
    def point(self) -> Point:
        """The discrepancy at the estimate, a batch of one."""
        return self.objective.at(self.theta[None])

    @cached_property
    def slope(self) -> Slopes:
        """Derivatives of the discrepancy at the estimate, a batch of one."""
        return self.objective.slopes(self.point)

    def unit_information(self, kind: Information) -> FloatArray:
        """Information per row at the estimate, (q, q)."""
        information: FloatArray = self.grouped_information(kind).dense()[0] * self.unit
        return information

    def grouped_information(self, kind: Information) -> GroupedMatrix:
        """Information per row at the estimate, a batch of one, divided by ``unit``."""
        objective = self.objective
        if self.recipe.discrepancy != "ML":
            # Least squares weights the groups by their rows less one, and their information by their rows (as lavaan).
            objective = self.objective_for(replace(self.sample, share=(self.group_size / self.n)[None]))
        if kind == "observed":
            return objective.observed(self.point, self.slope)
        return objective.expected(self.point, self.slope)

    @cached_property
    def implied_moments(self) -> Implied:
        """Implied moments as arrays, with the groups as leading axis."""
        return self.point.moments.member(0)

    @property
    def implied_covariances(self) -> FloatArray:
        return self.implied_moments.cov

    def population(self) -> tuple[FloatArray, FloatArray]:
        implied = self.implied_moments
        return implied.mean if self.table.meanstructure else self.sample_mean, implied.cov

    @cached_property
    def values(self) -> FloatArray:
        return self.table.values(self.theta, self.sample_mean, self.sample_cov)

    def standardized(self) -> tuple[FloatArray, csr_array]:
        rows = standardized_rows(self.table, self.structure, self.implied_moments, self.values)
        return rows.value, rows.derivative

    def standardized_at(self, theta: FloatArray) -> FloatArray:
        with np.errstate(invalid="ignore"):
            matrices = derived.standardized(self.structure.matrices(theta), self.table.promoted)
            return row_places(self.table).gather(matrices)

    def effects_at(self, theta: FloatArray, *, standardized: bool) -> FloatArray:
        matrices = self.structure.matrices(theta)
        return derived.effects(derived.standardized(matrices) if standardized else matrices)

    def degrees_of(self, function: Callable[[FloatArray], FloatArray]) -> FloatArray | float:
        if self.imputed is None:
            return self.degrees
        derivative = jacobian(function, self.theta)
        total, within = (delta_errors(derivative, cov) ** 2 for cov in (self.vcov, self.imputed.within))
        return np.minimum(pooled_degrees(total, within, len(self.imputed.solutions)), self.degrees)


# Cached quantities that depend on table, settings and moments alone, and those that depend on the estimate too.
_OF_SAMPLE = ("group_size", "sample_mean", "sample_cov", "counted", "sample", "structure", "exogenous", "objective")
_AT_THETA = ("lisrel", "point", "slope", "implied_moments", "values")
