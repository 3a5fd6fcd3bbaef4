"""Golden figures of constraints and bounds, by lavaan 0.6-14 polished on the Kuhn-Tucker conditions."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import csisem as cs
from lavaan_golden import answers

FOLDER = Path(__file__).parent / "golden" / "lavaan-0.6-14-constraints"
_OPTIONS = {"group": "groups", "group.equal": "equal", "effect.coding": "effect_coding", "std.lv": "std_lv"}


@cache
def record(name: str) -> dict[str, Any]:
    """A case's figures."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def data_of(name: str) -> pd.DataFrame:
    """A case's answers."""
    frame = answers("holzinger")
    return frame.iloc[:50] if record(name)["data"] == "heywood" else frame


@cache
def fitted(name: str) -> cs.Fit:
    """Our fit of a case."""
    call = {_OPTIONS.get(key, key): value for key, value in record(name)["call"].items() if key != "function"}
    if isinstance(call.get("equal"), str):
        call["equal"] = [call["equal"]]
    return cs.Model.from_syntax(record(name)["syntax"]).fit(data_of(name), **call)


def key(lhs: str, op: str, rhs: str, group: object) -> tuple[Any, ...]:
    """A parameter, a covariance in either order."""
    return op, frozenset((lhs, rhs)) if op == "~~" else (lhs, rhs if op != ":=" else ""), group


def rows(name: str) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """lavaan's parameters by key."""
    table, grouped = record(name)["parameters"], "group" in record(name)["call"]
    found = []
    for k, op in enumerate(table["op"]):
        if op in ("==", "<", ">"):
            continue
        group = record(name)["group_labels"][table["group"][k] - 1] if grouped and op != ":=" else 1
        found.append((key(table["lhs"][k], op, table["rhs"][k], group), {c: table[c][k] for c in ("est", "se")}))
    return found
