"""Golden replicates of lavaan, whose rows a rule names; see tests/golden/lavaan-0.6-14-bootstrap/README.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lavaan_golden import Golden

FOLDER = Path(__file__).parent / "golden" / "lavaan-0.6-14-bootstrap"


def record(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


def as_golden(found: dict[str, Any], groups: list[str]) -> Golden:
    """A record with the words of a golden case."""
    given = {**found, "parameters": found["rows"], "group_labels": groups}
    return Golden(found["case"], found["syntax"], found["data"], found["call"] or {}, given)


def places(replicate: int, n: int) -> np.ndarray:
    """The n rows, counted from 0, that a replicate draws."""
    found, last = np.empty(n, dtype=np.intp), replicate
    for k in range(n):
        last = 16807 * last % 2147483647
        found[k] = last % n
    return found


def counts(stratum: np.ndarray, replicates: int) -> np.ndarray:
    """How often each unit is drawn within its stratum, by replicates 1, 2, ... (replicates, units)."""
    found = np.zeros((replicates, len(stratum)), dtype=np.uint16)
    for h in np.unique(stratum):
        inside = np.flatnonzero(stratum == h)
        for b in range(replicates):
            found[b, inside] = np.bincount(places(b + 1, len(inside)), minlength=len(inside))
    return found


def drawn_frame(frame: pd.DataFrame, replicate: int, by: str | None = None) -> pd.DataFrame:
    """The rows of one replicate."""
    if by is None:
        return frame.iloc[places(replicate, len(frame))].reset_index(drop=True)
    parts = [part.iloc[places(replicate, len(part))] for _, part in frame.groupby(by, sort=False)]
    return pd.concat(parts, ignore_index=True)


def by_the_rule(scheme: Any, block: Any) -> np.ndarray:
    """Stands for `csisem.inference.resample.counts` where rows are units."""
    stratum = np.empty(scheme.units, dtype=np.intp)
    stratum[scheme.order] = np.repeat(np.arange(len(scheme.size)), scheme.size)
    return counts(stratum, block.first + block.count)[block.first :]
