"""Design effects of the parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.casewise.casewise_scores import ScoreKernel
from csisem.covariance.cholesky import symmetric_inverse
from csisem.errors import OptionError
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.covariance.ordered.parameter_influence import parameter_influence
from csisem.fit.covariance.row_scores import row_scores
from csisem.fit.covariance.structural_after_measurement.two_step_solution import TwoStepSolution
from csisem.fit.fitted_rows import require_rows
from csisem.fit.frames import parameters, row_count, shown_rows
from csisem.inference.delta import row_variances

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.covariance.covariance_solution import CovarianceSolution


def design_effects(solution: CovarianceSolution) -> pd.DataFrame:
    """The frame of `Fit.design_effects`."""
    solution.require_usable("Design effects")
    if solution.completed:
        raise OptionError("Design effects are of one data set; take those of fit.imputed.fits.")
    if solution.settings.errors == "normal theory":
        raise OptionError(f"The standard errors of estimator={solution.estimator!r} ignore the design; fit by 'MLR'.")
    simple = _simple_variances(solution)
    frame = parameters(solution)[["lhs", "op", "rhs", "group", "label", "est", "se"]].copy()
    moving = np.flatnonzero(~frame["op"].isin([":=", "<~"]) & (frame["se"] > 0))
    known = np.full(row_count(solution.table), np.nan)
    known[: len(simple)] = simple
    frame["deff"] = frame["se"] ** 2 / known[shown_rows(solution.table)]
    frame = frame.iloc[moving].reset_index(drop=True)
    frame["effective_n"] = solution.n / frame["deff"]
    return frame


def _simple_variances(solution: CovarianceSolution) -> FloatArray:
    """Variances (R,) of all rows of the table under simple random sampling, with replacement, of as many rows.

    They are from the sandwich of the population that the weighted rows represent: products of scores with the weights,
    not their squares, over the sum of weights and the number of rows.
    """
    survey = require_rows(solution.data, "design effects need")
    groups = solution.group_of
    means = dict(zip(groups, solution.sample_mean, strict=True))
    rows = solution.rows(survey, by=solution.settings.by)
    weight = float(solution.moments.weight.sum())
    if isinstance(solution, OrderedSolution):
        if solution.settings.missing != "listwise":
            raise OptionError("Design effects are of complete rows; fit by missing='listwise'.")
        kernel = ScoreKernel(
            parameter_influence(solution), np.zeros_like(solution.sample_mean), groups, means, root=True
        )
        found = rows.reduce(kernel).scores / weight
        return row_variances(solution.table.map, found / float(solution.counted.sum()))
    kernel = ScoreKernel(*row_scores(solution), groups, means, root=True)
    meat = rows.reduce(kernel).scores / weight
    # Scores of two steps are those of the observed information.
    two = isinstance(solution, TwoStepSolution)
    inverse = symmetric_inverse(solution.unit_information("observed" if two else solution.settings.information))
    vcov = inverse @ meat @ inverse / solution.n
    return row_variances(solution.table.map, vcov)
