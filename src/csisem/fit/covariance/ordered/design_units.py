"""Sampling units of a survey, over which moments of ordered items vary."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.inference.design_rules import linearise
from csisem.inference.design_variance import Linearisation, degrees_of_freedom, variance
from csisem.moments.ordered.gamma import SampledUnits

if TYPE_CHECKING:
    from csisem.survey.survey import Survey


def design_units(survey: Survey) -> SampledUnits | None:
    """The finest units of the survey's design and their variance; None where rows are independent."""
    if not survey.design.drawn:
        return None
    design = linearise(survey.units())
    return SampledUnits(
        design.code, design.count, design.row_factor, partial(variance, design), partial(_degrees, design)
    )


def _degrees(design: Linearisation, rows: FloatArray) -> float:
    """First-stage units less strata among the finest units with ``rows`` (F,)."""
    one = np.zeros(design.count, dtype=np.intp)
    return float(degrees_of_freedom(design, rows, np.arange(design.count), one, 1)[0])
