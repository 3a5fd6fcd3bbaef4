"""The record of the fieldwork: mode, dates, response and selection."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from numbers import Integral

from csisem.display.sentences import Sentence, sentence
from csisem.errors import QuestionnaireError, shown
from csisem.options import Selected, SurveyMode, validate


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """The record of a survey's fieldwork, which also decides what can be inferred.

    Parameters
    ----------
    place
        Where respondents were interviewed.
    mode
        ``"interview"``, ``"telephone"``, ``"mail"``, ``"on_site"``, ``"online"``, ``"mystery_shopper"`` or ``"other"``.
    start, end
        First and last day, as dates or as ``"2024-03-31"``; kept as dates.
    drawn, reached, answered
        How many customers were drawn, reached, and answered.
    selected
        How they were selected: ``"random"`` (any probability sample), or ``"quota"``, ``"key"`` (the most important
        customers), ``"typical"`` or ``"convenience"``, for which no margin of error is valid.
    organisation
        Who conducted the survey.
    notes
        Other remarks, such as sources of non-sampling error.

    Raises
    ------
    QuestionnaireError
        If a count is not a whole number or exceeds the one before it, or the survey ends before it starts.
    OptionError
        If the mode or the selection is not one of those above.

    Examples
    --------
    >>> fieldwork = cs.Fieldwork("Leeds", "telephone", "2024-03-01", drawn=900, answered=450)
    >>> print(fieldwork)
    Leeds; telephone; 2024-03-01; 900 drawn; 450 answered; response rate 50.0%
    >>> cs.Fieldwork(selected="quota").random
    False
    """

    place: str = ""
    mode: SurveyMode | None = None
    start: date | str | None = None
    end: date | str | None = None
    _: KW_ONLY
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
                raise QuestionnaireError(f"{name}= must be a whole number of at least 0; got {shown(value)}.")
            if before is not None and int(value) > before[1]:
                raise QuestionnaireError(f"{name}={value} must not exceed {before[0]}={before[1]}.")
            before = (name, int(value))
        start, end = _day("start", self.start), _day("end", self.end)
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "end", end)
        if start is not None and end is not None and end < start:
            raise QuestionnaireError(f"end={end} must not be before start={start}.")

    @property
    def response_rate(self) -> float | None:
        """Answered over drawn; None where one of them is unknown."""
        return self.answered / self.drawn if self.answered is not None and self.drawn else None

    @property
    def contact_rate(self) -> float | None:
        """Reached over drawn; None where one of them is unknown."""
        return self.reached / self.drawn if self.reached is not None and self.drawn else None

    @property
    def random(self) -> bool:
        """Whether respondents are a probability sample, so that intervals apply to the population."""
        return self.selected == "random"

    def warning(self) -> Sentence | None:
        """Return the warning that intervals carry; None for a probability sample."""
        return None if self.random else sentence("rows.not_random", selected=self.selected)

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
        raise QuestionnaireError(f"{name}= must be a day, written as 2024-03-31; got {shown(value)}.") from None
