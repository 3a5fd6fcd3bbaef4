"""Posterior modes of constructs given ordered answers."""

import pickle

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

import csisem as cs
from csisem.fit.fitted_rows import given_back
from ordered_golden import fit_case, ordered_answers, ordered_case

# lavaan's optimiser ends within 1e-4 of the mode.
OPTIMISER = 2e-4
# Two optimisers at a flat maximum.
MODE = 1e-5
THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
ITEMS = [f"x{k}" for k in range(1, 10)]


@pytest.mark.parametrize("name", ["points5_wlsmv", "points2_wlsmv", "covariates_wlsmv"])
def test_modes_are_lavaans(name):
    case = ordered_case(name)
    scores = fit_case(case).scores()
    for block in case.record["scores"]:
        theirs = block["rows"]
        ours = scores[theirs["columns"]].to_numpy()[: len(theirs["values"])]
        np.testing.assert_allclose(ours, theirs["values"], atol=OPTIMISER)


def test_modes_do_not_depend_on_the_parameterization():
    """lavaan's do: under theta it takes thresholds that are scaled and residuals that are not."""
    delta, theta = (fit_case(ordered_case(name)) for name in ("points5_wlsmv", "theta5_wlsmv"))
    ratio = theta.scores() / delta.scores()
    sd = [np.sqrt(np.diagonal(fit.solution.implied_moments.latent_cov[0])) for fit in (theta, delta)]
    # Of polished optima, to their precision.
    np.testing.assert_allclose(ratio, np.broadcast_to(sd[0] / sd[1], ratio.shape), rtol=1e-6)


@pytest.mark.parametrize("missing", ["listwise", "pairwise"])
def test_modes_maximise_the_posterior_of_ordered_and_numeric_answers(missing):
    frame = ordered_answers("hs5").copy()
    if missing == "pairwise":
        frame.loc[0, ["x1", "n7"]] = np.nan
    model = cs.Model.from_syntax("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ n7 + n8 + x9")
    fit = model.fit(frame, "WLSMV", ordered=[*ITEMS[:6], "x9"], missing=missing)
    moments, table = fit.solution.implied_moments, fit.solution.table
    inverse = np.linalg.inv(moments.latent_cov[0])
    loadings, noise = moments.matrices.loadings[0], np.sqrt(np.diag(moments.matrices.residual[0]))
    cuts = fit.parameters[fit.parameters["op"] == "|"]
    scores = fit.scores()
    for row in range(3):

        def misfit(eta, row=row):
            total = eta @ inverse @ eta / 2
            for item, name in enumerate(table.observed):
                answer, mean = frame[name].iloc[row], moments.mean[0, item] + loadings[item] @ eta
                if np.isnan(answer):
                    continue
                own = np.r_[-np.inf, cuts.loc[cuts["lhs"] == name, "est"], np.inf]
                if len(own) == 2:
                    total -= norm.logpdf(answer, mean, noise[item])
                else:
                    place = int(answer)
                    high, low = (
                        norm.cdf((own[place] - mean) / noise[item]),
                        norm.cdf((own[place - 1] - mean) / noise[item]),
                    )
                    total -= np.log(high - low)
            return total

        best = minimize(misfit, np.zeros(3), tol=1e-10)
        np.testing.assert_allclose(scores.iloc[row], best.x, atol=MODE)


def test_modes_of_few_answers_shrink_and_of_none_do_not_exist():
    fit = fit_case(ordered_case("points5_wlsmv"))
    frame = ordered_answers("hs5").astype(dict.fromkeys(ITEMS, float))
    frame.loc[0, ITEMS[1:]] = np.nan
    assert fit.scores(frame).iloc[0].isna().all()
    pairwise = cs.Model.from_syntax(THREE).fit(ordered_answers("hs5_blank"), "WLSMV", ordered=ITEMS, missing="pairwise")
    frame.loc[1, ITEMS] = np.nan
    few = pairwise.scores(frame)
    assert few.iloc[0].notna().all()
    assert few.iloc[1].isna().all()
    assert few["speed"].iloc[0] ** 2 < few["visual"].iloc[0] ** 2


def test_a_single_ordered_item_bounds_its_construct_by_its_thresholds():
    frame = ordered_answers("hs5")
    model = cs.Model.from_syntax("visual =~ x1 + x2 + x3\nmood =~ x4\nmood ~ visual")
    fit = model.fit(frame, "WLSMV", ordered=ITEMS[:4])
    cuts = np.r_[-np.inf, fit.parameters.loc[lambda f: (f["op"] == "|") & (f["lhs"] == "x4"), "est"], np.inf]
    answer, mood = frame["x4"].to_numpy().astype(int), fit.scores()["mood"].to_numpy()
    # The residual is taken as a thousandth of the item's standard deviation.
    assert (mood > cuts[answer - 1] - 0.005).all()
    assert (mood < cuts[answer] + 0.005).all()


def test_groups_are_scored_by_their_own_thresholds_and_means():
    fit = fit_case(ordered_case("group_scalar_delta_wlsmv"))
    frame = ordered_answers("hs5")
    scores = fit.scores().groupby(frame["school"]).mean()
    means = fit.parameters[(fit.parameters["op"] == "~1") & fit.parameters["lhs"].isin(scores.columns)]
    for _, row in means.iterrows():
        # Modes shrink towards the mean of their own group.
        assert scores.loc[row["group"], row["lhs"]] == pytest.approx(row["est"], abs=0.02)


def test_what_cannot_be_scored_is_refused():
    fit = fit_case(ordered_case("points5_wlsmv"))
    with pytest.raises(cs.OptionError, match="method='EBM'"):
        fit.scores(method="bartlett")
    with pytest.raises(cs.DataError, match="the answer 7 to the ordered item 'x1'"):
        fit.scores(ordered_answers("hs5").assign(x1=7))
    joined = cs.Model.from_syntax(THREE + "\nx1 ~~ x4").fit(ordered_answers("hs5"), "WLSMV", ordered=ITEMS)
    with pytest.raises(cs.ModelError, match="'x1' and 'x4' covary given the constructs"):
        joined.scores()


def test_pairwise_fits_need_no_complete_row_and_know_their_rows_again():
    frame = ordered_answers("hs5").astype(dict.fromkeys(ITEMS, float))
    for row in range(len(frame)):
        frame.loc[row, ITEMS[row % 9]] = np.nan
    fit = cs.Model.from_syntax(THREE).fit(frame, "WLSMV", ordered=ITEMS, missing="pairwise")
    assert fit.scores().notna().all(axis=None)
    codes = fit.solution.codes
    np.testing.assert_allclose(codes.mean, frame[ITEMS].mean())
    pair = frame[["x1", "x2"]].dropna()
    assert codes.cov[0, 1] == pytest.approx(np.cov(pair.T, ddof=0)[0, 1])
    again = pickle.loads(pickle.dumps(fit))
    assert given_back(again.solution, cs.Survey(frame)) is not None
    assert given_back(again.solution, cs.Survey(frame.assign(x1=frame["x1"].fillna(1)))) is None
