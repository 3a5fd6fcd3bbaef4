"""Acceleration of BCa intervals, from the influence of rows or clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.casewise.casewise_scores import RowScores
from csisem.covariance.casewise.influence_kernel import InfluenceKernel
from csisem.fit.bootstrap.replicate_moments import Resampled
from csisem.fit.solution import Solution
from csisem.inference.bootstrap_intervals import acceleration_of
from csisem.survey.survey import Survey


@dataclass(frozen=True, slots=True, eq=False)
class RowStatistics:
    """Influence of rows on K statistics: ``left`` (K, q) times the scores of rows about ``centre`` (G, P).

    Moments of fixed exogenous variables count as constants.
    """

    scores_of: RowScores
    centre: FloatArray
    left: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class MeanInfluence:
    """Dependence of statistics on the means of D domains.

    Attributes
    ----------
    domain
        Domain of each row, (n,), -1 for none.
    reach
        Derivatives by each domain's means, (D, K, p), over the domain's share of the weight.
    mean
        The means, (D, p).
    """

    domain: IntArray
    reach: FloatArray
    mean: FloatArray


def accelerations(
    solution: Solution, survey: Survey, given: RowStatistics, means: MeanInfluence | None = None
) -> FloatArray:
    """Accelerations (K,) of statistics, which may depend on ``means`` too."""
    drawn = Resampled.of(solution, survey)
    scheme = drawn.scheme
    stratum = np.empty(scheme.units, dtype=np.intp)
    stratum[scheme.order] = np.repeat(np.arange(len(scheme.size)), scheme.size)
    # Rows that are units themselves are added up by stratum at once, with their powers.
    clustered = survey.design.drawn and bool(survey.design.stages)
    kernel = InfluenceKernel(
        given.scores_of,
        given.centre,
        given.left,
        drawn.group,
        drawn.group if means is None else means.domain,
        None if means is None else means.reach,
        None if means is None else means.mean,
        drawn.unit if clustered else stratum[drawn.unit],
        scheme.units if clustered else len(scheme.size),
        1 if clustered else 3,
    )
    sums = drawn.rows.reduce(kernel)
    if clustered:
        totals, powers = sums[0], []
        for power in (totals, totals**2, totals**3):
            whole = np.zeros((len(scheme.size), totals.shape[1]))
            np.add.at(whole, stratum, power)
            powers.append(whole)
        sums = np.stack(powers)
    # A unit drawn once more moves the statistic by its slope times its influence.
    reach = np.zeros(len(scheme.size))
    reach[stratum] = scheme.slope
    return acceleration_of(sums * reach[:, None] ** np.arange(1, 4)[:, None, None], scheme.size)
