"""Parts of a report: sections, paragraphs, tables, pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from csisem.display.labels import said
from csisem.options import Language
from csisem.reporting.tables.report_table import ReportTable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Tone = Literal["plain", "lead", "note", "warning"]
"""How a paragraph is set: as the text, larger, smaller, or as what must be read first."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of text."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered where its order counts."""

    texts: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known by name, such as the place and the dates of the fieldwork."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Text that keeps its lines, such as the model's."""

    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """A picture, drawn when the report is written.

    Attributes
    ----------
    name
        Part of the identities in the page, of plain letters.
    draw
        Draws it on a new figure; no file, no screen.
    caption
        The text below it, which is read where the picture cannot be seen.
    svg
        Makes it for a web page instead, where it has a form of its own; elements with a ``<title>`` say it when they
        are pointed at.
    """

    name: str
    draw: Callable[[], Figure]
    caption: str
    svg: Callable[[], str] | None = None


Block = Paragraph | Items | Facts | Listing | ReportTable | Picture


@dataclass(frozen=True, eq=False, slots=True)
class Section:
    """A heading with what stands below it.

    Attributes
    ----------
    name
        Its identity in the page, of plain letters.
    title
        Its heading.
    blocks
        What stands below, in order.
    sections
        Sections one level below, after the blocks.
    """

    name: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()

    def walk(self, depth: int = 1) -> Iterator[tuple[int, Section]]:
        """Yield the section and all below it, with their depths."""
        yield depth, self
        for section in self.sections:
            yield from section.walk(depth + 1)


@dataclass(frozen=True, eq=False, slots=True)
class Document:
    """A whole report.

    Attributes
    ----------
    title, subtitle
        Its headings.
    language
        The language of all its texts.
    verdict
        What must be read before anything else; None where the fit is sound.
    sections
        Its sections of the first level.
    """

    title: str
    subtitle: str
    language: Language
    verdict: Paragraph | None
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[tuple[int, Section]]:
        """All sections with their depths, in order."""
        for section in self.sections:
            yield from section.walk()

    def pictures(self) -> Iterator[Picture]:
        """All pictures, in order."""
        for _, section in self.walk():
            yield from (block for block in section.blocks if isinstance(block, Picture))

    def captions(self) -> dict[str, str]:
        """The numbered captions of all pictures by name."""
        return {
            one.name: said("report.figure", self.language, number=number, caption=one.caption)
            for number, one in enumerate(self.pictures(), 1)
        }
