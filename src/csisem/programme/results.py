"""Results of a round: names, titles, and results that cannot be computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from csisem.display.refusals import in_chinese
from csisem.display.sentences import Sentence, text_in
from csisem.errors import CsisemError
from csisem.options import Language


class Result(NamedTuple):
    """A result of a round: its name, its title, and how it is computed."""

    name: str
    title: Sentence
    compute: Callable[[], object]

    @property
    def section(self) -> str:
        """The part of its name before the stroke."""
        return self.name.partition("/")[0]


@dataclass(frozen=True, slots=True)
class NotComputed:
    """A result that cannot be computed, and why; false in a condition.

    Attributes
    ----------
    name
        Name of the result.
    reason
        Why it cannot be computed, one sentence.
    """

    name: str
    reason: str

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"{self.name} was not computed: {self.reason}"


def reason_in(reason: str, language: Language) -> str:
    """A reason in a language; a refusal that is plain text by the catalogue of refusals."""
    text = str(text_in(reason, language))
    return in_chinese(text) if language == "zh" and text == reason else text


def said(problem: CsisemError) -> Sentence | str:
    """What a refusal says, in both languages where it has them."""
    first = problem.args[0] if problem.args else ""
    return first if isinstance(first, Sentence) else str(problem)
