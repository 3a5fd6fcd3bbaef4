"""Rows in no group, and indicators that nobody answered, are told of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs

GENERATOR = np.random.default_rng(6)
FRAME = pd.DataFrame(GENERATOR.integers(1, 6, size=(60, 3)), columns=["甲", "乙", "丙"]).assign(
    city=np.where(np.arange(60) < 7, None, np.where(np.arange(60) % 2, "东", "西")), wave=np.arange(60) // 30
)
SURVEY = cs.Survey(FRAME, scale=dict.fromkeys("甲乙丙", (1, 5)))
# Items that go together, so that alpha itself gives no reason to warn.
ALIKE = cs.Survey(FRAME.assign(乙=FRAME["甲"].clip(upper=4)), scale=dict.fromkeys("甲乙丙", (1, 5)))
TICKS = cs.Survey(FRAME.assign(甲=FRAME["甲"] % 2, 乙=FRAME["乙"] % 2))
TEN = cs.Survey(FRAME, scale=dict.fromkeys("甲乙丙", (0, 10)))
EIGHT = {f"期望{k}": {f"项{k}": ("甲", "乙")} for k in range(8)}
TREE = cs.index.Hierarchy.from_dict({"质量": {"weight": 0.6, "children": {"甲": 0.5, "乙": 0.5}}, "丙": 0.4})


CALLS = (
    lambda: TREE.score(SURVEY, by="city"),
    lambda: cs.index.top_box(SURVEY, "甲", by="city"),
    lambda: cs.index.nps(cs.Survey(FRAME.assign(甲=FRAME["甲"] + 5), scale={"甲": (1, 10)}), "甲", by="city"),
    lambda: cs.index.trend(SURVEY, wave="wave", measure="top-box", items="甲", by="city"),
    lambda: cs.improve.gaps(SURVEY, {"x": ("甲", "乙")}, by="city"),
    lambda: cs.improve.kano(SURVEY, {"x": ("甲", "乙")}, by="city"),
    lambda: cs.diagnose.frequencies(SURVEY, "甲", by="city"),
    lambda: cs.diagnose.multiple_answers(TICKS, ["甲", "乙"], by="city"),
    lambda: cs.diagnose.reliability(ALIKE, {"x": ["甲", "乙"]}, by="city"),
    lambda: cs.diagnose.alpha(ALIKE, {"x": ["甲", "乙"]}, by="city"),
    lambda: cs.improve.service_expectations(TEN, EIGHT, by="city"),
)


@pytest.mark.parametrize("call", CALLS)
def test_rows_in_no_group_are_counted(call):
    with pytest.warns(cs.CsisemWarning, match="^7 of the 60 rows are in no group of ") as caught:
        call()
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_a_single_row_in_no_group():
    frame = FRAME.assign(city=["东", "西"] * 29 + ["东", None])
    sentence = r"^1 of the 60 rows is in no group of 'city', which is missing there; it enters no estimate\.$"
    for function in (cs.index.top_box, cs.diagnose.means):
        with pytest.warns(cs.CsisemWarning, match=sentence):
            function(cs.Survey(frame, scale=dict.fromkeys("甲乙丙", (1, 5))), "甲", by="city")


@pytest.mark.parametrize(
    "call",
    [
        lambda data: cs.index.top_box(data, "甲", by=["city", "wave"]),
        lambda data: cs.improve.gaps(data, {"x": ("甲", "乙")}, by=["city", "wave"]),
        lambda data: cs.improve.kano(data, {"x": ("甲", "乙")}, by=["city", "wave"]),
        lambda data: TREE.score(data, by=["city", "wave"]),
    ],
)
def test_crossed_groups_without_answers_are_named_by_their_parts(call):
    silent = SURVEY.with_answers(FRAME.assign(甲=FRAME["甲"].mask((FRAME["city"] == "东") & (FRAME["wave"] == 1))))
    with pytest.raises(cs.DataError, match=r"^Nobody in '东 x 1' answered "):
        call(silent)


def test_an_indicator_that_nobody_answered():
    silent = SURVEY.with_answers(FRAME.assign(乙=np.nan))
    with pytest.warns(cs.CsisemWarning, match="^Nobody answered '乙': no index there, and the weight goes to the"):
        found = TREE.score(silent, missing="renormalize").set_index("node")["index"]
    assert np.isnan(found["乙"])
    assert found["质量"] == pytest.approx(found["甲"], rel=1e-12)
    half = SURVEY.with_answers(FRAME.assign(乙=FRAME["乙"].where(FRAME["wave"] == 0)))
    with pytest.warns(cs.CsisemWarning, match="^In some group of 'wave' nobody answered '乙'"):
        TREE.score(half, by="wave", missing="renormalize")
