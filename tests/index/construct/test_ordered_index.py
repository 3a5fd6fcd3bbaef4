"""The index by ordered fits: weights of latent responses, applied to the answers' codes."""

import pickle
from functools import partial

import numpy as np
import pytest

import csisem as cs
from csisem.fit.covariance.ordered.parameter_influence import parameter_influence
from csisem.index.construct.index_covariance import by_parameter
from csisem.index.construct.indices import ErrorOptions, compute
from csisem.index.construct.weight_sources import source_of
from ordered_golden import ordered_answers

ITEMS = [f"x{k}" for k in range(1, 10)]
MODEL = cs.Model.from_syntax("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9")
# Polished optima of two parameterisations; sums over rows.
POLISHED, ROUNDED = 1e-6, 1e-9


@pytest.fixture(scope="module")
def survey():
    frame = ordered_answers("hs5")
    return cs.Survey(frame.assign(row=np.arange(len(frame))), scale=cs.Scale(1, 5))


@pytest.fixture(scope="module")
def fit(survey):
    return MODEL.fit(survey, "WLSMV", ordered=ITEMS)


def test_weights_are_those_of_latent_responses_over_the_codes_deviations(fit, survey):
    index = cs.csi(fit)
    frame = survey.to_pandas()
    loadings = fit.loadings.set_index("rhs")["est"]
    for construct, items in (("visual", ITEMS[:3]), ("textual", ITEMS[3:6]), ("speed", ITEMS[6:])):
        # Of latent responses with variance 1 the residual variance is 1 less what is explained.
        weight = loadings[items] / (1 - fit.r_squared[items]) / frame[items].std(ddof=0)
        expected = 100 * (weight @ (frame[items].mean() - 1)) / (weight.sum() * 4)
        row = index[index["construct"] == construct]
        assert row["index"].item() == pytest.approx(expected, abs=POLISHED)
        ours = index.attrs["weights"][""][construct]
        np.testing.assert_allclose([ours[item] for item in items], weight / weight.sum(), atol=POLISHED)
    assert set(index["method"]) == {"WLSMV (codes weighted as latent responses), linearised"}
    assert "潜在反应" in index["method"].iloc[0].text("zh")


def test_the_index_does_not_depend_on_the_parameterization_or_the_units_of_the_codes(fit, survey):
    plain = cs.csi(fit)
    theta = cs.csi(MODEL.fit(survey, "WLSMV", ordered=ITEMS, parameterization="theta"))
    np.testing.assert_allclose(theta[["index", "se"]], plain[["index", "se"]], atol=POLISHED)
    frame = survey.to_pandas().copy()
    frame[ITEMS] = 3 * frame[ITEMS] + 7
    turned = cs.csi(MODEL.fit(cs.Survey(frame, scale=cs.Scale(10, 22)), "WLSMV", ordered=ITEMS))
    np.testing.assert_allclose(turned[["index", "se"]], plain[["index", "se"]], rtol=POLISHED)


def test_equal_weights_have_the_error_of_a_mean(fit, survey):
    index = cs.csi(fit, item_weights="equal")
    mean = (survey.to_pandas()[ITEMS[:3]].mean(axis=1) - 1) * 25
    assert index["index"].iloc[0] == pytest.approx(mean.mean(), rel=ROUNDED)
    assert index["se"].iloc[0] == pytest.approx(mean.std(ddof=0) / np.sqrt(len(mean)), rel=ROUNDED)


def test_parameters_vary_with_the_rows_as_their_standard_errors_say(fit, survey):
    """The sum of squares of the rows' influence is the sandwich of the fit."""
    influence = parameter_influence(fit.solution)(0, survey.to_pandas()[ITEMS].to_numpy(dtype=float).T)
    np.testing.assert_allclose(influence.sum(axis=1), 0.0, atol=1e-6)
    vcov = influence @ influence.T / fit.n / (fit.n - 1)
    np.testing.assert_allclose(vcov, fit.vcov, atol=ROUNDED)


def test_influence_is_the_change_without_a_row(survey):
    """In a saturated model, where the weights of the moments have no say."""
    model = cs.Model.from_syntax("textual =~ x4 + x5 + x6")
    fit = model.fit(survey, "WLSMV", ordered=ITEMS[3:6])
    found = compute(fit.solution, None, (), partial(source_of, kind="model"), ErrorOptions(None, None, None, 0.95))
    given = found.given
    frame = survey.to_pandas()
    values = frame[ITEMS[3:6]].to_numpy(dtype=float).T
    away = values - given.domains.mean[0][:, None]
    influence = by_parameter(given)[0] @ given.source.scores()[0](0, values) + given.coefficients[0] @ away
    for row in (0, 50, 100):
        left = model.fit(cs.Survey(frame.drop(index=row), scale=cs.Scale(1, 5)), "WLSMV", ordered=ITEMS[3:6])
        change = (cs.csi(fit)["index"].item() - cs.csi(left)["index"].item()) * (fit.n - 1)
        # Information is the mean product of scores, as in lavaan, and not the second derivative.
        assert change == pytest.approx(influence[0, row], rel=0.15)


def test_domains_groups_weights_and_clusters(fit, survey):
    by = cs.csi(fit, by="school")
    whole = cs.csi(fit)
    share = by.groupby("construct", sort=False)["n"].transform(lambda n: n / n.sum())
    pooled = (share * by["index"]).groupby(by["construct"], sort=False).sum()
    np.testing.assert_allclose(pooled, whole["index"], rtol=ROUNDED)
    groups = MODEL.fit(survey, "WLSMV", ordered=ITEMS, groups="school")
    own = cs.csi(groups, invariance=False).set_index(["construct", "school"])
    frame = survey.to_pandas()
    for school in groups.groups:
        alone = cs.csi(
            MODEL.fit(cs.Survey(frame[frame["school"] == school], scale=cs.Scale(1, 5)), "WLSMV", ordered=ITEMS)
        )
        ours = own.xs(school, level="school")
        np.testing.assert_allclose(ours.loc[alone["construct"], ["index", "se"]], alone[["index", "se"]], rtol=1e-5)
    rows = MODEL.fit(cs.Survey(frame, scale=cs.Scale(1, 5), clusters="row"), "WLSMV", ordered=ITEMS)
    drawn = cs.csi(rows)
    # Rows as clusters differ by n / (n - 1).
    np.testing.assert_allclose(drawn["se"], whole["se"] * np.sqrt(301 / 300), rtol=ROUNDED)
    assert drawn["method"].iloc[0].endswith("linearised (design)")
    twice = frame.loc[frame.index.repeat(2)].assign(w=0.5)
    halved = cs.csi(MODEL.fit(cs.Survey(twice, scale=cs.Scale(1, 5), weights="w"), "WLSMV", ordered=ITEMS))
    np.testing.assert_allclose(halved["index"], whole["index"], rtol=POLISHED)
    np.testing.assert_allclose(halved["se"], whole["se"] / np.sqrt(2), rtol=POLISHED)


def test_other_answers_and_unpickled_fits(fit, survey):
    again = pickle.loads(pickle.dumps(fit))
    assert cs.csi(again, survey)["index"].equals(cs.csi(fit)["index"])
    with pytest.raises(cs.DataError, match="holds no rows"):
        cs.csi(again)
    other = cs.csi(fit, survey.to_pandas().iloc[:200])
    equal = cs.csi(fit, survey.to_pandas().iloc[:200], item_weights="equal")
    mean = (survey.to_pandas()[ITEMS[:3]].iloc[:200].mean(axis=1) - 1) * 25
    assert equal["se"].iloc[0] == pytest.approx(mean.std(ddof=0) / np.sqrt(200), rel=ROUNDED)
    # The weights come from other rows: their error adds.
    assert (other["se"] > 0).all()


def test_replicates_have_the_spread_that_the_rows_say(fit):
    source = source_of(fit.solution, np.full(9, 4.0), "model")
    # Free thresholds imply the shares of the answers.
    implied = source._implied_variances(fit.solution.lisrel)
    np.testing.assert_allclose(implied, fit.solution.code_variances, rtol=ROUNDED)
    found = cs.csi(fit, bootstrap=cs.bootstrap(fit, n=200, seed=1))
    # A standard deviation of 200 replicates has an error of 5 %.
    np.testing.assert_allclose(found["se"], cs.csi(fit)["se"], rtol=0.15)


def test_what_has_no_index_is_refused(fit, survey):
    with pytest.raises(cs.OptionError, match="se='standard' takes answers as normal"):
        cs.csi(fit, se="standard")
    paths = cs.Model.from_syntax("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ visual")
    with pytest.raises(cs.OptionError, match="effects on latent responses"):
        cs.improve.ipma(paths.fit(survey, "WLSMV", ordered=ITEMS[:6]), "textual")
    with pytest.raises(cs.OptionError, match="covariances of numeric items"):
        cs.cross_check(fit)


def blank_rows() -> cs.Survey:
    frame = ordered_answers("hs5_blank")
    return cs.Survey(frame.assign(row=np.arange(len(frame))), scale=cs.Scale(1, 5))


def test_pairwise_deletion_of_complete_rows_is_listwise(fit, survey):
    pairwise = MODEL.fit(survey, "WLSMV", ordered=ITEMS, missing="pairwise")
    for by in (None, "school"):
        one, other = cs.csi(pairwise, by=by), cs.csi(fit, by=by)
        np.testing.assert_allclose(one[["index", "se"]], other[["index", "se"]], rtol=ROUNDED)
        np.testing.assert_allclose(one.attrs["covariance"], other.attrs["covariance"], rtol=1e-7, atol=ROUNDED)


def test_an_index_after_pairwise_deletion_is_of_the_means_of_all_answers():
    survey = blank_rows()
    frame = survey.to_pandas()
    fit = MODEL.fit(survey, "WLSMV", ordered=ITEMS, missing="pairwise")
    equal = cs.csi(fit, item_weights="equal").set_index("construct")
    mean = frame[ITEMS].mean()
    assert equal.loc["textual", "index"] == pytest.approx(25 * (mean[ITEMS[3:6]].mean() - 1), rel=ROUNDED)
    # Fixed weights: the error of a sum of means is that of the rows' deviations over the numbers of answers.
    deviation = ((frame[ITEMS[3:6]] - mean[ITEMS[3:6]]) / frame[ITEMS[3:6]].notna().sum()).fillna(0.0).sum(axis=1)
    error = 25 / 3 * np.sqrt((deviation**2).sum())
    assert equal.loc["textual", "se"] == pytest.approx(error, rel=ROUNDED)
    whole = cs.csi(fit)
    assert (whole["n"] == len(frame)).all()
    # Rows as clusters differ by n / (n - 1).
    rows = MODEL.fit(survey, "WLSMV", ordered=ITEMS, missing="pairwise", design=cs.Design(clusters="row"))
    np.testing.assert_allclose(cs.csi(rows)["se"], whole["se"] * np.sqrt(301 / 300), rtol=ROUNDED)
    # A standard deviation of 400 replicates has an error of 4 %.
    drawn = cs.csi(fit, bootstrap=cs.bootstrap(fit, n=400, seed=1))
    np.testing.assert_allclose(drawn["se"], whole["se"], rtol=0.12)


def test_groups_after_pairwise_deletion_are_their_own_fits():
    survey = blank_rows()
    frame = survey.to_pandas()
    groups = MODEL.fit(survey, "WLSMV", ordered=ITEMS, missing="pairwise", groups="school")
    own = cs.csi(groups, invariance=False).set_index(["construct", "school"])
    for school in groups.groups:
        part = cs.Survey(frame[frame["school"] == school], scale=cs.Scale(1, 5))
        alone = cs.csi(MODEL.fit(part, "WLSMV", ordered=ITEMS, missing="pairwise"))
        ours = own.xs(school, level="school")
        np.testing.assert_allclose(ours.loc[alone["construct"], ["index", "se"]], alone[["index", "se"]], rtol=1e-5)
    pooled = MODEL.fit(survey, "WLSMV", ordered=ITEMS, missing="pairwise")
    mean = frame.groupby("school")[ITEMS[:3]].mean().mean(axis=1)
    by = cs.csi(pooled, by="school", item_weights="equal").set_index(["school", "construct"])["index"]
    for school in groups.groups:
        assert by[school, "visual"] == pytest.approx(25 * (mean[school] - 1), rel=ROUNDED)
    with pytest.raises(cs.OptionError, match="draws means of complete rows"):
        cs.csi(pooled, by="school", bootstrap=cs.bootstrap(pooled, n=4, seed=1), interval="normal")


def test_a_weighted_pairwise_index_repeats_rows_of_larger_weight():
    survey = blank_rows()
    frame = survey.to_pandas().assign(w=1.0)
    twice = frame.assign(w=np.where(np.arange(len(frame)) % 3 == 0, 2.0, 1.0))
    longer = frame.loc[frame.index.repeat(twice["w"].astype(int))]
    weighted = MODEL.fit(
        cs.Survey(twice, scale=cs.Scale(1, 5), weights="w"), "WLSMV", ordered=ITEMS, missing="pairwise"
    )
    repeated = MODEL.fit(cs.Survey(longer, scale=cs.Scale(1, 5)), "WLSMV", ordered=ITEMS, missing="pairwise")
    np.testing.assert_allclose(
        cs.csi(weighted, item_weights="equal")["index"], cs.csi(repeated, item_weights="equal")["index"], rtol=ROUNDED
    )
