"""Robust standard errors and scaled tests of full information maximum likelihood."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.full_information.incomplete_row_scores import IncompleteColumns, IncompleteScores, View
from csisem.covariance.goodness_of_fit.scaled_tests import Correction, mean_scaled
from csisem.errors import DataError
from csisem.fit.covariance.errors.taylor_linearisation import cells_of, linearisation_of, whole_degrees
from csisem.fit.covariance.measures.fit_measures import discrepancies
from csisem.fit.covariance.measures.reference_models import Placed, References, misfit, patterns_of, references
from csisem.fit.solution import Uncertainty
from csisem.inference.design_variance import Linearisation, added, variance
from csisem.moments.unit_totals import UnitTotals

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution
    from csisem.survey.survey import Survey


def with_robust_incomplete(solution: CovarianceSolution) -> CovarianceSolution:
    """Replace standard errors by Huber-White's and add the Yuan-Bentler test (Mplus's variant).

    Under a design with strata, clusters or finite populations, B are products of the sums by sampling unit.

    The scaling factor is ``tr(A1^-1 B1) - tr(A0^-1 B0)`` over the degrees of freedom, with observed information A and
    products B of casewise scores, of the saturated model and of the model (Yuan and Bentler 2000, section 3).
    """
    compared = references(solution)
    (model, saturated, baseline), degrees = _products(solution, compared)
    inverse = symmetric_inverse(compared.model.information)
    found, whole = discrepancies(solution), _trace(compared.saturated, saturated)
    correction = Correction(
        mean_scaled(found.chisq, found.df, whole - _trace(compared.model, model)),
        mean_scaled(found.baseline_chisq, found.baseline_df, whole - _trace(compared.baseline, baseline)),
        misfit(solution, compared, saturated),
    )
    errors = Uncertainty(inverse @ model @ inverse / solution.n, degrees)
    return replace(solution, errors=errors, correction=correction)


def _trace(placed: Placed, products: FloatArray) -> float:
    """``tr(A^-1 B)`` over the parameters that count."""
    kept = products[np.ix_(placed.counted, placed.counted)]
    return float(np.trace(symmetric_inverse(placed.information) @ kept))


def _products(solution: CovarianceSolution, compared: References) -> tuple[list[FloatArray], float]:
    """Mean products (q, q) of the rows' scores, or of sampling units' sums, for each model, and degrees of freedom."""
    patterns, data = patterns_of(solution), solution.data
    if data is None:
        raise DataError(f"estimator={solution.estimator!r} needs the rows; give the answers.")
    known: tuple[dict[bytes, int], ...] = tuple({} for _ in range(patterns.n_groups))
    for k, (answered, group) in enumerate(zip(patterns.answered, patterns.group, strict=True)):
        known[group][answered.tobytes()] = k
    views = tuple(_view(placed) for placed in (compared.model, compared.saturated, compared.baseline))
    level = solution.n / float(patterns.weight.sum())
    design = linearisation_of(solution)
    between, degrees = ([], np.inf) if design is None else _between(solution, data, views, known, design)
    products = [np.zeros((view.structure.q, view.structure.q)) for view in views]
    if design is None or design.row_factor is not None:
        kernel = IncompleteScores(
            views,
            known,
            solution.group_of,
            level,
            None if design is None else design.row_factor,
        )
        units = None if design is None else design.code
        rows = solution.rows(data, by=solution.settings.by, units=units)
        found = rows.reduce(kernel)
        products = list(found)
    if between:
        products = [total + level**2 * part for total, part in zip(products, between, strict=True)]
    return [total / solution.n for total in products], degrees


def _between(
    solution: CovarianceSolution,
    data: Survey,
    views: tuple[View, ...],
    known: tuple[dict[bytes, int], ...],
    design: Linearisation,
) -> tuple[list[FloatArray], float]:
    """Design covariances (q, q) of the sums of scores by sampling unit, for each model, and degrees of freedom."""
    cells = cells_of(solution, data, design)
    kernel = UnitTotals(IncompleteColumns(views, known, cells.group), cells.count)
    rows = solution.rows(data, units=cells.code)
    totals = kernel.spread(rows.reduce(kernel))
    sums = added(totals.sums, cells.unit, design.count)
    ends = np.cumsum([view.structure.q for view in views])
    products = [variance(design, part) for part in np.split(sums, ends[:-1], axis=1)]
    return products, whole_degrees(design, totals, cells)


def _view(placed: Placed) -> View:
    mean, inverse = placed.point.moments.mean[0], placed.objective.inverse(placed.point)[0]
    return View(placed.structure, placed.slope, mean, inverse)
