"""Golden figures of R's survey 4.1-1; see tests/golden/survey-4.1-1/README.md."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import csisem as cs

FOLDER = Path(__file__).parent / "golden" / "survey-4.1-1"
CASES = sorted(path.stem for path in FOLDER.glob("*.json"))
REPLICATED = [name for name in CASES if name.startswith("rep_")]
LINEARISED = [name for name in CASES if name not in REPLICATED]


@cache
def record(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


@cache
def sample(file: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / file)


def _kind(name: str) -> str:
    kind = record(name)["design"]["replicate_type"]
    return "bootstrap" if "bootstrap" in kind else kind


def multipliers(name: str) -> np.ndarray:
    """Replicate multipliers of the weights, (n, R)."""
    design = record(name)["design"]
    if design.get("replicate_file"):
        return sample(design["replicate_file"]).to_numpy()
    # JKn: a replicate leaves out a row; survey orders replicates by stratum, in order of first appearance.
    stratum = pd.factorize(sample(record(name)["data"])["stype"])[0]
    same = stratum[:, None] == stratum
    size = same.sum(axis=0)
    factors = np.where(same, size / (size - 1), 1.0)
    np.fill_diagonal(factors, 0.0)
    return factors[:, np.argsort(stratum, kind="stable")]


def survey(name: str, *, mse: bool = False) -> cs.Survey:
    """The sample of a case under its design."""
    case, frame = record(name), sample(record(name)["data"])
    design = case["design"]
    if name not in REPLICATED:
        asked = {key: tuple(value) if isinstance(value, list) else value for key, value in design.items()}
        return cs.Survey(frame, design=cs.Design(**asked))
    weights = multipliers(name) * frame["pw"].to_numpy()[:, None]
    names = [f"r{k}" for k in range(weights.shape[1])]
    whole = pd.concat([frame, pd.DataFrame(weights, columns=names)], axis=1)
    return cs.Survey(
        whole,
        design=cs.Design(
            weights="pw",
            replicate_weights=tuple(names),
            replicate_type=_kind(name),
            scale=design["scale"],
            rscales=tuple(design["rscales"]),
            mse=mse,
        ),
    )
