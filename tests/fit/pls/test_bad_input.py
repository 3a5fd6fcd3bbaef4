"""What PLS refuses, one clear sentence each, and what it says of fits that must not be used."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from composites import FULL, mobi, mobi_frame

MEASURED = """
Image =~ IMAG1 + IMAG2 + IMAG3
Value =~ PERV1 + PERV2
Sat =~ CUSA1 + CUSA2 + CUSA3
"""
MODEL = MEASURED + "Sat ~ Value + Image"


@pytest.fixture(scope="module")
def frame():
    names, values = mobi()
    return pd.DataFrame(values, columns=list(names), dtype=float).assign(half=np.arange(250) % 2)


def refusal(kind, call):
    with pytest.raises(kind) as caught:
        call()
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("syntax", "words"),
    [
        (MEASURED + "Sat ~ Value\nValue ~ Image\nImage ~ Sat", "form a cycle; PLS needs a model without cycles"),
        (MEASURED + "Sat ~ Value", "The construct 'Image' is on no path"),
        (MEASURED + "Sat ~ Imagee + Value", "is on no path (did you mean 'Imagee'?)"),
        (MODEL + "\nValue ~~ Image", "the model has 'Value ~~ Image'; leave it out"),
        (MODEL + "\nSat ~ 1", "PLS does not estimate intercepts"),
        (MODEL.replace("IMAG1", "1*IMAG1"), "'Image =~ IMAG1' is fixed at 1; leave the value out"),
        (MEASURED + "Sat ~ a*Value + b*Image\na == b", "the model states 'a == b'; leave it out"),
        (MEASURED + "Sat ~ a*Value + a*Image", "2 of them have the label 'a'"),
        (MEASURED + "Sat ~ path*Value + Image\nx := pth*2", "is not a label (did you mean 'path'?)"),
        (MODEL + " + Image:Price", "The interaction 'Image:Price' needs 'Price' as a construct, or on a path itself"),
    ],
    ids=lambda value: value.splitlines()[-1],
)
def test_models(frame, syntax, words):
    model = cs.Model.from_syntax(syntax)
    assert words in refusal(cs.ModelError, lambda: model.fit(frame, "PLS"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dominant": {"Imag": "IMAG1"}}, "dominant= names 'Imag', which is not a construct (did you mean 'Image'?)"),
        ({"dominant": {"Image": "IMAG9"}}, "which does not measure 'Image' (did you mean 'IMAG"),
        ({"dominant": "IMAG1"}, "dominant= takes a mapping from constructs to items"),
        ({"dominant": {"Image": 1}}, "dominant= takes a mapping from constructs to items"),
        ({"scheme": "centroids"}, "(did you mean 'centroid'?)"),
        ({"higher_order": "embedded"}, "no construct of the model is measured by constructs"),
        ({"moderation": "product"}, "the model has no interaction, 'Y ~ A:B'"),
        ({"ordered": ["CUSA1"]}, "ordered= has no use: estimator='PLS' treats answers as numbers"),
        ({"parameterization": "theta"}, "parameterization= has no use: estimator='PLS' treats answers as numbers"),
        ({"groups": "half", "equal": "loadings"}, "equal= has no use"),
        ({"groups": "half", "release": "Sat ~ Value"}, "release= has no use"),
        ({"engine": "semopy"}, "engine= has no use"),
        ({"information": "observed"}, "information= has no use"),
        ({"likelihood": "wishart"}, "likelihood= has no use"),
        ({"meanstructure": False}, "meanstructure= has no use"),
        ({"auxiliary": ["half"]}, "auxiliary= has no use"),
        ({"missing": "fiml"}, "takes 'em'"),
        ({"missing": "means"}, "(did you mean 'mean'?)"),
    ],
    ids=str,
)
def test_options(frame, options, words):
    model = cs.Model.from_syntax(MODEL)
    text = refusal((cs.OptionError, cs.ModelError), lambda: model.fit(frame, "PLS", **options))
    assert words in text


def test_runs_that_consistent_pls_cannot_correct(frame):
    above = cs.Model.from_syntax(MEASURED + "Both =~ Image + Value\nSat ~ Both")
    for higher_order in ("embedded", "repeated"):
        assert f"take higher_order='disjoint', not '{higher_order}'" in refusal(
            cs.ModelError, lambda order=higher_order: above.fit(frame, "PLSc", higher_order=order)
        )
    moderated = cs.Model.from_syntax(MODEL + " + Image:Value")
    for moderation in ("product", "orthogonal"):
        assert f"take moderation='two-stage', not '{moderation}'" in refusal(
            cs.ModelError, lambda kind=moderation: moderated.fit(frame, "PLSc", moderation=kind)
        )


def test_labels_of_groups(frame):
    one = cs.Model.from_syntax(MEASURED + "Sat ~ a*Value + Image")
    assert "give each group its own" in refusal(cs.ModelError, lambda: one.fit(frame, "PLS", groups="half"))
    three = cs.Model.from_syntax(MEASURED + "Sat ~ c(a, b, d)*Value + Image")
    assert "lists 3 labels" in refusal(cs.ModelError, lambda: three.fit(frame, "PLS", groups="half"))
    two = cs.Model.from_syntax(MEASURED + "Sat ~ c(a, b)*Value + Image\ndifference := a - b")
    last = two.fit(frame, "PLS", groups="half").parameters.iloc[-1]
    assert (last["lhs"], last["group"]) == ("difference", "")
    assert last["se"] > 0


@pytest.mark.parametrize(
    ("change", "rows", "words"),
    [
        ({"CUSA1": 4.0}, 250, "The item 'CUSA1' has the same answer in all 250 rows; leave it out."),
        ({"CUSA1": np.nan}, 250, "Nobody answered 'CUSA1'"),
        ({"CUSA1": 1e300}, 250, "'CUSA1' are too large to be squared"),
        ({}, 0, "The data have no rows."),
        ({}, 1, "There is 1 row; a fit needs more."),
    ],
)
def test_answers(frame, change, rows, words):
    data = frame.copy()
    for name, value in change.items():
        data[name] = value * (1 + 0.1 * data["half"]) if value > 1e100 else value
    text = refusal(cs.DataError, lambda: cs.Model.from_syntax(MODEL).fit(data.head(rows), "PLS"))
    assert words in text


def test_items_of_mode_b(frame):
    model = cs.Model([cs.Construct("Quality", [f"PERQ{k}" for k in range(1, 8)], "B"),
                      cs.Construct("Sat", ["CUSA1", "CUSA2"])], [("Quality", "Sat")])  # fmt: skip
    text = refusal(cs.DataError, lambda: model.fit(frame.head(7), "PLS"))
    assert text.startswith("There are 7 rows for the 7 items of 'Quality'")
    assert model.fit(frame.head(9), "PLS").status.converged
    copied = frame.assign(PERQ7=frame["PERQ1"] + frame["PERQ2"])
    text = refusal(cs.DataError, lambda: model.fit(copied, "PLS"))
    assert "of 'Quality' are linearly dependent" in text
    # Mode A has weights all the same.
    reflective = cs.Model([cs.Construct(c.name, c.items) for c in model.constructs], [("Quality", "Sat")])
    assert reflective.fit(copied, "PLS")


@pytest.mark.parametrize("sign", [1, -1])
def test_a_copy_of_an_item_is_named(frame, sign):
    model = cs.Model([cs.Construct("Quality", [f"PERQ{k}" for k in range(1, 4)]),
                      cs.Construct("Sat", ["CUSA1", "CUSA2"])], [("Quality", "Sat")])  # fmt: skip
    copied = frame.assign(PERQ3=10 + sign * 2 * frame["PERQ1"])
    warned = "The items 'PERQ1' and 'PERQ3' correlate perfectly, as copies do; what they say counts twice."
    assert warned in model.fit(copied, "PLS").status.warnings
    assert not any("copies" in said for said in model.fit(frame, "PLS").status.warnings)


def test_twin_constructs_do_not_converge(frame):
    model = cs.Model([cs.Construct("A", ["a1", "a2"]), cs.Construct("B", ["b1", "b2"]),
                      cs.Construct("Sat", ["CUSA1", "CUSA2"])], [("A", "Sat"), ("B", "Sat")])  # fmt: skip
    data = frame.assign(a1=frame["PERQ1"], a2=frame["PERQ2"], b1=frame["PERQ1"], b2=frame["PERQ2"])
    fit = model.fit(data, "PLS")
    assert not fit
    assert not fit.status.usable
    (reason,) = fit.status.reasons
    assert "its predictors are collinear" in reason
    assert fit.parameters[["se", "z", "ci_lower"]].isna().all(axis=None)
    assert fit.fit_measures().isna().all()
    assert fit.r_squared.isna().all()
    assert "NOT CONVERGED" in repr(fit)
    for call in (lambda: cs.csi(fit), lambda: cs.effects(fit), fit.scores, lambda: cs.bootstrap(fit)):
        assert "its predictors are collinear" in refusal(cs.UnusableFitError, call)


def test_a_loop_that_does_not_settle(frame, monkeypatch):
    from csisem.composite import pls_algorithm

    model = cs.Model.from_syntax(MODEL)
    monkeypatch.setattr(pls_algorithm, "TOLERANCE", -1.0)
    monkeypatch.setattr("csisem.composite.estimate.estimate.__kwdefaults__",
                        {"consistent": False, "tolerance": -1.0, "iterations_at_most": 300})  # fmt: skip
    fit = model.fit(frame, "PLS")
    assert not fit
    assert fit.iterations == 300
    assert fit.status.reasons[0].startswith("The weights did not converge in 300 iterations")


def test_functions_of_covariance_structures(frame):
    fit = cs.Model.from_syntax(MODEL).fit(frame, "PLS")
    for call in (
        lambda: cs.modification_indices(fit),
        lambda: cs.cross_check(fit),
        lambda: cs.compare(fit, fit),
    ):
        text = refusal(cs.OptionError, call)
        assert "estimator='PLS' fits no covariances; take a fit by 'ML'" in text
    assert "belongs to covariance structures" in refusal(cs.OptionError, lambda: fit.scores(method="bartlett"))
    assert "PLS has 'raw' and 'cor'" in refusal(cs.OptionError, lambda: fit.residuals("standardized"))


def test_warnings_are_judged_by_thresholds(frame):
    fit = FULL.fit(frame, "PLS")
    assert fit.status.warnings == ()
    stern = fit.judged(cs.Thresholds(vif_warning=1.5, small_sample=1000))
    assert stern
    assert "the VIF of Quality is" in stern.status.warnings[0]
    assert "The sample is small (250 rows)" in stern.status.warnings[-1]
    consistent = cs.Model.from_syntax(MODEL).fit(frame, "PLSc")
    assert consistent
    refused = consistent.judged(cs.Thresholds(vif_warning=1.01, vif_inadmissible=1.02))
    assert not refused
    assert "Its paths must not be read" in refused.status.reasons[0]


def test_chinese_names(frame):
    columns = {"PERQ1": "题1", "PERQ2": "题2", "CUSA1": "题3", "CUSA2": "题4"}
    model = cs.Model.from_syntax("质量 =~ 题1 + 题2\n满意 =~ 题3 + 题4\n满意 ~ 质量")
    fit = model.fit(cs.Survey(frame.rename(columns=columns), scale=dict.fromkeys(columns.values(), (1, 10))), "PLS")
    assert list(fit.paths["lhs"]) == ["满意"]
    assert list(cs.csi(fit)["construct"]) == ["质量", "满意"]
    assert "满意" in fit._repr_html_()


def test_dominant_items_turn_their_construct(frame):
    turned = frame.assign(CUSA1=11 - frame["CUSA1"], CUSA2=11 - frame["CUSA2"])
    model = cs.Model.from_syntax(MODEL)
    usual = model.fit(turned, "PLS")
    fit = model.fit(turned, "PLS", dominant={"Sat": "CUSA3"})
    assert fit.settings.dominant == (("Sat", "CUSA3"),)
    signs = np.where(fit.paths["lhs"] == "Sat", -1, 1)
    assert fit.paths["est"].to_numpy() == pytest.approx(signs * usual.paths["est"].to_numpy())
    loading = fit.loadings.set_index("rhs")["est"]
    assert loading["CUSA3"] > 0 > loading["CUSA1"]


@pytest.mark.parametrize("rows", [3, 5])
def test_fewer_rows_than_an_equation_takes(rows):
    frame = mobi_frame().iloc[:rows]
    status = FULL.fit(frame, estimator="PLS").status
    assert not status
    assert f"predictors of Satisfaction reproduce the {rows} rows whatever was answered; take more" in status.reasons[0]


def test_scores_that_correlate_perfectly_were_not_corrected():
    frame = mobi_frame().iloc[:8]
    formed = cs.Construct("Q", [f"PERQ{k}" for k in range(1, 8)], "B")
    model = cs.Model([formed, cs.Construct("S", ["CUSA1", "CUSA2"])], [("Q", "S")])
    (sentence,) = model.fit(frame, estimator="PLS").status.reasons
    assert sentence.startswith("The correlation of the scores of Q and S is 1.000, outside (-1, 1): there are too few")


def test_single_items_alone_have_no_goodness_of_fit(frame):
    model = cs.Model([cs.Construct("Quality", "PERQ1"), cs.Construct("Sat", "CUSA1")], [("Quality", "Sat")])
    fit = model.fit(frame, "PLS")
    assert "(communality and GoF need a construct of several items)" in repr(fit)
    assert "nan" not in repr(fit)
    assert np.isnan(fit.fit_measures()[["communality", "gof"]]).all()
