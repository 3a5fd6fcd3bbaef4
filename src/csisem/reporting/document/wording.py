"""A report's sentences, with the names that readers know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from csisem.arrays import pd
from csisem.display.labels import said
from csisem.display.wording import p_text
from csisem.errors import CsisemError
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
    own
        Columns of the data, whose names are the reader's own and are not translated.
    """

    language: Language
    items: Mapping[str, str] = field(default_factory=dict)
    own: tuple[str, ...] = ()

    def __call__(self, code: str, **fields: object) -> str:
        """A sentence of the report."""
        text = said(code, self.language, **fields)
        return text.replace("p <", "p\u00a0<").replace("p = ", "p\u00a0=\u00a0")

    def chance(self, pvalue: float) -> dict[str, object]:
        """Fields that tell a p-value in words: ``p``, and ``clear`` or ``open``."""
        clear = pvalue < CLEAR
        told = p_text(pvalue)
        return {"p": told if told.startswith("<") else f"= {told}", "clear": clear or None, "open": (not clear) or None}

    def item(self, name: object) -> str:
        """The text of an item."""
        return self.items.get(str(name), str(name))

    def listed(self, names: Iterable[object]) -> str:
        """Names in a row."""
        return ("、" if self.language == "zh" else ", ").join(map(str, names))

    def with_texts(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame whose items have their texts beside them, where there are some."""
        texts = [f"{name} {self.items[str(name)]}" if str(name) in self.items else name for name in frame["item"]]
        return frame.assign(item=texts)


def words_for(request: Request) -> Words:
    """The words of a report: the questionnaire's texts of items in its language where there are some."""
    texts: dict[str, str] = {}
    if request.survey is not None:
        texts |= {str(name): str(text) for name, text in request.survey.item_texts.items()}
    if request.questionnaire is not None:
        for question in request.questionnaire.questions:
            if isinstance(question.text, Text) and (text := question.text.into(request.language)):
                texts[question.name] = text
    declared = () if request.survey is None or request.wave not in request.survey.columns else (request.wave,)
    return Words(request.language, texts, (*request.by, *declared, *request.fit.settings.by))


def reason(problem: CsisemError, language: Language) -> str:
    """Why something could not be computed or drawn, in a language where there are words for it."""
    given = getattr(problem, "text", None)
    return str(problem) if given is None else str(given(language))
