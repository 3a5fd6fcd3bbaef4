"""The index of every replicate: by refitting, by column, with its own weights and means."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import answers
from replicates_golden import by_the_rule, drawn_frame

# Replicates and refits are both at the exact optimum.
POLISHED = 1e-6
IDENTITY = 1e-9
SIGMAS = 5.0
TEXT = "Q =~ PERQ1 + PERQ2 + PERQ3\nS =~ CUSA1 + CUSA2 + CUSA3\nL =~ CUSL1 + CUSL3\nS ~ Q\nL ~ S"
ITEMS = ["PERQ1", "PERQ2", "PERQ3", "CUSA1", "CUSA2", "CUSA3", "CUSL1", "CUSL3"]
MODEL = cs.Model.from_syntax(TEXT)


@pytest.fixture(scope="module")
def frame():
    rows = np.arange(250)
    return answers("mobi")[ITEMS].assign(region=np.where(rows % 7 < 3, "south", "north"), half=np.where(rows % 2, 1, 2))


def _survey(frame):
    return cs.Survey(frame, scale=dict.fromkeys(ITEMS, (1, 10)))


@pytest.fixture(scope="module")
def fit(frame):
    return MODEL.fit(_survey(frame))


@pytest.mark.filterwarnings("ignore::csisem.errors.InadmissibleFitWarning")
@pytest.mark.parametrize("by", [None, "region"])
@pytest.mark.parametrize("groups", [None, "half"])
def test_index_of_replicates_is_that_of_refits(frame, by, groups, monkeypatch):
    monkeypatch.setattr("csisem.fit.bootstrap.replicate_moments.counts", by_the_rule)
    monkeypatch.setattr("csisem.fit.bootstrap.refit.TOLERANCE", 1e-20)
    fit = MODEL.fit(_survey(frame), groups=groups)
    drawn = cs.bootstrap(fit, n=4, seed=1)
    assert len(drawn.replicates.fitted) == 4
    found = cs.csi(fit, by=by, bootstrap=drawn, interval="normal")
    keys = ["construct", *([groups] if groups else []), *([by] if by else [])]
    again = []
    for b in range(4):
        rows = drawn_frame(frame, b + 1, groups)
        index = cs.csi(MODEL.fit(_survey(rows), groups=groups), by=by, se="standard", invariance=False)
        index = index.set_index(keys)["index"]
        again.append(index.loc[list(found[keys].itertuples(index=False, name=None))] if len(keys) > 1
                     else index.loc[found["construct"]])  # fmt: skip
    covariance = np.cov(np.array(again).T)
    np.testing.assert_allclose(found.attrs["covariance"], covariance, rtol=POLISHED, atol=1e-7)
    np.testing.assert_allclose(found["se"], np.sqrt(np.diagonal(covariance)), rtol=POLISHED)


def test_bca_has_a_limit_of_indices(fit, monkeypatch):
    drawn = cs.bootstrap(fit, n=100, seed=4)
    many = 2 * len(fit.model.constructs)
    monkeypatch.setattr("csisem.index.construct.bootstrap_covariance._MOST_SKEWED", many)
    assert cs.csi(fit, by="region", bootstrap=drawn, interval="bca")["se"].notna().all()
    monkeypatch.setattr("csisem.index.construct.bootstrap_covariance._MOST_SKEWED", many - 1)
    with pytest.raises(cs.OptionError, match=f"takes at most {many - 1} indices; there are {many}"):
        cs.csi(fit, by="region", bootstrap=drawn, interval="bca")


def test_index_and_its_errors(fit):
    drawn = cs.bootstrap(fit, n=1000, seed=4)
    usual, found = cs.csi(fit), cs.csi(fit, bootstrap=drawn)
    pd.testing.assert_series_equal(found["index"], usual["index"])
    robust = cs.csi(fit, se="robust")["se"]
    assert (np.abs(found["se"] / robust - 1) < SIGMAS / np.sqrt(2 * 1000) + 0.02).all()
    assert set(found["method"]) == {"bootstrap, percentile, 1000 replicates"}
    assert (found["ci_lower"] < found["index"]).all()
    assert (found["index"] < found["ci_upper"]).all()
    bca = cs.csi(fit, bootstrap=drawn, interval="bca")
    assert set(bca["method"]) == {"bootstrap, BCa, 1000 replicates"}
    assert (bca["ci_lower"] != found["ci_lower"]).all()
    assert (np.abs(bca["ci_lower"] - found["ci_lower"]) < found["se"]).all()


def test_replicates_without_an_index_are_left_out():
    """Model weights take positive residual variances, and a few replicates of a Heywood-prone sample have none."""
    frame = answers("holzinger")[:260]
    items = [f"x{k}" for k in range(1, 7)]
    survey = cs.Survey(frame[items], scale=dict.fromkeys(items, (0, 10)))
    fit = cs.Model.from_syntax("V =~ x1 + x2 + x3\nT =~ x4 + x5 + x6\nT ~ V").fit(survey)
    drawn = cs.bootstrap(fit, n=400, seed=1)
    lacking = drawn.replicates.inadmissible["The residual variance of x1 is negative."].sum()
    assert 0 < lacking < 40
    found = cs.csi(fit, bootstrap=drawn)
    assert found[["se", "ci_lower", "ci_upper"]].notna().all(axis=None)
    assert found.attrs["notes"] == []


def test_by_column_takes_the_rows_again(fit, frame):
    drawn = cs.bootstrap(fit, n=1000, seed=4)
    found, robust = cs.csi(fit, by="region", bootstrap=drawn), cs.csi(fit, by="region")
    assert (np.abs(found["se"] / robust["se"] - 1) < SIGMAS / np.sqrt(2 * 1000) + 0.02).all()
    bca = cs.csi(fit, by="region", bootstrap=drawn, interval="bca")
    assert (bca["ci_upper"] > bca["index"]).all()
    bare = pickle.loads(pickle.dumps(drawn))
    with pytest.raises(cs.DataError, match="draw the rows again"):
        cs.csi(fit, by="region", bootstrap=bare)
    pd.testing.assert_frame_equal(cs.csi(fit, bootstrap=bare), cs.csi(fit, bootstrap=drawn))


@pytest.mark.filterwarnings("ignore::csisem.errors.InadmissibleFitWarning")
def test_acceleration_of_an_index_is_that_of_reweighted_refits(frame):
    """Influence on the index by column, through weights and means, from refits with each row weighted up and down."""
    some = frame[:60].reset_index(drop=True)
    fit = MODEL.fit(_survey(some))
    drawn = cs.bootstrap(fit, n=200, seed=1)
    influence = []
    for row in range(60):
        ends = []
        for step in (1e-4, -1e-4):
            weighted = some.assign(w=np.where(np.arange(60) == row, 1 + step, 1.0))
            survey = cs.Survey(weighted, scale=dict.fromkeys(ITEMS, (1, 10)), weights="w")
            ends.append(cs.csi(MODEL.fit(survey), by="region", se="standard")["index"].to_numpy())
        influence.append((ends[0] - ends[1]) / 2e-4)
    values = np.array(influence)
    away = values - values.mean(axis=0)
    expected = (away**3).sum(axis=0) / (6 * (away**2).sum(axis=0) ** 1.5)
    found, replicates = {}, drawn.replicates

    def keep(draws, estimate, kind, level=0.95, acceleration=None):
        found["acceleration"] = acceleration
        return type(replicates).interval(replicates, draws, estimate, kind, level, acceleration)

    object.__setattr__(replicates, "interval", keep)
    cs.csi(fit, by="region", bootstrap=drawn, interval="bca")
    np.testing.assert_allclose(found["acceleration"].ravel(), expected, rtol=1e-4, atol=1e-5)


def test_refusals(fit, frame):
    drawn = cs.bootstrap(fit, n=40, seed=1)
    with pytest.raises(cs.OptionError, match="not both"):
        cs.csi(fit, bootstrap=drawn, se="robust")
    with pytest.raises(cs.OptionError, match="but data= gives other answers"):
        cs.csi(fit, frame[:100], bootstrap=drawn)
    with pytest.raises(cs.OptionError, match="did you mean 'percentile'"):
        cs.csi(fit, bootstrap=drawn, interval="percentle")
    with pytest.raises(cs.OptionError, match="another fit"):
        cs.csi(MODEL.fit(_survey(frame[:200])), bootstrap=drawn)
    model = cs.bootstrap(fit, n=40, method="bollen-stine", seed=1)
    with pytest.raises(cs.OptionError, match="replicates of the answers as they are"):
        cs.csi(fit, by="region", bootstrap=model)
