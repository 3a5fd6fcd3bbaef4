"""Estimates of a PLS path model, without standard errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_array

from csisem.arrays import FloatArray, IntArray
from csisem.composite.estimate import Estimates, estimate
from csisem.composite.implied_correlations import Indicators, indicators
from csisem.composite.parameter_layout import ParameterLayout
from csisem.composite.plan import Plan
from csisem.composite.structural_model import effects
from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError
from csisem.fit.fitted_rows import require_rows
from csisem.fit.pls.item_columns import Columns
from csisem.fit.pls.option_words import in_words
from csisem.fit.pls.replicate_estimates import Repeated, repeat
from csisem.fit.settings import CompositeSettings
from csisem.fit.solution import Solution
from csisem.inference.design_rules import rule_of
from csisem.moments.correlations import correlations_of
from csisem.moments.moments import Moments
from csisem.survey.rows.rows import Rows
from csisem.survey.survey import Survey

Statistics: TypeAlias = Callable[[Estimates, FloatArray, FloatArray], FloatArray]
"""From the estimates of samples of one group and their columns' means (..., P) and covariances with divisor n
(..., P, P) to k statistics (..., k).

All arrays are real or complex, and the function must be analytic.
"""


@dataclass(frozen=True, eq=False, repr=False)
class PathEstimates(Solution):
    """The estimates of a PLS path model, and quantities that need no other pass over the rows.

    `standard_errors.errors_of` computes standard errors of any function of these; `CompositeSolution` adds those of
    the parameters.

    Attributes
    ----------
    plan, layout
        The compiled model, and the places of its parameters in ``found``.
    columns, column_moments
        The items and the products of items that interactions need, and their moments.
    found
        The estimates, with the G groups as leading axis.
    """

    settings: CompositeSettings
    plan: Plan
    layout: ParameterLayout
    columns: Columns
    column_moments: Moments
    found: Estimates

    @property
    def estimation(self) -> Sentence:
        own = self.settings
        return sentence("fit_summary.pls", estimator=self.estimator, scheme=in_words(own.scheme),
                        higher_order=in_words(own.higher_order) if self.plan.higher_order else None,
                        moderation=in_words(own.moderation) if len(self.plan.terms) else None)  # fmt: skip

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
        data = require_rows(self.data, "standard errors by replicate weights need")
        rows = self.replicate_rows(data, by=self.settings.by)
        rule = rule_of(self.settings.design)
        return repeat(rows, (self.centre, self.column_cov), self.n, self.found_for, rule)

    def free(self, found: Estimates, _mean: FloatArray, _cov: FloatArray) -> FloatArray:
        """The free parameters of samples of one group, (..., q / G)."""
        first = self.table.free[: len(self.table.rows) // self.table.n_groups]
        return self.layout.of_group(found)[..., first]

    def evaluate(self, statistics: Statistics) -> FloatArray:
        """Statistics of every group at the estimate, (G, k)."""
        groups = range(self.table.n_groups)
        return np.stack([statistics(self.found.member(g), self.centre[g], self.column_cov[g]) for g in groups])

    def population(self) -> tuple[FloatArray, FloatArray]:
        if len(self.plan.terms) or self.plan.higher_order:
            what = "an interaction" if len(self.plan.terms) else "a higher-order construct"
            raise OptionError(f"A model with {what} implies no distribution of its items; use "
                              "method='nonparametric'.")  # fmt: skip
        own, sd = self.indicators, self.deviations
        # Indicators are ordered by construct, items as in the plan.
        order = np.argsort(self.plan.loaded.child[own.places])
        cov = (own.implied * sd[:, :, None] * sd[:, None, :])[:, order[:, None], order]
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
    def indicators(self) -> Indicators:
        """Correlations of the indicators in the sample and by the model, (G, k, k)."""
        among = correlations_of(self.sample_cov)
        return indicators(self.plan, among, self.found, consistent=self.consistent, saturated=False)

    @property
    def deviations(self) -> FloatArray:
        """Standard deviations of the indicators, (G, k): of items in the sample; scores have 1."""
        sd = np.sqrt(np.diagonal(self.sample_cov, axis1=-2, axis2=-1))
        child = self.plan.loaded.child[self.indicators.places]
        every = np.concatenate([sd, np.ones((len(sd), len(self.plan.constructs)))], axis=-1)
        items = len(self.plan.items)
        return every[:, np.where(child < items, child, items)]

    @cached_property
    def values(self) -> FloatArray:
        values: FloatArray = self.table.base + self.table.map @ self.theta
        return values

    def standardized(self) -> tuple[FloatArray, csr_array]:
        return self.values, self.table.map

    def standardized_at(self, theta: FloatArray) -> FloatArray:
        rows: FloatArray = self.table.base + theta @ self.table.map.T
        return rows

    def effects_at(self, theta: FloatArray, *, standardized: bool) -> FloatArray:
        """Effects of PLS are always in standard deviations."""
        del standardized
        rows, groups = self.standardized_at(theta), self.table.n_groups
        own = rows.reshape(*rows.shape[:-1], groups, -1)
        first = len(self.layout.loaded) + len(self.layout.weighed)
        count = len(self.plan.constructs)
        paths = np.zeros((*own.shape[:-1], count, count), dtype=rows.dtype)
        target, source = self.layout.target, self.layout.source
        paths[..., target, source] = own[..., first : first + len(target)]
        return effects(self.plan, paths)


def estimates(
    columns: Columns, settings: CompositeSettings, mean: FloatArray, cov: FloatArray, size: FloatArray
) -> Estimates:
    """Estimate a model as the settings say; see `PathEstimates.found_for`."""
    unbiased = np.asarray(size / (size - 1))[..., None, None]
    consistent = settings.estimator == "PLSc"
    return estimate(columns.plan, mean - columns.offset, cov * unbiased, settings.scheme, consistent=consistent)
