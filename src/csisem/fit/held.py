"""Rows given back to a fit that does not hold them any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.moments.moments import Moments
from csisem.moments.patterns import Patterns

if TYPE_CHECKING:
    from csisem.fit.fit import Fit
    from csisem.survey.survey import Survey


def given_back(fit: Fit, survey: Survey) -> Survey | None:
    """Return the survey under the fit's design where its rows are those that were fitted, else None."""
    if {*fit.settings.by, *fit.settings.design.columns, *fit.table.observed} - set(survey.columns):
        return None
    drawn = survey.with_design(fit.settings.design)
    rows = fit.rows(drawn, by=fit.settings.by)
    found: Moments | Patterns
    fitted: Moments | Patterns
    if fit.patterns is None:
        found, fitted = Moments.from_rows(rows), fit.moments
    else:
        found, fitted = Patterns.from_rows(rows, fit.table.exogenous), fit.patterns
    same = found.groups == fitted.groups and np.array_equal(found.n, fitted.n)
    whole = bool(same and np.allclose(found.cov, fitted.cov, rtol=1e-12, atol=0, equal_nan=True))
    return drawn if whole else None
