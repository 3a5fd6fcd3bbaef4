"""Rows given back to a fit that does not hold them any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.moments.moments import Moments

if TYPE_CHECKING:
    from csisem.fit.fit import Fit
    from csisem.survey.survey import Survey


def given_back(fit: Fit, survey: Survey) -> Survey | None:
    """Return the survey under the fit's design where its rows are those that were fitted, else None."""
    if {*fit.settings.by, *fit.settings.design.columns, *fit.table.observed} - set(survey.columns):
        return None
    drawn = survey.with_design(fit.settings.design)
    moments = Moments.from_rows(drawn.rows(fit.table.observed, by=fit.settings.by, weights=fit.moments.weighted))
    same = moments.groups == fit.moments.groups and np.array_equal(moments.n, fit.moments.n)
    whole = bool(same and np.allclose(moments.cov, fit.moments.cov, rtol=1e-12, atol=0, equal_nan=True))
    return drawn if whole else None
