"""How the answers were collected: where, when, how, from how many, and whether chance chose the respondents."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import date, datetime
from numbers import Integral

from csisem.errors import CsisemWarning, QuestionnaireError
from csisem.options import Selected, SurveyMode, validate


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """The record of a survey's fieldwork, for the report and for what may be inferred.

    Parameters
    ----------
    place
        Where respondents were asked.
    mode
        ``"interview"``, ``"telephone"``, ``"mail"``, ``"on_site"``, ``"online"``, ``"mystery_shopper"`` or ``"other"``.
    start, end
        First and last day, as dates or as ``"2024-03-31"``; kept as dates.
    drawn, reached, answered
        How many customers were drawn, were reached, and answered.
    selected
        How they were chosen: ``"random"`` (any probability sample), or ``"quota"``, ``"key"`` (the most important
        customers), ``"typical"``, ``"convenience"``, to which no margin of error belongs.
    organisation
        Who asked.
    notes
        What else matters: sources of error that are not the sampling's.

    Raises
    ------
    QuestionnaireError
        A count is no whole number or larger than the one before it, or the survey ends before it starts.
    OptionError
        A mode or way of choosing is none of those above.
    """

    place: str = ""
    mode: SurveyMode | None = None
    start: date | str | None = None
    end: date | str | None = None
    drawn: int | None = None
    reached: int | None = None
    answered: int | None = None
    selected: Selected = "random"
    organisation: str = ""
    notes: str = ""

    def __post_init__(self) -> None:
        if self.mode is not None:
            object.__setattr__(self, "mode", validate("mode", self.mode, SurveyMode))
        object.__setattr__(self, "selected", validate("selected", self.selected, Selected))
        before: tuple[str, int] | None = None
        for name in ("drawn", "reached", "answered"):
            value = getattr(self, name)
            if value is None:
                continue
            if not isinstance(value, Integral) or isinstance(value, bool) or int(value) < 0:
                raise QuestionnaireError(f"{name}={value!r} is not a whole number of at least 0.")
            if before is not None and int(value) > before[1]:
                raise QuestionnaireError(f"{name}={value} is more than {before[0]}={before[1]}.")
            before = (name, int(value))
        start, end = _day("start", self.start), _day("end", self.end)
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "end", end)
        if start is not None and end is not None and end < start:
            raise QuestionnaireError(f"The survey ends on {end}, before it starts on {start}.")

    @property
    def response_rate(self) -> float | None:
        """Answered over drawn; None where one of them is not known."""
        return self.answered / self.drawn if self.answered is not None and self.drawn else None

    @property
    def contact_rate(self) -> float | None:
        """Reached over drawn; None where one of them is not known."""
        return self.reached / self.drawn if self.reached is not None and self.drawn else None

    @property
    def random(self) -> bool:
        """Whether chance chose the respondents, so that errors and intervals say something about the population."""
        return self.selected == "random"

    def warning(self) -> str | None:
        """Return the sentence that intervals must carry; None for a probability sample."""
        if self.random:
            return None
        return (f"Respondents were not drawn at random (selected={self.selected!r}): errors and intervals are those of "
                "a random sample, and say nothing about how such a choice differs from the population.")  # fmt: skip

    def __str__(self) -> str:
        dates = " to ".join(str(day) for day in (self.start, self.end) if day is not None)
        counts = [f"{getattr(self, name):,} {name}" for name in ("drawn", "reached", "answered")
                  if getattr(self, name) is not None]  # fmt: skip
        rate = "" if self.response_rate is None else f"response rate {self.response_rate:.1%}"
        choice = "" if self.random else f"not a random sample ({self.selected})"
        parts = [self.organisation, self.place, self.mode or "", dates, *counts, rate, choice]
        return "; ".join(part for part in parts if part) or "not recorded"


def _day(name: str, value: date | str | None) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise QuestionnaireError(f"{name}={value!r} is no day; write it as 2024-03-31.") from None


def warn_unless_random(fieldwork: Fieldwork | None, stacklevel: int = 3) -> None:
    """Issue the warning of a sample that was not drawn at random; the caller computes intervals from it."""
    if fieldwork is not None and (sentence := fieldwork.warning()):
        warnings.warn(sentence, CsisemWarning, stacklevel=stacklevel + 1)
