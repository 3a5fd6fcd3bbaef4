"""Numbers keyed by name, and the scales of items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard, TypeVar, overload

import numpy as np

from csisem.arrays import FloatArray
from csisem.display.sentences import sentence
from csisem.errors import DataError, OptionError, ScaleError, listed, nearest, shown, tell
from csisem.option_checks import LARGEST
from csisem.survey.scale import Scale
from csisem.survey.survey import Survey

T = TypeVar("T")

# Weights written with a few digits sum to 1 but for rounding in binary.
_ROUNDING = 1e-9


def number(value: object, what: str) -> float:
    """Return one number, nan where it is missing; ``what`` names it in the refusal."""
    if not isinstance(value, str | bytes | bool):
        try:
            found = np.nan if value is None else float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            found = np.inf
        if not abs(found) > LARGEST:
            return found
        if np.isfinite(found):
            raise DataError(f"{what} must be a number up to {LARGEST:g}; got {shown(value)}.")
    raise DataError(f"{what} must be a number; got {shown(value)}.")


def numbers(values: object, what: str) -> FloatArray:
    """Return an array of numbers of any shape; ``what`` names one of them in the refusal."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise DataError(f"{what} must be a number; got a list of its own length.") from None
    if array.dtype.kind not in "fiub" or (np.abs(array) > LARGEST).any():
        flat = [number(value, what) for value in array.ravel().tolist()]
        return np.array(flat, dtype=np.float64).reshape(array.shape)
    return np.asarray(array, dtype=np.float64)


def is_figures(data: object) -> TypeGuard[Mapping[object, object]]:
    """Whether data are values keyed by name, a mapping or a Series; a frame or a Survey has columns instead."""
    if isinstance(data, Mapping):
        return True
    return callable(getattr(data, "items", None)) and not isinstance(data, type) and not hasattr(data, "columns")


@overload
def entries_of(name: str, given: Mapping[str, T], what: str) -> Mapping[str, T]: ...
@overload
def entries_of(name: str, given: object, what: str) -> Mapping[str, object]: ...
def entries_of(name: str, given: object, what: str) -> Mapping[str, object]:
    """Return option ``name``, a mapping or a Series, keyed by text; ``what`` describes its values."""
    if not is_figures(given):
        raise OptionError(f"{name}= must be a mapping or a Series, from each name to {what}; got {shown(given)}.")
    return {str(key): value for key, value in given.items()}


def by_name(given: object, what: str) -> dict[str, float]:
    """Return the numbers of a mapping or a Series by name, nan where missing; ``what`` names them in a refusal."""
    if not is_figures(given):
        raise DataError(f"{what} must be a mapping or a Series, keyed by name; got {shown(given)}.")
    pairs = [(str(name), value) for name, value in given.items()]
    names = [name for name, _ in pairs]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise DataError(f"{what} names {listed(twice)} more than once.")
    return {name: number(value, f"{what} of {shown(name)}") for name, value in pairs}


def parts_of_one(weights: Mapping[str, float], what: str) -> FloatArray:
    """Return weights, which must be at least 0 and sum to 1; ``what`` names their total in a refusal.

    Weights that sum to 1 but for the rounding of each, such as 0.333 three times, are scaled, with a warning.
    """
    share = np.array(list(weights.values()), dtype=np.float64)
    if blank := [name for name, weight in weights.items() if np.isnan(weight)]:
        raise DataError(f"The weights of {what} are missing for {listed(blank)}.")
    off, digits = abs(share.sum() - 1), max(map(digits_of, share), default=0)
    # With one decimal a slip is as likely as rounding.
    if (share >= 0).all() and digits > 1 and _ROUNDING < off < rounding_of(len(share), digits):
        tell([sentence("rows.rounded_shares", columns=list(weights), sum=float(share.sum()), digits=digits)])
        return np.asarray(share / share.sum())
    if not (share >= 0).all() or off > _ROUNDING:
        raise DataError(f"The weights of {what} must be at least 0 and sum to 1; {listed(weights) or 'they'} "
                        f"sum to {share.sum():g}.")  # fmt: skip
    return share


def digits_of(number: float) -> int:
    """Return the decimals that a number is written with, at most 12."""
    return len(f"{number:.12f}".rstrip("0").partition(".")[2])


def rounding_of(count: int, digits: int) -> float:
    """Return how far a sum may be off if each of its numbers is rounded to its digits."""
    return 0.5 * count * 10.0**-digits


def scales_of(survey: Survey, items: Sequence[str], need: str) -> tuple[Scale, ...]:
    """Return the scales of items; ``need`` begins the sentence that refuses an item without one."""
    if absent := [item for item in items if item not in survey.columns]:
        hint = nearest(absent[0], survey.columns)
        raise DataError(f"There is no column {shown(absent[0])} (named as an item){hint}.")
    scales = {item: survey.scale_of(item) for item in items}
    if bare := [item for item, scale in scales.items() if scale is None]:
        raise ScaleError(f"{need}: declare scale= for {listed(bare)}.")
    return tuple(scale for scale in scales.values() if scale is not None)
