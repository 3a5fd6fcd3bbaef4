"""Figures that are given by hand, and the scales of items: refused in one sentence where there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeGuard, TypeVar, overload

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError, OptionError, ScaleError, listed, nearest, shown
from csisem.survey.scale import Scale

if TYPE_CHECKING:
    from csisem.survey.survey import Survey

T = TypeVar("T")

# Weights written with a few digits add up to 1 but for rounding in binary.
_ROUNDING = 1e-9


def number(value: object, what: str) -> float:
    """Return a single figure, nan where it is missing.

    Raises
    ------
    DataError
        ``what`` is no number.
    """
    if not isinstance(value, str | bytes | bool):
        try:
            return np.nan if value is None else float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            pass
    raise DataError(f"{what} is {shown(value)}, which is no number.")


def numbers(values: object, what: str) -> FloatArray:
    """Return figures of any shape.

    Raises
    ------
    DataError
        One of ``what`` is no number.
    """
    try:
        found = np.asarray(values)
    except ValueError:
        raise DataError(f"{what} is a list of its own; give figures of one shape.") from None
    if found.dtype.kind not in "fiub":
        flat = [number(value, what) for value in found.ravel().tolist()]
        return np.array(flat, dtype=np.float64).reshape(found.shape)
    return np.asarray(found, dtype=np.float64)


def is_figures(data: object) -> TypeGuard[Mapping[object, object]]:
    """Whether data are figures by name, a mapping or a Series, and not a frame or a Survey, which have columns."""
    return isinstance(data, Mapping) or (hasattr(data, "items") and not hasattr(data, "columns"))


@overload
def entries_of(name: str, given: Mapping[str, T], what: str) -> Mapping[str, T]: ...
@overload
def entries_of(name: str, given: object, what: str) -> Mapping[str, object]: ...
def entries_of(name: str, given: object, what: str) -> Mapping[str, object]:
    """Return an option that goes by name, as text; ``what`` says what stands under each name.

    Raises
    ------
    OptionError
        It is neither a mapping nor a Series.
    """
    if not is_figures(given):
        raise OptionError(f"{name}= goes by name, from each to {what}; {shown(given)} does not.")
    return {str(key): value for key, value in given.items()}


def by_name(given: object, what: str) -> dict[str, float]:
    """Return figures by name from a mapping or a Series; a missing one is nan.

    Raises
    ------
    DataError
        It is neither, names one thing twice, or a figure is no number; ``what`` says what they are.
    """
    if not is_figures(given):
        raise DataError(f"{what} goes by name: give a mapping or a Series, not {type(given).__name__!r}.")
    pairs = [(str(name), value) for name, value in given.items()]
    names = [name for name, _ in pairs]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise DataError(f"{what} names {listed(twice)} more than once.")
    return {name: number(value, f"{what} of {name!r}") for name, value in pairs}


def parts_of_one(weights: Mapping[str, float], what: str) -> FloatArray:
    """Return weights, which must be at least 0 and sum to 1.

    Raises
    ------
    DataError
        One is missing or negative, or they sum to something else; ``what`` says of what they are.
    """
    share = np.array(list(weights.values()), dtype=np.float64)
    if blank := [name for name, weight in weights.items() if np.isnan(weight)]:
        raise DataError(f"The weights of {what} have no number for {listed(blank)}.")
    if not (share >= 0).all() or abs(share.sum() - 1) > _ROUNDING:
        raise DataError(f"The weights of {what} must be at least 0 and sum to 1; {listed(weights) or 'they'} "
                        f"sum to {share.sum():g}.")  # fmt: skip
    return share


def scales_of(survey: Survey, items: Sequence[str], need: str) -> tuple[Scale, ...]:
    """Return the scales of items.

    Raises
    ------
    DataError
        There is no such column.
    ScaleError
        An item has no scale, which ``need`` begins a sentence about.
    """
    if absent := [item for item in items if item not in survey.columns]:
        raise DataError(f"There is no column {absent[0]!r} (named as an item){nearest(absent[0], survey.columns)}.")
    scales = {item: survey.scale_of(item) for item in items}
    if bare := [item for item, scale in scales.items() if scale is None]:
        raise ScaleError(f"{need}: declare scale= for {listed(bare)}.")
    return tuple(scale for scale in scales.values() if scale is not None)
