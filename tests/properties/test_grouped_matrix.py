"""Matrices in blocks by group against the same matrices whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array, random_array

from csisem.arrays import FloatArray
from csisem.covariance.grouped_matrix import GroupedMatrix
from csisem.covariance.partition import Partition

# Both sides invert matrices with condition numbers below 1e3 in double precision.
CLOSE = 1e-10


@st.composite
def partitions(draw: st.DrawFn) -> Partition:
    """Parameters in any order: up to 4 for each of up to 4 groups, and up to 3 that they share."""
    counts = draw(st.lists(st.integers(0, 4), min_size=1, max_size=4))
    shared = draw(st.integers(0, 3)) if len(counts) > 1 else 0
    owner = np.array(draw(st.permutations([g for g, count in enumerate(counts) for _ in range(count)] + [-1] * shared)))
    parameter = [k for k, g in enumerate(owner) for _ in (range(len(counts)) if g < 0 else [0])]
    group = [h for g in owner for h in (range(len(counts)) if g < 0 else [g])]
    places = np.array(parameter, dtype=np.intp), np.array(group, dtype=np.intp)
    return Partition.of(len(owner), *places, len(counts))


def matrices(partition: Partition, seed: int, count: int = 2) -> tuple[GroupedMatrix, FloatArray]:
    """Sums over the groups of positive definite matrices among the parameters of each, and the same whole."""
    rng = np.random.default_rng(seed)
    groups, width = partition.columns.shape
    draws = rng.normal(size=(count, groups, width, width + 2))
    blocks = draws @ draws.mT + np.eye(width)
    there = np.concatenate([partition.filled, np.ones((groups, len(partition.shared)), dtype=bool)], axis=1)
    blocks = blocks * (there[:, :, None] & there[:, None, :])
    whole = np.zeros((count, partition.q, partition.q))
    for g, columns in enumerate(partition.columns):
        own = np.flatnonzero(there[g])
        whole[:, columns[own][:, None], columns[own]] += blocks[:, g][:, own[:, None], own]
    return GroupedMatrix.of(partition, blocks), whole


@given(partitions(), st.integers(0, 1000))
def test_blocks_are_the_matrix(partition, seed):
    found, whole = matrices(partition, seed)
    rng = np.random.default_rng(seed + 1)
    np.testing.assert_array_equal(found.dense(), whole)
    np.testing.assert_array_equal(found.diagonal, np.linalg.diagonal(whole))
    vectors, scale = rng.normal(size=(2, partition.q)), rng.uniform(0.5, 2.0, size=(2, partition.q))
    np.testing.assert_allclose(
        found.solve(vectors), np.linalg.solve(whole, vectors[..., None])[..., 0], rtol=CLOSE, atol=CLOSE
    )
    outer = scale[:, :, None] * scale[:, None, :]
    np.testing.assert_allclose(found.scaled(scale).dense(), whole / outer, rtol=CLOSE)
    raised = found.raised(np.array([0.5, 2.0])).dense()
    np.testing.assert_allclose(raised, whole + np.array([0.5, 2.0])[:, None, None] * np.eye(partition.q), rtol=CLOSE)


@given(partitions(), st.integers(0, 1000))
def test_inverses_and_variances(partition, seed):
    found, whole = matrices(partition, seed, count=1)
    inverse = found.inverse()
    np.testing.assert_allclose(inverse.dense(), np.linalg.inv(whole[0]), rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(inverse.times(3.0).dense(), 3 * np.linalg.inv(whole[0]), rtol=CLOSE, atol=CLOSE)
    slopes = csr_array(random_array((5, partition.q), density=0.5, rng=np.random.default_rng(seed)))
    variances = np.diag(slopes.toarray() @ np.linalg.inv(whole[0]) @ slopes.toarray().T)
    np.testing.assert_allclose(inverse.variances(slopes), variances, rtol=CLOSE, atol=CLOSE)


@given(partitions(), st.integers(0, 1000))
def test_sandwiches_and_traces(partition, seed):
    found, whole = matrices(partition, seed, count=1)
    meat, between = matrices(partition, seed + 1, count=1)
    inverse = np.linalg.inv(whole[0])
    sandwich = found.inverse().sandwich(meat)
    expected = inverse @ between[0] @ inverse
    np.testing.assert_allclose(sandwich.dense(), expected, rtol=CLOSE, atol=CLOSE)
    assert found.inverse().trace(meat) == pytest.approx(np.trace(inverse @ between[0]), rel=CLOSE)
    for group, own in enumerate(sandwich.of_groups()):
        columns = partition.columns[group]
        there = columns < partition.q
        kept = columns[there]
        np.testing.assert_allclose(own[np.ix_(there, there)], expected[np.ix_(kept, kept)], rtol=CLOSE, atol=CLOSE)


@given(partitions(), st.integers(0, 1000))
def test_definiteness_and_the_flat_direction(partition, seed):
    found, whole = matrices(partition, seed)
    if not partition.q:
        return
    lowest = np.linalg.eigvalsh(whole)[:, 0]
    # The first matrix just above zero, the second just below.
    moved = found.raised(np.array([1e-6, -1e-6]) - lowest)
    assert moved.definite(0.0).tolist() == [True, False]
    assert moved.where(np.array([True, True]), found).definite(0.0).tolist() == [True, False]
    assert moved.where(np.array([True, False]), found).definite(0.0).tolist() == [True, True]
    direction = moved.flattest(1e-5)
    dense = moved.dense()[0]
    # The others' eigenvalues are near 1 or above.
    assert direction @ dense @ direction / (direction @ direction) < 1e-3


@given(partitions(), st.integers(0, 1000))
def test_values_go_to_the_groups_and_back(partition, seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(3, partition.q))
    spread = partition.spread(values)
    groups = len(partition.own)
    # What several groups share comes back once from each.
    times = np.ones(partition.q)
    times[partition.shared] = groups
    np.testing.assert_allclose(partition.gathered(spread), values * times, rtol=CLOSE)
    group = rng.integers(0, groups, size=6)
    rows = partition.expanded(rng.normal(size=(6, partition.columns.shape[1])), group)
    assert rows.shape == (6, partition.q)
    again = partition.expanded(partition.compact(rows, group), group)
    np.testing.assert_array_equal(again.toarray(), rows.toarray())


@pytest.mark.parametrize("size", [1, 3])
def test_one_matrix_in_one_block(size):
    matrix = np.eye(size) + 0.5
    np.testing.assert_allclose(GroupedMatrix.whole(matrix).inverse().dense(), np.linalg.inv(matrix), rtol=CLOSE)
