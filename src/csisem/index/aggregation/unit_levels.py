"""Nested units and the bases that weight them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.errors import DataError, nearest, shown


@dataclass(frozen=True, slots=True, eq=False)
class UnitLevels:
    """Units of H levels, the lowest first, the last being the total.

    Attributes
    ----------
    labels
        For each level its units' names from the highest level down.
    parent
        For each level below the total the unit above each of its units.
    basis
        For each level below the total the name of its basis.
    place
        For each level below the total the slice of its basis in `stated`; None where the level below adds up.
    stated, se
        All stated bases, and their standard errors.
    """

    labels: tuple[tuple[tuple[str, ...], ...], ...]
    parent: tuple[IntArray, ...]
    basis: tuple[str, ...]
    place: tuple[slice | None, ...]
    stated: FloatArray
    se: FloatArray

    def bases(self, stated: FloatArray) -> list[FloatArray]:
        """The basis of each unit (..., units) of each level below the total."""
        found: list[FloatArray] = []
        for level, place in enumerate(self.place):
            if place is not None:
                found.append(stated[..., place])
            else:
                found.append(_sums(found[-1], self.parent[level - 1], len(self.labels[level])))
        return found

    def indices(self, stated: FloatArray, value: FloatArray) -> list[FloatArray]:
        """Indices (..., units) of every level, the lowest first; real or complex."""
        found = [np.broadcast_to(value, (*stated.shape[:-1], len(value)))]
        for level, basis in enumerate(self.bases(stated)):
            parent, count = self.parent[level], len(self.labels[level + 1])
            found.append(_sums(basis * found[-1], parent, count) / _sums(basis, parent, count))
        return found

    def reach(self, stated: FloatArray) -> list[FloatArray]:
        """Weight of each row in each unit of each level, (units, rows)."""
        found = [np.eye(len(self.labels[0]))]
        for level, share in enumerate(self.shares(stated)):
            above = np.zeros((len(self.labels[level + 1]), found[-1].shape[1]))
            np.add.at(above, self.parent[level], share[:, None] * found[-1])
            found.append(above)
        return found

    def shares(self, stated: FloatArray) -> list[FloatArray]:
        """Share of each unit in the unit above, for each level below the total."""
        return [
            basis / _sums(basis, parent, len(self.labels[level + 1]))[parent]
            for level, (basis, parent) in enumerate(zip(self.bases(stated), self.parent, strict=True))
        ]


def _sums(values: FloatArray, parent: IntArray, count: int) -> FloatArray:
    sums: FloatArray = values @ (parent[:, None] == np.arange(count))
    return sums


def read_structure(
    indices: pd.DataFrame, names: list[str], weights: Mapping[str, str], weight_se: Mapping[str, str]
) -> UnitLevels:
    """Units and their bases; see `aggregate.aggregate`."""
    for name in names:
        if blank := int((indices[name].isna() | (indices[name].astype(str) == "")).sum()):
            raise DataError(f"Column {name!r} is blank in {blank} rows, which then belong to no unit.")
    # A unit is identified by its own name and those of all units above.
    rows = list(zip(*(indices[name].astype(str) for name in reversed(names)), strict=True))
    units, codes = [], []
    for depth in range(len(names), -1, -1):
        found: dict[tuple[str, ...], int] = {}
        codes.append(np.array([found.setdefault(row[:depth], len(found)) for row in rows]))
        units.append(tuple(found))
    parent, stated, errors = [], [], []
    basis: list[str] = []
    place: list[slice | None] = []
    start = 0
    for level, name in enumerate(names):
        first = np.unique(codes[level], return_index=True)[1]
        parent.append(codes[level + 1][first])
        basis.append(weights.get(name, basis[-1] if basis else ""))
        if name not in weights:
            if name in weight_se:
                raise DataError(f"weight_se= names {name!r}, whose basis adds up that of the level below.")
            place.append(None)
            continue
        stated.append(_column(indices, weights[name], name, codes[level], units[level]))
        _check_shares(stated[-1], parent[-1], units[level + 1], weights[name])
        errors.append(
            _column(indices, weight_se[name], name, codes[level], units[level])
            if name in weight_se
            else np.zeros(len(units[level]))
        )
        place.append(slice(start, start + len(units[level])))
        start += len(units[level])
    return UnitLevels(
        tuple(units), tuple(parent), tuple(basis), tuple(place), np.concatenate(stated), np.concatenate(errors)
    )


def _column(
    indices: pd.DataFrame, column: str, level: str, codes: IntArray, units: tuple[tuple[str, ...], ...]
) -> FloatArray:
    """The basis of each unit of a level, from a column that is constant within units."""
    if not isinstance(column, str) or column not in indices.columns:
        raise DataError(f"There is no column {shown(column)} for level {shown(level)}"
                        f"{nearest(str(column), map(str, indices.columns))}.")  # fmt: skip
    try:
        values = indices[column].to_numpy(dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(f"Column {column!r}, the basis of level {level!r}, holds text.") from None
    if (wrong := ~(values >= 0) | np.isinf(values)).any():
        unit = units[codes[int(np.argmax(wrong))]]
        raise DataError(f"Column {column!r} of {unit[-1]!r} is {values[int(np.argmax(wrong))]:g}; a basis is a finite "
                        "number of at least 0.")  # fmt: skip
    first = np.unique(codes, return_index=True)[1]
    own: FloatArray = values[first]
    if (wrong := own[codes] != values).any():
        unit = units[codes[int(np.argmax(wrong))]]
        raise DataError(f"Column {column!r} differs within {unit[-1]!r}; the basis of level {level!r} is one number "
                        "for each unit, or leave the level out of weights= to add up the level below.")  # fmt: skip
    return own


def _check_shares(stated: FloatArray, parent: IntArray, units: tuple[tuple[str, ...], ...], column: str) -> None:
    sums = _sums(stated, parent, len(units))
    if (sums == 0).any():
        unit = units[int(np.argmax(sums == 0))]
        raise DataError(
            f"Column {column!r} is zero throughout{f' {unit[-1]!r}' if unit else ''}, so it gives no weights."
        )
