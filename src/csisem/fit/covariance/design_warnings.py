"""Warnings about the sampling design of a fit."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from csisem.covariance.cholesky import symmetric_inverse
from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError
from csisem.inference.replicate_variance import MOST_FAILED
from csisem.options import Errors, Estimator, Missing
from csisem.recipes import RECIPES
from csisem.survey import Design, Survey

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution

# A variance that is this small a share of what independent rows have is the rounding of a solution.
_NOTHING = 1e-12


def error_method(estimator: Estimator, design: Design, *, ordered: bool = False) -> Errors:
    """Where an estimator's standard errors come from under a design.

    Those of MLR and PLS follow it, and robust ones of ordered items; those of SAM as far as it has weights, strata or
    clusters.
    """
    if ordered and RECIPES[estimator].errors == "robust" and design.replicate_weights:
        return "replicates"
    if ordered and RECIPES[estimator].errors == "robust" and design.drawn:
        return "design"
    if estimator == "SAM" and not (design.weights or design.drawn):
        return "normal theory"
    if estimator == "SAM" and design.replicate_weights:
        return "sandwich"
    if estimator not in ("MLR", "PLS", "PLSc", "SAM"):
        return "normal theory" if RECIPES[estimator].errors == "standard" else "sandwich"
    if design.replicate_weights:
        return "replicates"
    return "design" if design.drawn else "sandwich"


def check_replicates(design: Design, estimator: Estimator, missing: Missing) -> None:
    """Refuse replicate weights whose replicates would be of incomplete rows."""
    if missing == "fiml" and error_method(estimator, design) == "replicates":
        raise OptionError("missing='fiml' does not take replicate weights; use 'listwise', or a Design by strata and "
                          "clusters.")  # fmt: skip


def design_warnings(
    survey: Survey | None,
    design: object,
    estimator: Estimator,
    missing: Missing = "listwise",
    *,
    ordered: bool = False,
) -> tuple[Sentence, ...]:
    """Warnings of what a design does not do to a fit of ``survey``, whose own counts where ``design`` is None."""
    if survey is None:
        return ()
    if design is False:
        return (sentence("design.ignored"),) if survey.design else ()
    return _unused(design if isinstance(design, Design) else survey.design, estimator, missing, ordered)


@lru_cache(maxsize=64)
def _unused(own: Design, estimator: Estimator, missing: Missing, ordered: bool) -> tuple[Sentence, ...]:
    """Warnings of the parts of a design that an estimator's standard errors do without; worded once for each."""
    parts = {"design.part.strata": own.strata, "design.part.clusters": own.clusters, "design.part.fpc": own.fpc}
    drawn = [sentence(part) for part, columns in parts.items() if columns]
    method = error_method(estimator, own, ordered=ordered)
    if method == "replicates":
        return (sentence("design.replicates_alone", parts=drawn),) if drawn else ()
    if method == "design":
        return ()
    said = []
    if own.weights and estimator == "ML":
        said.append(sentence("design.weights_alone"))
    unused = drawn + [sentence("design.part.replicate_weights")] * bool(own.replicate_weights)
    if unused and ordered:
        instead = "ULSMV" if RECIPES[estimator].discrepancy == "ULS" else "WLSMV"
        said.append(sentence("design.unused.ordered", parts=unused, estimator=estimator, instead=instead))
    elif unused:
        listwise = missing == "fiml" and bool(own.replicate_weights)
        said.append(sentence("design.unused", parts=unused, estimator=estimator, listwise=listwise))
    return tuple(said)


def degree_warnings(solution: CovarianceSolution) -> tuple[Sentence, ...]:
    """Warnings when the design has few degrees of freedom, or replicates have no solution."""
    said = []
    if solution.replicates is not None and solution.replicates.failed:
        failed, count = solution.replicates.failed, len(solution.replicates.theta)
        if np.isnan(solution.vcov).any():
            said.append(sentence("design.replicates_lost", failed=failed, replicates=count, most=100 * MOST_FAILED))
        else:
            said.append(sentence("design.replicates_left_out", failed=failed, replicates=count))
    if not np.isfinite(solution.degrees):
        return tuple(said)
    if _exact(solution):
        said.append(sentence("design.no_sampling_error"))
    elif solution.degrees <= 0:
        said.append(sentence("design.no_degrees"))
    elif solution.degrees < solution.table.npar:
        said.append(sentence("design.few_degrees", df=solution.degrees, parameters=solution.table.npar))
    return tuple(said)


def _exact(solution: CovarianceSolution) -> bool:
    """Whether all standard errors are zero, or rounding, beside those of independent rows."""
    independent = np.diag(symmetric_inverse(solution.unit_information(solution.settings.information))) / solution.n
    return bool((np.diag(solution.vcov) <= _NOTHING * independent).all())
