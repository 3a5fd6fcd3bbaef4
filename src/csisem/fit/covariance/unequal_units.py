"""Very unequal units under ULS, which is not scale-free."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError
from csisem.recipes import RECIPES

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution

# Unweighted least squares weighs a covariance by the squares of its items' units. At this ratio of two standard
# deviations the smaller item counts for a ten-thousandth, and at the second for less than the rounding of the larger.
_UNEQUAL, _HOPELESS = 10.0, 1e3


def unit_warnings(empty: CovarianceSolution) -> tuple[Sentence, ...]:
    """A warning of items in unequal units under unweighted least squares; very unequal ones are refused."""
    if RECIPES[empty.settings.estimator].discrepancy != "ULS":
        return ()
    spread = np.sqrt(np.diagonal(empty.sample_cov, axis1=-2, axis2=-1)).mean(axis=0)
    large, small = int(spread.argmax()), int(spread.argmin())
    ratio, items = float(spread[large] / spread[small]), empty.table.observed
    if ratio <= _UNEQUAL:
        return ()
    if ratio > _HOPELESS:
        raise DataError(
            f"ULS is not scale-free, and the standard deviation of {items[large]!r} is {ratio:.2g} times that of "
            f"{items[small]!r}, so that it alone would decide; divide it by a constant, or use GLS, DWLS or ML."
        )
    return (sentence("fit.unequal_units", large=items[large], small=items[small], ratio=ratio),)
