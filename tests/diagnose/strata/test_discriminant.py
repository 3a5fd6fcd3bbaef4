"""The linear discriminant: MASS's figures, each row left out by brute force, labels made from the same items."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csisem as cs
from csisem.diagnose.strata.fisher import left_out, separate
from survey_golden import FOLDER, sample

R = json.loads((FOLDER.parent / "survey-4.1-1-tables" / "figures.json").read_text())["lda"]
STRAT = sample("apistrat.csv")
HIGH = STRAT.assign(high=(STRAT["api00"] >= 700).astype(int))


def test_the_hyperplane_and_its_hits_are_mass_s():
    found = cs.diagnose.discriminant(HIGH, "high", R["items"])
    table = found.coefficients
    np.testing.assert_allclose(table[["mean_outside", "mean_inside"]].T, R["means"], rtol=1e-9)
    ratio = table["coefficient"] / np.array(R["scaling"])
    np.testing.assert_allclose(ratio, ratio.iloc[0], rtol=1e-9)
    hits = found.hits.set_index("method")["percent"]
    assert hits["each left out"] == pytest.approx(100 * R["cv"])
    assert hits["same rows"] == pytest.approx(100 * R["plain"])
    assert found.confusion.to_numpy().sum() == R["n"]
    # The structure is the correlation of item and score within the groups.
    x, score = HIGH[R["items"]], HIGH[R["items"]] @ table["coefficient"]
    own = [x.sub(x.groupby(HIGH["high"]).transform("mean")), score - score.groupby(HIGH["high"]).transform("mean")]
    np.testing.assert_allclose(table["structure"], own[0].corrwith(own[1]), rtol=1e-9)


def test_wilks_lambda_is_statsmodels():
    from statsmodels.multivariate.manova import MANOVA

    found = cs.diagnose.discriminant(HIGH, "high", R["items"]).separation
    test = MANOVA.from_formula(" + ".join(R["items"]) + " ~ high", HIGH).mv_test().results["high"]["stat"]
    theirs = test.loc["Wilks' lambda", ["Value", "F Value", "Pr > F", "Num DF", "Den DF"]].astype(float)
    ours = found[["wilks", "statistic", "pvalue", "df1", "df2"]]
    np.testing.assert_allclose(ours, theirs, rtol=1e-7)
    assert found["canonical_correlation"] == pytest.approx(np.sqrt(1 - theirs["Value"]))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000), st.booleans())
def test_each_row_is_left_out(seed, weighted):
    rng = np.random.default_rng(seed)
    inside = np.arange(24) % 3 == 0
    x = rng.normal(size=(24, 3)) + inside[:, None]
    weights = rng.uniform(0.5, 2, 24) if weighted else np.ones(24)
    plane = separate(x, inside, weights, None)
    ours = left_out(x, inside, weights, plane)
    for place in range(24):
        kept = np.arange(24) != place
        other = separate(x[kept], inside[kept], weights[kept], plane.prior)
        assert ours[place] == pytest.approx(x[place] @ other.slopes + other.constant, rel=1e-8, abs=1e-8)


def test_a_scale_is_cut_and_a_label_from_the_same_items_is_told():
    survey = cs.datasets.retail_survey()
    found = cs.diagnose.discriminant(survey, "s1", ["q1", "q2", "v1"], threshold=70)
    assert (found.inside, found.outside) == ("at least 70", "below 70")
    assert any("lack s1 or an item" in note for note in found.notes)
    assert (found.coefficients["coefficient"] > 0).all()
    fit = cs.datasets.retail_survey_model().fit(survey)
    own = cs.diagnose.discriminant(None, "index", ["q1", "s1"], fit=fit, threshold=70)
    assert own.notes[0].startswith("Satisfaction is computed from 's1' as well, so the hit rates are too good")
    clean = cs.diagnose.discriminant(None, "index", ["q1", "q2"], fit=fit, threshold=70)
    assert not any("too good" in note for note in clean.notes)
    assert own.hits["percent"][1] > clean.hits["percent"][1]
    equal = cs.diagnose.discriminant(survey, "s1", ["q1", "q2", "v1"], threshold=70, prior="equal")
    np.testing.assert_allclose(equal.coefficients, found.coefficients)
    assert equal.constant != found.constant


def test_bad_input_is_a_sentence():
    frame = HIGH.assign(c=1.0, double=2 * HIGH["ell"], one=np.arange(200) == 0)
    scaled = cs.Survey(frame, scale={"ell": (0, 100)})
    for data, target, items, error, sentence in (
        (frame, "high", ["ell", "c"], cs.DataError, "'c' does not vary within the two groups; leave it out"),
        (
            frame.assign(d=2.0),
            "high",
            ["c", "d"],
            cs.DataError,
            "'c', 'd' do not vary within the two groups; leave them",
        ),
        (frame, "high", ["ell", "double"], cs.DataError, "collinear"),
        (frame, "api00", ["ell"], cs.DataError, "different values and no scale"),
        (frame, "one", ["ell"], cs.DataError, "1 of 200 rows is 'True'"),
        (frame, "high", ["high"], cs.OptionError, "is the target; leave it out"),
        (frame, "high", [], cs.DataError, "No items"),
        (frame.iloc[:4], "high", ["ell"], cs.DataError, "rows"),
        (scaled, "ell", ["meals", "mobilty"], cs.DataError, "did you mean 'mobility'"),
        (pd.DataFrame({"a": [1, None, 0], "b": [None, 1, None]}), "a", ["b"], cs.DataError, "No row has both 'a'"),
    ):
        with pytest.raises(error, match=sentence):
            cs.diagnose.discriminant(data, target, items)
    with pytest.raises(cs.OptionError, match="threshold=0"):
        cs.diagnose.discriminant(scaled, "ell", ["meals"], threshold=0)


TWO = pd.DataFrame({"好": HIGH["high"].astype(int)})


@pytest.mark.parametrize(
    ("label", "inside", "names"),
    [
        (TWO["好"].map({0: "不满意", 1: "满意"}), None, ("满意", "不满意")),
        (TWO["好"].map({0: "unsatisfied", 1: "satisfied"}), "satisfied", ("satisfied", "unsatisfied")),
        (pd.Categorical(TWO["好"].map({0: "low", 1: "high"}), ["low", "high"], ordered=True), None, ("high", "low")),
        (TWO["好"] == 1, None, ("True", "False")),
        ((TWO["好"] == 1).astype("boolean"), True, ("True", "False")),
        (TWO["好"].map({0: 5, 1: 2}), 2, ("2", "5")),
    ],
)
def test_a_label_may_be_text_categories_or_yes_and_no(label, inside, names):
    items = ["meals", "ell", "mobility"]
    plain = cs.diagnose.discriminant(HIGH.assign(好=TWO["好"]), "好", items)
    found = cs.diagnose.discriminant(HIGH.assign(好=label), "好", items, inside=inside)
    assert (found.inside, found.outside) == names
    pd.testing.assert_frame_equal(found.coefficients, plain.coefficients)
    pd.testing.assert_frame_equal(found.hits, plain.hits)
    np.testing.assert_array_equal(found.confusion, plain.confusion)


def test_other_labels_are_refused_in_a_sentence():
    three = HIGH.assign(g=np.resize(["甲", "乙", "丙"], len(HIGH)), one="甲", none=None)
    for target, inside, error, sentence in (
        ("g", None, cs.DataError, "'g' has 3 different values, '丙', '乙', '甲', in the rows that have all items; two"),
        ("one", None, cs.DataError, "'one' has one value, '甲', in the rows"),
        ("none", None, cs.DataError, "No row has an answer to 'none'"),
        ("high", "yes", cs.OptionError, "inside='yes' is not one of the two values of 'high'"),
        ("high", np.eye(20), cs.OptionError, "inside=a ndarray is not one of the two values of 'high'"),
        ("hihg", None, cs.DataError, "no column 'hihg'.*did you mean 'high'"),
    ):
        with pytest.raises(error, match=sentence):
            cs.diagnose.discriminant(three, target, ["meals", "ell"], inside=inside)
    with pytest.raises(cs.OptionError, match="inside= names one of two values; 's1' is cut in points by threshold="):
        cs.diagnose.discriminant(cs.datasets.retail_survey(), "s1", ["q1", "q2"], inside=9)


def test_the_constant_is_shown_as_read():
    found = cs.diagnose.discriminant(HIGH, "high", ["meals", "ell"])
    assert repr(found).splitlines()[0].endswith(f", constant {found.constant:.6g}")
    assert len(f"{found.constant:.6g}") < len(str(found.constant))
