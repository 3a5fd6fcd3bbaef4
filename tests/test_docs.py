"""The pages' Python blocks run in order, warn only where the page says so, and print what the page shows.

A ```text block right after a ```python block is its output; ``% warns: InadmissibleFitWarning`` on the line before a
block announces a warning. ``python tests/test_docs.py`` (with csisem installed) writes the outputs of all pages, or
of those named, anew.
"""

from __future__ import annotations

import io
import re
import runpy
import sys
import warnings
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.main import get_command

import csisem as cs
from csisem.cli.program import app
from printed import OPTIONS, same

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "README.zh.md", "docs/tutorial.md", "docs/tutorial.zh.md", "docs/gallery.md", "docs/notation.md"]
PAGES += ["docs/replication.md"]
PAGES += sorted(
    path.relative_to(ROOT).as_posix()
    for room in ("how-to", "explanation", "coming-from")
    for path in (ROOT / "docs" / room).glob("*.md")
)
BLOCK = re.compile(
    r"(?:^% warns: (?P<warns>\w+)\n)?^```python\n(?P<code>.*?)^```\n(?:\n^```text\n(?P<output>.*?)^```\n)?", re.M | re.S
)


@dataclass(frozen=True)
class Block:
    """A block of code of one page."""

    page: str
    line: int
    code: str
    output: str
    warns: str | None
    span: tuple[int, int]

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    def run(self, namespace: dict[str, Any]) -> str:
        """Execute the code and return what it prints, checking its warnings."""
        printed = io.StringIO()
        code = compile("\n" * self.line + self.code, self.page, "exec")
        with warnings.catch_warnings(record=True) as caught, redirect_stdout(printed):
            warnings.simplefilter("error")
            if self.warns:
                warnings.simplefilter("always", getattr(cs, self.warns))
            exec(code, namespace)
        assert bool(caught) == bool(self.warns), f"{self.place} does not warn as the page says."
        return printed.getvalue()


def blocks(page: str) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, m.start("code")), m["code"], m["output"] or "", m["warns"], m.span())
        for m in BLOCK.finditer(text)
    ]


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_the_page_runs_and_prints_what_is_shown(page: str) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with pd.option_context(*OPTIONS):  # what a page sets ends with the page
        for block in blocks(page):
            printed = block.run(namespace)
            assert same(block.output, printed), f"{block.place} shows\n{block.output}\nbut prints\n{printed}"


def test_the_tutorial_and_the_readme_have_code() -> None:
    assert len(blocks("docs/tutorial.md")) > 10
    assert blocks("README.md")


def test_the_notebook_of_published_figures_is_the_page() -> None:
    assert notebook_of(ROOT / "docs/replication_notebook.py") == (ROOT / "notebooks/replication.ipynb").read_text(
        "utf-8"
    )


def notebook_of(script: Path) -> str:
    """What the script would write."""
    return str(runpy.run_path(str(script))["notebook"]())


def test_the_command_line_page_names_every_option() -> None:
    text = (ROOT / "docs/reference/command-line.md").read_text(encoding="utf-8")
    program: Any = get_command(app)
    groups = [one for one in program.commands.values() if hasattr(one, "commands")]
    commands = [program, *program.commands.values(), *(one for group in groups for one in group.commands.values())]
    options = {option for command in commands for param in command.params for option in param.opts}
    assert {option for option in options if option.startswith("--") and not re.search(f"{option}[ `]", text)} <= {
        "--help"
    }


def write_outputs(page: str) -> None:
    """Replace the outputs that the page shows by those of a run."""
    path, namespace, done = ROOT / page, {"__name__": "__main__"}, 0
    text, parts = path.read_text(encoding="utf-8"), []
    with pd.option_context(*OPTIONS):
        for block in blocks(page):
            head = f"% warns: {block.warns}\n" if block.warns else ""
            printed = "".join(f"{line.rstrip()}\n" for line in block.run(namespace).splitlines())
            shown = f"\n```text\n{printed}```\n" if printed else ""
            parts += [text[done : block.span[0]], f"{head}```python\n{block.code}```\n{shown}"]
            done = block.span[1]
    path.write_text("".join([*parts, text[done:]]), encoding="utf-8")


if __name__ == "__main__":
    for one in sys.argv[1:] or PAGES:
        write_outputs(one)
