"""Rows given back to a fit that does not hold them any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.errors import DataError
from csisem.moments.moments import Moments
from csisem.moments.patterns import Patterns
from csisem.survey import as_survey

if TYPE_CHECKING:
    from csisem.fit.fit import Fit
    from csisem.survey.survey import Survey


def fitted_rows(fit: Fit, data: object, what: str) -> Survey | None:
    """The rows that were fitted, given back as ``data`` or still held; None where there are none.

    Raises
    ------
    DataError
        Other rows were given, of which ``what`` cannot be had, or moments.
    """
    if data is None or data is fit.data:
        return fit.data
    if isinstance(data, Moments):
        raise DataError("data= takes the answers that were fitted, and moments carry none; leave it out.")
    survey = given_back(fit, as_survey(data, fit.data))
    if survey is None:
        raise DataError("data= are not the answers that were fitted: their moments differ; fit the model to them, and "
                        f"{what} that fit.")  # fmt: skip
    return survey


def given_back(fit: Fit, survey: Survey) -> Survey | None:
    """Return the survey under the fit's design where its rows are those that were fitted, else None."""
    if {*fit.settings.by, *fit.settings.design.columns, *fit.table.observed} - set(survey.columns):
        return None
    drawn = survey.with_design(fit.settings.design)
    rows = fit.rows(drawn, by=fit.settings.by)
    found: Moments | Patterns
    fitted: Moments | Patterns
    if fit.patterns is None:
        found, fitted = Moments.from_rows(rows), fit.row_moments
    else:
        found, fitted = Patterns.from_rows(rows, fit.table.exogenous), fit.patterns
    same = found.groups == fitted.groups and np.array_equal(found.n, fitted.n)
    whole = bool(same and np.allclose(found.cov, fitted.cov, rtol=1e-12, atol=0, equal_nan=True))
    return drawn if whole else None
