"""Quality of answers: what is marked, what is not, and that nothing goes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

import csisem as cs

ITEMS = [f"题{k}" for k in range(1, 9)]


def _frame(n=40):
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(rng.integers(1, 11, (n, 8)).astype(float), columns=ITEMS)
    frame["秒"] = rng.integers(200, 400, n).astype(float)
    frame["编号"] = np.arange(n)
    return frame


@pytest.fixture
def spoilt():
    frame = _frame()
    frame.loc[0, ITEMS] = 7.0  # a straight line
    frame.loc[1, ITEMS[:4]] = 5.0  # four equal ones are none
    frame.loc[2, "秒"] = 50.0
    frame.loc[4, ITEMS] = frame.loc[3, ITEMS]
    frame.loc[6, "编号"] = 5
    frame.loc[7, ITEMS[:5]] = np.nan
    frame.loc[8, ITEMS[:5]] = 99.0  # refusals are missing
    frame.loc[9, ITEMS[0]] = 11.0
    return frame


def test_every_mark(spoilt):
    survey = cs.Survey(spoilt, scale=(1, 10), missing_codes=99)
    found = cs.diagnose.quality(survey, ITEMS, duration="秒", id="编号")
    marked = {name: found.rows.index[found.rows[name]].tolist() for name in found.summary.index}
    assert marked == {
        "straight_line": [0], "speeder": [2], "duplicate_id": [5, 6], "duplicate_row": [3, 4], "missing": [7, 8],
        "off_scale": [9],
    }  # fmt: skip
    assert found.summary["rows"].to_dict() == {name: len(rows) for name, rows in marked.items()}
    assert found.mask.sum() == found.flagged == 9
    assert found.n == 40
    assert len(spoilt) == 40
    assert found.rows.loc[1, "longest"] >= 4
    assert found.rows.loc[0, "spread"] == pytest.approx(0, abs=1e-9)
    items = found.items
    assert items.loc["题1", ["answered", "missing", "off_scale"]].tolist() == [38, 2, 1]
    assert items.loc["题8", "top"] == spoilt["题8"].value_counts(normalize=True).max()
    assert "9 of 40 rows carry a mark; nothing was removed" in repr(found)


def test_thresholds_are_the_caller_s(spoilt):
    survey = cs.Survey(spoilt, missing_codes=99)
    found = cs.diagnose.quality(survey, ITEMS, duration="秒", fastest=40, most_missing=0.9, longest=4)
    assert not found.rows["speeder"].any()
    assert not found.rows["missing"].any()
    assert {0, 1} <= set(found.rows.index[found.rows["straight_line"]])
    assert "off_scale" in found.summary.index
    assert found.summary.loc["off_scale", "rows"] == 0, "no scale is declared"


def test_a_reversed_item_is_compared_as_it_was_given():
    frame = pd.DataFrame({f"q{k}": [3.0, 4.0] for k in range(6)}).assign(q5=[3.0, 1.0], q0=[3.0, 2.0])
    found = cs.diagnose.quality(cs.Survey(frame, scale=(1, 5), reverse="q5"), list(frame))
    assert found.rows["straight_line"].tolist() == [True, False]


def test_a_change_of_scale_ends_a_line():
    frame = pd.DataFrame({f"q{k}": [1.0] for k in range(8)})
    scales = {"*": (1, 10), "q6": (0, 1), "q7": (0, 1)}
    found = cs.diagnose.quality(cs.Survey(frame, scale=scales), list(frame))
    assert found.rows["longest"].tolist() == [6]
    assert found.rows["straight_line"].tolist() == [True]


def test_polars_blank_rows_and_a_questionnaire():
    frame = pl.DataFrame({"甲": [1, 2, None, None], "乙": [1, 2, None, None]})
    questionnaire = cs.Questionnaire((cs.Question("甲", points=5), cs.Question("乙", points=5)))
    found = cs.diagnose.quality(frame, questionnaire)
    assert found.rows["longest"].tolist() == [2, 2, 0, 0]
    assert not found.rows["duplicate_row"].any(), "rows without answers are missing, not copies"
    assert found.rows["missing"].tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: cs.diagnose.quality(_frame()), cs.OptionError, "Name the items"),
        (lambda: cs.diagnose.quality(_frame(), "题1"), cs.OptionError, "a list of columns"),
        (lambda: cs.diagnose.quality(_frame(), ["题0"]), cs.DataError, "did you mean '题"),
        (lambda: cs.diagnose.quality(_frame()[:0], ITEMS), cs.DataError, "no rows"),
        (lambda: cs.diagnose.quality(_frame(), ITEMS, most_missing=50), cs.OptionError, "most_missing=50"),
        (lambda: cs.diagnose.quality(_frame(), ITEMS, longest=1), cs.OptionError, "longest=1"),
        (lambda: cs.diagnose.quality(_frame(), ITEMS, fastest=60), cs.OptionError, "needs duration="),
        (lambda: cs.diagnose.quality(_frame(), ITEMS, duration="分"), cs.DataError, "no column '分'"),
        (lambda: cs.diagnose.quality(_frame().assign(秒=np.nan), ITEMS, duration="秒"), cs.DataError, "no durations"),
        (lambda: cs.diagnose.quality(_frame().assign(题1="好"), ITEMS), cs.DataError, "'题1' is text"),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()
