"""The public fit of a PLS path model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NoReturn

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import NotApplicableError, OptionError
from csisem.fit import frames
from csisem.fit.fit import Fit, as_fit
from csisem.fit.pls.composite_scores import composite_scores
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.fit.pls.fit_measures import composite_measures
from csisem.fit.pls.verdict import judge_composite
from csisem.fit.status import Thresholds, with_warnings
from csisem.option_checks import check_kind
from csisem.options import Residuals, ScoreMethod, validate


@dataclass(frozen=True, eq=False, repr=False)
class CompositeFit(Fit):
    """A PLS path model and its estimates."""

    _internal = Fit._internal | {"design_effects", "thresholds"}

    solution: CompositeSolution

    @property
    def design_effects(self) -> NoReturn:
        """Refused; of covariance structures only."""
        raise NotApplicableError(f"estimator={self.estimator!r} has no design effects; fit by 'MLR'.")

    @property
    def weights(self) -> pd.DataFrame:
        return frames.rows_with(self._parameters, "<~")

    def _compute_measures(self) -> pd.Series[float]:
        return composite_measures(self.solution)

    @property
    def r_squared(self) -> pd.Series[float]:
        """Communalities of the items, then shares of the endogenous constructs."""
        plan, found, loaded = self.solution.plan, self.solution.found, self.solution.layout.loaded
        ends = [j for j, sources in enumerate(plan.predecessors) if len(sources)]
        names = [plan.child_names[child] for child in plan.loaded.child[loaded]] + [plan.constructs[j] for j in ends]
        shares = np.concatenate([found.loadings[..., loaded] ** 2, found.r_squared[..., ends]], axis=-1)
        return frames.r_squared(self.solution, names, shares)

    @property
    def latent_correlations(self) -> pd.DataFrame:
        own = slice(self.solution.table.constructs)
        return frames.latent_correlations(self.solution, self.solution.found.correlations[:, own, own])

    @property
    def implied_cov(self) -> pd.DataFrame:
        """Covariances that the model implies for its indicators: items, or scores of lower-order constructs."""
        return self._by_indicator(self.solution.indicators.implied, self.solution.deviations)

    @property
    def implied_mean(self) -> pd.Series[float]:
        """The sample's means; PLS does not model means."""
        return frames.means(self.solution, self.solution.sample_mean)

    def residuals(self, kind: Residuals = "raw") -> pd.DataFrame:
        """Sample minus implied covariances (``"raw"``) or correlations (``"cor"``), indicators by indicators."""
        kind = validate("kind", kind, Residuals)
        if kind not in ("raw", "cor"):
            raise OptionError(f"kind={kind!r} needs a likelihood; PLS has 'raw' and 'cor'.")
        own, deviation = self.solution.indicators, self.solution.deviations
        return self._by_indicator(own.sample - own.implied, deviation if kind == "raw" else np.ones_like(deviation))

    def _by_indicator(self, correlations: FloatArray, unit: FloatArray) -> pd.DataFrame:
        """Correlations (G, k, k) of the indicators in their units (G, k), as a frame."""
        plan, places = self.solution.plan, self.solution.indicators.places
        names = [plan.child_names[child] for child in plan.loaded.child[places]]
        return frames.square(self.solution, names, correlations * unit[:, :, None] * unit[:, None, :])

    def scores(self, data: object = None, *, method: ScoreMethod | None = None) -> pd.DataFrame:
        """Scores of the constructs, with mean 0 and variance 1 over the rows (of each group) that were fitted.

        Parameters
        ----------
        data
            None: the rows that were fitted. Other answers, in any form that `Model.fit` takes except `Moments`, are
            centred at the fitted means; a fit by group reads its group columns in them.
        method
            PLS has one kind of scores, its composites.

        Returns
        -------
        DataFrame
            (n, constructs) with the index of the data; nan for a row that lacks an answer, or its group. After
            ``missing="mean"`` a blank counts as the item's mean, after ``"em"`` as its expectation given the row's
            other answers.

        Raises
        ------
        UnusableFitError
            If the weights were not estimated.
        DataError
            If there are no rows, a column is missing, or a group was not in the fit.
        """
        return composite_scores(self.solution, data, method)

    def judged(self, thresholds: Thresholds) -> CompositeFit:
        check_kind("thresholds", thresholds, Thresholds)
        own = self.solution
        if not own.status.usable:
            return self
        variances = np.diagonal(own.column_cov, 0, -2, -1)
        status = judge_composite(own.plan, own.found, own.groups, own.group_n, variances, thresholds,
                                 consistent=own.consistent)  # fmt: skip
        return replace(self, solution=replace(own, status=with_warnings(status, own.status.row_warnings)))


def as_composite(fit: object, what: str) -> CompositeFit:
    """The fit of a PLS path model as such, from which ``what`` is computed; another fit is refused."""
    if isinstance(fit, CompositeFit):
        return fit
    raise OptionError(f"{what}: estimator={as_fit(fit, what).estimator!r} weighs no scores; take a fit by 'PLS'.")
