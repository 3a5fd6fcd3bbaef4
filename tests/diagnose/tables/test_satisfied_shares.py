"""Shares of the satisfied: printed example of taxis, labels, declared meanings."""

import numpy as np
import pandas as pd
import pytest

import csisem as cs

LABELS = ["不满意", "一般", "满意", "很满意"]

# Percentages of a few hundred rows.
EXACT = 1e-9


@pytest.fixture(scope="module")
def taxis():
    """597 questionnaires of the training texts, 276 of them satisfied; how the rest splits is not printed."""
    codes = np.repeat([1, 2, 3, 4], [100, 221, 200, 76])
    tidy = np.r_[np.repeat([1, 2], [143, 178]), np.repeat([1, 2], [203, 73])]
    return pd.DataFrame({"overall": codes, "car": tidy})


@pytest.mark.parametrize("declared", [{"scoring": "graded"}, {}, {"satisfied": "满意"}, {"satisfied": 3}])
def test_the_printed_share_of_the_satisfied(taxis, declared):
    questionnaire = cs.Questionnaire([cs.Question("overall", options=LABELS)], **declared)
    survey = questionnaire.survey(taxis)
    share = cs.index.top_box(survey, "overall", boxes="satisfied")
    assert share["share"][0] == pytest.approx(100 * 276 / 597, abs=EXACT)
    assert [share["ci_lower"][0], share["ci_upper"][0]] == pytest.approx([42.27, 50.24], abs=0.005)
    assert len(share.attrs["notes"]) == 1
    table = cs.diagnose.crosstab(survey, "overall", by="car")
    assert table.counts.loc["at least 满意"].tolist() == [203, 73, 276]
    assert table.counts.loc["below 满意"].tolist() == [143, 178, 321]
    assert any("满意" in note for note in table.notes)
    assert ("by default" in table.notes[0]) == (not declared.get("satisfied"))


def test_shares_of_the_satisfied_over_waves(taxis):
    asked = cs.Questionnaire([cs.Question("overall", options=LABELS)])
    survey = asked.survey(taxis.assign(month=np.arange(len(taxis)) % 3), wave="month")
    found = cs.index.trend(survey, measure="top-box", items="overall", boxes="satisfied")
    share = 100 * (survey.frame["overall"] >= 3).groupby(survey.frame["month"]).mean()
    assert found["share"].tolist() == pytest.approx(share.tolist(), abs=EXACT)
    assert found.attrs["notes"][0].startswith("Satisfied is an answer of '满意' or better")
    with pytest.raises(cs.OptionError, match="boxes='satisfeid' is neither a number of answers nor 'satisfied'"):
        cs.index.trend(survey, measure="top-box", items="overall", boxes="satisfeid")


def test_equal_steps_put_satisfied_below_eighty_points_and_say_so(taxis):
    survey = cs.Questionnaire([cs.Question("overall", options=LABELS)]).survey(taxis)
    table = cs.diagnose.crosstab(survey, "overall", by="car", threshold=80)
    assert table.counts.loc["at least 80", "total"] == 76
    assert table.notes[0] == (
        "The label '满意' of overall has 66.6667 points, below 80, and does not count as satisfied."
    )


def test_the_taxi_index_by_graded_scores(taxis):
    questionnaire = cs.Questionnaire([cs.Question("overall", options=LABELS)], scoring="graded")
    assert questionnaire.scores(taxis)["overall"].mean() == pytest.approx(
        (100 * 30 + 221 * 60 + 200 * 80 + 76 * 100) / 597, abs=EXACT
    )


def test_without_labels_it_is_eighty_points_as_before(taxis):
    plain = cs.Survey(taxis, scale={"overall": (1, 4)})
    table = cs.diagnose.crosstab(plain, "overall", by="car")
    assert table.counts.loc["at least 80", "total"] == 76
    assert table.notes[0].startswith("Satisfied is 80 points or more of overall, by default")


def test_an_index_is_cut_where_all_its_questions_are_satisfied():
    survey = cs.datasets.retail_survey()
    fit = cs.datasets.retail_survey_model().fit(survey)
    table = cs.diagnose.crosstab(survey, "index", by="firm", fit=fit)
    assert table.notes[0].startswith("Satisfied is 80 points or more of Satisfaction, by default")
    labels = {item: {7: "满意"} for item in ("s1", "s2", "s3")}
    labelled = cs.Survey(survey.frame, scale=(1, 10), value_labels=labels)
    found = cs.diagnose.crosstab(labelled, "index", by="firm", fit=fit)
    assert found.notes[0].startswith("Satisfied is 66.6667 points or more of Satisfaction")


def test_of_complaints_those_who_did_not_complain_are_satisfied(taxis):
    frame = taxis.assign(c=np.arange(len(taxis)) % 4 == 0).astype({"c": int})
    asked = cs.Questionnaire([cs.Question("c", kind="yes_no", direction="lowers"), cs.Question("overall", points=4)])
    survey = asked.survey(frame)
    none = 100 * (1 - frame["c"].mean())
    assert cs.index.top_box(survey, "c", boxes="satisfied")["share"][0] == pytest.approx(none, abs=EXACT)
    assert cs.index.top_box(survey, ["overall", "c"], boxes=1)["share"].tolist() == pytest.approx(
        [100 * 76 / 597, none], abs=EXACT
    )
    assert cs.diagnose.crosstab(survey, "c", by="car").counts.loc["at least 80", "total"] == (frame["c"] == 0).sum()
    goal = cs.diagnose.discriminant(survey, "c", ["overall", "car"])
    assert goal.inside == "at least 80"
    assert goal.confusion.loc["at least 80"].sum() == (frame["c"] == 0).sum()


def test_disconfirmation_takes_scores_and_directions(taxis):
    frame = taxis.assign(before=5 - taxis["overall"])
    graded = [cs.Question(name, options=LABELS, scores="graded") for name in ("before", "overall")]
    found = cs.diagnose.disconfirmation(cs.Questionnaire(graded).survey(frame), [("before", "overall")])
    points = {1: 30, 2: 60, 3: 80, 4: 100}
    gap = (frame["overall"].map(points) - frame["before"].map(points)).mean()
    assert found.table["gap"][0] == pytest.approx(gap, abs=EXACT)
    assert "compared in the points" in found.notes[0]
    lowering = [cs.Question(name, points=4, direction="lowers") for name in ("before", "overall")]
    turned = cs.diagnose.disconfirmation(cs.Questionnaire(lowering).survey(frame), [("before", "overall")])
    assert turned.table["gap"][0] == pytest.approx((frame["before"] - frame["overall"]).mean(), abs=EXACT)
    assert not turned.notes


@pytest.mark.parametrize("wrong", ["decl", 0, 101, True, np.nan])
def test_a_threshold_that_is_none_is_refused(taxis, wrong):
    survey = cs.Survey(taxis, scale=(1, 4))
    with pytest.raises(cs.OptionError, match=r"threshold=.* is neither 'declared' nor points above 0"):
        cs.diagnose.crosstab(survey, "overall", by="car", threshold=wrong)
    with pytest.raises(cs.OptionError, match="boxes='satisfeid' is neither"):
        cs.index.top_box(survey, "overall", boxes="satisfeid")
