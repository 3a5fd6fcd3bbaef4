"""Columns of two values as the two groups of a discriminant."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np

from csisem.arrays import BoolArray, FloatArray, pd
from csisem.descriptive.complete_rows import Sample, survey_in_force
from csisem.diagnose.strata.target import target_of
from csisem.errors import DataError, OptionError, listed, shown
from csisem.fit.fit import Fit
from csisem.survey import Survey
from csisem.survey.value_labels import ValueLabel, shown_labels


def two_sided(data: object, target: str, fit: Fit | None, design: object) -> tuple[Sample, list[Hashable] | None]:
    """Rows with the target; and, for text or yes and no, the values that the numbers from 0 stand for."""
    if fit is not None or data is None:
        return target_of(data, target, fit=fit, design=design), None
    survey = survey_in_force(data, design)
    numbers = survey.numeric(target)
    codes, labels = survey.grouping(target)
    if numbers:
        yes_no = bool(labels) and all(isinstance(label, bool) for label in labels)
        return Sample.read(survey, (target,)), [False, True] if yes_no else None
    kept = np.flatnonzero(codes >= 0)
    if not kept.size:
        raise DataError(f"No row has a value of {target!r}.")
    order = _ascending(survey, target, labels)
    values = np.argsort(order)[codes[kept]].astype(np.float64)[:, None]
    alone = np.zeros(survey.n, dtype=np.intp)
    return Sample.among(survey, (target,), values, kept, alone, ("all",)), [labels[k] for k in order]


def _ascending(survey: Survey, target: str, labels: Sequence[Hashable]) -> list[int]:
    """Places of the labels in the order of their categories, if these are ordered, otherwise of the alphabet."""
    kind = survey.frame[target].dtype if isinstance(survey.frame, pd.DataFrame) else None
    if isinstance(kind, pd.CategoricalDtype) and kind.ordered:
        known = kind.categories.tolist()
        return sorted(range(len(labels)), key=lambda k: known.index(labels[k]))
    return sorted(range(len(labels)), key=lambda k: str(labels[k]))


def sides(
    target: str,
    values: FloatArray,
    texts: list[Hashable] | None,
    labels: Mapping[float, str],
    inside: Hashable,
) -> tuple[BoolArray, tuple[str, str]]:
    """Whether each row (m,) has the value that is inside, and the names of inside and outside, labels of numbers."""
    levels = np.unique(values)
    codes = [f"{level:g}" if texts is None else str(texts[int(level)]) for level in levels]
    names = codes
    if texts is None and len(levels) == 2:
        own = shown_labels(levels.tolist(), labels)
        names = [str(label) if isinstance(label, ValueLabel) else code for label, code in zip(own, codes, strict=True)]
    if len(levels) != 2:
        count = "one value" if len(levels) == 1 else f"{len(levels)} different values"
        if texts is not None:
            raise DataError(f"{target!r} has {count}, {listed(names)}, in the rows that have all items; two values "
                            "are needed, so combine values or leave some out.")  # fmt: skip
        raise DataError(f"{target!r} has {count} and no scale; declare its scale= to cut it in points, "
                        "or give a column of two values.")  # fmt: skip
    chosen = 1
    if inside is not None:
        given = f"{inside:g}" if isinstance(inside, int | float) and not isinstance(inside, bool) else str(inside)
        if given not in (*names, *codes):
            raise OptionError(f"inside={shown(inside)} is not one of the two values of {target!r}, {listed(names)}.")
        chosen = (names if given in names else codes).index(given)
    return values == levels[chosen], (names[chosen], names[1 - chosen])
