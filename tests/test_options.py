"""Options of the wrong type are refused in one sentence, wherever they are given."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Literal, get_args, get_origin

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem import options
from csisem.option_checks import check_flag, names_of
from csisem.options import Estimator, validate
from lavaan_golden import answers

MODEL = cs.Model.from_syntax("EXP =~ CUEX1 + CUEX2 + CUEX3\nSAT =~ CUSA1 + CUSA2 + CUSA3\nSAT ~ EXP")
REPLICATES = {"replicate_weights": ("r1", "r2"), "replicate_type": "JKn"}
WORDS = sorted({name for name, value in vars(options).items() if get_origin(value) is Literal} - {"PlannedEstimator"})


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
        ("strata", {"a", "b"}, "which has no order."),
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
        (lambda s: cs.diagnose.means(s, "CUEX1", deff="x"), "deff='x' is not one of 'finite', 'replace'."),
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
    assert not MODEL.fit(survey, meanstructure=np.False_).solution.table.meanstructure


def test_flags():
    check_flag("mse", np.True_)
    check_flag("meanstructure", None, unset=True)
    with pytest.raises(cs.OptionError, match="mse=None is not one of True, False"):
        check_flag("mse", None)


@pytest.mark.parametrize("option", WORDS)
def test_words_of_any_case_are_taken_in_their_canonical_spelling(option):
    words = get_args(getattr(options, option))
    assert len({word.casefold() for word in words}) == len(words)
    for word in words:
        assert [validate("x", given, getattr(options, option)) for given in (word, word.upper(), word.lower())] == [
            word
        ] * 3


@pytest.mark.parametrize(
    ("given", "hint"),
    [("mlrr", "'MLR'"), ("PLSC1", "'PLSc'"), ("GSL", "'GLS'")],
)
def test_a_near_miss_names_the_nearest_word(given, hint):
    with pytest.raises(cs.OptionError, match=rf"estimator='{given}' is not one of 'ML', .* \(did you mean {hint}\?\)"):
        validate("estimator", given, Estimator)


@pytest.mark.parametrize("given", ["bayes", "", None, 3])
def test_what_is_near_no_word_gets_no_hint(given):
    with pytest.raises(cs.OptionError, match=r"is not one of 'ML', .*'PLSc'\.$"):
        validate("estimator", given, Estimator)


def test_what_validate_returns_is_used():
    """A call that drops the answer would keep the user's spelling."""
    dropped = [
        f"{path.name}:{node.lineno}"
        for path in Path(cs.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "validate"
    ]
    assert not dropped


def _same(first, second):
    pd.testing.assert_frame_equal(first.parameters, second.parameters)
    assert first.settings == second.settings


def test_fits_take_words_of_any_case(survey):
    robust = MODEL.fit(survey, "mlr", information="Observed", missing="LISTWISE", engine="Native")
    assert robust.settings.estimator == "MLR"
    _same(robust, MODEL.fit(survey, "MLR"))
    _same(MODEL.fit(survey, likelihood="Wishart"), MODEL.fit(survey, likelihood="wishart"))
    _same(MODEL.fit(survey, "plsc", scheme="Factorial"), MODEL.fit(survey, "PLSc", scheme="factorial"))
    _same(MODEL.fit(survey, groups="zone", equal=["Loadings"]), MODEL.fit(survey, groups="zone", equal="loadings"))
    theta = MODEL.fit(survey, "wlsmv", ordered=True, parameterization="Theta")
    _same(theta, MODEL.fit(survey, "WLSMV", ordered=True, parameterization="theta"))


def test_functions_take_words_of_any_case(survey):
    fit, pls = MODEL.fit(survey), MODEL.fit(survey, "pls")
    drawn = cs.bootstrap(fit, n=100, method="Bollen-Stine", seed=1)
    assert drawn.method == "bollen-stine"
    pairs = [
        (fit.residuals("Cor"), fit.residuals("cor")),
        (pls.residuals("COR"), pls.residuals("cor")),
        (pls.residuals("Raw"), pls.residuals()),
        (fit.scores(method="Bartlett"), fit.scores(method="bartlett")),
        (pls.scores(method="Regression"), pls.scores()),
        (drawn.intervals(interval="BCa"), drawn.intervals(interval="bca")),
        (cs.csi(fit, item_weights="Equal", se="Robust"), cs.csi(fit, item_weights="equal", se="robust")),
        (cs.diagnose.frequencies(survey, "CUSA1", interval="Wald"),
         cs.diagnose.frequencies(survey, "CUSA1", interval="wald")),
        (cs.diagnose.correlations(survey, ["CUSA1", "CUSA2"], method="Spearman"),
         cs.diagnose.correlations(survey, ["CUSA1", "CUSA2"], method="spearman")),
    ]  # fmt: skip
    for given, plain in pairs:
        pd.testing.assert_frame_equal(given, plain)
    with pytest.raises(cs.OptionError, match=r"kind='Corr' is not one of .* \(did you mean 'cor'"):
        fit.residuals("Corr")


def test_values_hold_the_canonical_word():
    assert cs.Construct("A", ["a", "b"], mode="PCA").mode == "pca"
    assert cs.Question("q", kind="Number").kind == "number"
    assert cs.Fieldwork(mode="Online", selected="Quota").selected == "quota"
    design = cs.Design(strata="s", lonely="Adjust")
    assert design.lonely == "adjust"
    assert cs.Design(**REPLICATES | {"replicate_type": "jkn", "rscales": (1.0, 1.0)}).replicate_type == "JKn"
    assert cs.SampleDesign({"a": 1.0, "b": 2.0}, allocation="Equal").allocation == "equal"
    assert cs.models.acsi(satisfaction=["s1"], expectation="e1", language="ZH").constructs[0].name == "顾客期望"
