"""Array types, and pandas, which is loaded when first used."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGEST_COUNT", "BoolArray", "FloatArray", "IntArray", "pd"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

LARGEST_COUNT = 2**53
"""Whole numbers up to this are all floats."""


class _WhenUsed(ModuleType):
    """A module that is imported when one of its names is first used, so that importing csisem stays fast."""

    def __getattr__(self, name: str) -> object:
        found = getattr(import_module(self.__name__), name)
        # From now on the name is found without this function.
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    import pandas as pd
else:
    pd = _WhenUsed("pandas")
