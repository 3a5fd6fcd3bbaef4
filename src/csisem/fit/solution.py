"""The solution of an estimation, common to both kinds of fit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.grouped_matrix import GroupedCovariance
from csisem.display.sentences import Sentence
from csisem.errors import UnusableFitError
from csisem.fit.settings import Settings
from csisem.fit.status import Status
from csisem.inference.delta import delta_errors, jacobian, row_variances
from csisem.inference.replicate_variance import Replicates
from csisem.moments.moments import Moments
from csisem.moments.patterns import Patterns
from csisem.options import Estimator
from csisem.specification.parameters import ParameterTable

if TYPE_CHECKING:
    from csisem.survey.rows.rows import Rows
    from csisem.survey.survey import Survey


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """How precise k estimates are.

    Attributes
    ----------
    covariance
        Their covariance matrix, (k, k), or in blocks where parameters are those of groups.
    degrees
        Degrees of freedom of the sampling design, for t intervals; infinite without a design.
    replicates
        The estimates under each of the replicate weights that the covariance comes from; None for other methods.
    """

    covariance: FloatArray | GroupedCovariance
    degrees: float = np.inf
    replicates: Replicates | None = None

    @classmethod
    def unknown(cls, k: int) -> Uncertainty:
        """That of estimates which have none."""
        return _unknown(k)

    @cached_property
    def vcov(self) -> FloatArray:
        """The covariance matrix whole, (k, k), read only."""
        whole = self.covariance.dense() if isinstance(self.covariance, GroupedCovariance) else self.covariance
        whole.setflags(write=False)
        return whole

    def errors(self, slopes: csr_array) -> FloatArray:
        """Standard errors (R,) of linear combinations of the estimates with sparse coefficients (R, k)."""
        if isinstance(self.covariance, GroupedCovariance):
            variances = self.covariance.variances(slopes)
        else:
            variances = row_variances(slopes, self.covariance)
        return np.asarray(np.sqrt(np.maximum(variances, 0.0)))


@lru_cache(maxsize=64)
def _unknown(k: int) -> Uncertainty:
    return Uncertainty(np.broadcast_to(np.nan, (k, k)))


@dataclass(frozen=True, eq=False, repr=False)
class Solution(ABC):
    """The estimates of a parameter table, whichever kind of model it is of.

    `CovarianceSolution` and `CompositeSolution` are the two kinds. Scores, residuals, fit measures, standard errors and
    the bootstrap are functions of a solution; the public `Fit` holds one and shows what is read off it.

    Attributes
    ----------
    table, settings
        What was estimated and how.
    moments
        The sample moments, items in the order of ``table.observed``.
    theta
        Free parameters (q,); nan when the solution is not usable.
    status
        The verdict.
    iterations
        Steps the estimation took.
    data
        The answers under the design of the fit; None when fitted from moments, and after unpickling.
    patterns
        Moments of the rows by what they answered, where incomplete rows are used; None for complete rows.
    """

    table: ParameterTable
    settings: Settings
    moments: Moments
    theta: FloatArray
    status: Status
    iterations: int
    data: Survey | None
    patterns: Patterns | None

    def __post_init__(self) -> None:
        # A solution is a value: nobody may write into its arrays.
        self.theta.setflags(write=False)

    def __bool__(self) -> bool:
        return bool(self.status)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.estimation}, n = {self.n}: {self.status.verdict})"

    def __getstate__(self) -> dict[str, object]:
        # Cached quantities can be computed again, and answers belong to the file they came from.
        kept = {name: self.__dict__[name] for name in self.__dataclass_fields__}
        return kept | {"data": None}

    @property
    def estimator(self) -> Estimator:
        """The estimator's name."""
        return self.settings.estimator

    @property
    @abstractmethod
    def estimation(self) -> Sentence:
        """The estimator and what is special about it, for titles."""

    @property
    def groups(self) -> tuple[Hashable, ...]:
        """Group labels, empty for one group."""
        return self.table.groups

    @property
    def group_of(self) -> dict[Hashable, int]:
        """Position of each group by its label, of a single group by None."""
        return {label: g for g, label in enumerate(self.groups or (None,))}

    @property
    def n(self) -> int:
        """Rows used."""
        return int(self.moments.n.sum())

    @property
    def group_n(self) -> NDArray[np.int64]:
        """Rows used per group, (G,)."""
        return self.moments.n.reshape(self.table.n_groups)

    @cached_property
    def group_size(self) -> FloatArray:
        """Size of each group, (G,): its rows, or its share of the sampling weights times all rows."""
        if not self.moments.weighted:
            return self.group_n.astype(np.float64)
        weight = self.moments.weight.reshape(self.table.n_groups)
        size: FloatArray = self.n * weight / weight.sum()
        return size

    @cached_property
    def sample_mean(self) -> FloatArray:
        """Sample means (G, p); zeros where a published table gave none."""
        mean = self.moments.mean.reshape(self.table.n_groups, -1)
        return np.where(np.isnan(mean), 0.0, mean)

    @cached_property
    @abstractmethod
    def sample_cov(self) -> FloatArray:
        """Sample covariances of the items, (G, p, p), with the estimator's divisor."""

    @property
    def row_moments(self) -> Moments:
        """Moments of the P columns that `rows` reads: the items, or products of items behind them."""
        return self.moments

    @property
    def centre(self) -> FloatArray:
        """Means of the same columns, (G, P)."""
        return self.sample_mean

    @property
    @abstractmethod
    def implied_covariances(self) -> FloatArray:
        """Covariances of the same columns as the model implies them, (G, P, P); PLS takes the sample's."""

    @abstractmethod
    def population(self) -> tuple[FloatArray, FloatArray]:
        """Means (G, p), the sample's where they are not modelled, and covariances (G, p, p) that the model implies.

        Covariances have the divisor of `sample_cov`.
        """

    @property
    @abstractmethod
    def uncertainty(self) -> Uncertainty:
        """How precise the free parameters are."""

    @property
    def vcov(self) -> FloatArray:
        """Covariance matrix of the free parameters (q, q); nan when the solution is not usable."""
        return self.uncertainty.vcov

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the sampling design that standard errors come from; infinite without a design."""
        return self.uncertainty.degrees

    @property
    def replicates(self) -> Replicates | None:
        """Parameters under each of the replicate weights that standard errors come from; None for other methods."""
        return self.uncertainty.replicates

    @property
    def completed(self) -> tuple[Solution, ...]:
        """Solutions of the completed data sets that were pooled; empty for a solution of one data set."""
        return ()

    @cached_property
    @abstractmethod
    def values(self) -> FloatArray:
        """Values of all rows of the table, (R,)."""

    @abstractmethod
    def standardized(self) -> tuple[FloatArray, csr_array]:
        """Standardised values of all rows of the table (R,), and their derivatives by the free parameters, sparse."""

    @abstractmethod
    def standardized_at(self, theta: FloatArray) -> FloatArray:
        """The same values (..., R) at free parameters (..., q), real or complex."""

    @abstractmethod
    def effects_at(self, theta: FloatArray, *, standardized: bool) -> FloatArray:
        """Direct, indirect and total effects (..., G, 3, m, m), row = target, at free parameters (..., q)."""

    def errors_of(self, function: Callable[[FloatArray], FloatArray]) -> FloatArray:
        """Standard errors (...) of functions of the free parameters, from (k, q) to (k, ...), real or complex.

        By the delta method from ``vcov``, or under replicate weights from the functions of every replicate.
        """
        if self.replicates is None:
            return delta_errors(jacobian(function, self.theta), self.vcov)
        return np.where(np.isnan(self.vcov).any(), np.nan, self.replicates.errors(function, self.theta))

    def errors_by_group(self, function: Callable[[FloatArray], FloatArray]) -> FloatArray:
        """Standard errors (G, ...) of functions of each group's own parameters, from (k, q) to (k, G, ...)."""
        covariance = self.uncertainty.covariance
        if self.replicates is not None or not isinstance(covariance, GroupedCovariance):
            return self.errors_of(function)
        slopes = jacobian(function, self.theta, covariance.partition.directions())
        own = covariance.of_groups()
        return delta_errors(slopes, own.reshape(len(own), *(1,) * (slopes.ndim - 3), *own.shape[1:]))

    def degrees_of(self, function: Callable[[FloatArray], FloatArray]) -> FloatArray | float:
        """Degrees of freedom of such functions for t intervals; over completed data sets each function has its own."""
        del function
        return self.degrees

    def rows(self, survey: Survey, *, by: tuple[str, ...] = (), units: IntArray | None = None) -> Rows:
        """The answers of a survey to the fitted items, weighted where the fit was."""
        items, others = self.table.observed[: self.table.measured], self.table.auxiliary
        return survey.rows(items, by=by, weights=self.moments.weighted, units=units, others=others)

    def moments_of(self, rows: Rows) -> Moments:
        """Moments of the columns of `rows`, as ``row_moments`` are of the fitted ones."""
        return Moments.from_rows(rows)

    def replicate_rows(self, survey: Survey, *, by: tuple[str, ...]) -> Rows:
        """The same answers with replicate weights."""
        return survey.rows(self.table.observed, by=by, weights=False, replicates=True)

    def require_usable(self, what: str) -> None:
        """Refuse to compute ``what`` from a solution that did not converge or is not identified."""
        if not self.status.usable:
            raise UnusableFitError(f"{what} cannot be computed: {' '.join(self.status.reasons)}")
