"""Classes named by the user, matched with the labels in the data."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from numbers import Real
from typing import TypeVar

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.errors import DataError, listed, shown

# Base weights of a census are 1 but for this.
_ROUNDING = 1e-9

Value = TypeVar("Value")


def matched(given: Mapping[Hashable, Value], labels: Sequence[Hashable]) -> dict[Hashable, Value]:
    """Return what is given by class under the data's own labels, where a key names one of them otherwise.

    A text matches the number or the boolean that it writes, and the other way round: ``"1.0"`` and 1. Keys that match
    no label, or that several match, stay as they are.
    """
    found, own = dict(given), frozenset(labels)
    spare = [key for key in found if key not in own]
    if not spare:
        return found
    by_name: dict[Hashable, list[Hashable]] = {}
    for key in spare:
        by_name.setdefault(_read(key), []).append(key)
    for label in labels:
        if label in given:
            continue
        keys = by_name.get(_read(label), ())
        if len(keys) == 1 and keys[0] in found:
            found[label] = found.pop(keys[0])
    return found


def _read(label: Hashable) -> Hashable:
    """What a label says, a number and the text that writes it alike."""
    if isinstance(label, tuple):
        return tuple(map(_read, label))
    if isinstance(label, str):
        try:
            label = float(label)
        except ValueError:
            return label.strip()  # type: ignore[union-attr]
    if isinstance(label, bool | np.bool_):
        return str(label)
    return float(label) if isinstance(label, Real) else label


def refuse_below_one(weights: FloatArray, codes: IntArray, labels: tuple[Hashable, ...]) -> None:
    """Refuse base weights (n,) below 1: a stratum of fewer customers than rows."""
    if (low := weights < 1 - _ROUNDING).any():
        small = [labels[code] for code in dict.fromkeys(codes[low].tolist())]
        rows = weights[codes == labels.index(small[0])]
        others = f" (likewise {listed(small[1:])})" if small[1:] else ""
        raise DataError(f"{shown(str(small[0]))} has {len(rows)} rows but a population of {rows.sum():g}{others}; "
                        "give the number of customers of each stratum.")  # fmt: skip
