"""Counts of answers, refusals and blanks by item."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, listed
from csisem.survey.code_range import coded
from csisem.survey.coded_columns import item_columns
from csisem.survey.columns import Table
from csisem.survey.scale import Coding

_LARGEST = np.finfo(np.float64).max


def count_answers(items: Sequence[str], table: Table, coding: Coding) -> pd.DataFrame:
    """Return how many rows answered, refused, were not asked, are blank or off the scale, a row per item."""
    records = []
    for name, column in zip(items, item_columns(items, table, coding), strict=True):
        (refused, skipped), scale = coding.codes_of(name), coding.scale_of(name)
        own = column.values.astype(np.float64)
        low, high = (-_LARGEST, _LARGEST) if scale is None else (scale.low, scale.high)
        missing = coded(own, [*refused, *skipped])
        counts = {
            "n": len(own),
            "answered": int(np.count_nonzero((own >= low) & (own <= high) & ~missing)),
            "refused": int(np.count_nonzero(coded(own, refused))),
            "not_applicable": int(np.count_nonzero(coded(own, skipped))),
            "blank": int(np.count_nonzero(np.isnan(own))),
        }
        # All counts but n sum to it.
        records.append(counts | {"off_scale": 2 * len(own) - sum(counts.values())})
    return pd.DataFrame(records, index=pd.Index(items, name="item"))


def check_vary(items: tuple[str, ...], ranges: FloatArray) -> None:
    """Refuse items that nobody answered or everybody answered alike; ``ranges`` (2, p) are the ends of the answers."""
    low, high = ranges
    if unanswered := [name for name, value in zip(items, low, strict=True) if np.isnan(value)]:
        raise DataError(f"Nobody answered {listed(unanswered)}: every row is blank or a refusal code.")
    if constant := [f"{items[i]!r} (always {low[i]:g})" for i in np.flatnonzero(low == high)]:
        raise DataError(f"Constant items carry no information: {', '.join(constant)}; leave them out.")
