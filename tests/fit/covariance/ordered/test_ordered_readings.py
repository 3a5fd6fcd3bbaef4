"""Residuals, thresholds, explained variance and modification indices of ordered fits."""

import json

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.fit.comparison.equality_tests import equality_tests
from ordered_golden import FOLDER, fit_case, ordered_answers, ordered_case

FIGURES = json.loads((FOLDER.parent / "lavaan-0.6-14-ordered-readings" / "figures.json").read_text())
# Two programs' maxima of polychoric correlations; divided by standard errors of about 0.03 in `DEFAULT`.
POLYCHORIC, DEFAULT = 1e-6, 1e-4
# Indices are squares over variances, and lavaan's derivatives of the moments are exact to about 1e-8.
INDEX = 2e-5
# With shares of groups n_g / N in the information, and (n_g - 1) / (N - 2) in the scores.
SHARES = 2e-4


def blocks(fit, of, case):
    """The parts of a reading by group, with the record's group position."""
    for g, label in enumerate(case.groups or [None]):
        yield of if label is None else of.loc[label], g


def matrix(record):
    return pd.DataFrame(record["values"], record["rows"], record["columns"])


@pytest.mark.parametrize(
    "name", ["points5_wlsmv", "theta5_wlsmv", "group_scalar_delta_wlsmv", "covariates_wlsmv", "mixed_wlsmv"]
)
def test_moments_and_residuals_are_lavaans(name):
    case = ordered_case(name)
    fit = fit_case(case)
    given = "res." if "res.cov" in case.record["implied"][0] else ""
    for implied, g in blocks(fit, fit.implied_cov, case):
        theirs = matrix(case.record["implied"][g][f"{given}cov"])
        sample = matrix(case.record["sample"][g][f"{given}cov"])
        ours = implied.loc[theirs.index, theirs.columns]
        np.testing.assert_allclose(ours, theirs, atol=POLYCHORIC)
        residual = next(part for part, k in blocks(fit, fit.residuals(), case) if k == g)
        np.testing.assert_allclose(residual.loc[theirs.index, theirs.columns], sample - theirs, atol=POLYCHORIC)
        if given:
            slopes = [matrix(case.record[kind][g]["res.slopes"]) for kind in ("sample", "implied")]
            left = residual.loc[slopes[0].index, slopes[0].columns]
            np.testing.assert_allclose(left, slopes[0] - slopes[1], atol=POLYCHORIC)
    for mean, g in blocks(fit, fit.implied_mean, case):
        theirs = case.record["implied"][g]["res.int" if given else "mean"]
        np.testing.assert_allclose(mean[theirs["names"]], theirs["values"], atol=POLYCHORIC)
    cuts = fit.thresholds
    for g, label in enumerate(case.groups or [None]):
        own = cuts if label is None else cuts[cuts["group"] == label]
        ours = own.set_index(own["item"] + "|" + own["threshold"])
        for kind in ("sample", "implied"):
            # lavaan lists the means of numeric items, with minus signs, among the thresholds.
            theirs = case.record[kind][g][f"{given}th"]
            pairs = [pair for pair in zip(theirs["names"], theirs["values"], strict=True) if "|" in pair[0]]
            np.testing.assert_allclose(ours.loc[[n for n, _ in pairs], kind], [v for _, v in pairs], atol=POLYCHORIC)
    np.testing.assert_allclose(cuts["residual"], cuts["sample"] - cuts["implied"])


@pytest.mark.parametrize("figures", FIGURES["residuals"], ids=lambda figures: figures["case"])
def test_residuals_in_standard_errors_are_lavaans(figures):
    case = ordered_case(figures["case"])
    fit = fit_case(case)
    for kind in ("normalized",) if case.groups else ("normalized", "standardized"):
        for ours, g in blocks(fit, fit.residuals(kind), case):
            theirs = pd.DataFrame(figures[kind][g]["values"], figures[kind][g]["names"], figures[kind][g]["names"])
            found = ours.loc[theirs.index, theirs.columns].to_numpy()
            # lavaan has 0 where there is no residual.
            assert np.isnan(np.diag(found)).all()
            away = ~np.eye(len(found), dtype=bool)
            # lavaan divides the covariance of a group's moments by all rows, and not by the group's.
            level = np.sqrt(fit.group_n[g] / fit.n)
            np.testing.assert_allclose(found[away], level * theirs.to_numpy()[away], atol=DEFAULT)


def test_residuals_of_a_group_that_shares_nothing_are_those_of_its_own_fit():
    case = ordered_case("group_configural_delta_wlsmv")
    fit = fit_case(case)
    frame = ordered_answers("hs5")
    for group in case.groups:
        alone = cs.Model.from_syntax(case.syntax).fit(frame[frame["school"] == group], "WLSMV", ordered=True)
        # Of two optima, divided by small standard errors.
        np.testing.assert_allclose(
            fit.residuals("standardized").loc[group], alone.residuals("standardized"), atol=DEFAULT
        )


@pytest.mark.parametrize("name", ["points5_wlsmv", "group_scalar_delta_wlsmv", "covariates_wlsmv", "outcome_wlsmv"])
def test_explained_variance_and_latent_correlations_are_lavaans(name):
    case = ordered_case(name)
    fit = fit_case(case)
    for ours, g in blocks(fit, fit.r_squared, case):
        theirs = case.record["r_squared"][g]["value"]
        np.testing.assert_allclose(ours[theirs["names"]], theirs["values"], atol=POLYCHORIC)
    for ours, g in blocks(fit, fit.latent_correlations, case):
        theirs = matrix(case.record["latent_correlations"][g]["value"])
        own = [name for name in theirs.index if name in ours.index]
        np.testing.assert_allclose(ours.loc[own, own], theirs.loc[own, own], atol=POLYCHORIC)


@pytest.mark.parametrize(
    "name", ["points5_wlsmv", "theta5_wlsmv", "covariates_wlsmv", "mixed_wlsmv", "mobi5_small_theta_wlsmv"]
)
def test_modification_indices_are_lavaans(name):
    case = ordered_case(name)
    fit = fit_case(case)
    keys = ["lhs", "op", "rhs"]
    theirs = pd.DataFrame(case.record["modification"]).set_index(keys)
    ours = cs.modification_indices(fit).set_index(keys)
    assert set(ours.index) == set(theirs.index)
    # lavaan multiplies scores by (N - 1) / N, and variances not.
    level = fit.n / (fit.n - 1)
    for own, other in (("mi", "mi"), ("epc", "epc"), ("sepc_all", "sepc.all")):
        np.testing.assert_allclose(ours.loc[theirs.index, own], theirs[other] * level, rtol=INDEX, err_msg=own)


def test_score_tests_of_equal_parameters_are_lavaans():
    case = ordered_case("group_scalar_delta_wlsmv")
    fit = fit_case(case)
    record = case.record["parameters"]
    names = {p: row for p, *row in zip(*(record[c] for c in ("plabel", "lhs", "op", "rhs")), strict=True)}
    found = equality_tests(fit.solution)
    ours = {
        (lhs, op, rhs): mi for lhs, op, rhs, mi in zip(*(found[c] for c in ("lhs", "op", "rhs", "mi")), strict=True)
    }
    theirs = case.record["score_tests"]["univariate"]
    assert len(ours) == len(theirs["X2"])
    for first, mi in zip(theirs["lhs"], theirs["X2"], strict=True):
        assert ours[tuple(names[first])] == pytest.approx(mi * fit.n / (fit.n - 2), rel=SHARES)


def test_equal_data_sets_pool_to_the_fit_of_one():
    case = ordered_case("points5_wlsmv")
    model = cs.Model.from_syntax(case.syntax)
    survey = cs.Survey(ordered_answers("hs5"), scale=cs.Scale(1, 5))
    alone, pooled = (model.fit(data, "WLSMV", ordered=True) for data in (survey, [survey, survey, survey]))
    for column in ("est", "se", "std", "std_se"):
        np.testing.assert_allclose(pooled.parameters[column], alone.parameters[column], rtol=1e-9, atol=1e-12)
    for reading in ("thresholds", "implied_cov", "r_squared"):
        one, other = (pd.DataFrame(getattr(fit, reading)).select_dtypes(float) for fit in (pooled, alone))
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(cs.csi(pooled)[["index", "se"]], cs.csi(alone)[["index", "se"]], rtol=1e-9)
    assert [type(one) for one in pooled.imputed.fits] == [type(alone)] * 3
    with pytest.raises(cs.OptionError, match="are of one data set"):
        pooled.residuals("standardized")
    fewer = ordered_answers("hs5").replace({"x1": {5: 4}})
    with pytest.raises(cs.DataError, match="other different answers to the ordered item 'x1'"):
        model.fit([survey, fewer], "WLSMV", ordered=True)


def test_design_effects_are_one_for_rows_drawn_alone_and_the_size_of_clusters_that_agree():
    frame = ordered_answers("hs5")
    case = ordered_case("points5_wlsmv")
    model = cs.Model.from_syntax(case.syntax)
    plain = fit_case(case).design_effects()
    np.testing.assert_allclose(plain["deff"], 1.0, rtol=1e-9)
    twice = frame.loc[frame.index.repeat(2)].assign(pair=np.repeat(np.arange(len(frame)), 2))
    found = model.fit(cs.Survey(twice, clusters="pair"), "WLSMV", ordered=True).design_effects()
    # Units less one, against rows less one.
    np.testing.assert_allclose(found["deff"], 2.0, rtol=0.01)
    assert set(found["op"]) == {"=~", "|", "~~"}
