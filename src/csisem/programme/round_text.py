"""A round as Markdown, until a report takes its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from csisem.display.labels import labelled
from csisem.display.page import Page
from csisem.display.sentences import Sentence, sentence, text_in
from csisem.display.table import text_table, worded
from csisem.options import Language
from csisem.programme.declared import Declared
from csisem.programme.results import NotComputed, reason_in


class Results(Protocol):
    """What a round offers to print."""

    @property
    def wave(self) -> str: ...

    def __getitem__(self, name: str) -> object: ...

    def title(self, name: str) -> Sentence: ...

    def notes_on(self, name: str) -> tuple[str, ...]: ...

    @property
    def notes(self) -> tuple[Sentence, ...]: ...


def round_text(results: Results, programme: Declared, names: Sequence[str], language: Language) -> str:
    """Return results as Markdown: a heading for each, its table as aligned text, and its notes."""
    return "\n".join(_lines(results, programme, names, language)) + "\n"


def _lines(results: Results, programme: Declared, names: Sequence[str], language: Language) -> Iterator[str]:
    title = sentence("programme.report", name=programme.name or programme.folder.name, wave=results.wave)
    yield f"# {title.text(language)}"
    if programme.organisation:
        yield from ("", programme.organisation)
    for note in results.notes:
        yield from ("", f"* {text_in(note, language)}")
    section = ""
    for name in names:
        own = name.partition("/")[0]
        if own != section:
            section = own
            yield from ("", f"## {results.title(name).text(language)}")
        else:
            yield from ("", f"### {results.title(name).text(language)}")
        yield from _body(results, name, language)


def _body(results: Results, name: str, language: Language) -> Iterator[str]:
    value = results[name]
    yield ""
    if isinstance(value, NotComputed):
        yield sentence("programme.not_computed", reason=reason_in(value.reason, language)).text(language)
        return
    for note in results.notes_on(name):
        yield from (f"* {text_in(note, language)}", "")
    yield from ("```text", as_text(value, language), "```")


def as_text(value: object, language: Language) -> str:
    """Return a result as text: a page by its own words, a frame as a table."""
    if isinstance(value, Page):
        return value.text(language)
    frame = worded(value, language).round(3)  # type: ignore[arg-type]
    return text_table(frame if language == "en" else labelled(frame, language), index=False)
