"""A finite population of customers whose true values are known, and samples of it: strata, clusters, skewed answers.

Drawn with numpy alone; nothing here comes from csisem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from csisem.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd


SEED: Final = 20241103
SCALE: Final = (1, 10)
CONSTRUCTS: Final[Mapping[str, tuple[str, ...]]] = {
    "Quality": ("q1", "q2", "q3"),
    "Value": ("v1", "v2"),
    "Satisfaction": ("s1", "s2", "s3"),
    "Loyalty": ("l1", "l2"),
}
ITEMS: Final = tuple(item for items in CONSTRUCTS.values() for item in items)
SYNTAX: Final = "\n".join(
    [*(f"{name} =~ {' + '.join(items)}" for name, items in CONSTRUCTS.items()),
     "Value ~ Quality", "Satisfaction ~ Quality + Value", "Loyalty ~ Satisfaction"]
)  # fmt: skip
LOADINGS: Final = (1.0, 0.9, 0.85, 1.0, 0.9, 1.0, 0.95, 0.9, 1.0, 0.9)


@dataclass(frozen=True, slots=True)
class Stratum:
    """A region.

    Attributes
    ----------
    clusters
        Stores it has; from `DRAWN` of them customers are asked.
    shift
        How much higher its customers rate quality, in points.
    path
        Effect of quality on satisfaction there: strata differ, so that leaving the weights out misses the population.
    """

    clusters: int
    shift: float
    path: float


STRATA: Final = (Stratum(900, 0.3, 0.40), Stratum(600, 0.0, 0.50), Stratum(400, -0.2, 0.60), Stratum(250, -0.6, 0.80))
STORE: Final = (20, 60)
"""Fewest and most customers of a store."""
DRAWN: Final = 40
"""Stores drawn in every stratum, by simple random sampling."""
ASKED: Final = 8
"""Customers drawn in every store, by simple random sampling."""
BETWEEN: Final = 0.10
"""Part of every variance (constructs' disturbances, items' residuals) that lies between the stores of a stratum."""
SLOPES: Final = 0.2
"""Standard deviation, over the stores of a stratum, of every path: customers of one store are alike in that too."""
SHAPE: Final = 2.0
"""Shape of the gamma distributions of all deviations within stores: skewness -2 / sqrt(SHAPE)."""
MEAN: Final = 7.3


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """All customers, a row each, store by store.

    Attributes
    ----------
    answers
        Whole numbers 1 to 10, (N, 10).
    stratum
        Of each store, (C,).
    first, size
        First row and number of rows of each store, (C,).
    """

    answers: FloatArray
    stratum: IntArray
    first: IntArray
    size: IntArray

    def frame(self) -> pd.DataFrame:
        """All answers."""
        import pandas as pd

        return pd.DataFrame(self.answers, columns=list(ITEMS))

    def sample(self, rng: np.random.Generator) -> pd.DataFrame:
        """Draw stores by stratum and customers by store; columns besides the items say how.

        ``weight`` is the inverse of the probability to be drawn, ``stores`` and ``customers`` the sizes that the two
        stages are drawn from.
        """
        return self.sample_rows(rng)[0]

    def sample_rows(self, rng: np.random.Generator) -> tuple[pd.DataFrame, IntArray]:
        """The same, and which rows of the population were drawn."""
        import pandas as pd

        drawn = np.concatenate([rng.choice(np.flatnonzero(self.stratum == h), DRAWN, replace=False)
                                for h in range(len(STRATA))])  # fmt: skip
        rows = np.concatenate([self.first[c] + rng.choice(self.size[c], ASKED, replace=False) for c in drawn])
        frame = pd.DataFrame(self.answers[rows], columns=list(ITEMS))
        stores = np.array([stratum.clusters for stratum in STRATA])[self.stratum]
        store = np.repeat(drawn, ASKED)
        frame["region"], frame["store"] = self.stratum[store], store
        frame["stores"], frame["customers"] = stores[store], self.size[store]
        frame["weight"] = stores[store] / DRAWN * self.size[store] / ASKED
        return frame, rows


def population(seed: int = SEED) -> Population:
    """Draw the population; the same one for the same seed."""
    rng = np.random.default_rng(seed)
    stratum = np.repeat(np.arange(len(STRATA)), [s.clusters for s in STRATA])
    size = rng.integers(STORE[0], STORE[1] + 1, len(stratum))
    store = np.repeat(np.arange(len(stratum)), size)

    def deviation(variance: float) -> FloatArray:
        between = rng.normal(0.0, np.sqrt(BETWEEN * variance), len(stratum))
        within = (SHAPE - rng.gamma(SHAPE, 1.0, len(store))) / np.sqrt(SHAPE)
        drawn: FloatArray = between[store] + np.sqrt((1 - BETWEEN) * variance) * within
        return drawn

    def path(mean: float | FloatArray) -> FloatArray:
        of_store: FloatArray = mean + rng.normal(0.0, SLOPES, len(stratum))
        return of_store[store]

    quality = np.array([s.shift for s in STRATA])[stratum][store] + deviation(1.6)
    value = path(0.6) * quality + deviation(0.9)
    satisfaction = path(np.array([s.path for s in STRATA])[stratum]) * quality + path(0.35) * value + deviation(0.7)
    loyalty = path(0.8) * satisfaction + deviation(0.9)
    scores = dict(zip(CONSTRUCTS, (quality, value, satisfaction, loyalty), strict=True))
    of_item = [name for name, items in CONSTRUCTS.items() for _ in items]
    responses = [
        MEAN + loading * scores[name] + deviation(0.9) for name, loading in zip(of_item, LOADINGS, strict=True)
    ]
    answers = np.clip(np.rint(np.column_stack(responses)), *SCALE)
    return Population(answers, stratum, np.cumsum(size) - size, size)
