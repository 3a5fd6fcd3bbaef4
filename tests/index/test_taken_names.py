"""Groups by a column that is called as a column of the result would overwrite it, and are refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from refusals import refusal

WORDS = "which the result uses as a column name; rename it in the data."


@pytest.fixture(scope="module")
def frame():
    generator = np.random.default_rng(4)
    found = pd.DataFrame(generator.integers(1, 6, size=(80, 4)), columns=["a", "b", "c", "d"])
    taken = ("level", "n", "index", "share", "nps", "se", "category", "gap", "word", "change", "estimate", "construct",
             "answer", "option", "class", "distance", "method", "item", "highest")  # fmt: skip
    for name in taken:
        found[name] = np.arange(80) % 2
    return found.assign(wave=np.arange(80) // 40)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("level", lambda s, by: cs.index.Hierarchy.from_dict({"a": 0.5, "b": 0.5}).score(s, by=by)),
        ("n", lambda s, by: cs.index.Hierarchy.from_dict({"a": 0.5, "b": 0.5}).score(s, by=["wave", by])),
        ("share", lambda s, by: cs.index.top_box(s, "a", by=by)),
        ("se", lambda s, by: cs.index.top_box(s, "a", by=by)),
        ("change", lambda s, by: cs.index.trend(s, wave="wave", measure="top-box", items="a", by=by)),
        ("wave", lambda s, by: cs.index.trend(s, wave="wave", measure="top-box", items="a", by=by)),
        ("category", lambda s, by: cs.improve.kano(s, {"x": ("a", "b")}, by=by)),
        ("gap", lambda s, by: cs.improve.gaps(s, {"x": ("a", "b")}, by=by)),
        ("word", lambda s, by: cs.improve.service_expectations(s, {}, by=by)),
        ("estimate", lambda s, by: cs.diagnose.means(s, "a", by=by)),
        ("n", lambda s, by: cs.diagnose.frequencies(s, "a", by=by)),
        ("answer", lambda s, by: cs.diagnose.frequencies(s, "a", by=by)),
        ("option", lambda s, by: cs.diagnose.multiple_answers(s, "a", by=by)),
        ("gap", lambda s, by: cs.diagnose.disconfirmation(s, [("a", "b")], by=by)),
        ("class", lambda s, by: cs.diagnose.disconfirmation(s, [("a", "b")], by=by)),
        ("se", lambda s, by: cs.diagnose.anova(s, "a", by=by)),
        ("distance", lambda s, by: cs.diagnose.variances(s, "a", by=by)),
        ("construct", lambda s, by: cs.diagnose.reliability(s, list("abc"), by=by)),
        ("method", lambda s, by: cs.diagnose.alpha(s, list("abc"), by=by)),
        ("n", lambda s, by: cs.diagnose.ordinal_alpha(s, list("abc"), by=by)),
        ("item", lambda s, by: cs.diagnose.item_statistics(s, list("abc"), by=by)),
        ("highest", lambda s, by: cs.diagnose.split_half(s, list("abc"), by=by)),
    ],
)
def test_groups(frame, name, call):
    survey = cs.Survey(frame, scale=(1, 5), items=list("abcd"))
    assert refusal(cs.OptionError, lambda: call(survey, name)) == f"by= names {name!r}, {WORDS}"


@pytest.mark.parametrize("name", ["n", "index", "construct"])
def test_groups_of_the_index(name):
    survey = cs.datasets.retail_survey()
    fit = cs.datasets.retail_survey_model().fit(
        survey.with_answers(survey.frame.assign(**{name: survey.frame["firm"]}))
    )
    assert refusal(cs.OptionError, lambda: cs.csi(fit, by=name)) == f"by= names {name!r}, {WORDS}"


def test_a_name_that_no_column_of_the_result_has_makes_groups(frame):
    survey = cs.Survey(frame, scale=(1, 5), items=list("abcd"))
    with pytest.warns(cs.CsisemWarning, match="^Alpha of 'all' in group [01] is negative"):
        items = cs.diagnose.item_statistics(survey, list("abc"), by="method")
    assert list(items["method"]) == [0, 0, 0, 1, 1, 1]
    assert set(cs.diagnose.frequencies(survey, "a", by="gap")["gap"]) == {0, 1}


def test_levels_and_firms():
    firms = pd.DataFrame({"level": ["a", "b"], "index": [60.0, 70.0], "se": 1.0, "revenue": [1.0, 2.0]})
    text = refusal(cs.OptionError, lambda: cs.index.aggregate(firms, ["level"], {"level": "revenue"}))
    assert text == f"units= names 'level', {WORDS}"
    assert WORDS in refusal(cs.OptionError, lambda: cs.index.rank(firms, by="se"))
