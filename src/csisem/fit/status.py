"""The verdict on a fit: not usable, inadmissible, or admissible."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from csisem.arrays import FloatArray
from csisem.display.sentences import Sentence, sentence
from csisem.errors import InadmissibleFitWarning, tell
from csisem.option_checks import check_number
from csisem.options import Language

# A variance inflation factor and a ratio of standard deviations are at least 1.
_LOWEST = {"vif_warning": 1, "vif_inadmissible": 1, "path_inadmissible": 0, "rows_per_parameter": 0, "small_sample": 0,
           "spread": 1}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a warning begins and where admissibility ends.

    Attributes
    ----------
    vif_warning
        Variance inflation factor of a latent predictor in its equation from which a warning is issued.
    vif_inadmissible
        Variance inflation factor from which the fit is inadmissible, whatever the size of the paths.
    path_inadmissible
        Absolute standardised path above which a variance inflation factor of ``vif_warning`` makes the fit
        inadmissible.
    rows_per_parameter
        Rows per free parameter below which the sample is called small (Bentler and Chou 1987 ask for five).
    small_sample
        Rows per group below which the sample is called small.
    loading_near_zero
        Absolute standardised loading below which an item is reported.
    spread
        Ratio of an item's standard deviation to the next largest one in its block from which the item is reported (in a
        block of two items, twice this ratio).

    Raises
    ------
    OptionError
        If a threshold is not a number in its range.

    Examples
    --------
    >>> fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    >>> fit.judged(cs.Thresholds(small_sample=300)).status
    admissible, with warnings
      - The sample is small (250 rows); chi-square and standard errors hold for large samples.
    """

    vif_warning: float = 10.0
    vif_inadmissible: float = 30.0
    path_inadmissible: float = 1.0
    rows_per_parameter: float = 5.0
    small_sample: int = 100
    loading_near_zero: float = 0.1
    spread: float = 5.0

    def __post_init__(self) -> None:
        for name, low in _LOWEST.items():
            check_number(name, getattr(self, name), low)
        check_number("loading_near_zero", self.loading_near_zero, 0, 1)


USUAL = Thresholds()
"""The thresholds of every fit, until `Fit.judged` is given others."""


@dataclass(frozen=True, slots=True)
class Status:
    """What may be done with a fit; falsy when its numbers must not be used.

    Attributes
    ----------
    converged, identified, admissible
        The three verdicts.
    reasons
        Why the status is falsy; empty when it is truthy.
    warnings
        Cautions about a fit whose numbers may be used.
    row_warnings
        The first of the warnings: those about the rows and the design, which no threshold changes.

    Notes
    -----
    Verdict, reasons and warnings are text in English, each with a ``code`` and ``fields`` (`Sentence`). ``text("zh")``
    words one of them, or the whole status, in Chinese.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> fit.status.verdict
    'admissible, with warnings'
    >>> fit.status.warnings[0]
    '928 of 2400 rows were left out because an answer is missing (listwise); 1472 were used.'
    >>> fit.status.warnings[0].text("zh")
    '2400 行中有 928 行因缺失答案而被删除（成列删除法）；使用了 1472 行。'
    """

    converged: bool
    identified: bool
    admissible: bool
    reasons: tuple[Sentence, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    row_warnings: tuple[Sentence, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether standard errors and fit measures exist at all, which takes a converged and identified fit."""
        return self.converged and self.identified

    def __bool__(self) -> bool:
        return self.converged and self.identified and self.admissible

    @property
    def verdict(self) -> Sentence:
        """One line."""
        if not self.converged:
            return sentence("fit.verdict.not_converged")
        if not self.identified:
            return sentence("fit.verdict.not_identified")
        if not self.admissible:
            return sentence("fit.verdict.inadmissible")
        return sentence("fit.verdict.warnings") if self.warnings else sentence("fit.verdict.admissible")

    def text(self, language: Language = "en") -> str:
        """Return the verdict, and a line for each reason and warning.

        Parameters
        ----------
        language
            ``"en"`` or ``"zh"`` (Chinese).
        """
        lines = [self.verdict.text(language)]
        return "\n".join(lines + [f"  - {said.text(language)}" for said in self.reasons + self.warnings])

    def __repr__(self) -> str:
        return self.text()


@lru_cache(maxsize=64)
def not_converged(iterations: int) -> Status:
    """Status of a fit whose iterations, if there were any, did not end in a minimum."""
    reason = sentence("fit.not_converged", iterations=iterations) if iterations else sentence("fit.not_started")
    return Status(False, False, False, (reason,))


def not_identified(names: list[str], direction: FloatArray) -> Status:
    """Status of a fit whose information is singular along ``direction`` (q,)."""
    large = np.flatnonzero(np.abs(direction) > 0.3 * np.abs(direction).max())
    # A weight of a composite rests on several parameters.
    culprits = list(dict.fromkeys(names[k] for k in large[np.argsort(-np.abs(direction[large]))]))
    return Status(True, False, False, (sentence("fit.not_identified", parameters=culprits),))


def too_many_parameters(npar: int, moments: int) -> Status:
    """Status of a model with more parameters than moments."""
    return Status(True, False, False, (sentence("fit.too_many_parameters", parameters=npar, moments=moments),))


def warn_inadmissible(status: Status, code: str, **fields: object) -> None:
    """Warn, with the reasons, where a result comes from an inadmissible fit; ``code`` is a sentence about it."""
    if not status:
        said = sentence(code, reasons=status.reasons, **fields)
        tell([said], InadmissibleFitWarning)


def with_warnings(status: Status, said: tuple[Sentence, ...]) -> Status:
    """Return the status with warnings about the rows in front."""
    return replace(status, warnings=said + status.warnings, row_warnings=said) if said else status
