"""The verdict of measurement invariance in an index by groups."""

from __future__ import annotations

import pickle
import warnings

import pytest

import csisem as cs
from lavaan_golden import answers
from ordered_golden import ordered_answers

SYNTAX = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
LADDER = ["configural", "metric", "scalar"]
MODEL = cs.Model.from_syntax(SYNTAX)


@pytest.fixture(scope="module")
def survey():
    return cs.Survey(answers("holzinger"), scale=(0, 10))


@pytest.fixture(scope="module")
def retail():
    survey, model = cs.datasets.retail_survey(), cs.datasets.retail_survey_model()
    return model.fit(survey, "MLR"), cs.invariance(model, survey, groups="firm", estimator="MLR")


def quiet(fit: cs.Fit, **options: object) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return cs.csi(fit, **options).attrs["notes"]


def test_groups_that_were_not_examined_are_noted(retail):
    (note,) = quiet(retail[0], by="firm")
    assert note.code == "index.not_examined"
    assert "firm" in note.text("zh")
    assert quiet(retail[0]) == []
    composites = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey(), "PLS")
    assert any(note.code == "index.not_examined.composites" for note in quiet(composites, by="firm"))


def test_a_supported_comparison_carries_its_verdict(retail):
    fit, ladder = retail
    assert ladder.comparable == "indices"
    (note,) = quiet(fit, by="firm", invariance=ladder)
    assert note == "The groups of firm support strict invariance (loadings, intercepts and residual variances)."
    grouped = fit.model.fit(cs.datasets.retail_survey(), "MLR", groups="firm")
    assert quiet(grouped, invariance=ladder) == [note]


@pytest.mark.parametrize(
    ("options", "comparable", "words"),
    [
        ({}, "paths", "The groups of school support metric invariance"),
        ({"levels": "configural"}, "nothing", "support configural invariance"),
        ({"release": ["x3 ~1", "x7 ~1"]}, "means", "support partial strict invariance"),
    ],
)
def test_groups_that_cannot_be_compared_are_warned_of(survey, options, comparable, words):
    ladder = cs.invariance(MODEL, survey, groups="school", **options)
    assert ladder.comparable == comparable
    fit = MODEL.fit(survey, groups="school")
    with pytest.warns(cs.CsisemWarning, match="may be one of the questions, not of satisfaction") as told:
        frame = cs.csi(fit, invariance=ladder)
    assert len(told) == 1
    (note,) = frame.attrs["notes"]
    assert words in note
    assert note.text("zh").startswith("各组指数的差异可能来自题目本身")


def test_a_fit_by_the_groups_is_examined_by_itself(retail, survey):
    grouped = retail[0].model.fit(cs.datasets.retail_survey(), "MLR", groups="firm")
    (note,) = quiet(grouped)
    assert note == "The groups of firm support scalar invariance (loadings and intercepts)."
    assert quiet(grouped, by="firm") == [note]
    fit = MODEL.fit(survey, groups="school")
    with pytest.warns(cs.CsisemWarning, match="may be one of the questions, not of satisfaction") as told:
        frame = cs.csi(fit, by="school")
    assert len(told) == 1
    # The verdict is that of the ladder that the user would give.
    with pytest.warns(cs.CsisemWarning):
        given = cs.csi(fit, invariance=cs.invariance(MODEL, survey, groups="school"))
    assert frame.attrs["notes"] == given.attrs["notes"]
    (note,) = quiet(fit, invariance=False)
    assert note.code == "index.not_examined"


def test_the_own_ladder_goes_by_the_options_of_the_fit(survey):
    partial = MODEL.fit(survey, "MLR", groups="school", equal=["loadings", "intercepts"], release=["x3 ~1", "x7 ~1"])
    with pytest.warns(cs.CsisemWarning, match="support partial scalar invariance"):
        cs.csi(partial)
    # All intercepts released are intercepts that are not held equal.
    names = [f"x{k} ~1" for k in range(1, 10)]
    with pytest.warns(cs.CsisemWarning, match="support metric invariance"):
        cs.csi(MODEL.fit(survey, groups="school", equal=["loadings", "intercepts", "means"], release=names))
    weighted = cs.Survey(survey.to_pandas().assign(w=1.0 + (survey.to_pandas()["x1"] > 5)), scale=(0, 10), weights="w")
    with pytest.warns(cs.CsisemWarning, match="not of satisfaction") as told:
        cs.csi(MODEL.fit(weighted, "MLR", groups="school"))
    (said,) = cs.invariance(MODEL, weighted, groups="school", estimator="MLR", levels=LADDER).notes[:1]
    assert said in str(told[0].message)


def test_an_own_ladder_of_ordered_items_has_all_levels_and_rows_may_be_given_again():
    answers = cs.Survey(ordered_answers("hs5"), scale=cs.Scale(1, 5))
    fit = MODEL.fit(answers, "WLSMV", ordered=True, groups="school")
    said = r"support metric invariance \(thresholds and loadings\)"
    with pytest.warns(cs.CsisemWarning, match=said):
        notes = cs.csi(fit).attrs["notes"]
    again = pickle.loads(pickle.dumps(fit))
    with pytest.warns(cs.CsisemWarning, match=said):
        assert cs.csi(again, answers).attrs["notes"] == notes
    # No level can be judged by an estimator without a test of differences.
    (note,) = quiet(MODEL.fit(answers, "DWLS", ordered=True, groups="school"))
    assert note.code == "index.not_examined"


def test_other_answers_and_a_ladder_without_fit_are_notes(survey):
    fit = MODEL.fit(survey, groups="school")
    frame = survey.to_pandas()
    (note,) = quiet(fit, data=cs.Survey(frame.iloc[:250], scale=(0, 10)))
    assert note.code == "index.not_examined"
    few = frame.groupby("school").tail(20)
    small = MODEL.fit(cs.Survey(few, scale=(0, 10)), groups="school")
    assert small.status.usable
    assert not small.status.admissible
    with warnings.catch_warnings():
        warnings.simplefilter("error", cs.CsisemWarning)
        warnings.simplefilter("ignore", cs.InadmissibleFitWarning)
        notes = cs.csi(small).attrs["notes"]
    assert notes[-1].code == "index.not_examinable"
    assert notes[-1].text("zh").startswith("无法检验题目在 school 各组中的测量是否等值")


def test_a_ladder_of_something_else_is_refused(retail, survey):
    fit, ladder = retail
    with pytest.raises(cs.OptionError, match=r"takes the result of cs.invariance\(\), or False"):
        cs.csi(fit, by="firm", invariance=True)
    with pytest.raises(cs.OptionError, match="give by=, or a fit by groups"):
        cs.csi(fit, invariance=ladder)
    with pytest.raises(cs.OptionError, match="compares the groups of 'firm', and the index is by 'wave'"):
        cs.csi(fit, by="wave", invariance=ladder)
    other = MODEL.fit(survey, groups="school")
    ladder = cs.invariance(cs.Model.from_syntax(SYNTAX.replace(" + x9", "")), survey, groups="school")
    with pytest.raises(cs.OptionError, match="no construct 'speed' with the items 'x7', 'x8', 'x9'"):
        cs.csi(other, invariance=ladder)
