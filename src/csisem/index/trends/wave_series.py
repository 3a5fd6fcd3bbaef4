"""Series over waves and tests of their changes."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.errors import DataError, OptionError, listed, shown
from csisem.index.joint_covariance import Joint
from csisem.inference.intervals import wald_interval
from csisem.inference.multiplicity import adjusted
from csisem.inference.simultaneous import satterthwaite
from csisem.option_checks import listing_of
from csisem.options import ChangeFrom
from csisem.survey.value_labels import by_label, code_of

CHANGES = ("change", "change_se", "change_ci_lower", "change_ci_upper", "pvalue", "pvalue_holm")
"""Columns of a change from an earlier wave."""


def in_order(labels: Sequence[Hashable], order: Sequence[Hashable] | None) -> list[Hashable]:
    """Waves in the order given; else numbers and dates sorted, and text by the numbers in it."""
    if order is not None:
        given = None if isinstance(order, Mapping) else listing_of(order)
        if given is None or not all(isinstance(label, Hashable) for label in given):
            raise OptionError(f"order= takes a list of the waves, not {shown(order)}.")
        given = [own for label in given for own in by_label({label: None}, labels)]
        if missing := [label for label in labels if label not in given]:
            raise DataError(f"order= lacks {listed(missing)} of the waves {listed(labels)}.")
        if len(set(given)) < len(given):
            raise DataError(f"order= names a wave twice: {listed(given)}.")
        return [label for label in given if label in labels]
    numbers = [number for label in labels if (number := code_of(label)) is not None]
    if len(numbers) == len(labels):
        return [labels[k] for k in np.argsort(numbers, kind="stable")]
    if all(isinstance(label, str) for label in labels):
        return sorted(labels, key=lambda label: _parts(str(label)))
    try:
        return sorted(labels)  # type: ignore[type-var]
    except TypeError:
        raise DataError(f"The waves {listed(labels)} are of several types; give their order with order=.") from None


def _parts(text: str) -> tuple[tuple[int, float, str], ...]:
    """Text with its numbers as numbers: ``2024年10月`` after ``2024年9月``."""
    pieces = [piece for piece in re.split(r"(\d+)", text) if piece]
    return tuple((0, float(piece), "") if piece.isdecimal() else (1, 0.0, piece) for piece in pieces)


@dataclass(frozen=True, slots=True, eq=False)
class Arranged:
    """Positions (k,) of a frame's rows by series and wave, and where each series starts and stops."""

    rows: IntArray
    series: tuple[tuple[int, int], ...]


def arrange(frame: pd.DataFrame, keys: list[str], column: str, waves: Sequence[Hashable]) -> Arranged:
    """Rows with the same ``keys`` as one series, series in order of first appearance."""
    place = {wave: k for k, wave in enumerate(waves)}
    series: dict[tuple[Hashable, ...], list[tuple[int, int]]] = {}
    for row, key in enumerate(zip(*(frame[name] for name in keys), strict=True)):
        series.setdefault(key, []).append((place[frame[column].iloc[row]], row))
    rows: list[int] = []
    bounds = []
    for members in series.values():
        bounds.append((len(rows), len(rows) + len(members)))
        rows += [row for _, row in sorted(members)]
    return Arranged(np.array(rows, dtype=np.intp), tuple(bounds))


def changes(placed: Arranged, joint: Joint, base: ChangeFrom, level: float) -> dict[str, FloatArray]:
    """Columns (k,) of tests of `CHANGES` from the previous or the first wave of each series, nan in the first."""
    count = len(placed.rows)
    other = np.full(count, -1, dtype=np.intp)
    for start, stop in placed.series:
        other[start + 1 : stop] = np.arange(start, stop - 1) if base == "previous" else start
    here = np.flatnonzero(other >= 0)
    rows, before = placed.rows[here], placed.rows[other[here]]
    own, theirs = joint.covariance[rows, rows], joint.covariance[before, before]
    variance = own + theirs - 2 * joint.covariance[rows, before]
    se = np.sqrt(np.where(variance >= 0, variance, np.nan))
    moved = joint.value[rows] - joint.value[before]
    tests = wald_interval(
        moved, se, level=level, df=satterthwaite(own, theirs, joint.degrees[rows], joint.degrees[before])
    )
    values = (moved, se, tests.lower, tests.upper, tests.pvalue)
    columns = {name: np.full(count, np.nan) for name in CHANGES}
    for name, column in zip(CHANGES, values, strict=False):
        columns[name][here] = column
    for start, stop in placed.series:
        columns["pvalue_holm"][start:stop] = adjusted(columns["pvalue"][start:stop], "holm")
    return columns
