"""MICOM's numbers against the same from rows, and permutations of them."""

from __future__ import annotations

import numpy as np
import pytest

from composites import answers, fitted, full_plan, moments
from csisem.composite.estimate import estimate
from csisem.composite.micom_statistics import compositional_correlations, invariance
from csisem.inference.permutation import permutation_pvalue


def test_against_rows():
    plan = full_plan()
    rows = answers(plan)
    own = np.arange(250) % 3 == 0
    parts = (rows[:, own], rows[:, ~own])
    each = [moments(plan, part) for part in parts]
    weights = [estimate(plan, *one).raw_weights for one in each]
    pooled = fitted(plan).raw_weights
    found = invariance((weights[0], weights[1]), pooled, *zip(*each, strict=True), moments(plan)[1])
    for j in range(7):
        scores = [weight[:, j] @ rows for weight in weights]
        assert found.correlations[j] == pytest.approx(np.corrcoef(*scores)[0, 1], abs=1e-12)
        first, second = (pooled[:, j] @ part for part in parts)
        assert found.mean_differences[j] == pytest.approx(first.mean() - second.mean(), abs=1e-12)
        ratio = np.var(first, ddof=1) / np.var(second, ddof=1)
        assert found.log_variance_ratios[j] == pytest.approx(np.log(ratio), abs=1e-12)
    assert found.correlations[plan.constructs.index("Complaints")] == pytest.approx(1, abs=1e-12)


def test_a_group_with_other_weights_is_found():
    plan = full_plan()
    rows = answers(plan).copy()
    own = np.arange(250) < 125
    # In the second group an item of Loyalty is noise.
    rows[plan.items.index("CUSL3"), ~own] = np.random.default_rng(3).normal(0, 2, 125)
    pooled = np.cov(rows)

    def correlations(member):
        weights = [estimate(plan, *moments(plan, rows[:, chosen])).raw_weights for chosen in (member, ~member)]
        return compositional_correlations(*weights, pooled)

    rng = np.random.default_rng(4)
    draws = np.stack([correlations(rng.permutation(own)) for _ in range(99)])
    pvalue = permutation_pvalue(correlations(own), draws, "lower")
    assert pvalue[plan.constructs.index("Loyalty")] == 0.01
    assert pvalue[plan.constructs.index("Quality")] > 0.05
