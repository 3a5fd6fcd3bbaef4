"""The fit of a covariance structure: what was minimised, and what is computed at the estimate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.estimation.discrepancy import Point, Sample, Slopes
from csisem.covariance.estimation.least_squares import Quadratic, least_squares
from csisem.covariance.estimation.normal_theory import NormalTheory, Objective
from csisem.covariance.lisrel import derived
from csisem.covariance.lisrel.implied import Implied
from csisem.covariance.lisrel.matrices import Matrices, row_places
from csisem.covariance.lisrel.standardized import standardized_rows
from csisem.covariance.lisrel.structure import Structure, compile_structure, with_exogenous
from csisem.errors import OptionError
from csisem.fit import frames
from csisem.fit.covariance import full_information
from csisem.fit.covariance.design_effects import design_effects
from csisem.fit.covariance.factor_scores import scores
from csisem.fit.covariance.measures.fit_measures import fit_measures
from csisem.fit.covariance.residuals import residuals
from csisem.fit.covariance.verdict import judge
from csisem.fit.fit import Fit
from csisem.fit.settings import CovarianceSettings
from csisem.fit.status import Thresholds, with_warnings
from csisem.fit.summary import measured_line
from csisem.options import RECIPES, Information, Recipe, Residuals, ScoreMethod, validate

if TYPE_CHECKING:
    import pandas as pd

    from csisem.covariance.goodness_of_fit.scaled_tests import Correction
    from csisem.fit.covariance.multiple_imputation import Imputed
    from csisem.inference.replicate_variance import Replicates
    from csisem.moments.patterns import Patterns


@dataclass(frozen=True, eq=False, repr=False)
class CovarianceFit(Fit):
    """The estimates of a covariance structure.

    Attributes
    ----------
    vcov
        Covariance matrix of the free parameters (q, q); nan when the fit is not usable.
    correction
        Scaled tests of a robust estimator; None for others.
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

    settings: CovarianceSettings
    vcov: FloatArray
    correction: Correction | None = None
    patterns: Patterns | None = None
    degrees: float = np.inf
    imputed: Imputed | None = None
    replicates: Replicates | None = None
    weight: FloatArray | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.vcov.setflags(write=False)

    def changed(self, **changes: Any) -> CovarianceFit:
        """Return the fit with other fields, keeping what was computed from those that stay."""
        other = replace(self, **changes)
        kept = _OF_SAMPLE if "theta" in changes else _OF_SAMPLE + _AT_THETA
        other.__dict__.update({name: self.__dict__[name] for name in kept if name in self.__dict__})
        return other

    @property
    def recipe(self) -> Recipe:
        """What the estimator is made of."""
        return RECIPES[self.settings.estimator]

    @cached_property
    def counted(self) -> FloatArray:
        """What each group's discrepancy counts for in chi-square, (G,): its size, less one for divisor n - 1."""
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
            return full_information.objective(self.structure, self.patterns, self.sample_mean)
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

    def standardized(self) -> tuple[FloatArray, FloatArray]:
        rows = standardized_rows(self.table, self.structure, self.implied_moments, self.values)
        return rows.value, rows.derivative

    def standardized_at(self, theta: FloatArray) -> FloatArray:
        with np.errstate(invalid="ignore"):
            return row_places(self.table).gather(derived.standardized(self.structure.matrices(theta)))

    def effects_at(self, theta: FloatArray, *, standardized: bool) -> FloatArray:
        matrices = self.structure.matrices(theta)
        return derived.effects(derived.standardized(matrices) if standardized else matrices)

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

    def _explained(self) -> tuple[list[str], FloatArray]:
        items, latents = derived.r_squared(self.lisrel)
        table = self.table
        measured = [i for i, name in enumerate(table.observed) if name not in table.latents]
        pointed = sorted({row.row for row in table.rows if row.matrix == "beta"})
        names = [table.observed[i] for i in measured] + [table.latents[j] for j in pointed]
        return names, np.concatenate([items[:, measured], latents[:, pointed]], axis=1)

    def _latent_correlations(self) -> FloatArray:
        own = slice(self.table.constructs)
        return derived.latent_correlations(self.lisrel)[:, own, own]

    @property
    def implied_cov(self) -> pd.DataFrame:
        return frames.by_item(self, self.implied_moments.cov)

    @property
    def implied_mean(self) -> pd.Series[float]:
        return frames.means(self, self.implied_moments.mean if self.table.meanstructure else self.sample_mean)

    def residuals(self, kind: Residuals = "raw") -> pd.DataFrame:
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
            ``missing="fiml"`` a row's scores are those given the answers it has.

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

    @property
    def how(self) -> str:
        engine = "" if self.settings.engine == "native" else f" by {self.settings.engine}"
        likelihood = "" if self.settings.likelihood == "normal" else f", {self.settings.likelihood} likelihood"
        return f"{self.estimator}{engine}{likelihood}"

    def measured(self) -> str:
        return measured_line(self.fit_measures(), scaled=self.correction is not None)

    def judged(self, thresholds: Thresholds) -> CovarianceFit:
        """Return the fit judged by other thresholds."""
        if not self.status.usable:
            return self
        status = judge(self.table, self.lisrel, self.implied_moments, self.group_n, thresholds)
        return self.changed(status=with_warnings(status, self.status.row_warnings))


def as_covariance(fit: Fit, what: str) -> CovarianceFit:
    """Return the fit of a covariance structure as such.

    Raises
    ------
    OptionError
        It is a PLS fit, for which ``what`` do not exist.
    """
    if isinstance(fit, CovarianceFit):
        return fit
    raise OptionError(f"{what} compare covariances with those a model implies, and estimator={fit.estimator!r} fits "
                      "no covariances; take a fit by 'ML'.")  # fmt: skip


# What depends on model, settings and moments alone, and what on the estimate as well.
_OF_SAMPLE = ("group_size", "sample_mean", "sample_cov", "sample", "structure", "objective")
_AT_THETA = ("lisrel", "point", "slope", "implied_moments", "values")
