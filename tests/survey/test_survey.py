"""The survey: what is checked at once, what waits, and what it tells a reader."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest

from csisem.errors import DataError, ScaleError
from csisem.survey import Scale, Survey, as_survey

frame = pd.DataFrame(
    {
        "质量": [1.0, 5, 99, np.nan, 10, 3],
        "投诉": [0, 1, 0, -8, 0, 1],
        "备注": ["很好", None, "一般", "差", "", "好"],
        "地区": ["东", "西", "东", "西", "东", "西"],
    },
    index=[10, 11, 12, 13, 14, 15],
)


def sound() -> Survey:
    return Survey(
        frame,
        scale={"质量": (1, 10), "投诉": Scale(0, 1)},
        items=["质量", "投诉"],
        missing_codes={"质量": 99},
        not_applicable={"投诉": [-8]},
        reverse="投诉",
        segments="地区",
        item_texts={"质量": "总体质量如何<?>"},
        value_labels={"投诉": {0: "没有", 1: "有"}},
    )


def test_a_survey_tells_what_it_is() -> None:
    survey = sound()
    assert survey.n == 6
    assert survey.columns == ("质量", "投诉", "备注", "地区")
    assert survey.items == ("质量", "投诉")
    assert survey.segments == ("地区",)
    assert survey.item_texts["质量"] == "总体质量如何<?>"
    text = repr(survey)
    for part in ("rows", "6", "pandas DataFrame", "1 on scale 1-10: '质量'", "1 on scale 0-1: '投诉'", "none declared"):
        assert part in text


def test_html_is_escaped() -> None:
    page = Survey(frame.rename(columns={"质量": "<b>"}), items=["<b>"])._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_scales_are_found_by_item() -> None:
    survey = sound()
    assert survey.scale_of("质量") == Scale(1, 10, missing_codes=(99,))
    complaint = survey.scale_of("投诉")
    assert complaint is not None
    assert complaint == Scale(0, 1, reverse=True, not_applicable=(-8,))
    assert complaint.labels == {0: "没有", 1: "有"}
    assert survey.scale_of("地区") is None


def test_a_star_stands_for_items_not_named() -> None:
    survey = Survey(frame, scale={"*": (1, 10), "投诉": (0, 1)}, missing_codes={"*": 99, "投诉": [-8, -9]})
    assert survey.scale_of("质量") == Scale(1, 10, missing_codes=(99,))
    assert survey.scale_of("投诉") == Scale(0, 1, missing_codes=(-8, -9))


def test_codes_of_a_scale_and_of_the_survey_add_up() -> None:
    survey = Survey(frame, scale=Scale(1, 10, missing_codes=(98,)), missing_codes=99)
    assert survey.scale_of("质量") == Scale(1, 10, missing_codes=(98, 99))


def test_answers_are_cleaned_and_keep_the_index() -> None:
    answers = sound().answers()
    assert answers.index.tolist() == frame.index.tolist()
    np.testing.assert_array_equal(answers["质量"], [1, 5, np.nan, np.nan, 10, 3])
    np.testing.assert_array_equal(answers["投诉"], [1, 0, 1, np.nan, 1, 0])


def test_refusals_not_applicable_and_blanks_are_counted_apart() -> None:
    counts = sound().counts()
    assert counts.loc["质量"].to_dict() == {
        "n": 6, "answered": 4, "refused": 1, "not_applicable": 0, "blank": 1, "off_scale": 0,
    }  # fmt: skip
    assert counts.loc["投诉", "not_applicable"] == 1
    assert Survey(frame, scale=(1, 5)).counts("质量").loc["质量", "off_scale"] == 2
    assert Survey(frame).counts("质量").loc["质量", "answered"] == 5


def test_codes_work_without_a_scale() -> None:
    survey = Survey(frame, missing_codes=99)
    assert np.isnan(survey.answers("质量").loc[12, "质量"])
    assert survey.counts("质量").loc["质量", "refused"] == 1


def test_items_must_be_named_somewhere() -> None:
    with pytest.raises(DataError, match="made without items="):
        Survey(frame).answers()
    with pytest.raises(DataError, match="No items are named"):
        Survey(frame).rows([])


def test_other_columns_are_never_judged() -> None:
    data = frame.assign(dates=pd.Timestamp("2024-01-01"), constant=1, infinite=np.inf)
    assert Survey(data, items=["投诉"]).n == 6


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("items", ["质童"]),
        ("segments", "质童"),
        ("id", "质童"),
        ("wave", "质童"),
        ("weights", "质童"),
        ("ordered", ["质童"]),
        ("scale", {"质童": (1, 10)}),
        ("missing_codes", {"质童": 9}),
        ("not_applicable", {"质童": 9}),
        ("item_texts", {"质童": "?"}),
        ("value_labels", {"质童": {1: "?"}}),
    ],
)
def test_an_unknown_column_is_named_with_its_neighbour(option: str, value: object) -> None:
    with pytest.raises(DataError, match=r"no column '质童' \(named .*\) \(did you mean '质量'\?\)"):
        Survey(frame, **{option: value})  # type: ignore[arg-type]


def test_an_unknown_option_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="weight"):
        Survey(frame, weight="w")  # type: ignore[call-arg]


def test_an_unknown_grouping_column_is_named() -> None:
    with pytest.raises(DataError, match=r"no column '地 区' \(named in by=\) \(did you mean '地区'"):
        Survey(frame).rows("质量", by="地 区")


def test_an_item_is_named_once() -> None:
    with pytest.raises(DataError, match="named more than once: '质量'"):
        Survey(frame).rows(["质量", "投诉", "质量"])


def test_two_columns_of_one_name_are_refused_when_used() -> None:
    double = pd.DataFrame([[1.0, 2.0, 3.0]], columns=["a", "a", "b"])
    assert Survey(double).rows("b").n == 1
    with pytest.raises(DataError, match="2 columns named 'a'"):
        Survey(double).rows(["a", "b"])


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (
            ["1", "often", "often", None],
            r"'q' is text where numbers are needed: '1' in row 1 .*, 3 such rows; give each",
        ),
        ([None, "3", "4", "5"], r"'3' in row 2 .*, 3 such rows; the text looks like numbers.*to_numeric"),
        (pd.Series([1, 2, "无", 3], dtype=object), r"'无' in row 3 .*, 1 such row;"),
        (pd.Categorical(["低", "高", "高", "低"]), r"categorical, with labels that are text .*'低', 2 such labels"),
        (pd.to_datetime(["2024-01-01"] * 4), r"Column 'q' holds datetime64\[.*\], not numbers"),
        (np.ones(4) * 1j, r"Column 'q' holds complex128, not numbers"),
        (pd.Series([[1], 2, 3, 4], dtype=object), r"'q' is list where numbers are needed: \[1\] in row 1"),
    ],
)
def test_what_is_not_a_number_is_refused(column: object, message: str) -> None:
    data = pd.DataFrame({"q": column, "p": [1.0, 2, 3, 4]})
    with pytest.raises(DataError, match=message):
        Survey(data).rows(["q", "p"])


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum(["1", "高"])])
def test_text_in_polars_is_refused(dtype: pl.DataType) -> None:
    data = pl.DataFrame({"q": pl.Series(["1", None, "高"], dtype=dtype)})
    with pytest.raises(DataError, match=r"Column 'q' is text where numbers are needed: '1' in row 1 .*, 2 such rows"):
        Survey(data).rows("q")


def test_dates_in_polars_are_refused() -> None:
    with pytest.raises(DataError, match="Column 'q' holds Date, not numbers"):
        Survey(pl.DataFrame({"q": pl.Series([0], dtype=pl.Date)})).rows("q")


def test_numbered_categories_are_read_by_their_label_not_their_position() -> None:
    data = pd.DataFrame({"q": pd.Categorical([10, 1, None, 5], categories=[1, 5, 10], ordered=True)})
    np.testing.assert_array_equal(Survey(data).answers("q")["q"], [10, 1, np.nan, 5])


def test_columns_named_by_numbers_are_found_by_their_text() -> None:
    data = pd.DataFrame(np.arange(6.0).reshape(3, 2))
    np.testing.assert_array_equal(Survey(data).answers(["1", "0"]).to_numpy()[:, 0], [1, 3, 5])


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_columns_added_in_place_are_found_and_shift_no_other(make: type[pd.DataFrame] | type[pl.DataFrame]) -> None:
    data = make({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    survey = Survey(data)
    if isinstance(data, pd.DataFrame):
        data.insert(0, "new", [5.0, 6.0])
    else:
        data.insert_column(0, pl.Series("new", [5.0, 6.0]))
    assert survey.answers(["a", "new"]).to_numpy().tolist() == [[1, 5], [2, 6]]
    assert survey.rows("a", by="b").labels == (3, 4)
    assert survey.columns == ("new", "a", "b")


def test_constant_and_unanswered_items_are_refused_when_declared() -> None:
    data = frame.assign(same=[3, 3, 3, 3, 3, 99], none=np.nan)
    with pytest.raises(DataError, match=r"Constant items carry no information: 'same' \(always 3\)"):
        Survey(data, items=["投诉", "same"], missing_codes=99)
    with pytest.raises(DataError, match="Nobody answered 'none'"):
        Survey(data, items=["投诉", "none"])
    assert Survey(data).rows(["same", "none"]).n == 6


def test_off_scale_answers_are_refused_when_declared() -> None:
    with pytest.raises(ScaleError, match=r"off the scale 1-10: 质量 has 1 \(99 once\)"):
        Survey(frame, items=["质量"], scale=(1, 10))


def test_an_ambiguous_code_names_the_item() -> None:
    with pytest.raises(ScaleError, match=r"Item '质量': Code 9 lies within the scale 1-10"):
        Survey(frame, scale={"质量": (1, 10), "投诉": (0, 1)}, missing_codes=9)
    # A code of another column says nothing about a scale it is never read on.
    assert Survey(frame, scale=(1, 10), missing_codes={"地区": 9}).n == 6


def test_a_code_has_one_meaning_without_a_scale_too() -> None:
    with pytest.raises(ScaleError, match="Code 99 is both"):
        Survey(frame, missing_codes=99, not_applicable=99).rows("质量")


def test_a_reversed_item_needs_a_scale() -> None:
    with pytest.raises(ScaleError, match="Item '质量': a reversed item needs a scale"):
        Survey(frame, reverse="质量")


def test_what_is_no_frame_is_refused() -> None:
    for data in ({"a": [1]}, np.zeros((2, 2)), None, pd.Series([1.0]), pl.Series("a", [1])):
        with pytest.raises(DataError, match=r"pass a (pandas|data frame)"):
            Survey(data)


def test_a_lazy_frame_says_what_to_do() -> None:
    with pytest.raises(DataError, match=r"LazyFrame has not been computed yet; pass frame.collect\(\)"):
        Survey(pl.LazyFrame({"a": [1]}))


def test_as_survey_leaves_a_survey_alone() -> None:
    survey = sound()
    assert as_survey(survey) is survey
    assert as_survey(frame).frame is frame


def test_a_survey_is_frozen_and_survives_pickling() -> None:
    survey = sound()
    with pytest.raises(AttributeError):
        survey.n = 3  # type: ignore[misc]
    back = pickle.loads(pickle.dumps(survey))
    assert repr(back) == repr(survey)
    pd.testing.assert_frame_equal(back.answers(), survey.answers())


def test_importing_the_room_imports_no_heavy_library() -> None:
    code = (
        "import sys, csisem.survey; print([n for n in ('pandas', 'narwhals', 'pyarrow', 'scipy') if n in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
