"""Texts in one language or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from csisem.errors import QuestionnaireError, shown
from csisem.option_checks import check_text

Wording: TypeAlias = str | Mapping[str, str]
"""One text, or a mapping from language (``"zh"``, ``"en"``) to text."""

ANY = "*"


@dataclass(frozen=True, slots=True)
class Text:
    """A text by language, ``"*"`` for a text without a language; false when empty."""

    by_language: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return any(text for _, text in self.by_language)

    @property
    def languages(self) -> tuple[str, ...]:
        """The named languages."""
        return tuple(language for language, _ in self.by_language if language != ANY)

    def into(self, language: str | None = None) -> str:
        """Return the text in a language, or else the one without a language, or else the first."""
        texts = dict(self.by_language)
        if language is not None:
            check_text("language", language)
        if language is not None and language in texts:
            return texts[language]
        return texts.get(ANY, next(iter(texts.values()), ""))

    def stored(self) -> str | dict[str, str]:
        """Return the text in the form that `as_text` takes."""
        texts = dict(self.by_language)
        return texts.get(ANY, "") if set(texts) <= {ANY} else texts


def as_text(wording: Wording | Text) -> Text:
    """Return a wording as `Text`."""
    if isinstance(wording, Text):
        return wording
    if isinstance(wording, str):
        return Text(((ANY, wording),) if wording else ())
    if isinstance(wording, Mapping) and all(isinstance(part, str) for pair in wording.items() for part in pair):
        return Text(tuple((language, text) for language, text in wording.items() if text))
    raise QuestionnaireError(f"A wording must be a text or a mapping from language to text; got {shown(wording)}.")
