"""Do 95 % intervals cover? Samples of a known finite population, fitted as its design says and as is often done.

``python -m benchmarks.coverage`` prints this table and that of `benchmarks.coverage_after`, what comes after the model;
``--docs`` also puts both into docs/explanation/coverage.md, ``--only model`` or ``--only after`` does one of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from benchmarks import population as pop
from benchmarks.child import call
from benchmarks.report import put_between, table
from csisem.arrays import FloatArray

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit
    from csisem.models.model import Model

Part = TypeVar("Part")

SAMPLES: Final = 2000
SEED: Final = 20241104
BAND: Final = (0.93, 0.97)
"""What coverage of 95 % must lie in; its own Monte Carlo error over 2,000 samples is 0.005."""

METHODS: Final = ("design", "weights", "plain")
HEADS: Final = {
    "design": "MLR, whole design",
    "weights": "MLR, weights only",
    "plain": "ML, design ignored",
}
STUDIES: Final = {
    "model": "benchmarks.coverage",
    "after": "benchmarks.coverage_after",
    "ordered": "benchmarks.coverage_ordered",
    "index": "benchmarks.coverage_ordered_index",
}
"""Studies and their modules, which have ``answer`` and ``MARKS``."""
DOCS = Path(__file__).parent.parent / "docs" / "explanation" / "coverage.md"
MARKS: Final = ("<!-- results: written by python -m benchmarks.coverage --docs -->", "<!-- end of results -->")


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What R samples gave for k quantities by m methods.

    Attributes
    ----------
    names
        The quantities, k.
    estimate, error, half
        Estimates, standard errors and half widths of the intervals, (R, m, k); nan where a fit was refused.
    """

    names: tuple[str, ...]
    estimate: FloatArray
    error: FloatArray
    half: FloatArray


def quantities(fit: Fit) -> tuple[tuple[str, ...], FloatArray]:
    """Names of paths, of total effects that are not paths, and of indices; (3, k): estimate, error, half width."""
    import csisem as cs

    effects, index = cs.effects(fit), cs.csi(fit)
    paths = fit.paths
    further = effects[effects["total"] != effects["direct"]]
    names = (
        *(f"{a} → {b}" for a, b in zip(paths["rhs"], paths["lhs"], strict=True)),
        *(f"{a} → {b}, total" for a, b in zip(further["source"], further["target"], strict=True)),
        *(f"index of {name}" for name in index["construct"]),
    )
    half = ["ci_upper", "ci_lower"]
    columns = (
        np.concatenate([paths["est"], further["total"], index["index"]]),
        np.concatenate([paths["se"], further["total_se"], index["se"]]),
        np.concatenate([_halved(paths[half]), _quantile(fit.degrees) * further["total_se"], _halved(index[half])]),
    )
    return names, np.array(columns, dtype=np.float64)


def _halved(bounds: pd.DataFrame) -> FloatArray:
    ends = bounds.to_numpy(dtype=np.float64)
    half: FloatArray = (ends[:, 0] - ends[:, 1]) / 2
    return half


def _quantile(degrees: float) -> float:
    """The 97.5 % quantile of t, which scipy knows for finite degrees only, or of the normal."""
    from scipy.special import ndtri, stdtrit

    return float(stdtrit(degrees, 0.975) if np.isfinite(degrees) else ndtri(0.975))


def _fits(model: Model, sample: pd.DataFrame) -> tuple[Fit, ...]:
    """One fit for each of `METHODS`."""
    import csisem as cs

    drawn = cs.Survey(sample, scale=pop.SCALE, weights="weight", strata="region", clusters="store",
                      fpc=("stores", "customers"))  # fmt: skip
    weighted = cs.Survey(sample, scale=pop.SCALE, weights="weight")
    # The index of a Survey with a design takes the design even where the fit did not: the plain one must not know it.
    plain = cs.Survey(sample, scale=pop.SCALE)
    return model.fit(drawn, estimator="MLR"), model.fit(weighted, estimator="MLR"), model.fit(plain)


def truth() -> tuple[tuple[str, ...], FloatArray]:
    """The same estimator on the whole population, (k,)."""
    import csisem as cs

    everybody = cs.Survey(pop.population().frame(), scale=pop.SCALE)
    names, (values, _, _) = quantities(cs.Model.from_syntax(pop.SYNTAX).fit(everybody, estimator="MLR"))
    return names, values


def draw(first: int, last: int) -> Found:
    """Draw and fit samples number ``first`` to ``last - 1``; each has its own stream, whoever draws it."""
    import csisem as cs

    model, people = cs.Model.from_syntax(pop.SYNTAX), pop.population()
    names, _ = truth()
    found = np.full((last - first, 3, len(METHODS), len(names)), np.nan)
    for number in range(first, last):
        sample = people.sample(np.random.default_rng((SEED, number)))
        for m, fit in enumerate(_fits(model, sample)):
            if fit:
                found[number - first, :, m] = quantities(fit)[1]
    return Found(names, *np.moveaxis(found, 1, 0))


def simulate(samples: int, workers: int) -> Found:
    """Draw all samples in ``workers`` processes."""
    parts = in_parts(draw, samples, workers)
    stacks = [np.concatenate([getattr(part, name) for part in parts]) for name in ("estimate", "error", "half")]
    return Found(parts[0].names, *stacks)


def markdown(found: Found, true: FloatArray) -> tuple[str, bool]:
    """The table with what must be known of it, and whether every interval under the design covers as it must."""
    refused = np.isnan(found.estimate).any(axis=(1, 2))
    estimate, error, half = (x[~refused] for x in (found.estimate, found.error, found.half))
    miss = estimate - true
    covered = (np.abs(miss) <= half).mean(axis=0)
    above = (miss < -half).mean(axis=0)
    spread = estimate.std(axis=0, ddof=1)
    bias, scale = miss.mean(axis=0) / spread, error.mean(axis=0) / spread
    rows = [
        (
            name,
            f"{true[k]:.4g}",
            f"**{covered[0, k]:.1%}**",
            f"{above[0, k]:.1%}, {1 - covered[0, k] - above[0, k]:.1%}",
            f"{scale[0, k]:.3f}",
            f"{bias[0, k]:+.2f}",
            *(f"{covered[m, k]:.1%} ({scale[m, k]:.2f}; {bias[m, k]:+.2f})" for m in (1, 2)),
        )
        for k, name in enumerate(found.names)
    ]
    head = ("quantity", "population", HEADS["design"], "truth above, below", "mean standard error / spread",
            "bias / spread",
            HEADS["weights"], HEADS["plain"])  # fmt: skip
    within = bool(((covered[0] >= BAND[0]) & (covered[0] <= BAND[1])).all())
    lines = [
        table(head, rows),
        "",
        f"{len(estimate):,} samples; {np.count_nonzero(refused)} more had a refused fit and do not count. Under the "
        f"whole design coverage lies between {covered[0].min():.1%} and {covered[0].max():.1%}: "
        f"{'all' if within else 'NOT all'} within {BAND[0]:.0%} to {BAND[1]:.0%}.",
    ]
    return "\n".join(lines), within


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--samples", type=int, default=SAMPLES)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/explanation/coverage.md")
    parser.add_argument("--only", choices=tuple(STUDIES), help="one of the studies")
    return parser.parse_args()


def study(options: argparse.Namespace, answer: Callable[[int, int], tuple[str, bool]], marks: tuple[str, str]) -> int:
    """Draw, print, keep between ``marks``; 1 when an interval covers too little or too much.

    ``answer`` makes the table, and says whether all is well, from the number of samples and of workers.
    """
    start = perf_counter()
    text, within = answer(options.samples, options.workers)
    print(text)
    print(f"{perf_counter() - start:.0f} s", file=sys.stderr)
    if options.docs:
        put_between(DOCS, text, *marks)
    return int(not within)


def in_parts(draw: Callable[[int, int], Part], samples: int, workers: int) -> list[Part]:
    """Draw all samples, a range of them in each of ``workers`` processes."""
    edges = np.linspace(0, samples, workers + 1).astype(int).tolist()
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda first, last: call(1, draw, first, last), edges[:-1], edges[1:]))


def answer(samples: int, workers: int) -> tuple[str, bool]:
    """The table, and whether every interval under the design covers as it must."""
    _, true = call(1, truth)
    return markdown(simulate(samples, workers), true)


def main() -> int:
    """Do the studies that are asked for; 1 when an interval of any covers too little or too much."""
    options = arguments()
    asked = [module for name, module in STUDIES.items() if options.only in (None, name)]
    modules = [import_module(name) for name in asked]
    return max([study(options, module.answer, module.MARKS) for module in modules])


if __name__ == "__main__":
    # A child process finds functions by their module's name, which ``__main__`` is not.
    sys.exit(import_module("benchmarks.coverage").main())
