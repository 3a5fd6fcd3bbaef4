"""Results with several frames, as text and in Jupyter."""

from __future__ import annotations

from dataclasses import fields
from html import escape
from typing import Any

from csisem.display.labels import named_value, page_title
from csisem.display.sentences import text_in
from csisem.display.table import for_reading, text_table
from csisem.options import Language, validate

MOST_ROWS = 60
"""Rows of a frame that are shown."""


class Page:
    """A frozen value that shows its numbers, then its notes, then its frames; fields with ``repr=False`` it hides."""

    __slots__ = ()

    def _parts(self, language: Language) -> tuple[list[str], list[str], list[tuple[str, Any]]]:
        """Numbers as text, sentences, and frames by name."""
        lines, notes, frames = [], [], []
        for part in fields(self):  # type: ignore[arg-type]
            value = getattr(self, part.name)
            if not part.repr or value is None:
                continue
            if part.name == "notes":
                notes += list(value)
            elif isinstance(value, str) and value.endswith("."):
                notes.append(value)
            elif hasattr(value, "to_frame") or hasattr(value, "columns"):
                frames.append((part.name, value))
            else:
                lines.append(f"{page_title(part.name, language)} {_written(part.name, value, language)}")
        return lines, notes, frames

    def frames(self) -> dict[str, Any]:
        """The frames that the page shows, by name."""
        return dict(self._parts("en")[2])

    def text(self, language: Language = "en") -> str:
        """Return the page as plain text, in English (``"en"``) or Chinese (``"zh"``)."""
        language = validate("language", language, Language)
        title, lines, notes, frames = self._worded(language)
        mark, comma = ("：", "，") if language == "zh" else (": ", ", ")
        parts = [f"{title}{mark}{comma.join(lines)}" if lines else title, *notes]
        for heading, frame in frames:
            parts += ["", heading, text_table(frame, most=MOST_ROWS)]
        return "\n".join(parts)

    def html(self, language: Language = "en") -> str:
        """Return the page as HTML, in English or Chinese; all text is escaped."""
        language = validate("language", language, Language)
        title, lines, notes, frames = self._worded(language)
        parts = [f"<p><b>{escape(title)}</b> {escape(('，' if language == 'zh' else ', ').join(lines))}</p>"]
        parts += [f"<p>{escape(note)}</p>" for note in notes]
        for heading, frame in frames:
            table = frame.to_frame() if hasattr(frame, "to_frame") else frame
            shown = table.to_html(max_rows=MOST_ROWS, na_rep="")
            parts.append(f"<details open><summary>{escape(heading)}</summary>{shown}</details>")
        return "\n".join(parts)

    def _worded(self, language: Language) -> tuple[str, list[str], list[str], list[tuple[str, Any]]]:
        """The title, numbers, notes and frames in a language."""
        lines, notes, frames = self._parts(language)
        shown = [(page_title(name, language), for_reading(frame, language)) for name, frame in frames]
        return page_title(type(self).__name__, language), lines, [text_in(one, language) for one in notes], shown

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()


def _written(name: str, value: object, language: Language) -> str:
    """A number as a reader takes it in; a word of the package in a language; anything else as it is."""
    if isinstance(value, tuple):
        return ("、" if language == "zh" else ", ").join(str(named_value(name, one, language)) for one in value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) else str(named_value(name, value, language))
