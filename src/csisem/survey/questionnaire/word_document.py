"""Printed forms as Word documents."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from csisem.errors import OptionError, QuestionnaireError, shown
from csisem.survey.questionnaire.form_parts import AskedQuestion, FormParts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docx.document import Document

_LATIN_FONT, _CHINESE_FONT = "Arial", "Microsoft YaHei"
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def as_docx(form: FormParts) -> bytes:
    """Return a form as the bytes of a Word document."""
    try:
        from docx import Document
    except ImportError:
        raise OptionError(
            "format='docx' needs python-docx, which is not installed; install csisem[docx], or pass format='html'."
        ) from None
    _refuse_control_characters(form)
    document = Document()
    _set_fonts(document)
    document.core_properties.title = form.title[:255]
    document.core_properties.author = ""
    if form.title:
        document.add_heading(form.title, level=0)
    if form.introduction:
        document.add_paragraph(form.introduction)
    if form.how_to:
        document.add_heading(form.how_to, level=2)
    if form.instructions:
        document.add_paragraph(form.instructions)
    _add_questions(document, form.questions)
    if form.respondent:
        document.add_heading(form.about, level=1)
        _add_questions(document, form.respondent)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_fonts(document: Document) -> None:
    """Give text and headings a font for Latin and one for Chinese letters."""
    from docx.oxml.ns import qn

    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = _LATIN_FONT
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), _CHINESE_FONT)


def _add_questions(document: Document, questions: Iterable[AskedQuestion]) -> None:
    from docx.shared import Cm, Pt

    for one in questions:
        asked = document.add_paragraph(f"{one.number}. {one.text}")
        asked.paragraph_format.keep_with_next = True
        asked.paragraph_format.space_after = Pt(2)
        answers = document.add_paragraph("    ".join(answer.replace(" ", "\u00a0") for answer in one.answers))
        answers.paragraph_format.left_indent = Cm(0.8)


def _refuse_control_characters(form: FormParts) -> None:
    """Refuse a text that no Word document can hold."""
    texts = [form.title, form.introduction, form.instructions]
    texts += [text for one in (*form.questions, *form.respondent) for text in (one.text, *one.answers)]
    if wrong := [text for text in texts if _NO_XML.search(text)]:
        raise QuestionnaireError(
            f"A Word document holds no control characters; remove the one in the text {shown(wrong[0])}."
        )
