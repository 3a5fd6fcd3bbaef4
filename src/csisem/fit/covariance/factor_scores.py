"""Factor scores of respondents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.covariance.casewise.factor_score_weights import (
    FactorScores,
    bartlett_weights,
    latent_means,
    measurement,
    regression_weights,
)
from csisem.covariance.cholesky import cholesky
from csisem.covariance.lisrel.implied import Implied
from csisem.errors import DataError, ModelError, listed
from csisem.fit.fitted_rows import require_rows
from csisem.fit.status import warn_inadmissible
from csisem.moments.moments import Moments
from csisem.options import ScoreMethod, validate
from csisem.survey import Survey, as_survey

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.covariance.covariance_solution import CovarianceSolution
    from csisem.fit.solution import Solution


def scores(solution: CovarianceSolution, data: object, method: ScoreMethod) -> pd.DataFrame:
    """Compute factor scores; see `Fit.scores`."""
    method = validate("method", method, ScoreMethod)
    solution.require_usable("Factor scores")
    if not solution.table.constructs:
        raise ModelError("Factor scores are scores of constructs, and the model has no construct.")
    survey = answers_of(solution, data)
    warn_inadmissible(solution.status, "fit.inadmissible.scores")
    return score_frame(solution, survey, _kernel(solution, method))


def score_frame(solution: Solution, survey: Survey, kernel: FactorScores) -> pd.DataFrame:
    """Apply the kernel to the rows of a survey, by group after a fit by group."""
    import pandas as pd

    items, by = solution.table.observed[: solution.table.measured], solution.settings.by if solution.groups else ()
    rows = survey.rows(items, by=by, weights=False)
    unknown = [label for label in rows.labels if label not in solution.groups]
    if unknown:
        raise DataError(f"The fit has no group {listed(unknown)}; it was fitted to {listed(solution.groups)}.")
    values = np.concatenate(rows.reduce(kernel), axis=0)
    names = solution.table.latents[: solution.table.constructs]
    index = survey.frame.index if isinstance(survey.frame, pd.DataFrame) else None
    return pd.DataFrame(values, columns=list(names), index=index)


def _kernel(solution: CovarianceSolution, method: ScoreMethod) -> FactorScores:
    """The constructs' weights, and the means that answers are centred at: the model's, or else the sample's."""
    table, moments = solution.table, _of_items(solution)
    promoted = [(table.observed.index(name), table.latents.index(name)) for name in table.latents[table.constructs :]]
    loadings = None
    if method == "regression":
        weights = regression_weights(moments)
    else:
        targets = {row.row for row in table.rows if row.matrix == "beta"}
        loadings = measurement(moments.matrices, [pair for pair in promoted if pair[1] in targets])
        weights = bartlett_weights(loadings, cholesky(moments.cov)[0])
    if table.meanstructure:
        centre, offset = moments.mean, moments.latent_mean
    else:
        centre = solution.sample_mean
        offset = latent_means(moments, centre, np.array([item for item, _ in promoted], dtype=np.intp))
    own = slice(table.constructs)
    cov = None if solution.patterns is None else moments.cov
    group_of = {label: g for g, label in enumerate(solution.groups)}
    return FactorScores(weights[:, own], centre, offset[:, own], group_of, cov, loadings)


def _of_items(solution: CovarianceSolution) -> Implied:
    """The implied moments without auxiliary variables, which the scores do not use."""
    moments, own = solution.implied_moments, slice(solution.table.measured)
    matrices = moments.matrices
    items = replace(
        matrices,
        loadings=matrices.loadings[:, own],
        residual=matrices.residual[:, own, own],
        intercepts=matrices.intercepts[:, own],
    )
    return replace(moments, matrices=items, cov=moments.cov[:, own, own], cross=moments.cross[:, own])


def answers_of(solution: Solution, data: object) -> Survey:
    """The fitted rows or others; a frame or file without a questionnaire takes that of the fit."""
    if isinstance(data, Moments):
        raise DataError("Scores are of rows, and moments hold no rows; give the answers.")
    if data is None and solution.completed:
        raise DataError("A pooled fit has no rows of its own: give data= to score them, or score fit.imputed.fits.")
    if data is None:
        return require_rows(solution.data, "scores need", "give data=")
    return as_survey(data, solution.data)
