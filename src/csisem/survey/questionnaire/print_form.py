"""The printed form of a questionnaire, as text and HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence

from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.text import as_text

_BOX, _CIRCLE, _LINE = "□", "○", "______________________"
_STYLE = ("body{font-family:'Noto Sans CJK SC','Microsoft YaHei',sans-serif;max-width:46em;margin:2em auto}"
          "li{margin:.8em 0;break-inside:avoid}ul{list-style:none;padding-left:1em;margin:.3em 0}"
          "ul li{display:inline-block;margin:.2em 1.4em .2em 0}")  # fmt: skip


def as_plain_text(title: str, questions: Sequence[Question], language: str | None) -> str:
    """Return numbered questions with their answers to mark, as plain text."""
    lines = [title, ""] if title else []
    for number, question in enumerate(questions, 1):
        lines.append(f"{number}. {_asked(question, language)}")
        lines += [f"   {'   '.join(_answers(question, language))}", ""]
    return "\n".join(lines)


def as_html(title: str, questions: Sequence[Question], language: str | None) -> str:
    """Return numbered questions with their answers to mark, as a page of HTML."""
    escape = html.escape
    rows = []
    for question in questions:
        answers = "".join(f"<li>{escape(answer)}</li>" for answer in _answers(question, language))
        rows.append(f"<li>{escape(_asked(question, language))}<ul>{answers}</ul></li>")
    return (
        f"<!DOCTYPE html>\n<html lang='{escape(language or 'zh')}'><head><meta charset='utf-8'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1><ol>\n"
        + "\n".join(rows)
        + "\n</ol></body></html>\n"
    )


def _asked(question: Question, language: str | None) -> str:
    return as_text(question.text).into(language) or question.name


def _answers(question: Question, language: str | None) -> list[str]:
    """Return the answers to one question with their marks, or lines to write on."""
    if question.kind == "open":
        return [_LINE * 2]
    if question.kind == "number" or not question.codes:
        return [_LINE]
    labels = question.labels(language)
    mark = _BOX if question.kind == "multiple" else _CIRCLE
    # A rating shows its numbers, because its middle points often have no label.
    rating = question.kind == "likert"
    answers = []
    for code in question.codes:
        text = labels.get(code, "")
        answers.append(f"{mark} {f'{code:g} {text}'.strip() if rating or not text else text}")
    if question.other:
        answers[-1] += f" {_LINE}"
    return answers
