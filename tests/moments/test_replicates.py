"""Moments of replicates: those of the rows drawn, whatever the batches, groups, weights and units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.moments.moments import Moments
from csisem.moments.resampled_moments import Members, ReplicateKernel, ReplicateMoments
from csisem.survey.rows.rows import Memory

# Sums of a few hundred rows about a centre near their mean.
EXACT = 1e-10
ITEMS = ["a", "b", "c"]


def _frame(n, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.integers(1, 11, (n, 3)).astype(float), columns=ITEMS)
    return frame.assign(region=rng.choice(["north", "south"], n), w=rng.integers(0, 4, n).astype(float))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("batch_rows", [7, 64, 8192])
def test_moments_are_those_of_the_rows_drawn(monkeypatch, weighted, batch_rows):
    monkeypatch.setattr(Memory, "batches", _in_batches(Memory.batches, batch_rows))
    frame = _frame(150)
    frame.loc[[3, 40], "b"] = np.nan
    frame.loc[10, "region"] = None
    survey = cs.Survey(frame, weights="w" if weighted else None)
    rows = survey.rows(ITEMS, by="region", weights=weighted)
    group = np.concatenate(rows.reduce(Members({"south": 0, "north": 1})))
    used = group >= 0
    assert used.sum() == 147
    units = np.where(used, np.cumsum(used) - 1, 0)
    counts = np.random.default_rng(2).multinomial(147, np.full(147, 1 / 147), 4).astype(np.uint16)
    centre = np.array([[5.0, 6.0, 4.0], [7.0, 5.0, 5.0]])
    kernel = ReplicateKernel(counts, np.zeros(147), np.ones(147), units, group, centre)
    found = ReplicateMoments.from_sums(rows.reduce(kernel), centre)
    for b in range(4):
        drawn = frame[used].loc[np.repeat(frame.index[used], counts[b])]
        again = cs.Survey(drawn, weights="w" if weighted else None).rows(ITEMS, by="region", weights=weighted)
        expected = Moments.from_rows(again)
        order = [expected.groups.index(label) for label in ("south", "north")]
        assert np.allclose(found.mean[b], expected.mean[order], rtol=EXACT, atol=0)
        assert np.allclose(found.cov[b], expected.cov[order], rtol=EXACT, atol=EXACT)
        assert np.allclose(found.weight[b], expected.weight[order], rtol=EXACT)


def _in_batches(batches, rows):
    def some(self):
        object.__setattr__(self, "batch_rows", rows)
        return batches(self)

    return some


def test_units_of_several_rows_and_rescaled_multipliers():
    frame = _frame(60)
    unit = np.arange(60) // 6
    counts = np.random.default_rng(3).integers(0, 3, (5, 10)).astype(np.uint16)
    base, slope = np.linspace(0, 0.5, 10), np.linspace(0.5, 1.5, 10)
    centre = frame[ITEMS].to_numpy().mean(axis=0)[None]
    rows = cs.Survey(frame).rows(ITEMS)
    kernel = ReplicateKernel(counts, base, slope, unit, np.zeros(60, dtype=int), centre)
    found = ReplicateMoments.from_sums(rows.reduce(kernel), centre)
    for b in range(5):
        weights = (base + slope * counts[b])[unit]
        expected = Moments.from_rows(cs.Survey(frame.assign(w=weights), weights="w").rows(ITEMS))
        assert np.allclose(found.mean[b, 0], expected.mean, rtol=EXACT)
        assert np.allclose(found.cov[b, 0], expected.cov, rtol=EXACT, atol=EXACT)
        assert found.weight[b, 0] == pytest.approx(weights.sum(), rel=EXACT)
    alone = replace(kernel, products=False)
    assert np.allclose(rows.reduce(alone), rows.reduce(kernel)[..., :4], rtol=EXACT, atol=EXACT)


def test_a_group_without_weight_has_no_moments():
    sums = np.zeros((2, 1, 10))
    sums[0, 0] = 1.0
    found = ReplicateMoments.from_sums(sums, np.zeros((1, 3)))
    assert np.isfinite(found.mean[0]).all()
    assert np.isnan(found.mean[1]).all()
    assert np.isnan(found.cov[1]).all()
