"""A fitted model: the estimate and the frames read off it. What comes later is a function of it in a later room."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.discrepancy import Point, Sample, Slopes
from csisem.covariance.implied import Implied
from csisem.covariance.matrices import Matrices
from csisem.covariance.objective import NormalTheory, Objective
from csisem.covariance.structure import Structure, compile_structure, with_exogenous
from csisem.errors import OptionError, UnusableFitError, listed
from csisem.fit import frames
from csisem.fit.measures import fit_measures
from csisem.fit.scores import scores
from csisem.fit.status import Status, Thresholds, with_warnings
from csisem.fit.summary import html_summary, text_summary
from csisem.fit.verdict import judge
from csisem.model.notation import FornellMatrices, numbers
from csisem.model.parameters import ParameterTable
from csisem.model.specification import Model
from csisem.moments.moments import Moments
from csisem.options import Engine, Estimator, Information, Likelihood, Missing, Residuals, ScoreMethod, validate

if TYPE_CHECKING:
    import pandas as pd

    from csisem.covariance.scaled import Correction
    from csisem.survey.survey import Survey

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a fit was made; every default that was in force is here."""

    estimator: Estimator
    likelihood: Likelihood
    information: Information
    missing: Missing
    engine: Engine
    by: tuple[str, ...]
    equal: tuple[str, ...]
    release: tuple[str, ...]


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
        Scaled tests of a robust estimator; None for ML.
    data
        A reference to the answers (None when fitted from moments); dropped on pickling.
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

    @cached_property
    def sample_cov(self) -> FloatArray:
        """Sample covariances (G, p, p) with the likelihood's divisor, n ("normal") or n - 1 ("wishart")."""
        p = len(self.table.observed)
        cov = self.moments.cov.reshape(self.table.n_groups, p, p)
        if self.settings.likelihood == "wishart":
            n = self.group_size[:, None, None]
            cov = cov * (n / (n - 1))
        return cov

    @cached_property
    def sample(self) -> Sample:
        """The sample moments as the discrepancy takes them, a batch of one."""
        n = self.group_size
        size = n - 1 if self.settings.likelihood == "wishart" else n
        return Sample(self.sample_mean[None], self.sample_cov[None], (size / size.sum())[None])

    @cached_property
    def structure(self) -> Structure:
        """The table compiled to arrays."""
        return with_exogenous(compile_structure(self.table), self.table, self.sample_mean, self.sample_cov)

    @cached_property
    def objective(self) -> Objective:
        """What was minimised, a batch of one."""
        return NormalTheory(self.structure, self.sample)

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
        if kind == "observed":
            batch = self.objective.observed(self.point, self.slope)
        else:
            batch = self.objective.expected(self.slope)
        information: FloatArray = batch[0]
        return information

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
        """Sample minus implied covariances (``"raw"``) or correlations (``"cor"``), items by items (and group)."""
        return frames.residuals(self, validate("kind", kind, Residuals))

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
            (n, constructs) with the index of the data; nan for a row that lacks an answer, or its group.

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
