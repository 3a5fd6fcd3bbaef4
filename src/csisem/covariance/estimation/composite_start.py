"""Starting values of composites and of their excrescent variables."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.specification.parameters import ParameterTable

# Smallest share of an item's variance that its excrescent variable starts with.
_LEFT = 0.05


def with_composites(
    table: ParameterTable, standard: FloatArray, between: FloatArray, correlation: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Standardised loadings (G, p, m) and correlations (G, m, m) with those of composites in place.

    ``weight`` (G, p, m) weighs the standardised items; ``correlation`` (G, p, p) are theirs. Each block starts where
    its own correlations are reproduced, so that its loadings can be inverted: with the composite ``u'z / s`` the items
    load ``r = R u / s``, an excrescent variable is ``(z - r c) / q``, and the pivot follows from the composite.
    """
    standard, between = standard.copy(), between.copy()
    for one in table.formed:
        if not one.excrescent:
            continue
        items = [table.observed.index(name) for name in (one.pivot, *one.others)]
        own, rest = table.latents.index(one.name), [table.latents.index(name) for name in one.excrescent]
        among, u = correlation[:, items][:, :, items], weight[:, items, own]
        pull = (among @ u[..., None])[..., 0]
        r = pull / np.sqrt(np.maximum((u * pull).sum(axis=-1, keepdims=True), 1e-8))
        q = np.sqrt(np.maximum(1 - r[:, 1:] ** 2, _LEFT))
        standard[:, items, own] = r
        standard[:, :, rest] = 0.0
        standard[:, items[1:], rest] = q
        for k, column in enumerate(rest):
            standard[:, items[0], column] = -u[:, k + 1] / u[:, 0] * q[:, k]
        left = among[:, 1:, 1:] - r[:, 1:, None] * r[:, None, 1:]
        between[:, rest, :] = between[:, :, rest] = 0.0
        block = left / (q[:, :, None] * q[:, None, :])
        block[:, np.arange(len(rest)), np.arange(len(rest))] = 1.0
        between[np.ix_(range(len(between)), rest, rest)] = block
    return standard, between


@lru_cache(maxsize=64)
def formed_columns(table: ParameterTable) -> tuple[BoolArray, BoolArray]:
    """Which of the structural variables are composites, and which excrescent variables, both (m,)."""
    composites = {one.name for one in table.formed}
    excrescent = {name for one in table.formed for name in one.excrescent}
    return (
        np.array([name in composites for name in table.latents], dtype=bool),
        np.array([name in excrescent for name in table.latents], dtype=bool),
    )
