"""Do the intervals after the model cover? Hierarchies, changes, ranks, drivers, maps; samples of a known population.

``python -m benchmarks.coverage --only after`` prints the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks import population as pop
from benchmarks.child import call
from benchmarks.coverage import BAND, in_parts
from benchmarks.report import table
from csisem.arrays import FloatArray

if TYPE_CHECKING:
    import pandas as pd

    import csisem as cs

SEED: Final = 20241125
MARKS: Final = (
    "<!-- results: written by python -m benchmarks.coverage --only after --docs -->",
    "<!-- end of these results -->",
)

TREE: Final = {
    "quality": {"weight": 0.6, "children": {"q1": 0.5, "q2": 0.3, "q3": 0.2}},
    "value": {"weight": 0.4, "children": {"v1": 0.5, "v2": 0.5}},
}
DRIVERS: Final = ("q1", "q2", "q3", "v1", "v2")
ESTIMATORS: Final = ("MLR", "PLS")
"""Of the importance-performance map."""
OUTCOME: Final = ("s1", "s2", "s3")
MOVE: Final = (0.4, 0.0, -0.2, 0.1)
"""How far the answers of each region move from the first to the second wave, in points of the scale."""
NOISE: Final = 1.0
"""Standard deviation of what a customer answers differently the second time."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What R samples gave for k quantities, and whether the intervals of all ranks held.

    Attributes
    ----------
    names
        The quantities, k.
    estimate, error, lower, upper
        (R, k).
    ranks
        Lowest and highest rank of each region, (R, 2, regions).
    """

    names: tuple[str, ...]
    estimate: FloatArray
    error: FloatArray
    lower: FloatArray
    upper: FloatArray
    ranks: FloatArray


@cache
def _second_wave() -> FloatArray:
    """What all customers answer the second time, (N, 10)."""
    people = pop.population()
    rng = np.random.default_rng(SEED)
    region = np.repeat(people.stratum, people.size)
    moved = people.answers + np.array(MOVE)[region][:, None] + rng.normal(0.0, NOISE, people.answers.shape)
    return np.asarray(np.clip(np.rint(moved), *pop.SCALE))


def _waves(sample: pd.DataFrame, other: FloatArray) -> pd.DataFrame:
    """Rows of both waves, one below the other, with the customer they belong to."""
    import pandas as pd

    parts = [sample, sample.assign(**{item: other[:, k] for k, item in enumerate(pop.ITEMS)})]
    return pd.concat(
        [part.assign(wave=wave, customer=np.arange(len(part))) for wave, part in enumerate(parts)], ignore_index=True
    )


def _quantities(survey: cs.Survey, twice: cs.Survey) -> tuple[tuple[str, ...], FloatArray, FloatArray]:
    """Names, (4, k) estimates, standard errors and ends, and the bounds of the regions' ranks (2, regions)."""
    import csisem as cs

    scored = cs.index.Hierarchy.from_dict(TREE).score(survey)
    fit = cs.Model.from_syntax(pop.SYNTAX).fit(twice, estimator="MLR")
    trend = cs.index.trend(twice, fit=fit, constructs=["Quality", "Satisfaction"])
    change = trend[trend["wave"] == 1]
    drivers = cs.improve.drivers(survey, OUTCOME, DRIVERS, measures=["correlation", "lmg", "relative"])
    boxes = cs.index.top_box(survey, "s1")
    precise = cs.improve.targets(survey, method="precise", items=DRIVERS, outcome=OUTCOME).sort_values("item")
    once = {kind: cs.Model.from_syntax(pop.SYNTAX).fit(survey, estimator=kind) for kind in ESTIMATORS}
    maps = {kind: cs.improve.ipma(fit, "Satisfaction").sort_values("construct") for kind, fit in once.items()}
    names = (
        *(f"hierarchy: {node}" for node in scored["node"][scored["level"] < 3]),
        *(f"index of {name}, second wave" for name in change["construct"]),
        *(f"change of the index of {name}" for name in change["construct"]),
        *(f"{measure} of {item}" for measure, item in zip(drivers["measure"], drivers["item"], strict=True)),
        "top two boxes of s1",
        *(f"target coefficient of {item}" for item in precise["item"]),
        *(f"importance of {name}, {kind}" for kind, found in maps.items() for name in found["construct"]),
    )
    top = scored[scored["level"] < 3]
    columns = [
        top[["index", "se", "ci_lower", "ci_upper"]],
        change[["index", "se", "ci_lower", "ci_upper"]],
        change[["change", "change_se", "change_ci_lower", "change_ci_upper"]],
        drivers[["estimate", "se", "ci_lower", "ci_upper"]],
        boxes[["share", "se", "ci_lower", "ci_upper"]],
        precise[["coefficient", "se", "ci_lower", "ci_upper"]],
        *(
            found[["importance", "importance_se", "importance_ci_lower", "importance_ci_upper"]]
            for found in maps.values()
        ),
    ]
    regions = cs.index.Hierarchy.from_dict(TREE).score(survey, by="region")
    ranks = cs.index.rank(regions[regions["node"] == "Total"], by="region").sort_values("region")
    return (
        names,
        np.concatenate([part.to_numpy(dtype=np.float64) for part in columns]).T,
        ranks[["rank_lower", "rank_upper"]].to_numpy(dtype=np.float64).T,
    )


def truth() -> tuple[tuple[str, ...], FloatArray, FloatArray]:
    """The same estimators on all customers: names, (k,), and true ranks of the regions."""
    import csisem as cs

    people = pop.population()
    frame = people.frame().assign(region=np.repeat(people.stratum, people.size))
    whole = cs.Survey(frame, scale=pop.SCALE)
    twice = cs.Survey(_waves(frame, _second_wave()), scale=pop.SCALE, wave="wave")
    names, values, _ = _quantities(whole, twice)
    scored = cs.index.Hierarchy.from_dict(TREE).score(whole, by="region")
    total = scored[scored["node"] == "Total"].sort_values("region")["index"].to_numpy()
    return names, values[0], 1.0 + (total[:, None] < total).sum(axis=1)


def draw(first: int, last: int) -> Found:
    """Draw and evaluate samples number ``first`` to ``last - 1``; each has its own stream, whoever draws it."""
    import csisem as cs

    people, design = pop.population(), cs.Design(weights="weight", strata="region", clusters="store")
    rows, ranks = [], []
    names: tuple[str, ...] = ()
    for number in range(first, last):
        sample, places = people.sample_rows(np.random.default_rng((SEED, number)))
        both = _waves(sample, _second_wave()[places])
        survey = cs.Survey(sample, scale=pop.SCALE, design=design)
        twice = cs.Survey(both, scale=pop.SCALE, wave="wave", id="customer", design=design)
        names, values, bounds = _quantities(survey, twice)
        rows.append(values)
        ranks.append(bounds)
    estimate, error, lower, upper = np.moveaxis(np.array(rows), 1, 0)
    return Found(names, estimate, error, lower, upper, np.array(ranks))


def simulate(samples: int, workers: int) -> Found:
    """Draw all samples in ``workers`` processes."""
    parts = in_parts(draw, samples, workers)
    fields = ("estimate", "error", "lower", "upper", "ranks")
    return Found(parts[0].names, *(np.concatenate([getattr(part, name) for part in parts]) for name in fields))


def markdown(found: Found, true: FloatArray, order: FloatArray) -> tuple[str, bool]:
    """The table, and whether every interval covers as it must."""
    covered = ((found.lower <= true) & (true <= found.upper)).mean(axis=0)
    spread = found.estimate.std(axis=0, ddof=1)
    scale, bias = found.error.mean(axis=0) / spread, (found.estimate.mean(axis=0) - true) / spread
    rows = [
        (name, f"{true[k]:.4g}", f"**{covered[k]:.1%}**", f"{scale[k]:.3f}", f"{bias[k]:+.2f}")
        for k, name in enumerate(found.names)
    ]
    held = ((found.ranks[:, 0] <= order) & (order <= found.ranks[:, 1])).all(axis=1).mean()
    width = (found.ranks[:, 1] - found.ranks[:, 0]).mean()
    within = bool(((covered >= BAND[0]) & (covered <= BAND[1])).all() and held >= BAND[0])
    lines = [
        table(("quantity", "population", "coverage", "mean standard error / spread", "bias / spread"), rows),
        "",
        f"{len(found.estimate):,} samples. Coverage lies between {covered.min():.1%} and {covered.max():.1%}. The "
        f"ranks of all four regions lie within their intervals in {held:.1%} of the samples (promised: at least 95 %), "
        f"which span {width:.1f} ranks beyond the region's own on average.",
    ]
    return "\n".join(lines), within


def answer(samples: int, workers: int) -> tuple[str, bool]:
    """The table, and whether every interval covers as it must."""
    _, true, order = call(1, truth)
    return markdown(simulate(samples, workers), true, order)
