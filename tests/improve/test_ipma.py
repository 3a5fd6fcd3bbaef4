"""Importance-performance maps: published figures, errors by moved weights and by refits, fields by hand."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from composites import FULL, drawn_mobi, golden
from csisem.improve.ipma_statistics import map_source, spots_of
from csisem.improve.quadrants import FIELDS
from csisem.index.construct.domains import domains_of
from csisem.index.construct.item_weights import blocks
from map_cases import ITEMS, SMALL, spots, survey_of
from replicates_golden import by_the_rule, drawn_frame

ECSI = golden("smartpls-2.0.M3/ecsi.json")
# Figures of facts are printed to five digits, those of SmartPLS to eight, and products of them lose one.
FIVE, SEVEN = 5.0000001e-6, 1e-7
# Derivatives by differences keep half of the digits.
DIFFERENCES = 1e-6
POLISHED = 1e-6


@pytest.fixture(scope="module")
def frame():
    return drawn_mobi()


@pytest.mark.parametrize("target", ["Satisfaction", "Loyalty"])
def test_the_published_map(frame, target):
    found = spots(cs.improve.ipma(FULL.fit(survey_of(frame), "PLS"), target), "importance", "performance")
    wanted = ECSI["derived"]["importance"][target]
    assert set(found.index) == set(wanted)
    index = dict(zip([c.name for c in FULL.constructs], ECSI["derived"]["index"]["path"], strict=True))
    for name, importance in wanted.items():
        assert found.loc[name, "importance"] == pytest.approx(importance, abs=FIVE), name
        assert found.loc[name, "performance"] == pytest.approx(index[name], abs=5.0000001e-5), name


@pytest.mark.parametrize("scheme", ["centroid", "factorial", "path"])
def test_importance_from_published_paths(frame, scheme):
    """SmartPLS's paths, turned to points by the deviations of the 0-100 scores, computed by numpy from the answers."""
    fit = FULL.fit(survey_of(frame), "PLS", scheme=scheme)
    names = [c.name for c in FULL.constructs]
    between = np.zeros((7, 7))
    for text, figures in ECSI["paths"].items():
        source, target = text.split("->")
        between[names.index(target), names.index(source)] = figures[scheme]
    total = np.linalg.inv(np.eye(7) - between) - np.eye(7)
    used = cs.csi(fit).attrs["weights"][""]
    spread = [sum(frame[item] * weight for item, weight in used[name].items()).std() for name in names]
    for target in ("Satisfaction", "Loyalty", "Complaints", "Value"):
        found = spots(cs.improve.ipma(fit, target), "importance")
        t = names.index(target)
        for name in found.index:
            s = names.index(name)
            wanted = total[t, s] * spread[t] / spread[s]
            assert found.loc[name, "importance"] == pytest.approx(wanted, abs=SEVEN), (target, name)
    for text, figure in ECSI["total_effects"].items():
        if scheme == "path":
            source, target = text.split("->")
            assert total[names.index(target), names.index(source)] == pytest.approx(figure, abs=SEVEN)


@pytest.mark.filterwarnings("ignore::csisem.errors.CsisemWarning")
@pytest.mark.parametrize("weights", ["model", "loadings", "equal"])
@pytest.mark.parametrize("estimator", ["ML", "MLR", "PLS", "PLSc"])
def test_performance_is_the_index_and_items_add_up(frame, estimator, weights):
    fit = SMALL.fit(survey_of(frame, ITEMS), estimator)
    found = cs.improve.ipma(fit, "S", item_weights=weights)
    index = cs.csi(fit, item_weights=weights).set_index("construct")
    for name in ("Q", "V"):
        own = found.set_index("construct").loc[name]
        for column in ("", "_se", "_ci_lower", "_ci_upper"):
            wanted = index.loc[name, column.lstrip("_") or "index"]
            assert own[f"performance{column}"] == pytest.approx(wanted, rel=1e-10)
        assert own["method"] == index.loc[name, "method"]
    items = cs.improve.ipma(fit, "S", of="items", item_weights=weights)
    sums = items.groupby("construct")[["importance", "potential"]].sum()
    wanted = spots(found, "importance", "potential")
    np.testing.assert_allclose(sums.loc[["Q", "V"]], wanted.loc[["Q", "V"]], rtol=1e-10)
    np.testing.assert_allclose(items["gain"], items["importance"] * 100 / 9, rtol=1e-12)
    np.testing.assert_allclose(items["gain_se"], items["importance_se"] * 100 / 9, rtol=1e-12)
    scores = (frame[ITEMS].mean() - 1) / 9 * 100
    np.testing.assert_allclose(items["performance"], scores[items["item"]], rtol=1e-10)
    assert found["potential"].is_monotonic_decreasing
    assert list(found["rank"]) == [1, 2]


@pytest.mark.parametrize("weights", ["model", "loadings", "equal"])
def test_importance_of_a_covariance_structure_by_hand(frame, weights):
    """Unstandardised total effects, times what either index moves by per unit of its construct."""
    fit = SMALL.fit(survey_of(frame, ITEMS))
    used = cs.csi(fit, item_weights=weights).attrs["weights"][""]
    loadings = fit.loadings.set_index(["lhs", "rhs"])["est"]
    slope = {name: sum(loadings[name, item] * weight for item, weight in used[name].items()) for name in used}
    effects = cs.effects(fit).set_index(["source", "target"])["total"]
    found = spots(cs.improve.ipma(fit, "S", item_weights=weights), "importance")["importance"]
    for name in ("Q", "V"):
        assert found[name] == pytest.approx(effects[name, "S"] * slope["S"] / slope[name], rel=1e-10)


def test_consistent_importance_is_of_the_construct(frame):
    """PLSc says how constructs move each other; an index is its construct with noise, by the root of rho_A."""
    fit = SMALL.fit(survey_of(frame, ITEMS), "PLSc")
    total = cs.effects(fit).set_index(["source", "target"])["total"]["V", "S"]
    used = cs.csi(fit).attrs["weights"][""]
    spread = {n: sum(frame[item] * weight for item, weight in used[n].items()).std() for n in ("V", "S")}
    names = [c.name for c in SMALL.constructs]
    root = dict(zip(names, np.sqrt(fit.solution.found.reliabilities[0]), strict=True))
    wanted = total * spread["S"] * root["S"] / (spread["V"] * root["V"])
    assert spots(cs.improve.ipma(fit, "S"), "importance")["importance"]["V"] == pytest.approx(wanted, rel=1e-10)


def _joint(found):
    return np.array(found.attrs["covariance"])


def _values(fit, of):
    """Importances, then performances, in the model's order, group after group, without their errors."""
    domains = domains_of(fit.solution, None, ())
    spots = spots_of(fit.solution, "S", blocks(fit.solution.table), items=of == "items")
    source = map_source(fit.solution, np.full(len(ITEMS), 9.0), "model", spots)
    return source.weigh(source.at).at(domains.mean - 1, domains.group).ravel()


def _influence(frame, weights, estimator, of, groups):
    moved = []
    for row in range(len(frame)):
        ends = []
        for step in (1e-5, -1e-5):
            w = weights + step * (np.arange(len(frame)) == row)
            fit = SMALL.fit(survey_of(frame.assign(moved=w), ITEMS, weights="moved"), estimator, groups=groups)
            ends.append(_values(fit, of))
        moved.append((ends[0] - ends[1]) / 2e-5)
    return np.array(moved)


@pytest.mark.filterwarnings("ignore::csisem.errors.CsisemWarning", "ignore::csisem.errors.InadmissibleFitWarning")
@pytest.mark.parametrize(
    ("estimator", "of", "groups"),
    [("PLS", "constructs", None), ("PLS", "items", "half"), ("MLR", "items", None), ("PLSc", "constructs", None)],
)
def test_joint_covariance_is_that_of_moved_weights(frame, estimator, of, groups):
    some = frame[:150]
    weights = some["w"].to_numpy()
    fit = SMALL.fit(survey_of(some, ITEMS, weights="w"), estimator, groups=groups)
    own = weights[:, None] * _influence(some, weights, estimator, of, groups)
    wanted = own.T @ own
    found = cs.improve.ipma(fit, "S", of=of)
    # Refits of a covariance structure end within 1e-10 of the optimum, which differences over 1e-5 make 1e-5.
    near = 2e-5 if estimator == "MLR" else DIFFERENCES
    spread = np.sqrt(np.diag(wanted))
    np.testing.assert_allclose(_joint(found), wanted, rtol=0, atol=near * wanted.max())
    np.testing.assert_allclose(np.sqrt(np.diag(_joint(found))), spread, rtol=near)


@pytest.mark.filterwarnings("ignore::csisem.errors.CsisemWarning")
def test_design(frame):
    some = frame[:140].assign(stratum=np.arange(140) // 70)
    weights = some["w"].to_numpy()
    fit = SMALL.fit(survey_of(some, ITEMS, weights="w", strata="stratum", clusters="cluster"), "PLS")
    own = pd.DataFrame(weights[:, None] * _influence(some, weights, "PLS", "constructs", None))
    wanted = np.zeros((4, 4))
    for _, inside in own.groupby([some["stratum"], some["cluster"]]).sum().groupby(level=0):
        away = inside.to_numpy() - inside.to_numpy().mean(axis=0)
        wanted += len(inside) / (len(inside) - 1) * away.T @ away
    found = cs.improve.ipma(fit, "S")
    np.testing.assert_allclose(_joint(found), wanted, rtol=0, atol=DIFFERENCES * wanted.max())
    assert set(found["method"]) == {"PLS, linearised (design)"}


def test_columns_say_the_joint_covariance(frame):
    found = cs.improve.ipma(SMALL.fit(survey_of(frame, ITEMS)), "S").set_index("construct")
    joint = _joint(found)
    for k, name in enumerate(["Q", "V"]):
        own = joint[np.ix_([k, 2 + k], [k, 2 + k])]
        one = found.loc[name]
        block = [[one["importance_se"] ** 2, one["covariance"]], [one["covariance"], one["performance_se"] ** 2]]
        np.testing.assert_allclose(np.array(block, dtype=float), own, rtol=1e-12)
        slope = np.array([100 - one["performance"], -one["importance"]], dtype=float)
        assert one["potential_se"] == pytest.approx(np.sqrt(slope @ own @ slope), rel=1e-12)
    # Under normality means say nothing about covariances, and so performance by given weights nothing about importance.
    equal = cs.improve.ipma(SMALL.fit(survey_of(frame, ITEMS)), "S", item_weights="equal")
    assert np.abs(equal["covariance"]).max() < 1e-12


@pytest.mark.filterwarnings("ignore::csisem.errors.CsisemWarning", "ignore::csisem.errors.InadmissibleFitWarning")
@pytest.mark.parametrize("estimator", ["ML", "PLS"])
@pytest.mark.parametrize("cut", ["mean", "median", (0.4, 70.0)])
def test_replicates_are_refits(frame, estimator, cut, monkeypatch):
    monkeypatch.setattr("csisem.fit.bootstrap.replicate_moments.counts", by_the_rule)
    monkeypatch.setattr("csisem.fit.bootstrap.refit.TOLERANCE", 1e-20)
    fit = SMALL.fit(survey_of(frame, ITEMS), estimator)
    drawn = cs.bootstrap(fit, n=6, seed=1)
    assert len(drawn.replicates.fitted) == 6
    found = cs.improve.ipma(fit, "S", of="items", cut=cut, bootstrap=drawn, interval="normal").set_index("item")
    again = [
        cs.improve.ipma(SMALL.fit(survey_of(drawn_frame(frame, b + 1), ITEMS), estimator), "S", of="items", cut=cut)
        .set_index("item")
        .loc[found.index]
        for b in range(6)
    ]
    for column in ("importance", "performance", "gain"):
        spread = np.std([one[column] for one in again], axis=0, ddof=1)
        np.testing.assert_allclose(found[f"{column}_se"], spread, rtol=POLISHED)
    for field in FIELDS:
        share = np.mean([one["field"] == field for one in again], axis=0)
        np.testing.assert_allclose(found[f"p_{field.replace(' ', '_')}"], share, atol=1e-12)
    ranks = np.array([one["rank"] for one in again])
    np.testing.assert_allclose(found["p_rank"], (ranks == found["rank"].to_numpy()).mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(found["p_first"], (ranks == 1).mean(axis=0), atol=1e-12)
    # The 2.5 % and 97.5 % of six ranks are the least and the largest.
    np.testing.assert_array_equal(found[["rank_lower", "rank_upper"]], np.stack([ranks.min(0), ranks.max(0)], axis=1))


def test_intervals_of_every_kind(frame):
    fit = FULL.fit(survey_of(frame), "PLS")
    drawn = cs.bootstrap(fit, n=1000, seed=3, progress=False)
    usual = cs.improve.ipma(fit, "Satisfaction").set_index("construct")
    index = cs.csi(fit, bootstrap=drawn).set_index("construct")
    for kind in ("percentile", "bca", "normal"):
        found = cs.improve.ipma(fit, "Satisfaction", bootstrap=drawn, interval=kind).set_index("construct")
        # Errors of a thousand draws, five sigmas wide, and influence's of 250 rows.
        assert (np.abs(found["importance_se"] / usual["importance_se"] - 1) < 5 / np.sqrt(2000) + 0.03).all()
        assert (found["importance_ci_lower"] < found["importance"]).all()
        assert (found["importance"] < found["importance_ci_upper"]).all()
    shared = cs.improve.ipma(fit, "Satisfaction", bootstrap=drawn).set_index("construct")
    for column in ("se", "ci_lower", "ci_upper"):
        np.testing.assert_allclose(shared[f"performance_{column}"], index.loc[shared.index, column], rtol=1e-12)
    total = shared[[f"p_{field.replace(' ', '_')}" for field in FIELDS]].sum(axis=1)
    np.testing.assert_allclose(total, 1, rtol=1e-12)
    assert (shared["rank_lower"] <= shared["rank"]).all()
    bare = pickle.loads(pickle.dumps(drawn))
    pd.testing.assert_frame_equal(
        cs.improve.ipma(fit, "Satisfaction", bootstrap=bare), cs.improve.ipma(fit, "Satisfaction", bootstrap=drawn)
    )


def test_groups_have_maps_of_their_own(frame):
    fit = SMALL.fit(survey_of(frame, ITEMS), "PLS", groups="half")
    found = cs.improve.ipma(fit, "S")
    assert list(found["half"]) == ["a", "a", "b", "b"]
    assert list(found["rank"]) == [1, 2, 1, 2]
    assert set(found.attrs["cuts"]) == {"a", "b"}
    for label in ("a", "b"):
        alone = cs.improve.ipma(SMALL.fit(survey_of(frame[frame["half"] == label], ITEMS), "PLS"), "S")
        own = found[found["half"] == label].drop(columns="half").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, alone, check_exact=False, rtol=1e-8)


@pytest.mark.filterwarnings("ignore::csisem.errors.InadmissibleFitWarning")
def test_replicate_weights(frame):
    generator = np.random.default_rng(1)
    names = [f"r{k}" for k in range(12)]
    replicate = pd.DataFrame(generator.multinomial(250, np.full(250, 1 / 250), size=12).T * 1.0, columns=names)
    survey = survey_of(
        frame.assign(one=1.0).join(replicate), weights="one", replicate_weights=names, replicate_type="bootstrap"
    )
    for estimator, model in (("PLS", FULL), ("MLR", SMALL)):
        fit = model.fit(survey, estimator)
        target = "Satisfaction" if model is FULL else "S"
        # Some replicates have a negative residual variance, and with it no model weights.
        found = cs.improve.ipma(fit, target, item_weights="equal")
        again = []
        for name in names:
            moved = survey_of(frame.assign(one=replicate[name]), weights="one")
            one = cs.improve.ipma(model.fit(moved, estimator), target, item_weights="equal").set_index("construct")
            again.append(one.loc[found["construct"], "importance"])
        spread = np.std(again, axis=0, ddof=1)
        np.testing.assert_allclose(found["importance_se"], spread, rtol=POLISHED)
        assert set(found["method"]) == {f"{estimator}, replicate weights"}


def test_moments_are_enough():
    fit = FULL.fit(cs.datasets.mobile_phone(), "PLS")
    found = cs.improve.ipma(fit, "Satisfaction")
    assert found.loc[0, "importance"] == pytest.approx(0.6398, abs=FIVE)
    assert set(found["method"]) == {"PLS, normal theory"}
    assert (found["importance_se"] > 0).all()


def test_incomplete_answers(frame):
    blank = frame.copy()
    for k, item in enumerate(ITEMS):
        blank.loc[blank.index % 11 == k, item] = np.nan
    for estimator, missing in (("MLR", "fiml"), ("PLS", "em")):
        fit = SMALL.fit(survey_of(blank, ITEMS), estimator, missing=missing)
        found = cs.improve.ipma(fit, "S").set_index("construct")
        index = cs.csi(fit).set_index("construct")
        np.testing.assert_allclose(found["performance_se"], index.loc[found.index, "se"], rtol=1e-10)
        whole = cs.improve.ipma(SMALL.fit(survey_of(frame, ITEMS), estimator), "S").set_index("construct")
        assert (np.abs(found["importance"] - whole.loc[found.index, "importance"]) < found["importance_se"]).all()


def test_completed_data_sets_are_pooled(frame):
    generator = np.random.default_rng(5)
    sets = [
        survey_of(frame.assign(PERV1=np.clip(frame["PERV1"] + generator.integers(-1, 2, 250), 1, 10)), ITEMS)
        for _ in range(3)
    ]
    fit = SMALL.fit(sets, "ML")
    found = cs.improve.ipma(fit, "S").set_index("construct")
    each = [cs.improve.ipma(one, "S").set_index("construct").loc[found.index] for one in fit.imputed.fits]
    mean = np.mean([one["importance"] for one in each], axis=0)
    np.testing.assert_allclose(found["importance"], mean, rtol=1e-12)
    between = np.var([one["importance"] for one in each], axis=0, ddof=1)
    within = np.mean([one["importance_se"] ** 2 for one in each], axis=0)
    np.testing.assert_allclose(found["importance_se"], np.sqrt(within + 4 / 3 * between), rtol=1e-12)
    assert set(found["method"]) == {"ML, normal theory, pooled over 3 data sets"}
    index = cs.csi(fit).set_index("construct")
    np.testing.assert_allclose(found["performance_ci_lower"], index.loc[found.index, "ci_lower"], rtol=1e-12)
    with pytest.raises(cs.OptionError, match="A bootstrap is of one data set"):
        cs.improve.ipma(fit, "S", bootstrap=object())
