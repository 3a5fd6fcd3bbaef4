"""Export of unrounded results to JSON, Excel or CSV files."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from csisem import __version__
from csisem.arrays import pd
from csisem.cli.analysis import Results
from csisem.display.sentences import Sentence
from csisem.errors import OptionError, nearest
from csisem.options import Language
from csisem.reporting.analysis_frames import fit_frames, index_covariance, index_weights, r_squared, status_facts
from csisem.reporting.sheets import flat, workbook_of
from csisem.reporting.tables.text_columns import note_texts
from csisem.reporting.unprintable import NOT_IN_TEXT, check_letters
from csisem.survey.files.inert_text import inert_frame
from csisem.writing import refuse_inputs, write_files

Writer = Callable[[Results], list[str]]


def writer_for(out: str, inputs: Sequence[str] = (), language: Language = "en") -> Writer:
    """The function that writes results to ``out`` and returns the names of the files written; never the ``inputs``.

    Only workbooks are for readers, and in their language.
    """
    path = Path(out)
    render = _WRITERS.get(path.suffix.lower())
    if render is None:
        raise OptionError(f"--out {out!r} ends in {path.suffix!r}; the endings known are {', '.join(_WRITERS)}"
                          f"{nearest(path.suffix, _WRITERS)}.")  # fmt: skip
    if not path.parent.is_dir():
        raise OptionError(f"--out {out!r} cannot be written: there is no folder {str(path.parent)!r}.")
    refuse_inputs("--out", [path], inputs)

    def written(results: Results) -> list[str]:
        """Write files when the content of all of them is known."""
        contents = render(results, path, language)
        refuse_inputs("--out", contents, inputs)
        write_files(contents)
        return list(map(str, contents))

    return written


def as_object(results: Results) -> dict[str, object]:
    """Results as one JSON object that always has the same keys; null where not computed."""
    fit = results.fit
    shares = r_squared(fit)
    found = {
        "version": __version__,
        "status": status_facts(fit),
        "settings": dict(results.settings),
        "fit_measures": fit.fit_measures().to_dict(),
        "r_squared": shares.to_dict("records"),
        "parameters": fit.parameters.to_dict("records"),
        "effects": None if results.effects is None else results.effects.to_dict("records"),
        "index": None if results.index is None else _index(results.index),
        "index_by": {column: _index(frame) for column, frame in (results.index_by or {}).items()},
        "further": {
            name: flat(pd.DataFrame(frame)).to_dict("records")
            for one in results.further
            for name, frame in one.frames().items()
        },
    }
    return {name: _plain(value) for name, value in found.items()}


def as_tables(results: Results, language: Language = "en") -> dict[str, pd.DataFrame]:
    """Results as frames by name, ``parameters`` first, without tables that were not computed."""
    facts = {"version": __version__} | status_facts(results.fit) | dict(results.settings)
    tables = fit_frames(results.fit, facts, language)
    if results.effects is not None:
        tables["effects"] = results.effects
    if results.index is not None:
        tables["index"] = results.index
        tables["index_weights"] = index_weights(results.index)
        tables["index_covariance"] = index_covariance(results.index)
    if results.index_by:
        tables["index_by"] = pd.concat([_stratum(column, frame) for column, frame in results.index_by.items()])
    for one in results.further:
        for name, frame in one.frames().items():
            tables[name] = flat(pd.DataFrame(frame))
    return tables


def _json(results: Results, path: Path, _language: Language) -> dict[Path, bytes]:
    text = json.dumps(as_object(results), ensure_ascii=False, allow_nan=False, indent=1)
    # Half of a pair of characters, which no encoding has, is escaped as JSON allows.
    return {path: (text + "\n").encode("utf-8", "backslashreplace")}


def _text(results: Results, path: Path, _language: Language) -> dict[Path, bytes]:
    made = {}
    for name, frame in as_tables(results).items():
        place = path if name == "parameters" else path.with_name(f"{path.stem}_{name}{path.suffix}")
        check_letters(frame, path, NOT_IN_TEXT)
        made[place] = inert_frame(frame).to_csv(index=False, lineterminator="\n").encode()
    return made


def _workbook(results: Results, path: Path, language: Language) -> dict[Path, bytes]:
    notes = {"index": [] if results.index is None else note_texts(results.index.attrs, language)}
    by = [note for frame in (results.index_by or {}).values() for note in note_texts(frame.attrs, language)]
    notes["index_by"] = list(dict.fromkeys(by))
    titles: dict[str, str] = {}
    for one in results.further:
        notes[one.title(language)] = one.notes(language)
        titles |= {name: one.title(language, part) for name, part in zip(one.frames(), one.parts(), strict=True)}
    sheets = {titles.get(name, name): frame for name, frame in as_tables(results, language).items()}
    return {path: workbook_of(sheets, notes, path, language)}


_WRITERS: Mapping[str, Callable[[Results, Path, Language], dict[Path, bytes]]] = {
    ".json": _json,
    ".csv": _text,
    ".xlsx": _workbook,
}


def _index(frame: pd.DataFrame) -> dict[str, object]:
    return {
        "rows": frame.to_dict("records"),
        "weights": frame.attrs["weights"],
        "covariance": frame.attrs["covariance"],
        "notes": frame.attrs["notes"],
    }


def _stratum(column: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A ``--by`` frame with the columns common to all of them."""
    table = frame.rename(columns={column: "stratum"})
    table.insert(0, "by", column)
    table.attrs = {}
    return table


def _plain(value: Any) -> Any:
    """``value`` in JSON's own types; nan and infinity become None."""
    if isinstance(value, Sentence):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)
