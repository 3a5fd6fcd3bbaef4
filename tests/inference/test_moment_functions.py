"""Gradients, influence and variances of functions of moments with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from csisem.inference import moment_functions
from csisem.inference.moment_functions import gradient, influence, normal_theory_variance


def _correlation(mean, cov):
    return (cov[..., 0, 1] / np.sqrt(cov[..., 0, 0] * cov[..., 1, 1]))[..., None]


def _ratio_and_variance(mean, cov):
    return np.stack([mean[..., 0] / mean[..., 1], cov[..., 0, 0]], axis=-1)


def test_a_correlation_under_normality():
    """The variance of a normal sample's correlation is (1 - r^2)^2 / n."""
    cov = np.array([[4.0, 1.8], [1.8, 2.25]])
    slopes = gradient(_correlation, np.zeros(2), cov)
    r = 1.8 / 3
    assert normal_theory_variance(slopes, cov, 50)[0, 0] == pytest.approx((1 - r**2) ** 2 / 50, rel=1e-12)


def test_a_ratio_of_means_and_a_variance():
    mean, cov = np.array([3.0, 2.0]), np.array([[4.0, 1.0], [1.0, 2.0]])
    slopes = gradient(_ratio_and_variance, mean, cov)
    assert slopes.by_mean == pytest.approx(np.array([[1 / 2, -3 / 4], [0, 0]]))
    variance = normal_theory_variance(slopes, cov, 10)
    assert variance[0, 0] == pytest.approx((4 / 4 - 2 * 3 / 8 + 9 / 16 * 2) / 10)
    assert variance[1, 1] == pytest.approx(2 * 16 / 10)
    assert variance[0, 1] == pytest.approx(0, abs=1e-14)
    rows = np.random.default_rng(1).multivariate_normal(mean, cov, 9000).T
    rows -= rows.mean(axis=1, keepdims=True)
    spread = rows @ rows.T / 9000
    pull = influence(slopes, spread, rows)
    assert pull[0] == pytest.approx(rows[0] / 2 - rows[1] * 3 / 4)
    assert pull[1] == pytest.approx(rows[0] ** 2 - spread[0, 0])


def test_directions_in_parts_are_the_same(monkeypatch):
    rng = np.random.default_rng(2)
    root = rng.standard_normal((5, 5))
    mean, cov = rng.standard_normal(5), root @ root.T

    def function(m, s):
        return (np.linalg.inv(s) @ m[..., None])[..., 0]

    whole = gradient(function, mean, cov)
    monkeypatch.setattr(moment_functions, "_ENTRIES", 75)
    parts = gradient(function, mean, cov)
    assert parts.by_mean == pytest.approx(whole.by_mean, abs=1e-14)
    assert parts.by_cov == pytest.approx(whole.by_cov, abs=1e-14)
    assert whole.by_mean == pytest.approx(np.linalg.inv(cov), rel=1e-10)
