"""Completeness, groups and weights of the rows in a batch."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.survey.rows.rows import Batch


def complete(values: FloatArray) -> BoolArray:
    """Which rows of answers (p, m) answer every item, (m,)."""
    return np.asarray(~np.isnan(values).any(axis=0))


def group_codes(batch: Batch) -> IntArray:
    """Group of each row as a place in the batch's labels, (m,): -1 for no group, 0 throughout without groups."""
    return np.zeros(batch.values.shape[1], dtype=np.intp) if batch.codes is None else batch.codes


def rows_by_group(batch: Batch, used: BoolArray) -> Iterator[tuple[Hashable, BoolArray]]:
    """Label of each group with ``used`` rows (m,), and which rows these are, (m,); the label is None without groups."""
    labels = batch.labels if batch.codes is not None else (None,)
    for code, label in enumerate(labels):
        rows = used if batch.codes is None else used & (batch.codes == code)
        if rows.any():
            yield label, rows


def sampling_weights(batch: Batch) -> FloatArray:
    """Sampling weights (m,), 1 where rows are not weighted."""
    return np.ones(batch.values.shape[1]) if batch.weights is None else batch.weights


def row_weights(batch: Batch, factor: FloatArray | None) -> FloatArray | None:
    """Multipliers (m,) of rows whose squares carry the ``factor`` of their sampling unit (F,); None for ones."""
    if factor is None:
        return batch.weights
    root: FloatArray = np.sqrt(factor)[batch.units]
    return root if batch.weights is None else root * batch.weights
