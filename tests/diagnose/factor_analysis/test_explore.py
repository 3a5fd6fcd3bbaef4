"""Factor analysis: psych's figures, invariants of rotations, parallel analysis against data, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.diagnose.factor_analysis.factor_analyzer_adapter import explore
from csisem.diagnose.factor_analysis.factorability import chance_eigenvalues
from lavaan_golden import answers
from psych_golden import BLOCKS, FIGURES

ITEMS = FIGURES["items"]
# psych's search and factor_analyzer's both stop early.
SEARCH = 1e-4


@pytest.fixture(scope="module")
def mobi():
    return answers("mobi")


def _pattern(found):
    return found.loadings.loc[ITEMS, [f"F{k}" for k in range(1, found.n_factors + 1)]].to_numpy()


@pytest.mark.parametrize("case", ["minres none", "ml none", "minres varimax", "ml varimax", "minres promax"])
def test_loadings_are_psych_s(mobi, case):
    method, rotation = case.split()
    golden = np.array(FIGURES["efa"][case]["loadings"])
    ours = _pattern(cs.diagnose.factors(mobi, ITEMS, n_factors=3, rotation=rotation, method=method))
    order = np.argsort(-(golden**2).sum(axis=0)) if rotation != "promax" else [0, 1, 2]
    golden = golden[:, order]
    golden *= np.where(golden.sum(axis=0) < 0, -1.0, 1.0)
    np.testing.assert_allclose(ours, golden, atol=SEARCH)


def test_promax_s_factor_correlations(mobi):
    found = cs.diagnose.factors(mobi, ITEMS, n_factors=3, rotation="promax")
    np.testing.assert_allclose(np.abs(found.correlations), np.abs(FIGURES["efa"]["minres promax"]["phi"]), atol=SEARCH)


def test_kmo_bartlett_eigenvalues_and_harman(mobi):
    found = cs.diagnose.factors(mobi, ITEMS, n_factors=1)
    np.testing.assert_allclose(found.adequacy[ITEMS], FIGURES["kmo"]["items"], rtol=1e-9)
    assert found.adequacy["overall"] == pytest.approx(FIGURES["kmo"]["overall"], rel=1e-9)
    assert found.sphericity["statistic"] == pytest.approx(FIGURES["bartlett"]["statistic"], rel=1e-9)
    assert found.sphericity["df"] == FIGURES["bartlett"]["df"]
    np.testing.assert_allclose(found.eigenvalues["eigenvalue"], FIGURES["eigenvalues"], rtol=1e-9)
    every = cs.diagnose.factors(mobi, list(mobi.columns), n_factors=1)
    assert every.harman["component"] == pytest.approx(FIGURES["one_component_share"], rel=1e-9)
    assert every.harman["factor"] == pytest.approx(FIGURES["one_factor_share"], abs=SEARCH)


@pytest.mark.parametrize("rotation", ["varimax", "quartimax", "equamax", "promax", "oblimin", "quartimin", "geomin"])
def test_a_rotation_leaves_what_the_factors_explain(mobi, rotation):
    correlations = mobi[ITEMS].corr().to_numpy()
    found = explore(correlations, 3, "minres", rotation)
    plain = found.unrotated @ found.unrotated.T
    np.testing.assert_allclose(found.pattern @ found.correlations @ found.pattern.T, plain, atol=1e-10)
    np.testing.assert_allclose(np.diagonal(found.correlations), 1, atol=1e-10)
    np.testing.assert_allclose(found.communality, np.diagonal(plain), atol=1e-10)
    oblique = rotation in ("promax", "oblimin", "quartimin", "geomin")
    assert (np.abs(found.correlations - np.eye(3)).max() > 0.1) == oblique


def test_known_factors_are_found_and_strays_are_flagged():
    rng = np.random.default_rng(6)
    n = 3000
    factor = rng.normal(size=(n, 2))
    values = factor[:, [0, 0, 0, 0, 1, 1, 1, 1]] * 0.8 + rng.normal(size=(n, 8)) * 0.6
    values[:, 7] = rng.normal(size=n)
    frame = pd.DataFrame(values, columns=[f"题{k}" for k in range(8)])
    # 题3 is declared where it does not belong, 题7 belongs nowhere.
    found = cs.diagnose.factors(frame, {"服务": ["题0", "题1", "题2"], "价格": ["题4", "题5", "题6", "题3", "题7"]})
    assert found.n_factors == 2
    assert found.eigenvalues["kept"].tolist()[:3] == [True, True, False]
    flags = found.loadings["flag"]
    assert flags["题3"] == "elsewhere"
    assert flags["题7"] == "weak"
    assert (flags[["题0", "题1", "题2", "题4", "题5", "题6"]] == "").all()
    assert list(found.loadings["construct"]) == ["服务"] * 3 + ["价格"] * 5
    assert any("'题3' loads on another factor than most of its construct" in note for note in found.notes)
    assert "题3" in repr(found)
    assert "<table" in found._repr_html_()


def test_chance_is_that_of_random_data():
    rng = np.random.default_rng(1)
    drawn = chance_eigenvalues(80, 5, 4000, rng)
    plain = np.array([np.linalg.eigvalsh(np.corrcoef(rng.normal(size=(80, 5)).T))[::-1] for _ in range(4000)])
    # Means of 4,000 draws of either kind, within five of their standard errors.
    error = np.sqrt((drawn.var(axis=0) + plain.var(axis=0)) / 4000)
    np.testing.assert_array_less(np.abs(drawn.mean(axis=0) - plain.mean(axis=0)), 5 * error)
    np.testing.assert_allclose(drawn.sum(axis=1), 5)


def test_weights_and_seed(mobi):
    weighted = cs.Survey(mobi.assign(w=np.where(np.arange(250) % 2, 2.0, 1.0)), weights="w")
    twice = pd.concat([mobi, mobi[1::2]])
    ours, copies = (cs.diagnose.factors(data, BLOCKS, n_factors=3, seed=1) for data in (weighted, twice))
    np.testing.assert_allclose(ours.adequacy, copies.adequacy, rtol=1e-9)
    again = cs.diagnose.factors(weighted, BLOCKS, n_factors=3, seed=1)
    pd.testing.assert_frame_equal(ours.eigenvalues, again.eigenvalues)


def test_one_method_behind_all_answers_is_said():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.normal(size=(300, 1)) + 0.4 * rng.normal(size=(300, 5)), columns=list("abcde"))
    notes = cs.diagnose.factors(frame, list("abcde")).notes
    assert any("One factor holds" in note for note in notes)
    noise = cs.diagnose.factors(pd.DataFrame(rng.normal(size=(60, 5)), columns=list("abcde")), list("abcde"))
    assert any("KMO" in note for note in noise.notes)
    assert noise.n_factors == 1


FRAME = pd.DataFrame(np.random.default_rng(0).normal(size=(30, 4)), columns=list("甲乙丙丁"))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: cs.diagnose.factors(FRAME, ["甲", "乙"]), cs.DataError, "needs three items, and there are 2"),
        (lambda: cs.diagnose.factors(FRAME.assign(丁=1.0), list("甲乙丁")), cs.DataError, "Constant items .* '丁'"),
        (lambda: cs.diagnose.factors(FRAME[:4], list("甲乙丙丁")), cs.DataError, "4 rows answered all 4 items"),
        (lambda: cs.diagnose.factors(FRAME.assign(丁=FRAME["甲"] * 2), list("甲乙丁")), cs.DataError,
         "singular.: '丁' = 2 '甲'; leave one out"),
        (lambda: cs.diagnose.factors(FRAME, list("甲乙丙丁"), n_factors=2), cs.OptionError, "from 1 to 1, the most"),
        (lambda: cs.diagnose.factors(FRAME, list("甲乙丙丁"), rotation="varimx"), cs.OptionError, "mean 'varimax'"),
        (lambda: cs.diagnose.factors(FRAME, list("甲乙丙丁"), method="pca"), cs.OptionError, "method='pca'"),
        (lambda: cs.diagnose.factors(FRAME, list("甲乙丙丁"), quantile=95), cs.OptionError, "quantile=95"),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()
