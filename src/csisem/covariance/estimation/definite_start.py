"""Starting covariances that a population can have."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.specification.parameters import ParameterTable

COVARIANCES = ("psi", "theta")
"""Matrices of covariances."""

# Variances are raised by this factor until the smallest eigenvalue of the correlations is the second number.
_RAISE, _DEFINITE, _MOST_RAISES = 1.3, 0.1, 200


def make_definite(table: ParameterTable, stated: frozenset[int], values: FloatArray) -> None:
    """Raise the free variances (or lower the free covariances) until the covariances of the rows (R,) are definite.

    Values of ``stated`` rows are the user's, and changed last.
    """
    fixed = ~table.free
    values[fixed] = table.base[fixed]
    for matrix in COVARIANCES:
        for group in range(table.n_groups):
            rows = {
                (row.row, row.col): r for r, row in enumerate(table.rows) if row.matrix == matrix and row.group == group
            }
            # Moments of exogenous variables are the sample's.
            rows = {place: r for place, r in rows.items() if not table.rows[r].exogenous}
            linked = sorted({i for (i, j), r in rows.items() if i != j and values[r] for i in (i, j)})
            own = [rows[i, i] for i in linked if (i, i) in rows]
            if len(own) < len(linked) or not own:
                continue
            free = [r for r in own if not fixed[r] and r not in stated] or [r for r in own if not fixed[r]]
            pairs = [r for (i, j), r in rows.items() if i != j and not fixed[r]]
            # Covariances with variables that are not linked start at zero.
            among = {place: r for place, r in rows.items() if set(place) <= set(linked)}
            _raise(values, among, linked, free, pairs)


def _raise(
    values: FloatArray, rows: dict[tuple[int, int], int], linked: list[int], free: list[int], pairs: list[int]
) -> None:
    place = {name: k for k, name in enumerate(linked)}
    for attempt in range(_MOST_RAISES):
        cov = np.zeros((len(linked), len(linked)))
        for (i, j), r in rows.items():
            cov[place[i], place[j]] = cov[place[j], place[i]] = values[r]
        deviation = np.sqrt(np.maximum(np.diagonal(cov), 1e-300))
        # What is definite to begin with stays as it is.
        if np.linalg.eigvalsh(cov / np.outer(deviation, deviation))[0] > (_DEFINITE if attempt else 0.0):
            return
        if free and attempt < _MOST_RAISES // 2:
            values[free] = np.abs(values[free]) * _RAISE
        else:
            values[pairs] /= _RAISE
