"""Ordered items that cannot be used, each said in one sentence, and notes on what was done."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.errors import DataError, OptionError
from csisem.moments.ordered.ordered_notes import ordered_notes, ordered_warnings
from csisem.moments.ordered.read_ordered import read_ordered


def answers(n: int = 200) -> pd.DataFrame:
    generator = np.random.default_rng(4)
    values = 0.7 * generator.normal(size=(n, 1)) + 0.7 * generator.normal(size=(n, 3))
    frame = pd.DataFrame(np.digitize(values, [-0.8, 0.4]) + 1.0, columns=["a", "b", "c"])
    return frame.assign(u=values[:, 0] + generator.normal(size=n), g=np.where(np.arange(n) % 2, "x", "y"))


def read(frame: pd.DataFrame, *items: str, ordered: tuple[str, ...] = ("a", "b"), **options):
    return read_ordered(cs.Survey(frame), items or ("a", "b"), ordered, **options)


@pytest.mark.parametrize(("change", "said"), [
    ({"a": 2.0}, r"The ordered item 'a' has one answer, 2, in all rows"),
    ({"a": np.arange(200) % 31}, r"'a' has more than 30 different answers"),
    ({"a": np.arange(200) * 7919}, r"'a' has more than 30 different answers"),
    ({"a": np.arange(200) % 5 / 2}, r"'a' has answers with decimals, such as 0\.5"),
])  # fmt: skip
def test_answers_that_are_not_ordered(change, said):
    with pytest.raises(DataError, match=said):
        read(answers().assign(**change))


def test_thirty_answers_are_few_enough():
    assert len(read(answers(2000).assign(a=np.arange(2000) % 30)).answers[0]) == 30


def test_answers_far_apart():
    frame = answers()
    far = read(frame.assign(a=frame["a"].map({1: -5000, 2: 0, 3: 70000})))
    assert far.answers[0] == (-5000, 0, 70000)
    np.testing.assert_array_equal(far.gamma, read(frame).gamma)


def test_an_answer_that_a_group_lacks():
    frame = answers()
    frame.loc[(frame["g"] == "x") & (frame["b"] == 3), "b"] = 2
    with pytest.raises(DataError, match=r"Nobody in group 'x' gave the answer 3 to the ordered item 'b'.* answer\.$"):
        read(frame, by=["g"])
    frame.loc[(frame["g"] == "y") & (frame["a"] == 1), "a"] = 2
    with pytest.raises(DataError, match=r"'y' gave the answer 1 to the ordered item 'a'.* lack answers to 'b' too\.$"):
        read(frame, by=["g"])


def test_a_correlation_of_one():
    frame = answers()
    with pytest.raises(DataError, match=r"underlying the answers to 'a' and 'b' is 1 or -1"):
        read(frame.assign(b=4 - frame["a"]))


def test_a_polyserial_correlation_of_one():
    # Whoever is above the mean, which is the median, gives the second answer.
    u = np.concatenate([-np.arange(1.0, 101), np.arange(1.0, 101)])
    with pytest.raises(DataError, match=r"underlying the answers to 'b' and 'u' is 1 or -1"):
        read(answers().assign(u=u, b=np.where(u > 0, 2, 1)), "a", "b", "u")


def test_a_numeric_item_without_variation():
    with pytest.raises(DataError, match=r"'u' does not vary, or is determined by the covariates"):
        read(answers().assign(u=1.0), "a", "b", "u")


def test_a_numeric_item_that_a_covariate_determines():
    frame = answers()
    with pytest.raises(DataError, match=r"'u' does not vary, or is determined by the covariates"):
        read(frame.assign(x=2 * frame["u"] + 1), "a", "b", "u", covariates=["x"])


def test_covariates_that_determine_each_other():
    frame = answers()
    frame = frame.assign(x=np.arange(200) % 3, z=2 - np.arange(200) % 3)
    with pytest.raises(DataError, match=r"The covariates determine each other: 'z' = -'x'"):
        read(frame, "a", "b", covariates=["x", "z"])


@pytest.mark.parametrize(("options", "said"), [
    ({"ordered": ("a", "z")}, r"ordered= names 'z', which is not an item"),
    ({"ordered": ()}, r"ordered= names no item"),
    ({"covariates": ["a"]}, r"'a' cannot be an item and a covariate at once"),
    ({"missing": "ml"}, r"missing='ml' is not one of 'listwise', 'pairwise'"),
])  # fmt: skip
def test_options_that_contradict_each_other(options, said):
    with pytest.raises(OptionError, match=said):
        read(answers(), **options)


def test_no_row_is_left():
    frame = answers(4)
    frame["a"], frame["b"] = [1, np.nan, 2, np.nan], [np.nan, 1, np.nan, 2]
    with pytest.raises(DataError, match=r"None of the 4 rows has an answer to all of 'a', 'b'"):
        read(frame)
    with pytest.raises(DataError, match=r"Nobody answered both 'a', 'b'"):
        read(frame, missing="pairwise")


def test_two_answers_one_of_them_without_weight():
    frame = answers().assign(w=1.0)
    frame.loc[frame["a"] == 3, "w"] = 0.0
    found = read_ordered(cs.Survey(frame, weights="w"), ["a", "b"], ["a", "b"])
    assert found.answers[0] == (1, 2)
    assert found.zero_weight == (frame["a"] == 3).sum()


def test_rows_left_out_are_counted():
    frame = answers()
    frame.loc[:9, "a"], frame.loc[5:19, "b"], frame.loc[100:104, "g"] = np.nan, np.nan, None
    found = read(frame, by=["g"])
    assert (found.dropped, found.ungrouped, int(found.n.sum())) == (20, 5, 175)
    assert not ordered_notes(found)
    paired = read(frame, by=["g"], missing="pairwise")
    assert (paired.dropped, paired.ungrouped, int(paired.n.sum())) == (5, 5, 190)
    assert paired.answered.sum(axis=0).tolist() == [[185, 175], [175, 180]]
    assert "at least 175 of 190, for 'a', 'b'" in ordered_notes(paired)[0]


def test_a_filled_cell_is_said():
    frame = answers()
    frame["a"], frame["b"] = np.repeat([1, 1, 2], [80, 60, 60]), np.repeat([1, 2, 2], [80, 60, 60])
    found = read(frame)
    assert found.filled == (("a", "b"),)
    assert "answers to a x b; half a row" in ordered_notes(found)[0]


def test_indefinite_correlations_are_said():
    # a and b, and b and c, answered by different people agree; a and c run against each other.
    generator = np.random.default_rng(2)
    parts = []
    for pair, sign in ((("a", "b"), 1), (("b", "c"), 1), (("a", "c"), -1)):
        x = generator.normal(size=150)
        y = sign * x * 0.9 + generator.normal(size=150) * 0.4
        parts.append(pd.DataFrame(np.digitize([x, y], [-0.5, 0.5]).T + 1.0, columns=list(pair)))
    found = read(pd.concat(parts, ignore_index=True), "a", "b", "c", ordered=("a", "b", "c"), missing="pairwise")
    (said,) = ordered_warnings(found)
    assert said.code == "ordered.indefinite"
    assert "impossible together: their lowest eigenvalue is -0." in said
    assert not ordered_warnings(read(answers()))
