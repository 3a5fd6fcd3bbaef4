"""Discriminant validity from correlations of items: HTMT, HTMT2, Fornell and Larcker's comparison."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import FloatArray, IntArray


def htmt(correlations: FloatArray, blocks: Sequence[IntArray], *, geometric: bool = False) -> FloatArray:
    """Heterotrait-monotrait ratios (..., J, J) of absolute item correlations, 1 on the diagonal.

    The mean correlation of the items of two constructs over the root of the product of the mean correlations within
    them (Henseler, Ringle and Sarstedt 2015; absolute values: Ringle, Sarstedt, Sinkovics and Sinkovics 2023);
    a single item's own is 1.

    Parameters
    ----------
    correlations
        Of the items, (..., p, p).
    blocks
        Positions of each construct's items.
    geometric
        Whether means are geometric (HTMT2, Roemer, Schuberth and Henseler 2021).
    """
    size = np.where(correlations.real < 0, -correlations, correlations)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.log(size) if geometric else size
        within = [_within(values, block, geometric=geometric) for block in blocks]
        ratios = np.ones((*correlations.shape[:-2], len(blocks), len(blocks)), dtype=values.dtype)
        for i, first in enumerate(blocks):
            for j in range(i):
                between = values[..., first[:, None], blocks[j]].mean(axis=(-1, -2))
                # Logarithms of the correlations are averaged where means are geometric.
                log = between - (within[i] + within[j]) / 2
                ratio = np.exp(log) if geometric else between / np.sqrt(within[i] * within[j])
                ratios[..., i, j] = ratios[..., j, i] = ratio
    return ratios


def _within(values: FloatArray, block: IntArray, *, geometric: bool) -> FloatArray:
    row, column = np.triu_indices(len(block), 1)
    if not row.size:
        return np.full(values.shape[:-2], 0.0 if geometric else 1.0, dtype=values.dtype)
    mean: FloatArray = values[..., block[row], block[column]].mean(axis=-1)
    return mean


def fornell_larcker(average_variance: FloatArray, correlations: FloatArray) -> FloatArray:
    """Correlations of constructs (..., J, J) with the roots of the average variances extracted on the diagonal.

    A construct shares more variance with its items than with another construct where its diagonal entry is larger
    than all others in its row (Fornell and Larcker 1981).
    """
    table = correlations.copy()
    place = np.arange(table.shape[-1])
    table[..., place, place] = np.sqrt(average_variance)
    return table
