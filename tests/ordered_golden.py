"""Golden figures of lavaan 0.6-14 for ordered answers; see tests/golden/lavaan-0.6-14-ordered/README.md."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import csisem as cs
from lavaan_golden import Golden, answers, drawn, golden

FOLDER = Path(__file__).parent / "golden" / "lavaan-0.6-14-ordered"


@cache
def ordered_answers(data: str) -> pd.DataFrame:
    """The answers of a case; ``mobi5`` are those of the mobile-phone survey on five points, (answer + 1) div 2."""
    if data.startswith("mobi"):
        frame = answers("mobi")
        return drawn((frame + 1) // 2 if data == "mobi5" else frame)
    return pd.read_csv(FOLDER / f"{data}.csv")


def ordered_case(name: str) -> Golden:
    return golden(name, FOLDER)


def fit_case(case: Golden) -> Any:
    """The case's model by our estimator."""
    arguments = case.arguments()
    weights = arguments.pop("sampling.weights", None)
    frame = ordered_answers(case.data)
    data = frame if weights is None else cs.Survey(frame, design=cs.Design(weights=weights))
    given = arguments.pop("ordered")
    arguments["ordered"] = [given] if isinstance(given, str) else given
    return cs.Model.from_syntax(case.syntax).fit(data, **arguments)
