"""Questionnaires in Qualtrics' survey files (.qsf)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from csisem.display.sentences import sentence
from csisem.errors import DataError, QuestionnaireError, nearest, shown, system_reason, tell
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.text import Text, as_text
from csisem.survey.read import existing

_SEVERAL = ("MAVR", "MAHR", "MACOL", "MSB")
_LANGUAGES = {"zh-s": "zh", "zh-t": "zh-TW"}


class QualtricsParts(NamedTuple):
    """The title and the questions of a survey file."""

    title: Text
    questions: tuple[Question, ...]


class _Entry(NamedTuple):
    """One question as the file holds it, and the language it is written in."""

    payload: Mapping[str, Any]
    language: str

    @property
    def name(self) -> str:
        return str(self.payload.get("DataExportTag") or self.payload.get("QuestionID") or "")

    @property
    def kind(self) -> tuple[str, str, str]:
        """Type, selector and sub-selector."""
        return tuple(str(self.payload.get(part) or "") for part in ("QuestionType", "Selector", "SubSelector"))  # type: ignore[return-value]

    @property
    def text(self) -> Text:
        return self._worded(self.payload, "QuestionText")

    def ids(self, part: str, order: str) -> list[str]:
        """Ids of the choices or answers, in the order in which they are shown."""
        known = _table(self.payload.get(part))
        given = self.payload.get(order)
        shown = [str(one) for one in given] if isinstance(given, list) else list(known)
        return [one for one in shown if one in known]

    def label(self, part: str, one: str) -> Text:
        """The text of a choice or answer in every language."""
        return self._worded(self.payload, part, one, "Display")

    def code(self, one: str) -> float:
        """The code of a choice or answer in the file of answers."""
        return float(_table(self.payload.get("RecodeValues")).get(one, one))

    def _worded(self, payload: Mapping[str, Any], *path: str) -> Text:
        texts = {self.language: _plain(_at(payload, path))}
        for language, translation in _table(payload.get("Language")).items():
            texts |= {_language(language): found} if (found := _plain(_at(translation, path))) else {}
        return as_text(texts)


def read_qsf(source: str | Path, ratings: Collection[str]) -> QualtricsParts:
    """Return the title and questions of a survey file; warn of questions that a questionnaire cannot hold."""
    path = existing(source, "source")
    survey = _loaded(path)
    try:
        about = _table(survey.get("SurveyEntry"))
        language = _language(about.get("SurveyLanguage") or "en")
        entries = [_Entry(payload, language) for payload in _payloads(survey)]
        unknown = [name for name in ratings if name not in [entry.name for entry in entries]]
        if unknown:
            raise QuestionnaireError(f"ratings= names an unknown question {shown(unknown[0])}"
                                     f"{nearest(unknown[0], [entry.name for entry in entries])}.")  # fmt: skip
        questions = [question for entry in entries for question in _questions(entry, ratings)]
        held = {question.name for question in questions}
        unread = [entry for entry in entries if not _is_text(entry) and not _held(entry, held)]
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        if isinstance(problem, QuestionnaireError):
            raise
        raise QuestionnaireError(f"{path.name!r} is not laid out as a Qualtrics survey file: {problem}.") from problem
    if left := [f"{entry.name} ({entry.kind[0]})" for entry in unread]:
        tell([sentence("questionnaire.left_out", file=path.name, questions=left)])
    return QualtricsParts(as_text({language: _plain(about.get("SurveyName"))}), tuple(questions))


def _loaded(path: Path) -> Mapping[str, Any]:
    try:
        survey = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise DataError(f"{str(path)!r} cannot be read: {system_reason(problem)}.") from None
    except (ValueError, RecursionError):
        survey = None
    if not isinstance(survey, dict) or "SurveyElements" not in survey:
        raise QuestionnaireError(
            f"{path.name!r} is not a Qualtrics survey file; export the survey (Tools, Import/Export, Export Survey)."
        )
    return survey


def _payloads(survey: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the questions in the order of the survey's flow, without those in the trash."""
    elements = list(_table(survey["SurveyElements"]).values())
    asked = {str(one["PrimaryAttribute"]): one["Payload"] for one in elements if one["Element"] == "SQ"}
    blocks = {
        str(block.get("ID")): block
        for one in elements
        if one["Element"] == "BL"
        for block in _table(one["Payload"]).values()
        if block.get("Type") != "Trash"
    }
    if not blocks:
        return list(asked.values())
    flow = [name for one in elements if one["Element"] == "FL" for name in _flow(one["Payload"])]
    order = dict.fromkeys([*(name for name in flow if name in blocks), *blocks])
    members = (part for name in order for part in _table(blocks[name].get("BlockElements")).values())
    names = dict.fromkeys(str(part.get("QuestionID")) for part in members if part.get("Type") == "Question")
    return [asked[name] for name in names if name in asked]


def _flow(part: Mapping[str, Any]) -> Iterator[str]:
    for one in _table(part.get("Flow")).values():
        if "ID" in one:
            yield str(one["ID"])
        yield from _flow(one)


def _questions(entry: _Entry, ratings: Collection[str]) -> Iterator[Question]:
    """Yield the columns that a question has in the file of answers."""
    kind, selector, sub = entry.kind
    if kind == "MC" and selector in _SEVERAL:
        yield _of_options(entry, "multiple")
    elif kind == "MC":
        yield _of_options(entry, "likert" if selector == "NPS" or entry.name in ratings else "choice")
    elif kind == "Matrix" and selector == "Likert" and sub in ("SingleAnswer", "DL", ""):
        tags = _table(entry.payload.get("ChoiceDataExportTags"))
        options = {entry.code(one): entry.label("Answers", one) for one in entry.ids("Answers", "AnswerOrder")}
        for one in entry.ids("Choices", "ChoiceOrder"):
            text = _joined(entry.text, entry.label("Choices", one))
            yield Question(str(tags.get(one) or f"{entry.name}_{one}"), text, options=options)
    elif kind == "TE" and selector == "FORM":
        for one in entry.ids("Choices", "ChoiceOrder"):
            yield Question(f"{entry.name}_{one}", _joined(entry.text, entry.label("Choices", one)), "open")
    elif kind == "TE":
        validation = _at(entry.payload, ("Validation", "Settings", "ContentType"))
        yield Question(entry.name, entry.text, "number" if validation == "ValidNumber" else "open")


def _of_options(entry: _Entry, kind: Any) -> Question:
    ids = entry.ids("Choices", "ChoiceOrder")
    written = bool(ids) and str(_at(entry.payload, ("Choices", ids[-1], "TextEntry"))).lower() in ("true", "1", "on")
    options = {entry.code(one): entry.label("Choices", one) for one in ids}
    return Question(entry.name, entry.text, kind, options=options, other=written and kind != "likert")


def _is_text(entry: _Entry) -> bool:
    return entry.kind[0] == "DB"


def _held(entry: _Entry, names: Collection[str]) -> bool:
    tags = _table(entry.payload.get("ChoiceDataExportTags")).values()
    columns = {f"{entry.name}_{one}" for one in entry.ids("Choices", "ChoiceOrder")}
    return bool(({entry.name, *columns} | set(map(str, tags))) & set(names))


def _joined(stem: Text, text: Text) -> Text:
    """The question of a matrix with one of its statements."""
    stems, texts = dict(stem.by_language), dict(text.by_language)
    return as_text({one: ": ".join(filter(None, (stems.get(one), texts.get(one)))) for one in {**stems, **texts}})


def _language(code: object) -> str:
    lower = str(code).lower()
    return _LANGUAGES.get(lower, lower.split("-")[0])


def _table(given: Any) -> Mapping[str, Any]:
    """Return a table of the file, which writes one without gaps as a list, and an empty one as null or false."""
    if isinstance(given, Mapping):
        return given
    if isinstance(given, list):
        return {str(place): one for place, one in enumerate(given)}
    if given is None or given is False:
        return {}
    raise TypeError(f"a table was expected, not {given!r:.60}")


def _at(given: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        given = _table(given).get(part)
    return given


def _plain(text: object) -> str:
    """Return a text without markup."""
    marked = re.sub(r"(?is)<(script|style)\b.*?</\1>", "", str(text or ""))
    lines = re.split(r"(?i)<br\s*/?>|</(?:p|div|li|tr)>", marked)
    words = (" ".join(html.unescape(re.sub(r"<[^<>]*>", " ", line)).split()) for line in lines)
    return "\n".join(filter(None, words))
