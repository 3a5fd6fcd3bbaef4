"""Printed forms as plain text, Markdown and HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from csisem.options import FormFormat
from csisem.survey.questionnaire.form_parts import AskedQuestion, FormParts
from csisem.survey.questionnaire.word_document import as_docx

_STYLE = """
body { font-family: 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', 'WenQuanYi Zen Hei', sans-serif;
  max-width: 46em; margin: 2em auto; padding: 0 1em; line-height: 1.5; color: #111 }
h1 { font-size: 1.5em; text-align: center } h2 { font-size: 1.1em; border-bottom: 1px solid #999 }
p, .asked { white-space: pre-line } section.how-to { border: 1px solid #999; padding: 0 1em }
section.how-to h2 { border: 0; margin-bottom: 0 } section.how-to p { margin-top: .3em }
ol > li { margin: .9em 0; break-inside: avoid } ul { list-style: none; padding-left: 1em; margin: .3em 0 }
ul li { display: inline-block; margin: .2em 1.4em .2em 0 }
@media print { body { margin: 0; max-width: none } }
"""

# Markdown makes one space of several; these stay.
_ANSWER_SPACE = " \u2003"


def printed(form: FormParts, kind: FormFormat) -> str | bytes:
    """Return a form in a format."""
    if kind == "docx":
        return as_docx(form)
    return {"text": as_plain_text, "md": as_markdown, "html": as_html}[kind](form)


def as_plain_text(form: FormParts) -> str:
    """Return numbered questions with their answers to mark, as plain text."""
    lines = []
    for part in (form.title, form.introduction):
        lines += [part, ""] if part else []
    if form.instructions:
        lines += [*([form.how_to] if form.how_to else []), form.instructions, ""]
    lines += _text_lines(form.questions)
    if form.respondent:
        lines += [form.about, "", *_text_lines(form.respondent)]
    return "\n".join(lines)


def _text_lines(questions: Iterable[AskedQuestion]) -> Iterable[str]:
    for one in questions:
        yield f"{one.number}. {one.text}"
        yield from (f"   {'   '.join(one.answers)}", "")


def as_markdown(form: FormParts) -> str:
    """Return a form as Markdown, in which marks such as ``*`` in a text are no markup."""
    lines = [f"# {_markdown(form.title)}", ""] if form.title else []
    lines += [_markdown(form.introduction), ""] if form.introduction else []
    if form.instructions:
        lines += [*([f"**{form.how_to}**", ""] if form.how_to else []), _markdown(form.instructions), ""]
    lines += _markdown_lines(form.questions)
    if form.respondent:
        lines += [f"## {form.about}", "", *_markdown_lines(form.respondent)]
    return "\n".join(lines)


def _markdown_lines(questions: Iterable[AskedQuestion]) -> Iterable[str]:
    for one in questions:
        margin = " " * (len(str(one.number)) + 2)
        answers = _ANSWER_SPACE.join(_markdown(answer, margin) for answer in one.answers)
        yield from (f"{one.number}. {_markdown(one.text, margin)}", "", f"{margin}{answers}", "")


def _markdown(text: str, margin: str = "") -> str:
    """Escape what Markdown reads as markup, and keep the lines of a text."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    escaped = (re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", line) for line in lines)
    # A line that begins like a list, a heading's rule or a number would become one.
    plain = (re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", line) for line in escaped)
    return f"  \n{margin}".join(plain)


def as_html(form: FormParts) -> str:
    """Return a form as a page of HTML; every text is escaped."""
    parts = [f"<h1>{escape(form.title)}</h1>"] if form.title else []
    parts += [f"<p class='introduction'>{escape(form.introduction)}</p>"] if form.introduction else []
    if form.instructions:
        heading = f"<h2>{escape(form.how_to)}</h2>" if form.how_to else ""
        parts.append(f"<section class='how-to'>{heading}<p>{escape(form.instructions)}</p></section>")
    parts += [_html_list(form.questions)] if form.questions else []
    if form.respondent:
        parts += [f"<h2>{escape(form.about)}</h2>", _html_list(form.respondent)]
    return (
        f"<!DOCTYPE html>\n<html lang='{escape(form.language)}'><head><meta charset='utf-8'>"
        f"<title>{escape(form.title)}</title><style>{_STYLE}</style></head><body>\n" + "\n".join(parts) + "\n"
        "</body></html>\n"
    )


def _html_list(questions: tuple[AskedQuestion, ...]) -> str:
    rows = []
    for one in questions:
        answers = "".join(f"<li>{escape(answer)}</li>" for answer in one.answers)
        rows.append(f"<li><span class='asked'>{escape(one.text)}</span><ul>{answers}</ul></li>")
    return f"<ol start='{questions[0].number}'>\n" + "\n".join(rows) + "\n</ol>"
