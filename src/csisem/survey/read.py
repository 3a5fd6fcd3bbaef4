"""Surveys read from text, Excel, SPSS, Stata and Parquet files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from csisem.arrays import pd
from csisem.display.sentences import sentence
from csisem.errors import DataError, nearest, system_reason, tell
from csisem.option_checks import as_path
from csisem.options import Lonely, ReplicateType
from csisem.survey.code_range import Code, coded
from csisem.survey.design import Design, as_design
from csisem.survey.fieldwork import Fieldwork
from csisem.survey.files.delimited import read_delimited
from csisem.survey.files.excel import read_excel
from csisem.survey.files.source import Contents, FileOptions, FileSource
from csisem.survey.files.statistical import read_spss, read_stata
from csisem.survey.scale import CodesOption, ScaleOption, as_codes
from csisem.survey.survey import Survey
from csisem.survey.value_labels import as_item_texts, as_value_labels

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".sav", ".zsav", ".por", ".dta", ".parquet")


def read(
    path: str | Path,
    *,
    sheet: str | int = 0,
    encoding: str | None = None,
    separator: str | None = None,
    header: int | None = None,
    skip: int | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
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
        A file ending in .csv, .tsv, .txt (also .gz), .xlsx, .sav, .zsav, .por, .dta or .parquet. Packed ones (.gz and
        .xlsx) may unpack to 256 MB or 200 times their size, whichever is more.
    sheet
        Name or position of the sheet of an Excel file.
    encoding
        Encoding of a text, SPSS or Stata file. By default text is read as UTF-8 or, with its mark, as UTF-16; other
        text as GB18030 or Windows-1252 with a warning.
    separator
        The separator of the columns of a text file; by default the one of ``, ; | `` and tab that gives all rows the
        same number of fields, or the one that a first line ``sep=;`` names.
    header, skip
        Rows of the header of a text or Excel file (0: none, and the columns are named column_1, column_2, ...), and
        rows above it. By default one row, or those that are unmistakable: titles, Qualtrics' question texts and import
        ids, the two rows of SurveyMonkey, a row of texts above columns of numbers.
    decimal, thousands
        The decimal mark, ``"."`` or ``","``, and the mark between thousands in text. By default a point, or what the
        numbers of the file show; a column that can be read in two ways stays text, with a note.
    scale, items, weights, strata, clusters, fpc, replicate_weights, replicate_type, lonely, nest, design, segments, \
id, wave, fieldwork, missing_codes, not_applicable, reverse, ordered, item_texts, value_labels
        As for `Survey`, whose documentation explains them. They are added to the texts and user-missing codes that the
        file declares; a text given here replaces the file's.

    Returns
    -------
    Survey
        The survey of all rows of the file. Its ``source`` shows what was understood of the file, and with a count what
        was left out, turned or guessed.

    Raises
    ------
    DataError
        If the file does not exist, has another ending or cannot be read, or rows differ in their number of fields, or
        two separators fit, or as for `Survey`.
    OptionError
        If an option does not apply to this kind of file.
    ScaleError, DesignError
        As for `Survey`.

    See Also
    --------
    Survey : The survey of a frame.

    Notes
    -----
    Only an empty cell is a blank in a column of text. In a column of numbers, words such as ``NA`` or ``null`` are
    blanks too, counted in ``survey.source.words``. Columns of one name are named ``q1_column_3`` by their places. Codes
    that one number would merge, such as ``007`` and ``7``, stay text outside ``items``, and so do columns named in
    ``segments``, ``strata``, ``clusters``, ``id`` or ``wave`` with codes such as ``007``. An apostrophe before a sign
    such as ``=``, which marks text for spreadsheets, is left out of text.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     cs.datasets.retail_survey().frame.to_csv(f"{folder}/answers.csv", index=False)
    ...     survey = cs.read(f"{folder}/answers.csv", scale=(1, 10), weights="weight", strata="region")
    >>> print(survey.n, survey.design)
    2400 weights weight; strata region
    """
    design = as_design(
        design, weights=weights, strata=strata, clusters=clusters, fpc=fpc, replicate_weights=replicate_weights,
        replicate_type=replicate_type, lonely=lonely, nest=nest,
    )  # fmt: skip
    codes = _columns(segments, design.strata, design.clusters, id, wave) - _columns(items)
    asked = FileOptions(sheet, encoding, separator, header, skip, decimal, thousands, codes, _columns(items))
    contents = _read(existing(path), asked)
    frame, declared = _blank_design(contents, design.columns)
    survey = Survey(
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
        item_texts={**contents.item_texts, **as_item_texts(item_texts)},
        value_labels={**contents.value_labels, **as_value_labels(value_labels)},
    )
    return survey.with_source(contents.source)


def _columns(*given: object) -> frozenset[str]:
    """Return the names among options that take a name, several or None; `Survey` refuses other values."""
    found = [[one] if isinstance(one, str) else one if isinstance(one, list | tuple) else [] for one in given]
    return frozenset(name for names in found for name in names if isinstance(name, str))


def as_survey(data: object, like: Survey | None = None) -> Survey:
    """Return a `Survey` unchanged, or a frame or file as a survey coded like ``like``."""
    if isinstance(data, Survey):
        return data
    if isinstance(data, str | Path):
        codes: frozenset[str] = frozenset()
        if like is not None:
            codes = _columns(like.segments, like.design.strata, like.design.clusters, like.id, like.wave)
        contents = _read(existing(data), FileOptions(codes=codes))
        if like is None:
            return _survey_of(contents, contents.frame, contents.missing_codes)
        return like.with_answers(_survey_of(contents, *_blank_design(contents, like.design.columns)))
    return Survey(data) if like is None else like.with_answers(data)


def _survey_of(contents: Contents, frame: pd.DataFrame, codes: Mapping[str, tuple[Code, ...]]) -> Survey:
    """Return the answers in a file with what the file declares and nothing else."""
    texts, labels = contents.item_texts, contents.value_labels
    survey = Survey(frame, missing_codes=codes, item_texts=texts, value_labels=labels)
    return survey.with_source(contents.source)


def existing(given: object, option: str = "path") -> Path:
    """Return the path of a file that exists; refuse another with the nearest file name in its folder."""
    path = as_path(option, given)
    folder, names = path.parent, None
    try:
        kind = "folder" if path.is_dir() else "file" if path.exists() else ""
        if not kind and folder.is_dir():
            names = [other.name for other in folder.iterdir() if other.is_file()]
    except (OSError, ValueError) as problem:
        raise DataError(f"{str(path)[:_LONG]!r} cannot be read: {system_reason(problem)}.") from None
    if kind == "folder":
        raise DataError(f"{str(path)!r} is a folder, not a file.")
    if kind:
        return path
    if names is None:
        raise DataError(f"There is no folder {str(folder)!r}, so {path.name!r} cannot be read.")
    raise DataError(f"There is no file {path.name!r} in {str(folder.resolve())!r}{nearest(path.name, names)}.")


_LONG = 80


def _read(path: Path, asked: FileOptions) -> Contents:
    ending = (path.with_suffix("") if path.suffix.lower() == ".gz" else path).suffix.lower()
    match ending:
        case ".csv" | ".tsv" | ".txt":
            contents, guessed = read_delimited(path, asked, "," if ending == ".csv" else "\t")
            if guessed:
                _warn_of_guess(path, str(contents.source.encoding))
            return contents
        case ".xlsx":
            return read_excel(path, asked)
        case ".sav" | ".zsav" | ".por":
            asked.check("an SPSS file", ("encoding",))
            return read_spss(path, asked.encoding)
        case ".dta":
            asked.check("a Stata file", ("encoding",))
            return read_stata(path, asked.encoding)
        case ".parquet":
            asked.check("a Parquet file", ())
            return _read_parquet(path)
    raise DataError(
        f"{path.name!r} cannot be read by its ending {ending!r}; "
        f"the endings known are {', '.join(ENDINGS)}{nearest(ending, ENDINGS)}."
    )


def _warn_of_guess(path: Path, encoding: str) -> None:
    chinese = encoding == "gb18030"
    tell([sentence("file.read_as_gb18030" if chinese else "file.read_as_windows", file=path.name)])


def _read_parquet(path: Path) -> Contents:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        frame: pd.DataFrame = table.to_pandas()
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError) as problem:
        why = " ".join(str(problem).split()).partition(". ")[0].rstrip(".")
        raise DataError(f"{path.name!r} cannot be read as Parquet: {why}.") from problem
    texts: dict[str, str] = {}
    for column in table.schema:
        for key in (b"label", b"description"):
            if column.metadata and key in column.metadata:
                texts.setdefault(column.name, column.metadata[key].decode("utf-8", "replace"))
    source = FileSource(path.name, "Parquet", *frame.shape, blanks=int(frame.isna().to_numpy().sum()))
    return Contents(frame, source, texts)


def _blank_design(contents: Contents, design: Sequence[str]) -> tuple[pd.DataFrame, dict[str, tuple[Code, ...]]]:
    """Blank user-missing codes in the design's columns, where a code would be taken for a weight or a stratum."""
    blanks = {name: contents.missing_codes[name] for name in design if name in contents.missing_codes}
    rest = {name: codes for name, codes in contents.missing_codes.items() if name not in blanks}
    if not blanks:
        return contents.frame, rest
    columns = {
        name: contents.frame[name].mask(coded(contents.frame[name].to_numpy(), codes)) for name, codes in blanks.items()
    }
    return contents.frame.assign(**columns), rest


def _joined(declared: Mapping[str, tuple[Code, ...]], given: CodesOption) -> CodesOption:
    """Add the file's codes to the caller's, whose codes for every item still apply to the columns of the file's."""
    if not declared:
        return given
    by_name = given if isinstance(given, Mapping) else {"*": given}
    every = as_codes(by_name.get("*", ()), "missing_codes")
    joined = {name: as_codes(codes, "missing_codes") for name, codes in by_name.items()}
    for name, codes in declared.items():
        joined[name] = tuple(dict.fromkeys((*codes, *joined.get(name, every))))
    return joined
