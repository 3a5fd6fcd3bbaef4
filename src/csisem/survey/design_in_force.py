"""The sampling design in force: the survey's, another, or none."""

from __future__ import annotations

from typing import overload

from csisem.errors import OptionError, shown, tell
from csisem.survey.design import Design
from csisem.survey.survey import Survey


@overload
def under_design(survey: Survey, design: object) -> Survey: ...
@overload
def under_design(survey: Survey | None, design: object) -> Survey | None: ...
def under_design(survey: Survey | None, design: object) -> Survey | None:
    """Return the survey under ``design``: None (its own), False (none) or another `Design`.

    Warns of a sample that was not drawn at random: every function that infers from answers passes here.
    """
    if design is not None and design is not False and not isinstance(design, Design):
        raise OptionError(f"design= must be a Design, None (the survey's own) or False (none); got {shown(design)}.")
    if survey is None:
        if design:
            raise OptionError("design= needs rows, and moments hold none; give the answers.")
        return None
    warn_unless_random(survey)
    if not isinstance(design, Design):
        return survey.with_design(Design()) if design is False and survey.design else survey
    return survey.with_design(design)


def warn_unless_random(survey: Survey) -> None:
    """Warn of a sample that was not drawn at random, as its record of fieldwork says."""
    if survey.fieldwork is not None and (said := survey.fieldwork.warning()):
        tell([said])
