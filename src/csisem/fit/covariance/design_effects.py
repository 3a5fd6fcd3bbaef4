"""How much the sampling design costs or saves, parameter by parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.casewise.casewise_scores import ScoreKernel
from csisem.errors import DataError, OptionError
from csisem.fit.covariance.row_scores import row_scores

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.covariance.covariance_fit import CovarianceFit


def design_effects(fit: CovarianceFit) -> pd.DataFrame:
    """The frame of `Fit.design_effects`."""
    fit.require_usable("Design effects")
    if fit.imputed is not None:
        raise OptionError("Design effects are of one data set; take those of fit.imputed.fits.")
    if fit.settings.errors == "normal theory":
        raise OptionError(f"The errors of estimator={fit.estimator!r} follow no design; fit by 'MLR'.")
    simple = _simple_variances(fit)
    frame = fit.parameters[["lhs", "op", "rhs", "group", "label", "est", "se"]].copy()
    moving = np.flatnonzero((frame["op"] != ":=") & (frame["se"] > 0))
    frame = frame.iloc[moving].reset_index(drop=True)
    frame["deff"] = frame["se"] ** 2 / simple[moving]
    frame["effective_n"] = fit.n / frame["deff"]
    return frame


def _simple_variances(fit: CovarianceFit) -> FloatArray:
    """Variances of all rows of the table under simple random sampling of as many rows, with replacement, (R,).

    The sandwich of the population that the weighted rows stand for: products of scores carry the weights, not their
    squares, over the sum of weights and the number of rows.
    """
    if fit.data is None:
        raise DataError("Design effects need the rows, and the fit holds none (it was unpickled); fit again.")
    names = fit.groups or (None,)
    kernel = ScoreKernel(
        *row_scores(fit),
        {name: group for group, name in enumerate(names)},
        dict(zip(names, fit.sample_mean, strict=True)),
        root=True,
    )
    rows = fit.rows(fit.data, by=fit.settings.by)
    meat = rows.reduce(kernel).scores / float(fit.moments.weight.sum())
    inverse = np.linalg.inv(fit.unit_information(fit.settings.information))
    vcov = inverse @ meat @ inverse / fit.n
    variances: FloatArray = ((fit.table.map @ vcov) * fit.table.map).sum(axis=1)
    return variances
