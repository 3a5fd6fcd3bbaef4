"""What a sampling design does to the errors of a fit, in warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.errors import OptionError
from csisem.inference.replicate_variance import MOST_FAILED
from csisem.options import RECIPES, Errors, Estimator, Missing
from csisem.survey import Design, Survey

if TYPE_CHECKING:
    from csisem.fit.covariance.solution import CovarianceSolution

# A variance that is this small a share of what independent rows have is the rounding of a solution.
_NOTHING = 1e-12


def error_road(estimator: Estimator, design: Design) -> Errors:
    """Where an estimator's errors come from under a design, which those of MLR and PLS follow."""
    if estimator not in ("MLR", "PLS", "PLSc"):
        return "normal theory" if RECIPES[estimator].errors == "standard" else "sandwich"
    if design.replicate_weights:
        return "replicates"
    return "design" if design.drawn else "sandwich"


def check_replicates(design: Design, estimator: Estimator, missing: Missing) -> None:
    """Refuse replicate weights whose replicates would be of incomplete rows.

    Raises
    ------
    OptionError
        One sentence.
    """
    if missing == "fiml" and error_road(estimator, design) == "replicates":
        raise OptionError("missing='fiml' does not take replicate weights; use 'listwise', or a Design by strata and "
                          "clusters.")  # fmt: skip


def design_warnings(
    survey: Survey | None, design: object, estimator: Estimator, missing: Missing = "listwise"
) -> tuple[str, ...]:
    """Sentences about what a design did not do to a fit of ``survey``, whose own stands where ``design`` is None."""
    if survey is None:
        return ()
    if design is False:
        return ("The survey's design was ignored (design=False).",) if survey.design else ()
    own = design if isinstance(design, Design) else survey.design
    parts = {"strata": own.strata, "clusters": own.clusters, "fpc": own.fpc}
    drawn = [name for name, columns in parts.items() if columns]
    road = error_road(estimator, own)
    if road == "replicates":
        return (f"The errors come from the replicate weights alone, not from {', '.join(drawn)}.",) if drawn else ()
    if road == "design":
        return ()
    said = []
    if own.weights and estimator == "ML":
        said.append("Estimates use the sampling weights; ML's errors and chi-square take the weighted rows for a "
                    "simple random sample.")  # fmt: skip
    ignored = drawn + ["replicate weights"] * bool(own.replicate_weights)
    if ignored:
        complete = " with missing='listwise'" if missing == "fiml" and own.replicate_weights else ""
        said.append(f"The survey's {', '.join(ignored)} do not enter {estimator}'s errors, which may be too small; "
                    f"estimator='MLR'{complete} takes them in.")  # fmt: skip
    return tuple(said)


def degree_warnings(solution: CovarianceSolution) -> tuple[str, ...]:
    """Sentences when the design says less than the model asks, or replicates have no solution."""
    said = []
    if solution.replicates is not None and solution.replicates.failed:
        failed, count = solution.replicates.failed, len(solution.replicates.theta)
        gone = f"of which with more than {100 * MOST_FAILED:g} % lost there are none"
        rest = "in which the others stand for them"
        said.append(f"{failed} of {count} replicates did not converge and are left out of the errors, "
                    f"{gone if np.isnan(solution.vcov).any() else rest}.")  # fmt: skip
    if not np.isfinite(solution.degrees):
        return tuple(said)
    if _exact(solution):
        said.append("The design leaves no sampling error, since every unit of the population was drawn, all replicates "
                    "are alike, or single units count for nothing (lonely=): errors are 0, without tests and "
                    "intervals.")  # fmt: skip
    elif solution.degrees <= 0:
        said.append("The design has no degrees of freedom, so that errors come without tests and intervals.")
    elif solution.degrees < solution.table.npar:
        said.append(f"The design has {solution.degrees:.0f} degrees of freedom for {solution.table.npar} free "
                    "parameters: single errors hold, with t intervals, but joint tests and the scaled chi-square are "
                    "rough.")  # fmt: skip
    return tuple(said)


def _exact(solution: CovarianceSolution) -> bool:
    """Whether all errors are zero, or rounding, beside those of independent rows."""
    independent = np.diag(np.linalg.inv(solution.unit_information(solution.settings.information))) / solution.n
    return bool((np.diag(solution.vcov) <= _NOTHING * independent).all())
