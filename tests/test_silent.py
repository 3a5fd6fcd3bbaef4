"""What was accepted in silence, or refused for the wrong reason: each is refused, or said, in a sentence."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import csisem as cs

FIRMS = pd.DataFrame({"firm": list("ABC"), "index": [71.2, 74.9, 70.6], "se": [0.6, 0.6, 0.7]})
MODEL = cs.datasets.retail_survey_model()
TWO = "S =~ s1 + s2 + s3\nQ =~ q1 + q2 + q3\nS ~ a*Q\n"


@pytest.fixture(scope="module")
def survey():
    return cs.datasets.retail_survey()


@pytest.fixture(scope="module")
def answers(survey):
    return survey.frame


@pytest.mark.parametrize(
    ("matrix", "sentence"),
    [
        (-np.eye(3), r"covariance= has a variance below zero \(-1\)"),
        (np.array([[1, 2, 0], [2, 1, 0], [0, 0, 1.0]]), "is not a covariance matrix: the smallest eigenvalue"),
        (np.array([[0, 1, 0], [1, 1, 0], [0, 0, 1.0]]), "is not a covariance matrix"),
        (np.full((3, 3), np.inf), "covariance= must hold finite numbers"),
    ],
)
def test_a_covariance_that_no_estimates_have(matrix, sentence):
    with pytest.raises(cs.DataError, match=sentence):
        cs.index.rank(FIRMS, by="firm", covariance=matrix)


def test_covariances_of_few_digits_or_blanks_are_taken():
    rounded = np.array([[1, 0.999, 0.998], [0.999, 1, 0.999], [0.998, 0.999, 1]])
    assert len(cs.index.rank(FIRMS, by="firm", covariance=rounded)) == 3
    assert len(cs.index.rank(FIRMS, by="firm", covariance=np.zeros((3, 3)))) == 3


def test_aggregate_and_trees_refuse_it_too():
    tree = cs.index.Hierarchy.from_dict({"A": 0.5, "B": 0.5})
    bad = pd.DataFrame(-np.eye(2), index=["A", "B"], columns=["A", "B"])
    with pytest.raises(cs.DataError, match="variance below zero"):
        tree.score({"A": 50, "B": 60}, covariance=bad)
    with pytest.raises(cs.DataError, match="variance below zero"):
        tree.with_weight_errors({"Total": bad})
    firms = FIRMS.assign(sales=[1.0, 2.0, 3.0])
    with pytest.raises(cs.DataError, match="variance below zero"):
        cs.index.aggregate(firms, ["firm"], {"firm": "sales"}, covariance=-np.eye(3))


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("a", "=>", "b"), "op='=>' of 'a' is not one of the operators '=~', '<~', '~', '~~', '~1', '|'"),
        (("a", None, "b"), "op=None of 'a' is not one of the operators"),
        (("a", "~", 3), "rhs= of a relation must be a name, as text; got 3"),
        (("a", "~", "b", 0.5), "fixed= of 'a' ~ 'b' must be a tuple of numbers, one a group or one for all; got 0.5"),
        (("a", "~", "b", (), ("x",)), "start= of 'a' ~ 'b' must be a tuple of numbers"),
        (("a", "~", "b", (), (), "x"), "label= of 'a' ~ 'b' must be a tuple of texts, one a group or one for all"),
    ],
)
def test_relations(parts, sentence):
    with pytest.raises(cs.ModelError) as caught:
        cs.Relation(*parts)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [("definitions", 3), ("constraints", ["a == b"]), ("paths", {"a": "b"})])
def test_parts_of_a_model_of_another_type(name, value):
    with pytest.raises(cs.ModelError, match=r"must be a list; got|is not a Constraint"):
        cs.Model([cs.Construct("A", ["a", "b"])], **{name: value})


@pytest.mark.parametrize("divisor", ["0", "(1 - 1)", "0*2"])
def test_a_constant_divisor_of_zero(divisor):
    with pytest.raises(cs.ModelSyntaxError, match=r"Line 4: 'x := a/.*' divides by zero\."):
        cs.Model.from_syntax(f"{TWO}x := a/{divisor}")


def test_a_hypothesis_that_divides_by_zero(answers):
    fit = cs.Model.from_syntax(TWO).fit(answers)
    with pytest.raises(cs.OptionError, match="'a == 1/0' divides by zero"):
        cs.wald(fit, "a == 1/0")


def test_a_definition_that_divides_by_zero():
    divided = cs.Model.from_syntax(f"{TWO}x := a/2").definitions[0]
    bad = type(divided)("x", "a/(2 - 2)")
    model = cs.Model.from_syntax(TWO)
    with pytest.raises(cs.ModelError, match=r"'x := a/\(2 - 2\)' divides by zero\."):
        cs.Model(model.constructs, model.relations, definitions=[bad]).table()


@pytest.mark.parametrize("estimator", ["ML", "MLR", "PLS"])
def test_a_quotient_by_zero_is_nan_and_said(answers, estimator):
    fit = cs.Model.from_syntax(f"{TWO}x := 1/(a - a)\ny := log(-a)\nz := a*2").fit(answers, estimator)
    values = fit.parameters.set_index("lhs").loc[["x", "y", "z"]]
    assert values.est.isna().tolist() == values["std"].isna().tolist() == [True, True, False]
    said = [warning for warning in fit.status.warnings if warning.code == "fit.undefined"]
    assert [list(one.fields["definitions"]) for one in said] == [["x := 1/(a - a)", "y := log(-a)"]]
    assert "除以零" in said[0].text("zh")
    assert np.isfinite(cs.bootstrap(fit, n=50, seed=1, progress=False).intervals().set_index("lhs").se["z"])


@pytest.mark.parametrize(
    ("population", "sentence"),
    [
        ({"a": 1, "b": 5}, "'a' has 2 rows but a population of 1; give the number of customers of each stratum"),
        ({"a": 1, "b": 0.5}, "'a' has 2 rows but a population of 1 .likewise 'b'."),
        (
            {"a": 0.5, "b": 0.5},
            "population= adds up to 1 or less, as shares do; base weights take the number of customers",
        ),
    ],
)
def test_a_population_smaller_than_the_sample(population, sentence):
    with pytest.raises(cs.DataError, match=sentence):
        cs.sampling.base_weights(pd.DataFrame({"r": list("aab")}), population, strata="r")


def test_a_census_has_weights_of_one():
    sample = pd.DataFrame({"r": list("aab")})
    assert cs.sampling.base_weights(sample, {"a": 2, "b": 1}, strata="r").tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("digits", [0, 1, 15])
@pytest.mark.parametrize("diagnose", [cs.diagnose.alpha, cs.diagnose.reliability])
def test_an_item_and_its_mirror(digits, diagnose):
    item = np.random.default_rng(1).normal(size=200).round(digits)
    frame = pd.DataFrame({"a": item, "b": 1 - item, "c": item / 3, "d": 5 - item / 3})
    for items in (["a", "b"], ["a", "b", "c", "d"]):
        with pytest.warns(cs.CsisemWarning):
            found = diagnose(frame, {"B": items} if diagnose is cs.diagnose.reliability else items)
        numbers = found.select_dtypes("number").to_numpy()
        assert not np.isinf(numbers).any()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"vif_warning": "x"}, "vif_warning='x' is not a finite number of at least 1."),
        ({"vif_warning": -1}, "vif_warning=-1 is not a finite number of at least 1."),
        ({"small_sample": math.nan}, "small_sample=nan is not a finite number of at least 0."),
        ({"loading_near_zero": 2}, "loading_near_zero=2 is not a finite number from 0 to 1."),
        ({"spread": None}, "spread=None is not a finite number of at least 1."),
    ],
)
def test_thresholds(given, sentence):
    with pytest.raises(cs.OptionError) as caught:
        cs.Thresholds(**given)
    assert str(caught.value) == sentence


def test_judged_by_something_else(answers):
    with pytest.raises(cs.OptionError, match="thresholds= must be a Thresholds; got 3"):
        cs.Model.from_syntax(TWO).fit(answers).judged(3)


@pytest.mark.parametrize("shift", [1e8, 1e11, 1e13, 1e15])
@pytest.mark.parametrize("options", [{}, {"estimator": "GLS"}, {"groups": "region"}])
def test_items_far_from_zero_give_the_same_fit(answers, shift, options):
    far = answers.assign(**{item: answers[item] + shift for item in MODEL.items})
    near, fit = MODEL.fit(answers, **options), MODEL.fit(far, **options)
    np.testing.assert_allclose(fit.loadings.est, near.loadings.est, rtol=1e-10)
    np.testing.assert_allclose(fit.loadings.se, near.loadings.se, rtol=1e-10)
    said = [warning.fields for warning in fit.status.warnings if warning.code == "rows.lost_digits"]
    assert bool(said) == (shift > 1e9)
    if shift == 1e13:
        assert set(said[0]["items"]) == set(MODEL.items)
        assert said[0]["digits"] == 2


@pytest.mark.parametrize(("options", "digits"), [({"estimator": "MLR"}, 1e-3), ({"estimator": "PLS"}, 1e-3)])
def test_their_standard_errors_keep_the_digits_that_are_left(answers, options, digits):
    far = answers.assign(**{item: answers[item] + 1e13 for item in MODEL.items})
    near, fit = MODEL.fit(answers, **options), MODEL.fit(far, **options)
    np.testing.assert_allclose(fit.loadings.se, near.loadings.se, rtol=digits)


@pytest.mark.parametrize("rows", [60, 2400, 20_000])
@pytest.mark.parametrize("value", [0.1, 1 / 3, 7.3, -123456.789, 1e13 + 0.1])
@pytest.mark.parametrize("options", [{}, {"groups": "wave"}, {"missing": "fiml"}])
def test_constant_items_far_from_zero_are_still_refused(answers, rows, value, options):
    drawn = answers.iloc[np.random.default_rng(1).integers(0, len(answers), rows)].reset_index(drop=True)
    for weights in (None, "weight"):
        survey = cs.Survey(drawn.assign(q1=value), weights=weights)
        with pytest.raises(cs.DataError, match=r"same answer in all|Constant items"):
            cs.Model.from_syntax(TWO).fit(survey, "MLR", **options)


@pytest.mark.parametrize("missing", ["fiml", "em"])
def test_too_few_digits_for_incomplete_rows(answers, missing):
    far = answers.assign(**{item: answers[item] + 1e13 for item in MODEL.items})
    with pytest.raises(cs.DataError, match="lie so far from zero that too few digits of their differences are left"):
        MODEL.fit(far, "ML" if missing == "fiml" else "PLS", missing=missing)


def test_too_few_digits_for_equal_intercepts(answers):
    far = answers.assign(**{item: answers[item] + 1e13 for item in ("s1", "s2", "s3")})
    with pytest.raises(cs.DataError, match="digits of their differences are left for equal intercepts"):
        cs.invariance(cs.Model.from_syntax("S =~ s1 + s2 + s3"), far, groups="region")


@pytest.mark.parametrize("groups", [None, "region"])
@pytest.mark.parametrize("weights", [None, "weight"])
@pytest.mark.parametrize(
    ("estimator", "missing"),
    [("ML", "fiml"), ("MLR", "fiml"), ("PLS", "em"), ("PLS", "pairwise"), ("PLS", "mean"), ("PLS", "listwise")],
)
@pytest.mark.parametrize("rows", [2400, 1, 0])
def test_items_that_are_all_blank(answers, estimator, missing, weights, groups, rows):
    blank = answers.assign(**dict.fromkeys(MODEL.items, np.nan)).head(rows)
    with pytest.raises(cs.DataError) as caught:
        MODEL.fit(cs.Survey(blank, weights=weights if rows else None), estimator, missing=missing, groups=groups)
    assert "\n" not in str(caught.value)
    assert "axis" not in str(caught.value)


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ({"q1": 3}, "value_labels= of 'q1' must be a mapping from code to text, such as {1: 'poor'}; got 3."),
        (3, "value_labels= must be a mapping from column to labels by code; got 3."),
        ({"q1": {1: 2}}, "value_labels= of 'q1' must map numbers to texts; got 2 for 1."),
        ({"q1": {"a": "b"}}, "value_labels= of 'q1' must map numbers to texts; got 'b' for 'a'."),
    ],
)
def test_value_labels(answers, labels, sentence):
    with pytest.raises(cs.OptionError) as caught:
        cs.Survey(answers, value_labels=labels)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("texts", [3, {"q1": 3}, {1: "x"}])
def test_item_texts(answers, texts):
    with pytest.raises(cs.OptionError, match="item_texts= must"):
        cs.Survey(answers, item_texts=texts)


@pytest.mark.parametrize(
    "call",
    [
        lambda fit: MODEL.simulate(10**12, cs.datasets.retail_survey_values(), seed=1),
        lambda fit: cs.SampleDesign().places(10**12),
        lambda fit: cs.bootstrap(fit, n=10**12, seed=1),
        lambda fit: cs.index.outcomes.lifetime_value(100, 0.8, periods=10**12),
        lambda fit: cs.improve.drivers(fit.data, "s1", ["q1", "q2"], n=10**12),
        lambda fit: cs.pls_predict(MODEL.fit(fit.data, "PLS"), repetitions=10**12),
    ],
)
def test_more_than_a_computer_holds(survey, call):
    with pytest.raises(cs.OptionError, match=r"=1000000000000 is more than [\d,]+, the most that can be asked for\."):
        call(MODEL.fit(survey))


HUGE = ("1e+308 is too large to compute with", "1e-308 is too small to compute with")


@pytest.mark.parametrize(
    ("call", "sentences"),
    [
        (lambda x: cs.sampling.size_mean(x, margin=1), HUGE),
        (lambda x: cs.sampling.size_mean(1, margin=x), HUGE),
        (lambda x: cs.sampling.size_mean(1, margin=1, deff=x), HUGE),
        (lambda x: cs.sampling.size_difference(1, difference=x), HUGE),
        (lambda x: cs.sampling.size_difference((x, 1), difference=1), HUGE),
        (lambda x: cs.sampling.size_strata({"a": x, "b": 2}, 1, margin=1), ("too large to compute with", None)),
        (lambda x: cs.sampling.size_strata({"a": 1, "b": 2}, 1, margin=x), HUGE),
        (lambda x: cs.sampling.size_proportion(margin=x), ("is not a number between 0 and 1", HUGE[1])),
        (lambda x: cs.sampling.power_sem(x, 100), ("is above 9007199254740992, beyond which", "not a whole number")),
        (lambda x: cs.sampling.size_mean(1, margin=1, population=x), ("is above 9007199254740992", "not a whole")),
        (cs.sampling.size_pls, ("is not a standardised path", "is not a standardised path")),
        (lambda x: cs.sampling.allocate(5, {"a": x, "b": 5}), ("too large to compute with", None)),
        (lambda x: cs.sampling.deff_weights([x, x, x / 2]), (None, None)),
    ],
)
def test_sizes_beyond_floats(call, sentences):
    for value, sentence in zip((1e308, 1e-308), sentences, strict=True):
        if sentence is None:
            assert call(value) is not None
            continue
        with pytest.raises(cs.OptionError) as caught:
            call(value)
        assert sentence in str(caught.value)


def test_no_bound():
    with pytest.raises(cs.OptionError, match="The sample size has no bound that a float can count"):
        cs.sampling.size_mean(1e50, margin=1e-50)


def test_answers_beyond_squares(answers):
    with pytest.raises(cs.DataError, match=r"'q1' are too large to be squared: 1 lies beyond 1e\+100 \(first in row 3"):
        cs.diagnose.means(answers.assign(q1=[1.0, 2.0, 1e200, *answers.q1[3:]]), "q1")


def test_answers_of_which_nothing_is_left_are_refused():
    rng = np.random.default_rng(2)
    far = pd.DataFrame({k: 16.0 * rng.integers(0, 2, 300) + 1e18 for k in "abc"})
    with pytest.raises(cs.DataError, match="so far from zero that nothing is left"):
        cs.Model.from_syntax("F =~ a + b + c").fit(far + 128 * (rng.random((300, 3)) > 0.5))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("deep.toml", "x = " + "[" * 3000 + "]" * 3000, "nested too deeply"),
        ("x\0.toml", "", "is no path of a file"),
    ],
)
def test_trees_in_odd_files(tmp_path, name, content, said):
    if content:
        (tmp_path / name).write_text(content)
    with pytest.raises(cs.DataError, match=said):
        cs.index.Hierarchy.from_toml(tmp_path / name)
