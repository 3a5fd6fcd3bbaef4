"""Reliability and discriminant validity of surveys and of fits: semTools, psych, seminr, identities, the design."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from composites import construct, mobi_frame, paths
from lavaan_golden import answers

FOLDER = Path(__file__).parents[2] / "golden"
SEMTOOLS = json.loads((FOLDER / "semtools-0.5.6-reliability" / "reliability.json").read_text())
SEMINR = json.loads((FOLDER / "seminr-R-3.6.0" / "figures.json").read_text())["four_constructs"]
GOLDEN = 1e-9
# lavaan's default run, from which semTools takes the loadings, stops early; so does seminr.
DEFAULT_RUN = 2e-5
BLOCKS = {"Expectation": ["e1", "e2", "e3"], "Quality": ["q1", "q2", "q3", "q4", "q5"], "Value": ["v1", "v2"],
          "Satisfaction": ["s1", "s2", "s3"], "Complaints": ["c1"], "Loyalty": ["l1", "l2"]}  # fmt: skip


@pytest.fixture(scope="module")
def retail():
    survey = cs.datasets.retail_survey()
    return survey, cs.datasets.retail_survey_model()


def _pair(table, first, second):
    own = table.set_index(["first", "second"])
    return own.loc[(first, second)] if (first, second) in own.index else own.loc[(second, first)]


@pytest.mark.parametrize("case", SEMTOOLS)
def test_reliability_of_a_fit_is_semtools(case):
    golden = SEMTOOLS[case]
    moments = cs.Moments.from_table(n=golden["n"], cov=golden["cov"], items=golden["items"])
    fit = cs.Model.from_syntax(golden["model"]).fit(moments)
    table = cs.diagnose.reliability(fit).set_index("construct")
    for column, key, rtol in (("alpha", "alpha", GOLDEN), ("omega", "omega", DEFAULT_RUN),
                              ("rho_c", "rho_c", DEFAULT_RUN), ("ave", "ave", DEFAULT_RUN)):  # fmt: skip
        expected = pd.Series(golden[key])
        np.testing.assert_allclose(table.loc[expected.index, column].astype(float), expected, rtol=rtol)
    assert (table["omega_ci_lower"] < table["omega"]).all()
    assert (table["omega"] < table["omega_ci_upper"]).all()
    found = cs.diagnose.validity(fit)
    for ours, theirs in ((found.htmt, "htmt"), (found.htmt2, "htmt2")):
        expected = pd.DataFrame(golden[theirs]).set_index("_row")
        expected.index.name = None
        pd.testing.assert_frame_equal(ours.loc[expected.index, expected.columns], expected.astype(float), rtol=GOLDEN)


def test_a_single_item_has_no_alpha():
    golden = SEMTOOLS["abilities"]
    moments = cs.Moments.from_table(n=golden["n"], cov=golden["cov"], items=golden["items"])
    fit = cs.Model.from_syntax("visual =~ x1 + x2 + x3\nlone =~ x4\nlone ~ visual").fit(moments)
    table = cs.diagnose.reliability(fit).set_index("construct")
    assert np.isnan(table.loc["lone", "alpha"])
    assert table.loc["visual", "alpha"] == pytest.approx(golden["alpha"]["visual"], rel=GOLDEN)


def test_omega_s_error_is_that_of_a_defined_parameter():
    golden = SEMTOOLS["abilities"]
    moments = cs.Moments.from_table(n=golden["n"], cov=golden["cov"], items=golden["items"])
    text = """visual =~ x1 + a*x2 + b*x3
    visual ~~ v*visual
    x1 ~~ t1*x1
    x2 ~~ t2*x2
    x3 ~~ t3*x3
    omega := (1 + a + b)^2 * v / ((1 + a + b)^2 * v + t1 + t2 + t3)"""
    fit = cs.Model.from_syntax(text).fit(moments)
    own = fit.parameters.query("op == ':='").iloc[0]
    row = cs.diagnose.reliability(fit).iloc[0]
    assert row["omega"] == pytest.approx(own["est"], rel=1e-10)
    # Symmetric in log(1 - omega), with the delta method's error there.
    half = (np.log(1 - row["omega_ci_lower"]) - np.log(1 - row["omega_ci_upper"])) / 2
    assert half == pytest.approx(1.959963984540054 * own["se"] / (1 - own["est"]), rel=1e-8)


def test_reliability_and_validity_of_pls_are_seminr_s():
    blocks = [construct(name) for name in ("Image", "Expectation", "Value", "Satisfaction")]
    model = cs.Model(blocks, paths("Image Expectation Value -> Satisfaction"))
    fit = model.fit(cs.datasets.mobile_phone(), "PLS")
    table = cs.diagnose.reliability(fit).set_index("construct")
    for name, golden in SEMINR["reliability"].items():
        found = table.loc[name, list(golden)].astype(float)
        np.testing.assert_allclose(found, list(golden.values()), rtol=DEFAULT_RUN)
    assert table["omega"].isna().all()
    found = cs.diagnose.validity(fit)
    for pair, value in SEMINR["htmt"].items():
        assert _pair(found.pairs, *pair.split("-"))["htmt"] == pytest.approx(value, abs=1e-8)
    roots = np.sqrt(table["ave"].astype(float))
    np.testing.assert_allclose(np.diag(found.fornell_larcker), roots[found.fornell_larcker.columns])
    # The largest entry of an item is its loading, which the cross-loadings repeat.
    loadings = fit.loadings.set_index(["lhs", "rhs"])["std"]
    for (name, item), row in found.cross_loadings.iterrows():
        assert row[name] == pytest.approx(loadings[name, item], rel=1e-10)
    image = _pair(found.pairs, "Image", "Satisfaction")
    assert not image["distinct"]
    assert image["reasons"].startswith("HTMT is 0.91")
    assert any("read HTMT" in note for note in found.notes)
    weighted = cs.Model([construct("Image", "B"), construct("Value")], paths("Image -> Value"))
    own = cs.diagnose.reliability(weighted.fit(cs.datasets.mobile_phone(), "PLS")).set_index("construct")
    assert own.loc["Image", ["rho_c", "ave", "rho_a"]].isna().all()
    assert not own.loc["Value", ["rho_c", "ave", "rho_a"]].isna().any()
    # A single item is its construct, in either mode.
    single = cs.Model([cs.Construct("Image", ["IMAG1"], "B"), construct("Value")], paths("Image -> Value"))
    notes = cs.diagnose.validity(single.fit(cs.datasets.mobile_phone(), "PLS")).notes
    assert "measurement.formed" not in [note.code for note in notes]


def test_before_a_model_each_construct_stands_by_itself(retail):
    survey, model = retail
    table = cs.diagnose.reliability(survey, model)
    assert list(table.columns[:2]) == ["construct", "n_items"]
    table = table.set_index("construct")
    alpha = cs.diagnose.alpha(survey, BLOCKS).set_index("block")
    omega = cs.diagnose.omega(survey, BLOCKS).set_index("block")
    for name in BLOCKS:
        ours = table.loc[
            name, ["alpha", "alpha_ci_lower", "alpha_ci_upper", "omega", "omega_ci_lower", "omega_ci_upper"]
        ]
        theirs = [*alpha.loc[name, ["alpha", "alpha_ci_lower", "alpha_ci_upper"]],
                  *omega.loc[name, ["omega", "omega_ci_lower", "omega_ci_upper"]]]  # fmt: skip
        np.testing.assert_allclose(ours.astype(float), np.array(theirs, float))
    # A fit of the block alone is the same.
    fit = cs.Model.from_syntax("Quality =~ q1 + q2 + q3 + q4 + q5").fit(survey, "MLR")
    own = cs.diagnose.reliability(fit).iloc[0]
    for column in ("alpha", "alpha_ci_lower", "omega", "omega_ci_lower", "omega_ci_upper", "rho_c", "ave"):
        assert own[column] == pytest.approx(table.loc["Quality", column], rel=1e-6)
    pair = survey.answers(["v1", "v2"]).dropna()
    weights = survey.units().weights[pair.index]
    r = np.cov(pair.T, aweights=weights)
    r = r[0, 1] / np.sqrt(r[0, 0] * r[1, 1])
    value = table.loc["Value"]
    np.testing.assert_allclose(value[["rho_c", "ave"]].astype(float), [2 * r / (1 + r), r])
    assert value["method"] == "equal loadings"
    assert table.loc["Complaints", ["alpha", "omega", "rho_c", "ave"]].isna().all()
    assert table.loc["Complaints", "method"] == "one item"


def test_by_group_and_with_groups(retail):
    survey, _ = retail
    blocks = {name: BLOCKS[name] for name in ("Quality", "Satisfaction")}
    table = cs.diagnose.reliability(survey, blocks, by="firm")
    assert table["firm"].tolist() == ["Alder", "Birch", "Cedar"] * 2
    alone = survey.frame[survey.frame["firm"] == "Cedar"]
    same = cs.diagnose.reliability(cs.Survey(alone, scale={"*": (1, 10), "c1": (0, 1)}, weights="weight"), blocks)
    np.testing.assert_allclose(table.query("firm == 'Cedar'")[["alpha", "omega", "rho_c", "ave"]],
                               same[["alpha", "omega", "rho_c", "ave"]], rtol=1e-6)  # fmt: skip
    found = cs.diagnose.validity(survey, blocks, by="firm")
    assert found.pairs["firm"].tolist() == ["Alder", "Birch", "Cedar"]
    assert found.htmt.index.names == ["group", None]
    model = cs.Model.from_syntax(
        "Quality =~ q1 + q2 + q3 + q4 + q5\nSatisfaction =~ s1 + s2 + s3\nSatisfaction ~ Quality"
    )
    fit = model.fit(survey, groups="firm")
    own = cs.diagnose.reliability(fit)
    assert own["firm"].tolist() == ["Alder", "Birch", "Cedar"] * 2
    # Two constructs and a path between them are two factors that covary.
    other = cs.diagnose.validity(fit)
    np.testing.assert_allclose(other.pairs[["correlation", "htmt", "smaller_root"]],
                               found.pairs[["correlation", "htmt", "smaller_root"]], rtol=1e-5)  # fmt: skip
    pls = cs.diagnose.validity(model.fit(survey, "PLS", groups="firm"))
    np.testing.assert_allclose(pls.htmt, other.htmt, rtol=1e-10)


def test_htmt_s_interval_follows_normal_theory_and_the_rows():
    rng = np.random.default_rng(4)
    factors = rng.normal(size=(800, 2)) @ np.linalg.cholesky([[1, 0.5], [0.5, 1]]).T
    values = 0.8 * factors[:, [0, 0, 0, 1, 1, 1]] + 0.6 * rng.normal(size=(800, 6))
    frame = pd.DataFrame(values, columns=["a1", "a2", "a3", "b1", "b2", "b3"])
    model = cs.Model.from_syntax("A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3")
    rows = cs.diagnose.validity(model.fit(frame)).pairs.iloc[0]
    items = list(frame.columns)
    moments = cs.Moments.from_table(n=800, mean=values.mean(axis=0), cov=np.cov(values.T, bias=True), items=items,
                                    divisor="n")  # fmt: skip
    table = cs.diagnose.validity(model.fit(moments)).pairs.iloc[0]
    half = [row["htmt_ci_upper"] - row["htmt"] for row in (rows, table)]
    # Two estimates of one error, from 800 normal rows.
    assert half[0] == pytest.approx(half[1], rel=0.1)
    draws = []
    for _ in range(400):
        drawn = values[rng.integers(0, 800, 800)]
        r = np.abs(np.corrcoef(drawn.T))
        within = [r[k : k + 3, k : k + 3][np.triu_indices(3, 1)].mean() for k in (0, 3)]
        draws.append(r[:3, 3:].mean() / np.sqrt(within[0] * within[1]))
    # The standard deviation of 400 draws is known to 3.5 %; three such.
    assert half[0] / 1.96 == pytest.approx(np.std(draws), rel=0.11)


@pytest.mark.parametrize(
    ("loading", "correlation", "reasons"),
    [
        (0.90, 0.80, ""),
        (0.95, 0.92, "HTMT is 0.92"),
        (0.70, 0.75, "they correlate at 0.75, more than a construct with its items (0.70)"),
        (0.70, 0.92, "HTMT is 0.92; they correlate at 0.92, more than a construct with its items (0.70)"),
    ],
)
def test_parallel_items_have_the_correlation_as_htmt(loading, correlation, reasons):
    """Equal loadings l and correlation r: HTMT = l^2 r / l^2 = r, AVE = l^2, alpha = omega = 3 l^2 / (1 + 2 l^2)."""
    same = np.kron(np.eye(2), np.ones((3, 3)))
    cov = loading**2 * (same + correlation * (1 - same)) + (1 - loading**2) * np.eye(6)
    items = ["a1", "a2", "a3", "b1", "b2", "b3"]
    fit = cs.Model.from_syntax("A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3").fit(
        cs.Moments.from_table(n=500, cov=cov, items=items)
    )
    found = cs.diagnose.validity(fit)
    pair = found.pairs.iloc[0]
    for column, value in (("htmt", correlation), ("htmt2", correlation), ("smaller_root", loading)):
        assert pair[column] == pytest.approx(value, rel=1e-6)
    assert pair["distinct"] == (not reasons)
    assert pair["reasons"] == reasons
    # Nothing is said of incomplete rows or replicates, which this fit has not.
    assert [note.code for note in found.notes] == ["measurement.low_ave"] * (loading**2 < 0.5)
    table = cs.diagnose.reliability(fit)
    for column in ("alpha", "omega", "rho_c"):
        np.testing.assert_allclose(table[column], 3 * loading**2 / (1 + 2 * loading**2), rtol=1e-6)


def test_htmt_s_interval_under_a_design_has_its_degrees_of_freedom():
    frame = answers("mobi").iloc[:120]
    survey = cs.Survey(frame.assign(store=np.arange(120) // 20), clusters="store")
    fit = cs.datasets.mobile_phone_model("small").fit(survey, "MLR")
    wide, narrow = (cs.diagnose.validity(fit, level=level).pairs for level in (0.95, 0.9))
    widths = [(pairs["htmt_ci_upper"] - pairs["htmt_ci_lower"]).to_numpy() for pairs in (wide, narrow)]
    # t with 6 - 1 degrees of freedom, R: qt(0.975, 5) and qt(0.95, 5).
    np.testing.assert_allclose(widths[0] / widths[1], 2.570581835636314 / 2.015048372669157, rtol=1e-9)


def test_an_item_that_goes_elsewhere_is_named():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 600))
    b = 0.6 * a + 0.8 * b
    frame = pd.DataFrame({f"a{k}": a + 0.5 * rng.normal(size=600) for k in (1, 2, 3)})
    frame = frame.assign(**{f"b{k}": b + 0.5 * rng.normal(size=600) for k in (1, 2, 3)})
    frame["错"] = b + 0.5 * rng.normal(size=600)
    model = cs.Model([cs.Construct("甲", ["a1", "a2", "a3", "错"]), cs.Construct("乙", ["b1", "b2", "b3"])],
                     paths("甲 -> 乙"))  # fmt: skip
    found = cs.diagnose.validity(model.fit(frame, "PLS"))
    assert any("错 (乙)" in note for note in found.notes)
    assert "Items that correlate most with another construct" in found._repr_html_()


def test_an_inadmissible_fit_is_reported():
    fit = cs.datasets.mobile_phone_model().fit(cs.datasets.mobile_phone())
    with pytest.warns(cs.InadmissibleFitWarning, match="inadmissible fit"):
        found = cs.diagnose.validity(fit)
    assert found.notes[0].startswith("The fit is inadmissible")
    with pytest.warns(cs.InadmissibleFitWarning):
        assert len(cs.diagnose.reliability(fit)) == 7


def test_bad_input_is_a_sentence(retail):
    survey, model = retail
    fit, alone = model.fit(survey), cs.Model.from_syntax("Q =~ q1 + q2 + q3").fit(survey)
    for call, error, sentence in (
        (lambda: cs.diagnose.reliability(fit, model), cs.OptionError, "items= is settled by the fit"),
        (lambda: cs.diagnose.validity(fit, by="firm"), cs.OptionError, "by= is settled by the fit"),
        (lambda: cs.diagnose.reliability(survey.frame), cs.OptionError, "Name the items"),
        (lambda: cs.diagnose.reliability(survey, BLOCKS, level=95), cs.OptionError, "level=95"),
        (lambda: cs.diagnose.reliability(survey, {"Q": ["q1", "q9"]}), cs.DataError, "no column 'q9'"),
        (lambda: cs.diagnose.validity(survey, {"Q": ["q1", "q2"]}), cs.ModelError, "two constructs or more"),
        (lambda: cs.diagnose.validity(alone), cs.ModelError, "only construct"),
    ):
        with pytest.raises(error, match=sentence):
            call()
    constant = cs.Survey(survey.frame.assign(q1=5))
    with pytest.raises(cs.DataError, match="Constant items carry no information: 'q1'"):
        cs.diagnose.reliability(constant, {"Q": ["q1", "q2", "q3"]})


def test_what_htmt_does_not_assume_is_reported():
    frame, relations = mobi_frame(), paths("Image Value -> Satisfaction")
    formed = cs.Model([construct("Image", "B"), construct("Value"), construct("Satisfaction")], relations)
    (note,) = [n for n in cs.diagnose.validity(formed.fit(frame, "PLS")).notes if "HTMT assumes" in n]
    assert note.startswith("The items of 'Image' have regression weights")
    blank = frame.astype(float)
    blank.loc[::9, "IMAG1"] = np.nan
    reflective = cs.Model([construct("Image"), construct("Value"), construct("Satisfaction")], relations)
    notes = cs.diagnose.validity(reflective.fit(blank, missing="fiml")).notes
    assert any("use the standard errors of the rows that answered everything" in n for n in notes)
