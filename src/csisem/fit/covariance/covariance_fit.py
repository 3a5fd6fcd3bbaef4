"""The public fit of a covariance structure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from csisem.covariance.lisrel import derived
from csisem.display.sentences import sentence
from csisem.errors import OptionError
from csisem.fit import frames
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.design_effects import design_effects
from csisem.fit.covariance.factor_scores import scores
from csisem.fit.covariance.measures.fit_measures import fit_measures
from csisem.fit.covariance.measures.measurement_table import measurement_table
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.covariance.ordered_residuals import ordered_residuals, threshold_frame
from csisem.fit.covariance.residuals import residuals
from csisem.fit.covariance.structural_after_measurement.two_step_solution import TwoStepSolution
from csisem.fit.covariance.verdict import judge
from csisem.fit.fit import Fit, as_fit
from csisem.fit.status import Thresholds, with_warnings
from csisem.fit.summary import Summary
from csisem.option_checks import check_kind
from csisem.options import Residuals, ScoreMethod, validate
from csisem.specification.specification import Specification

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class CovarianceFit(Fit):
    """A covariance structure and its estimates."""

    _internal = Fit._internal | {"weights", "thresholds"}

    solution: CovarianceSolution

    @property
    def weights(self) -> pd.DataFrame:
        if not self.solution.table.formed:
            return super().weights
        return frames.rows_with(self._parameters, "<~")

    def _compute_measures(self) -> pd.Series[float]:
        return fit_measures(self.solution)

    @property
    def r_squared(self) -> pd.Series[float]:
        table = self.solution.table
        items, latents = derived.r_squared(self.solution.lisrel)
        formed = {item for one in table.formed if one.excrescent for item in one.items}
        measured = [i for i, name in enumerate(table.observed) if name not in table.latents and name not in formed]
        pointed = sorted({row.row for row in table.rows if row.matrix == "beta"})
        names = [table.observed[i] for i in measured] + [table.latents[j] for j in pointed]
        return frames.r_squared(self.solution, names, np.concatenate([items[:, measured], latents[:, pointed]], axis=1))

    @property
    def latent_correlations(self) -> pd.DataFrame:
        own = slice(self.solution.table.shown)
        return frames.latent_correlations(self.solution, derived.latent_correlations(self.solution.lisrel)[:, own, own])

    @property
    def implied_cov(self) -> pd.DataFrame:
        return frames.by_item(self.solution, self.solution.implied_moments.cov)

    @property
    def implied_mean(self) -> pd.Series[float]:
        return frames.means(self.solution, self.solution.population()[0])

    def residuals(self, kind: Residuals = "raw") -> pd.DataFrame:
        return residuals(self.solution, validate("kind", kind, Residuals))

    def scores(self, data: object = None, *, method: ScoreMethod | None = None) -> pd.DataFrame:
        """Factor scores, a row for every row of the data and a column for every construct.

        They are on the constructs' own metric, that of the item whose loading is 1. Their mean over the fitted rows is
        0 where means are not modelled (plus the effects of observed predictors), the latent means otherwise.

        Parameters
        ----------
        data
            None: the rows that were fitted. Other answers, in any form that `Model.fit` takes except `Moments`, are
            centred at the fitted means; a fit by group reads its group columns in them.
        method
            ``"regression"`` (Thurstone 1935): the conditional means given the answers, whose variance is too small.
            ``"bartlett"`` (Bartlett 1937): unbiased given the construct. A higher-order construct, which no item
            measures directly, has no Bartlett score: nan.
            ``"tenBerge"`` (ten Berge, Krijnen, Wansbeek and Shapiro 1999): the constructs' own covariances, exactly, in
            the complete rows that were fitted. ``"EBM"``: posterior modes, the only scores of ordered items (and their
            default), which are the regression scores where all items are numeric; they include ordered and numeric
            answers, groups and observed predictors. Residuals of ordered items must not covary given the constructs; a
            single ordered item without residual bounds its construct by its thresholds. None takes ``"regression"``.

        Returns
        -------
        DataFrame
            (n, constructs) with the index of the data; nan for a row that lacks an answer, or its group. After
            ``missing="fiml"``, or ``"pairwise"`` with ordered items, a row's scores are those given the answers it has.

        Raises
        ------
        UnusableFitError
            If the fit did not converge or is not identified.
        DataError
            If there are no rows, a column is missing, a group was not in the fit, or an ordered answer did not occur.
        OptionError, ModelError
            If the method is unknown, or not for such items; if the model has no construct, or no such scores.
        """
        return scores(self.solution, data, method)

    def design_effects(self) -> pd.DataFrame:
        """Design effects of the free parameters: their variance over that of a simple random sample of as many rows.

        Returns
        -------
        DataFrame
            ``lhs op rhs group label est se deff effective_n``; ``effective_n`` is the size of the simple random sample
            (with replacement) that would have the same standard error (Kish 1965, chapter 8.2).

        Raises
        ------
        UnusableFitError
            If the fit did not converge or is not identified.
        OptionError
            If the estimator's standard errors do not take the design into account, or the fit is pooled.
        DataError
            If the fit holds no rows.
        """
        return design_effects(self.solution)

    def judged(self, thresholds: Thresholds) -> CovarianceFit:
        check_kind("thresholds", thresholds, Thresholds)
        own = self.solution
        if not own.status.usable:
            return self
        status = judge(own.table, own.lisrel, own.implied_moments, own.group_n, thresholds)
        return replace(self, solution=own.changed(status=with_warnings(status, own.status.row_warnings)))


class Imputations(NamedTuple):
    """The fits of completed data sets that were pooled."""

    fits: tuple[CovarianceFit, ...]


@dataclass(frozen=True, eq=False, repr=False)
class PooledFit(CovarianceFit):
    """A covariance structure whose estimates are pooled over completed data sets."""

    @property
    def imputed(self) -> Imputations:
        """The usable fits of the single data sets, ``fit.imputed.fits``."""
        return Imputations(tuple(covariance_fit(self.model, one) for one in self.solution.completed))


@dataclass(frozen=True, eq=False, repr=False)
class OrderedFit(CovarianceFit):
    """A covariance structure of ordered items and its estimates.

    Each ordered item is a normal latent response that is cut at thresholds. Covariances and means are those of latent
    responses, in the units of polychoric correlations (variance 1), and of numeric items, given observed predictors.

    Examples
    --------
    >>> model = cs.Model.from_syntax("Satisfaction =~ s1 + s2 + s3")
    >>> fit = model.fit(cs.datasets.retail_survey(), "WLSMV", ordered=True)
    >>> fit.thresholds.head(2).round(2)
      item threshold  sample  implied  residual
    0   s1        t1   -2.83    -2.83       0.0
    1   s1        t2   -2.68    -2.68       0.0
    >>> fit.implied_cov.round(2)
          s1    s2    s3
    s1  1.00  0.64  0.65
    s2  0.64  1.00  0.60
    s3  0.65  0.60  1.00
    """

    _internal = Fit._internal | {"weights"}

    solution: OrderedSolution

    @property
    def implied_cov(self) -> pd.DataFrame:
        """Polychoric correlations and covariances that the model implies, items by items (and group).

        Given the observed predictors, as lavaan's ``fitted()`` with ``conditional.x``.
        """
        names = list(self.solution.first.items)
        return frames.square(self.solution, names, self.solution.conditional_cov)

    @property
    def implied_mean(self) -> pd.Series[float]:
        """Means that the model implies of latent responses, in their own units, and of numeric items.

        They are not multiplied by the scale factors that `implied_cov` includes, as in lavaan. With observed
        predictors they are intercepts, the means where all predictors are 0.
        """
        own = self.solution.objective.vector.responses.kept
        means = self.solution.point.moments.member(0).mean
        return frames.means(self.solution, means[:, own], self.solution.first.items)

    @property
    def thresholds(self) -> pd.DataFrame:
        return threshold_frame(self.solution)

    def residuals(self, kind: Residuals = "raw") -> pd.DataFrame:
        """Residual polychoric correlations and covariances: what the sample has less what the model implies.

        Parameters
        ----------
        kind
            ``"raw"``: of latent responses the correlations, as in lavaan; ``"cor"``: numeric items standardised too.
            ``"normalized"`` divides by the standard error of the sample's moment, ``"standardized"`` by the residual's
            own, both from the influence of the rows (Muthen 1984); nan for one that is always 0.

        Returns
        -------
        DataFrame
            Items by items, under the group's label for a fit by group. Observed predictors have further columns but
            with ``"cor"``: the residuals of the items' slopes on them. Residuals of thresholds are in `thresholds`.

        Raises
        ------
        OptionError
            If the kind is unknown.
        UnusableFitError
            If residuals in standard errors are asked of a fit that did not converge or is not identified.
        """
        return ordered_residuals(self.solution, validate("kind", kind, Residuals))


@dataclass(frozen=True, eq=False, repr=False)
class PooledOrderedFit(OrderedFit, PooledFit):
    """A covariance structure of ordered items whose estimates are pooled over completed data sets."""

    solution: OrderedSolution


@dataclass(frozen=True, eq=False, repr=False)
class TwoStepFit(CovarianceFit):
    """A model whose constructs were measured before the paths between them (``estimator="SAM"``)."""

    solution: TwoStepSolution

    def measurement(self) -> pd.DataFrame:
        """Fit of each measurement block, and reliability of each construct.

        Returns
        -------
        DataFrame
            A row a construct (and group): ``construct group block items reliability chisq df pvalue at_zero``.
            ``block`` numbers the block it was measured in, whose chi-square (over all groups) is that of the block
            alone; ``reliability`` is the share of the construct in the variance of its mapped items; ``at_zero`` names
            the items whose residual variances were held at zero.

        Raises
        ------
        UnusableFitError
            If the fit did not converge or is not identified.

        Examples
        --------
        >>> fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone(), "SAM")
        >>> fit.measurement()[["construct", "block", "reliability", "chisq", "df"]].round(2)
          construct  block  reliability  chisq  df
        0       EXP      1         0.68   0.00   0
        1       VAL      2         0.91  18.44  11
        2       SAT      2         0.80  18.44  11
        3       LOY      2         0.79  18.44  11
        """
        return measurement_table(self.solution)

    def _summary(self) -> Summary:
        return replace(super()._summary(), part=sentence("fit_summary.structural_part"))


def covariance_fit(model: Specification, solution: CovarianceSolution) -> CovarianceFit:
    """The fit with a solution, of one data set or pooled."""
    if isinstance(solution, TwoStepSolution):
        return TwoStepFit(model, solution)
    if isinstance(solution, OrderedSolution):
        return PooledOrderedFit(model, solution) if solution.completed else OrderedFit(model, solution)
    return PooledFit(model, solution) if solution.completed else CovarianceFit(model, solution)


def as_covariance(fit: object, what: str) -> CovarianceFit:
    """The fit of a covariance structure as such; that of a PLS path model, which has no ``what``, is refused."""
    if isinstance(fit, CovarianceFit):
        return fit
    estimator = as_fit(fit, what).estimator
    raise OptionError(f"{what} compare covariances with those a model implies, and estimator={estimator!r} fits no "
                      "covariances; take a fit by 'ML'.")  # fmt: skip


def as_one_minimum(fit: object, what: str) -> CovarianceFit:
    """The fit at the minimum of one discrepancy, which ``what`` is about; others are refused."""
    own = as_covariance(fit, what)
    if isinstance(own, TwoStepFit):
        raise OptionError(f"{what} are about the minimum of one discrepancy, and estimator='SAM' takes two steps; take "
                          "a fit by 'ML', or test paths by cs.wald.")  # fmt: skip
    return own
