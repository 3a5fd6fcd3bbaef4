"""A report's sentences, with the names that readers know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from csisem.display.labels import said
from csisem.display.wording import p_text
from csisem.options import Language
from csisem.reporting.document.request import Request
from csisem.survey.questionnaire.text import Text

CLEAR = 0.05
"""p-values below it are told as differences that chance does not explain."""


@dataclass(frozen=True, slots=True)
class Words:
    """The language of a report, and the texts of items.

    Attributes
    ----------
    language
        The language.
    items
        From item to its text; an item without one is shown by its name.
    """

    language: Language
    items: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, code: str, **fields: object) -> str:
        """A sentence of the report."""
        return said(code, self.language, **fields)

    def chance(self, pvalue: float) -> dict[str, object]:
        """Fields that tell a p-value in words: ``p``, and ``clear`` or ``open``."""
        clear = pvalue < CLEAR
        return {"p": p_text(pvalue), "clear": clear or None, "open": (not clear) or None}

    def item(self, name: object) -> str:
        """The text of an item."""
        return self.items.get(str(name), str(name))


def words_for(request: Request) -> Words:
    """The words of a report: the questionnaire's texts of items in its language where there are some."""
    texts: dict[str, str] = {}
    if request.survey is not None:
        texts |= {str(name): str(text) for name, text in request.survey.item_texts.items()}
    if request.questionnaire is not None:
        for question in request.questionnaire.questions:
            if isinstance(question.text, Text) and (text := question.text.into(request.language)):
                texts[question.name] = text
    return Words(request.language, texts)
