"""Arguments of the wrong kind, before the model and after it, are refused in one sentence that names them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs

SURVEY = cs.datasets.retail_survey()
FRAME = SURVEY.frame
ITEMS = ["e1", "e2", "e3"]
TEXTS = [cs.Question(name, "题", points=10) for name in ITEMS]
QUESTIONS = cs.Questionnaire(TEXTS, [cs.Indicator("E", items=ITEMS)])
MODEL = cs.datasets.retail_survey_model()
PLS = MODEL.fit(SURVEY, "PLS")
TIMED = FRAME.assign(t=100.0)


def _toml(text: str) -> cs.Questionnaire:
    return cs.Questionnaire.from_toml(f'[[question]]\nname = "q1"\n{text}\n')


CALLS = {
    "no rows": (lambda: cs.sampling.base_weights(pd.DataFrame({"a": []}), {}, strata="a"), "The data have no rows."),
    "draws": (lambda: cs.diagnose.factors(SURVEY, [*ITEMS, "q1"], n=0), "n=0 is not a whole number"),
    "day": (lambda: cs.Fieldwork(start=5), "start= must be a day, written as 2024-03-31; got 5"),
    "sds": (lambda: cs.sampling.size_difference((1, 2, 3), difference=1), "sd=(1, 2, 3) is not one number"),
    "correlation": (lambda: cs.sampling.size_difference(10, difference=1, correlation="x"), "correlation='x' is not"),
    "weights": (lambda: cs.sampling.deff_weights(["a"]), "weights= must be numbers"),
    "margins": (lambda: cs.sampling.rake(FRAME, [1]), "margins= takes a mapping"),
    "threshold": (lambda: cs.diagnose.crosstab(SURVEY, "e1", by="firm", threshold="x"), "threshold='x' is neither"),
    "longest": (lambda: cs.diagnose.quality(FRAME, ITEMS, longest="x"), "longest='x' is not a whole number"),
    "missing": (lambda: cs.diagnose.quality(FRAME, ITEMS, most_missing="x"), "most_missing='x' is not"),
    "fastest": (lambda: cs.diagnose.quality(TIMED, ITEMS, duration="t", fastest=-1), "fastest=-1 is not"),
    "questions": (lambda: cs.Questionnaire("abc"), "questions= must be a list; got 'abc'"),
    "indicators": (lambda: cs.Questionnaire(TEXTS, None), "indicators= must be a list; got None"),
    "one question": (lambda: cs.Questionnaire(["q1"]), "questions= must be Question objects; got 'q1'"),
    "points": (lambda: cs.Question("q1", "t", points=10**9), "points= must be a whole number from 2 to 101"),
    "level of indicators": (
        lambda: cs.diagnose.pilot(FRAME[ITEMS], QUESTIONS, indicator_level=None),
        "indicator_level=None is not a whole",
    ),
    "fit": (
        lambda: cs.diagnose.anova(SURVEY, "e1", by="firm", fit="e1"),
        "fit= must be what Model.fit() returns; got 'str'",
    ),
    "fit of nothing": (lambda: cs.diagnose.normality(None, "index", fit=FRAME), "got 'DataFrame'"),
    "target of a table": (
        lambda: cs.diagnose.crosstab(SURVEY, ["e1"], by="firm"),
        "target= is the name of one column or construct",
    ),
    "by": (lambda: cs.diagnose.crosstab(SURVEY, "e1", by=["firm"]), "by= is the name of one column, not ['firm']"),
    "a frame for a name": (lambda: cs.diagnose.crosstab(SURVEY, "e1", by=FRAME), "one column, not a DataFrame"),
    "a frame for a level": (lambda: cs.diagnose.alpha(SURVEY, ITEMS, level=FRAME), "level=a DataFrame is not between"),
    "a frame for a design": (lambda: cs.diagnose.means(SURVEY, "e1", design=FRAME), "or False (none); got a DataFrame"),
    "target": (
        lambda: cs.diagnose.discriminant(SURVEY, FRAME, ITEMS),
        "target= is the name of one column or construct",
    ),
    "points of 0-100": (
        lambda: cs.diagnose.discriminant(SURVEY, "s1", ITEMS, threshold=None),
        "threshold=None is neither",
    ),
    "level": (lambda: cs.diagnose.discriminant(SURVEY, "s1", ITEMS, level="x"), "level='x' is not between 0 and 1"),
    "level of r": (lambda: cs.diagnose.correlations(SURVEY, ITEMS, level=None), "level=None is not between 0 and 1"),
    "level of parts": (lambda: cs.diagnose.part_whole(SURVEY, ITEMS, level=95), "level=95 is not between 0 and 1"),
    "weights of parts": (
        lambda: cs.diagnose.part_whole(SURVEY, ITEMS, item_weights=2),
        "item_weights= must be a mapping from item",
    ),
    "boxes": (lambda: cs.diagnose.top_box(SURVEY, "s1", boxes=None), "boxes=None is not a whole number of at least 1"),
    "block": (lambda: cs.diagnose.alpha(SURVEY, {"E": 1}), "items of 'E'= takes a name or a list of names"),
    "items of quality": (
        lambda: cs.diagnose.quality(FRAME, 3),
        "items= takes a name or a list of names, as text, not 3",
    ),
    "id of quality": (lambda: cs.diagnose.quality(FRAME, ITEMS, id=["e1"]), "id= is the name of one column"),
    "id": (lambda: cs.Survey(FRAME, id=["e1"]), "id= is the name of one column, not ['e1']"),
    "many draws": (lambda: cs.diagnose.factors(SURVEY, [*ITEMS, "q1"], n=10**9), "n=1000000000 is more than 20,000"),
    "seed": (lambda: cs.diagnose.factors(SURVEY, [*ITEMS, "q1"], seed="x"), "seed='x' is not a whole number"),
    "strata": (lambda: cs.sampling.base_weights(FRAME, {}, strata=None), "strata= names no columns"),
    "classes": (lambda: cs.sampling.poststratify(FRAME, {}, by=()), "by= names no columns"),
    "weight": (lambda: cs.sampling.draw(FRAME, 5, seed=1, weight=None), "weight= is the name of the column of weights"),
    "no margins": (lambda: cs.sampling.rake(FRAME, 1), "margins= takes a mapping from column to totals, not 'int'"),
    "id that is none": (
        lambda: cs.diagnose.quality(FRAME, ITEMS, id="stor"),
        "'stor' (named in id=) (did you mean 'store'?)",
    ),
    "no options": (lambda: cs.diagnose.multiple_answers(FRAME, "why"), "no numeric columns why_1, why_2 and so on"),
    "checked": (lambda: QUESTIONS.survey(FRAME, checked=FRAME), "checked=a DataFrame is not one of True, False"),
    "numerators": (
        lambda: cs.diagnose.ratios(FRAME, "s1", ["s2", "s3"]),
        "There is one numerator and 2 denominators",
    ),
    "itself": (lambda: cs.diagnose.anova(SURVEY, "e1", by="e1"), "'e1' is named in by= too"),
    "levels": (lambda: cs.Questionnaire.from_toml("levels = 'abc'\n"), "levels= must be a list of names; got 'abc'"),
    "scale": (
        lambda: _toml("scale = '15'"),
        "Question 'q1': scale= must be two numbers, the lowest and highest answer; got '15'",
    ),
    "scale of three": (
        lambda: _toml("scale = [1, 2, 3]"),
        "highest answer; got [1, 2, 3]",
    ),
    "seconds": (lambda: _toml("seconds = 'x'"), "Question 'q1': seconds= must be a number above zero; got 'x'"),
    "text": (lambda: _toml("text = 5"), "Question 'q1': A wording must be a text"),
    "codes": (
        lambda: _toml("missing_codes = [[1]]"),
        "Question 'q1': missing_codes= must be a number, a word or a list of those; got [[1]]",
    ),
    "items of a fit": (lambda: cs.diagnose.reliability(PLS, np.array(["a", "b"])), "items= is settled by the fit"),
    "by of a fit": (lambda: cs.diagnose.validity(PLS, by=FRAME), "by= is settled by the fit"),
    "interval": (lambda: cs.diagnose.reliability(PLS, interval="bca "), "interval='bca ' is not one of"),
    "interval of validity": (lambda: cs.diagnose.validity(SURVEY, MODEL, interval="bcaa"), "did you mean 'bca'"),
    "target of a map": (lambda: cs.improve.ipma(PLS, pd.NA), "target=<NA> is not a construct"),
    "flag": (lambda: cs.effects(PLS, standardized="no"), "standardized='no' is not one of True, False"),
    "construct": (lambda: cs.Construct("Value", None), "items of construct 'Value' must be a list of column names"),
    "mode": (lambda: cs.Construct("Value", "v1", FRAME[:0]), "is not one of 'A', 'B', 'unit', 'pca'"),
    "estimators": (lambda: cs.compare_estimators(MODEL, SURVEY, None), "estimators=None are not two or more"),
    "ordered": (lambda: MODEL.fit(SURVEY, "PLS", ordered=np.array(["q1", "q2"])), "ordered= has no use"),
    "ordered flag": (lambda: MODEL.fit(SURVEY, "WLSMV", ordered=1), "ordered= takes a name or a list of names"),
    "dominant": (lambda: MODEL.fit(SURVEY, dominant=pd.Series({"Value": "v1"})), "is used by PLS"),
    "items": (
        lambda: _toml('[[indicator]]\nname = "x"\nitems = 3'),
        "Indicator 'x': items= must be a list of names of questions; got 3",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_argument_is_named(name):
    call, words = CALLS[name]
    with pytest.raises(cs.CsisemError) as caught:
        call()
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_time_of_day_is_its_day():
    fieldwork = cs.Fieldwork(start=pd.Timestamp("2024-01-01 10:00"), end="2024-01-02")
    assert str(fieldwork.start) == "2024-01-01"
