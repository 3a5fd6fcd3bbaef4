"""The verdict of measurement invariance in an index by groups."""

from __future__ import annotations

import warnings

import pytest

import csisem as cs
from lavaan_golden import answers

SYNTAX = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
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


def test_a_ladder_of_something_else_is_refused(retail, survey):
    fit, ladder = retail
    with pytest.raises(cs.OptionError, match="takes the result of"):
        cs.csi(fit, by="firm", invariance=True)
    with pytest.raises(cs.OptionError, match="give by=, or a fit by groups"):
        cs.csi(fit, invariance=ladder)
    with pytest.raises(cs.OptionError, match="compares the groups of 'firm', and the index is by 'wave'"):
        cs.csi(fit, by="wave", invariance=ladder)
    other = MODEL.fit(survey, groups="school")
    ladder = cs.invariance(cs.Model.from_syntax(SYNTAX.replace(" + x9", "")), survey, groups="school")
    with pytest.raises(cs.OptionError, match="no construct 'speed' with the items 'x7', 'x8', 'x9'"):
        cs.csi(other, invariance=ladder)
