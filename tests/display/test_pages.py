"""Pages of diagnosis in Chinese: what to look at first, notes, and sentences in frames."""

from __future__ import annotations

import pytest

import csisem as cs
from csisem.display.sentences import Sentence
from csisem.display.table import worded


@pytest.fixture(scope="module")
def survey():
    return cs.datasets.retail_survey()


def test_an_analysis_of_variance(survey):
    found = cs.diagnose.anova(survey, "s1", by="firm")
    assert found.look_first.code == "strata.lowest_mean"
    assert found.look_first.fields["stratum"] == ("Cedar",)
    assert [note.code for note in found.notes] == ["rows.left_out", "strata.design_marked_only"]
    assert found.text() == repr(found)
    assert found.html() == found._repr_html_()
    text = found.text("zh")
    assert "首先关注“Cedar”：其 s1 的均值 7.26 最低" in text
    assert "2400 行中有 70 行缺少“s1”或“firm”，已被删除。" in text
    assert "<p>首先关注“Cedar”" in found.html("zh")


def test_strata_of_several_columns_are_named_in_one(survey):
    found = cs.diagnose.variances(survey, "s1", by=["firm", "region"])
    assert found.look_first.startswith("Look first at '")
    assert " x " in found.look_first.split("'")[1]
    assert " x " in found.look_first.text("zh")


def test_reasons_of_a_pilot_and_rules_of_marks(survey):
    form = cs.Questionnaire(
        [cs.Question(name, "How satisfied are you?", points=10) for name in ("s1", "s2", "s3", "e1", "e2", "e3")],
        [cs.Indicator("Satisfaction", items=["s1", "s2", "s3"]), cs.Indicator("Expectation", items=["e1", "e2", "e3"])],
    )
    pilot = cs.diagnose.pilot(survey.frame.head(25), form)
    assert pilot.notes[0].text("zh") == "共 25 行；试调查一般有 30 至 50 行。"
    assert all(isinstance(said, Sentence) for said in pilot.items["reasons"])
    quality = cs.diagnose.quality(survey, ["s1", "s2", "s3"])
    assert "答案缺失或拒答" in quality.text("zh")
    assert worded(quality.summary, "zh")["rule"]["off_scale"] == "有答案超出量表"


def test_methods_of_reliabilities(survey):
    table = cs.diagnose.reliability(survey, {"Value": ["v1", "v2"], "Satisfaction": ["s1", "s2", "s3"], "C": ["c1"]})
    assert list(table["method"]) == ["equal loadings", "one factor", "one item"]
    assert list(worded(table, "zh")["method"]) == ["载荷相等", "单因素模型", "只有一个题项"]
    assert list(worded(table, "en")["method"]) == list(table["method"])
