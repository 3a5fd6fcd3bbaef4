"""A bar that shows how far a report is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from csisem.display.labels import said
from csisem.options import Language

if TYPE_CHECKING:
    from tqdm import tqdm

_PATIENCE = 2.0
"""Seconds before a bar appears that was not asked for."""


class Steps:
    """Steps that are expected and taken; without a bar nothing is shown."""

    def __init__(self, shown: tqdm[None] | None) -> None:
        self._shown = shown

    def expect(self, count: int) -> None:
        """Further steps to take."""
        if self._shown is not None:
            self._shown.total = (self._shown.total or 0) + count
            self._shown.refresh()

    def step(self) -> None:
        """One step taken."""
        if self._shown is not None:
            self._shown.update()


@contextmanager
def bar(language: Language, progress: bool | None) -> Iterator[Steps]:
    """The steps of a report with a bar if it is asked for; None: on a terminal or in a notebook, if it takes long."""
    if not (progress or (progress is None and (sys.stderr.isatty() or "ipykernel" in sys.modules))):
        yield Steps(None)
        return
    from tqdm import tqdm

    with tqdm(total=0, desc=said("report.progress", language), delay=0.0 if progress else _PATIENCE) as shown:
        yield Steps(shown)
