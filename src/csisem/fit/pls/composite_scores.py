"""Scores of rows: the composites that a PLS path model weighs out of the answers."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.casewise.factor_score_weights import FactorScores
from csisem.errors import InadmissibleFitWarning, OptionError
from csisem.fit.covariance.factor_scores import answers_of, score_frame
from csisem.options import ScoreMethod, validate

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.pls.composite_fit import CompositeFit


def composite_scores(fit: CompositeFit, data: object, method: ScoreMethod) -> pd.DataFrame:
    """Compute scores; see `CompositeFit.scores`."""
    method = validate("method", method, ScoreMethod)
    if method != "regression":
        raise OptionError(f"method={method!r} belongs to covariance structures; the scores of PLS are its composites.")
    fit.require_usable("Scores")
    survey = answers_of(fit, data)
    if not fit:
        warnings.warn(f"The scores come from an inadmissible fit: {' '.join(fit.status.reasons)}",
                      InadmissibleFitWarning, stacklevel=3)  # fmt: skip
    own = slice(fit.table.constructs)
    weights = np.swapaxes(fit.found.raw_weights[:, : len(fit.plan.items), own], -1, -2)
    groups = {label: g for g, label in enumerate(fit.groups)}
    kernel = FactorScores(weights, fit.sample_mean, np.zeros(weights.shape[:2]), groups, _filling(fit))
    return score_frame(fit, survey, kernel)


def _filling(fit: CompositeFit) -> FloatArray | None:
    """Covariances (G, p, p) by which a row's answers stand in for its blanks; None where incomplete rows have no score.

    A blank counts as the item's mean after ``missing="mean"``, and as what the other answers say of it after ``"em"``.
    """
    if fit.patterns is None or fit.settings.missing == "pairwise":
        return None
    if fit.settings.missing == "em":
        return fit.column_cov
    return np.broadcast_to(np.eye(len(fit.plan.items)), fit.column_cov.shape)
