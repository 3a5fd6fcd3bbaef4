"""Columns of two values, as the two groups that a discriminant parts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.strata.outcome import target_of
from csisem.errors import DataError, OptionError, listed, shown
from csisem.survey import Survey, as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.fieldwork import warn_unless_random

if TYPE_CHECKING:
    from csisem.fit.fit import Fit


def two_sided(data: object, target: str, fit: Fit | None, design: object) -> tuple[Sample, list[Hashable] | None]:
    """Rows that have the target, and the values that numbers from 0 stand for in a column of text or yes and no.

    Raises
    ------
    DataError, ScaleError, DesignError, ModelError
        As `target.target_of`; or no row has a value.
    """
    if fit is not None or data is None:
        return target_of(data, target, fit=fit, design=design), None
    survey = under_design(as_survey(data), design)
    numbers = survey.numeric(target)
    codes, labels = survey.grouping(target)
    if numbers:
        yes_no = bool(labels) and all(isinstance(label, bool) for label in labels)
        return target_of(data, target, design=design), [False, True] if yes_no else None
    warn_unless_random(survey.fieldwork, stacklevel=3)
    kept = np.flatnonzero(codes >= 0)
    if not kept.size:
        raise DataError(f"No row has a value of {target!r}.")
    order = _ascending(survey, target, labels)
    values = np.argsort(order)[codes[kept]].astype(np.float64)[:, None]
    alone = np.zeros(survey.n, dtype=np.intp)
    return Sample.among(survey, (target,), values, kept, alone, ("all",)), [labels[k] for k in order]


def _ascending(survey: Survey, target: str, labels: Sequence[Hashable]) -> list[int]:
    """Places of the labels in the order of their categories, if these have one, or of the alphabet."""
    import pandas as pd

    kind = survey.frame[target].dtype if isinstance(survey.frame, pd.DataFrame) else None
    if isinstance(kind, pd.CategoricalDtype) and kind.ordered:
        known = kind.categories.tolist()
        return sorted(range(len(labels)), key=lambda k: known.index(labels[k]))
    return sorted(range(len(labels)), key=lambda k: str(labels[k]))


def halves(
    target: str, values: FloatArray, texts: list[Hashable] | None, inside: Hashable, threshold: float
) -> tuple[BoolArray, tuple[str, str]]:
    """Whether each row (m,) has the value that is inside, and the names of inside and outside.

    Raises
    ------
    DataError
        There are other than two values.
    OptionError
        ``inside`` is none of them.
    """
    levels = np.unique(values)
    names = [f"{level:g}" if texts is None else str(texts[int(level)]) for level in levels]
    if len(levels) != 2:
        count = "one value" if len(levels) == 1 else f"{len(levels)} different values"
        if texts is not None:
            raise DataError(f"{target!r} has {count}, {listed(names)}, in the rows that have all items; two values "
                            "part two groups, so put values together or leave some out.")  # fmt: skip
        raise DataError(f"{target!r} has {count} and no scale; declare its scale= to cut it at {threshold:g} points, "
                        "or give a column of two values.")  # fmt: skip
    chosen = 1
    if inside is not None:
        given = f"{inside:g}" if isinstance(inside, int | float) and not isinstance(inside, bool) else str(inside)
        if given not in names:
            raise OptionError(f"inside={shown(inside)} is none of the two values of {target!r}, {listed(names)}.")
        chosen = names.index(given)
    return values == levels[chosen], (names[chosen], names[1 - chosen])
