"""Robust errors and corrected tests of a full-information fit: the scores of rows at three models' estimates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.incomplete_rows import IncompleteScores, View
from csisem.covariance.scaled import Correction, mean_scaled
from csisem.errors import DataError
from csisem.fit.measures import discrepancies
from csisem.fit.references import Placed, References, misfit, patterns_of, references

if TYPE_CHECKING:
    from csisem.fit.fit import Fit

FloatArray = NDArray[np.float64]


def with_robust_incomplete(fit: Fit) -> Fit:
    """Replace the errors of a full-information fit by Huber-White's and add the Yuan-Bentler test (Mplus's variant).

    The scaling factor is ``tr(A1^-1 B1) - tr(A0^-1 B0)`` over the degrees of freedom, with observed information A and
    products B of casewise scores, of the saturated model and of the model (Yuan and Bentler 2000, section 3).
    """
    compared = references(fit)
    model, saturated, baseline = _products(fit, compared)
    inverse: FloatArray = np.asarray(np.linalg.inv(compared.model.information), dtype=np.float64)
    found, whole = discrepancies(fit), _trace(compared.saturated, saturated)
    correction = Correction(
        mean_scaled(found.chisq, found.df, whole - _trace(compared.model, model)),
        mean_scaled(found.baseline_chisq, found.baseline_df, whole - _trace(compared.baseline, baseline)),
        misfit(fit, compared, saturated),
    )
    return replace(fit, vcov=inverse @ model @ inverse / fit.n, correction=correction)


def _trace(placed: Placed, products: FloatArray) -> float:
    """``tr(A^-1 B)`` over the parameters that count."""
    kept = products[np.ix_(placed.counted, placed.counted)]
    return float(np.trace(np.linalg.solve(placed.information, kept)))


def _products(fit: Fit, compared: References) -> list[FloatArray]:
    """Mean products (q, q) of the rows' scores, for each model."""
    patterns, data = patterns_of(fit), fit.data
    if data is None:
        raise DataError(f"estimator={fit.estimator!r} needs the rows; give the answers.")
    known: tuple[dict[bytes, int], ...] = tuple({} for _ in range(patterns.n_groups))
    for k, (answered, group) in enumerate(zip(patterns.answered, patterns.group, strict=True)):
        known[group][answered.tobytes()] = k
    kernel = IncompleteScores(
        tuple(_view(placed) for placed in (compared.model, compared.saturated, compared.baseline)),
        known,
        {label: g for g, label in enumerate(fit.groups or (None,))},
        fit.n / float(patterns.weight.sum()),
    )
    sums = data.rows(fit.table.observed, by=fit.settings.by, weights=patterns.weighted).reduce(kernel)
    return [total / fit.n for total in sums]


def _view(placed: Placed) -> View:
    mean, inverse = placed.point.moments.mean[0], placed.objective.inverse(placed.point)[0]
    return View(placed.structure, placed.slope, mean, inverse)
