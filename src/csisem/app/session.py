"""One open page: where its reader is, and what was chosen."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from csisem.app import html_parts
from csisem.app.findings_html import findings_html
from csisem.app.journey import Findings, Journey
from csisem.app.panel_library import View, stylesheet
from csisem.display.labels import said
from csisem.errors import CsisemError
from csisem.options import Language

T = TypeVar("T")


@dataclass(eq=False)
class Session:
    """The state of one open page, and what every page is built with.

    Attributes
    ----------
    pn
        The panel library.
    language, place, journey
        The language, the name of the page that is shown, and all choices. Pages replace the journey; nothing else
        holds state.
    programme
        The folder of the programme that is open; empty without.
    answers
        Answers to the self-assessment, by question.
    """

    pn: Any
    language: Language
    journey: Journey = field(default_factory=Journey)
    place: str = "data"
    programme: str = ""
    answers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.notice: View = self.html("")
        self.shown: Callable[[], None] = lambda: None
        self._folder: Path | None = None
        self._drawn: tuple[object, Language, str] | None = None

    @property
    def folder(self) -> Path:
        """A folder of this session's own, for files that are uploaded or made; it is removed with the session."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="csisem-"))
            self._remove = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def store(self, name: str, contents: bytes) -> Path:
        """Write an uploaded file into the session's folder, under its own name without any folder."""
        plain = name.replace("\\", "/").rpartition("/")[2]
        path = self.folder / (plain if plain.strip(". ") else "file")
        path.write_bytes(contents)
        return path

    def word(self, code: str, **fields: object) -> str:
        """A sentence of the catalogue in the session's language."""
        return said(code, self.language, **fields)

    def html(self, text: str, **options: object) -> View:
        """A part of the page with this HTML, whose texts must be escaped."""
        return self.pn.pane.HTML(text, stylesheets=[stylesheet()], sizing_mode="stretch_width", **options)

    def widget(self, kind: str, *, label: str = "", colour: str = "", **options: object) -> View:
        """A control of panel, whose version 1.9 named two options anew.

        No control of several choices is made but groups and lists of the browser's own: panel's other ones draw
        labels as HTML.
        """
        made = getattr(self.pn.widgets, kind)
        if label:
            options["label" if "label" in made.param else "name"] = label
        if colour:
            options["color" if "color" in made.param else "button_type"] = colour
        return made(**options)

    def findings_text(self) -> str:
        """The findings as HTML, drawn once in each language."""
        findings = self.journey.findings
        if findings is None:
            return ""
        return self.draw(findings)

    def draw(self, findings: Findings) -> str:
        """Draw findings; those of the last call are kept."""
        kept, language = self._drawn, self.language
        if kept is None or kept[0] is not findings or kept[1] != language:
            kept = self._drawn = (findings, language, findings_html(findings, language))
        return kept[2]

    def change(self, **parts: object) -> None:
        """Replace parts of the journey; findings of other choices are dropped unless they are given."""
        changed: dict[str, Any] = {"findings": None, **parts}
        self.journey = replace(self.journey, **changed)

    def go(self, place: str) -> None:
        """Show another page."""
        self.place = place
        self.tell("")
        self.shown()

    def speak(self, language: Language) -> None:
        """Change the language of every page."""
        self.language = language
        self.tell("")
        self.shown()

    def tell(self, sentence: str) -> None:
        """Show a refusal, or none."""
        self.notice.object = html_parts.refusal(sentence)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Show an error as one sentence in the page's language; what was chosen stays."""
        self.tell("")
        try:
            yield
        except CsisemError as problem:
            self.tell(problem.text(self.language))
        except Exception as problem:
            # For whoever looks after the program; the page shows no traceback.
            sys.excepthook(type(problem), problem, problem.__traceback__)
            self.tell(self.word("app.unexpected", kind=type(problem).__name__))

    async def elsewhere(self, compute: Callable[[], T], watch: Callable[[], None] = lambda: None) -> T:
        """Compute in another thread, so that the page stays alive; ``watch`` is called meanwhile."""
        task = asyncio.create_task(asyncio.to_thread(compute))
        while not task.done():
            watch()
            await asyncio.wait([task], timeout=0.1)
        return task.result()

    def close(self) -> None:
        """Remove the session's folder."""
        if self._folder is not None:
            self._remove()
