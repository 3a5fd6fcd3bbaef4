"""Casewise scores: each row's pull on the parameters, from two matrix products a batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.discrepancy import Point, Slopes
from csisem.covariance.structure import Structure

FloatArray = NDArray[np.float64]


def casewise_scores(
    structure: Structure, point: Point, slope: Slopes, group: int, centred: FloatArray
) -> FloatArray:
    """Scores of rows of one group by the free parameters, (q, rows).

    Parameters
    ----------
    centred
        Complete answers minus the group's mean (the model's where means are modelled), (p, rows).

    With z the whitened row, the entry score is ``(z.a)(z.b) - a.b + z.mu_k``: the derivative of the row's
    log-likelihood (White 1982).
    """
    z = point.white[0, group] @ centred
    a, b = slope.a[0, group], slope.b[0, group]
    entry = (a.T @ z) * (b.T @ z) - (a * b).sum(axis=0)[:, None]
    if structure.meanstructure:
        entry += slope.mean[0, group].T @ z
    scores: FloatArray = structure.map[group].T @ entry
    return scores
