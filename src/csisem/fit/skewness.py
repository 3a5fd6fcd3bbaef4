"""How skewed the sampling distribution of a statistic is, from the influence of the rows or clusters on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.influence import InfluenceKernel
from csisem.fit.redraw import Resampled
from csisem.fit.row_scores import row_scores
from csisem.inference.bootstrap import acceleration_of

if TYPE_CHECKING:
    from csisem.fit.fit import Fit
    from csisem.survey.survey import Survey

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class MeanInfluence:
    """How statistics depend on the means of D domains.

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


def accelerations(fit: Fit, survey: Survey, slope: FloatArray, means: MeanInfluence | None = None) -> FloatArray:
    """Accelerations (K,) of statistics with derivatives ``slope`` (K, q) by the parameters, and perhaps by ``means``.

    Moments of fixed exogenous variables count as constants.
    """
    drawn = Resampled.of(fit, survey)
    inverse = np.asarray(np.linalg.inv(fit.unit_information("observed")), dtype=np.float64)
    scheme = drawn.scheme
    stratum = np.empty(scheme.units, dtype=np.intp)
    stratum[scheme.order] = np.repeat(np.arange(len(scheme.size)), scheme.size)
    # Rows that are units themselves are added up by stratum at once, with their powers.
    clustered = survey.design.drawn and bool(survey.design.stages)
    kernel = InfluenceKernel(
        *row_scores(fit),
        slope @ inverse,
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
