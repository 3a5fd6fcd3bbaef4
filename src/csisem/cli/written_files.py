"""Files that commands write beside what they print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from csisem.cli.error_messages import say
from csisem.errors import OptionError, listed
from csisem.writing import refuse_inputs

if TYPE_CHECKING:
    from csisem.options import Language


def check_out(out: str, endings: Sequence[str], inputs: Sequence[str]) -> None:
    """Refuse a file of another ending, one that is read, and one in a folder that does not exist."""
    path = Path(out)
    if path.suffix.lower() not in endings:
        raise OptionError(f"--out {out!r} must end in {listed(endings)}; got {path.suffix!r}.")
    if not path.parent.is_dir():
        raise OptionError(f"--out {out!r} cannot be written: there is no folder {str(path.parent)!r}.")
    refuse_inputs("--out", [path], [one for one in inputs if one])


def check_workbook(out: str, inputs: Sequence[str]) -> None:
    """Refuse what is no workbook that can be written."""
    check_out(out, [".xlsx"], inputs)


def write_workbook(results: Mapping[str, object], out: str, language: Language) -> None:
    """Write results into a workbook, and say so."""
    from csisem.display.labels import said
    from csisem.reporting.workbook import workbook

    workbook(dict(results), out, language=language)
    say(said("screen.wrote", language, name=out))
