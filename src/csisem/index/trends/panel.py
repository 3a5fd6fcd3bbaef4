"""Panels: respondents of several waves as sampling units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from csisem.arrays import IntArray
from csisem.display.sentences import sentence
from csisem.errors import DataError, listed, tell
from csisem.survey import Survey
from csisem.survey.design import several


def as_panel(survey: Survey, wave: str) -> tuple[Survey, bool]:
    """The survey with respondents as clusters if its ``id`` recurs over waves, and whether it does.

    A design with clusters or replicate weights stays as it is: its units hold a respondent's rows together.
    """
    if survey.id is None:
        return survey, False
    people, names = survey.grouping(survey.id)
    waves = survey.grouping(wave)[0]
    known = (people >= 0) & (waves >= 0)
    pairs = np.unique(np.stack([people[known], waves[known]]), axis=1)
    back = np.bincount(pairs[0], minlength=len(names)) > 1
    if not back.any():
        return survey, False
    design = survey.design
    if design.replicate_weights:
        return survey, True
    units = survey.units()
    if design.stages:
        if away := len(_scattered(people[known], units.stages[0][known], len(names))):
            tell([sentence("index.scattered_respondents", respondents=away, id=survey.id)])
        return survey, True
    if (scattered := _scattered(people[known], units.strata[known], len(names))).size:
        raise DataError(f"Respondent {str(names[scattered[0]])!r} ({survey.id!r}) has rows in several strata of "
                        f"{listed(several(design.strata))}; a panel needs each respondent in one. Leave out id= to "
                        "take waves as independent.")  # fmt: skip
    if missing := int(np.count_nonzero(~known)):
        raise DataError(f"Column {survey.id!r} or {wave!r} is missing in {missing} rows; a panel needs both.")
    return survey.with_design(replace(design, clusters=survey.id)), True


def _scattered(people: IntArray, units: IntArray, count: int) -> IntArray:
    """Those of ``count`` people who have rows (n,) in several units."""
    home = np.full(count, -1, dtype=np.intp)
    home[people[::-1]] = units[::-1]
    return np.unique(people[home[people] != units])
