"""Options of the wrong type are refused in one sentence, wherever they are given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.options import Estimator, check_flag, names_of, validate
from lavaan_golden import answers

MODEL = cs.Model.from_syntax("EXP =~ CUEX1 + CUEX2 + CUEX3\nSAT =~ CUSA1 + CUSA2 + CUSA3\nSAT ~ EXP")
REPLICATES = {"replicate_weights": ("r1", "r2"), "replicate_type": "JKn"}


@pytest.fixture(scope="module")
def survey():
    return cs.Survey(answers("mobi").assign(zone=np.arange(250) % 2, area=np.arange(250) % 3), scale=(1, 10))


def test_names():
    assert names_of("by", None) == ()
    assert names_of("by", "a") == ("a",)
    for several in (["a", "b"], ("a", "b"), np.array(["a", "b"]), pd.Index(["a", "b"]), (name for name in "ab")):
        assert names_of("by", several) == ("a", "b")
    assert names_of("items", ["a", "a"], once=False) == ("a", "a")


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("strata", 5, "strata= takes a name or a list of names, as text, not 5."),
        ("strata", {"a", "b"}, "whose order is not said."),
        ("strata", {"a": "b"}, "strata= takes a name or a list of names, as text, not {'a': 'b'}."),
        ("strata", ["a", "b", "a"], "strata= names 'a' more than once."),
        ("clusters", b"a", "clusters= takes a name or a list of names, as text, not b'a'."),
        ("weights", 5, "weights= must be the name of a column, as text; got 5."),
        ("weights", ["w"], "weights= must be the name of a column, as text; got ['w']."),
        ("replicate_weights", ["r1", "r1"], "replicate_weights= names 'r1' more than once."),
        ("rscales", 1.0, "rscales= must be a list of numbers, one for each replicate; got 1.0."),
        ("rscales", "abc", "rscales= must be a list of numbers, one for each replicate; got 'abc'."),
        ("rscales", ["a", "b"], "rscales= must be a list of numbers, one for each replicate; got ['a', 'b']."),
        ("scale", "x", "scale= of the replicate weights must be a number above zero; got 'x'."),
        ("mse", "yes", "mse='yes' is not one of True, False."),
        ("nest", 1, "nest=1 is not one of True, False."),
        ("lonely", ["adjust"], "lonely=['adjust'] is not one of 'refuse', 'adjust'"),
        ("replicate_type", 5, "replicate_type=5 is not one of 'BRR', 'Fay'"),
    ],
)
def test_designs(option, value, sentence):
    given = {"rscales": (1.0, 1.0)} | REPLICATES
    with pytest.raises(cs.CsisemError) as caught:
        cs.Design(**given | {option: value})
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda s: cs.Survey(s.frame, segments=5), "segments= takes a name or a list of names, as text, not 5."),
        (lambda s: cs.Survey(s.frame, ordered={"CUEX1"}), "ordered= takes a name or a list of names"),
        (lambda s: s.counts(5), "items= takes a name or a list of names, as text, not 5."),
        (lambda s: cs.csi(MODEL.fit(s), by=5), "by= takes a name or a list of names, as text, not 5."),
        (lambda s: cs.csi(MODEL.fit(s), by={"zone"}), "by= takes a name or a list of names"),
        (lambda s: cs.csi(MODEL.fit(s), by=["zone", "zone"]), "by= names 'zone' more than once."),
        (lambda s: cs.diagnose.means(s, None), "No items are named."),
        (lambda s: cs.diagnose.means(s, 5), "items= takes a name or a list of names, as text, not 5."),
        (lambda s: cs.diagnose.means(s, "CUEX1", by=5), "by= takes a name or a list of names, as text, not 5."),
        (lambda s: cs.diagnose.means(s, "CUEX1", replace="x"), "replace='x' is not one of True, False."),
        (lambda s: cs.diagnose.means(s.frame[:0], "CUEX1"), "The data have no rows."),
        (lambda s: cs.diagnose.totals(pd.DataFrame(), "CUEX1"), "The data have no rows."),
        (lambda s: cs.diagnose.ratios(s, "CUEX1", None), "No denominators are named."),
        (lambda s: MODEL.fit(s, np.array(["ML"])), "estimator=array(['ML'], dtype='<U2') is not one of 'ML'"),
        (lambda s: MODEL.fit(s, np.array(["ML", "PLS"])), "is not one of 'ML'"),
        (lambda s: MODEL.fit(s, missing=["fiml"]), "missing=['fiml'] is not one of 'listwise', 'fiml'"),
        (lambda s: MODEL.fit(s, meanstructure=np.array([True])), "meanstructure=array([ True]) is not one of True"),
        (lambda s: MODEL.fit(s, groups=["zone", "zone"]), "groups= names 'zone' more than once."),
        (lambda s: MODEL.fit(s, groups={"zone"}), "groups= takes a name or a list of names"),
        (lambda s: MODEL.fit(s, missing="fiml", auxiliary=["IMAG1", "IMAG1"]), "auxiliary= names 'IMAG1' more than"),
    ],
)
def test_calls(survey, call, sentence):
    with pytest.raises(cs.CsisemError) as caught:
        call(survey)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_lists_of_every_kind_are_taken(survey):
    whole = cs.csi(MODEL.fit(survey), by=["zone", "area"])
    for several in (("zone", "area"), np.array(["zone", "area"]), pd.Index(["zone", "area"])):
        pd.testing.assert_frame_equal(cs.csi(MODEL.fit(survey), by=several), whole)
    assert cs.diagnose.ratios(survey, ["CUEX1", "CUEX2"], ["CUEX3", "CUEX3"])["n"].tolist() == [250, 250]
    assert not MODEL.fit(survey, meanstructure=np.False_).table.meanstructure


def test_words_and_flags():
    assert validate("estimator", "MLR", Estimator) == "MLR"
    check_flag("mse", np.True_)
    check_flag("meanstructure", None, unset=True)
    with pytest.raises(cs.OptionError, match="mse=None is not one of True, False"):
        check_flag("mse", None)
