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
TREE = cs.index.Hierarchy.from_dict({"质量": {"weight": 0.6, "children": {"甲": 0.5, "乙": 0.5}}, "丙": 0.4})


@pytest.mark.parametrize(
    "call",
    [
        lambda: TREE.score(SURVEY, by="city"),
        lambda: cs.index.top_box(SURVEY, "甲", by="city"),
        lambda: cs.index.nps(cs.Survey(FRAME.assign(甲=FRAME["甲"] + 5), scale={"甲": (1, 10)}), "甲", by="city"),
        lambda: cs.index.trend(SURVEY, None, "wave", measure="top-box", items="甲", by="city"),
        lambda: cs.improve.gaps(SURVEY, {"x": ("甲", "乙")}, by="city"),
        lambda: cs.improve.kano(SURVEY, {"x": ("甲", "乙")}, by="city"),
    ],
)
def test_rows_in_no_group_are_counted(call):
    with pytest.warns(cs.CsisemWarning, match="^7 of the 60 rows are in no group of ") as caught:
        call()
    assert len(caught) == 1


def test_the_warning_points_at_the_call():
    calls = (lambda: TREE.score(SURVEY, by="city"), lambda: cs.index.top_box(SURVEY, "甲", by="city"),
             lambda: cs.improve.kano(SURVEY, {"x": ("甲", "乙")}, by="city"))  # fmt: skip
    for call in calls:
        with pytest.warns(cs.CsisemWarning) as caught:
            call()
        assert caught[0].filename == __file__


def test_an_indicator_that_nobody_answered():
    silent = SURVEY.with_answers(FRAME.assign(乙=np.nan))
    with pytest.warns(cs.CsisemWarning, match="^Nobody answered '乙': no index there, and the weight goes to the"):
        found = TREE.score(silent, missing="renormalize").set_index("node")["index"]
    assert np.isnan(found["乙"])
    assert found["质量"] == pytest.approx(found["甲"], rel=1e-12)
    half = SURVEY.with_answers(FRAME.assign(乙=FRAME["乙"].where(FRAME["wave"] == 0)))
    with pytest.warns(cs.CsisemWarning, match="^In some group of 'wave' nobody answered '乙'"):
        TREE.score(half, by="wave", missing="renormalize")
