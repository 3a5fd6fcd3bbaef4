"""Three verdicts on a fit: not usable, inadmissible, or usable with warnings; each in sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import listed


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a warning begins and where admissibility ends.

    Attributes
    ----------
    vif_warning
        Variance inflation of a latent predictor within its equation that is worth a warning.
    vif_inadmissible
        Variance inflation at which paths must not be read whatever their size.
    path_inadmissible
        Absolute standardised path above which ``vif_warning`` is enough to refuse.
    rows_per_parameter
        Rows per free parameter below which the sample is called small (Bentler and Chou 1987 ask for five).
    small_sample
        Rows per group below which the sample is called small.

    Examples
    --------
    >>> fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    >>> fit.judged(cs.Thresholds(small_sample=300)).status
    admissible, with warnings
      - The sample is small (250 rows); chi-square and errors hold for large samples.
    """

    vif_warning: float = 10.0
    vif_inadmissible: float = 30.0
    path_inadmissible: float = 1.0
    rows_per_parameter: float = 5.0
    small_sample: int = 100


@dataclass(frozen=True, slots=True)
class Status:
    """What may be done with a fit; falsy when its numbers must not be used.

    Attributes
    ----------
    converged, identified, admissible
        The three verdicts.
    reasons
        Sentences that say why the status is falsy; empty when it is truthy.
    warnings
        Sentences that a truthy fit should be read with.
    row_warnings
        Those of them, the first, that are about the rows, whatever the thresholds.

    Examples
    --------
    >>> fit = cs.datasets.mobile_phone_model("full").fit(cs.datasets.mobile_phone())
    >>> fit.status.converged, fit.status.admissible, bool(fit)
    (True, False, False)
    """

    converged: bool
    identified: bool
    admissible: bool
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    row_warnings: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether errors and fit measures exist at all, which takes a converged and identified fit."""
        return self.converged and self.identified

    def __bool__(self) -> bool:
        return self.converged and self.identified and self.admissible

    @property
    def verdict(self) -> str:
        """One line."""
        if not self.converged:
            return "NOT CONVERGED: the numbers must not be used"
        if not self.identified:
            return "NOT IDENTIFIED: the numbers must not be used"
        if not self.admissible:
            return "INADMISSIBLE: the paths must not be read as they are"
        return "admissible, with warnings" if self.warnings else "admissible"

    def __repr__(self) -> str:
        lines = [self.verdict, *(f"  - {sentence}" for sentence in self.reasons + self.warnings)]
        return "\n".join(lines)


def not_converged(iterations: int) -> Status:
    """Status of a fit whose iterations did not end in a minimum."""
    if not iterations:
        return Status(
            converged=False, identified=False, admissible=False,
            reasons=("The estimation could not begin: the starting values imply a covariance matrix that is not "
                     "positive definite; give others with start().",),
        )  # fmt: skip
    return Status(
        converged=False, identified=False, admissible=False,
        reasons=(f"The estimation did not converge in {iterations} iterations; simplify the model, check that the "
                 "items of each construct correlate, or give starting values with start().",),
    )  # fmt: skip


def not_identified(names: list[str], direction: FloatArray) -> Status:
    """Status of a fit whose information is singular along ``direction`` (q,)."""
    large = np.flatnonzero(np.abs(direction) > 0.3 * np.abs(direction).max())
    culprits = listed(names[k] for k in large[np.argsort(-np.abs(direction[large]))])
    return Status(
        converged=True, identified=False, admissible=False,
        reasons=(f"The model is not identified: the data cannot determine {culprits}; fix one of them, "
                 "or add items or paths to zero.",),
    )  # fmt: skip


def too_many_parameters(npar: int, moments: int) -> Status:
    """Status of a model with more parameters than moments."""
    return Status(
        converged=True, identified=False, admissible=False,
        reasons=(f"The model is not identified: it has {npar} free parameters for {moments} sample moments.",),
    )  # fmt: skip


def with_warnings(status: Status, sentences: tuple[str, ...]) -> Status:
    """Return the status with warnings about the rows in front."""
    return replace(status, warnings=sentences + status.warnings, row_warnings=sentences) if sentences else status
