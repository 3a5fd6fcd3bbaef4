"""The standard-error method of an estimator that needs the rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from csisem.arrays import FloatArray
from csisem.errors import OptionError
from csisem.fit.covariance.errors.replicate_weights import replicated_correction, with_replicates
from csisem.fit.covariance.errors.robust import with_robust
from csisem.fit.covariance.errors.robust_full_information import with_robust_incomplete
from csisem.fit.covariance.errors.robust_ordered import with_robust_ordered
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution

if TYPE_CHECKING:
    from csisem.covariance.goodness_of_fit.scaled_tests import Correction
    from csisem.fit.covariance.covariance_solution import CovarianceSolution


def with_rows(solution: CovarianceSolution) -> CovarianceSolution:
    """Replace the standard errors of a converged solution by those from its rows and add the scaled tests."""
    if isinstance(solution, OrderedSolution):
        return with_robust_ordered(solution)
    if solution.settings.errors == "replicates":
        if solution.table.tangent is not None:
            raise OptionError("Replicate weights give no standard errors under inequalities, bounds or nonlinear "
                              "equations; leave the constraints out, or fit by 'ML'.")  # fmt: skip
        return with_replicates(solution)
    return with_robust(solution) if solution.patterns is None else with_robust_incomplete(solution)


def correction_at(solution: CovarianceSolution, theta: FloatArray) -> Correction | None:
    """The scaled tests at other parameters (q,) than the estimate, by the same method."""
    moved = replace(solution, theta=theta.copy())
    if solution.settings.errors == "replicates" and not isinstance(solution, OrderedSolution):
        return replicated_correction(moved)
    return with_rows(moved).correction
