"""Answers, and published moments, from the files that a request names."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Protocol

from csisem.arrays import pd
from csisem.cli.requests import DataRequest
from csisem.errors import CsisemError, CsisemWarning, DataError, OptionError, nearest, system_reason
from csisem.moments.moments import Moments
from csisem.survey import Design, Survey, read

_MEAN, _SD, _N = "mean", "sd", "n"


class HasScales(Protocol):
    """A request that gives the scales of items."""

    @property
    def scale(self) -> tuple[float, float] | None: ...

    @property
    def item_scales(self) -> Sequence[str]: ...


def scales_of(request: HasScales) -> dict[str, tuple[float, float]]:
    """The scales by item, ``"*"`` for all others."""
    scales = {} if request.scale is None else {"*": request.scale}
    for text in request.item_scales:
        # An item's own name may hold an equals sign; its bounds do not.
        name, _, bounds = text.rpartition("=")
        low, _, high = bounds.partition(":")
        try:
            scales[name] = (float(low), float(high))
        except ValueError:
            name = ""
        if not name:
            raise OptionError(f"--item-scale takes ITEM=LOW:HIGH, such as c1=0:1, not {text!r}.")
    return scales


def survey_of(request: DataRequest, segments: Sequence[str] = ()) -> Survey:
    """The survey in the file; columns of ``segments`` keep codes such as 007."""
    file = _file(request)
    try:
        given = file | _coding(request) | {"design": _design(request, file)}
        # A refusal is of the options as they were given.
        with suppress(CsisemError):
            return _told(read(request.data, **given, segments=tuple(dict.fromkeys(segments))))
        return _told(read(request.data, **given))
    except OSError as problem:
        raise DataError(f"{request.data!r} cannot be read: {system_reason(problem)}.") from None


def check_columns(survey: Survey, **options: Sequence[str]) -> None:
    """Refuse options that name what is no column of the data."""
    for option, columns in options.items():
        for column in columns:
            if column not in survey.columns:
                raise DataError(f"--{option.replace('_', '-')} names {column!r}, which is not a column of the data"
                                f"{nearest(column, survey.columns)}.")  # fmt: skip


def check_respondents(n: int, least: int) -> None:
    """Refuse a number of respondents that is too small."""
    if n < least:
        raise OptionError(f"--n {n} is not a number of respondents; give at least {least}.")


def moments_of(request: DataRequest, n: int | None) -> Moments:
    """Published moments: covariances, or correlations with a row ``sd``; rows ``mean`` and ``n`` may follow."""
    table = _table(request)
    extra: dict[str, Any] = {name: table.loc[name] for name in _rows_beside(table)}
    body = table.drop(index=list(extra))
    if n is None:
        n = _stated(extra.get(_N))
    if n is None:
        raise OptionError(f"--moments needs the number of respondents: give --n, or a row {_N!r} in {request.data!r}.")
    given = scales_of(request)
    # A table has items alone, so that the scale of all others is the scale of each.
    scales = {name: given.get(name, given.get("*")) for name in body.columns} | given
    scales = {name: scale for name, scale in scales.items() if scale is not None and name != "*"}
    square: dict[str, Any] = {"corr": body, "sd": extra[_SD]} if _SD in extra else {"cov": body}
    return Moments.from_table(n=n, mean=extra.get(_MEAN), scale=scales or None, **square)


def _rows_beside(table: pd.DataFrame) -> list[str]:
    """The rows that are no item's: means, standard deviations and the number of respondents."""
    return [name for name in (_MEAN, _SD, _N) if name in table.index and name not in table.columns]


def _stated(row: Any) -> int | None:
    """The first number in a row of the table."""
    if row is None:
        return None
    numbers = pd.to_numeric(row, errors="coerce").dropna()
    return int(numbers.iloc[0]) if len(numbers) else None


def _table(request: DataRequest) -> pd.DataFrame:
    """The file as a square table, its first column the names of the rows."""
    if request.weights or request.strata or request.clusters or request.fpc or request.replicate_weights:
        raise OptionError("--moments has no rows, so that no sampling design applies; leave its options out.")
    try:
        frame = read(request.data, **_file(request)).to_pandas()
    except OSError as problem:
        raise DataError(f"{request.data!r} cannot be read: {system_reason(problem)}.") from None
    names = [str(name) for name in frame.iloc[:, 0]]
    table = frame.iloc[:, 1:]
    if len(set(names)) < len(names):
        raise DataError(f"{request.data!r} has two rows of one name in its first column, which names the items.")
    beside = {name: name.casefold() for name in names if name not in table.columns}
    table.index = pd.Index([beside.get(name, name) for name in names])
    return table


def _file(request: DataRequest) -> dict[str, Any]:
    return {
        "sheet": 0 if request.sheet is None else request.sheet, "encoding": request.encoding,
        "separator": request.separator, "header": request.header, "skip": request.skip, "decimal": request.decimal,
        "thousands": request.thousands,
    }  # fmt: skip


def _coding(request: DataRequest) -> dict[str, Any]:
    return {
        "scale": scales_of(request) or None, "missing_codes": tuple(request.missing_codes),
        "not_applicable": tuple(request.not_applicable), "reverse": tuple(request.reverse),
    }  # fmt: skip


def _design(request: DataRequest, file: Mapping[str, Any]) -> Design:
    lonely: Any = request.lonely
    kind: Any = request.replicate_type
    return Design(
        request.weights, request.strata, tuple(request.clusters) or None, fpc=tuple(request.fpc) or None,
        replicate_weights=_matching(request, file), replicate_type=kind, scale=request.replicate_scale,
        rscales=tuple(request.rscales) or None, lonely=lonely, nest=request.nest,
    )  # fmt: skip


def _matching(request: DataRequest, file: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of replicate weights, of which patterns name several."""
    named = request.replicate_weights
    if not any("*" in one for one in named):
        return tuple(named)
    with warnings.catch_warnings():
        # The file is read again, with its warnings.
        warnings.simplefilter("ignore", CsisemWarning)
        columns = read(Path(request.data), **file).columns
    found = []
    for one in named:
        own = [column for column in columns if fnmatchcase(column, one)]
        if not own:
            raise DataError(f"--replicate-weights {one!r} fits no column of the data{nearest(one, columns)}.")
        found += own
    return tuple(dict.fromkeys(found))


def _told(survey: Survey) -> Survey:
    """Warn of what was left out, turned or guessed in the file."""
    for note in survey.source.notes if survey.source else ():
        if note.code != "file.encoding":  # has its own warning
            warnings.warn(note, CsisemWarning, stacklevel=2)
    return survey
