"""Surveys read from text, Excel, SPSS, Stata and Parquet files."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from csisem.errors import CsisemWarning, DataError, nearest
from csisem.survey.design import as_design
from csisem.survey.scale import CodesOption, ScaleOption, as_codes
from csisem.survey.survey import Survey

if TYPE_CHECKING:
    import pandas as pd

    from csisem.options import Lonely, ReplicateType
    from csisem.survey.design import Design
    from csisem.survey.fieldwork import Fieldwork


@dataclass(frozen=True, slots=True, eq=False)
class FileContents:
    """The answers in a file, and the texts and user-missing codes it declares by column."""

    frame: pd.DataFrame
    item_texts: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[float, str]] = field(default_factory=dict)
    missing_codes: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


ENDINGS = (".csv", ".tsv", ".xlsx", ".sav", ".zsav", ".por", ".dta", ".parquet")


def read(
    path: str | Path,
    *,
    sheet: str | int = 0,
    encoding: str | None = None,
    separator: str | None = None,
    scale: ScaleOption = None,
    items: Sequence[str] | None = None,
    weights: str | None = None,
    strata: str | Sequence[str] | None = None,
    clusters: str | Sequence[str] | None = None,
    fpc: str | Sequence[str] | None = None,
    replicate_weights: Sequence[str] = (),
    replicate_type: ReplicateType | None = None,
    lonely: Lonely | None = None,
    nest: bool | None = None,
    design: Design | None = None,
    segments: str | Sequence[str] = (),
    id: str | None = None,
    wave: str | None = None,
    fieldwork: Fieldwork | None = None,
    missing_codes: CodesOption = (),
    not_applicable: CodesOption = (),
    reverse: str | Sequence[str] = (),
    ordered: str | Sequence[str] = (),
    item_texts: Mapping[str, str] | None = None,
    value_labels: Mapping[str, Mapping[float, str]] | None = None,
) -> Survey:
    """Read a survey from a file; answers stay numbers, with the texts of questions and answers beside them.

    Parameters
    ----------
    path
        A file ending in .csv, .tsv (also .gz), .xlsx, .sav, .zsav, .por, .dta or .parquet.
    sheet
        Name or position of the sheet of an Excel file.
    encoding
        Encoding of a text, SPSS or Stata file. By default text is read as UTF-8, or else as GB18030 with a warning.
    separator
        The separator of the columns of a text file; by default a comma in .csv and a tab in .tsv.
    scale, items, weights, strata, clusters, fpc, replicate_weights, replicate_type, lonely, nest, design, segments, \
id, wave, fieldwork, missing_codes, not_applicable, reverse, ordered, item_texts, value_labels
        As for `Survey`, whose documentation explains them. They are added to the texts and user-missing codes that the
        file declares; a text given here replaces the file's.

    Returns
    -------
    Survey
        The survey of all rows of the file.

    Raises
    ------
    DataError
        If the file does not exist, has another ending or cannot be read, or as for `Survey`.
    ScaleError, DesignError
        As for `Survey`.

    See Also
    --------
    Survey : The survey of a frame.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     cs.datasets.retail_survey().frame.to_csv(f"{folder}/answers.csv", index=False)
    ...     survey = cs.read(f"{folder}/answers.csv", scale=(1, 10), weights="weight", strata="region")
    >>> print(survey.n, survey.design)
    2400 weights weight; strata region
    """
    contents = _read(existing(Path(path)), sheet, encoding, separator)
    design = as_design(
        design, weights=weights, strata=strata, clusters=clusters, fpc=fpc, replicate_weights=replicate_weights,
        replicate_type=replicate_type, lonely=lonely, nest=nest,
    )  # fmt: skip
    frame, declared = _blank_design(contents, design.columns)
    return Survey(
        frame,
        scale=scale,
        items=items,
        design=design,
        segments=segments,
        id=id,
        wave=wave,
        fieldwork=fieldwork,
        missing_codes=_joined(declared, missing_codes),
        not_applicable=not_applicable,
        reverse=reverse,
        ordered=ordered,
        item_texts={**contents.item_texts, **(item_texts or {})},
        value_labels={**contents.value_labels, **(value_labels or {})},
    )


def as_survey(data: object, like: Survey | None = None) -> Survey:
    """Return a `Survey` unchanged, or a frame or file as a survey coded like ``like``."""
    if isinstance(data, Survey):
        return data
    if isinstance(data, str | Path):
        data = read(data)
        return data if like is None else like.with_answers(data.frame)
    return Survey(data) if like is None else like.with_answers(data)


def existing(path: Path) -> Path:
    """Return a path that exists; refuse another with the nearest file name in its folder."""
    if path.exists():
        return path
    folder = path.parent
    if not folder.is_dir():
        raise DataError(f"There is no folder {str(folder)!r}, so {path.name!r} cannot be read.")
    names = (other.name for other in folder.iterdir() if other.is_file())
    raise DataError(f"There is no file {path.name!r} in {str(folder.resolve())!r}{nearest(path.name, names)}.")


def _read(path: Path, sheet: str | int, encoding: str | None, separator: str | None) -> FileContents:
    ending = (path.with_suffix("") if path.suffix.lower() == ".gz" else path).suffix.lower()
    match ending:
        case ".csv" | ".tsv":
            return _read_text(path, encoding, separator or ("," if ending == ".csv" else "\t"))
        case ".xlsx":
            return _read_excel(path, sheet)
        case ".sav" | ".zsav" | ".por":
            return _read_spss(path, encoding)
        case ".dta":
            return _read_stata(path, encoding)
        case ".parquet":
            return _read_parquet(path)
    raise DataError(
        f"{path.name!r} cannot be read by its ending {ending!r}; "
        f"the endings known are {', '.join(ENDINGS)}{nearest(ending, ENDINGS)}."
    )


def _read_text(path: Path, given: str | None, separator: str) -> FileContents:
    import pandas as pd

    # utf-8-sig removes the mark that Excel writes before the first column's name, and reads plain UTF-8 as well.
    encodings = [given] if given else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            frame = pd.read_csv(path, sep=separator, encoding=encoding, low_memory=False)
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise DataError(f"There is no encoding {encoding!r}; gb18030, utf-8 and latin-1 are common ones.") from None
        except (pd.errors.ParserError, pd.errors.EmptyDataError, OSError) as problem:
            raise _unreadable(path, "delimited text", problem) from problem
        break
    else:
        raise DataError(f"{path.name!r} is not text in {' or '.join(encodings)}; name its encoding with encoding=.")
    if encoding == "gb18030" and not given:
        warnings.warn(
            f"{path.name!r} is not UTF-8 and was read as GB18030 (Chinese text from Windows); "
            "name its encoding with encoding= if the texts look wrong.",
            CsisemWarning,
            stacklevel=4,
        )
    other = next((mark for mark in ";\t,|" if mark != separator and mark in str(frame.columns[0])), None)
    if len(frame.columns) == 1 and other:
        raise DataError(f"{path.name!r} has one column, {str(frame.columns[0])!r}; pass separator={other!r}.")
    return FileContents(frame)


def _read_excel(path: Path, sheet: str | int) -> FileContents:
    import pandas as pd

    try:
        book = pd.ExcelFile(path, engine="openpyxl")
    except (BadZipFile, KeyError, ValueError, OSError) as problem:
        raise _unreadable(path, "an Excel workbook", problem) from problem
    with book:
        names = [str(name) for name in book.sheet_names]
        if isinstance(sheet, str) and sheet not in names:
            raise DataError(f"{path.name!r} has no sheet {sheet!r}{nearest(sheet, names)}.")
        if isinstance(sheet, int) and not 0 <= sheet < len(names):
            raise DataError(f"{path.name!r} has {len(names)} sheets, so there is no sheet={sheet}.")
        return FileContents(pd.read_excel(book, sheet_name=sheet))


def _unreadable(path: Path, kind: str, problem: Exception) -> DataError:
    return DataError(f"{path.name!r} cannot be read as {kind}: {str(problem).rstrip('.')}.")


def _read_spss(path: Path, encoding: str | None) -> FileContents:
    import pyreadstat

    if path.suffix.lower() == ".por":
        if encoding is not None:
            raise DataError(f"{path.name!r} is always read as UTF-8; leave encoding= out.")
        return _read_statistical(path, "an SPSS file", pyreadstat.read_por)
    # user_missing keeps the codes that the file declares as missing, so that refusals can be counted.
    return _read_statistical(path, "an SPSS file", partial(pyreadstat.read_sav, user_missing=True, encoding=encoding))


def _read_stata(path: Path, encoding: str | None) -> FileContents:
    import pyreadstat

    # Stata's .a to .z are read as blanks; as user-missing values they would be letters among the numbers.
    return _read_statistical(path, "a Stata file", partial(pyreadstat.read_dta, encoding=encoding))


def _read_statistical(path: Path, kind: str, reader: Callable[[str], tuple[pd.DataFrame, Any]]) -> FileContents:
    import pyreadstat

    try:
        frame, meta = reader(str(path))
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as problem:
        raise _unreadable(path, kind, problem) from problem
    codes = {name: _codes_in(frame[name], ranges) for name, ranges in meta.missing_ranges.items()}
    return FileContents(frame, _texts(meta), _labels(meta), {name: own for name, own in codes.items() if own})


def _read_parquet(path: Path) -> FileContents:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as problem:
        raise _unreadable(path, "Parquet", problem) from problem
    texts: dict[str, str] = {}
    for column in table.schema:
        for key in (b"label", b"description"):
            if column.metadata and key in column.metadata:
                texts.setdefault(column.name, column.metadata[key].decode("utf-8"))
    return FileContents(table.to_pandas(), texts)


def _texts(meta: Any) -> dict[str, str]:
    return {name: text for name, text in meta.column_names_to_labels.items() if text}


def _labels(meta: Any) -> dict[str, dict[float, str]]:
    numeric: dict[str, dict[float, str]] = {}
    for name, labels in meta.variable_value_labels.items():
        if all(isinstance(value, int | float) for value in labels):
            numeric[name] = {float(value): str(text) for value, text in labels.items()}
    return numeric


def _codes_in(column: pd.Series[Any], ranges: Sequence[Mapping[str, float | str]]) -> tuple[float, ...]:
    """Return single user-missing codes, and those codes of a range that occur."""
    if column.dtype.kind not in "fiu":
        return ()
    codes: list[float] = []
    for bounds in ranges:
        low, high = float(bounds["lo"]), float(bounds["hi"])
        if low == high:
            codes.append(low)
        else:
            codes.extend(np.unique(column[(column >= low) & (column <= high)]).tolist())
    return tuple(dict.fromkeys(codes))


def _blank_design(contents: FileContents, design: Sequence[str]) -> tuple[pd.DataFrame, dict[str, tuple[float, ...]]]:
    """Blank user-missing codes in the design's columns, where a code would be taken for a weight or a stratum."""
    blanks = {name: contents.missing_codes[name] for name in design if name in contents.missing_codes}
    rest = {name: codes for name, codes in contents.missing_codes.items() if name not in blanks}
    if not blanks:
        return contents.frame, rest
    columns = {name: contents.frame[name].mask(contents.frame[name].isin(codes)) for name, codes in blanks.items()}
    return contents.frame.assign(**columns), rest


def _joined(declared: Mapping[str, tuple[float, ...]], given: CodesOption) -> CodesOption:
    """Add the file's codes to the caller's, whose codes for every item still apply to the columns of the file's."""
    if not declared:
        return given
    by_name = given if isinstance(given, Mapping) else {"*": given}
    every = as_codes(by_name.get("*", ()), "missing_codes")
    joined = {name: as_codes(codes, "missing_codes") for name, codes in by_name.items()}
    for name, codes in declared.items():
        joined[name] = tuple(dict.fromkeys((*codes, *joined.get(name, every))))
    return joined
