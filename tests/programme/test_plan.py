"""Budget, schedule and sampling plan, checked and added up."""

from __future__ import annotations

import pandas as pd
import pytest

import csisem as cs
from refusals import refusal
from shop import PARTS, SIZES

FORM = cs.templates.questionnaire("retail_customers", "zh")


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    return cs.Programme.new(tmp_path_factory.mktemp("one") / "shop", FORM, **PARTS)


def test_the_budget_adds_up_by_step(programme):
    table = programme.budget_frame()
    assert table["item"].tolist() == ["座谈", "访问", "印刷", "subtotal", "total", "funds", "left over"]
    assert table["cost"].tolist() == [800, 7500, 500, 8000, 8800, 9000, 200]
    assert [one.text("zh") for one in table["item"][3:]] == ["小计", "合计", "可用经费", "结余"]
    over = programme.with_parts(funds=8000)
    assert "It exceeds the funds of 8,000.00." in over.status()["missing"][0]
    assert programme.with_parts(budget=[]).budget_frame().empty


def test_the_schedule_counts_days(programme):
    table = programme.schedule_frame()
    assert table["activity"].tolist() == ["座谈", "访问", "total"]
    assert table["days"].tolist() == [2, 112, 143]
    assert str(table["start"].iloc[-1]) == "2026-07-01"


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"budget": [{"step": "survey"}]}, "An entry of budget= lacks 'item'"),
        ({"budget": [{"item": "x", "quantity": -1}]}, "quantity=-1 is not a finite number of at least 0."),
        ({"budget": {"item": "x"}}, "budget= takes a list of mappings"),
        ({"schedule": [{"activity": "x", "start": "2026-11-31", "end": "2026-12-01"}]}, "written as 2026-11-30"),
        ({"schedule": [{"activity": "x", "start": "2026-12-01", "end": "2026-11-01"}]}, "before it starts on"),
        (
            {
                "schedule": [
                    {"activity": "x", "step": "analysis", "start": "2026-01-01", "end": "2026-11-01"},
                    {"activity": "y", "step": "survey", "start": "2026-02-01", "end": "2026-11-01"},
                ]
            },
            "The schedule starts the step 'analysis' on 2026-01-01, before 'survey' on 2026-02-01.",
        ),
        ({"sampling": {"sizes": SIZES}}, "sampling= lacks 'strata'."),
        ({"sampling": {"strata": "store", "sizes": SIZES, "mrgin": 1}}, "(did you mean 'margin'?)"),
        ({"sampling": {"strata": "store", "sizes": SIZES, "coverage": 2}}, "coverage=2 is not a finite number"),
        ({"fieldwork": {"2026-11": {"drwan": 3}}}, "(did you mean 'drawn'?)"),
        ({"fieldwork": {"2026-11": {"drawn": 3, "answered": 4}}}, "answered=4 must not exceed drawn=3."),
        ({"population": {"sex": 3}}, "takes for 'sex' a mapping from class to customers; got 3."),
        ({"steps": {"survey": {"dnoe": True}}}, "(did you mean 'done'?)"),
        ({"segments": {"social": ["sex"], "history": ["sex"]}}, "under two schemas"),
        ({"expectations": {"a": ["queue"]}}, "takes for 'a' two questions, expected and perceived"),
        ({"decisions": [{"name": "queue", "state": "dropped", "step": "pretest"}]}, "lacks 'why'."),
        ({"language": "fr"}, "language='fr' is not one of 'en', 'zh'"),
    ],
)
def test_what_contradicts_itself_is_refused(programme, parts, sentence):
    assert sentence in refusal(cs.CsisemError, lambda: programme.with_parts(**parts))


def test_the_sample_is_that_of_the_sampling_functions(programme):
    n = cs.sampling.size_strata(SIZES, 20, margin=3, response_rate=0.5)
    assert programme.plan.n == n
    allocated = cs.sampling.allocate(n, SIZES)
    pd.testing.assert_frame_equal(programme.plan.allocation(), allocated)
    customers = pd.DataFrame({"store": ["东区"] * 6000 + ["西区"] * 4000})
    drawn = programme.draw(customers, seed=1)
    assert drawn["store"].value_counts().to_dict() == allocated["n"].to_dict()
    pd.testing.assert_frame_equal(drawn, cs.sampling.draw(customers, allocated, seed=1, strata="store"))
    none = programme.with_parts(sampling=None)
    assert "no sampling plan" in refusal(cs.OptionError, lambda: none.draw(customers, seed=1))
