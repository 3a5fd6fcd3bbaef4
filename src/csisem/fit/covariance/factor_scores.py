"""Factor scores of rows: what a fitted model says about each respondent's constructs."""

from __future__ import annotations

import warnings
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
from csisem.errors import DataError, InadmissibleFitWarning, ModelError, listed
from csisem.moments.moments import Moments
from csisem.options import ScoreMethod, validate
from csisem.survey import Survey, as_survey

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.covariance.covariance_fit import CovarianceFit
    from csisem.fit.fit import Fit


def scores(fit: CovarianceFit, data: object, method: ScoreMethod) -> pd.DataFrame:
    """Compute factor scores; see `Fit.scores`."""
    method = validate("method", method, ScoreMethod)
    fit.require_usable("Factor scores")
    if not fit.table.constructs:
        raise ModelError("Factor scores are scores of constructs, and the model has none.")
    survey = answers_of(fit, data)
    if not fit:
        warnings.warn(f"The scores come from an inadmissible fit: {' '.join(fit.status.reasons)}",
                      InadmissibleFitWarning, stacklevel=3)  # fmt: skip
    return score_frame(fit, survey, _kernel(fit, method))


def score_frame(fit: Fit, survey: Survey, kernel: FactorScores) -> pd.DataFrame:
    """Apply the kernel to the rows of a survey, by group where the fit was.

    Raises
    ------
    DataError
        The survey has a group that the fit has not.
    """
    import pandas as pd

    items, by = fit.table.observed[: fit.table.measured], fit.settings.by if fit.groups else ()
    rows = survey.rows(items, by=by, weights=False)
    unknown = [label for label in rows.labels if label not in fit.groups]
    if unknown:
        raise DataError(f"The fit has no group {listed(unknown)}; it was fitted to {listed(fit.groups)}.")
    values = np.concatenate(rows.reduce(kernel), axis=0)
    names = fit.table.latents[: fit.table.constructs]
    index = survey.frame.index if isinstance(survey.frame, pd.DataFrame) else None
    return pd.DataFrame(values, columns=list(names), index=index)


def _kernel(fit: CovarianceFit, method: ScoreMethod) -> FactorScores:
    """The constructs' weights, and the means that answers are centred at: the model's, or the sample's without."""
    table, moments = fit.table, _of_items(fit)
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
        centre = fit.sample_mean
        offset = latent_means(moments, centre, np.array([item for item, _ in promoted], dtype=np.intp))
    own = slice(table.constructs)
    cov = None if fit.patterns is None else moments.cov
    group_of = {label: g for g, label in enumerate(fit.groups)}
    return FactorScores(weights[:, own], centre, offset[:, own], group_of, cov, loadings)


def _of_items(fit: CovarianceFit) -> Implied:
    """The implied moments without auxiliary variables, which are no part of what the scores are of."""
    moments, own = fit.implied_moments, slice(fit.table.measured)
    matrices = moments.matrices
    items = replace(
        matrices,
        loadings=matrices.loadings[:, own],
        residual=matrices.residual[:, own, own],
        intercepts=matrices.intercepts[:, own],
    )
    return replace(moments, matrices=items, cov=moments.cov[:, own, own], cross=moments.cross[:, own])


def answers_of(fit: Fit, data: object) -> Survey:
    """The fitted rows or others; a bare frame or file is read as the fitted questionnaire is."""
    if isinstance(data, Moments):
        raise DataError("Scores are of rows, and moments carry none; give the answers.")
    if data is None and fit.imputed is not None:
        raise DataError("A pooled fit has no rows of its own: give data= to score them, or score fit.imputed.fits.")
    if data is None and fit.data is None:
        raise DataError("The fit holds no rows (it was made from moments, or unpickled): give data= to score them.")
    return as_survey(fit.data if data is None else data, fit.data)
