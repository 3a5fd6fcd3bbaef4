"""Results with several frames, as text and in Jupyter."""

from __future__ import annotations

from dataclasses import fields
from html import escape
from typing import Any

from csisem.display.sentences import text_in
from csisem.display.table import text_table, worded
from csisem.options import Language

MOST_ROWS = 60
"""Rows of a frame that are shown."""


class Page:
    """A frozen value that shows its numbers, then its notes, then its frames; fields with ``repr=False`` it hides."""

    __slots__ = ()

    def _parts(self) -> tuple[list[str], list[str], list[tuple[str, Any]]]:
        """Numbers as text, sentences, and frames by name."""
        lines, notes, frames = [], [], []
        for part in fields(self):  # type: ignore[arg-type]
            value = getattr(self, part.name)
            name = part.name.replace("_", " ")
            if not part.repr or value is None:
                continue
            if part.name == "notes":
                notes += list(value)
            elif isinstance(value, tuple):
                lines.append(f"{name} {', '.join(map(str, value))}")
            elif isinstance(value, str) and value.endswith("."):
                notes.append(value)
            elif hasattr(value, "to_frame") or hasattr(value, "columns"):
                frames.append((name, value))
            else:
                lines.append(f"{name} {_written(value)}")
        return lines, notes, frames

    def text(self, language: Language = "en") -> str:
        """Return the page as plain text, with its sentences in English (``"en"``) or Chinese (``"zh"``)."""
        lines, notes, frames = self._parts()
        name = type(self).__name__
        parts = [f"{name}: {', '.join(lines)}" if lines else name, *(text_in(note, language) for note in notes)]
        for heading, frame in frames:
            table = frame if hasattr(frame, "to_frame") else worded(frame, language)
            parts += ["", heading, text_table(table, most=MOST_ROWS)]
        return "\n".join(parts)

    def html(self, language: Language = "en") -> str:
        """Return the page as HTML, with its sentences in English or Chinese; all text is escaped."""
        lines, notes, frames = self._parts()
        parts = [f"<p><b>{type(self).__name__}</b> {escape(', '.join(lines))}</p>"]
        parts += [f"<p>{escape(text_in(note, language))}</p>" for note in notes]
        for heading, frame in frames:
            table = frame.to_frame() if hasattr(frame, "to_frame") else worded(frame, language)
            shown = table.to_html(max_rows=MOST_ROWS)
            parts.append(f"<details open><summary>{escape(heading)}</summary>{shown}</details>")
        return "\n".join(parts)

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()


def _written(value: object) -> str:
    """A number as a reader takes it in; anything else as it is."""
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
