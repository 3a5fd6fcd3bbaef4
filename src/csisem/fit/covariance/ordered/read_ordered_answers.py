"""The unsolved fit of ordered items, from the rows of a survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError, group_places
from csisem.fit.checks import near_dependence
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.ordered.code_moments import code_moments
from csisem.fit.covariance.ordered.design_units import design_units
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.covariance.ordered.replicate_gamma import lost_replicates, with_replicate_gamma
from csisem.fit.settings import CovarianceSettings, FitOptions
from csisem.fit.solution import Uncertainty
from csisem.fit.status import not_converged
from csisem.moments.correlations import all_above, correlations_of
from csisem.moments.moments import Moments
from csisem.moments.ordered.ordered_moments import OrderedMoments
from csisem.moments.ordered.ordered_notes import ordered_notes, ordered_warnings
from csisem.moments.ordered.read_ordered import read_ordered
from csisem.options import Estimator
from csisem.recipes import RECIPES
from csisem.specification.ordered_items import OrderedItems
from csisem.specification.threshold_claims import check_ordered_names

if TYPE_CHECKING:
    from csisem.specification.specification import Specification
    from csisem.survey.survey import Survey


# Smallest eigenvalue of the correlations of the moments' influence at which these count as linearly dependent.
_SINGULAR = 1e-10


def unsolved_ordered(
    model: Specification, survey: Survey | None, asked: FitOptions, settings: CovarianceSettings
) -> tuple[CovarianceSolution, tuple[Sentence, ...]]:
    """Read thresholds and correlations of a survey, and the table that they are to determine; and warnings of them."""
    if survey is None:
        raise DataError("Ordered items need rows, and moments hold none; give the answers.")
    check_ordered_names(model.roles, asked.ordered)
    _check_bounds(asked)
    given = model.roles.exogenous_observed
    items = [name for name in model.items if name not in given]
    first = read_ordered(
        survey,
        items,
        asked.ordered,
        given,
        by=asked.groups,
        missing=asked.missing,
        units=design_units(survey) if settings.errors == "design" else None,
    )
    lost: tuple[Sentence, ...] = ()
    if settings.errors == "replicates":
        first, failed = with_replicate_gamma(first, survey, asked.groups, listwise=asked.missing == "listwise")
        lost = lost_replicates(failed, len(survey.design.replicate_weights))
    _check_weights(first, asked.estimator)
    counts = {name: len(answers) - 1 for name, answers in zip(first.items, first.answers, strict=True) if answers}
    table = model.table(
        groups=first.groups,
        equal=asked.equal,
        release=asked.release,
        ordered=OrderedItems(tuple(counts.items()), asked.parameterization),
        units=asked.units,
    )
    rows = survey.rows(table.observed, by=asked.groups, weights=first.weighted)
    codes = code_moments(rows, table.exogenous, asked.missing)
    empty = OrderedSolution(
        table, settings, response_moments(first, table.observed), np.full(table.npar, np.nan), not_converged(0), 0,
        survey, None, Uncertainty.unknown(table.npar), first=first, codes=codes,
    )  # fmt: skip
    follow = "residuals" in asked.equal and asked.parameterization == "delta"
    return empty, (
        (sentence("ordered.residuals_follow"),) * follow
        + lost
        + ordered_notes(first)
        + (ordered_warnings(first) or near_dependence(empty.moments))
    )


def _check_bounds(asked: FitOptions) -> None:
    """Refuse bounds from the variances of latent responses, where these are not 1; lavaan's then hold solutions."""
    if asked.bounds not in ("standard", "wide"):
        return
    said = f"bounds={asked.bounds!r} takes latent responses to have variance 1, which they have not"
    if asked.parameterization == "theta":
        raise OptionError(f"{said} under parameterization='theta'; use 'delta', or bounds='pos.var'.")
    if {"thresholds", "intercepts"} & set(asked.equal):
        raise OptionError(f"{said} after the first group where thresholds are equal; use bounds='pos.var'.")


def _check_weights(first: OrderedMoments, estimator: Estimator) -> None:
    """Refuse WLS where the covariances of the moments are singular: the scores of n rows add up to zero."""
    size = first.gamma.shape[-1]
    if RECIPES[estimator].discrepancy != "WLS":
        return
    for n, gamma, where in zip(first.n.tolist(), first.gamma, group_places(first.groups), strict=True):
        if n <= size or not all_above(_SINGULAR, correlations_of(gamma)):
            raise DataError(f"estimator={estimator!r} weighs {size} thresholds and correlations by their covariances, "
                            f"which {n} rows do not determine{where}; use 'WLSMV', which takes the variances "
                            "alone.")  # fmt: skip


def response_moments(first: OrderedMoments, observed: tuple[str, ...]) -> Moments:
    """Means and covariances of latent responses and numeric variables, covariates among them, in an order of names.

    Covariances of covariates, which enter the standardised solution alone, have the divisor n - 1, as in lavaan.
    """
    slopes, mean = first.slopes, first.covariate_mean
    among = first.covariate_cov * (first.n / (first.n - 1))[:, None, None]
    cross = slopes @ among
    cov = np.concatenate(
        [
            np.concatenate([first.cov + cross @ slopes.mT, cross], axis=2),
            np.concatenate([cross.mT, among], axis=2),
        ],
        axis=1,
    )
    means = np.concatenate([first.mean + (slopes @ mean[..., None])[..., 0], mean], axis=1)
    pick = slice(None) if first.groups else 0
    names = (*first.items, *first.covariates)
    return Moments(
        first.n[pick],
        first.weight[pick],
        means[pick],
        cov[pick],
        names,
        (None,) * len(names),
        first.groups,
        first.dropped,
        first.zero_weight,
        first.ungrouped,
        first.weighted,
    ).select(observed)
