"""Structural after measurement: lavaan's figures, identities, and populations."""

from __future__ import annotations

import json
import pickle
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.fit.covariance.structural_after_measurement.two_step_derivatives import two_step_derivatives
from lavaan_golden import SMALL, answers, drawn

FOLDER = Path(__file__).parents[2] / "golden" / "lavaan-0.6-14-sam"
# lavaan's optimiser ends at a relative change of 1e-12 of the discrepancy, up to 3e-5 of a standard error away from the
# minimum (its own default run is another 1e-5 away); the minimum itself is that of maximum likelihood to 1e-7 below.
OPTIMISER = 4e-5
EXACT = 1e-8
CASES = ["abilities_correlated", "abilities_covariate", "abilities_group", "abilities_group_loadings",
         "abilities_less_error", "abilities_one_block", "abilities_paths", "democracy", "mobi_small_blocks",
         "mobi_small_one_block", "mobi_two_causes"]  # fmt: skip
# lavaan's standard errors of standardised values are of the whole model's information, which is that of the two steps
# where the structural part fits perfectly.
PERFECT = ["abilities_correlated", "abilities_group", "abilities_one_block", "abilities_paths", "democracy"]


@cache
def case(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


@cache
def fitted(name: str) -> cs.Fit:
    record = case(name)
    call = record["call"] or {}
    options: dict[str, Any] = {}
    if "group" in call:
        options["groups"] = call["group"]
    if "group.equal" in call:
        options["equal"] = [call["group.equal"]]
    options["blocks"] = [block for block in call.get("mm.list", []) if isinstance(block, list)]
    return cs.Model.from_syntax(record["syntax"]).fit(answers(record["data"]), "SAM", **options)


def matched(name: str) -> pd.DataFrame:
    """lavaan's rows, each beside ours."""
    fit, theirs = fitted(name), pd.DataFrame(case(name)["parameters"])
    ours = fit.parameters
    labels = fit.groups or (1,)
    rows = []
    for _, row in theirs.iterrows():
        same = (ours["lhs"] == row["lhs"]) & (ours["rhs"] == row["rhs"])
        same |= (ours["lhs"] == row["rhs"]) & (ours["rhs"] == row["lhs"]) & (row["op"] == "~~")
        found = ours[same & (ours["op"] == row["op"]) & (ours["group"] == labels[row["group"] - 1])]
        assert len(found) == 1
        rows.append(found.iloc[0][["est", "se", "std", "std_se"]].add_prefix("our_"))
    joined = pd.concat([theirs.reset_index(drop=True), pd.DataFrame(rows).reset_index(drop=True)], axis=1)
    return joined.astype({name: float for name in joined if name.startswith(("our_", "est", "se", "std"))})


# ---- lavaan ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_estimates_and_two_step_errors_are_lavaans(name):
    rows = matched(name)
    unit = rows["se"].where(rows["se"] > 0, 1.0)
    assert ((rows["our_est"] - rows["est"]).abs() / unit).max() < OPTIMISER
    assert ((rows["our_se"] - rows["se"]).abs() / unit).max() < OPTIMISER
    np.testing.assert_allclose(rows["our_std"], rows["std_all"], atol=OPTIMISER)


@pytest.mark.parametrize("name", PERFECT)
def test_errors_of_standardised_values_are_lavaans(name):
    rows = matched(name)
    np.testing.assert_allclose(rows["our_std_se"], rows["std_se"].fillna(0), atol=OPTIMISER)


@pytest.mark.parametrize("name", CASES)
def test_measures_are_lavaans_of_the_structural_part(name):
    measures = fitted(name).fit_measures()
    for measure, theirs in case(name)["structural_fit"].items():
        # A root mean square of a perfect fit is the root of rounding.
        assert measures[measure] == pytest.approx(theirs, rel=OPTIMISER, abs=1e-6), measure
    assert "aic" not in measures.index


@pytest.mark.parametrize("name", ["abilities_paths", "mobi_small_blocks", "mobi_two_causes"])
def test_blocks_and_reliabilities_are_lavaans(name):
    table = fitted(name).measurement()
    theirs = case(name)["block_fit"]
    blocks = table.drop_duplicates("block")
    np.testing.assert_allclose(blocks["chisq"], theirs["Chisq"], rtol=OPTIMISER, atol=1e-8)
    assert blocks["df"].tolist() == theirs["Df"]
    np.testing.assert_allclose(table["reliability"], case(name)["reliability"][0], atol=OPTIMISER)


def test_less_error_is_taken_off_where_all_would_leave_no_covariances():
    fit = fitted("abilities_less_error")
    assert any("only 95.1% of it was" in said for said in fit.status.warnings)
    assert fit.latent_correlations.loc["A", "B"] < 1


def test_a_residual_variance_at_zero():
    # CUSL3's would be negative. Then LOY is CUSL3 less its mean: lavaan gives CUSL3 the weight of a residual variance
    # of 1 instead, whatever its unit, so that only what concerns LOY differs.
    rows, fit = matched("mobi_full_blocks"), fitted("mobi_full_blocks")
    loyal = (rows["lhs"] == "LOY") & rows["op"].isin(["~", "~~"])
    rest = rows[~loyal & (rows["op"] != ":=")]
    unit = rest["se"].where(rest["se"] > 0, 1.0)
    assert ((rest["our_est"] - rest["est"]).abs() / unit).max() < OPTIMISER
    paths = rest[rest["op"] == "~"]
    # The disturbance of LOY enters the information of the whole model.
    assert ((paths["our_se"] - paths["se"]).abs() / paths["se"]).max() < 0.01
    loadings = fit.loadings.set_index("rhs")["est"]
    items = ["CUSL1", "CUSL2", "CUSL3"]
    cov = np.cov(answers("mobi")[items].T, bias=True)
    latent = fit.solution.latent.cov[0, -1, -1]
    assert latent == pytest.approx(cov[2, 2] / loadings["CUSL3"] ** 2, rel=EXACT)
    residual = fit.parameters[(fit.parameters["op"] == "~~")].set_index("lhs")["est"]
    weight = 1 / np.array([residual["CUSL1"], residual["CUSL2"], 1.0])
    own = loadings[items].to_numpy()
    mapping = own * weight / (own * weight * own).sum()
    kept = mapping @ (cov - np.diag([residual["CUSL1"], residual["CUSL2"], 0.0])) @ mapping
    assert kept / (mapping @ cov @ mapping) == pytest.approx(case("mobi_full_blocks")["reliability"][0][-1], rel=1e-6)
    assert fit.measurement().set_index("construct").loc["LOY", "at_zero"] == "CUSL3"


# ---- identities ------------------------------------------------------------------------------------------------------


def test_one_block_and_all_covariances_is_maximum_likelihood():
    model = cs.Model.from_syntax(case("abilities_correlated")["syntax"])
    data = answers("holzinger")
    two, one = model.fit(data, "SAM", blocks=[["visual", "textual", "speed"]]), model.fit(data)
    for column in ("est", "se", "std", "std_se"):
        np.testing.assert_allclose(two.parameters[column], one.parameters[column], rtol=1e-7, atol=1e-9)


def test_a_population_is_recovered():
    syntax = """
    Image =~ i1 + i2 + i3 + i4
    Good =~ g1 + 1*g2
    Value =~ v1 + v2
    Single =~ s1
    Whole =~ Image + Good + Value
    s1 ~~ 0.3*s1
    i1 ~~ i2
    Single ~ Whole
    out ~ Single
    """
    model = cs.Model.from_syntax(syntax)
    table = model.table()
    rng = np.random.default_rng(4)
    values = {}
    for name in table.names():
        lhs, _, rhs = name.partition(" ~~ ")
        values[name] = rng.uniform(0.5, 0.9) if not rhs or lhs == rhs else 0.1
    fit = model.fit(_population(model, values), "SAM")
    found = dict(zip(fit.solution.table.names(), fit.solution.theta, strict=True))
    for name, value in values.items():
        assert found[name] == pytest.approx(value, abs=EXACT), name
    assert fit.fit_measures()["chisq"] == pytest.approx(0, abs=1e-6)
    # 'Value' has two free items and is measured with the nearest construct; 'Good' with equal loadings is alone.
    table = fit.measurement().set_index("construct")["block"]
    assert table["Value"] == table["Image"] != table["Good"]


def _population(model: cs.Model, values: dict[str, float]) -> cs.Moments:
    """Moments implied by values of the free parameters, by (I - B)^-1 on the whole."""
    table = model.table()
    names = [*table.latents, *(name for name in table.observed if name not in table.latents)]
    place = {name: k for k, name in enumerate(names)}
    paths, symmetric = np.zeros((2, len(names), len(names)))
    free = dict(zip(table.names(), range(table.npar), strict=True))
    theta = np.array([values[name] for name in free])
    for row, value in zip(table.rows, table.base + table.map @ theta, strict=True):
        if row.op == "=~":
            paths[place[row.rhs], place[row.lhs]] = value
        elif row.op == "~":
            paths[place[row.lhs], place[row.rhs]] = value
        elif row.op == "~~":
            symmetric[place[row.lhs], place[row.rhs]] = symmetric[place[row.rhs], place[row.lhs]] = value
    total = np.linalg.inv(np.eye(len(names)) - paths)
    cov = total @ symmetric @ total.T
    own = [place[name] for name in table.observed]
    return cs.Moments.from_table(
        cov=pd.DataFrame(cov[np.ix_(own, own)], table.observed, table.observed), n=500, divisor="n"
    )


@pytest.mark.parametrize("equal", [(), ("loadings",), ("loadings", "intercepts")])
def test_derivatives_by_the_moments(equal):
    model = cs.Model.from_syntax(case("abilities_paths")["syntax"])
    fit = model.fit(answers("holzinger"), "SAM", groups="school", equal=equal)
    solution, moments = fit.solution, fit.moments
    slopes = two_step_derivatives(solution)
    rng = np.random.default_rng(1)
    shift_mean = rng.normal(size=moments.mean.shape) * 1e-5
    shift_cov = rng.normal(size=moments.cov.shape) * 1e-5
    shift_cov += shift_cov.mT

    def at(sign: float) -> np.ndarray:
        from dataclasses import replace

        moved = replace(moments, mean=moments.mean + sign * shift_mean, cov=moments.cov + sign * shift_cov)
        return model.fit(moved, "SAM", equal=equal).solution.theta

    row, col = np.tril_indices(9)
    direction = np.concatenate([shift_mean, shift_cov[:, row, col]], axis=1)
    expected = (at(1) - at(-1)) / 2
    # Differences of estimates that end within 1e-10 of the minimum.
    np.testing.assert_allclose(np.einsum("gs,gsq->q", direction, slopes), expected, rtol=1e-5, atol=1e-10)


def test_weights_give_errors_by_the_rows_influence():
    # The influence of a row is the derivative of the estimates by its weight.
    data = answers("political_democracy").assign(w=1.0)
    model = cs.Model.from_syntax(case("democracy")["syntax"])
    whole = model.fit(data, "SAM", design=cs.Design(weights="w"))
    step, total = 1e-4, np.zeros(whole.solution.table.npar)
    for i in range(len(data)):
        ends = []
        for sign in (1, -1):
            moved = data.copy()
            moved.loc[moved.index[i], "w"] += sign * step
            ends.append(model.fit(moved, "SAM", design=cs.Design(weights="w")).solution.theta)
        total += ((ends[0] - ends[1]) / (2 * step)) ** 2
    # Central differences, of weights 1e-4 apart.
    np.testing.assert_allclose(np.sqrt(np.diag(whole.vcov)), np.sqrt(total), rtol=1e-5)
    alone = data.assign(unit=range(len(data)))
    design = model.fit(alone, "SAM", design=cs.Design(clusters="unit"))
    n = len(data)
    np.testing.assert_allclose(design.vcov, whole.vcov * n / (n - 1), rtol=1e-8, atol=1e-12)
    assert design.degrees == n - 1


def test_replicates_are_fits_to_the_redrawn_moments():
    data = drawn(answers("mobi"))
    model = cs.Model.from_syntax(SMALL)
    fit = model.fit(data, "SAM")
    replicates = cs.bootstrap(fit, n=4, seed=1).replicates
    items = fit.solution.table.observed
    for cov, theta in zip(replicates.covariances()[:, 0], replicates.theta, strict=True):
        again = model.fit(cs.Moments.from_table(cov=pd.DataFrame(cov, items, items), n=250, divisor="n"), "SAM")
        # The tolerance of replicates is a thousandth of a standard error.
        assert (np.abs(theta - again.solution.theta) < 2e-3 * np.sqrt(np.diag(fit.vcov))).all()


# ---- what is said and refused ----------------------------------------------------------------------------------------


def test_constructs_of_two_items_are_measured_with_the_next_on_their_path():
    fit = cs.Model.from_syntax(SMALL).fit(answers("mobi"), "SAM")
    assert fit.status.warnings[:2] == (
        "VAL has too few items to be measured alone and was measured together with SAT, LOY.",
        "LOY has too few items to be measured alone and was measured together with VAL, SAT.",
    )
    assert fit.measurement()["block"].tolist() == [1, 2, 2, 2]
    assert "Structural part, given the measurement" in repr(fit)
    assert not pickle.loads(pickle.dumps(fit)).parameters.compare(fit.parameters).size


def test_items_without_common_variance():
    frame = pd.DataFrame(np.random.default_rng(116).normal(size=(60, 6)), columns=list("abcdef"))
    frame[["e", "f"]] += frame[["d"]].to_numpy()
    fit = cs.Model.from_syntax("one =~ a + b + c; two =~ d + e + f; two ~ one").fit(frame, "SAM")
    assert not fit
    assert fit.status.reasons[0].startswith(
        "The items of one have no common variance in their measurement block (-0.006"
    )


def _fit(syntax: str = SMALL, **options: object) -> cs.Fit:
    return cs.Model.from_syntax(syntax).fit(answers("mobi"), "SAM", **options)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: _fit("VAL =~ PERV1 + PERV2"), cs.ModelError, "'VAL' has too few items to be measured alone"),
        (lambda: _fit("PERV1 ~ PERV2"), cs.ModelError, "measures constructs first, and the model has none"),
        (lambda: _fit("S =~ CUSA1 + a*CUSA2 + CUSA3; E =~ CUEX1 + CUEX2 + CUEX3; S ~ a*E"), cs.ModelError,
         "'S =~ CUSA2' is equal to a parameter of the other step"),
        (lambda: _fit("S =~ NA*CUSA1 + CUSA2 + CUSA3; S ~~ 1*S; E =~ CUEX1 + CUEX2 + CUEX3; S ~ E"), cs.ModelError,
         "'S' has no loading fixed at 1, from which SAM would take its unit"),
        (lambda: _fit(SMALL + "PERQ1 ~ SAT", meanstructure=True), cs.ModelError,
         "does not model means beside observed variables in paths ('PERQ1')"),
        (lambda: _fit(blocks=[["VAL", "SATT"]]), cs.OptionError, "blocks= names 'SATT'"),
        (lambda: _fit(blocks=["VAL", "SAT"]), cs.OptionError, "as in [['A', 'B']]"),
        (lambda: _fit(missing="fiml"), cs.OptionError, "missing='fiml' is used by 'ML' and 'MLR'"),
        (lambda: _fit(bounds="wide"), cs.OptionError, "estimator='SAM' keeps residual variances at 0 or above"),
        (lambda: _fit(effect_coding=True), cs.OptionError, "estimator='SAM' takes units from fixed loadings"),
        (lambda: _fit(SMALL.replace("SAT ~ EXP", "SAT ~ b*EXP") + "b > 0.1"),
         cs.ModelError, "SAM takes linear equations between parameters alone"),
        (lambda: _fit(information="observed"), cs.OptionError, "estimator='SAM' takes 'expected'"),
        (lambda: cs.Model.from_syntax(SMALL).fit(answers("mobi"), blocks=[["VAL", "SAT"]]), cs.OptionError,
         "blocks= is used by 'SAM'"),
        (lambda: cs.Model.from_syntax(SMALL).fit([answers("mobi")] * 2, "SAM"), cs.OptionError, "takes one data set"),
        (lambda: cs.compare(_fit(), _fit()), cs.OptionError, "estimator='SAM' takes two steps"),
        (lambda: cs.modification_indices(_fit()), cs.OptionError, "Modification indices are about the minimum"),
        (lambda: cs.cross_check(_fit()), cs.OptionError, "estimator='SAM' takes two steps"),
        (lambda: _fit().residuals("standardized"), cs.OptionError, "take 'normalized', 'raw' or 'cor'"),
    ],
)  # fmt: skip
def test_refusals(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_units_may_be_variances_of_causes():
    syntax = "S =~ CUSA1 + CUSA2 + CUSA3; E =~ {}CUEX1 + CUEX2 + CUEX3; S ~ E"
    plain = _fit(syntax.format(""))
    unit = _fit(syntax.format("NA*") + "; E ~~ 1*E")
    names = ["lhs", "op", "rhs"]
    stacked = [fit.parameters.set_index(names)["std"] for fit in (plain, unit)]
    pd.testing.assert_series_equal(stacked[1].reindex(stacked[0].index), stacked[0], rtol=EXACT)
    assert unit.fit_measures()["chisq"] == pytest.approx(0, abs=1e-8)


def test_index_of_the_blocks_weights():
    survey = cs.Survey(answers("mobi"), scale=(1, 10))
    fit = cs.Model.from_syntax(SMALL).fit(survey, "SAM")
    index = cs.csi(fit).set_index("construct")
    p = fit.parameters
    loading = p[p["op"] == "=~"].set_index("rhs")["est"][["CUSA1", "CUSA2", "CUSA3"]]
    residual = p[(p["op"] == "~~") & (p["lhs"] == p["rhs"])].set_index("lhs")["est"][loading.index]
    weight = loading / residual
    mean = answers("mobi")[loading.index].mean()
    assert index.loc["SAT", "index"] == pytest.approx(100 * ((weight * (mean - 1)).sum() / weight.sum()) / 9)
    assert (index["se"] > 0).all()
    replicated = cs.csi(fit, bootstrap=cs.bootstrap(fit, n=300, seed=1)).set_index("construct")
    # 300 replicates know a standard error to 4 %; three of these.
    np.testing.assert_allclose(
        replicated.loc[["VAL", "SAT", "LOY"], "se"], index.loc[["VAL", "SAT", "LOY"], "se"], rtol=0.12
    )
