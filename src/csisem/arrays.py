"""Array types, as the whole package spells them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

LARGEST_COUNT = 2**53
"""Whole numbers up to this are all floats."""
