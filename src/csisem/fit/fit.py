"""A fitted model: the estimate and the frames read off it. What comes later is a function of it in a later room."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.discrepancy import Point, Sample, Slopes
from csisem.covariance.implied import Implied
from csisem.covariance.least_squares import Quadratic, least_squares
from csisem.covariance.matrices import Matrices
from csisem.covariance.objective import NormalTheory, Objective
from csisem.covariance.structure import Structure, compile_structure, with_exogenous
from csisem.errors import OptionError, UnusableFitError, listed
from csisem.fit import frames, incomplete
from csisem.fit.design_effects import design_effects
from csisem.fit.measures import fit_measures
from csisem.fit.residuals import residuals
from csisem.fit.scores import scores
from csisem.fit.settings import Settings
from csisem.fit.status import Status, Thresholds, with_warnings
from csisem.fit.summary import html_summary, text_summary
from csisem.fit.verdict import judge
from csisem.inference.delta import delta_errors, jacobian
from csisem.inference.pooling import pooled_degrees
from csisem.model.notation import FornellMatrices, numbers
from csisem.model.parameters import ParameterTable
from csisem.model.specification import Model
from csisem.moments.moments import Moments
from csisem.options import (
    RECIPES,
    Estimator,
    Information,
    Recipe,
    Residuals,
    ScoreMethod,
    validate,
)

if TYPE_CHECKING:
    import pandas as pd

    from csisem.covariance.scaled import Correction
    from csisem.fit.imputed import Imputed
    from csisem.inference.replicates import Replicates
    from csisem.moments.patterns import Patterns
    from csisem.survey.rows import Rows
    from csisem.survey.survey import Survey

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Fit:
    """The estimates of a model.

    Falsy when the numbers must not be used; ``status`` says why. ``if fit:`` is the test to make before reading it.

    Attributes
    ----------
    model, table, settings
        What was fitted and how.
    moments
        The sample moments that were fitted, items in the order of ``table.observed``.
    theta, vcov
        Free parameters (q,) and their covariance matrix (q, q); nan when the fit is not usable.
    status
        The verdict.
    iterations
        Steps the estimation took.
    correction
        Scaled tests of a robust estimator; None for others.
    data
        A reference to the answers (None when fitted from moments) under the design of the fit; dropped on pickling.
    patterns
        Moments of the rows by what they answered, for ``missing="fiml"``; ``moments`` are then the maximum-likelihood
        moments without a model.
    degrees
        Degrees of freedom of the sampling design that the errors come from, for t intervals; infinite without one.
    imputed
        The fits that were pooled, for completed data sets; each parameter then has degrees of freedom of its own.
    replicates
        Parameters under each of the replicate weights that the errors come from; None for other errors.
    weight
        Weights of the moments that WLS (G, s, s) and DWLS (G, s) took from the rows; None for other estimators.
    """

    model: Model
    table: ParameterTable
    settings: Settings
    moments: Moments
    theta: FloatArray
    vcov: FloatArray
    status: Status
    iterations: int
    data: Survey | None
    correction: Correction | None = None
    patterns: Patterns | None = None
    degrees: float = np.inf
    imputed: Imputed | None = None
    replicates: Replicates | None = None
    weight: FloatArray | None = None

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

    def changed(self, **changes: Any) -> Fit:
        """Return the fit with other fields, keeping what was computed from those that stay."""
        other = replace(self, **changes)
        kept = _OF_SAMPLE if "theta" in changes else _OF_SAMPLE + _AT_THETA
        other.__dict__.update({name: self.__dict__[name] for name in kept if name in self.__dict__})
        return other

    @property
    def estimator(self) -> Estimator:
        """The estimator's name."""
        return self.settings.estimator

    @property
    def recipe(self) -> Recipe:
        """What the estimator is made of."""
        return RECIPES[self.settings.estimator]

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
    def counted(self) -> FloatArray:
        """What each group's discrepancy counts for in chi-square, (G,): its size, less one for divisor n - 1."""
        unbiased = self.settings.likelihood == "wishart" or self.recipe.discrepancy != "ML"
        return self.group_size - 1 if unbiased else self.group_size

    @cached_property
    def sample_mean(self) -> FloatArray:
        """Sample means (G, p); zeros where a published table gave none."""
        mean = self.moments.mean.reshape(self.table.n_groups, -1)
        return np.where(np.isnan(mean), 0.0, mean)

    @cached_property
    def sample_cov(self) -> FloatArray:
        """Sample covariances (G, p, p) with the estimator's divisor: n for ML; n - 1 for "wishart", least squares."""
        p = len(self.table.observed)
        cov = self.moments.cov.reshape(self.table.n_groups, p, p)
        if self.counted is self.group_size:
            return cov
        return cov * (self.group_size / self.counted)[:, None, None]

    @cached_property
    def sample(self) -> Sample:
        """The sample moments as the discrepancy takes them, a batch of one."""
        share = self.counted / self.counted.sum()
        return Sample(self.sample_mean[None], self.sample_cov[None], share[None])

    @cached_property
    def structure(self) -> Structure:
        """The table compiled to arrays."""
        return with_exogenous(compile_structure(self.table), self.table, self.sample_mean, self.sample_cov)

    @cached_property
    def objective(self) -> Objective:
        """What was minimised, a batch of one."""
        if self.patterns is not None:
            return incomplete.objective(self.structure, self.patterns, self.sample_mean)
        return self.objective_for(self.sample)

    @property
    def unit(self) -> float:
        """What the discrepancy is in: for ULS the fourth power of the answers' unit, otherwise 1."""
        return float(self.objective.unit[0]) if isinstance(self.objective, Quadratic) else 1.0

    def objective_for(self, sample: Sample) -> Objective:
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
        objective = self.objective
        if self.recipe.discrepancy != "ML":
            # Least squares adds the groups up by their rows less one, and their information by their rows (as lavaan).
            objective = self.objective_for(replace(self.sample, share=(self.group_size / self.n)[None]))
        if kind == "observed":
            batch = objective.observed(self.point, self.slope)
        else:
            batch = objective.expected(self.point, self.slope)
        information: FloatArray = batch[0] * self.unit
        return information

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

    @cached_property
    def implied_moments(self) -> Implied:
        """Implied moments as arrays, with the groups as leading axis."""
        return self.point.moments.member(0)

    def __post_init__(self) -> None:
        # A fit is a value: what is read off it later must not depend on who wrote into its arrays before.
        self.theta.setflags(write=False)
        self.vcov.setflags(write=False)

    @cached_property
    def _parameters(self) -> pd.DataFrame:
        return frames.parameters(self)

    @property
    def parameters(self) -> pd.DataFrame:
        """All parameters, in columns ``lhs op rhs group label est se z pvalue ci_lower ci_upper std std_se``.

        ``std`` is lavaan's ``std.all``; its errors are by the delta method over all free parameters. A fixed parameter
        has ``se`` 0. ``group`` is the label, or 1 for a single group.
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

    def design_effects(self) -> pd.DataFrame:
        """Design effects of the free parameters: their variance over that of a simple random sample of as many rows.

        Returns
        -------
        DataFrame
            ``lhs op rhs group label est se deff effective_n``; ``effective_n`` is the size of the simple random sample
            (with replacement) that would have the same error (Kish 1965, chapter 8.2).

        Raises
        ------
        UnusableFitError
            The fit did not converge or is not identified.
        OptionError
            The estimator's errors follow no design.
        DataError
            The fit holds no rows.
        """
        return design_effects(self)

    @cached_property
    def _measures(self) -> pd.Series[float]:
        return fit_measures(self)

    def fit_measures(self) -> pd.Series[float]:
        """Fit measures under lavaan's names; nan when the fit is not usable."""
        return self._measures.copy(deep=False)

    @property
    def r_squared(self) -> pd.Series[float]:
        """Explained share of the variance of every item and endogenous variable, by name (and group)."""
        return frames.r_squared(self)

    @property
    def latent_correlations(self) -> pd.DataFrame:
        """Correlations of the constructs, by name (and group)."""
        return frames.latent_correlations(self)

    @property
    def implied_cov(self) -> pd.DataFrame:
        """Covariances that the model implies, items by items (and group)."""
        return frames.by_item(self, self.implied_moments.cov)

    @property
    def implied_mean(self) -> pd.Series[float]:
        """Means that the model implies, or the sample's where means are not modelled."""
        return frames.means(self)

    def residuals(self, kind: Residuals = "raw") -> pd.DataFrame:
        """Sample minus implied covariances (``"raw"``) or correlations (``"cor"``), items by items (and group).

        ``"normalized"`` and ``"standardized"`` are residual covariances over the standard error of the sample's, or
        over their own, with which they are about standard normal where the model holds; nan for one that is always 0.
        """
        return residuals(self, validate("kind", kind, Residuals))

    def scores(self, data: object = None, method: ScoreMethod = "regression") -> pd.DataFrame:
        """Factor scores, a row for every row of the data and a column for every construct.

        They are on the constructs' own metric, that of the item whose loading is 1. Their mean over the fitted rows is
        0 where means are not modelled (plus what paths from observed variables hand on), the latent means otherwise.

        Parameters
        ----------
        data
            None: the rows that were fitted. Other answers, in any form that `Model.fit` takes except `Moments`, are
            centred at the fitted means, and by group read the fit's own columns.
        method
            ``"regression"`` (Thurstone 1935): the conditional means given the answers, whose variance is too small.
            ``"bartlett"`` (Bartlett 1937): unbiased given the construct. A higher-order construct, which no item
            measures directly, has no Bartlett score: nan.

        Returns
        -------
        DataFrame
            (n, constructs) with the index of the data; nan for a row that lacks an answer, or its group. After
            ``missing="fiml"`` a row's regression scores are those given the answers it has.

        Raises
        ------
        UnusableFitError
            The fit did not converge or is not identified.
        DataError
            There are no rows, a column is missing, or a group was not in the fit.
        OptionError, ModelError
            The method is unknown; the model has no construct.
        """
        return scores(self, data, method)

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

    @cached_property
    def values(self) -> FloatArray:
        """Values of all rows of the table, (R,)."""
        return self.table.values(self.theta, self.sample_mean, self.sample_cov)

    def judged(self, thresholds: Thresholds) -> Fit:
        """Return the fit judged by other thresholds."""
        if not self.status.usable:
            return self
        status = judge(self.table, self.lisrel, self.implied_moments, self.group_n, thresholds)
        return self.changed(status=with_warnings(status, self.status.row_warnings))

    def require_usable(self, what: str) -> None:
        """Refuse to compute ``what`` from a fit that did not converge or is not identified.

        Raises
        ------
        UnusableFitError
            With the reasons.
        """
        if not self.status.usable:
            raise UnusableFitError(f"{what} cannot be computed: {' '.join(self.status.reasons)}")


# What depends on model, settings and moments alone, and what on the estimate as well.
_OF_SAMPLE = ("group_size", "sample_mean", "sample_cov", "sample", "structure", "objective")
_AT_THETA = ("lisrel", "point", "slope", "implied_moments", "values")
