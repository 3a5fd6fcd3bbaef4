"""Fitted rows given back to an unpickled fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError
from csisem.moments.moments import Moments
from csisem.moments.patterns import Patterns
from csisem.survey import as_survey

if TYPE_CHECKING:
    from csisem.fit.solution import Solution
    from csisem.survey.survey import Survey


# Moments of the same rows agree to rounding, in units of the items' standard deviations; other rows' do not.
_SAME = 1e-9


def require_rows(survey: Survey | None, need: str, advice: str = "fit the model again") -> Survey:
    """The rows of a fit; where it holds none, a refusal such as "... and scores need them; give data=."."""
    if survey is None:
        raise DataError(f"The fit holds no rows (it was made from moments, or unpickled), and {need} them; {advice}.")
    return survey


def fitted_rows(solution: Solution, data: object, what: str) -> Survey | None:
    """The fitted rows, given again as ``data`` or still held; None where there are none. Other rows are refused."""
    if data is None or data is solution.data:
        return solution.data
    if isinstance(data, Moments):
        raise DataError("data= takes the answers that were fitted, and moments hold no rows; leave it out.")
    survey = given_back(solution, as_survey(data, solution.data))
    if survey is None:
        raise DataError("data= are not the answers that were fitted: their moments differ; fit the model to them, and "
                        f"{what} that fit.")  # fmt: skip
    return survey


def given_back(solution: Solution, survey: Survey) -> Survey | None:
    """Return the survey under the fit's design where its rows are those that were fitted, else None."""
    if {*solution.settings.by, *solution.settings.design.columns, *solution.table.observed} - set(survey.columns):
        return None
    drawn = survey.with_design(solution.settings.design)
    rows = solution.rows(drawn, by=solution.settings.by)
    if solution.patterns is None:
        same = _same(solution.moments_of(rows), solution.row_moments, _deviations(solution.row_moments))
    else:
        found = Patterns.from_rows(rows, solution.table.exogenous)
        same = np.array_equal(found.answered, solution.patterns.answered)
        same = same and _same(found, solution.patterns, _deviations(solution.moments)[solution.patterns.group])
    return drawn if same else None


def _deviations(moments: Moments) -> FloatArray:
    """Standard deviations of the items in the groups, (G, p)."""
    variances = np.diagonal(moments.cov, axis1=-2, axis2=-1)
    return np.sqrt(variances.reshape(-1, variances.shape[-1]))


def _same(found: Moments | Patterns, fitted: Moments | Patterns, sd: FloatArray) -> bool:
    """Whether moments of groups or patterns are of the same rows, in whatever order these were summed."""
    if found.groups != fitted.groups or not np.array_equal(found.n, fitted.n):
        return False
    if not np.allclose(found.weight, fitted.weight, rtol=_SAME, atol=0):
        return False
    p = sd.shape[-1]
    shift = np.abs(found.mean - fitted.mean).reshape(-1, p) / sd
    apart = np.abs(found.cov - fitted.cov).reshape(-1, p, p) / (sd[:, :, None] * sd[:, None, :])
    return bool((shift <= _SAME).all() and (apart <= _SAME).all())
