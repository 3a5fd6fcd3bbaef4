"""Bootstraps: replicates and their distribution against lavaan, by refitting; effects, comparisons, pickles."""

from __future__ import annotations

import pickle
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.inference.resample import BLOCK
from lavaan_golden import answers
from replicates_golden import as_golden, by_the_rule, drawn_frame, record

# Both at the exact optimum.
POLISHED = 1e-6
# Arithmetic on the same draws.
IDENTITY = 1e-10
# Frequencies are compared within five of their own standard errors.
SIGMAS = 5.0
SMALL = "Q =~ CUEX1 + CUEX2 + CUEX3\nS =~ CUSA1 + CUSA2 + CUSA3\nL =~ CUSL1 + CUSL3\nS ~ a*Q\nL ~ b*S\nab := a*b"
REPLICATED = ["mobi_small", "mobi_small_bollen_stine", "abilities_metric", "covariates_fixed_means"]
ITEMS = ["CUEX1", "CUEX2", "CUEX3", "CUSA1", "CUSA2", "CUSA3", "CUSL1", "CUSL3"]
STRICT = SMALL.replace("a*Q", "0*Q").replace("\nab := a*b", "")


@pytest.fixture(scope="module")
def mobi():
    return answers("mobi")[ITEMS].assign(region=np.where(np.arange(250) % 5 < 2, "south", "north"))


@pytest.fixture(scope="module")
def fit(mobi):
    return cs.Model.from_syntax(SMALL).fit(mobi)


@pytest.fixture(scope="module")
def drawn(fit):
    return cs.bootstrap(fit, n=400, seed=3)


@pytest.fixture
def rule(monkeypatch):
    """Draws by the golden rule, replicates polished."""
    monkeypatch.setattr("csisem.fit.bootstrap.replicate_moments.counts", by_the_rule)
    monkeypatch.setattr("csisem.fit.bootstrap.refit.TOLERANCE", 1e-20)


@pytest.mark.parametrize(
    "name", ["mobi_small", "mobi_small_bollen_stine", "abilities_metric", "covariates_fixed_means"]
)
def test_replicates_of_lavaan(name, rule):
    found = record(f"replicates_{name}")
    frame = answers(found["data"])
    by = found["call"].get("group")
    case = as_golden(found, list(dict.fromkeys(frame[by])) if by else [])
    fit = cs.Model.from_syntax(case.text).fit(frame, **case.arguments())
    method = "bollen-stine" if found["transformed"] else "nonparametric"
    drawn = cs.bootstrap(fit, n=len(found["replicates"]), method=method, seed=1)
    draws = drawn.draws
    for place, row in enumerate(found["rows"]):
        lhs, op, rhs = row["lhs"], row["op"], row["rhs"]
        suffix = f" [{case.groups[row['group'] - 1]}]" if by else ""
        names = [f"{lhs} {op} {rhs}".strip() + suffix, f"{rhs} {op} {lhs}".strip() + suffix]
        column = next(name for name in names if name in draws)
        theirs = [replicate["est"][place] for replicate in found["replicates"]]
        np.testing.assert_allclose(draws[column], theirs, rtol=POLISHED, atol=POLISHED * 1e-2)
    chisq = [replicate["chisq"] for replicate in found["replicates"]]
    np.testing.assert_allclose(drawn.replicates.chisq, chisq, rtol=POLISHED)


def _share_is(found, expected, draws, theirs):
    """Whether a share of draws is lavaan's, both being random."""
    error = np.sqrt(expected * (1 - expected) * (1 / draws + 1 / theirs))
    return np.abs(found - expected) < SIGMAS * error


def test_distribution_of_lavaans_bootstrap():
    found = record("lavaan")
    fit = cs.Model.from_syntax(found["syntax"]).fit(answers(found["data"]))
    drawn = cs.bootstrap(fit, n=2000, seed=11)
    draws, p = drawn.draws, np.array(found["probabilities"])
    for row, quantiles in zip(found["rows"], found["quantiles"], strict=True):
        column = draws[f"{row['lhs']} {row['op']} {row['rhs']}"].dropna().to_numpy()
        assert _share_is((column[:, None] <= quantiles).mean(axis=0), p, 2000, found["replicates"]).all(), row
    test, theirs = cs.bootstrap(fit, n=2000, method="bollen-stine", seed=12), found["bollen_stine"]
    below = (test.replicates.chisq[:, None] <= theirs["quantiles"]).mean(axis=0)
    assert _share_is(below, p, 2000, theirs["replicates"]).all()
    expected = max(theirs["pvalue"], 1 / theirs["replicates"])
    assert _share_is(test.pvalue, expected, 2000, theirs["replicates"])


def test_a_seed_gives_the_same_numbers_on_any_number_of_workers(fit, drawn):
    again = cs.bootstrap(fit, n=400, seed=3, workers=2)
    assert np.array_equal(again.replicates.theta, drawn.replicates.theta, equal_nan=True)
    assert np.array_equal(again.replicates.chisq, drawn.replicates.chisq, equal_nan=True)
    assert again.seed == 3
    fewer = cs.bootstrap(fit, n=BLOCK + 3, seed=3)
    assert np.array_equal(fewer.replicates.theta[:BLOCK], drawn.replicates.theta[:BLOCK], equal_nan=True)
    fresh = cs.bootstrap(fit, n=40)
    assert np.array_equal(
        cs.bootstrap(fit, n=40, seed=fresh.seed).replicates.theta, fresh.replicates.theta, equal_nan=True
    )
    assert not np.array_equal(cs.bootstrap(fit, n=40).replicates.theta, fresh.replicates.theta, equal_nan=True)


def test_replicates_in_smaller_batches(fit, drawn, monkeypatch):
    monkeypatch.setattr("csisem.fit.bootstrap.refit._AT_ONCE", 10 * 64)
    again = cs.bootstrap(fit, n=BLOCK, seed=3)
    np.testing.assert_allclose(again.replicates.theta, drawn.replicates.theta[:BLOCK], rtol=POLISHED, atol=POLISHED)
    assert np.array_equal(again.replicates.outcome, drawn.replicates.outcome[:BLOCK])


def test_usual_tolerance_is_far_below_the_errors(fit, drawn, monkeypatch):
    monkeypatch.setattr("csisem.fit.bootstrap.refit.TOLERANCE", 1e-20)
    exact = cs.bootstrap(fit, n=2 * BLOCK, seed=3)
    errors = np.sqrt(np.diagonal(fit.vcov))
    assert (np.abs(drawn.replicates.theta[: 2 * BLOCK] - exact.replicates.theta) < 1e-3 * errors).all()


@pytest.mark.parametrize("estimator", ["GLS", "ULS", "ULSM"])
def test_least_squares_by_refitting(mobi, estimator, rule):
    model = cs.Model.from_syntax(SMALL)
    fit = model.fit(mobi, estimator=estimator)
    drawn = cs.bootstrap(fit, n=3, seed=1)
    for b in range(3):
        again = model.fit(drawn_frame(mobi, b + 1), estimator=estimator)
        np.testing.assert_allclose(drawn.replicates.theta[b], again.solution.theta, rtol=POLISHED)
        assert drawn.replicates.chisq[b] == pytest.approx(again.fit_measures()["chisq"], rel=POLISHED)


def test_draws_and_intervals_have_the_rows_of_the_parameters(fit, drawn):
    draws, table, parameters = drawn.draws, drawn.intervals(), fit.parameters
    assert draws.shape == (400, len(parameters))
    assert list(draws.columns[:2]) == ["Q =~ CUEX1", "Q =~ CUEX2"]
    assert (table["lhs"] == parameters["lhs"]).all()
    np.testing.assert_allclose(table["est"], parameters["est"], rtol=IDENTITY)
    np.testing.assert_allclose(table["std"], parameters["std"], rtol=IDENTITY)
    np.testing.assert_allclose(table["se"], draws.std(), rtol=IDENTITY, atol=IDENTITY)
    product = draws["S ~ Q"] * draws["L ~ S"]
    np.testing.assert_allclose(draws["ab := a*b"], product, rtol=IDENTITY)
    fixed = table[parameters["se"] == 0]
    assert (fixed["se"] == 0).all()
    assert (fixed["ci_lower"] == 1).all()
    assert table.attrs == {"method": "bootstrap, percentile, 400 replicates", "notes": []}


def test_normal_intervals_take_the_bias_off(fit, drawn):
    table, draws = drawn.intervals(interval="normal"), drawn.draws
    middle = (table["ci_lower"] + table["ci_upper"]) / 2
    np.testing.assert_allclose(middle, 2 * fit.parameters["est"] - draws.mean().to_numpy(), rtol=IDENTITY)


def test_effects_of_every_replicate(fit, drawn):
    found = cs.effects(fit, bootstrap=drawn).set_index(["source", "target"]).loc[("Q", "L")]
    draws = drawn.draws
    assert found["indirect_se"] == pytest.approx((draws["S ~ Q"] * draws["L ~ S"]).std(), rel=IDENTITY)
    assert found["direct_se"] == 0
    table = drawn.intervals().set_index("label").loc["ab"]
    for end in ("ci_lower", "ci_upper"):
        assert found[f"total_{end}"] == pytest.approx(table[end], rel=IDENTITY)
    both = {kind: cs.effects(fit, bootstrap=drawn, interval=kind, standardized=True) for kind in ("percentile", "bca")}
    assert (both["bca"]["total_ci_lower"] < both["bca"]["total"]).all()
    assert (both["bca"]["total_ci_lower"] != both["percentile"]["total_ci_lower"]).any()


def test_comparison_by_common_draws(mobi, fit, rule):
    strict = cs.Model.from_syntax(STRICT).fit(mobi)
    stacks = [cs.bootstrap(fit, n=40, method="bollen-stine", under=strict, seed=1),
              cs.bootstrap(strict, n=40, method="bollen-stine", seed=1)]  # fmt: skip
    table = cs.compare(free=fit, strict=strict, bootstrap=stacks)
    # The drawn rows, moved by hand so that the stricter model holds.
    frame = mobi[ITEMS] - mobi[ITEMS].mean()
    sample, implied = frame.cov(ddof=0), strict.implied_cov
    moved = frame @ np.linalg.inv(_root(sample)) @ _root(implied)
    moved.columns = ITEMS
    for b in range(2):
        rows = drawn_frame(moved, b + 1)
        for stack in stacks:
            assert stack.replicates.chisq[b] == pytest.approx(
                stack.fit.model.fit(rows).fit_measures()["chisq"], rel=POLISHED
            )
    differences = stacks[1].replicates.chisq - stacks[0].replicates.chisq
    known = differences[~np.isnan(differences)]
    assert len(known) >= 36
    assert (known >= 0).all()
    assert table["pvalue_bootstrap"][1] == (known >= table["chisq_diff"][1]).mean()
    assert np.isnan(table["pvalue_bootstrap"][0])
    assert "pvalue_bootstrap" not in cs.compare(free=fit, strict=strict)


def _root(cov):
    values, vectors = np.linalg.eigh(np.asarray(cov))
    return (vectors * np.sqrt(values)) @ vectors.T


def test_parametric_draws_need_no_rows(mobi, fit):
    moments = cs.Moments.from_table(n=250, cov=mobi[ITEMS].cov(ddof=0), divisor="n")
    published = fit.model.fit(moments)
    drawn = cs.bootstrap(published, n=1000, method="parametric", seed=2)
    # Normal answers: errors are those of normal theory, as far as 1,000 draws and 250 rows tell.
    errors = np.sqrt(np.diagonal(published.vcov))
    ratio = np.nanstd(drawn.replicates.theta, axis=0, ddof=1) / errors
    assert (np.abs(ratio - 1) < SIGMAS / np.sqrt(2 * 1000) + 10 / 250).all()
    assert drawn.pvalue < 0.05
    # The same samples for a model that names its items in another order.
    turned = cs.Model.from_syntax("\n".join(reversed(SMALL.split("\n")[:5]))).fit(moments)
    assert turned.solution.table.observed != published.solution.table.observed
    other = cs.bootstrap(turned, n=20, method="parametric", under=published, seed=2)
    np.testing.assert_allclose(other.replicates.chisq, drawn.replicates.chisq[:20], rtol=POLISHED)


def test_bollen_stine_under_another_model_has_no_test_of_its_own(mobi, fit):
    strict = cs.Model.from_syntax(STRICT).fit(mobi)
    for drawn in (
        cs.bootstrap(fit, n=40, method="bollen-stine", under=strict, seed=1),
        cs.bootstrap(fit, n=40, seed=1),
    ):
        with pytest.raises(cs.OptionError, match="takes replicates under it"):
            _ = drawn.pvalue


def test_a_pickled_bootstrap_keeps_everything_but_rows(fit, drawn):
    again = pickle.loads(pickle.dumps(drawn))
    assert again.replicates.data is None
    assert again.fit.data is None
    pd.testing.assert_frame_equal(again.intervals(), drawn.intervals())
    pd.testing.assert_frame_equal(cs.effects(fit, bootstrap=again), cs.effects(fit, bootstrap=drawn))
    with pytest.raises(cs.DataError, match="holds no rows"):
        again.intervals(interval="bca")


def test_rows_given_back(mobi, fit, drawn):
    bare = pickle.loads(pickle.dumps(fit))
    again = cs.bootstrap(bare, mobi, n=BLOCK, seed=3)
    assert np.array_equal(again.replicates.theta, drawn.replicates.theta[:BLOCK])
    with pytest.raises(cs.DataError, match="not the answers that were fitted"):
        cs.bootstrap(bare, mobi[::-1].assign(CUSA1=1 + np.arange(250) % 10), n=40)


def test_z_and_p_are_of_the_estimate_over_its_bootstrap_error(drawn):
    """As users of SmartPLS report them; the normal distribution is that of the standard library."""
    table, normal = drawn.intervals(), NormalDist()
    for before, estimate in (("", "est"), ("std_", "std")):
        se, z, pvalue = (table[f"{before}{name}"] for name in ("se", "z", "pvalue"))
        free = se > 0
        assert z[free].to_numpy() == pytest.approx((table[estimate] / se)[free].to_numpy(), rel=IDENTITY)
        expected = [2 * normal.cdf(-abs(one)) for one in z[free]]
        assert pvalue[free].to_numpy() == pytest.approx(expected, rel=IDENTITY, abs=IDENTITY)
        assert table.loc[~free, [f"{before}z", f"{before}pvalue"]].isna().all(axis=None)
    again = drawn.intervals(interval="normal")
    assert again["z"].equals(table["z"])


def test_intervals_of_a_fit_have_the_tests_of_its_parameters(fit):
    shown, frame = fit.intervals(level=0.5), fit.parameters
    assert shown["z"].equals(frame["z"])
    assert shown["pvalue"].equals(frame["pvalue"])
