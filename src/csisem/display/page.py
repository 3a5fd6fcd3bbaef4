"""How results that hold several frames show themselves, as text and in Jupyter."""

from __future__ import annotations

import html
from dataclasses import fields
from typing import Any

from csisem.display.table import text_table

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

    def __repr__(self) -> str:
        lines, notes, frames = self._parts()
        parts = [f"{type(self).__name__}: {', '.join(lines)}" if lines else type(self).__name__, *notes]
        for name, frame in frames:
            parts += ["", name, text_table(frame, most=MOST_ROWS)]
        return "\n".join(parts)

    def _repr_html_(self) -> str:
        lines, notes, frames = self._parts()
        parts = [f"<p><b>{type(self).__name__}</b> {html.escape(', '.join(lines))}</p>"]
        parts += [f"<p>{html.escape(note)}</p>" for note in notes]
        for name, frame in frames:
            table = frame.to_frame() if hasattr(frame, "to_frame") else frame
            parts.append(
                f"<details open><summary>{html.escape(name)}</summary>{table.to_html(max_rows=MOST_ROWS)}</details>"
            )
        return "\n".join(parts)


def _written(value: object) -> str:
    """A number as a reader takes it in; anything else as it is."""
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) else str(value)
