"""What became of the question in each row: answered, refused, not asked, left blank, or off the scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from csisem.survey.scale import Scale


def tally(
    values: NDArray[np.generic], refused: Sequence[float], apart: Sequence[float], scale: Scale | None
) -> dict[str, int]:
    """Count rows (n,) by what became of them; all but ``n`` add up to it.

    ``refused`` and ``apart`` are the codes of refusals and of questions that were not asked.
    """
    own = values.astype(np.float64)
    largest = np.finfo(np.float64).max
    low, high = (-largest, largest) if scale is None else (scale.low, scale.high)
    coded = np.isin(own, [*refused, *apart])
    counts = {
        "n": len(own),
        "answered": int(np.count_nonzero((own >= low) & (own <= high) & ~coded)),
        "refused": int(np.count_nonzero(np.isin(own, list(refused)))),
        "not_applicable": int(np.count_nonzero(np.isin(own, list(apart)))),
        "blank": int(np.count_nonzero(np.isnan(own))),
    }
    return counts | {"off_scale": 2 * len(own) - sum(counts.values())}
