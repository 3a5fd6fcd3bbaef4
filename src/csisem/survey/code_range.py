"""Ranges of refusal codes, and where answers are codes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray
from csisem.errors import ScaleError


@dataclass(frozen=True, slots=True)
class CodeRange:
    """All numbers from ``low`` to ``high`` as refusal codes, such as SPSS's ``97 THRU 99``.

    Parameters
    ----------
    low, high
        The ends, which are codes too; an infinite one leaves the range open.

    Examples
    --------
    >>> survey = cs.Survey(pd.DataFrame({"q": [1, 5, 98]}), missing_codes=cs.survey.CodeRange(97, 99))
    >>> survey.counts("q")["refused"].tolist()
    [1]
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high) or not self.low < self.high:
            raise ScaleError(f"A range of codes must have low < high; got low={self.low!r} and high={self.high!r}.")

    def __str__(self) -> str:
        return f"{self.low:g} thru {self.high:g}"

    def __format__(self, format_spec: str) -> str:
        return str(self)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int | float | np.number) and bool(self.low <= number <= self.high)


Code: TypeAlias = float | CodeRange


def coded(values: NDArray[np.generic], codes: Sequence[Code]) -> BoolArray:
    """Return where numbers of any shape are one of the codes."""
    found = np.isin(values, [code for code in codes if not isinstance(code, CodeRange)])
    for code in codes:
        if isinstance(code, CodeRange):
            found |= (values >= code.low) & (values <= code.high)  # type: ignore[operator]
    return found


def is_code(value: object, codes: Sequence[Code]) -> bool:
    """Return whether one value, a number or a text, is one of the codes."""
    return any(value in code if isinstance(code, CodeRange) else value == code for code in codes)


def overlap(first: Code, second: Code) -> bool:
    """Return whether two codes or ranges of codes have a number in common."""
    low, high = _ends(first)
    other_low, other_high = _ends(second)
    return low <= other_high and other_low <= high


def _ends(code: Code) -> tuple[float, float]:
    return (code.low, code.high) if isinstance(code, CodeRange) else (code, code)
