"""Construct scores of respondents under PLS."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.covariance.casewise.factor_score_weights import FactorScores
from csisem.errors import OptionError
from csisem.fit.covariance.factor_scores import answers_of, score_frame
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.fit.status import warn_inadmissible
from csisem.options import ScoreMethod, validate


def composite_scores(solution: CompositeSolution, data: object, method: ScoreMethod | None) -> pd.DataFrame:
    """Compute scores; see `CompositeFit.scores`."""
    method = "regression" if method is None else validate("method", method, ScoreMethod)
    if method != "regression":
        raise OptionError(f"method={method!r} belongs to covariance structures; the scores of PLS are its composites.")
    solution.require_usable("Scores")
    survey = answers_of(solution, data)
    warn_inadmissible(solution.status, "fit.inadmissible.scores")
    own = slice(solution.table.constructs)
    weights = np.swapaxes(solution.found.raw_weights[:, : len(solution.plan.items), own], -1, -2)
    groups = {label: g for g, label in enumerate(solution.groups)}
    kernel = FactorScores(weights, solution.sample_mean, np.zeros(weights.shape[:2]), groups, _filling(solution))
    return score_frame(solution, survey, kernel)


def _filling(solution: CompositeSolution) -> FloatArray | None:
    """Covariances (G, p, p) by which answers replace blanks of the same row; None where incomplete rows have no score.

    A blank counts as the item's mean after ``missing="mean"``, as its expectation given the other answers after
    ``"em"``.
    """
    if solution.patterns is None or solution.settings.missing == "pairwise":
        return None
    if solution.settings.missing == "em":
        return solution.column_cov
    return np.broadcast_to(np.eye(len(solution.plan.items)), solution.column_cov.shape)
