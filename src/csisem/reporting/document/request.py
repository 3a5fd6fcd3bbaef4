"""What a report is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from csisem.fit.fit import Fit
from csisem.options import Audience, Language
from csisem.survey import Fieldwork, Questionnaire, Survey

if TYPE_CHECKING:
    from csisem.index.hierarchy.hierarchy import Hierarchy


@dataclass(frozen=True, eq=False, slots=True)
class Request:
    """The options of `report`, checked.

    Attributes
    ----------
    fit, target
        The fit, and the construct whose index the report is about.
    language, audience, level
        As of `report`.
    title
        Its title; empty for the usual one.
    by
        Columns of segments.
    wave
        The column of waves; None without.
    survey
        The answers under the fit's design; None where it was fitted from moments.
    questionnaire, fieldwork, hierarchy
        What else is known; None where it is not.
    """

    fit: Fit
    target: str
    language: Language
    audience: Audience
    level: float
    title: str
    by: tuple[str, ...]
    wave: str | None
    survey: Survey | None
    questionnaire: Questionnaire | None
    fieldwork: Fieldwork | None
    hierarchy: Hierarchy | None

    @property
    def full(self) -> bool:
        """Whether it is for those who work with it."""
        return self.audience == "full"
