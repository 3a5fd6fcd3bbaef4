"""Variances of totals under every golden design, from influence values made here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from csisem.inference.design_rules import linearise
from csisem.inference.design_variance import added, degrees_of_freedom, variance, variances
from csisem.inference.replicate_variance import replicate_degrees, replicate_rule
from survey_golden import LINEARISED, REPLICATED, multipliers, record, survey

# survey works in double precision throughout; the figures have 17 digits.
GOLDEN = 1e-10


def _variance(name, influence):
    """Design covariance of the sums of the columns of ``influence`` (n, k), which contain the weights."""
    units = survey(name).units()
    design = linearise(units)
    found = variance(design, added(influence, design.code, design.count))
    if design.row_factor is not None:
        found = found + influence.T @ (design.row_factor[design.code, None] * influence)
    return found


def _mean_influence(frame, names, inside=None):
    weights = frame["pw"].to_numpy() * (1.0 if inside is None else inside)
    values = frame[names].to_numpy(dtype=float)
    mean = weights @ values / weights.sum()
    return mean, weights[:, None] * (values - mean) / weights.sum()


@pytest.mark.parametrize("name", LINEARISED)
def test_means_and_their_covariance(name):
    frame = survey(name).frame
    mean, influence = _mean_influence(frame, ["api00", "api99"])
    np.testing.assert_allclose(mean, [row["est"] for row in record(name)["mean"]], rtol=GOLDEN)
    np.testing.assert_allclose(_variance(name, influence), record(name)["mean_vcov"], rtol=GOLDEN)


@pytest.mark.parametrize("name", LINEARISED)
def test_totals_and_ratios(name):
    frame = survey(name).frame
    asked = frame["enroll"].notna() & frame["api.stu"].notna()
    weights = frame["pw"].to_numpy()
    enrolled, tested = (weights * frame[key].where(asked, 0.0).to_numpy() for key in ("enroll", "api.stu"))
    ratio = tested.sum() / enrolled.sum()
    influence = np.column_stack([enrolled, (tested - ratio * enrolled) / enrolled.sum()])
    errors = np.sqrt(np.diag(_variance(name, influence)))
    golden = record(name)
    np.testing.assert_allclose([enrolled.sum(), ratio], [golden[k][0]["est"] for k in ("total", "ratio")], rtol=GOLDEN)
    np.testing.assert_allclose(errors, [golden[k][0]["se"] for k in ("total", "ratio")], rtol=GOLDEN)


@pytest.mark.parametrize("name", LINEARISED)
def test_domains_keep_every_cluster(name):
    frame, golden = survey(name).frame, record(name)
    columns = []
    for row in golden["domain_means"]:
        mean, influence = _mean_influence(frame, ["api00"], (frame["stype"] == row["stype"]).to_numpy())
        assert mean[0] == pytest.approx(row["est"], rel=GOLDEN)
        columns.append(influence)
    # Strata that are domains have covariances of exactly zero, which come out as rounding of the variances.
    scale = np.abs(golden["domain_vcov"]).max()
    np.testing.assert_allclose(
        _variance(name, np.hstack(columns)), golden["domain_vcov"], rtol=GOLDEN, atol=GOLDEN * scale
    )


@pytest.mark.parametrize("name", LINEARISED)
def test_regressions(name):
    frame, golden = survey(name).frame, record(name)["glm"]
    X = np.column_stack([np.ones(len(frame)), frame[["ell", "meals", "mobility"]]])
    weights, y = frame["pw"].to_numpy(), frame["api00"].to_numpy(dtype=float)
    bread = np.linalg.inv(X.T @ (weights[:, None] * X))
    coefficients = bread @ X.T @ (weights * y)
    influence = (weights * (y - X @ coefficients))[:, None] * X @ bread
    np.testing.assert_allclose(coefficients, [row["est"] for row in golden["coefficients"]], rtol=1e-8)
    # svyglm's iterations leave the coefficients and so its scores at about 1e-10.
    np.testing.assert_allclose(_variance(name, influence), golden["vcov"], rtol=1e-7)


@pytest.mark.parametrize("name", LINEARISED)
def test_degrees_of_freedom(name):
    design = linearise(survey(name).units())
    rows = np.bincount(design.code, minlength=design.count).astype(float)
    every, whole = np.arange(design.count), np.zeros(design.count, dtype=int)
    assert degrees_of_freedom(design, rows, every, whole, 1) == record(name)["degf"]


def test_degrees_of_freedom_of_a_domain():
    frame, golden = survey("clus1").frame, record("clus1")
    design = linearise(survey("clus1").units())
    inside = np.bincount(design.code, frame["stype"] == "H", minlength=design.count)
    outside = np.bincount(design.code, minlength=design.count) - inside
    unit, domain = np.tile(np.arange(design.count), 2), np.repeat([0, 1], design.count)
    assert degrees_of_freedom(design, np.r_[inside, outside], unit, domain, 2)[0] == golden["domain_H"]["degf"]


@pytest.mark.parametrize("name", ["clus2_two_stage", "clus1", "strat"])
def test_variances_are_the_diagonal(name):
    design = linearise(survey(name).units())
    totals = np.random.default_rng(1).normal(size=(design.count, 3))
    np.testing.assert_allclose(variances(design, totals), np.diag(variance(design, totals)), rtol=1e-12)


def test_rows_as_the_second_stage_are_the_schools_they_are():
    """In the two-stage sample a row is a school: naming it or not must not matter."""
    frame = survey("clus2_two_stage").frame
    _, influence = _mean_influence(frame, ["api00"])
    import csisem as cs

    by_rows = cs.Survey(frame, weights="pw", clusters="dnum", fpc=["fpc1", "fpc2"])
    design = linearise(by_rows.units())
    found = variance(design, added(influence, design.code, design.count))
    found = found + influence.T @ (design.row_factor[design.code, None] * influence)
    assert found[0, 0] == pytest.approx(record("clus2_two_stage")["mean_vcov"][0][0], rel=GOLDEN)


@pytest.mark.parametrize(
    ("customers", "drawn", "se"),
    [
        # survey 4.1-1 with options(survey.lonely.psu = "average"): SE(svymean(~y, svydesign(ids = ~1, strata = ~h,
        # fpc = ~N, weights = ~w, data = d))), y = (3, 5, 4 | 8, 6, 9 | 7), N = (30, 60, and 1 or 20). A stratum that
        # is its one customer is not lonely: it adds nothing, and the others keep their factors.
        ((30, 60, 1), (3, 3, 1), 0.594829389130741),
        ((30, 60, 20), (3, 3, 1), 0.602679965235172),
        # There is no stratum whose variance could stand for the others'.
        ((30, 60, 20), (1, 1, 1), np.nan),
    ],
)
def test_average_factors_of_lonely_units(customers, drawn, se):
    import csisem as cs

    stratum = np.repeat([0, 1, 2], drawn)
    y = np.array([3.0, 5, 4, 8, 6, 9, 7])[: len(stratum)]
    number = np.array(customers)[stratum]
    frame = pd.DataFrame({"y": y, "h": stratum, "many": number, "w": number / np.array(drawn)[stratum]})
    survey = cs.Survey(frame, weights="w", strata="h", fpc="many", lonely="average")
    design = linearise(survey.units())
    influence = frame["w"] * (y - np.average(y, weights=frame["w"])) / frame["w"].sum()
    influence = influence.to_numpy()[:, None]
    found = variance(design, added(influence, design.code, design.count))
    found = found + influence.T @ (design.row_factor[design.code, None] * influence)
    np.testing.assert_allclose(np.sqrt(found), [[se]], rtol=GOLDEN)


def test_the_rank_of_replicates_does_not_depend_on_their_units():
    """Degrees of freedom are the rank of the weights less one, also where replicates differ in scale."""
    weights = np.random.default_rng(3).uniform(0.5, 2.0, size=(40, 5)) @ np.eye(5)[:, [0, 1, 2, 3, 4, 0, 1]]
    weights *= 10.0 ** np.array([0, 8, -8, 3, 0, 0, 0])
    assert replicate_degrees(weights.T @ weights) == 5 - 1
    # A replicate in which every weight is zero adds no degree of freedom.
    weights = np.column_stack([weights, np.zeros(40)])
    assert replicate_degrees(weights.T @ weights) == 5 - 1


@pytest.mark.parametrize("name", REPLICATED)
@pytest.mark.parametrize("mse", [False, True])
def test_replicates(name, mse):
    golden = record(name)["mse"] if mse else record(name)
    frame = survey(name).frame
    weights = multipliers(name) * frame["pw"].to_numpy()[:, None]
    values = frame[["api00", "api99"]].to_numpy(dtype=float)
    stack = weights.T @ values / weights.sum(axis=0)[:, None]
    whole = frame["pw"].to_numpy() @ values / frame["pw"].sum()
    design = survey(name).design
    rule = replicate_rule(design.replicate_type, len(design.replicate_weights), design.scale, design.rscales, mse)
    np.testing.assert_allclose(rule.variance(stack, whole), golden["mean_vcov"], rtol=GOLDEN)
    np.testing.assert_allclose(rule.variances(stack, whole), np.diag(golden["mean_vcov"]), rtol=GOLDEN)
    assert replicate_degrees(weights.T @ weights) == golden["degf"]


@pytest.mark.parametrize(
    ("name", "kind"), [("rep_brr", "BRR"), ("rep_jk1", "JK1"), ("rep_raowu", "bootstrap"), ("rep_jkn", "JKn")]
)
def test_usual_scales(name, kind):
    design = record(name)["design"]
    rscales = tuple(design["rscales"]) if kind == "JKn" else None
    usual = replicate_rule(kind, design["replicates"], rscales=rscales)
    np.testing.assert_allclose(usual.factors, design["scale"] * np.array(design["rscales"]), rtol=1e-12)


def test_replicates_of_factor_zero_have_no_part_in_the_mean():
    """survey 4.1-1: svrVar(c(1, 2, 3, 10), 1, c(1, 1, 1, 0), mse, coef = 4) is 2, and 14 about the estimate."""
    stack, whole = np.array([[1.0], [2.0], [3.0], [10.0]]), np.array([4.0])
    for mse, expected in ((False, 2.0), (True, 14.0)):
        rule = replicate_rule("JKn", 4, rscales=(1, 1, 1, 0), mse=mse)
        assert rule.variances(stack, whole).item() == pytest.approx(expected, rel=1e-14)
        assert rule.variance(stack, whole).item() == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("mse", [False, True])
def test_replicates_that_are_missing_are_stood_for_by_the_others(mse):
    # By hand: of eleven replicates the last lacks the second statistic; their factors are 1 and 3 in turn.
    rng = np.random.default_rng(6)
    stack, whole = rng.normal(size=(11, 3)), np.zeros(3)
    stack[10, 1] = np.nan
    rule = replicate_rule("JKn", 11, rscales=(1, 3) * 5 + (1,), mse=mse)
    known = stack[:10, 1] - (0 if mse else stack[:10, 1].mean())
    expected = (np.array([1, 3] * 5) @ known**2) * 21 / 20
    assert rule.variances(stack, whole)[1] == pytest.approx(expected, rel=1e-14)
    covariance = rule.variance(stack, whole)
    np.testing.assert_allclose(np.diag(covariance), rule.variances(stack, whole), rtol=1e-14)
    assert np.linalg.eigvalsh(covariance)[0] > 0
    # With two of eleven missing, more than a tenth, the standard error is nan; the other statistics keep theirs.
    stack[9, 1] = np.nan
    assert np.isnan(rule.variances(stack, whole)).tolist() == [False, True, False]
    assert np.isnan(rule.variance(stack, whole)).sum() == 5
