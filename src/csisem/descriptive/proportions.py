"""Means and proportions by group, with intervals under a sampling design."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.descriptive.complete_rows import Sample
from csisem.inference.intervals import wilson
from csisem.inference.simultaneous import bonferroni_critical
from csisem.options import ShareInterval


@dataclass(frozen=True, slots=True, eq=False)
class GroupMeans:
    """Weighted means of k columns in G groups.

    Attributes
    ----------
    n
        Number of rows (G,).
    value, variance
        Means and their variances (G, k); the variance of a single row is nan.
    degrees
        Degrees of freedom of the variances (G,), infinite for independent rows.
    effective
        Effective sample size (G,), ``(sum w)^2 / sum w^2`` (Kish 1965).
    """

    n: IntArray
    value: FloatArray
    variance: FloatArray
    degrees: FloatArray
    effective: FloatArray


def group_means(sample: Sample, columns: FloatArray) -> GroupMeans:
    """Means of ``columns`` (m, k) in the sample's groups.

    Variances under a design are by Taylor linearisation, groups being domains; without one they come from the rows of
    the group, with divisor n.
    """
    count, k = len(sample.labels), columns.shape[1]
    value, variance = np.empty((count, k)), np.empty((count, k))
    n, degrees = np.zeros(count, dtype=np.intp), np.full(count, np.inf)
    effective = np.full(count, np.nan)
    for code in range(count):
        inside = np.flatnonzero(sample.codes == code)
        part, own = sample.part(code), columns[inside]
        n[code] = len(inside)
        if not part.total:
            value[code] = variance[code] = np.nan
            continue
        effective[code] = part.total**2 / float(part.weights @ part.weights)
        value[code] = part.weights @ own / part.total
        # Rounding would give equal answers a variance.
        alike = own.max(axis=0) == own.min(axis=0)
        value[code] = np.where(alike, own[0], value[code])
        rest = own - value[code]
        if np.count_nonzero(part.weights) < 2:
            variance[code] = np.nan
            degrees[code] = part.degrees() if sample.designed else np.inf
        elif sample.designed:
            variance[code] = np.diagonal(part.variance(rest / part.total))
            degrees[code] = part.degrees()
        else:
            variance[code] = (rest**2).mean(axis=0) / len(inside)
    return GroupMeans(n, value, np.maximum(variance, 0.0), degrees, effective)


def share_interval(means: GroupMeans, kind: ShareInterval, level: float) -> tuple[FloatArray, FloatArray]:
    """Bounds (G, k) of means that are shares.

    ``"wilson"``: `inference.intervals.wilson` with Kish's effective sample size; ``"wald"``: the share plus or minus a
    multiple of its standard error, which may leave 0-1. Both use t with the design's degrees of freedom.
    """
    t = bonferroni_critical(1, level, means.degrees[:, None])
    share, variance = means.value, means.variance
    if kind == "wald":
        width = t * np.sqrt(variance)
        return share - width, share + width
    return wilson(share, variance, means.effective[:, None], t)
