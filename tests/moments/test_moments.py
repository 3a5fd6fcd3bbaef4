"""Moments: batches and splits of any size pool exactly, tables are read by their labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csisem as cs

FAST = settings(max_examples=40, deadline=None, derandomize=True)
# Pooling is exact algebra: only the order of some hundred additions differs.
EXACT = 1e-12
ITEMS = ["a", "b", "c"]
N = 120


@st.composite
def _frames(draw):
    """Answers on 1-10 far from zero or near it, some blank, some rows without a group or with weight zero."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.integers(1, 11, (N, 3)) + draw(st.sampled_from([0.0, 0.1, -5.0, 1e4]))
    values[rng.random((N, 3)) < draw(st.sampled_from([0.0, 0.1]))] = np.nan
    frame = pd.DataFrame(values, columns=ITEMS)
    frame["w"] = rng.choice([0.0, 0.5, 1.0, 3.0], N)
    frame["g"] = rng.choice(np.array(["x", "y", None], dtype=object), N)
    frame.loc[0, [*ITEMS, "g"]] = [1.0, 2.0, 4.0, "x"]
    frame.loc[1, [*ITEMS, "g"]] = [3.0, 1.0, 5.0, "y"]
    return frame


def _moments(frame, weighted=False, by=()):
    return cs.Moments.from_rows(cs.Survey(frame, weights="w" if weighted else None).rows(ITEMS, by=by))


def _same(ours, theirs):
    for name in ("n", "dropped", "zero_weight", "ungrouped", "groups", "weighted", "items"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name
    np.testing.assert_allclose(ours.weight, theirs.weight, rtol=EXACT)
    np.testing.assert_allclose(ours.mean, theirs.mean, rtol=EXACT)
    scale = np.nanmax(np.abs(theirs.cov))
    np.testing.assert_allclose(ours.cov, theirs.cov, rtol=EXACT, atol=EXACT * scale)


@FAST
@given(_frames(), st.booleans(), st.sampled_from([(), ("g",)]))
def test_moments_are_those_of_the_complete_rows(frame, weighted, by):
    moments = _moments(frame, weighted, by)
    complete = frame.dropna(subset=ITEMS)
    grouped = complete.dropna(subset=["g"]) if by else complete
    assert moments.dropped == len(frame) - len(complete)
    assert moments.ungrouped == len(complete) - len(grouped)
    assert moments.n.sum() == len(grouped)
    assert moments.zero_weight == ((complete if by else grouped)["w"] == 0).sum() * weighted
    for label, n, weight, mean, cov in zip(
        moments.groups or (None,),
        np.atleast_1d(moments.n),
        np.atleast_1d(moments.weight),
        moments.mean.reshape(-1, 3),
        moments.cov.reshape(-1, 3, 3),
        strict=True,
    ):
        part = grouped if label is None else grouped[grouped["g"] == label]
        own = part["w"].to_numpy() if weighted else np.ones(len(part))
        assert n == len(part)
        assert weight == pytest.approx(own.sum(), rel=EXACT)
        if not own.sum():
            assert np.isnan(cov).all()
            continue
        values = part[ITEMS].to_numpy(dtype=float)
        np.testing.assert_allclose(mean, np.average(values, axis=0, weights=own), rtol=EXACT)
        # numpy divides by the weights' sum as we do; answers of 1e4 leave 1e-16 of 1e4 in each deviation.
        theirs = np.cov(values.T, aweights=own, ddof=0) if len(part) > 1 else np.zeros((3, 3))
        np.testing.assert_allclose(cov, theirs, rtol=1e-9, atol=1e-9)


@FAST
@given(_frames(), st.integers(1, N + 5), st.booleans(), st.sampled_from([(), ("g",)]))
def test_batches_of_any_size_give_the_same_moments(frame, size, weighted, by):
    rows = cs.Survey(frame, weights="w" if weighted else None).rows(ITEMS, by=by)
    batched = cs.Moments.from_rows(replace(rows, source=replace(rows.source, batch_rows=size)))
    _same(batched, cs.Moments.from_rows(rows))


@FAST
@given(_frames(), st.integers(2, N - 2), st.booleans())
def test_merged_parts_are_the_whole(frame, cut, weighted):
    parts = frame.iloc[:cut], frame.iloc[cut:]
    if weighted and not all(part["w"].sum() for part in parts):
        parts = frame.iloc[::2], frame.iloc[1::2]
    if any(len(part.dropna(subset=ITEMS)) == 0 for part in parts):
        parts = frame.iloc[::2], frame.iloc[1::2]
    one, other = (_moments(part, weighted) for part in parts)
    _same(one.merge(other), _moments(frame, weighted))
    _same(other.merge(one), _moments(frame, weighted))


@FAST
@given(_frames(), st.lists(st.integers(0, 3), min_size=N, max_size=N))
def test_any_split_merges_to_the_whole_in_any_order(frame, part):
    pieces = [_moments(piece) for _, piece in frame.groupby(np.array(part)) if len(piece.dropna(subset=ITEMS))]
    blank = sum(len(piece) for _, piece in frame.groupby(np.array(part)) if not len(piece.dropna(subset=ITEMS)))
    merged = pieces[0]
    for piece in pieces[1:]:
        merged = piece.merge(merged)
    _same(replace(merged, dropped=merged.dropped + blank), _moments(frame))


def test_a_group_that_is_empty_in_one_part_takes_the_other_parts_moments():
    frame = pd.DataFrame({"a": [1.0, 2, 4, np.nan, 5, 7], "b": [2.0, 1, 3, 4, 4, 6], "g": list("xxxyyy")})
    rows = {}
    for name, part in (("first", frame[:4]), ("second", frame[[False] * 2 + [True] * 4])):
        rows[name] = cs.Moments.from_rows(cs.Survey(part).rows(["a", "b"], by="g"))
    assert rows["first"].n.tolist() == [3, 0]
    assert np.isnan(rows["first"].cov[1]).all()
    merged = rows["first"].merge(rows["second"])
    np.testing.assert_allclose(merged.cov[1], rows["second"].cov[1], rtol=EXACT)
    assert np.isfinite(merged.cov).all()
    empty = rows["first"].merge(rows["first"])
    assert np.isnan(empty.cov[1]).all()


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"items": ["a", "c"]}, "Only moments of the same items and groups"),
        ({"scale": (1, 5)}, "'a', 'b' have another scale in the moments to be merged"),
        ({"mean": None}, "Moments without means cannot be merged"),
    ],
)
def test_moments_of_different_things_are_not_merged(other, message):
    table = {"n": 10, "cov": np.eye(2), "items": ["a", "b"], "mean": [1, 2], "scale": (1, 10)}
    with pytest.raises(cs.DataError, match=message):
        cs.Moments.from_table(**table).merge(cs.Moments.from_table(**(table | other)))


# ---- tables

COV = pd.DataFrame([[4.0, 1.0, 0.5], [1.0, 9.0, 2.0], [0.5, 2.0, 1.0]], index=ITEMS, columns=ITEMS)


def test_a_table_is_divided_by_n():
    moments = cs.Moments.from_table(n=50, cov=COV, mean=[1, 2, 3])
    np.testing.assert_allclose(moments.cov, COV * 49 / 50, rtol=EXACT)
    np.testing.assert_allclose(cs.Moments.from_table(n=50, cov=COV, divisor="n").cov, COV, rtol=EXACT)
    assert moments.mean.tolist() == [1, 2, 3]
    assert moments.weight == 50
    assert repr(moments) == "Moments(n=50, 3 items, dropped=0)"


@pytest.mark.parametrize(
    "table",
    [
        [[4.0], [1.0, 9.0], [0.5, 2.0, 1.0]],
        np.tril(COV),
        COV.where(np.tril(np.ones((3, 3))) > 0),
        COV.to_numpy().tolist(),
        COV,
        COV.iloc[::-1],
        COV[["c", "a", "b"]],
        COV.loc[["b", "c", "a"], ["c", "a", "b"]],
    ],
    ids=["ragged", "zeros above", "blanks above", "lists", "frame", "rows in another order", "columns", "both"],
)
def test_a_table_is_read_however_it_is_printed(table):
    moments = cs.Moments.from_table(n=50, cov=table, items=ITEMS, divisor="n")
    np.testing.assert_array_equal(moments.cov, COV.to_numpy())
    assert moments.items == ("a", "b", "c")


def test_labels_of_means_and_deviations_are_read_by_name():
    sd = pd.Series({"c": 1.0, "a": 2.0, "b": 3.0})
    corr = COV / np.outer([2, 3, 1], [2, 3, 1])
    moments = cs.Moments.from_table(n=50, corr=corr, sd=sd, mean=pd.Series({"b": 2, "c": 3, "a": 1}), divisor="n")
    np.testing.assert_allclose(moments.cov, COV, rtol=EXACT)
    assert moments.mean.tolist() == [1, 2, 3]


def test_a_selection_keeps_each_items_own_figures():
    moments = cs.Moments.from_table(n=50, cov=COV, mean=[1, 2, 3], scale={"b": (1, 10)}, divisor="n")
    chosen = moments.select(["c", "b"])
    assert chosen.items == ("c", "b")
    assert chosen.mean.tolist() == [3, 2]
    assert chosen.cov.tolist() == [[1.0, 2.0], [2.0, 9.0]]
    assert [scale is not None for scale in chosen.scales] == [False, True]
    with pytest.raises(cs.DataError, match=r"no item 'bb' in the moments \(did you mean 'b'\?\)"):
        moments.select(["bb"])


def test_moments_give_the_same_fit_as_their_rows():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(200, 1)) + rng.normal(size=(200, 4)), columns=list("abcd"))
    model = cs.Model.from_syntax("F =~ a + b + c + d")
    rows = model.fit(frame)
    table = model.fit(cs.Moments.from_table(n=200, cov=frame.cov(), mean=frame.mean()))
    # pandas' divisor n - 1 is turned back, which costs a rounding.
    np.testing.assert_allclose(table.solution.theta, rows.solution.theta, rtol=1e-10)
    np.testing.assert_allclose(table.fit_measures(), rows.fit_measures(), rtol=1e-8, atol=1e-10)
