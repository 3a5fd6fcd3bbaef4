"""Do 95 % intervals of WLSMV cover? Skewed answers on five points, by `csisem.power`.

``python -m benchmarks.coverage --only ordered`` prints this table.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from scipy.special import ndtri

from benchmarks.child import call
from benchmarks.report import table

SIZES: Final = (250, 1000)
SEED: Final = 20261130
BAND: Final = (0.93, 0.97)
"""What coverage of 95 % must lie in; its own Monte Carlo error over 2,000 samples is 0.005."""

SHARES: Final = (0.04, 0.08, 0.20, 0.40, 0.28)
"""Shares of the answers 1 to 5 to every item: skewness -0.9."""
LOADINGS: Final = {"Quality": (0.80, 0.75, 0.70), "Value": (0.85, 0.75, 0.65), "Satisfaction": (0.85, 0.80, 0.75)}
"""Correlations of the items with their construct."""
SYNTAX: Final = """
Quality =~ q1 + q2 + q3
Value =~ v1 + v2 + v3
Satisfaction =~ s1 + s2 + s3
Value ~ Quality
Satisfaction ~ Quality + Value
"""
PATHS: Final = {("Value", "Quality"): 0.6, ("Satisfaction", "Quality"): 0.45, ("Satisfaction", "Value"): 0.35}
"""Standardised paths."""

KINDS: Final = {"=~": "loading", "~": "path", "|": "threshold", "~~": "variance", "index": "index"}
JUDGED: Final = ("=~", "~", "index")
"""What must lie in the band."""
Row: TypeAlias = tuple[str, str, float, float, float, float]
"""Name and kind of a quantity, its true value, coverage, standard error over spread and bias over spread."""

MARKS: Final = (
    "<!-- results: written by python -m benchmarks.coverage --only ordered --docs -->",
    "<!-- end of results of ordered answers -->",
)


def values() -> dict[str, float]:
    """Parameters of the model whose first loadings are 1 and whose latent responses have variance 1."""
    scale = {name: own[0] for name, own in LOADINGS.items()}
    found = {
        f"{name} =~ {name[0].lower()}{k + 1}": loading / scale[name]
        for name, own in LOADINGS.items()
        for k, loading in enumerate(own)
        if k
    }
    found |= {f"{y} ~ {x}": path * scale[y] / scale[x] for (y, x), path in PATHS.items()}
    a, b, c = PATHS.values()
    disturbance = {"Quality": 1.0, "Value": 1 - a**2, "Satisfaction": 1 - b**2 - c**2 - 2 * a * b * c}
    found |= {f"{name} ~~ {name}": own * scale[name] ** 2 for name, own in disturbance.items()}
    cuts = ndtri(np.cumsum(SHARES)[:-1])
    items = [f"{name[0].lower()}{k}" for name in LOADINGS for k in (1, 2, 3)]
    return found | {f"{item} | t{t}": cut for item in items for t, cut in enumerate(cuts.tolist(), start=1)}


def draw(samples: int, workers: int) -> list[tuple[int, list[Row], int]]:
    """For each size, the rows of the table and the samples that were left out."""
    import csisem as cs

    model, found = cs.Model.from_syntax(SYNTAX), []
    for size in SIZES:
        result = cs.power(
            model, values(), size, replications=samples, estimator="WLSMV", ordered=True, seed=SEED, workers=workers
        )
        names = (result["lhs"] + " " + result["op"] + " " + result["rhs"]).str.strip().tolist()
        true, covered, se, sd, bias = result[["true", "coverage", "se", "sd", "bias"]].to_numpy(dtype=float).T
        four = zip(*(part.tolist() for part in (true, covered, se / sd, bias / sd)), strict=True)
        rows: list[Row] = [(name, op, *own) for name, op, own in zip(names, result["op"].tolist(), four, strict=True)]
        found.append((size, rows, sum(count for _, _, count, kept in result.attrs["failures"] if not kept)))
    return found


def answer(samples: int, workers: int) -> tuple[str, bool]:
    """The table, and whether loadings, paths and indices cover as they must."""
    found = call(workers, draw, samples, workers)
    rows, judged = [], []
    for _, own, _ in found:
        judged += [covered for _, op, _, covered, _, _ in own if op in JUDGED]
    for parts in zip(*(own for _, own, _ in found), strict=True):
        name, op, true = parts[0][:3]
        if op not in JUDGED:
            continue
        rows.append(
            (
                f"{KINDS[op]} {name}",
                f"{true:.4g}",
                *(f"**{one[3]:.1%}** ({one[4]:.3f}; {one[5]:+.2f})" for one in parts),
            )
        )
    for op in ("|", "~~"):
        covered = [[one[3] for one in own if one[1] == op] for _, own, _ in found]
        spans = (f"{min(own):.1%} to {max(own):.1%}" for own in covered)
        rows.append((f"{len(covered[0])} {KINDS[op]}s", "", *spans))
    head = (
        "quantity",
        "population",
        *(f"n = {size:,}: coverage (standard error / spread; bias / spread)" for size in SIZES),
    )
    within = all(BAND[0] <= one <= BAND[1] for one in judged)
    lost = ", ".join(f"{count} at n = {size:,}" for size, _, count in found)
    kinds = "loadings, paths and indices" if any(own[1] == "index" for own in found[0][1]) else "loadings and paths"
    text = (
        f"{samples:,} samples of each size; left out, without a solution or an answer: {lost}. Coverage of {kinds} "
        f"lies between {min(judged):.1%} and {max(judged):.1%}: {'all' if within else 'NOT all'} within "
        f"{BAND[0]:.0%} to {BAND[1]:.0%}."
    )
    return "\n".join([table(head, rows), "", text]), within
