"""Moments of ordered and numeric items, and their covariance: against lavaan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.moments.ordered.ordered_moments import OrderedMoments
from csisem.moments.ordered.read_ordered import read_ordered

FOLDER = Path(__file__).parents[2] / "golden" / "lavaan-0.6-14-ordered-moments"
CASES: dict[str, dict[str, Any]] = json.loads((FOLDER / "figures.json").read_text())["cases"]
# lavaan's searches end where the likelihood no longer changes, the root of rounding in a correlation; twelve figures
# are kept.
MOMENTS = 1e-7
GAMMA = 1e-6


def found(name: str) -> OrderedMoments:
    case = CASES[name]
    holes = "pairwise" in name or name == "listwise"
    frame = pd.read_csv(FOLDER / ("holes.csv" if holes else "answers.csv"))
    survey = cs.Survey(frame, weights="w" if "weighted" in name or name == "mixed_groups" else None)
    return read_ordered(
        survey, case["items"], case["ordered"], case["covariates"], by=["school"] if len(case["n"]) > 1 else [],
        missing="pairwise" if "pairwise" in name else "listwise",
    )  # fmt: skip


def names(moments: OrderedMoments) -> list[str]:
    """The moments in lavaan's words, in our order."""
    items = list(zip(moments.items, moments.answers, strict=True))
    thresholds = [f"{item}|t{k + 1}" for item, own in items for k in range(len(own) - 1)]
    means = [f"{item}~1" for item, own in items if not own]
    slopes = [f"{item}~{covariate}" for item in moments.items for covariate in moments.covariates]
    row, col = moments.products
    return [
        *thresholds,
        *means,
        *slopes,
        *(f"{moments.items[j]}~~{moments.items[i]}" for i, j in zip(row, col, strict=True)),
    ]


def close(ours: np.ndarray, theirs: Any, tolerance: float) -> None:
    theirs = np.array(theirs, dtype=np.float64)
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * max(1.0, np.abs(theirs).max()))


@pytest.mark.parametrize("name", CASES)
def test_moments_and_gamma(name):
    case, moments = CASES[name], found(name)
    assert moments.n.tolist() == case["n"]
    assert list(moments.groups) == case["groups"]
    own = names(moments)
    assert sorted(own) == sorted(case["names"])
    order = [case["names"].index(one) for one in own]
    # lavaan's vector holds the means with a minus.
    sign = np.array([-1.0 if one.endswith("~1") else 1.0 for one in own])
    for group in range(len(case["n"])):
        close(moments.vector[group], np.array(case["wls"][group])[order] * sign, MOMENTS)
        close(moments.gamma[group], np.array(case["gamma"][group])[np.ix_(order, order)] * np.outer(sign, sign), GAMMA)
