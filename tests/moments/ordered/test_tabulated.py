"""Moments from tables of pairs: those of the rows, for every sample of a stack."""

from __future__ import annotations

import numpy as np
import pandas as pd

import csisem as cs
from csisem.moments.ordered.polychoric import count_cells
from csisem.moments.ordered.read_ordered import read_ordered
from csisem.moments.ordered.tabulated_moments import tabulated_moments

# Sums of rows against sums of cells.
ROUNDED = 1e-8


def test_samples_that_repeat_rows_have_the_moments_of_their_rows():
    generator = np.random.default_rng(12)
    latent = 0.7 * generator.normal(size=(250, 1)) + 0.7 * generator.normal(size=(250, 4))
    codes = np.stack([np.digitize(latent[:, 0], [-0.9, 0.1, 0.8]), *(np.digitize(latent[:, j], [0.2]) for j in (1, 2)),
                      np.digitize(latent[:, 3], [-0.5, 0.6])], axis=1)  # fmt: skip
    # A combination of two answers that nobody gives.
    codes[(codes[:, 1] == 1) & (codes[:, 2] == 0), 1] = 0
    answers = ((1, 2, 3, 4), (1, 2), (1, 2), (1, 2, 3))
    counts = generator.multinomial(250, np.full(250, 1 / 250), size=4).astype(np.float64)
    found = tabulated_moments(count_cells(codes, counts), answers, counts.sum(axis=1))
    items = list("abcd")
    for k, count in enumerate(counts):
        frame = pd.DataFrame(np.repeat(codes, count.astype(int), axis=0) + 1, columns=items)
        one = read_ordered(cs.Survey(frame), items, items)
        assert one.filled == (("b", "c"),)
        np.testing.assert_allclose(found.vector[k], one.vector[0], atol=ROUNDED)
        np.testing.assert_allclose(found.gamma_diagonal[k], np.diagonal(one.gamma[0]), rtol=ROUNDED)
    near = np.eye(4) + 0.3
    started = tabulated_moments(count_cells(codes, counts), answers, counts.sum(axis=1), near)
    np.testing.assert_allclose(started.vector, found.vector, atol=ROUNDED)
