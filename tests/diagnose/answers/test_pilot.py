"""The pilot: verdicts on questions made to be good and bad."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem import Indicator, Question, Questionnaire

NAMES = ["服务1", "服务2", "服务3", "价格1", "价格2", "价格3", "环境1"]
QUESTIONS = Questionnaire(
    tuple(Question(name, "题", points=10) for name in NAMES),
    (Indicator("服务", items=NAMES[:3]), Indicator("价格", items=NAMES[3:6]), Indicator("环境", items=NAMES[6:])),
)


def _answers(n=45):
    rng = np.random.default_rng(12)
    factor = rng.normal(size=(n, 2))
    values = 6 + 1.6 * factor[:, [0, 0, 0, 1, 1, 1, 0]] + 0.8 * rng.normal(size=(n, 7))
    return pd.DataFrame(values.round().clip(1, 10), columns=NAMES)


def test_good_questions_are_kept():
    found = cs.diagnose.pilot(_answers(), QUESTIONS)
    assert (found.items["verdict"] == "keep").all()
    assert found.notes == ()
    assert found.blocks.loc["服务", "alpha"] > 0.8
    assert np.isnan(found.blocks.loc["环境", "alpha"])
    assert list(found.loadings.columns) == ["construct", "F1", "F2"]
    assert found.items.loc["服务1", "loading"] > 0.7
    assert "verdict" in repr(found)


def test_figures_are_those_of_alpha_and_of_the_items():
    answers = _answers()
    found = cs.diagnose.pilot(answers, QUESTIONS)
    own = cs.diagnose.alpha(answers, {"服务": NAMES[:3]}).iloc[0]
    assert found.blocks.loc["服务", ["alpha", "alpha_ci_lower", "alpha_ci_upper"]].tolist() == own[
        ["alpha", "alpha_ci_lower", "alpha_ci_upper"]].tolist()  # fmt: skip
    assert found.items.loc["价格1", "ceiling"] == (answers["价格1"] == 10).mean()


def test_bad_questions_are_named_with_their_reasons():
    rng = np.random.default_rng(3)
    answers = _answers()
    answers["服务2"] = rng.integers(1, 11, len(answers))  # noise
    answers["价格3"] = np.where(rng.random(len(answers)) < 0.7, 10.0, answers["价格3"])  # a ceiling
    answers.loc[:11, "价格1"] = np.nan
    answers["环境1"] = 5.0
    found = cs.diagnose.pilot(answers, QUESTIONS)
    told = found.items["reasons"]
    assert found.items.loc["服务2", "verdict"] == "revise"
    assert "with the rest of its block" in told["服务2"]
    assert "without it alpha is" in told["服务2"]
    assert "give the highest answer" in told["价格3"]
    assert "27% do not answer" in told["价格1"]
    assert (found.items.loc["环境1", "verdict"], told["环境1"]) == ("revise", "everybody gave the same answer")
    assert any("Alpha is below 0.7 for '服务'" in note for note in found.notes)


def test_a_question_under_the_wrong_indicator():
    answers = _answers()
    wrong = Questionnaire(
        QUESTIONS.questions,
        (Indicator("服务", items=[*NAMES[:3], "价格3"]), Indicator("价格", items=NAMES[3:5])),
    )
    found = cs.diagnose.pilot(answers, wrong)
    assert "loads on another factor than most of its block" in found.items.loc["价格3", "reasons"]


def test_few_rows_are_said_and_factors_done_without():
    found = cs.diagnose.pilot(_answers()[:6], QUESTIONS)
    assert found.notes[0] == "6 rows; a pilot has 30 to 50."
    assert any(note.startswith("No factors: 6 rows answered all 6 items") for note in found.notes)
    assert found.loadings is None


def test_too_few_items_for_their_factors_are_said():
    pairs = Questionnaire(
        tuple(Question(name, "题", points=10) for name in NAMES[1:5]),
        (Indicator("服务", items=NAMES[1:3]), Indicator("价格", items=NAMES[3:5])),
    )
    found = cs.diagnose.pilot(_answers()[NAMES[1:5]], pairs)
    assert found.loadings is None
    assert found.notes == ("No factors: 4 items are too few for 2 factors, one for each indicator.",)


def test_labelled_answers_and_a_survey():
    questions = Questionnaire(
        tuple(Question(name, "题", options=["差", "中", "好"]) for name in NAMES[:3]),
        (Indicator("服务", items=NAMES[:3]),),
    )
    rng = np.random.default_rng(1)
    base = rng.integers(0, 3, 30)
    frame = pd.DataFrame({name: np.array(["差", "中", "好"])[base] for name in NAMES[:3]})
    frame.loc[:4, "服务1"] = "差"
    found = cs.diagnose.pilot(frame, questions)
    again = cs.diagnose.pilot(questions.survey(frame), questions)
    pd.testing.assert_frame_equal(found.items, again.items)
    assert found.loadings is None


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: cs.diagnose.pilot(_answers(), NAMES), cs.OptionError, "must be a Questionnaire"),
        (lambda: cs.diagnose.pilot(_answers() * 0 + 5, QUESTIONS), cs.DataError, "Everybody gave the same answer"),
        (lambda: cs.diagnose.pilot(_answers()[:2], QUESTIONS), cs.DataError, "pilot of 2 rows"),
        (lambda: cs.diagnose.pilot(_answers(), QUESTIONS, indicator_level=4), cs.QuestionnaireError, "no level 4"),
        (
            lambda: cs.diagnose.pilot(_answers().assign(服务1=np.nan), QUESTIONS),
            cs.DataError,
            "Nobody answered '服务1'",
        ),
        (lambda: cs.diagnose.pilot(_answers().assign(服务1=77), QUESTIONS), cs.DataError, "has invalid answers: '77'"),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_question_that_lowers_the_total_does_not_run_against_its_siblings():
    frame = _answers()
    frame["服务3"] = 11 - frame["服务3"]
    questions = [
        *QUESTIONS.questions[:2],
        Question("服务3", "题", points=10, direction="lowers"),
        *QUESTIONS.questions[3:],
    ]
    found = cs.diagnose.pilot(frame, Questionnaire(questions, QUESTIONS.indicators))
    plain = cs.diagnose.pilot(_answers(), QUESTIONS)
    assert found.items["verdict"].tolist() == plain.items["verdict"].tolist()
    assert found.items["item_total"].to_numpy() == pytest.approx(plain.items["item_total"].to_numpy(), nan_ok=True)
    assert [note.code for note in found.notes] == ["measurement.turned"]
    # The mean is that of the answers as given.
    assert found.items.loc["服务3", "mean"] == pytest.approx(frame["服务3"].mean())
