"""The record of the fieldwork, and the warning of samples that were not drawn at random."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem import Fieldwork


def test_rates_and_the_line():
    record = Fieldwork("北京", "on_site", "2024-03-01", date(2024, 3, 31), drawn=1000, reached=800, answered=597,
                       organisation="测评中心")  # fmt: skip
    assert record.start == date(2024, 3, 1)
    assert record.response_rate == 0.597
    assert record.contact_rate == 0.8
    assert str(record) == ("测评中心; 北京; on_site; 2024-03-01 to 2024-03-31; 1,000 drawn; 800 reached; 597 answered; "
                           "response rate 59.7%")  # fmt: skip
    assert str(Fieldwork()) == "not recorded"
    assert Fieldwork().response_rate is None
    assert "not a random sample (quota)" in str(Fieldwork(selected="quota"))


def test_intervals_of_a_quota_sample_carry_a_warning():
    frame = pd.DataFrame({"q": [1.0, 2, 3, 4]})
    survey = cs.Survey(frame, fieldwork=Fieldwork(selected="quota"))
    with pytest.warns(cs.CsisemWarning, match="not drawn at random .selected='quota'"):
        found = cs.diagnose.means(survey, "q")
    assert found["se"].notna().all()
    assert survey.with_answers(frame).fieldwork is survey.fieldwork
    cs.diagnose.means(cs.Survey(frame, fieldwork=Fieldwork()), "q")  # a random sample: no warning


ROWS = np.random.default_rng(3).integers(1, 11, (120, 3))
ANSWERS = pd.DataFrame(ROWS, columns=["q1", "q2", "q3"]).assign(wave=["1", "2"] * 60)
MODEL = cs.Model([cs.Construct("Quality", ["q1", "q2"], mode="unit"), cs.Construct("Satisfaction", ["q3"])],
                 [("Satisfaction", "Quality")])  # fmt: skip


@pytest.fixture(scope="module")
def fit():
    return MODEL.fit(cs.Survey(ANSWERS, scale=(0, 10), wave="wave"), "PLS")


@pytest.mark.parametrize(
    "infer",
    [
        lambda survey, fit: cs.csi(fit, survey),
        lambda survey, fit: MODEL.fit(survey, "PLS"),
        lambda survey, fit: cs.index.trend(survey, fit=fit),
        lambda survey, fit: cs.index.top_box(survey, "q1"),
        lambda survey, fit: cs.index.nps(survey, "q1"),
        lambda survey, fit: cs.index.Hierarchy.from_dict({"q1": 0.5, "q2": 0.5}).score(survey),
        lambda survey, fit: cs.index.outcomes.loyalty_curve(survey, "q1", "q2", n=200, seed=1),
        lambda survey, fit: cs.improve.gaps(survey, {"x": ("q1", "q2")}),
        lambda survey, fit: cs.improve.drivers(survey, "q3", ["q1", "q2"]),
        lambda survey, fit: cs.improve.targets(survey, {"q1": 0.5, "q2": 0.5}),
        lambda survey, fit: cs.improve.penalty_reward(survey, ["q1", "q2"], "q3"),
        lambda survey, fit: cs.diagnose.anova(survey, "q1", by="wave"),
    ],
)  # fmt: skip
def test_every_interval_of_a_quota_sample_carries_the_warning(infer, fit):
    survey = cs.Survey(ANSWERS, scale=(0, 10), wave="wave", fieldwork=Fieldwork(selected="quota"))
    with pytest.warns(cs.CsisemWarning, match="not drawn at random .selected='quota'") as caught:
        infer(survey, fit)
    assert all(one.filename == __file__ for one in caught if "at random" in str(one.message))


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"drawn": 10, "answered": 11}, cs.QuestionnaireError, "answered=11 must not exceed drawn=10"),
        ({"drawn": 10, "reached": 5, "answered": 6}, cs.QuestionnaireError, "answered=6 must not exceed reached=5"),
        ({"drawn": 1.5}, cs.QuestionnaireError, "drawn= must be a whole number of at least 0; got 1.5"),
        ({"drawn": -1}, cs.QuestionnaireError, "drawn= must be a whole number of at least 0; got -1"),
        (
            {"start": "2024-04-01", "end": "2024-03-31"},
            cs.QuestionnaireError,
            "end=2024-03-31 must not be before start=2024-04-01",
        ),
        ({"start": "31.3.2024"}, cs.QuestionnaireError, "must be a day, written as 2024-03-31; got"),
        ({"mode": "phone"}, cs.OptionError, "did you mean 'telephone'"),
        ({"selected": "randm"}, cs.OptionError, "did you mean 'random'"),
    ],
)
def test_refusals(given, error, message):
    with pytest.raises(error, match=message):
        Fieldwork(**given)
