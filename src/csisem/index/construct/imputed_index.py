"""The index over completed data sets, pooled by Rubin's rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from csisem.arrays import pd
from csisem.display.sentences import sentence
from csisem.display.table import sentence_column
from csisem.errors import DataError
from csisem.fit.fit import Fit
from csisem.inference.intervals import wald_interval
from csisem.inference.pooling import pool, pooled_degrees


def pooled_index(fits: Sequence[Fit], index_of: Callable[[Fit], pd.DataFrame], level: float) -> pd.DataFrame:
    """Pool the frames that ``index_of`` makes of each fit; see `pool`."""
    frames = [index_of(fit) for fit in fits]
    first, labels = frames[0], list(frames[0].columns[: frames[0].columns.get_loc("n")])
    for position, frame in enumerate(frames[1:], start=2):
        if not frame[labels].equals(first[labels]):
            raise DataError(f"Completed data set {position} has other values of {', '.join(labels[1:])} than the "
                            "first; their indices cannot be pooled.")  # fmt: skip
    joint = [np.array(frame.attrs["covariance"]) for frame in frames]
    if not joint[0].size:
        # With very many indices a frame keeps the variances alone.
        joint = [np.diag(frame["se"].to_numpy() ** 2) for frame in frames]
    found = pool(np.stack([frame["index"].to_numpy() for frame in frames]), np.stack(joint))
    variance = np.diagonal(found.total)
    own = pooled_degrees(variance, np.diagonal(found.within), found.count)
    degrees = np.minimum(own, np.min([frame.attrs["degrees"] for frame in frames], axis=0))
    tests = wald_interval(found.estimate, np.sqrt(variance), level=level, df=degrees)
    pooled = first.assign(
        index=found.estimate,
        se=np.sqrt(variance),
        ci_lower=tests.lower,
        ci_upper=tests.upper,
        method=sentence_column(
            [sentence("index.method.pooled", method=one, data_sets=found.count) for one in first["method"]]
        ),
    )
    weights = [frame.attrs["weights"] for frame in frames]
    pooled.attrs = {
        "covariance": found.total.tolist() if len(first.attrs["covariance"]) else [],
        "degrees": degrees.tolist(),
        "weights": {
            group: {
                construct: {item: float(np.mean([one[group][construct][item] for one in weights])) for item in items}
                for construct, items in constructs.items()
            }
            for group, constructs in weights[0].items()
        },
        "notes": list(dict.fromkeys(note for frame in frames for note in frame.attrs["notes"])),
    }
    return pooled
