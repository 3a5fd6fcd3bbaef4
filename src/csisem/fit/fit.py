"""A fitted model: what is true of every fit, whatever estimated it. What comes later is a function of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray, IntArray
from csisem.display.sentences import Sentence
from csisem.errors import OptionError, UnusableFitError, listed
from csisem.fit import frames
from csisem.fit.settings import Settings
from csisem.fit.status import Status, Thresholds
from csisem.fit.summary import html_summary, text_summary
from csisem.inference.delta import delta_errors, jacobian
from csisem.inference.pooling import pooled_degrees
from csisem.moments.moments import Moments
from csisem.options import Estimator, Residuals, ScoreMethod
from csisem.specification.notation import FornellMatrices, numbers
from csisem.specification.parameters import ParameterTable
from csisem.specification.specification import Specification

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.covariance.multiple_imputation import Imputed
    from csisem.inference.replicate_variance import Replicates
    from csisem.moments.patterns import Patterns
    from csisem.survey.rows.rows import Rows
    from csisem.survey.survey import Survey


@dataclass(frozen=True, eq=False)
class Fit(ABC):
    """The estimates of a model.

    Falsy when the numbers must not be used; ``status`` says why. ``if fit:`` is the test to make before reading it.
    `CovarianceFit` and `CompositeFit` are the two kinds: estimates of covariance structures, and of PLS path models.

    Attributes
    ----------
    model, table, settings
        What was fitted and how.
    moments
        The sample moments that were fitted, items in the order of ``table.observed``.
    theta
        Free parameters (q,); nan when the fit is not usable.
    status
        The verdict.
    iterations
        Steps the estimation took.
    data
        A reference to the answers (None when fitted from moments) under the design of the fit; dropped on pickling.
    """

    model: Specification
    table: ParameterTable
    settings: Settings
    moments: Moments
    theta: FloatArray
    status: Status
    iterations: int
    data: Survey | None

    if TYPE_CHECKING:
        # Fields of one kind of fit, computed when asked for by the other.

        @property
        def vcov(self) -> FloatArray:
            """Covariance matrix of the free parameters (q, q); nan when the fit is not usable."""
            ...

        @property
        def degrees(self) -> float:
            """Degrees of freedom of the sampling design that the errors come from; infinite without one."""
            ...

        @property
        def replicates(self) -> Replicates | None:
            """Parameters under each of the replicate weights that the errors come from; None for other errors."""
            ...

        @property
        def sample_cov(self) -> FloatArray:
            """Sample covariances of the items, (G, p, p), with the estimator's divisor."""
            ...

        @property
        def patterns(self) -> Patterns | None:
            """Moments of the rows by what they answered, where incomplete ones are used; None for complete rows."""
            ...

        @property
        def imputed(self) -> Imputed | None:
            """The fits that were pooled, for completed data sets."""
            ...

    def __bool__(self) -> bool:
        return bool(self.status)

    def __repr__(self) -> str:
        return text_summary(self)

    def _repr_html_(self) -> str:
        return html_summary(self)

    def __getstate__(self) -> dict[str, object]:
        # Cached frames can be made again, and answers belong to the file they came from.
        kept = {name: self.__dict__[name] for name in self.__dataclass_fields__}
        return kept | {"data": None}

    @property
    def estimator(self) -> Estimator:
        """The estimator's name."""
        return self.settings.estimator

    @property
    def groups(self) -> tuple[Hashable, ...]:
        """Group labels, empty for one group."""
        return self.table.groups

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
        """What each group counts for, (G,): its rows, or its share of the sampling weights times all rows."""
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

    @property
    def row_moments(self) -> Moments:
        """Moments of what `rows` reads, P columns: the items, or products of items behind them."""
        return self.moments

    @property
    def centre(self) -> FloatArray:
        """Means of the same, (G, P)."""
        return self.sample_mean

    @property
    @abstractmethod
    def implied_covariances(self) -> FloatArray:
        """Covariances of the same as the model implies them, (G, P, P); PLS takes the sample's."""

    @abstractmethod
    def population(self) -> tuple[FloatArray, FloatArray]:
        """Means (G, p), the sample's where they are not modelled, and covariances (G, p, p) that the model implies.

        Covariances have the divisor of `sample_cov`.
        """

    @cached_property
    @abstractmethod
    def values(self) -> FloatArray:
        """Values of all rows of the table, (R,)."""

    @abstractmethod
    def standardized(self) -> tuple[FloatArray, FloatArray]:
        """Standardised values of all rows of the table (R,), and their derivatives by the free parameters (R, q)."""

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

    def degrees_of(self, function: Callable[[FloatArray], FloatArray]) -> FloatArray | float:
        """Degrees of freedom of such functions for t intervals; over completed data sets each has its own."""
        if self.imputed is None:
            return self.degrees
        derivative = jacobian(function, self.theta)
        total, within = (delta_errors(derivative, cov) ** 2 for cov in (self.vcov, self.imputed.within))
        return np.minimum(pooled_degrees(total, within, len(self.imputed.fits)), self.degrees)

    def rows(self, survey: Survey, *, by: tuple[str, ...] = (), units: IntArray | None = None) -> Rows:
        """The answers of a survey to what was fitted, weighted where the fit was."""
        items, others = self.table.observed[: self.table.measured], self.table.auxiliary
        return survey.rows(items, by=by, weights=self.moments.weighted, units=units, others=others)

    def replicate_rows(self, survey: Survey, *, by: tuple[str, ...]) -> Rows:
        """The same answers with replicate weights."""
        return survey.rows(self.table.observed, by=by, weights=False, replicates=True)

    def __post_init__(self) -> None:
        # A fit is a value: what is read off it later must not depend on who wrote into its arrays before.
        self.theta.setflags(write=False)

    @cached_property
    def _parameters(self) -> pd.DataFrame:
        return frames.parameters(self)

    @property
    def parameters(self) -> pd.DataFrame:
        """All parameters, in columns ``lhs op rhs group label est se z pvalue ci_lower ci_upper std std_se``.

        ``std`` is lavaan's ``std.all``; its errors are by the delta method over all free parameters. Estimates of PLS
        are standardised as they are. A fixed parameter has ``se`` 0. ``group`` is the label, or 1 for a single group.
        """
        return self._parameters.copy(deep=False)

    @property
    def paths(self) -> pd.DataFrame:
        """Rows of `parameters` that are paths (``~``)."""
        return frames.rows_with(self, "~")

    @property
    def loadings(self) -> pd.DataFrame:
        """Rows of `parameters` that are loadings (``=~``)."""
        return frames.rows_with(self, "=~")

    @property
    def weights(self) -> pd.DataFrame:
        """Rows of `parameters` that are outer weights (``<~``) of standardised items; PLS alone has any."""
        return frames.rows_with(self, "<~")

    @cached_property
    @abstractmethod
    def _measures(self) -> pd.Series[float]: ...

    def fit_measures(self) -> pd.Series[float]:
        """Fit measures; nan when the fit is not usable.

        Of covariance structures under lavaan's names. PLS has no chi-square and what is made of it; it has ``srmr``,
        ``d_uls`` and ``d_g``, by the correlations that the paths imply and (``.saturated``) by free ones between the
        constructs, and ``gof``, without single items or (``.all``) with them; by group where there are groups.
        """
        return self._measures.copy(deep=False)

    @property
    def r_squared(self) -> pd.Series[float]:
        """Explained share of the variance of every item and endogenous variable, by name (and group)."""
        names, values = self._explained()
        return frames.r_squared(self, names, values)

    @abstractmethod
    def _explained(self) -> tuple[list[str], FloatArray]:
        """Names of what is explained, and the shares (G, k)."""

    @property
    def latent_correlations(self) -> pd.DataFrame:
        """Correlations of the constructs, by name (and group)."""
        return frames.latent_correlations(self, self._latent_correlations())

    @abstractmethod
    def _latent_correlations(self) -> FloatArray:
        """Correlations of the model's constructs, (G, k, k)."""

    @property
    @abstractmethod
    def implied_cov(self) -> pd.DataFrame:
        """Covariances that the model implies, items by items (and group)."""

    @property
    @abstractmethod
    def implied_mean(self) -> pd.Series[float]:
        """Means that the model implies, or the sample's where means are not modelled."""

    @abstractmethod
    def residuals(self, kind: Residuals = "raw") -> pd.DataFrame:
        """Sample minus implied covariances (``"raw"``) or correlations (``"cor"``), items by items (and group).

        ``"normalized"`` and ``"standardized"`` are residual covariances over the standard error of the sample's, or
        over their own, with which they are about standard normal where the model holds; nan for one that is always 0.
        PLS has the first two kinds.
        """

    @abstractmethod
    def scores(self, data: object = None, method: ScoreMethod = "regression") -> pd.DataFrame:
        """Scores of the constructs, a row for every row of the data and a column for every construct."""

    def matrices(self, group: Hashable = None) -> FornellMatrices:
        """B, Gamma, Lambda_x and Lambda_y at the estimate, in Fornell's notation.

        Parameters
        ----------
        group
            A group's label; None takes the first.
        """
        if group is not None and group not in self.groups:
            known = f"its groups are {listed(self.groups)}" if self.groups else "it has no groups"
            raise OptionError(f"The fit has no group {group!r}: {known}.")
        position = self.groups.index(group) if group is not None else 0
        return numbers(self.table, self.values.tolist(), position)

    @property
    @abstractmethod
    def how(self) -> Sentence:
        """The estimator and what is special about it, for the title of a summary."""

    @abstractmethod
    def measured(self) -> Sentence:
        """The fit measures in a line."""

    @abstractmethod
    def judged(self, thresholds: Thresholds) -> Fit:
        """Return the fit judged by other thresholds."""

    def require_usable(self, what: str) -> None:
        """Refuse to compute ``what`` from a fit that did not converge or is not identified.

        Raises
        ------
        UnusableFitError
            With the reasons.
        """
        if not self.status.usable:
            raise UnusableFitError(f"{what} cannot be computed: {' '.join(self.status.reasons)}")


def as_fit(fit: object, what: str) -> Fit:
    """Return a usable fit as such.

    Raises
    ------
    OptionError
        It is none.
    UnusableFitError
        ``what`` cannot be computed from it.
    """
    if not isinstance(fit, Fit):
        raise OptionError(f"{what}: a fit is needed, and {type(fit).__name__!r} is none; give the result of fit().")
    fit.require_usable(what)
    return fit
