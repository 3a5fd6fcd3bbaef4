"""Export of unrounded results to JSON, Excel or CSV files."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from csisem import __version__
from csisem.arrays import pd
from csisem.cli.analysis import Results
from csisem.errors import DataError, OptionError, nearest, shown
from csisem.survey.files.inert_text import inert_frame
from csisem.writing import refuse_inputs, write_files

Writer = Callable[[Results], list[str]]


def writer_for(out: str, inputs: Sequence[str] = ()) -> Writer:
    """The function that writes results to ``out`` and returns the names of the files written; never the ``inputs``."""
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
        contents = render(results, path)
        refuse_inputs("--out", contents, inputs)
        write_files(contents)
        return list(map(str, contents))

    return written


def as_object(results: Results) -> dict[str, object]:
    """Results as one JSON object that always has the same keys; null where not computed."""
    fit, status = results.fit, results.fit.status
    shares = r_squared(results)
    found = {
        "version": __version__,
        "status": {
            "verdict": status.verdict,
            "admissible": bool(status),
            "converged": status.converged,
            "identified": status.identified,
            "reasons": status.reasons,
            "warnings": status.warnings,
        },
        "settings": dict(results.settings),
        "fit_measures": fit.fit_measures().to_dict(),
        "r_squared": shares.to_dict("records"),
        "parameters": fit.parameters.to_dict("records"),
        "effects": None if results.effects is None else results.effects.to_dict("records"),
        "index": None if results.index is None else _index(results.index),
        "index_by": {column: _index(frame) for column, frame in (results.index_by or {}).items()},
    }
    return {name: _plain(value) for name, value in found.items()}


def as_tables(results: Results) -> dict[str, pd.DataFrame]:
    """Results as frames by name, ``parameters`` first, without tables that were not computed."""
    whole = as_object(results)
    facts: dict[str, object] = {"version": whole["version"]}
    for part in (whole["status"], whole["settings"]):
        facts |= part if isinstance(part, dict) else {}
    tables = {
        "parameters": results.fit.parameters,
        "status": pd.DataFrame({"name": list(facts), "value": [_cell(value) for value in facts.values()]}),
        "fit_measures": results.fit.fit_measures().rename_axis("measure").reset_index(),
        "r_squared": r_squared(results),
    }
    if results.effects is not None:
        tables["effects"] = results.effects
    if results.index is not None:
        tables["index"] = results.index
        tables["index_weights"] = _weights(results.index)
        tables["index_covariance"] = _covariance(results.index)
    if results.index_by:
        tables["index_by"] = pd.concat([_stratum(column, frame) for column, frame in results.index_by.items()])
    return tables


def r_squared(results: Results) -> pd.DataFrame:
    """R-squared as a frame ``(group,) name, r_squared``."""
    shares = results.fit.r_squared
    groups = {"group": list(shares.index.get_level_values(0))} if shares.index.nlevels > 1 else {}
    names = list(shares.index.get_level_values(-1))
    return pd.DataFrame(groups | {"name": names, "r_squared": shares.to_numpy()})


def _json(results: Results, path: Path) -> dict[Path, bytes]:
    text = json.dumps(as_object(results), ensure_ascii=False, allow_nan=False, indent=1)
    # Half of a pair of characters, which no encoding has, is escaped as JSON allows.
    return {path: (text + "\n").encode("utf-8", "backslashreplace")}


def _text(results: Results, path: Path) -> dict[Path, bytes]:
    made = {}
    for name, frame in as_tables(results).items():
        place = path if name == "parameters" else path.with_name(f"{path.stem}_{name}{path.suffix}")
        _check_letters(frame, path, _NOT_IN_TEXT)
        made[place] = inert_frame(frame).to_csv(index=False, lineterminator="\n").encode()
    return made


def _workbook(results: Results, path: Path) -> dict[Path, bytes]:
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class InMemory(ExcelWriter):  # type: ignore[misc]
        """openpyxl's writer without its temporary files, whose faults differ with the XML library installed."""

        def write_worksheet(self, ws: Any) -> None:
            sheet = WorksheetWriter(ws, out=BytesIO())
            sheet.write()
            ws._rels = sheet._rels
            self._archive.writestr(ws.path[1:], sheet.out.getvalue())

    file = BytesIO()
    pages = pd.ExcelWriter(BytesIO(), engine="openpyxl")
    for name, frame in as_tables(results).items():
        _check_letters(frame, path, _NOT_IN_XML)
        frame.to_excel(pages, sheet_name=name, index=False)
        _keep_text(pages.sheets[name])
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        InMemory(pages.book, archive).write_data()
    return {path: file.getvalue()}


# A text file ends at a NUL for many programs; XML has no control characters but tab and ends of lines; no encoding has
# half of a pair of characters.
_NOT_IN_TEXT = re.compile("[\0\ud800-\udfff]")
_NOT_IN_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _check_letters(frame: pd.DataFrame, path: Path, wrong: re.Pattern[str]) -> None:
    """Refuse a name or a text with a character that a kind of file cannot hold."""
    texts = [*map(str, frame.columns), *(cell for name in frame for cell in frame[name] if isinstance(cell, str))]
    for text in texts:
        if found := wrong.search(text):
            raise DataError(
                f"{str(path)!r} cannot be written: {shown(text)} holds the control character {found[0]!r}, which "
                f"{path.suffix.lower()} files cannot keep; rename it in the data, or write .json."
            )


def _keep_text(sheet: Any) -> None:
    """Keep texts such as ``=~``, which openpyxl takes as formulas by their first letter."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                cell.data_type = "s"


_WRITERS: Mapping[str, Callable[[Results, Path], dict[Path, bytes]]] = {
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


def _weights(frame: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {"group": group, "construct": construct, "item": item, "weight": weight}
        for group, constructs in frame.attrs["weights"].items()
        for construct, items in constructs.items()
        for item, weight in items.items()
    ]
    table = pd.DataFrame(rows, columns=["group", "construct", "item", "weight"])
    return table if any(frame.attrs["weights"]) else table.drop(columns="group")


def _covariance(frame: pd.DataFrame) -> pd.DataFrame:
    """The joint covariance of the indices, labelled by construct and group."""
    by = list(frame.columns[: list(frame.columns).index("n")])
    names = [" ".join(map(str, row)) for row in frame[by].itertuples(index=False)]
    return pd.DataFrame(frame.attrs["covariance"], columns=names).assign(index=names)[["index", *names]]


def _stratum(column: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A ``--by`` frame with the columns common to all of them."""
    table = frame.rename(columns={column: "stratum"})
    table.insert(0, "by", column)
    table.attrs = {}
    return table


def _cell(value: object) -> str | float | int | None:
    """A value as one cell: sentences joined, other structures as JSON."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """``value`` in JSON's own types; nan and infinity become None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)
