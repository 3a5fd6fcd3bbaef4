"""What completion shows is what the package offers, and the map of the code names every module."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import csisem as cs

CODE = Path(cs.__file__).parent
MAP = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = sorted({path.parent.relative_to(CODE) for path in CODE.rglob("*.py")} - {Path()})


@pytest.mark.parametrize("room", ["models", "datasets", "diagnose", "sampling", "weighting", "index", "improve"])
def test_rooms_show_their_public_names_alone(room):
    module = getattr(cs, room)
    importlib.import_module("csisem.descriptive.complete_rows")
    assert dir(module) == sorted(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)


def _told(room):
    """Names in backticks where the map tells of a room: its row of the table, and its paragraph."""
    rows = [line for line in MAP.splitlines() if line.startswith("|") and f"`{room}`" in line.split("|")[1]]
    paragraphs = [part for part in MAP.split("\n\n") if part.startswith(f"**`{room}`")]
    return set(re.findall(r"`(\w+)`", " ".join([*rows, *paragraphs])))


@pytest.mark.parametrize("room", ROOMS, ids=str)
def test_the_map_names_every_module(room):
    modules = {path.stem for path in (CODE / room).glob("*.py")} - {"__init__"}
    told = _told(".".join(room.parts)) or _told(room.parts[0])
    assert not modules - told
