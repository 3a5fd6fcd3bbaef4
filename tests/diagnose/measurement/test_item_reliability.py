"""Alpha, omega, split halves and intra-class correlations: psych, semTools, pingouin, identities, the design."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import csisem as cs
from csisem.diagnose.measurement.alpha import alpha_if_deleted, cronbach, halves, item_total
from lavaan_golden import answers
from psych_golden import BLOCKS, FIGURES

GOLDEN = 1e-9
# lavaan's default run, from which semTools takes the loadings, stops early.
DEFAULT_RUN = 1e-5


@pytest.fixture(scope="module")
def mobi():
    return answers("mobi")


def test_alpha_and_items_are_psych_s(mobi):
    table = cs.diagnose.alpha(mobi, BLOCKS).set_index("block")
    items = cs.diagnose.item_statistics(mobi, BLOCKS)
    assert list(items.columns) == ["block", "item", "n", "mean", "sd", "item_total", "alpha_if_deleted"]
    for name, golden in FIGURES["reliability"].items():
        row, own = table.loc[name], items[items["block"] == name]
        found = row[["alpha", "standardized", "alpha_ci_lower", "alpha_ci_upper"]].astype(float)
        expected = [golden[key] for key in ("alpha", "standardized", "lower", "upper")]
        np.testing.assert_allclose(found, expected, rtol=GOLDEN)
        np.testing.assert_allclose(own["item_total"], golden["item_total"], rtol=GOLDEN)
        if len(own) > 2:
            np.testing.assert_allclose(own["alpha_if_deleted"], golden["if_deleted"], rtol=GOLDEN)
        assert (row["n"], row["n_items"], row["method"]) == (250, len(own), "Feldt")
    np.testing.assert_allclose(own["sd"], mobi[BLOCKS["Satisfaction"]].std())


def test_the_figures_of_the_facts(mobi):
    # Raw and standardised alpha of the mobile-phone survey, computed independently by psych.
    table = cs.diagnose.alpha(mobi, {"Loyalty": ["CUSL1", "CUSL2", "CUSL3"]})
    np.testing.assert_allclose(table[["alpha", "standardized"]], [[0.441717, 0.472399]], atol=5e-7)


def test_pingouin_agrees(mobi):
    import pingouin

    for name, items in BLOCKS.items():
        value, bounds = pingouin.cronbach_alpha(mobi[items])
        row = cs.diagnose.alpha(mobi, {name: items}).iloc[0]
        assert row["alpha"] == pytest.approx(value, rel=1e-12)
        # pingouin rounds the interval to three digits.
        np.testing.assert_allclose(row[["alpha_ci_lower", "alpha_ci_upper"]].astype(float), bounds, atol=5.001e-4)
    long = mobi[BLOCKS["Satisfaction"]].reset_index().melt("index", var_name="r", value_name="s")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pingouin.intraclass_corr(long, targets="index", raters="r", ratings="s")
    ours = cs.diagnose.icc(mobi, BLOCKS["Satisfaction"])
    assert ours["type"].tolist() == theirs["Type"].tolist()
    for mine, other in (("icc", "ICC"), ("statistic", "F"), ("pvalue", "pval")):
        np.testing.assert_allclose(ours[mine], theirs[other], rtol=1e-9)


def test_omega_is_semtools_s(mobi):
    table = cs.diagnose.omega(mobi, BLOCKS).set_index("block")
    for name, golden in FIGURES["omega"].items():
        assert table.loc[name, "omega"] == pytest.approx(golden, rel=DEFAULT_RUN)
        assert table.loc[name, "method"] == "one factor"
        assert table.loc[name, "omega_ci_lower"] < golden < table.loc[name, "omega_ci_upper"]
    assert table.loc["Value", "method"] == "equal loadings"
    assert table.loc["Value", "omega"] == pytest.approx(FIGURES["reliability"]["Value"]["alpha"], rel=GOLDEN)


def test_omega_of_two_items_is_that_of_a_factor_with_equal_loadings(mobi):
    fit = cs.Model.from_syntax("V =~ 1*PERV1 + 1*PERV2\nV ~~ v*V\nPERV1 ~~ a*PERV1\nPERV2 ~~ b*PERV2\n"
                               "omega := 4*v / (4*v + a + b)").fit(mobi)  # fmt: skip
    own = fit.parameters.set_index("lhs").loc["omega", "est"]
    assert cs.diagnose.omega(mobi, ["PERV1", "PERV2"])["omega"].item() == pytest.approx(own, rel=1e-9)


def test_where_there_is_no_omega_the_method_says_why(mobi):
    loyalty = cs.diagnose.omega(mobi, ["CUSL1", "CUSL2", "CUSL3"]).iloc[0]
    assert np.isnan(loyalty["omega"])
    assert loyalty["method"].startswith("one factor: The residual variance of CUSL3 is negative (")
    single = cs.diagnose.omega(mobi, ["CUSCO"]).iloc[0]
    assert np.isnan(single["omega"])
    assert single["method"] == "one item"


def test_shrout_and_fleiss_s_example():
    golden = FIGURES["icc"]
    frame = pd.DataFrame(FIGURES["ratings"], columns=["评委一", "评委二", "评委三", "评委四"])
    found = cs.diagnose.icc(frame, list(frame.columns))
    for ours, theirs in (("icc", "ICC"), ("statistic", "F"), ("df2", "df2"), ("pvalue", "p"),
                         ("ci_lower", "lower bound"), ("ci_upper", "upper bound")):  # fmt: skip
        np.testing.assert_allclose(found[ours], [row[theirs] for row in golden], rtol=1e-8)
    # Their table 4 prints .17 .29 .71 and .44 .62 .91.
    np.testing.assert_allclose(found["icc"], [0.17, 0.29, 0.71, 0.44, 0.62, 0.91], atol=6e-3)


answer = st.integers(1, 10).map(float)


@given(arrays(float, st.tuples(st.integers(8, 30), st.integers(3, 7)), elements=answer))
def test_closed_forms_are_what_leaving_an_item_out_gives(values):
    cov = np.cov(values.T)
    if (np.diagonal(cov) <= 0).any() or cov.sum() < 1e-6:
        return
    found, total = alpha_if_deleted(cov), item_total(cov)
    for item in range(len(cov)):
        rest = np.delete(values, item, axis=1)
        if rest.sum(axis=1).std() < 1e-9:
            continue
        assert found[item] == pytest.approx(float(cronbach(np.cov(rest.T))), rel=1e-8, abs=1e-8)
        expected = np.corrcoef(values[:, item], rest.sum(axis=1))[0, 1]
        assert total[item] == pytest.approx(expected, rel=1e-8, abs=1e-8)


# Sixteen items have as many splits as are all made, 6,435.
@pytest.mark.parametrize("p", [2, 4, 6, 8, 16])
def test_the_mean_of_all_split_halves_is_alpha(p):
    # Cronbach (1951): of an even number of items, over all ways to halve them.
    cov = np.cov(np.random.default_rng(p).normal(size=(40, p)).T + 1)
    found = halves(cov)
    assert found.mean == pytest.approx(float(cronbach(cov)), rel=1e-10)
    assert found.lowest <= found.guttman <= found.highest


def test_many_items_take_drawn_splits():
    values = np.random.default_rng(2).normal(size=(500, 40)) + np.random.default_rng(3).normal(size=(500, 1))
    cov = np.cov(values.T)
    found = halves(cov)
    assert found.mean == pytest.approx(float(cronbach(cov)), abs=2e-3)
    frame = cs.diagnose.split_half(
        pd.DataFrame(values, columns=[f"x{k}" for k in range(40)]), [f"x{k}" for k in range(40)]
    )
    assert frame["mean"].item() == pytest.approx(found.mean, rel=1e-12)
    assert frame["spearman_brown"].item() == pytest.approx(2 * found.correlation / (1 + found.correlation))


@pytest.fixture(scope="module")
def retail():
    return cs.datasets.retail_survey()


def test_two_rows_have_an_alpha():
    """Variances 1/2 and 2 with covariance 1: 2 (1 - 2.5 / 4.5)."""
    found = cs.diagnose.alpha(pd.DataFrame({"a": [1, 2], "b": [2, 4]}), ["a", "b"])
    assert found["alpha"].item() == pytest.approx(8 / 9, rel=1e-12)


def test_a_group_that_cannot_be_fitted_leaves_the_others_omega(mobi):
    frame = mobi[["CUEX1", "CUEX2", "CUEX3"]].assign(part=np.where(np.arange(len(mobi)) < 3, "few", "many"))
    found = cs.diagnose.omega(frame, ["CUEX1", "CUEX2", "CUEX3"], by="part").set_index("part")
    alone = cs.diagnose.omega(frame.iloc[3:], ["CUEX1", "CUEX2", "CUEX3"])
    assert np.isnan(found.loc["few", "omega"])
    assert found.loc["many", "omega"] == pytest.approx(alone["omega"].item(), rel=1e-8)
    assert found.loc["few", "method"].startswith("The covariance matrix in group few is singular: 3 complete rows")
    only = cs.diagnose.omega(frame.iloc[:3], ["CUEX1", "CUEX2", "CUEX3"])
    assert np.isnan(only["omega"].item())
    assert only["method"].item().startswith("The covariance matrix is singular: 3 complete rows")


@pytest.mark.parametrize(("call", "name"), [(cs.diagnose.item_statistics, "item"), (cs.diagnose.alpha, "n_items")])
def test_groups_do_not_take_the_name_of_a_column(mobi, call, name):
    frame = mobi[["CUEX1", "CUEX2", "CUEX3"]].assign(**{name: np.arange(len(mobi)) % 2})
    with pytest.raises(cs.CsisemError, match=f"{name!r}, which the result uses as a column name"):
        call(frame, ["CUEX1", "CUEX2", "CUEX3"], by=name)


@pytest.mark.filterwarnings("ignore:'c1' of 'all' looks reversed")
def test_without_items_a_survey_s_own_are_taken():
    survey = cs.datasets.retail_survey()
    pd.testing.assert_frame_equal(cs.diagnose.alpha(survey), cs.diagnose.alpha(survey, list(survey.items)))
    with pytest.raises(cs.OptionError, match="Name the items: a model, a questionnaire, a mapping"):
        cs.diagnose.alpha(survey, 5)


def test_a_questionnaire_gives_its_first_level(mobi):
    items = ["CUEX1", "CUEX2", "CUSA1", "CUSA2"]
    parts = (cs.Indicator("expectation", items=items[:2]), cs.Indicator("satisfaction", items=items[2:]))
    questions = [cs.Question(item, points=10) for item in items]
    questionnaire = cs.Questionnaire(questions, [cs.Indicator("whole", parts)])
    assert list(questionnaire.blocks(1)) != list(questionnaire.blocks(2))
    assert cs.diagnose.alpha(mobi, questionnaire)["block"].tolist() == list(questionnaire.blocks(1))


def test_a_single_item_has_no_halves(mobi):
    found = cs.diagnose.split_half(mobi, ["CUEX1"])
    assert found[["spearman_brown", "guttman", "lowest", "mean", "highest"]].isna().all(axis=None)


def test_under_a_design_the_interval_is_linearised(retail):
    model = cs.datasets.retail_survey_model()
    table = cs.diagnose.alpha(retail, model).set_index("block")
    plain = cs.diagnose.alpha(retail, model, design=False).set_index("block")
    assert table.loc["Quality", "method"] == "linearised"
    assert plain.loc["Quality", "method"] == "Feldt"
    assert np.isnan(table.loc["Complaints", "alpha"])
    assert table.loc["Quality", "alpha"] != plain.loc["Quality", "alpha"]
    by_region = cs.diagnose.alpha(retail, {"质量": ["q1", "q2", "q3"]}, by=["region", "firm"])
    assert list(by_region.columns[:3]) == ["block", "region", "firm"]
    assert len(by_region) == 12


def test_omega_by_group_is_that_of_the_group_alone(retail):
    items = ["q1", "q2", "q3", "q4"]
    table = cs.diagnose.omega(retail, items, by="firm", design=False)
    for firm, own in zip(table["firm"], table["omega"], strict=True):
        part = retail.frame[retail.frame["firm"] == firm]
        assert own == pytest.approx(cs.diagnose.omega(part, items)["omega"].item(), rel=1e-7)


def test_a_weight_of_two_is_a_row_twice():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(rng.normal(size=(60, 3)) + rng.normal(size=(60, 1)), columns=["a", "b", "c"])
    frame["w"] = rng.integers(1, 4, 60).astype(float)
    twice = frame.loc[frame.index.repeat(frame["w"].astype(int))]
    weighted = cs.diagnose.alpha(cs.Survey(frame, weights="w"), ["a", "b", "c"])
    assert weighted["alpha"].item() == pytest.approx(cs.diagnose.alpha(twice, ["a", "b", "c"])["alpha"].item())


def test_the_linearised_error_is_that_of_a_jackknife():
    rng = np.random.default_rng(4)
    n = 400
    frame = pd.DataFrame(rng.normal(size=(n, 4)) + rng.normal(size=(n, 1)), columns=list("abcd"))
    survey = cs.Survey(frame.assign(w=1.0), weights="w")
    row = cs.diagnose.alpha(survey, list("abcd")).iloc[0]
    ones = np.ones((n, n)) - np.eye(n)
    mean = ones @ frame.to_numpy() / (n - 1)
    values = frame.to_numpy()
    cov = (
        np.einsum("rn,ni,nj->rij", ones, values, values, optimize=True) / (n - 1) - mean[:, :, None] * mean[:, None, :]
    )
    left = cronbach(cov)
    jackknife = np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
    width = np.log((1 - row["alpha_ci_lower"]) / (1 - row["alpha"])) * (1 - row["alpha"])
    from scipy.stats import t

    # Both estimate the same error; they differ by terms of order 1/n.
    assert width / t.ppf(0.975, n - 1) == pytest.approx(jackknife, rel=0.02)


FRAME = pd.DataFrame({"甲": [1.0, 2, 3, 4], "乙": [2.0, 1, 4, 3], "丙": [5.0] * 4, "组": ["一", "一", "一", "二"]})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: cs.diagnose.alpha(FRAME, ["甲", "丙"]), cs.DataError, "no information: '丙'; leave it out"),
        (lambda: cs.diagnose.alpha(FRAME, ["甲", "丁"]), cs.DataError, "no column '丁'"),
        (lambda: cs.diagnose.alpha(FRAME, ["甲", "乙"], by="组"), cs.DataError, "A single row answered .* in '二'"),
        (lambda: cs.diagnose.alpha(FRAME[:1], ["甲", "乙"]), cs.DataError, "A single row"),
        (lambda: cs.diagnose.alpha(FRAME), cs.OptionError, "Name the items"),
        (lambda: cs.diagnose.alpha(FRAME, {"甲乙": []}), cs.OptionError, "'甲乙' has no items"),
        (lambda: cs.diagnose.alpha(FRAME, ["甲", "甲"]), cs.OptionError, "'甲' twice"),
        (lambda: cs.diagnose.alpha(FRAME, "甲"), cs.OptionError, "Name the items"),
        (lambda: cs.diagnose.alpha(FRAME.assign(甲=np.nan), ["甲", "乙"]), cs.DataError, "No row has an answer to all"),
        (lambda: cs.diagnose.alpha(cs.Survey(FRAME.assign(w=[0, 0, 0, 1], 乙=[1, 2, 3, None]), weights="w"),
                                   ["甲", "乙"]), cs.DataError, "all have weight zero"),
        (lambda: cs.diagnose.icc(FRAME, ["甲"]), cs.DataError, "two ratings or more"),
        (lambda: cs.diagnose.icc(FRAME[:1], ["甲", "乙"]), cs.DataError, "single row has all ratings"),
        (lambda: cs.diagnose.icc(FRAME.assign(乙=FRAME["甲"] + 1), ["甲", "乙"]), cs.DataError, "differ by constants"),
        (lambda: cs.diagnose.omega(FRAME, ["甲", "乙", "丙"]), cs.DataError, "Constant items"),
    ],
)  # fmt: skip
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_labels_of_groups_may_be_of_several_parts():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.integers(1, 6, (40, 3)).astype(float), columns=list("abc"))
    pair = frame.assign(g=[(1, "x"), (2, "y")] * 20)
    plain = frame.assign(g=["1x", "2y"] * 20)
    for function in (cs.diagnose.alpha, cs.diagnose.item_statistics):
        with pytest.warns(cs.CsisemWarning, match="Alpha of 'all' in group "):
            one, two = (function(data, list("abc"), by="g") for data in (pair, plain))
        assert one["g"].map("{0[0]}{0[1]}".format).tolist() == two["g"].tolist()
        pd.testing.assert_frame_equal(one.drop(columns="g"), two.drop(columns="g"))


def test_items_that_lower_the_total_are_turned_among_others():
    rng = np.random.default_rng(4)
    trait = rng.normal(size=(60, 1))
    values = (5.5 + np.array([1.5, 1.5, -1.5]) * trait + rng.normal(size=(60, 3))).round().clip(1, 10)
    frame = pd.DataFrame(values, columns=["a", "b", "wait"])
    questions = [cs.Question("a", "?", points=10), cs.Question("b", "?", points=10)]
    questions.append(cs.Question("wait", "?", points=10, direction="lowers"))
    asked = cs.Questionnaire(questions, [cs.Indicator("All", items=["a", "b", "wait"])])
    by_hand = frame.assign(wait=11 - frame["wait"])
    for function in (cs.diagnose.alpha, cs.diagnose.item_statistics, cs.diagnose.omega):
        with pytest.warns(cs.CsisemWarning, match="'wait' are turned here"):
            found = function(asked.survey(frame), asked)
        pd.testing.assert_frame_equal(found, function(by_hand, asked.blocks()), check_exact=False, rtol=GOLDEN)
    with pytest.warns(cs.CsisemWarning, match="'wait' are turned here"):
        cs.diagnose.alpha(frame, asked)
    alone = cs.diagnose.alpha(asked.survey(frame.assign(late=frame["wait"])), {"b": ["a", "b"]})
    assert alone.attrs["notes"] == []
