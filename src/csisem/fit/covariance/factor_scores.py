"""Factor scores of respondents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.casewise.factor_score_weights import (
    FactorScores,
    bartlett_weights,
    latent_means,
    measurement,
    regression_weights,
    ten_berge_weights,
)
from csisem.covariance.casewise.posterior_modes import GroupPosterior, PosteriorModes
from csisem.covariance.cholesky import cholesky
from csisem.covariance.lisrel.implied import Implied
from csisem.covariance.lisrel.latent_responses import with_responses
from csisem.errors import DataError, ModelError, OptionError, listed
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.fitted_rows import require_rows
from csisem.fit.status import warn_inadmissible
from csisem.moments.moments import Moments
from csisem.options import ScoreMethod, validate
from csisem.survey import Survey, as_survey

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.covariance.covariance_solution import CovarianceSolution
    from csisem.fit.solution import Solution


def scores(solution: CovarianceSolution, data: object, method: ScoreMethod | None) -> pd.DataFrame:
    """Compute factor scores; see `Fit.scores`."""
    ordered = isinstance(solution, OrderedSolution)
    method = ("EBM" if ordered else "regression") if method is None else validate("method", method, ScoreMethod)
    if ordered and method != "EBM":
        raise OptionError(f"method={method!r} weighs numeric answers; the scores of ordered items are posterior modes, "
                          "method='EBM'.")  # fmt: skip
    solution.require_usable("Factor scores")
    if not solution.table.constructs:
        raise ModelError("Factor scores are scores of constructs, and the model has no construct.")
    survey = answers_of(solution, data)
    warn_inadmissible(solution.status, "fit.inadmissible.scores")
    kernel = _posterior(solution) if isinstance(solution, OrderedSolution) else _kernel(solution, method)
    return score_frame(solution, survey, kernel)


def score_frame(solution: Solution, survey: Survey, kernel: FactorScores | PosteriorModes) -> pd.DataFrame:
    """Apply the kernel to the rows of a survey, by group after a fit by group."""
    import pandas as pd

    items, by = solution.table.observed[: solution.table.measured], solution.settings.by if solution.groups else ()
    rows = survey.rows(items, by=by, weights=False)
    unknown = [label for label in rows.labels if label not in solution.groups]
    if unknown:
        raise DataError(f"The fit has no group {listed(unknown)}; it was fitted to {listed(solution.groups)}.")
    values = np.concatenate(rows.reduce(kernel), axis=0)
    names = solution.table.latents[: solution.table.shown]
    index = survey.frame.index if isinstance(survey.frame, pd.DataFrame) else None
    return pd.DataFrame(values, columns=list(names), index=index)


def _kernel(solution: CovarianceSolution, method: ScoreMethod) -> FactorScores:
    """The constructs' weights, and the means that answers are centred at: the model's, or else the sample's."""
    table, moments = solution.table, _of_items(solution)
    promoted = [(table.observed.index(name), table.latents.index(name)) for name in table.latents[table.constructs :]]
    loadings = None
    # Of numeric answers the posterior is normal, and its mode the regression score.
    if method in ("regression", "EBM"):
        weights = regression_weights(moments)
    elif method == "tenBerge":
        weights = _ten_berge(solution, moments)
    else:
        targets = {row.row for row in table.rows if row.matrix == "beta"}
        loadings = measurement(moments.matrices, [pair for pair in promoted if pair[1] in targets])
        weights = bartlett_weights(loadings, cholesky(moments.cov)[0])
    if table.meanstructure:
        centre, offset = moments.mean, moments.latent_mean
    else:
        centre = solution.sample_mean
        offset = latent_means(moments, centre, np.array([item for item, _ in promoted], dtype=np.intp))
    own = slice(table.shown)
    cov = None if solution.patterns is None or method == "tenBerge" else moments.cov
    group_of = {label: g for g, label in enumerate(solution.groups)}
    return FactorScores(weights[:, own], centre, offset[:, own], group_of, cov, loadings)


def _ten_berge(solution: CovarianceSolution, moments: Implied) -> FloatArray:
    """Ten Berge's weights of the constructs, or a refusal."""
    own, items = slice(solution.table.shown), slice(solution.table.measured)
    sample = solution.sample_cov[:, items, items]
    found = ten_berge_weights(moments.cross[..., own], moments.latent_cov[:, own, own], sample)
    if found is None:
        raise ModelError("method='tenBerge' gives scores with the constructs' own correlations, which do not exist "
                         "here: one construct is determined by others, or there are too few items; use "
                         "'regression'.")  # fmt: skip
    return found


def _posterior(solution: OrderedSolution) -> PosteriorModes:
    """Posterior modes given latent responses, covariates at their means."""
    table, moments, first = solution.table, solution.implied_moments, solution.first
    responses = solution.objective.vector.responses
    own = [j for j, name in enumerate(table.latents) if j < table.constructs or name not in first.ordered_items]
    thresholds = with_responses(solution.lisrel).thresholds
    answers = dict(zip(first.items, first.answers, strict=True))
    groups = []
    for g in range(table.n_groups):
        cuts = [
            np.concatenate([[-np.inf], thresholds[g, responses.item == i], [np.inf]]) if is_ordered else np.zeros(0)
            for i, is_ordered in enumerate(responses.ordered)
        ]
        groups.append(
            GroupPosterior(
                moments.latent_mean[g, own],
                moments.latent_cov[g][np.ix_(own, own)],
                moments.cross[g][:, own],
                moments.mean[g],
                moments.cov[g],
                tuple(cuts),
            )
        )
    given = np.zeros(len(table.observed), dtype=np.bool_)
    given[[table.observed.index(name) for name in table.exogenous]] = True
    return PosteriorModes(
        table.observed,
        tuple(answers.get(name, ()) for name in table.observed),
        tuple(groups),
        {label: g for g, label in enumerate(solution.groups)},
        table.constructs,
        solution.settings.missing == "listwise",
        given,
    )


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
