"""Power: samples fitted in blocks are fits to their rows, and shares are those that theory expects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr, ndtri

import csisem as cs
from csisem.errors import CsisemError
from csisem.inference.resample import blocks
from csisem.monte_carlo.populations import numeric_experiment, ordered_experiment, people_of
from csisem.specification.simulation import response_scales
from ordered_golden import ordered_answers

MODEL = cs.Model.from_syntax("F =~ x1 + x2 + x3; G =~ y1 + y2 + y3; G ~ b*F; double := 2*b")
ITEMS = list(MODEL.items)
VALUES = {"G ~ F": 0.25, "F ~~ F": 1.0, "G ~~ G": 1.0}
VALUES |= {f"{name} =~ {name2}{k}": 0.8 for name, name2 in (("F", "x"), ("G", "y")) for k in (2, 3)}
VALUES |= {f"{item} ~~ {item}": 0.6 for item in ITEMS}

# Both stop at 1e-20, where estimates are exact to rounding.
POLISHED = 1e-6
# Shares of R samples lie within four of their standard errors.
SIGMAS = 4.0
REPLICATIONS = 1000


@pytest.fixture
def polished(monkeypatch):
    monkeypatch.setattr("csisem.fit.bootstrap.refit.TOLERANCE", 1e-20)
    monkeypatch.setattr("csisem.fit.bootstrap.refit_ordered.TOLERANCE", 1e-20)
    monkeypatch.setattr("csisem.fit.bootstrap.ordered_replicates._SETTLED", 1e-10)


@pytest.mark.parametrize("estimator", ["ML", "MLM", "MLR"])
def test_samples_in_a_block_are_fits_to_their_rows(estimator, polished):
    scales = response_scales.scales_of((-4, 4), ITEMS)
    experiment = numeric_experiment(MODEL, people_of(MODEL, VALUES, scales), 120, estimator, scales, -0.8)
    block = blocks(3, 2)[0]
    answers, found = next(experiment.rows.parts(block)), experiment.sampled(block)
    for sample, values, errors in zip(answers, found.values, found.errors, strict=True):
        survey = cs.Survey(pd.DataFrame(sample, columns=ITEMS), scale=(-4, 4))
        fit = MODEL.fit(survey, estimator)
        table = fit.parameters
        own = pd.concat([table[table["se"] > 0].query("op != ':='"), table[table["op"] == ":="]])
        np.testing.assert_allclose(values[: len(own)], own["est"], rtol=POLISHED, atol=POLISHED)
        np.testing.assert_allclose(errors[: len(own)], own["se"], rtol=POLISHED)
        index = cs.csi(fit)
        np.testing.assert_allclose(values[len(own) :], index["index"], rtol=POLISHED)
        np.testing.assert_allclose(errors[len(own) :], index["se"], rtol=POLISHED)


@pytest.mark.parametrize("shape", ["delta", "theta"])
@pytest.mark.parametrize("estimator", ["WLSMV", "ULSMV"])
def test_ordered_samples_are_fits_to_their_rows(estimator, shape, polished):
    scales = response_scales.scales_of((-1, 1), ITEMS)
    experiment = ordered_experiment(MODEL, VALUES, 150, estimator, scales, shape)
    codes = next(experiment.answers.parts(blocks(5, 2)[0]))[0]
    found = experiment.estimated(codes)
    assert (found.outcome == 0).all()
    for sample, values, errors in zip(codes, found.values, found.errors, strict=True):
        survey = cs.Survey(pd.DataFrame(sample - 1.0, columns=ITEMS), scale=(-1, 1))
        fit = MODEL.fit(survey, estimator, ordered=True, parameterization=shape)
        table, index = fit.parameters, cs.csi(fit)
        free = {row.name for row in experiment.quantities.parameters}
        names = table["lhs"] + " " + table["op"] + " " + table["rhs"]
        own = pd.concat([table[names.isin(free)], table[table["op"] == ":="]])
        np.testing.assert_allclose(values, [*own["est"], *index["index"]], rtol=POLISHED, atol=POLISHED)
        np.testing.assert_allclose(errors, [*own["se"], *index["se"]], rtol=POLISHED)


def _within(share, expected, replications=REPLICATIONS):
    assert abs(share - expected) < SIGMAS * np.sqrt(expected * (1 - expected) / replications), (share, expected)


def test_power_is_that_of_the_wald_test_and_intervals_cover():
    n = 400
    table = cs.power(MODEL, VALUES, n, replications=REPLICATIONS, seed=1)
    path = table[(table["lhs"] == "G") & (table["op"] == "~")].iloc[0]
    # Noncentrality from the population's information: the standard error of a fit to the population's moments.
    population = people_of(MODEL, VALUES, (None,) * len(ITEMS))
    moments = cs.Moments.from_table(n=n, cov=population.cov, items=ITEMS, divisor="n")
    exact = MODEL.fit(moments).parameters.query("op == '~'").iloc[0]
    noncentral, z = exact["est"] / exact["se"], -ndtri(0.025)
    _within(path["power"], ndtr(noncentral - z) + ndtr(-noncentral - z))
    _within(path["coverage"], 0.95)
    assert abs(path["bias"]) < SIGMAS * path["sd"] / np.sqrt(REPLICATIONS)
    assert path["true"] == pytest.approx(0.25)
    double = table[table["op"] == ":="].iloc[0]
    assert double["mean"] == pytest.approx(2 * path["mean"])
    assert double["se"] == pytest.approx(2 * path["se"])


def test_a_path_of_zero_is_significant_at_the_level():
    model = cs.Model.from_syntax("F =~ x1 + x2 + x3; G =~ y1 + y2 + y3; G ~ F")
    table = cs.power(model, VALUES | {"G ~ F": 0.0}, 500, replications=REPLICATIONS, seed=2, alpha=0.1)
    _within(table.loc[table["op"] == "~", "power"].iloc[0], 0.1)


COVERED = [
    {"scale": (-3, 3), "estimator": "MLR"},
    {"scale": (-3, 3), "estimator": "MLR", "skew": {"x1": -1.2, "*": 0.5}},
    {"scale": (-1, 1), "estimator": "WLSMV", "ordered": True},
]


@pytest.mark.parametrize("options", COVERED)
def test_intervals_of_the_index_cover(options):
    # With unequal means the index depends on its weights, which rounding changes unless the answers are ordered.
    means = {"x1 ~1": 0.4, "x2 ~1": -0.4, "y1 ~1": 0.5} if "ordered" in options else {}
    values = VALUES | means
    table = cs.power(MODEL, values, 250, replications=REPLICATIONS, seed=3, **options)
    index = table[table["op"] == "index"]
    assert list(index["lhs"]) == ["F", "G"]
    for coverage in index["coverage"]:
        _within(coverage, 0.95)
    assert (np.abs(index["bias"]) < SIGMAS * index["sd"] / np.sqrt(REPLICATIONS)).all()
    assert index["power"].isna().all()


def test_thresholds_among_the_values_are_the_population_of_a_fit():
    scales = response_scales.scales_of((-1, 1), ITEMS)
    steps = ordered_experiment(MODEL, VALUES, 200, "WLSMV", scales, "delta")
    rows = steps.quantities.parameters
    given = {row.name: value for row, value in zip(rows, steps.truth, strict=False)}
    same = ordered_experiment(MODEL, given, 200, "WLSMV", (None,) * len(ITEMS), "delta")
    np.testing.assert_allclose(same.truth, steps.truth[: len(same.truth)], atol=1e-7)
    np.testing.assert_allclose(same.answers.correlations, steps.answers.correlations, atol=1e-7)
    # What a fit prints, rows that follow from others among them, is taken as it is.
    frame = pd.DataFrame(next(steps.answers.parts(blocks(1, 1)[0]))[0][0], columns=ITEMS)
    table = cs.power(MODEL, MODEL.fit(frame, "WLSMV", ordered=True).parameters, 200, replications=64, seed=1,
                     ordered=True, estimator="WLSMV")  # fmt: skip
    assert table["mean"].notna().all()


def test_samples_do_not_depend_on_workers_and_a_curve_has_all_sizes():
    one, two = (cs.power(MODEL, VALUES, [60, 120], replications=130, seed=4, workers=k) for k in (1, 2))
    pd.testing.assert_frame_equal(one, two)
    assert list(dict.fromkeys(one["n"])) == [60, 120]
    assert one.attrs["seed"] == 4


def test_lost_samples_are_counted():
    rare = cs.power(MODEL, VALUES, 40, replications=64, seed=1, ordered=True, estimator="WLSMV", scale=(-3, 3))
    lost = [row for row in rare.attrs["failures"] if not row[3]]
    assert sum(row[2] for row in lost) > 0
    assert "was not drawn" in rare.attrs["notes"][0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"estimator": "ULSMV"}, "with ordered=True"),
        ({"estimator": "WLSMV"}, "scale= for every item"),
        ({"estimator": "WLSMV", "ordered": False}, "not of 'WLSMV'"),
        ({"ordered": 1}, "ordered=1 is not one of True, False, None"),
        ({"estimator": "GLS"}, "not of 'GLS'"),
        ({"estimator": "PLS"}, "not of 'PLS'"),
        ({"ordered": True}, "not of 'ML'"),
        ({"ordered": True, "estimator": "WLSMV"}, "scale= for every item"),
        ({"ordered": True, "estimator": "WLSMV", "scale": (1, 5), "skew": 1.0}, "skewed by their thresholds"),
        ({"missing": "fiml"}, "simulated answers are complete"),
        ({"n": []}, "n= is empty"),
        ({"n": 1}, "n=1"),
        ({"replications": 1}, "replications=1 is not a whole number of at least 2"),
        ({"alpha": 0.0}, "alpha"),
        ({"skew": {"x1": -30.0}}, "beyond 20"),
        ({"values": {}}, "needs a value"),
    ],
)
def test_refusals(options, said):
    given = {"values": VALUES, "n": 100, "replications": 64} | options
    with pytest.raises(CsisemError, match=said):
        cs.power(MODEL, **given, seed=1)


LARGE = [{"estimator": "MLR", "scale": (-3, 3)}, {"estimator": "WLSMV", "ordered": True, "scale": (-1, 1)}]


@pytest.mark.parametrize("options", LARGE)
def test_large_samples_are_drawn_some_at_a_time(options, monkeypatch):
    whole = cs.power(MODEL, VALUES, 200, replications=64, seed=1, **options)
    # Six items of 200 rows: ten samples at a time, from the same random numbers.
    monkeypatch.setattr("csisem.monte_carlo.drawn_rows._AT_ONCE", 12_000)
    monkeypatch.setattr("csisem.fit.bootstrap.simulated_answers._NUMBERS", 12_000)
    parts = cs.power(MODEL, VALUES, 200, replications=64, seed=1, **options)
    pd.testing.assert_frame_equal(whole, parts)


def test_bounds_are_refused():
    model = cs.Model.from_syntax("F =~ x1 + x2 + x3; G =~ y1 + y2 + y3; G ~ b*F; b > 0")
    with pytest.raises(CsisemError, match="linear equations"):
        cs.power(model, VALUES, 100, replications=64, seed=1)


@pytest.mark.parametrize("options", [{}, {"ordered": True, "estimator": "WLSMV", "scale": (-1, 1)}])
def test_a_model_that_is_not_identified_is_refused(options):
    model = cs.Model.from_syntax("F =~ x1 + x2")
    values = {"F =~ x2": 0.8, "F ~~ F": 1, "x1 ~~ x1": 0.6, "x2 ~~ x2": 0.6}
    with pytest.raises(CsisemError, match="not identified"):
        cs.power(model, values, 100, replications=64, seed=1, **options)


def test_thresholds_given_to_an_experiment_of_numeric_answers_are_named():
    model = cs.Model.from_syntax("f =~ x1 + x2 + x3")
    fit = model.fit(ordered_answers("hs5"), "WLSMV", ordered=True)
    with pytest.raises(cs.ModelError, match=r"names 'x1 \| t1', a threshold of an ordered item.*ordered=True"):
        cs.power(model, fit.parameters, 200, replications=4, seed=1)
    with pytest.raises(cs.ModelError, match=r"names 'x1 \| t1', a threshold"):
        model.simulate(50, {"x1 | t1": 0.5}, seed=1)
    theta = model.fit(ordered_answers("hs5"), "WLSMV", ordered=True, parameterization="theta")
    with pytest.raises(cs.ModelError, match=r"fixes it at 1; of a fit under 'theta' give parameterization='theta'"):
        cs.power(model, theta.parameters, 200, replications=4, ordered=True, estimator="WLSMV", seed=1)
