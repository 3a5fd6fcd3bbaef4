"""The common task: a 19-item ACSI model and answers drawn from stated parameters, with numpy alone.

Every contender gets the same model and the same answers; nothing here comes from csisem.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from csisem.arrays import FloatArray

if TYPE_CHECKING:
    import pandas as pd


SEED: Final = 20240917
N_SMALL: Final = 250
N_LARGE: Final = 1_000_000

CONSTRUCTS: Final[Mapping[str, tuple[str, ...]]] = {
    "Expectation": ("e1", "e2", "e3"),
    "Quality": ("q1", "q2", "q3", "q4", "q5", "q6"),
    "Value": ("v1", "v2"),
    "Satisfaction": ("s1", "s2", "s3"),
    "Complaints": ("c1", "c2"),
    "Loyalty": ("l1", "l2", "l3"),
}
"""Constructs in causal order with their items; the first item's loading is 1.

Complaints have two items (formal, informal): a single one would have to be told to semopy in another way than to the
others (``c1 ~~ 0*c1``), and its baseline model then does not converge.
"""

PATHS: Final[Mapping[str, Mapping[str, float]]] = {
    "Quality": {"Expectation": 0.60},
    "Value": {"Expectation": 0.15, "Quality": 0.60},
    "Satisfaction": {"Expectation": 0.15, "Quality": 0.45, "Value": 0.35},
    "Complaints": {"Satisfaction": -0.40},
    "Loyalty": {"Satisfaction": 0.65, "Complaints": -0.20},
}
"""The nine paths of the ACSI (Fornell et al. 1996) and their values in the population: outcome, cause, coefficient."""

LOADINGS: Final[Mapping[str, tuple[float, ...]]] = {
    "Expectation": (1.0, 0.9, 0.8),
    "Quality": (1.0, 0.95, 0.9, 0.85, 0.8, 0.75),
    "Value": (1.0, 0.9),
    "Satisfaction": (1.0, 0.95, 0.9),
    "Complaints": (1.0, 0.85),
    "Loyalty": (1.0, 0.9, 0.85),
}
DISTURBANCE: Final[Mapping[str, float]] = {
    "Expectation": 1.6,
    "Quality": 1.1,
    "Value": 0.9,
    "Satisfaction": 0.6,
    "Complaints": 1.5,
    "Loyalty": 0.9,
}
"""Variance of each construct that its causes do not explain."""

RESIDUAL: Final = 0.9
"""Residual variance of every item."""

MEAN: Final = 6.5
"""Mean of every item; answers are continuous, in the unit of a scale from 1 to 10."""

ITEMS: Final = tuple(item for items in CONSTRUCTS.values() for item in items)


def syntax() -> str:
    """Return the model in lavaan's syntax, which csisem, lavaan and semopy all read."""
    lines = [f"{name} =~ {' + '.join(items)}" for name, items in CONSTRUCTS.items()]
    lines += [f"{outcome} ~ {' + '.join(causes)}" for outcome, causes in PATHS.items()]
    return "\n".join(lines)


def answers(n: int, seed: int = SEED) -> FloatArray:
    """Draw n respondents, an array (n, 19) in C order, without temporaries of its own size."""
    rng = np.random.default_rng(seed)
    values = np.empty((n, len(ITEMS)))
    for start in range(0, n, 50_000):
        _fill(values[start : start + 50_000], rng)
    return values


def _fill(rows: FloatArray, rng: np.random.Generator) -> None:
    scores: dict[str, FloatArray] = {}
    column = 0
    for name in CONSTRUCTS:
        score = rng.normal(0.0, np.sqrt(DISTURBANCE[name]), len(rows))
        for cause, path in PATHS.get(name, {}).items():
            score += path * scores[cause]
        scores[name] = score
        for loading in LOADINGS[name]:
            rows[:, column] = MEAN + loading * score + rng.normal(0.0, np.sqrt(RESIDUAL), len(rows))
            column += 1


def frame(n: int, seed: int = SEED, *, copy: bool | None = None) -> pd.DataFrame:
    """Return the answers as a pandas frame; ``copy=False`` makes it share the memory of one C-ordered array."""
    import pandas as pd

    return pd.DataFrame(answers(n, seed), columns=list(ITEMS), copy=copy)
