"""One list of what no population of factors has."""

from __future__ import annotations

import numpy as np

from csisem.inference.improper_solutions import Improper, above_one, impossible, negative


def test_each_estimate_outside_its_range_is_named():
    assert negative(np.array([0.1, -0.2, np.nan, 0.0]), "abcd") == [Improper("variance", ("b",), -0.2)]
    values = np.array([1.0, 1 + 1e-12, 1.01, -1.2, np.nan])
    assert above_one("communality", values, "abcde") == [
        Improper("communality", ("c",), 1.01), Improper("communality", ("d",), -1.2),
    ]  # fmt: skip
    assert above_one("loading", np.array([1.5]), [("item", "factor")]) == [Improper("loading", ("item", "factor"), 1.5)]


def test_correlations_are_judged_by_pairs_and_then_together():
    three = np.array([[1, 0.9, 0.9], [0.9, 1, 0.0], [0.9, 0.0, 1]])
    (found,) = impossible(three, "abc")
    assert found.kind == "indefinite"
    assert found.names == ("a", "b", "c")
    np.testing.assert_allclose(found.value, 1 - 0.9 * np.sqrt(2))
    three[0, 1] = three[1, 0] = -1.0
    assert impossible(three, "abc") == [Improper("correlation", ("a", "b"), -1.0)]
    assert impossible(np.full((2, 2), np.nan), "ab") == []
    assert impossible(np.eye(1), "a") == []
    # Of two variables alone, also at 1 exactly.
    for r in (1.0, -1.2):
        assert impossible(np.array([[1, r], [r, 1]]), "ab") == [Improper("correlation", ("a", "b"), r)]
    assert impossible(np.eye(3), "abc") == []
