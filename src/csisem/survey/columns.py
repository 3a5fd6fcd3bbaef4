"""Columns of any data frame, as numbers and as groups."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray, IntArray, pd
from csisem.errors import DataError, nearest, shown
from csisem.survey.value_labels import renumbered

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

Numbers: TypeAlias = NDArray[np.generic]
"""A one-dimensional array of booleans, integers or floats."""

SMALL = 100_000
"""Cells up to which one copy of all columns is faster than a request to pandas for each."""


class Table(Protocol):
    """What a survey needs of a data frame of any library."""

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def places(self) -> Mapping[str, int]:
        """Positions of the columns by their names; of a name that columns share, the last."""

    @property
    def n(self) -> int: ...

    def numbers(self, names: Sequence[str]) -> list[Numbers]:
        """Return columns as numeric arrays (n,), without a copy where the frame allows it; blanks are NaN."""

    def groups(self, name: str) -> tuple[IntArray, list[Hashable]]:
        """Return codes (n,), -1 where missing, and the labels they index, in order of first appearance."""

    def to_pandas(self) -> pd.DataFrame:
        """Return the frame as pandas."""


def as_table(frame: object) -> Table:
    """Return the `Table` of a pandas, polars or Arrow frame, or of anything with an Arrow stream."""
    # No pandas frame exists before pandas is imported.
    if "pandas" in sys.modules and isinstance(frame, pd.DataFrame):
        return PandasTable(frame, ColumnPlaces.of(frame))
    import narwhals.stable.v2 as nw

    wrapped: Any = nw.from_native(frame, pass_through=True)
    if isinstance(wrapped, nw.DataFrame):
        return NarwhalsTable(wrapped)
    if hasattr(frame, "__arrow_c_stream__"):
        return _from_stream(frame)
    if isinstance(wrapped, nw.LazyFrame):
        raise DataError(f"{type(frame).__name__} has not been computed yet; pass frame.collect() or its equivalent.")
    raise DataError(
        f"{type(frame).__name__!r} is not a data frame; pass a pandas, polars or pyarrow table, "
        "an object with an Arrow stream, or a file's path."
    )


def _from_stream(frame: object) -> Table:
    import narwhals.stable.v2 as nw
    import pyarrow as pa

    try:
        arrow: nw.DataFrame[Any] = nw.from_native(pa.table(frame), eager_only=True)
    except pa.ArrowInvalid:
        raise DataError(f"{type(frame).__name__!r} holds a single column, not a table; pass a data frame.") from None
    return NarwhalsTable(arrow)


def as_pandas(frame: object) -> pd.DataFrame:
    """Return any eager frame as pandas; a pandas frame itself."""
    return as_table(frame).to_pandas()


def check_names(names: Iterable[str], table: Table, role: str) -> None:
    """Raise `DataError` for a name that is not a column of ``table``; ``role`` says where it was named."""
    known = table.places
    for name in names:
        if name not in known:
            raise DataError(f"There is no column {shown(name)} ({role}){nearest(name, known)}.")


@dataclass(frozen=True, slots=True, eq=False)
class ColumnPlaces:
    """Where the columns of a pandas frame are, by the text of their names; found once, not at every question.

    ``labelled`` says whether these texts are their labels.
    """

    columns: pd.Index[Any]
    names: tuple[str, ...]
    places: Mapping[str, int]
    labelled: bool

    @classmethod
    def of(cls, frame: pd.DataFrame) -> ColumnPlaces:
        labels = frame.columns.tolist()
        names = tuple(map(str, labels))
        places = {name: i for i, name in enumerate(names)}
        return cls(frame.columns, names, places, all(isinstance(label, str) for label in labels))


@dataclass(frozen=True, slots=True, eq=False)
class PandasTable:
    """A pandas frame, read without narwhals, whose wrappers cost more than a few hundred rows do."""

    frame: pd.DataFrame
    layout: ColumnPlaces

    @property
    def names(self) -> tuple[str, ...]:
        return self._current().names

    @property
    def places(self) -> Mapping[str, int]:
        return self._current().places

    @property
    def n(self) -> int:
        return len(self.frame)

    def numbers(self, names: Sequence[str]) -> list[Numbers]:
        places = self._places(names)
        if len(names) > 1 and len(self.frame) * len(names) <= SMALL:
            whole = places == list(range(self.frame.shape[1]))
            block = (self.frame if whole else self.frame.take(places, axis=1)).to_numpy()
            if block.dtype.kind in "fiub":
                return list(block.T)
        return [self._numbers(name, self._column(name, i)) for name, i in zip(names, places, strict=True)]

    def to_pandas(self) -> pd.DataFrame:
        return self.frame

    def _current(self) -> ColumnPlaces:
        """The layout, found anew if columns of the frame were added, renamed or taken away in place."""
        return self.layout if self.frame.columns.is_(self.layout.columns) else ColumnPlaces.of(self.frame)

    def _places(self, names: Sequence[str]) -> list[int]:
        """Return the positions of columns; refuse a name that two columns share."""
        layout = self._current()
        if len(layout.places) < len(layout.names):
            for name in names:
                if (count := layout.names.count(name)) > 1:
                    raise DataError(f"The data have {count} columns named {name!r}; rename all but one.")
        return [layout.places[name] for name in names]

    def _column(self, name: str, place: int) -> pd.Series[Any]:
        """A column by its label, which pandas finds several times faster than a place, where that is text."""
        return self.frame[name] if self._current().labelled else self.frame.iloc[:, place]

    def groups(self, name: str) -> tuple[IntArray, list[Hashable]]:
        (place,) = self._places([name])
        column = self._column(name, place)
        try:
            codes, labels = pd.factorize(column)
        except TypeError as problem:
            kind = next((type(one).__name__ for one in column if not isinstance(one, Hashable)), "")
            raise DataError(f"Column {shown(name)} cannot define groups: it holds a {kind}.") from problem
        return _clean_labels(codes.astype(np.intp, copy=False), labels.tolist())

    def _numbers(self, name: str, series: pd.Series[Any]) -> Numbers:
        dtype = series.dtype
        if isinstance(dtype, np.dtype):
            if dtype.kind in "fiub":
                return series.to_numpy()
            if dtype.kind == "O":
                return _numbers_of_objects(name, series.tolist())
            raise _not_numbers(name, str(dtype))
        if isinstance(dtype, pd.CategoricalDtype):
            # The label is the answer; the position of a category is not.
            labels = _numbers_of_objects(name, dtype.categories.tolist(), kind="categorical, with labels that are ")
            return np.append(labels, np.nan)[series.cat.codes.to_numpy()]
        if pd.api.types.is_string_dtype(dtype):
            return _numbers_of_objects(name, series.tolist())
        if pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype):
            return series.to_numpy(dtype=np.float64, na_value=np.nan)
        raise _not_numbers(name, str(dtype))


@dataclass(frozen=True, slots=True, eq=False)
class NarwhalsTable:
    """Any other eager frame, through narwhals."""

    frame: nw.DataFrame[Any]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.frame.columns)

    @property
    def places(self) -> Mapping[str, int]:
        return {name: i for i, name in enumerate(self.frame.columns)}

    @property
    def n(self) -> int:
        return len(self.frame)

    def numbers(self, names: Sequence[str]) -> list[Numbers]:
        return [self._numbers(name) for name in names]

    def groups(self, name: str) -> tuple[IntArray, list[Hashable]]:
        import pyarrow as pa

        arrow = self.frame.get_column(name).to_arrow()
        if pa.types.is_dictionary(arrow.type):
            arrow = arrow.cast(arrow.type.value_type)
        try:
            encoded = arrow.dictionary_encode()
        except pa.ArrowNotImplementedError as problem:
            raise DataError(f"Column {name!r} cannot define groups: it holds {arrow.type}.") from problem
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.intp)
        return _clean_labels(codes, encoded.dictionary.to_pylist())

    def to_pandas(self) -> pd.DataFrame:
        return self.frame.to_pandas()

    def _numbers(self, name: str) -> Numbers:
        import narwhals.stable.v2 as nw

        series = self.frame.get_column(name)
        dtype = series.dtype
        if dtype.is_float() or dtype.is_integer():
            return series.to_numpy()
        if dtype.is_numeric() or dtype == nw.Boolean:
            return series.cast(nw.Float64).to_numpy()
        if dtype in (nw.String, nw.Categorical, nw.Enum, nw.Object):
            return _numbers_of_objects(name, series.to_list())
        raise _not_numbers(name, str(dtype))


def without(
    codes: IntArray, labels: list[Hashable], gone: Callable[[Hashable], bool]
) -> tuple[IntArray, list[Hashable]]:
    """Return codes and labels without some labels, whose rows then carry -1."""
    kept = [i for i, label in enumerate(labels) if not gone(label)]
    if len(kept) == len(labels):
        return codes, labels
    return renumbered(codes, kept, len(labels)), [labels[i] for i in kept]


def cross(parts: Sequence[tuple[IntArray, list[Hashable]]]) -> tuple[IntArray, tuple[Hashable, ...]]:
    """Return the combinations of several columns as groups, in order of first appearance; -1 where one is missing."""
    codes, names = parts[0]
    if len(parts) == 1:
        return codes, tuple(names)
    labels: list[tuple[Hashable, ...]] = [(name,) for name in names]
    for more, names in parts[1:]:
        # Numbered anew after each column, cells never exceed rows times labels, far from overflow.
        grouped = (codes >= 0) & (more >= 0)
        new, cells = pd.factorize(codes[grouped] * len(names) + more[grouped])
        codes = np.full(len(more), -1, dtype=np.intp)
        codes[grouped] = new
        labels = [(*labels[cell // len(names)], names[cell % len(names)]) for cell in cells.tolist()]
    return codes, tuple(labels)


def _clean_labels(codes: IntArray, labels: list[Hashable]) -> tuple[IntArray, list[Hashable]]:
    """Drop NaN, to Arrow a value, and turn 1.0 and 2.0 back into 1 and 2, which a blank makes floats in pandas."""
    codes, labels = without(codes, labels, lambda label: label != label)  # noqa: PLR0124 - NaN alone differs from itself
    if all(isinstance(label, float) and label.is_integer() for label in labels):
        return codes, [int(label) for label in labels if isinstance(label, float)]
    return codes, labels


def _numbers_of_objects(name: str, values: list[object], kind: str = "") -> FloatArray:
    """Return Python objects as floats, blanks as NaN; refuse anything else with its first value and the count."""
    blank = pd.isna(np.fromiter(values, dtype=object, count=len(values)))
    numbers = np.full(len(values), np.nan)
    wrong: list[int] = []
    for i in np.flatnonzero(~blank):
        value = values[i]
        if isinstance(value, Real | Decimal | np.bool_):
            numbers[i] = float(value)
        else:
            wrong.append(int(i))
    if wrong:
        raise DataError(_text_sentence(name, kind, wrong[0], [values[i] for i in wrong]))
    return numbers


def _text_sentence(name: str, kind: str, place: int, wrong: list[object]) -> str:
    found = "text" if isinstance(wrong[0], str | bytes) else type(wrong[0]).__name__
    where = "" if kind else f" in row {place + 1} (counting from 1)"
    count = f"{len(wrong)} such {'label' if kind else 'row'}{'s' * (len(wrong) > 1)}"
    advice = (
        "the text looks like numbers: convert it first, for instance with pandas.to_numeric"
        if all(map(_looks_numeric, wrong))
        else "give each answer its number first, for instance with frame[column].map({text: number})"
    )
    return f"Column {name!r} is {kind}{found} where numbers are needed: {wrong[0]!r}{where}, {count}; {advice}."


def _looks_numeric(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def _not_numbers(name: str, dtype: str) -> DataError:
    return DataError(f"Column {name!r} holds {dtype}, not numbers.")
