"""Random models with lavaan's figures; see tests/golden/lavaan-0.6-14-random/README.md."""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import csisem as cs

FOLDER = Path(__file__).parent / "golden" / "lavaan-0.6-14-random"


def _figures() -> dict[str, dict[str, dict[str, Any]]]:
    """Figures by number and estimator; names that are those of the estimator before are stored once."""
    fits: dict[str, dict[str, dict[str, Any]]]
    fits = json.loads(gzip.decompress((FOLDER / "figures.json.gz").read_bytes()))["fits"]
    for found in fits.values():
        names: dict[str, list[str]] = {}
        for record in found.values():
            for key in ("free", "indices"):
                names[key] = record.setdefault(key, names.get(key, []))
    return fits


FITS = _figures()


@cache
def generator() -> ModuleType:
    """The module that draws the models."""
    spec = importlib.util.spec_from_file_location("random_models", FOLDER / "random_models.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["random_models"] = module
    spec.loader.exec_module(module)
    return module


def fit_random(drawn: Any, estimator: str) -> Any:
    """Our fit of a model that was drawn."""
    options: dict[str, Any] = {"groups": "g", "equal": list(drawn.equal)} if drawn.groups else {}
    if estimator == "FIML":
        return cs.Model.from_syntax(drawn.text).fit(drawn.incomplete, missing="fiml", **options)
    return cs.Model.from_syntax(drawn.text).fit(drawn.frame, estimator=estimator, meanstructure=drawn.means, **options)


def keyed(frame: Any, groups: list[Any], columns: list[str]) -> dict[str, tuple[float, ...]]:
    """Rows of a parameter frame by lavaan's "lhs op rhs group"; covariances both ways."""
    found = {}
    for lhs, op, rhs, group, *values in frame[["lhs", "op", "rhs", "group", *columns]].itertuples(index=False):
        number = groups.index(group) + 1 if groups else 1
        found[f"{lhs} {op} {rhs} {number}"] = tuple(values)
        if op == "~~":
            found[f"{rhs} {op} {lhs} {number}"] = tuple(values)
    return found
