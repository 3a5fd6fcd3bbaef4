"""The fit of a PLS path model: its estimates, and what is read off them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.composite.estimate import Estimates, estimate
from csisem.composite.implied_correlations import Indicators, indicators
from csisem.composite.parameter_layout import Layout
from csisem.composite.plan import Plan
from csisem.composite.structural_model import effects
from csisem.errors import OptionError
from csisem.fit import frames
from csisem.fit.fit import Fit
from csisem.fit.pls.composite_scores import composite_scores
from csisem.fit.pls.fit_measures import composite_line, composite_measures
from csisem.fit.pls.item_columns import Columns
from csisem.fit.pls.replicate_estimates import Repeated, repeat
from csisem.fit.pls.standard_errors import Errors, Statistics, errors_of
from csisem.fit.pls.verdict import judge_composite
from csisem.fit.settings import CompositeSettings
from csisem.fit.status import Thresholds, with_warnings
from csisem.moments.moments import Moments
from csisem.options import Residuals, ScoreMethod, validate

if TYPE_CHECKING:
    import pandas as pd

    from csisem.inference.replicate_variance import Replicates
    from csisem.moments.patterns import Patterns
    from csisem.survey.rows.rows import Rows
    from csisem.survey.survey import Survey


@dataclass(frozen=True, eq=False, repr=False)
class CompositeFit(Fit):
    """The estimates of a PLS path model.

    Attributes
    ----------
    plan, layout
        The model compiled, and where its parameters stand in ``found``.
    columns, column_moments
        The items and the products of items that interactions need, and their moments.
    found
        The estimates, with the G groups as leading axis.
    kept
        The errors, where they are no longer to be had from the rows: after pickling.
    patterns
        Moments of the rows by what they answered, where incomplete ones are used; None for complete rows.
    """

    settings: CompositeSettings
    plan: Plan
    layout: Layout
    columns: Columns
    column_moments: Moments
    found: Estimates
    kept: Errors | None = None
    imputed: None = None
    patterns: Patterns | None = None

    def __getstate__(self) -> dict[str, object]:
        return super().__getstate__() | {"kept": self._errors}

    @property
    def consistent(self) -> bool:
        """Whether estimates are corrected for the error in the scores (PLSc)."""
        return self.settings.estimator == "PLSc"

    @property
    def row_moments(self) -> Moments:
        return self.column_moments

    @property
    def implied_covariances(self) -> FloatArray:
        return self.column_cov

    @property
    def centre(self) -> FloatArray:
        return self.column_moments.mean.reshape(self.table.n_groups, -1)

    @property
    def column_cov(self) -> FloatArray:
        """Covariances of the columns with divisor n (sum of weights), (G, P, P)."""
        width = self.plan.width
        return self.column_moments.cov.reshape(-1, width, width)

    def rows(self, survey: Survey, *, by: tuple[str, ...] = (), units: IntArray | None = None) -> Rows:
        return self.columns.of(super().rows(survey, by=by, units=units))

    def replicate_rows(self, survey: Survey, *, by: tuple[str, ...]) -> Rows:
        return self.columns.of(super().replicate_rows(survey, by=by))

    def found_for(self, mean: FloatArray, cov: FloatArray, size: FloatArray) -> Estimates:
        """The estimates of samples with means (..., P), covariances with divisor n (..., P, P) and sizes n (...).

        Real or complex; one complex call is of one group at one point.
        """
        return estimates(self.columns, self.settings, mean, cov, size)

    def found_at(self, mean: FloatArray, cov: FloatArray, group: int) -> Estimates:
        """The estimates from other moments of a group's columns, (..., P) and (..., P, P), real or complex."""
        return self.found_for(mean, cov, self.group_size[group])

    @cached_property
    def repeated(self) -> Repeated:
        """The estimates under every replicate weight."""
        return repeat(self)

    @cached_property
    def _errors(self) -> Errors:
        """Errors of the parameters, computed when they are first asked for."""
        if self.kept is not None:
            return self.kept
        q = len(self.theta)
        if not self.status.usable or np.isnan(self.theta).any():
            return Errors(np.full((q, q), np.nan))
        return errors_of(self, self.free)

    @property
    def vcov(self) -> FloatArray:
        return self._errors.vcov

    @property
    def degrees(self) -> float:
        return self._errors.degrees

    @property
    def replicates(self) -> Replicates | None:
        return self._errors.replicates

    def free(self, found: Estimates, _mean: FloatArray, _cov: FloatArray) -> FloatArray:
        """The free parameters of samples of one group, (..., q / G)."""
        first = self.table.map[: len(self.table.rows) // self.table.n_groups]
        return self.layout.of_group(found)[..., first.any(axis=1)]

    def evaluate(self, statistics: Statistics) -> FloatArray:
        """Statistics of every group at the estimate, (G, k)."""
        groups = range(self.table.n_groups)
        return np.stack([statistics(self.found.member(g), self.centre[g], self.column_cov[g]) for g in groups])

    def population(self) -> tuple[FloatArray, FloatArray]:
        if len(self.plan.terms) or self.plan.higher_order:
            what = "an interaction" if len(self.plan.terms) else "a higher-order construct"
            raise OptionError(f"The model says nothing of the distribution of its items, since it has {what}; use "
                              "method='nonparametric'.")  # fmt: skip
        _, implied, sd = self._compared()
        # Indicators stand by construct, items in the order of the plan.
        order = np.argsort(self.plan.loaded.child[self._indicators.places])
        cov = (implied * sd[:, :, None] * sd[:, None, :])[:, order[:, None], order]
        if not (np.linalg.eigvalsh(cov) > 0).all():
            raise OptionError("The correlations that the model implies for its items are not those of any population; "
                              "use method='nonparametric'.")  # fmt: skip
        return self.sample_mean, cov

    @cached_property
    def sample_cov(self) -> FloatArray:
        """Sample covariances (G, p, p) with divisor n - 1."""
        p = len(self.table.observed)
        size = self.group_size[:, None, None]
        return self.moments.cov.reshape(-1, p, p) * (size / (size - 1))

    @cached_property
    def values(self) -> FloatArray:
        return self.table.base + self.table.map @ self.theta

    def standardized(self) -> tuple[FloatArray, FloatArray]:
        return self.values, self.table.map

    def standardized_at(self, theta: FloatArray) -> FloatArray:
        rows: FloatArray = self.table.base + theta @ self.table.map.T
        return rows

    def effects_at(self, theta: FloatArray, *, standardized: bool) -> FloatArray:
        """Effects of PLS are in standard deviations, whatever is asked."""
        del standardized
        rows, groups = self.standardized_at(theta), self.table.n_groups
        own = rows.reshape(*rows.shape[:-1], groups, -1)
        first = len(self.layout.loaded) + len(self.layout.weighed)
        count = len(self.plan.constructs)
        paths = np.zeros((*own.shape[:-1], count, count), dtype=rows.dtype)
        target, source = self.layout.target, self.layout.source
        paths[..., target, source] = own[..., first : first + len(target)]
        return effects(self.plan, paths)

    @cached_property
    def _measures(self) -> pd.Series[float]:
        return composite_measures(self)

    def _explained(self) -> tuple[list[str], FloatArray]:
        """Communalities of the items, then shares of the endogenous constructs."""
        plan, told = self.plan, self.layout.loaded
        ends = [j for j, sources in enumerate(plan.predecessors) if len(sources)]
        names = [plan.child_names[child] for child in plan.loaded.child[told]]
        shares = [self.found.loadings[..., told] ** 2, self.found.r_squared[..., ends]]
        return names + [plan.constructs[j] for j in ends], np.concatenate(shares, axis=-1)

    def _latent_correlations(self) -> FloatArray:
        own = slice(self.table.constructs)
        return self.found.correlations[:, own, own]

    @property
    def implied_cov(self) -> pd.DataFrame:
        """Covariances that the model implies for its indicators: items, or scores of lower-order constructs."""
        _, implied, deviation = self._compared()
        return self._by_indicator(implied * deviation[:, :, None] * deviation[:, None, :])

    @property
    def implied_mean(self) -> pd.Series[float]:
        """The sample's means; PLS models none."""
        return frames.means(self, self.sample_mean)

    def residuals(self, kind: Residuals = "raw") -> pd.DataFrame:
        """Sample minus implied covariances (``"raw"``) or correlations (``"cor"``), indicators by indicators."""
        kind = validate("kind", kind, Residuals)
        if kind not in ("raw", "cor"):
            raise OptionError(f"kind={kind!r} takes a likelihood's errors of residuals; PLS has 'raw' and 'cor'.")
        sample, implied, deviation = self._compared()
        unit = deviation if kind == "raw" else np.ones_like(deviation)
        return self._by_indicator((sample - implied) * unit[:, :, None] * unit[:, None, :])

    def _compared(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Correlations of the indicators in the sample and by the model, (G, k, k), and standard deviations (G, k)."""
        own = self._indicators
        sd = np.sqrt(np.diagonal(self.sample_cov, axis1=-2, axis2=-1))
        child = self.plan.loaded.child[own.places]
        scores = np.ones((len(sd), len(self.plan.constructs)))
        deviation = np.concatenate([sd, scores], axis=-1)
        items = len(self.plan.items)
        return own.sample, own.implied, deviation[:, np.where(child < items, child, items)]

    @cached_property
    def _indicators(self) -> Indicators:
        among = frames.correlations(self.sample_cov)
        return indicators(self.plan, among, self.found, consistent=self.consistent, saturated=False)

    def _by_indicator(self, matrices: FloatArray) -> pd.DataFrame:
        names = [self.plan.child_names[child] for child in self.plan.loaded.child[self._indicators.places]]
        return frames.square(self, names, matrices)

    def scores(self, data: object = None, method: ScoreMethod = "regression") -> pd.DataFrame:
        """Scores of the constructs, with mean 0 and variance 1 over the rows (of each group) that were fitted.

        Parameters
        ----------
        data
            None: the rows that were fitted. Other answers, in any form that `Model.fit` takes except `Moments`, are
            centred at the fitted means, and by group read the fit's own columns.
        method
            PLS has one kind of scores, its composites.

        Returns
        -------
        DataFrame
            (n, constructs) with the index of the data; nan for a row that lacks an answer, or its group. After
            ``missing="mean"`` a blank counts as the item's mean, after ``"em"`` as what is expected given the row's
            other answers.

        Raises
        ------
        UnusableFitError
            The weights were not found.
        DataError
            There are no rows, a column is missing, or a group was not in the fit.
        """
        return composite_scores(self, data, method)

    @property
    def how(self) -> str:
        several = f", {self.settings.higher_order} higher order" if self.plan.higher_order else ""
        moderated = f", {self.settings.moderation} interaction" if len(self.plan.terms) else ""
        return f"{self.estimator}, {self.settings.scheme} scheme{several}{moderated}"

    def measured(self) -> str:
        return composite_line(self.fit_measures())

    def judged(self, thresholds: Thresholds) -> CompositeFit:
        """Return the fit judged by other thresholds."""
        if not self.status.usable:
            return self
        status = judge_composite(
            self.plan, self.found, self.groups, self.group_n, thresholds, consistent=self.consistent
        )
        return replace(self, status=with_warnings(status, self.status.row_warnings))


def estimates(
    columns: Columns, settings: CompositeSettings, mean: FloatArray, cov: FloatArray, size: FloatArray
) -> Estimates:
    """Estimate a model as the settings say; see `CompositeFit.found_for`."""
    unbiased = np.asarray(size / (size - 1))[..., None, None]
    consistent = settings.estimator == "PLSc"
    return estimate(columns.plan, mean - columns.offset, cov * unbiased, settings.scheme, consistent=consistent)


def as_composite(fit: Fit, what: str) -> CompositeFit:
    """Return the fit of a PLS path model as such.

    Raises
    ------
    OptionError
        It is none, and has no ``what``.
    """
    if isinstance(fit, CompositeFit):
        return fit
    if not isinstance(fit, Fit):
        raise OptionError(
            f"{what} of a PLS path model, and {type(fit).__name__!r} is no fit; give the result of fit()."
        )
    raise OptionError(f"{what} of a PLS path model, and estimator={fit.estimator!r} weighs no scores; take a fit by "
                      "'PLS'.")  # fmt: skip
