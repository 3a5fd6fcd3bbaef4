"""Errors of PLS fits: against refits by row weights, sampling units counted by hand, and fits of every replicate."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from composites import FULL, mobi_frame, paths
from csisem.fit.pls.standard_errors import row_influence, slopes_of
from csisem.specification.construct import Construct
from csisem.survey.rows.rows import Gather

ITEMS = {"Image": "IMAG", "Value": "PERV", "Satisfaction": "CUSA", "Loyalty": "CUSL"}
# Derivatives by differences keep half of the digits of the fits.
DIFFERENCES = 1e-6


def _model(*relations, modes=None):
    given = {construct.name: construct for construct in FULL.constructs}
    named = {name for relation in relations for name in relation.replace("->", " ").replace(":", " ").split()}
    return cs.Model(
        [Construct(name, given[name].items, (modes or {}).get(name, "A")) for name in ITEMS if name in named],
        paths(*relations),
    )


CHAIN = _model("Image Value -> Satisfaction", "Satisfaction -> Loyalty")
MODELS = {
    "chain": CHAIN,
    "mode B": _model("Image Value -> Satisfaction", "Satisfaction -> Loyalty", modes={"Value": "B"}),
    "moderated": _model("Image Value Image:Value -> Satisfaction"),
}


@pytest.fixture(scope="module")
def frame():
    data = mobi_frame()
    i = np.arange(len(data))
    data["half"] = np.where(i % 3 == 0, "first", "second")
    data["w"] = 1 + (i % 5) / 2
    data["cluster"] = i // 7
    data["stratum"] = i // 100
    return data


def _influence(model, frame, weights):
    """What a little more weight on each row does to the parameters, by differences, (n, q)."""
    h = 1e-4
    rows = []
    data = frame.copy()
    for i in range(0, len(frame), 25):
        moved = []
        for sign in (1, -1):
            data["moved"] = weights
            data.loc[i, "moved"] = weights[i] + sign * h
            moved.append(model.fit(cs.Survey(data, weights="moved"), "PLS").solution.theta)
        rows.append((moved[0] - moved[1]) / (2 * h))
    return np.array(rows)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
def test_influence_is_the_derivative_of_refits(frame, name, weighted):
    weights = frame["w"].to_numpy() if weighted else np.ones(len(frame))
    survey = cs.Survey(frame, weights="w") if weighted else frame
    fit = MODELS[name].fit(survey, "PLS")
    slopes = slopes_of(fit.solution, lambda found, *_: fit.solution.layout.of_group(found))
    free = [row.fixed is None for row in fit.solution.table.rows]
    influence = row_influence(fit.solution, slopes)
    values = fit.solution.columns.of(cs.Survey(frame).rows(fit.solution.table.observed))
    centred = np.concatenate(values.reduce(Gather()), axis=1) - fit.solution.centre[0][:, None]
    exact = influence(0, centred)[free][:, ::25].T / weights.sum()
    numerical = _influence(MODELS[name], frame, weights)
    assert np.abs(numerical - exact).max() < DIFFERENCES * np.abs(exact).max()


def _own_influence(fit, frame):
    """Influences of the rows on the free parameters times their weights over the sum of weights, (n, q)."""
    free = [
        row.fixed is None
        for row in fit.solution.table.rows[: len(fit.solution.table.rows) // fit.solution.table.n_groups]
    ]
    influence = row_influence(
        fit.solution, slopes_of(fit.solution, lambda found, *_: fit.solution.layout.of_group(found)[..., free])
    )
    answers = np.concatenate(cs.Survey(frame).rows(fit.solution.table.observed).reduce(Gather()), axis=1)
    return influence(0, answers - fit.solution.centre[0][:, None]).T


def test_independent_rows(frame):
    fit = CHAIN.fit(frame, "PLS")
    own = _own_influence(fit, frame) / 250
    assert fit.settings.errors == "sandwich"
    assert fit.vcov == pytest.approx(own.T @ own, rel=1e-10, abs=1e-14)


def test_weights(frame):
    fit = CHAIN.fit(cs.Survey(frame, weights="w"), "PLS")
    w = frame["w"].to_numpy()
    own = w[:, None] * _own_influence(fit, frame) / w.sum()
    assert fit.vcov == pytest.approx(own.T @ own, rel=1e-10, abs=1e-14)
    # Weights to any scale are the same weights.
    scaled = CHAIN.fit(cs.Survey(frame.assign(w=3 * w), weights="w"), "PLS")
    assert scaled.vcov == pytest.approx(fit.vcov, rel=1e-9)
    assert scaled.solution.theta == pytest.approx(fit.solution.theta, rel=1e-10)


def test_clusters_in_strata(frame):
    data = frame.assign(cluster=frame["stratum"] * 1000 + frame["cluster"])
    survey = cs.Survey(data, weights="w", strata="stratum", clusters="cluster")
    fit = CHAIN.fit(survey, "PLS")
    w = frame["w"].to_numpy()
    own = pd.DataFrame(w[:, None] * _own_influence(fit, frame) / w.sum())
    totals = own.groupby([data["stratum"], data["cluster"]]).sum()
    wanted = np.zeros(fit.vcov.shape)
    for _, inside in totals.groupby(level=0):
        m = len(inside)
        away = inside.to_numpy() - inside.to_numpy().mean(axis=0)
        wanted += m / (m - 1) * away.T @ away
    assert fit.vcov == pytest.approx(wanted, rel=1e-10, abs=1e-14)
    assert fit.degrees == len(totals) - 3
    assert fit.settings.errors == "design"


def test_strata_without_clusters(frame):
    fit = CHAIN.fit(cs.Survey(frame, strata="stratum"), "PLS")
    own = pd.DataFrame(_own_influence(fit, frame) / 250)
    wanted = np.zeros(fit.vcov.shape)
    for _, inside in own.groupby(frame["stratum"]):
        m = len(inside)
        wanted += m * np.cov(inside.to_numpy().T, bias=False)
    assert fit.vcov == pytest.approx(wanted, rel=1e-10, abs=1e-14)


def test_replicate_weights_are_fits_of_their_own(frame):
    rng = np.random.default_rng(4)
    data = frame.copy()
    names = [f"r{k}" for k in range(12)]
    for name in names:
        data[name] = data["w"] * rng.integers(0, 3, len(data))
    survey = cs.Survey(data, weights="w", replicate_weights=names, replicate_type="bootstrap")
    for model in (CHAIN, MODELS["moderated"]):
        fit = model.fit(survey, "PLS")
        assert fit.settings.errors == "replicates"
        each = np.array([model.fit(cs.Survey(data, weights=name), "PLS").solution.theta for name in names])
        assert fit.solution.replicates.theta == pytest.approx(each, rel=1e-9, abs=1e-10)
        away = each - each.mean(axis=0)
        assert fit.vcov == pytest.approx(away.T @ away / 11, rel=1e-8, abs=1e-12)
        assert np.isfinite(fit.degrees)


def test_groups_are_fits_of_their_own(frame):
    both = CHAIN.fit(frame, "PLS", groups="half")
    columns = ["est", "se", "z", "pvalue", "ci_lower", "ci_upper"]
    assert len(both.parameters["group"].unique()) == 2
    for label in ("first", "second"):
        alone = CHAIN.fit(frame[frame["half"] == label], "PLS")
        own = both.parameters[both.parameters["group"] == label][columns].to_numpy()
        assert own == pytest.approx(alone.parameters[columns].to_numpy(), rel=1e-9, abs=1e-12, nan_ok=True)
        assert both.r_squared[label].to_numpy() == pytest.approx(alone.r_squared.to_numpy(), rel=1e-10)


def test_normal_theory_from_moments_only(frame):
    items = list(CHAIN.items)
    table = cs.Moments.from_table(n=250, cov=frame[items].cov())
    fit = CHAIN.fit(table, "PLS")
    assert fit.settings.errors == "normal theory"
    rows = CHAIN.fit(frame, "PLS")
    assert fit.solution.theta == pytest.approx(rows.solution.theta, abs=1e-10)
    ratio = fit.parameters["se"] / rows.parameters["se"]
    assert ratio.dropna().between(0.5, 1.6).all()


def test_errors_survive_pickling(frame):
    fit = CHAIN.fit(frame, "PLS")
    again = pickle.loads(pickle.dumps(fit))
    assert again.data is None
    pd.testing.assert_frame_equal(again.parameters, fit.parameters)
    moderated = pickle.loads(pickle.dumps(MODELS["moderated"].fit(frame, "PLS")))
    assert np.isfinite(moderated.parameters["se"]).all()


def test_defined_quantities(frame):
    text = CHAIN.to_syntax().replace("Satisfaction ~ Image", "Satisfaction ~ a*Image")
    text = text.replace("Loyalty ~ Satisfaction", "Loyalty ~ b*Satisfaction") + "\nindirect := a*b\n"
    fit = cs.Model.from_syntax(text).fit(frame, "PLS")
    row = fit.parameters.iloc[-1]
    effects = cs.effects(fit).set_index(["source", "target"])
    assert row["op"] == ":="
    assert row["est"] == pytest.approx(effects.loc[("Image", "Loyalty"), "indirect"], rel=1e-12)
    assert row["se"] == pytest.approx(effects.loc[("Image", "Loyalty"), "indirect_se"], rel=1e-10)
