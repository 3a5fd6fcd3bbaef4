"""Improper factors, reversed items and totals beside their items are reported, with R's psych's figures."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from improper_golden import FIGURES, ROWS

HEYWOOD = ["a", "b", "c", "d", "mean"]
# psych stops early, and the minimum of an improper solution is flat.
STOPPED = 5e-3


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_an_ultra_heywood_case_is_said(method):
    golden = FIGURES["efa"][method]
    found = cs.diagnose.factors(ROWS, HEYWOOD, n_factors=1, method=method)
    own = found.loadings["communality"]
    np.testing.assert_allclose(own[HEYWOOD], [golden["communality"][item] for item in HEYWOOD], rtol=STOPPED)
    # psych warns of the first, and is silent on the unique variance that stops at its bound.
    code = {"minres": "factors.ultra_heywood", "ml": "factors.heywood"}[method]
    assert any("ultra-Heywood" in said for said in golden["warnings"]) == (method == "minres")
    assert [note.code for note in found.improper] == [code, "factors.repeats"]
    assert found.notes[:2] == found.improper
    assert "'mean'" in found.improper[0]
    if method == "minres":
        assert f"is {own['mean']:.3f}, above 1: an ultra-Heywood case" in found.improper[0]
        assert "共同度为 1.05" in found.improper[0].text("zh")
    assert found.improper[1].fields["item"] == "mean"
    assert cs.diagnose.factors(ROWS, ["a", "b", "c", "d"], n_factors=1, method=method).improper == ()


def test_pilot_omega_and_harman_say_it_too():
    form = cs.Questionnaire(
        [cs.Question(item, "How?", points=10) for item in ["a", "b", "c", "mean", "d", "e"]],
        [cs.Indicator("Quality", items=["a", "b", "c", "mean"]), cs.Indicator("Other", items=["d", "e"])],
    )
    answers = ROWS[["a", "b", "c", "d", "e"]].assign(e=-ROWS["e"]).clip(-2, 2.5).mul(2).round().add(5)
    answers["mean"] = answers[["a", "b", "c"]].mean(axis=1).round()
    found = cs.diagnose.pilot(cs.Survey(answers, items=form.items, scale=(1, 10)), form)
    assert any(note.code.startswith("factors.") for note in found.notes)
    with pytest.warns(cs.CsisemWarning, match="'mean' = 0.3"):
        omega = cs.diagnose.omega(ROWS, ["a", "b", "c", "mean"]).iloc[0]
    assert np.isnan(omega["omega"])
    assert omega["method"].startswith("one factor: The residual variance of mean is negative")
    x = np.arange(120) % 7
    others = ROWS.assign(x=x, y=x + ROWS["f"], z=x + ROWS["e"])
    both = cs.diagnose.factors(others, [*HEYWOOD, "x", "y", "z"], n_factors=2)
    assert "factors.harman_improper" in [note.code for note in both.improper]


def test_a_fit_names_the_item_that_repeats_others():
    status = cs.Model.from_syntax("F =~ a + b + c + d + mean").fit(ROWS).status
    assert not status
    (said,) = [note for note in status.warnings if note.code == "fit.nearly_dependent"]
    assert said.fields["item"] == "mean"
    assert "about 'mean' = 0.33" in said
    assert "“mean”" in said.text("zh")
    total = ROWS.assign(total=ROWS[["a", "b", "c"]].sum(axis=1))
    with pytest.raises(cs.DataError, match=r"dependent \('total' = 'a' \+ 'b' \+ 'c'\); leave one out"):
        cs.Model.from_syntax("F =~ total + a + b + c + d").fit(total)
    with pytest.raises(cs.DataError, match=r"singular\): 'total' = 'a' \+ 'b' \+ 'c'; leave one out"):
        cs.diagnose.factors(total, ["a", "b", "c", "d", "total"])
    fit = cs.Model.from_syntax("F =~ total + a + b + c\nG =~ d + f\nG ~ F").fit(total, "PLS")
    assert "'total' = 'a' + 'b' + 'c' in every row; what the sum says counts twice." in fit.status.warnings
    blanks = total.mask(np.add.outer(np.arange(120), 3 * np.arange(total.shape[1])) % 17 == 0)
    with pytest.raises(cs.DataError, match=r"\('total' = 'a' \+ 'b' \+ 'c'\)"):
        cs.Model.from_syntax("F =~ total + a + b + c + d").fit(blanks.drop(columns="g"), missing="fiml")
    formed = cs.Model([cs.Construct("F", ["total", "a", "b", "c"], "B"), cs.Construct("G", ["d", "f"])], [("F", "G")])
    with pytest.raises(cs.DataError, match=r"\('total' = 'a' \+ 'b' \+ 'c'\), so that mode B"):
        formed.fit(total, "PLS")
    with pytest.raises(cs.DataError, match=r"dependent \('total' = 'a' \+ 'b' \+ 'c'\)"):
        cs.improve.drivers(total, "d", ["a", "b", "c", "total"])
    yes = total.assign(good=(total["d"] > 0) * 1)
    with pytest.raises(cs.DataError, match=r"\('total' = 'a' \+ 'b' \+ 'c'\)"):
        cs.diagnose.discriminant(yes, "good", ["a", "b", "c", "total"])


def test_alpha_says_that_a_total_counts_twice():
    total = ROWS.assign(total=ROWS[["a", "b", "c"]].sum(axis=1))
    with pytest.warns(cs.CsisemWarning, match=r"'all' has 'total' = 'a' \+ 'b' \+ 'c' \(R-squared 1\)"):
        cs.diagnose.alpha(total, ["a", "b", "c", "total"])


def test_many_items_are_no_repetition():
    """The determinant falls with the number of items; the smallest eigenvalue does not."""
    rng = np.random.default_rng(3)
    common = np.repeat(rng.normal(size=(400, 6)), 10, axis=1)
    frame = pd.DataFrame(common + 0.4 * rng.normal(size=(400, 60))).add_prefix("q")
    assert np.linalg.det(frame.corr()) < 1e-12
    assert cs.diagnose.factors(frame, list(frame.columns), n=50).n_factors == 6


@pytest.mark.parametrize("case", ["one", "two"])
def test_reversed_items_are_those_of_psych(case):
    golden = FIGURES["reversed"][case]
    turned = [key[1:] for key in golden["keys"][0] if key.startswith("-")]
    with pytest.warns(cs.CsisemWarning, match="reversed"):
        table = cs.diagnose.alpha(ROWS, golden["items"])
    np.testing.assert_allclose(table.loc[0, "alpha"], golden["alpha"], rtol=1e-10)
    (note,) = table.attrs["notes"]
    assert list(note.fields["items"]) == turned
    np.testing.assert_allclose(note.fields["turned"], golden["turned"], rtol=1e-10)
    if case == "two":
        assert note.startswith(
            "'e', 'f' of 'all' run against 'a', 'b': one side looks reversed. Alpha is -1.30, and 0.79"
        )
    else:
        assert note.startswith("'e' of 'all' looks reversed: it runs against the other items. Alpha is 0.29, and 0.79")
    # Turned, there is nothing to say.
    mended = cs.Survey(ROWS, scale=(-9, 9), reverse=turned)
    assert cs.diagnose.alpha(mended, golden["items"]).attrs["notes"] == []


def test_reliability_validity_and_pilot_name_reversed_items():
    blocks = {"A": ["a", "b", "e"], "B": ["c", "d"]}
    with pytest.warns(cs.CsisemWarning, match="'e' of 'A' looks reversed"):
        table = cs.diagnose.reliability(ROWS, blocks)
    assert len(table.attrs["notes"]) == 1
    fit = cs.Model([cs.Construct(name, items) for name, items in blocks.items()]).fit(ROWS)
    with pytest.warns(cs.CsisemWarning, match="'e' of 'A' looks reversed"):
        assert cs.diagnose.reliability(fit).attrs["notes"] == table.attrs["notes"]
    moments = cs.Moments.from_table(n=120, cov=ROWS[["a", "b", "e", "c", "d"]].cov())
    with pytest.warns(cs.CsisemWarning, match="'e' of 'A' looks reversed"):
        cs.diagnose.reliability(fit.model.fit(moments))
    assert cs.diagnose.validity(fit).notes[0] == table.attrs["notes"][0]
    form = cs.Questionnaire(
        [cs.Question(item, "How?", points=10) for item in "abefcd"],
        [cs.Indicator("A", items=["a", "b", "e", "f"]), cs.Indicator("B", items=["c", "d"])],
    )
    answers = ROWS[list("abcdef")].clip(-2, 2.5).mul(2).round().add(5)
    found = cs.diagnose.pilot(cs.Survey(answers, items=form.items, scale=(1, 10)), form)
    assert "'e', 'f' of 'A' run against 'a', 'b'" in found.notes[0]
    assert found.items.loc["e", "reasons"].startswith("runs against 'a', 'b'; ")
    assert found.items.loc["a", "reasons"].startswith("runs against 'e', 'f'; ")
    assert found.items.loc["e", "reasons"].text("zh").startswith("与“a”、“b”方向相反；")
    assert (found.items.loc[["a", "b", "e", "f"], "verdict"] == "revise").all()


def test_chance_is_not_called_reversed():
    """Of 200 blocks of four unrelated items few are said to have a reversed one; of good blocks none."""
    rng = np.random.default_rng(11)
    said = {"reversed": 0, "good": 0}
    for _ in range(200):
        noise = rng.normal(size=(100, 4))
        good = noise + rng.normal(size=(100, 1))
        for name, values in (("reversed", noise), ("good", good)):
            from csisem.diagnose.measurement.block_notes import keying

            said[name] += keying(np.cov(values.T), 100) is not None
    assert said["good"] == 0
    assert said["reversed"] <= 20


def test_alpha_of_a_constant_sum_is_not_defined():
    frame = pd.DataFrame({"x": [1, 2, 3, 4, 5, 3, 2], "y": [5, 4, 3, 2, 1, 3, 4]})
    with pytest.warns(cs.CsisemWarning):
        one = cs.diagnose.alpha(frame, ["x", "y"]).iloc[0]
    assert np.isnan(one["alpha"])
    assert one["method"] == "no alpha: the sum of the items is constant"
    with pytest.warns(cs.CsisemWarning):
        half = cs.diagnose.split_half(frame, ["x", "y"]).iloc[0]
    assert half["correlation"] == pytest.approx(-1)
    assert np.isnan(half["spearman_brown"])


def test_a_factor_without_variance_gives_nan_and_no_warning_of_numpy():
    found = 0
    for seed in range(12):
        frame = pd.DataFrame(np.random.default_rng(seed).normal(size=(40, 6)), columns=list("abcdef"))
        fit = cs.Model.from_syntax("A =~ a + b + c\nB =~ d + e + f\nB ~ A").fit(frame)
        negative = [note for note in fit.status.reasons if "variance of A" in note or "variance of B" in note]
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            warnings.simplefilter("ignore", cs.CsisemWarning)
            omega = cs.diagnose.omega(frame, {"A": ["a", "b", "c"], "B": ["d", "e", "f"]})
            if fit.status.usable:
                table = cs.diagnose.reliability(fit)
                assert table["omega"].isna().any() or not negative
                cs.diagnose.validity(fit)
        found += int(omega["omega"].isna().any())
    assert found > 3


def test_distances_of_items_that_repeat_each_other_are_nan():
    draw = np.random.default_rng(0)
    draw.choice([12, 30, 80])
    frame = pd.DataFrame(draw.normal(size=(80, 6)), columns=list("abcdef"))
    frame["f"] = frame["a"] + 0.01 * frame["f"]
    fit = cs.Model.from_syntax("A =~ a + b + c\nB =~ d + e + f\nB ~ A").fit(frame.round(), "PLS")
    assert "'a' and 'f' correlate perfectly" in str(fit.status)
    assert np.isnan(fit.fit_measures()["d_g"])


def test_each_total_is_named_by_its_own_items():
    two = ROWS.assign(t1=ROWS["a"] + ROWS["b"], t2=ROWS["b"] + ROWS["c"])
    with pytest.raises(cs.DataError, match=r"\('t1' = 'a' \+ 'b'; 't2' = 'b' \+ 'c'\)"):
        cs.Model.from_syntax("F =~ a + b + c + t1 + t2").fit(two)
