"""Joint covariance of indices by normal theory, or from influence values."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.casewise.casewise_scores import ScoreKernel
from csisem.fit.solution import Solution
from csisem.index.construct.domains import Domains
from csisem.index.construct.weight_sources import WeightSource
from csisem.inference.design_variance import Linearisation
from csisem.inference.influence import JointCovariance, domain_covariance


@dataclass(frozen=True, slots=True, eq=False)
class Indices:
    """The input from which the indices of D domains are computed.

    Attributes
    ----------
    solution, domains
        The solution that gives the item weights, and the domains.
    source
        Where the item weights come from.
    lows
        Lowest answers of the items, (p,).
    coefficients
        Index points per unit of each item's mean, (D, constructs, p).
    """

    solution: Solution
    domains: Domains
    source: WeightSource
    lows: FloatArray
    coefficients: FloatArray

    @property
    def reach(self) -> FloatArray:
        """Influence of a row's (completed) deviation on its domain's indices, times the domain's rows, (D, k, p)."""
        estimated = self.domains.estimated
        return self.coefficients if estimated is None else self.coefficients @ estimated.retained


def by_parameter(given: Indices) -> FloatArray:
    """Derivatives of all indices by the parameters, through the item weights, (D, constructs, q).

    Means estimated from incomplete rows depend on the fitted covariances, hence on the parameters, too.
    """
    above = given.domains.moments.mean - given.lows
    source, group = given.source, given.domains.group

    def indices(parameters: FloatArray) -> FloatArray:
        return source.weigh(parameters).at(above, group)

    slope = source.derivatives(indices, group)
    if given.domains.estimated is not None:
        slope += given.coefficients @ given.domains.estimated.moved @ source.by_covariance()[group]
    return slope


def normal_theory_covariance(given: Indices) -> JointCovariance:
    """Covariance of all D x k indices: Var(mean) = Sigma/n per domain, plus the item weights' part by the delta method.

    Under normality means and covariances of a sample are independent, so the two parts add. n is the effective number
    of rows where sampling weights differ. Sigma is the implied covariance matrix for the fitted rows, and the sample's
    for other answers.
    """
    domains, coefficients = given.domains, given.coefficients
    moments = domains.moments
    cov = given.solution.implied_covariances[domains.group] if domains.own else moments.cov
    slope = by_parameter(given)
    left = slope.reshape(slope.shape[0] * slope.shape[1], slope.shape[2])
    within = given.reach @ cov @ np.swapaxes(coefficients, -1, -2) / moments.effective_n[:, None, None]
    # The covariance of the item weights includes the precision that the fitted rows' sampling weights cost.
    return JointCovariance(left, given.source.covariance(), np.zeros_like(left.T), within)


def sampled_weight(given: Indices) -> float:
    """Sum of weights of the sample that contains the domains."""
    fitted = given.solution.moments if given.domains.own else given.domains.moments
    return float(fitted.weight.sum())


def sandwich_covariance(given: Indices, design: Linearisation | None = None) -> JointCovariance:
    """Covariance of all D x k indices from the rows' influence values, whatever the distribution of the answers.

    Under a ``design`` the rows' squares are multiplied by its factors; `design_covariance` adds the covariance within
    units and strata.
    """
    solution, domains = given.solution, given.domains
    if domains.survey is None:
        raise ValueError("sandwich_covariance needs the rows")
    moments, weight = domains.moments, sampled_weight(given)
    labels = moments.groups if domains.by else (None,)
    kernel = ScoreKernel(
        *given.source.scores(),
        dict(zip(labels, domains.group.tolist(), strict=True)),
        dict(zip(labels, moments.mean, strict=True)),
        factor=None if design is None else design.row_factor,
    )
    units = None if design is None else design.code
    rows = solution.rows(domains.survey, by=domains.by, units=units)
    sums = rows.reduce(kernel)
    order = [sums.labels.index(label) for label in labels]
    scores = sums.scores
    if domains.own and moments.ungrouped > solution.moments.ungrouped:
        # Rows in no domain enter the parameters too.
        own = solution.group_of
        means = dict(zip(own, solution.centre, strict=True))
        fitted = solution.rows(domains.survey, by=solution.settings.by, units=units)
        scores = fitted.reduce(replace(kernel, group_of=own, mean_of=means)).scores
    return domain_covariance(
        by_parameter(given),
        given.reach,
        given.source.inverse(),
        domains.weight / weight,
        scores,
        sums.mixed[order],
        sums.answers[order],
        weight,
    )
