"""Joint covariance of indices: by normal theory from moments, or from the influence of each row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.casewise import ScoreKernel
from csisem.fit.robust_quadratic import normal_theory_vcov
from csisem.fit.row_scores import row_scores
from csisem.index.weights import Block, weigh
from csisem.inference.delta import jacobian
from csisem.inference.influence import JointCovariance, domain_covariance
from csisem.options import ItemWeights

if TYPE_CHECKING:
    from csisem.fit.fit import Fit
    from csisem.index.domains import Domains

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Indices:
    """What the indices of D domains were computed from.

    Attributes
    ----------
    fit, domains
        The fit that gives the item weights, and the domains.
    measured
        The measurement blocks.
    lows, ranges
        Lowest answers and widths of the items' scales, (p,).
    item_weights
        How items are weighted.
    coefficients
        Index points per unit of each item's mean, (D, constructs, p).
    """

    fit: Fit
    domains: Domains
    measured: tuple[Block, ...]
    lows: FloatArray
    ranges: FloatArray
    item_weights: ItemWeights
    coefficients: FloatArray


def _by_parameter(given: Indices) -> FloatArray:
    """Derivatives of all indices by the parameters, (D, constructs, q): how the weights move them."""
    above = given.domains.moments.mean - given.lows
    structure, group = given.fit.structure, given.domains.group

    def indices(theta: FloatArray) -> FloatArray:
        matrices = structure.matrices(theta)
        coefficients = weigh(given.measured, matrices, given.ranges, given.item_weights).coefficients
        moved: FloatArray = np.matmul(coefficients[:, group], above[..., None])[..., 0]
        return moved

    return jacobian(indices, given.fit.theta)


def normal_theory_covariance(given: Indices) -> JointCovariance:
    """Covariance of all D x k indices: Var(mean) = Sigma/n per domain, plus the item weights' part by delta.

    n is the effective number of rows where sampling weights differ.

    Under normality means and covariances of a sample are independent, so the two parts add. Sigma is the implied
    covariance matrix for the rows that were fitted, and the sample's for other answers, which the model never saw.
    """
    fit, domains, coefficients = given.fit, given.domains, given.coefficients
    moments = domains.moments
    cov = fit.implied_moments.cov[domains.group] if domains.own else moments.cov
    slope = _by_parameter(given)
    left = slope.reshape(-1, slope.shape[-1])
    within = coefficients @ cov @ np.swapaxes(coefficients, -1, -2) / moments.effective_n[:, None, None]
    # The item weights come from the fitted rows, whose sampling weights cost precision too.
    design_effect = fit.n / float((fit.moments.weight.sum()) ** 2 / _sum_of_squares(fit))
    # ULS's and DWLS's own errors hold for no distribution.
    unknown = fit.recipe.discrepancy in ("ULS", "DWLS") and fit.recipe.errors == "standard"
    vcov = normal_theory_vcov(fit) if unknown else fit.vcov
    return JointCovariance(left, vcov * design_effect, np.zeros_like(left.T), within)


def _sum_of_squares(fit: Fit) -> float:
    """Sum of the squared sampling weights of the fitted rows; their number without weights."""
    squares = fit.moments.squares
    return float(fit.n) if squares is None else float(squares.sum())


def sandwich_covariance(given: Indices) -> JointCovariance:
    """Covariance of all D x k indices from the rows' influence; answers may follow any distribution."""
    fit, domains = given.fit, given.domains
    if domains.survey is None:
        raise ValueError("sandwich_covariance needs the rows")
    inverse = np.asarray(np.linalg.inv(fit.unit_information("observed")), dtype=np.float64)
    moments, weight = domains.moments, float(fit.moments.weight.sum())
    labels = moments.groups if domains.by else (None,)
    kernel = ScoreKernel(
        *row_scores(fit),
        dict(zip(labels, domains.group.tolist(), strict=True)),
        dict(zip(labels, moments.mean, strict=True)),
    )
    rows = domains.survey.rows(fit.table.observed, by=domains.by, weights=moments.weighted)
    sums = rows.reduce(kernel)
    order = [sums.labels.index(label) for label in labels]
    scores = sums.scores
    if moments.ungrouped > fit.moments.ungrouped:
        # Rows in no domain moved the parameters all the same.
        names = fit.groups or (None,)
        own = {name: group for group, name in enumerate(names)}
        means = dict(zip(names, fit.sample_mean, strict=True))
        fitted = domains.survey.rows(fit.table.observed, by=fit.settings.by, weights=moments.weighted)
        scores = fitted.reduce(replace(kernel, group_of=own, mean_of=means)).scores
    return domain_covariance(
        _by_parameter(given),
        given.coefficients,
        inverse,
        moments.weight / weight,
        scores,
        sums.mixed[order],
        sums.answers[order],
        weight,
    )
