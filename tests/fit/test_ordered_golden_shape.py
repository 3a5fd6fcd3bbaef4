"""Shape of the golden files of ordered answers, constraints and structural after measurement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"
FOLDERS = ("lavaan-0.6-14-ordered", "lavaan-0.6-14-constraints", "lavaan-0.6-14-sam")
CASES = sorted(path for folder in FOLDERS for path in (GOLDEN / folder).glob("*.json") if path.stem != "reliability")
GRADIENT = 1e-12
"""A polished optimum: Newton steps end at rounding."""


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name[14:]}/{path.stem}")
def test_file_holds_a_case(path: Path) -> None:
    record = json.loads(path.read_text())
    assert record["case"] == path.stem
    if "difference" in record:
        assert {record["larger"], record["smaller"]} <= {case.stem for case in CASES}
        assert record["difference"]["default"]["df_diff"] > 0
        return
    if "refused" in record:
        assert record["refused"].startswith("Error")
        return
    table = record["parameters"]
    assert len({len(column) for column in table.values()}) == 1
    assert {"lhs", "op", "rhs", "group", "label", "free", "est", "se", "std_all", "std_se"} <= set(table)
    assert record["converged"]
    if record.get("identified", False):
        assert record["max_gradient"] < GRADIENT
