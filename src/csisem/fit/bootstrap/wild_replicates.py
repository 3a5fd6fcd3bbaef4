"""Wild replicates of a bootstrap, counted and named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csisem.arrays import BoolArray, FloatArray, pd
from csisem.display.sentences import Sentence, sentence
from csisem.inference.bootstrap_intervals import WILD, Interval

# Most replicates that the sentence names.
_NAMED = 5


def wild_note(found: Interval, names: Sequence[str], improper: BoolArray | None = None) -> list[Sentence]:
    """The sentence on replicates of statistics ``names`` that are wild; none where there are none.

    ``improper`` (R,) tells which replicates are inadmissible.
    """
    wild = found.wild.reshape(len(found.wild), -1)
    touched = wild.any(axis=0)
    if not touched.any():
        return []
    se, robust = found.se.ravel(), found.robust.ravel()
    places = np.flatnonzero(touched)
    ratio = se[places] / robust[places]
    worst = int(places[np.argmax(ratio)])
    rows = np.flatnonzero(wild.any(axis=1))
    return [sentence("bootstrap.wild", wild=len(rows), n=len(wild), rows=tuple(rows[:_NAMED].tolist()),
                     more=len(rows) - _NAMED if len(rows) > _NAMED else None, limit=WILD, values=len(places),
                     ratio=float(ratio.max()), value=names[worst], se=float(se[worst]), robust=float(robust[worst]),
                     inadmissible=None if improper is None else int(improper[rows].sum()) or None)]  # fmt: skip


def wild_table(values: FloatArray, found: Interval, names: Sequence[str], improper: BoolArray) -> pd.DataFrame:
    """A row for each replicate of the statistics (R, k) that is wild in some; see `Bootstrap.wild`."""
    rows = np.flatnonzero(found.wild.any(axis=1))
    away = np.zeros_like(values)
    spread = found.robust > 0
    away[:, spread] = np.abs(values[:, spread] - np.nanmedian(values[:, spread], axis=0)) / found.robust[spread]
    away = np.where(found.wild, away, 0.0)[rows]
    return pd.DataFrame(
        {
            "replicate": rows,
            "values": found.wild[rows].sum(axis=1),
            "farthest": [names[place] for place in away.argmax(axis=1)] if len(rows) else [],
            "distance": away.max(axis=1) if len(rows) else np.zeros(0),
            "inadmissible": improper[rows],
        }
    )
