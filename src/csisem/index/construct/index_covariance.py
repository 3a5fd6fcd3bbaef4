"""Joint covariance of indices: by normal theory from moments, or from the influence of each row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.casewise.casewise_scores import ScoreKernel
from csisem.index.construct.weight_sources import WeightSource
from csisem.inference.delta import jacobian
from csisem.inference.influence import JointCovariance, domain_covariance

if TYPE_CHECKING:
    from csisem.fit.solution import Solution
    from csisem.index.construct.domains import Domains
    from csisem.inference.design_variance import Linearisation


@dataclass(frozen=True, slots=True, eq=False)
class Indices:
    """What the indices of D domains were computed from.

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
        """Index points per unit of a row's (completed) deviation, times the rows of the domain, (D, constructs, p)."""
        estimated = self.domains.estimated
        return self.coefficients if estimated is None else self.coefficients @ estimated.retained


def by_parameter(given: Indices) -> FloatArray:
    """Derivatives of all indices by the parameters, (D, constructs, q): how the weights move them.

    Means that were estimated from incomplete rows rest on the fitted covariances, and move with these.
    """
    above = given.domains.moments.mean - given.lows
    source, group = given.source, given.domains.group

    def indices(parameters: FloatArray) -> FloatArray:
        return source.weigh(parameters).at(above, group)

    slope = jacobian(indices, source.at)
    if given.domains.estimated is not None:
        slope += given.coefficients @ given.domains.estimated.moved @ source.by_covariance()[group]
    return slope


def normal_theory_covariance(given: Indices) -> JointCovariance:
    """Covariance of all D x k indices: Var(mean) = Sigma/n per domain, plus the item weights' part by delta.

    n is the effective number of rows where sampling weights differ.

    Under normality means and covariances of a sample are independent, so the two parts add. Sigma is the implied
    covariance matrix for the rows that were fitted, and the sample's for other answers, which the model never saw.
    """
    domains, coefficients = given.domains, given.coefficients
    moments = domains.moments
    cov = given.solution.implied_covariances[domains.group] if domains.own else moments.cov
    slope = by_parameter(given)
    left = slope.reshape(-1, slope.shape[-1])
    within = given.reach @ cov @ np.swapaxes(coefficients, -1, -2) / moments.effective_n[:, None, None]
    # The item weights come from the fitted rows, whose sampling weights cost precision too.
    return JointCovariance(left, given.source.covariance(), np.zeros_like(left.T), within)


def sampled_weight(given: Indices) -> float:
    """Sum of the weights of the sample that the domains are part of."""
    fitted = given.solution.moments if given.domains.own else given.domains.moments
    return float(fitted.weight.sum())


def sandwich_covariance(given: Indices, design: Linearisation | None = None) -> JointCovariance:
    """Covariance of all D x k indices from the rows' influence; answers may follow any distribution.

    Under a design whose units are rows, their squares carry its factors, and what units and strata have in common is
    left to `design_covariance`.
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
        # Rows in no domain moved the parameters all the same.
        names = solution.groups or (None,)
        own = {name: group for group, name in enumerate(names)}
        means = dict(zip(names, solution.centre, strict=True))
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
