"""Comparison of nested models: lavaan's figures, and refusals of what is no comparison."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.fit import compare as comparison
from lavaan_golden import CASES, answers, golden

RECORDS = json.loads(
    (Path(__file__).parents[1] / "golden" / "lavaan-0.6-14-diagnosis" / "comparisons.json").read_text()
)
DATA = {"paths": "mobi", "linear": "mobi", "invariance": "holzinger", "democracy": "political_democracy"}
# lavaan's own figures at the polished optimum; a p-value moves with the chi-square's last digits.
POLISHED = 1e-6
MEASURED = "EXP =~ CUEX1 + CUEX2 + CUEX3\nVAL =~ PERV1 + PERV2\nSAT =~ CUSA1 + CUSA2 + CUSA3\nLOY =~ CUSL1 + CUSL3\n"
FREE = MEASURED + "VAL ~ EXP\nSAT ~ EXP + VAL\nLOY ~ SAT"
STRICT = MEASURED + "VAL ~ EXP\nSAT ~ VAL\nLOY ~ SAT"


@pytest.fixture(scope="module")
def mobi():
    return answers("mobi")


@pytest.fixture(scope="module")
def free(mobi):
    return cs.Model.from_syntax(FREE).fit(mobi)


@pytest.fixture(scope="module")
def strict(mobi):
    return cs.Model.from_syntax(STRICT).fit(mobi)


def _refusal(kind, *fits, **named):
    with pytest.raises(kind) as caught:
        cs.compare(*fits, **named)
    text = str(caught.value)
    assert text.endswith(".")
    assert ". " not in text
    return text


@pytest.mark.parametrize("name", RECORDS)
def test_lavaan(name):
    fits = {
        case: cs.Model.from_syntax(syntax).fit(
            answers(DATA[name]), **(golden(case).arguments() if case in CASES else {})
        )
        for case, syntax in RECORDS[name]["syntax"].items()
    }
    # In any order given, the freest comes first.
    frame = cs.compare(**dict(reversed(fits.items())))
    assert list(frame.columns) == ["model", "df", "aic", "bic", "chisq", "chisq_diff", "df_diff", "pvalue"]
    theirs = RECORDS[name]["rows"]
    assert list(frame["model"]) == [row["model"] for row in theirs]
    for ours, row in zip(frame.to_dict("records"), theirs, strict=True):
        for column in frame.columns[1:]:
            if row[column] is None:
                assert np.isnan(ours[column])
            else:
                assert abs(ours[column] - row[column]) <= POLISHED * abs(row[column]), column


def test_names(mobi, free, strict):
    assert list(cs.compare(strict, free)["model"]) == ["model 2", "model 1"]
    assert list(cs.compare(free, simpler=strict)["model"]) == ["model 1", "simpler"]
    titled = [
        cs.Model(fit.model.constructs, fit.model.relations, title=title).fit(mobi)
        for fit, title in ((free, "all paths"), (strict, "value only"))
    ]
    assert list(cs.compare(*titled)["model"]) == ["all paths", "value only"]
    same = cs.Model(strict.model.constructs, strict.model.relations, title="all paths").fit(mobi)
    assert list(cs.compare(titled[0], same)["model"]) == ["model 1", "model 2"]
    assert "'model 1'" in _refusal(cs.OptionError, free, **{"model 1": strict})


def test_nesting_is_a_matter_of_implied_moments(mobi, strict):
    # The stricter model has a path, SAT ~ VAL, that stands the other way round in the freer.
    turned = cs.Model.from_syntax(MEASURED + "VAL ~ EXP + SAT\nSAT ~ EXP\nLOY ~ SAT\nLOY ~~ 0*VAL").fit(mobi)
    frame = cs.compare(turned, strict)
    assert frame["df_diff"][1] == 1.0


def test_models_that_are_not_nested_are_refused(mobi, free, strict):
    other = cs.Model.from_syntax(FREE + "\nCUEX3 ~~ CUSA3").fit(mobi)
    another = cs.Model.from_syntax(FREE + "\nCUEX1 ~~ CUSA1\nCUEX2 ~~ CUSA1").fit(mobi)
    text = _refusal(cs.ModelError, other, another)
    assert "'model 1' is not nested in 'model 2'" in text
    # The stricter model has the smaller chi-square.
    poor = cs.Model.from_syntax(STRICT + "\nCUSL1 ~~ PERV2").fit(mobi)
    better = cs.Model.from_syntax(FREE).fit(mobi)
    assert poor.fit_measures()["chisq"] > better.fit_measures()["chisq"]
    assert "both have 31 degrees of freedom" in _refusal(cs.ModelError, poor, better)
    worse = cs.Model.from_syntax(STRICT + "\nCUSL1 ~~ PERV2\nCUEX3 ~~ CUSL3").fit(mobi)
    assert "not nested" in _refusal(cs.ModelError, free, worse)


def test_nesting_that_cannot_be_confirmed_is_said(monkeypatch, free, strict):
    # The freer model's iterations did not settle on the stricter one's moments.
    monkeypatch.setattr(comparison, "_missed", lambda a, b: (1e-3, False))
    with pytest.warns(cs.CsisemWarning, match=r"^It could not be confirmed that 'model 2' is nested in 'model 1'"):
        frame = cs.compare(free, strict)
    assert frame["df_diff"][1] == 1.0


def test_nothing_to_compare(free):
    assert "one was given" in _refusal(cs.OptionError, free)
    assert "none were given" in _refusal(cs.OptionError)
    assert "'str' is none" in _refusal(cs.OptionError, free, "strict")


def test_different_data_are_refused(mobi, free, strict):
    model = cs.Model.from_syntax(STRICT)
    smaller = cs.Model.from_syntax(MEASURED.replace(" + CUSA3", "") + "VAL ~ EXP\nSAT ~ VAL\nLOY ~ SAT").fit(mobi)
    assert "'CUSA3' stands in one only" in _refusal(cs.DataError, free, smaller)
    assert "250 against 240" in _refusal(cs.DataError, free, model.fit(mobi.iloc[10:]))
    moved = mobi.copy()
    moved.loc[3, "CUSA1"] += 1
    assert "not of the same answers" in _refusal(cs.DataError, free, model.fit(moved))
    weighted = cs.Survey(mobi.assign(w=1 + np.arange(250) % 2), weights="w")
    assert "answers or weights" in _refusal(cs.DataError, free, model.fit(weighted))
    grouped = model.fit(mobi.assign(region=["a"] * 120 + ["b"] * 130), groups="region")
    assert "none against 'a', 'b'" in _refusal(cs.DataError, free, grouped)
    assert "likelihood='normal' against 'wishart'" in _refusal(
        cs.DataError, free, model.fit(mobi, likelihood="wishart")
    )
    assert "meanstructure=" in _refusal(cs.DataError, free, model.fit(mobi, meanstructure=True))


def test_column_order_and_source_of_the_moments_do_not_matter(mobi, free, strict):
    items = list(strict.table.observed)[::-1]
    table = cs.Moments.from_table(n=250, cov=mobi[items].cov())
    again = cs.compare(free, cs.Model.from_syntax(STRICT).fit(table))
    # Covariances summed in another order differ in their last digits.
    pd.testing.assert_frame_equal(again, cs.compare(free, strict), rtol=1e-8)


def test_given_and_free_moments_of_a_covariate_are_different_likelihoods():
    data = answers("holzinger")
    text = "visual =~ x1 + x2 + x3\nvisual ~ ageyr + "
    given = cs.Model.from_syntax(text + "sex").fit(data)
    free = cs.Model.from_syntax(text + "0*sex\nageyr ~~ ageyr + sex\nsex ~~ sex").fit(data)
    assert "'ageyr', 'sex' are given in one" in _refusal(cs.DataError, given, free)


def test_unusable_inadmissible_and_robust_fits(mobi, free):
    loop = golden("unidentified_loop")
    unusable = cs.Model.from_syntax(loop.text).fit(mobi)
    with pytest.raises(cs.UnusableFitError, match=r"^A comparison with 'model 2' cannot be computed: "):
        cs.compare(free, unusable)
    robust = replace(free, settings=replace(free.settings, estimator="MLR"))
    assert "'model 2' was fitted by MLR" in _refusal(cs.OptionError, free, robust)
    heywood = golden("heywood_indicator")
    pair = [
        cs.Model.from_syntax(text).fit(answers("holzinger"))
        for text in (heywood.text, heywood.text.replace("x3", "0*x3"))
    ]
    assert not pair[0]
    with pytest.warns(cs.InadmissibleFitWarning, match="'model 1' in the comparison is inadmissible"):
        cs.compare(*pair)
