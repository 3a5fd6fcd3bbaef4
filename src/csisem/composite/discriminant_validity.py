"""Discriminant validity: HTMT, HTMT2, the Fornell-Larcker criterion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import FloatArray, IntArray


def htmt(correlations: FloatArray, blocks: Sequence[IntArray], *, geometric: bool = False) -> FloatArray:
    """Heterotrait-monotrait ratios (..., J, J) of absolute item correlations, 1 on the diagonal.

    The mean correlation between the items of two constructs over the geometric mean of the mean correlations within
    them (Henseler, Ringle and Sarstedt 2015; absolute values: Ringle, Sarstedt, Sinkovics and Sinkovics 2023), which
    are 1 for a single item.

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

    The criterion of Fornell and Larcker (1981) holds where the diagonal entry is the largest of its row.
    """
    table = correlations.copy()
    place = np.arange(table.shape[-1])
    table[..., place, place] = np.sqrt(average_variance)
    return table
