"""Whether rows are those that a fit was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.moments.moments import Moments

if TYPE_CHECKING:
    from csisem.fit.fit import Fit
    from csisem.survey.survey import Survey


def holds(fit: Fit, survey: Survey) -> bool:
    """Whether these are the rows that a fit was made from: an unpickled fit is given them back."""
    weighted = fit.moments.weighted
    if set(fit.settings.by) - set(survey.columns) or (weighted and not survey.design.weights):
        return False
    moments = Moments.from_rows(survey.rows(fit.table.observed, by=fit.settings.by, weights=weighted))
    same = moments.groups == fit.moments.groups and np.array_equal(moments.n, fit.moments.n)
    return bool(same and np.allclose(moments.cov, fit.moments.cov, rtol=1e-12, atol=0, equal_nan=True))
