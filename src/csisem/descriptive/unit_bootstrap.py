"""Bootstrap of functions of moments by sampling unit."""

from __future__ import annotations

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.descriptive.complete_rows import Sample
from csisem.descriptive.moment_statistics import Function, moments_under
from csisem.errors import OptionError
from csisem.inference.bootstrap_intervals import least_draws
from csisem.inference.design_rules import by_design
from csisem.inference.resample import blocks, counts, with_replacement
from csisem.option_checks import check_resampling

# An eigenvalue of a replicate's correlations below this leaves no regression.
_SINGULAR = 1e-10


def check_draws(count: int, seed: object, level: float) -> None:
    """Refuse an invalid seed, and a number of replicates too small for a percentile interval; 0 means no bootstrap."""
    check_resampling(count, seed)
    if 0 < count < least_draws(level):
        raise OptionError(
            f"n={count} replicates are too few for a {level:.12g} interval; give at least {least_draws(level)}."
        )


def resampled(sample: Sample, function: Function, count: int, seed: int | None) -> FloatArray:
    """Statistics (B, k) of a regression of the last column on the others, in B resamples of the sampling units.

    A replicate without a regression, since a column is constant or columns are collinear, is nan.
    """
    survey, n = sample.survey, sample.n
    if survey.design.replicate_weights:
        raise OptionError("The survey's replicate weights are replicates already; leave out n=, or give "
                          "design=False.")  # fmt: skip
    if survey.design.drawn:
        scheme, unit = by_design(survey)
        unit = unit[sample.rows]
    else:
        scheme, unit = with_replacement(np.zeros(n, dtype=np.intp), 1), np.arange(n)
    start = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
    parts = []
    for block in blocks(start, count):
        factor = scheme.base + scheme.slope * counts(scheme, block)
        mean, cov = moments_under(sample.values, factor[:, unit] * sample.weights)
        whole = _regular(cov)
        values = function(mean[whole], cov[whole])
        stack = np.full((block.count, values.shape[-1]), np.nan)
        stack[whole] = values
        parts.append(stack)
    return np.concatenate(parts)


def _regular(cov: FloatArray) -> BoolArray:
    """Whether no column is constant and the predictors are not collinear, (R,)."""
    variances = np.diagonal(cov, axis1=-2, axis2=-1)
    varied = (variances > _SINGULAR * variances.max(axis=0)).all(axis=-1)
    sd = np.sqrt(np.where(varied[:, None], variances, 1.0))
    corr = np.where(varied[:, None, None], cov / (sd[:, :, None] * sd[:, None, :]), np.eye(cov.shape[-1]))
    own = corr[:, :-1, :-1]
    regular: BoolArray = varied & (np.linalg.eigvalsh(own)[:, 0] > _SINGULAR)
    return regular
