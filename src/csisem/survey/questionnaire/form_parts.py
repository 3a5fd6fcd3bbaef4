"""The parts of a printed form in one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, cast

from csisem.display.sentences import sentence
from csisem.errors import QuestionnaireError, listed
from csisem.option_checks import check_text
from csisem.options import FormFormat, Language
from csisem.survey.questionnaire.draft import Draft
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.text import ANY, Text, as_text

BOX, CIRCLE, LINE = "□", "○", "______________________"
_OWN_WORDS = ("en", "zh")
_HAN, _LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]")


class AskedQuestion(NamedTuple):
    """A question as printed: its number, its wording, and its answers to mark or lines to write on."""

    number: int
    text: str
    answers: tuple[str, ...]


class FormParts(NamedTuple):
    """All that a form prints, in its order; what is not printed is empty."""

    language: str
    title: str
    introduction: str
    how_to: str
    instructions: str
    questions: tuple[AskedQuestion, ...]
    about: str
    respondent: tuple[AskedQuestion, ...]


def form_parts(draft: Draft, language: str | None, kind: FormFormat) -> FormParts:
    """Return what to print; refuse a language that a text does not have."""
    if language is not None:
        check_text("language", language)
        _refuse_other_language(draft, language)
    spoken = language or _first_language(draft)
    asked = [one for one in draft.questions if one.name not in draft.respondent]
    about = [draft[name] for name in draft.respondent]
    instructions = as_text(draft.instructions).into(language)
    if about or (kind != "text" and not instructions):
        _refuse_unknown_words(spoken)
    if kind != "text" and not instructions:
        instructions = _default_instructions(draft.questions, cast("Language", spoken))
    return FormParts(
        language=spoken,
        title=as_text(draft.title).into(language),
        introduction=as_text(draft.introduction).into(language),
        how_to=_own("questionnaire.how_to", spoken) if instructions and spoken in _OWN_WORDS else "",
        instructions=instructions,
        questions=tuple(_asked(number, one, language) for number, one in enumerate(asked, 1)),
        about=_own("questionnaire.about_you", spoken) if about else "",
        respondent=tuple(_asked(number, one, language) for number, one in enumerate(about, len(asked) + 1)),
    )


def is_chinese(text: str) -> bool:
    """Whether more letters of a text are Chinese than Latin."""
    return len(_HAN.findall(text)) > len(_LATIN.findall(text))


def _first_language(draft: Draft) -> str:
    """The language of the headings where none is chosen: that of the first text."""
    texts = (as_text(one) for one in (draft.title, *(question.text for question in draft.questions)))
    first = next((text for text in texts if text), Text())
    named = () if ANY in dict(first.by_language) else first.languages
    return named[0] if named else "zh" if is_chinese(first.into()) else "en"


def _own(code: str, language: str) -> str:
    return sentence(code).text(cast("Language", language))


def _refuse_unknown_words(language: str) -> None:
    if language not in _OWN_WORDS:
        raise QuestionnaireError(f"The form has headings and instructions of its own in 'en' and 'zh'; got "
                                 f"{language!r}. Give instructions= in it, and no respondent=.")  # fmt: skip


def _default_instructions(questions: tuple[Question, ...], language: Language) -> str:
    """Return instructions for the kinds of answer that there are."""
    answers = [answer for question in questions for answer in _answers(question, None)]
    said = [
        sentence(code)
        for mark, code in (
            (CIRCLE, "questionnaire.mark_one"),
            (BOX, "questionnaire.mark_several"),
            (LINE, "questionnaire.write"),
        )
        if any(mark in answer for answer in answers)
    ]
    return (" " if language == "en" else "").join(one.text(language) for one in said)


def _refuse_other_language(draft: Draft, language: str) -> None:
    """Refuse a form in a language in which a question or a text around the questions is not worded."""
    names = [
        question.name
        for question in draft.questions
        if _lacks(as_text(question.text), language)
        or any(_lacks(label, language, label=True) for label in question.texts.values())
    ]
    parts = [part for part in ("title", "introduction", "instructions") if _lacks(getattr(draft, part), language)]
    if not names and not parts:
        return
    one = len(names) + len(parts) == 1
    where = [f"question{'s' if len(names) > 1 else ''} {listed(names)}"] if names else []
    where += [f"the {part}" for part in parts]
    raise QuestionnaireError(
        f"The form cannot be printed in {language!r}: {' and '.join(where)} {'is' if one else 'are'} not worded in it; "
        f"give each text and option as a mapping that has {language!r}."
    )


def _lacks(text: Text, language: str, *, label: bool = False) -> bool:
    """Whether a text is not in a language; a label that is a name, such as Wi-Fi, needs no translation."""
    texts = dict(text.by_language)
    if not text or texts.get(language):
        return False
    if not (whole := texts.get(ANY)):
        return True
    if language == "zh":
        return not label and not _HAN.search(whole) and len(re.findall(r"[A-Za-z]{2,}", whole)) > 1
    return language == "en" and is_chinese(whole)


def _asked(number: int, question: Question, language: str | None) -> AskedQuestion:
    text = as_text(question.text).into(language) or question.name
    return AskedQuestion(number, text, tuple(_answers(question, language)))


def _answers(question: Question, language: str | None) -> Iterator[str]:
    """Yield the answers to one question with their marks, or lines to write on."""
    if question.kind in ("number", "open") or not question.codes:
        yield LINE * 2 if question.kind == "open" else LINE
        return
    labels = question.labels(language)
    mark = BOX if question.kind == "multiple" else CIRCLE
    # A rating shows its numbers, because its middle points often have no label.
    rating = question.kind == "likert"
    for code in question.codes:
        text = labels.get(code, "")
        answer = f"{mark} {f'{code:g} {text}'.strip() if rating or not text else text}"
        yield f"{answer} {LINE}" if question.other and code == question.codes[-1] else answer
