"""The sampling design of a fit: which one is in force, what it does to the errors, and what is said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from csisem.errors import OptionError
from csisem.options import RECIPES, Errors, Estimator
from csisem.survey import Design, Survey

if TYPE_CHECKING:
    from csisem.fit.fit import Fit


@overload
def under_design(survey: Survey, design: object) -> Survey: ...
@overload
def under_design(survey: Survey | None, design: object) -> Survey | None: ...
def under_design(survey: Survey | None, design: object) -> Survey | None:
    """Return the survey under the design of a fit: None its own, False none, or another.

    Raises
    ------
    OptionError
        It is none of these.
    DesignError, DataError
        The other design contradicts the data.
    """
    if design is not None and design is not False and not isinstance(design, Design):
        raise OptionError(f"design= takes a Design, None (the survey's own) or False (none), not {design!r}.")
    if survey is None:
        if design:
            raise OptionError("design= needs the rows, and moments carry none; give the answers.")
        return None
    if not isinstance(design, Design):
        return survey.with_design(Design()) if design is False and survey.design else survey
    return survey.with_design(design)


def error_road(estimator: Estimator, design: Design) -> Errors:
    """Where an estimator's errors come from under a design, which those of MLR and PLS follow."""
    if estimator not in ("MLR", "PLS", "PLSc"):
        return "normal theory" if RECIPES[estimator].errors == "standard" else "sandwich"
    if design.replicate_weights:
        return "replicates"
    return "design" if design.drawn else "sandwich"


def design_warnings(survey: Survey | None, design: object, estimator: Estimator) -> tuple[str, ...]:
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
        said.append(f"The survey's {', '.join(ignored)} do not enter {estimator}'s errors, which may be too small; "
                    "estimator='MLR' takes them in.")  # fmt: skip
    return tuple(said)


def degree_warnings(fit: Fit) -> tuple[str, ...]:
    """Sentences when the design says less than the model asks, or replicates have no solution."""
    said = []
    if fit.replicates is not None and fit.replicates.failed:
        failed, count = fit.replicates.failed, len(fit.replicates.theta)
        gone = "; with more than 10 % lost there are none" if np.isnan(fit.vcov).any() else ""
        said.append(f"{failed} of {count} replicates did not converge and are left out of the errors{gone}.")
    if not np.isfinite(fit.degrees) or fit.degrees >= fit.table.npar:
        return tuple(said)
    said.append(f"The design has {fit.degrees:.0f} degrees of freedom for {fit.table.npar} free parameters: single "
                "errors hold, with t intervals, but joint tests and the scaled chi-square are rough.")  # fmt: skip
    return tuple(said)
