"""The rows: batches, groups, and what is refused while reading."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csisem.errors import DataError, ScaleError
from csisem.survey import Batch, Rows, Survey
from csisem.survey.rows.rows import BATCH_ROWS, Memory

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Seen:
    values: list[NDArray[np.float64]]
    weights: list[NDArray[np.float64]]
    codes: list[NDArray[np.intp]]
    starts: list[int]


class Collect:
    """Kernel that keeps copies of all it is shown, and spoils the buffer as a kernel may."""

    def partial(self, batch: Batch) -> Seen:
        assert batch.values.flags.c_contiguous
        seen = Seen(
            [batch.values.copy()],
            [] if batch.weights is None else [batch.weights.copy()],
            [] if batch.codes is None else [batch.codes.copy()],
            [batch.start],
        )
        batch.values[:] = -1.0
        return seen

    def merge(self, left: Seen, right: Seen) -> Seen:
        return Seen(
            left.values + right.values,
            left.weights + right.weights,
            left.codes + right.codes,
            left.starts + right.starts,
        )


def in_batches(rows: Rows, size: int) -> Rows:
    assert isinstance(rows.source, Memory)
    return replace(rows, source=replace(rows.source, batch_rows=size))


def values_of(rows: Rows) -> NDArray[np.float64]:
    return np.concatenate(rows.reduce(Collect()).values, axis=1)


def groups_of(rows: Rows) -> list[Hashable]:
    codes = np.concatenate(rows.reduce(Collect()).codes)
    return [None if code < 0 else rows.labels[code] for code in codes]


class StreamOnly:
    """A table that offers nothing but the Arrow stream."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


answers = {
    "满意度": [1.0, None, 10.0, 4.0],
    "count": [1, 2, None, 99],
    "yes": [True, None, False, True],
    "whole": [3, 4, 5, 6],
    "地区": ["北京", None, "上海", "北京"],
    "year": [2020, 2021, None, 2020],
    "asked": [datetime(2024, 1, 2), datetime(2024, 1, 3), None, datetime(2024, 1, 2)],
    "w": [1.0, 0.0, 2.5, 1.0],
}
ITEMS = ["满意度", "count", "yes", "whole"]


def frames() -> dict[str, object]:
    table = pa.table(answers)
    return {
        "pandas": pd.DataFrame(answers),
        "pandas nullable": pd.DataFrame(answers).convert_dtypes(),
        "pandas arrow": table.to_pandas(types_mapper=pd.ArrowDtype),
        "pandas objects": pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in answers.items()}),
        "polars": pl.DataFrame(answers),
        "polars categorical": pl.DataFrame(answers).with_columns(pl.col("地区").cast(pl.Categorical)),
        "pyarrow": table,
        "pyarrow chunks": pa.concat_tables([table.slice(0, 1), table.slice(1, 2), table.slice(3)]),
        "stream": StreamOnly(table),
    }


@pytest.mark.parametrize("kind", frames())
def test_every_frame_gives_the_same_batches(kind: str) -> None:
    survey = Survey(frames()[kind], missing_codes={"count": 99}, weights="w")
    rows = survey.rows(ITEMS, by=["地区", "year"])
    seen = rows.reduce(Collect())
    expected = [[1, np.nan, 10, 4], [1, 2, np.nan, np.nan], [1, np.nan, 0, 1], [3, 4, 5, 6]]
    np.testing.assert_array_equal(np.concatenate(seen.values, axis=1), expected)
    np.testing.assert_array_equal(np.concatenate(seen.weights), [1, 0, 2.5, 1])
    assert groups_of(rows) == [("北京", 2020), None, None, ("北京", 2020)]
    assert rows.labels == (("北京", 2020),)
    assert rows.ungrouped == 2
    assert survey.n == 4
    assert all(type(year) is int for _, year in rows.labels)  # type: ignore[misc]


@pytest.mark.parametrize("kind", frames())
@pytest.mark.parametrize(
    ("by", "labels"),
    [("地区", ("北京", "上海")), ("year", (2020, 2021)), ("yes", (True, False))],
)
def test_labels_are_in_order_of_first_appearance(kind: str, by: str, labels: tuple[Hashable, ...]) -> None:
    rows = Survey(frames()[kind]).rows("whole", by=by)
    assert rows.labels == labels
    assert rows.ungrouped == 1


@pytest.mark.parametrize("kind", frames())
def test_dates_define_groups(kind: str) -> None:
    rows = Survey(frames()[kind]).rows("whole", by="asked")
    assert groups_of(rows) == answers["asked"]


def test_categories_count_in_order_of_appearance_not_of_the_categories() -> None:
    frame = pd.DataFrame({"x": [1.0, 2, 3], "g": pd.Categorical(["b", "a", "b"], categories=["a", "b", "c"])})
    assert Survey(frame).rows("x", by="g").labels == ("b", "a")


def test_nan_among_arrow_floats_is_no_group() -> None:
    rows = Survey(pl.DataFrame({"x": [1.0, 2, 3], "g": [2.5, float("nan"), None]})).rows("x", by="g")
    assert rows.labels == (2.5,)
    assert groups_of(rows) == [2.5, None, None]


def test_codes_declared_for_a_grouping_column_are_no_group() -> None:
    frame = pd.DataFrame({"x": [1.0, 2, 3], "g": [9, 1, 2]})
    assert Survey(frame, missing_codes={"g": 9}).rows("x", by="g").labels == (1, 2)
    assert Survey(frame, missing_codes=9).rows("x", by="g").labels == (9, 1, 2)


def test_three_columns_together_define_groups() -> None:
    frame = pd.DataFrame({"x": 1.0, "a": [1, 2, 1, 1], "b": ["u", "u", "v", "u"], "c": [0, 0, 0, 0]})
    rows = Survey(frame).rows("x", by=["a", "b", "c"])
    assert rows.labels == ((1, "u", 0), (2, "u", 0), (1, "v", 0))
    assert groups_of(rows) == [(1, "u", 0), (2, "u", 0), (1, "v", 0), (1, "u", 0)]


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_batches_joined_equal_the_answers_for_any_batch_size(n: int, size: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(draw.integers(1, 6, (n, 3)), columns=["a", "b", "c"]).astype({"a": float})
    frame.loc[draw.random(n) < 0.3, "a"] = np.nan
    frame.loc[draw.random(n) < 0.3, "b"] = 99
    frame["w"] = draw.random(n) + 0.1
    frame["g"] = draw.integers(0, 3, n)
    survey = Survey(frame, scale=(1, 5), missing_codes=99, reverse="b", weights="w" if n else None)
    rows = in_batches(survey.rows(["a", "b", "c"], by="g"), size)
    seen = rows.reduce(Collect())
    np.testing.assert_array_equal(np.concatenate(seen.values, axis=1).T, survey.answers(["a", "b", "c"]))
    assert seen.starts == list(range(0, max(n, 1), size))
    assert [None if code < 0 else rows.labels[code] for code in np.concatenate(seen.codes)] == frame["g"].tolist()
    if n:
        np.testing.assert_array_equal(np.concatenate(seen.weights), frame["w"])


def test_more_rows_than_one_batch_keep_their_order() -> None:
    n = 2 * BATCH_ROWS + 17
    frame = pd.DataFrame({"a": np.arange(n), "b": np.arange(n, dtype=float)[::-1]})
    rows = Survey(frame).rows(["b", "a"])
    seen = rows.reduce(Collect())
    assert seen.starts == [0, BATCH_ROWS, 2 * BATCH_ROWS]
    np.testing.assert_array_equal(np.concatenate(seen.values, axis=1), [np.arange(n)[::-1], np.arange(n)])


def test_a_large_frame_is_read_as_a_small_one_is() -> None:
    # Small pandas frames are taken in one copy, large ones column by column.
    small = pd.DataFrame({"a": [1, 2], "b": [1.5, np.nan], "c": pd.array([1, None], dtype="Int64")})
    large = pd.concat([small] * 60_000, ignore_index=True)
    first = values_of(Survey(large).rows(["a", "b", "c"]))[:, :2]
    np.testing.assert_array_equal(first, values_of(Survey(small).rows(["a", "b", "c"])))


def test_reading_leaves_the_frame_as_it_was() -> None:
    frame = pd.DataFrame({"a": [1.0, 99.0, 3.0], "w": [1.0, 2.0, 1.0]})
    before = frame.copy()
    survey = Survey(frame, scale=(1, 10), missing_codes=99, reverse="a", weights="w")
    survey.rows("a").reduce(Collect())
    pd.testing.assert_frame_equal(frame, before)
    assert survey.frame is frame


def test_weights_cannot_be_overwritten_by_a_kernel() -> None:
    class Spoil(Collect):
        def partial(self, batch: Batch) -> Seen:
            assert batch.weights is not None
            batch.weights[0] = 7.0
            return super().partial(batch)

    survey = Survey(pd.DataFrame({"a": [1.0], "w": [1]}), weights="w")
    with pytest.raises(ValueError, match="read-only"):
        survey.rows("a").reduce(Spoil())


def test_weights_are_left_out_on_request() -> None:
    survey = Survey(pd.DataFrame({"a": [1.0], "w": [2.0]}), weights="w")
    assert survey.rows("a").weighted
    unweighted = survey.rows("a", weights=False)
    assert not unweighted.weighted
    assert unweighted.reduce(Collect()).weights == []


def test_off_scale_answers_are_counted_over_all_rows_by_item_and_value() -> None:
    n = 2 * BATCH_ROWS
    frame = pd.DataFrame({"q1": np.full(n, 5.0), "q2": np.full(n, 5), "q3": np.full(n, 5.0)})
    frame.loc[[3, n - 1], "q1"] = 99
    frame.loc[5, "q1"] = 0
    frame.loc[[1, 2, n - 2], "q2"] = 11
    with pytest.raises(ScaleError) as refusal:
        Survey(frame, scale=(1, 10), reverse="q2").rows(["q1", "q2", "q3"]).reduce(Collect())
    assert str(refusal.value) == (
        "Answers off the scale 1-10: q1 has 3 (99 twice, 0 once); q2 has 3 (11 in 3 rows); "
        "declare refusal codes with missing_codes= or not_applicable=, or correct the scale."
    )


def test_off_scale_answers_on_different_scales_name_each_scale() -> None:
    frame = pd.DataFrame({"a": [0, 1], "b": [6, 5]})
    with pytest.raises(ScaleError, match=r"off their scales: a \(1-10\) has 1 \(0 once\); b \(1-5\) has 1 \(6 once\)"):
        Survey(frame, scale={"*": (1, 10), "b": (1, 5)}).rows(["a", "b"]).reduce(Collect())


def test_many_off_scale_values_and_items_are_summed_up() -> None:
    frame = pd.DataFrame({f"q{i}": np.arange(20.0) for i in range(9)})
    with pytest.raises(ScaleError, match=r"and 8 other values\); and 5 more items") as refusal:
        Survey(frame, scale=(0, 9)).rows(list(frame)).reduce(Collect())
    assert "q0 has 10 (10 once" in str(refusal.value)


@pytest.mark.parametrize("scale", [None, (1, 10)])
@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_answers_are_refused_with_or_without_a_scale(scale: tuple[int, int] | None, value: float) -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [np.nan, value, value]})
    with pytest.raises(DataError, match=r"Column 'b' holds 2 infinite values \(first in row 2"):
        Survey(frame, scale=scale).rows(["a", "b"]).reduce(Collect())


@given(st.floats(-10, 10), st.floats(0.01, 10))
def test_the_ends_of_a_reversed_scale_are_on_it_whatever_rounding_does(low: float, width: float) -> None:
    frame = pd.DataFrame({"a": [low, low + width]})
    assert Survey(frame, scale=(low, low + width), reverse="a").rows("a").reduce(Collect()).starts == [0]


def test_no_rows_give_one_empty_batch() -> None:
    rows = Survey(pd.DataFrame({"a": [], "b": []}, dtype=float), scale=(1, 10)).rows(["a", "b"])
    assert values_of(rows).shape == (2, 0)
