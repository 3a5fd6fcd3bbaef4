"""Search for a lower minimum where the first is suspicious."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.covariance.cholesky import log_determinant
from csisem.covariance.estimation.minima import other_minima
from csisem.display.sentences import Sentence, sentence
from csisem.fit.covariance.identification import degrees_of_freedom, inverse_or_flat
from csisem.fit.covariance.verdict import judge
from csisem.fit.status import USUAL

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution

# Root mean square error of approximation above which a solution is doubted. Least squares has more
# minima where the model does not hold: the weights are those of the sample, not of the model.
_LIKELIHOOD, _LEAST_SQUARES = 0.10, 0.05
# Chi-squares that differ by less are those of one minimum.
_SAME = 1e-4
# Chi-square of another minimum is nearly the same if it is higher by less than the larger of these: the 5 % point with
# one degree of freedom, and a share of the chi-square.
_NEAR, _SHARE = 3.84, 0.05


def lower_minimum(solution: CovarianceSolution) -> tuple[CovarianceSolution, tuple[Sentence, ...]]:
    """The solution at the lowest minimum, and a sentence if there is another that is nearly as low.

    A solution that is admissible and fits is returned as it is. An admissible one is not given up for one that is not,
    which a sentence reports instead; an unidentified one is never taken.
    """
    # Composites start where their blocks are reproduced; from elsewhere the search seldom ends.
    if solution.table.formed or not solution.status.usable or not _suspicious(solution):
        return solution, ()
    found = other_minima(solution.table, solution.objective, solution.theta[None])
    size = 2 * float(solution.counted.sum()) * solution.unit
    # By how much each ends below the first.
    below = size * (float(solution.point.value[0]) - found.value)
    lower = solution
    for k in np.argsort(-below):
        if below[k] <= _SAME:
            break
        candidate = solution.changed(theta=found.theta[k])
        if _identified(candidate) and (not solution.status.admissible or _admissible(candidate)):
            lower = candidate
            break
    gained = size * float(solution.point.value[0] - lower.point.value[0])
    above = gained - np.append(below, 0.0)
    if above.min() < -_SAME:
        return lower, (sentence("fit.lower_inadmissible", difference=float(-above.min())),)
    near = above[(above > _SAME) & (above < max(_NEAR, _SHARE * (_chisq(lower) or 0.0)))]
    return lower, (sentence("fit.other_minimum", difference=float(near.min())),) if near.size else ()


def _identified(solution: CovarianceSolution) -> bool:
    return inverse_or_flat(solution.grouped_information("expected"))[0] is not None


def _admissible(solution: CovarianceSolution) -> bool:
    moments = solution.implied_moments
    return judge(solution.table, solution.lisrel, moments, solution.group_n, USUAL).admissible


def _suspicious(solution: CovarianceSolution) -> bool:
    likely = solution.recipe.discrepancy == "ML"
    # A Heywood case of maximum likelihood is nearly always the only minimum, and small samples are full of them.
    if not solution.status.admissible and not likely:
        return True
    chisq, df = _chisq(solution), degrees_of_freedom(solution.table)[0]
    if chisq is None or df <= 0:
        return False
    limit = _LIKELIHOOD if likely else _LEAST_SQUARES
    # With ULS the discrepancy is in squared standard deviations of the items.
    return chisq / solution.unit > df * (1 + limit**2 * float(solution.counted.sum()) / solution.structure.groups)


def _chisq(solution: CovarianceSolution) -> float | None:
    """Chi-square of complete rows; None for incomplete ones, which would need the unrestricted likelihood."""
    if solution.patterns is not None:
        return None
    value = float(solution.point.value[0])
    if solution.recipe.discrepancy == "ML":
        sample = solution.sample
        value -= float((sample.share * (log_determinant(sample.cov) + solution.structure.p)).sum()) / 2
    return 2 * value * float(solution.counted.sum()) * solution.unit
