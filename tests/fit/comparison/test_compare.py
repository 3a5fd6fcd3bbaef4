"""Comparison of nested models: lavaan's figures, and refusals of what is no comparison."""

from __future__ import annotations

import json
import pickle
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.covariance.goodness_of_fit.ugamma import moment_derivatives, normal_weight
from csisem.fit.comparison import nesting
from csisem.fit.comparison.scaled_difference import _restrictions
from csisem.fit.covariance.asymptotic_weights import read_gamma
from csisem.options import DifferenceMethod
from lavaan_golden import CASES, ROBUST, answers, drawn, golden

RECORDS = json.loads(
    (Path(__file__).parents[2] / "golden" / "lavaan-0.6-14-diagnosis" / "comparisons.json").read_text()
)
DATA = {"paths": "mobi", "linear": "mobi", "invariance": "holzinger", "democracy": "political_democracy"}
# lavaan's own figures at the polished optimum; a p-value moves with the chi-square's last digits.
POLISHED = 1e-6
# Far in the tail a p-value moves by half as many shares as the chi-square moves units, up to 44 units here.
TAIL = 44 * POLISHED
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
    monkeypatch.setattr(nesting, "nearest", lambda a, b: (a.theta, 1e-3, False))
    with pytest.warns(cs.CsisemWarning, match=r"^It could not be confirmed that 'model 2' is nested in 'model 1'"):
        frame = cs.compare(free, strict)
    assert frame["df_diff"][1] == 1.0


def test_nothing_to_compare(free):
    assert "one was given" in _refusal(cs.OptionError, free)
    assert "none were given" in _refusal(cs.OptionError)
    assert "not 'str'" in _refusal(cs.OptionError, free, "strict")


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
    items = list(strict.solution.table.observed)[::-1]
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
    robust = cs.Model.from_syntax(STRICT).fit(mobi, estimator="MLR")
    assert "fitted by ML and MLR" in _refusal(cs.OptionError, free, robust)
    heywood = golden("heywood_indicator")
    pair = [
        cs.Model.from_syntax(text).fit(answers("holzinger"))
        for text in (heywood.text, heywood.text.replace("x3", "0*x3"))
    ]
    assert not pair[0]
    with pytest.warns(cs.InadmissibleFitWarning, match="'model 1' in the comparison is inadmissible"):
        cs.compare(*pair)


NESTED = sorted(path.stem for path in ROBUST.glob("nested_*.json") if not path.stem.endswith("_ml"))


def _pair(record):
    call = record["call"]
    options = {"estimator": record["estimator"]} | {
        ours: call[theirs] for theirs, ours in (("group", "groups"), ("missing", "missing")) if theirs in call
    }
    equal = {"equal": [record["smaller_call"]["group.equal"]]} if record["smaller_call"] else {}
    data = answers(record["data"])
    if "cluster" in call:
        data = cs.Survey(data, clusters=call["cluster"])
    return (
        cs.Model.from_syntax(record["larger"]).fit(data, **options),
        cs.Model.from_syntax(record["smaller"]).fit(data, **options, **equal),
    )


@pytest.mark.parametrize("name", NESTED)
def test_scaled_differences_of_lavaan(name):
    record = json.loads((ROBUST / f"{name}.json").read_text())
    larger, smaller = _pair(record)
    theirs = {method: row for method, row in record["difference"].items() if method in get_args(DifferenceMethod)}
    incomplete = "missing" in record["call"]
    if incomplete:
        # lavaan's own takes blanks for answers that do not vary: 3 to 80 % from the one with the fit's robust errors.
        mine = record["difference"]["satorra.2000_errors"]
        assert abs(theirs["satorra.2000"]["stat"] / mine["stat"] - 1) > 0.02
        theirs["satorra.2000"] = mine
    elif "satorra.2000_errors" in record["difference"]:
        # lavaan's MLR scales by the variance of the scores given fixed predictors, its errors by that of the scores.
        mine = record["difference"]["satorra.2000_errors"]
        assert (abs(theirs["satorra.2000"]["stat"] / mine["stat"] - 1) > POLISHED) == name.endswith("_mlr")
        theirs["satorra.2000"] = mine
    if "cluster" in record["call"]:
        del theirs["satorra.bentler.2010"]
    assert cs.compare(larger, smaller).attrs["method"] == next(iter(theirs))
    for method, row in theirs.items():
        negative = row["stat"] < 0
        with pytest.warns(cs.CsisemWarning) if negative else nullcontext() as said:
            frame = cs.compare(larger, smaller, method=method)
        assert abs(frame["chisq_diff"][1] - row["stat"]) <= POLISHED * abs(row["stat"]), method
        assert frame["df_diff"][1] == row["df"]
        if negative:
            # lavaan's p-value of a negative statistic is 1, which says that the stricter model is fine.
            assert np.isnan(frame["pvalue"][1])
            assert frame.attrs["notes"] == [str(said[0].message)]
            found = "-5.583" if incomplete else "-6.264"
            assert f"factor by 'satorra.bentler.2010' is {found}, which is not positive" in frame.attrs["notes"][0]
        else:
            assert abs(frame["pvalue"][1] - row["pvalue"]) <= TAIL * row["pvalue"], method
            assert frame.attrs["notes"] == []


def _restriction(name):
    record = json.loads((ROBUST / f"{name}.json").read_text())
    larger, smaller = _pair(record)
    plain = smaller.fit_measures()["chisq"] - larger.fit_measures()["chisq"]
    return record, larger.solution, plain, _restrictions(larger.solution, smaller.solution)


@pytest.mark.parametrize("estimator", ["mlm", "mlr"])
def test_one_restriction_is_scaled_by_the_errors_of_the_fit(estimator):
    """Satorra (2000): the factor is the robust over the normal variance of the restricted combination of parameters."""
    record, larger, plain, direction = _restriction(f"nested_covariates_zero_path_{estimator}")
    normal = direction @ np.linalg.inv(larger.unit_information(larger.settings.information)) @ direction.T / larger.n
    robust = direction @ larger.vcov @ direction.T
    ratio = float(robust[0, 0] / normal[0, 0])
    assert plain / ratio == pytest.approx(record["difference"]["satorra.2000_errors"]["stat"], rel=POLISHED)


def test_lavaan_scales_mlr_by_the_moments_given_fixed_predictors():
    """Its figure is ours with Gamma given the predictors, which its standard errors by MLR do not take."""
    record, larger, plain, direction = _restriction("nested_covariates_zero_path_mlr")
    given = larger.exogenous.tolist()
    gamma = read_gamma(larger.data, larger.moments, (), means=False, given=given)[0]
    weight = normal_weight(larger.implied_moments.cov[0], False)
    moved = moment_derivatives(larger.structure, larger.point, larger.slope)[0, 0]
    inverse = np.linalg.inv(larger.unit_information("observed"))
    robust = direction @ inverse @ (moved.T @ weight @ gamma @ weight @ moved) @ inverse @ direction.T
    ratio = float((robust / (direction @ inverse @ direction.T))[0, 0])
    assert plain / ratio == pytest.approx(record["difference"]["satorra.2000"]["stat"], rel=POLISHED)
    scores = larger.vcov * larger.n
    assert float((direction @ scores @ direction.T)[0, 0]) != pytest.approx(float(robust[0, 0]), rel=POLISHED)


def test_clusters_under_the_stricter_model_are_taken_about_their_mean():
    # At the stricter model's moments the freer one's scores do not add up to zero; lavaan takes squares of the
    # clusters' sums, a design their variance. What they differ by is known.
    record = json.loads((ROBUST / "nested_fiml_cluster_equal_loadings_mlr.json").read_text())
    larger, smaller = _pair(record)
    moved = replace(larger.solution, theta=nesting.nearest(larger.solution, smaller.solution)[0])
    slope, information = moved.slope.gradient[0], moved.unit_information("observed")
    beyond = larger.n * slope @ np.linalg.solve(information, slope) / larger.degrees
    ours = cs.compare(larger, smaller, method="satorra.bentler.2010")
    plain = smaller.fit_measures()["chisq"] - larger.fit_measures()["chisq"]
    theirs = plain / record["difference"]["satorra.bentler.2010"]["stat"]
    assert plain / ours["chisq_diff"][1] + beyond / 2 == pytest.approx(theirs, rel=POLISHED)


@pytest.mark.parametrize("mse", [False, True])
def test_replicates_that_drop_a_cluster_compare_as_the_clusters(mobi, mse):
    # Of clusters of equal size the jackknife of sums is their variance.
    frame = drawn(mobi)
    weights = {f"r{c}": np.where(frame["c25"] == c, 0.0, 25 / 24) for c in range(25)}
    jackknife = cs.Design(replicate_weights=tuple(weights), replicate_type="JK1", mse=mse)
    equal = FREE.replace("CUEX2 + CUEX3", "a*CUEX2 + a*CUEX3").replace("CUSA2 + CUSA3", "b*CUSA2 + b*CUSA3")
    pairs = [
        [cs.Model.from_syntax(text).fit(frame.assign(**weights), "MLR", design=design) for text in (FREE, equal)]
        for design in (jackknife, cs.Design(clusters="c25"))
    ]
    for method in ("satorra.bentler.2001", "satorra.bentler.2010"):
        ours, same = (cs.compare(*pair, method=method)["chisq_diff"][1] for pair in pairs)
        assert ours == pytest.approx(same, rel=1e-8), method


def test_fits_under_different_designs_are_refused(mobi):
    frame = drawn(mobi)
    free, strict = (cs.Model.from_syntax(text) for text in (FREE, STRICT))
    clustered = free.fit(frame, "MLR", design=cs.Design(clusters="c25"))
    others = {
        "clusters": cs.Design(clusters="c83"),
        "strata, clusters": cs.Design(strata="c25"),
        "lonely": cs.Design(clusters="c25", lonely="adjust"),
    }
    for words, design in others.items():
        text = _refusal(cs.DataError, clustered, strict.fit(frame, "MLR", design=design))
        assert f"sampling designs that differ in {words}, and their scaled chi-squares" in text
    assert "differ in clusters" in _refusal(cs.DataError, clustered, strict.fit(frame, "MLR"))
    # Plain chi-squares know no clusters.
    plain = [free.fit(frame, design=cs.Design(clusters="c25")), strict.fit(frame)]
    assert cs.compare(*plain)["df_diff"][1] == 1.0


def test_scaled_differences_with_a_saturated_model(mobi):
    text = "EXP =~ CUEX1 + CUEX2 + CUEX3"
    saturated = cs.Model.from_syntax(text).fit(mobi, estimator="MLM")
    equal = cs.Model.from_syntax(text.replace("CUEX2 + CUEX3", "1*CUEX2 + 1*CUEX3")).fit(mobi, estimator="MLM")
    frame = cs.compare(saturated, equal)
    # Against the saturated model the difference is the stricter model's own scaled test.
    assert frame["chisq_diff"][1] == pytest.approx(equal.fit_measures()["chisq.scaled"], rel=1e-10)
    assert frame["pvalue"][1] == pytest.approx(equal.fit_measures()["pvalue.scaled"], rel=1e-8)


def test_restrictions_do_not_depend_on_the_order_of_the_items(mobi):
    free = cs.Model.from_syntax(FREE).fit(mobi, estimator="MLMV")
    lines = STRICT.split("\n")
    turned = cs.Model.from_syntax("\n".join([lines[3], *lines[:3], *lines[4:]])).fit(mobi, estimator="MLMV")
    plain = cs.Model.from_syntax(STRICT).fit(mobi, estimator="MLMV")
    assert turned.solution.table.observed != plain.solution.table.observed
    assert cs.compare(free, turned)["chisq_diff"][1] == pytest.approx(
        cs.compare(free, plain)["chisq_diff"][1], rel=1e-8
    )


def test_methods_that_do_not_suit_are_refused(mobi, free, strict):
    with pytest.raises(cs.OptionError, match=r"method='satorra.2001' is not one of .* \(did you mean"):
        cs.compare(free, strict, method="satorra.2001")
    with pytest.raises(cs.OptionError, match=r"method='satorra.2000' does not suit chi-squares of ML, .* 'standard'"):
        cs.compare(free, strict, method="satorra.2000")
    robust = [cs.Model.from_syntax(text).fit(mobi, estimator="MLM") for text in (FREE, STRICT)]
    with pytest.raises(cs.OptionError, match="method='standard' does not suit chi-squares of MLM"):
        cs.compare(*robust, method="standard")
    kept = [pickle.loads(pickle.dumps(fit)) for fit in robust]
    assert cs.compare(*kept)["chisq_diff"][1] == cs.compare(*robust)["chisq_diff"][1]
    with pytest.raises(cs.DataError, match="reads the rows of 'model 1', which it does not hold any more"):
        cs.compare(*kept, method="satorra.bentler.2010")
