"""What comes after the model: index and map on a bootstrap's stack, weights from rankings, shares of R-squared."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations
from time import perf_counter
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks import acsi
from benchmarks.child import call
from benchmarks.experiment import Experiment, Result, Target, Timing, Turn, ratio, take_turns
from benchmarks.machine import require_threads
from benchmarks.rivals import Rival

if TYPE_CHECKING:
    import pandas as pd

N: Final = 2000
DRAWS: Final = 5000
STRATA: Final = 4
RESPONDENTS: Final = 10_000
RANKED: Final = 9
DRIVERS: Final = (10, 15, 16)
FEW: Final = 6
"""Drivers whose orders are all tried one by one."""
ROUNDING: Final = 1e-9
AT_MOST: Final = Target(5, "at most")
ROUNDS: Final = 5


def run(_contenders: tuple[Rival, ...], rounds: int) -> list[Result]:
    """Measure; no rival evaluates an index or a map on its draws, so that ours is compared with its own bootstrap."""
    return [_chain(min(rounds, ROUNDS)), _shares(min(rounds, ROUNDS))]


def _chain(rounds: int) -> Result:
    experiment = Experiment("chain", f"PLS bootstrap of {N:,} answers, then index by column and map", rounds, 0.0)
    alone, chain = call(1, _chain_turns, experiment)
    notes = (
        f"`cs.bootstrap(fit, n={DRAWS})`; then `cs.csi(fit, by=...)` of {STRATA} strata and `cs.improve.ipma` with the "
        "probabilities of its quadrants, both with `bootstrap=`. The index by column draws the rows again, because "
        "replicates by other columns are not kept.",
    )
    setting = f"{DRAWS:,} draws of the ACSI with {len(acsi.ITEMS)} items; 1 BLAS thread, 1 worker"
    return Result(experiment, setting, (), (alone, chain), (ratio(chain, alone, AT_MOST),), (), notes)


def _chain_turns(experiment: Experiment) -> tuple[Timing, ...]:
    import csisem as cs

    require_threads(1)
    frame = acsi.frame(N).clip(1, 10).assign(stratum=np.arange(N) % STRATA)
    fit = cs.Model.from_syntax(acsi.syntax()).fit(cs.Survey(frame, scale=(1, 10)), "PLS")

    def alone(_: float) -> Sequence[float]:
        start = perf_counter()
        cs.bootstrap(fit, n=DRAWS, progress=False)
        return [perf_counter() - start]

    def chain(_: float) -> Sequence[float]:
        start = perf_counter()
        drawn = cs.bootstrap(fit, n=DRAWS, progress=False)
        cs.csi(fit, by="stratum", bootstrap=drawn)
        cs.improve.ipma(fit, "Satisfaction", bootstrap=drawn)
        return [perf_counter() - start]

    return take_turns(experiment, {"bootstrap alone": alone, "bootstrap, index, map": chain})


def _shares(rounds: int) -> Result:
    experiment = Experiment("weights and drivers", "Weights from rankings, shares of R-squared", rounds, 0.0)
    told, timings = call(1, _share_turns, experiment)
    notes = (
        told,
        f"`cs.weighting.ahp_from_ranking` of {RESPONDENTS:,} rankings of {RANKED} items (aimed at: under a second); "
        f"`cs.improve.drivers(..., measures='lmg')` of {N:,} answers, with standard errors: exact to 15 drivers, "
        "over drawn "
        "orders above.",
    )
    return Result(experiment, "1 BLAS thread", (), timings, (), (), notes)


def _share_turns(experiment: Experiment) -> tuple[str, tuple[Timing, ...]]:
    import pandas as pd

    import csisem as cs

    require_threads(1)
    generator = np.random.default_rng(acsi.SEED)
    liking = generator.normal(size=(RESPONDENTS, RANKED)) - 0.3 * np.arange(RANKED)
    names = [f"i{k}" for k in range(RANKED)]
    ranks = pd.DataFrame((-liking).argsort(axis=1).argsort(axis=1) + 1, columns=names)
    shared = generator.normal(size=(N, 1))
    answers = shared + generator.normal(size=(N, max(DRIVERS)))
    frame = pd.DataFrame(answers, columns=[f"x{k}" for k in range(max(DRIVERS))])
    frame["y"] = answers.mean(axis=1) + generator.normal(size=N)

    def ahp(_: float) -> Sequence[float]:
        start = perf_counter()
        cs.weighting.ahp_from_ranking(ranks)
        return [perf_counter() - start]

    def lmg(count: int) -> Turn:
        def turn(_: float) -> Sequence[float]:
            start = perf_counter()
            cs.improve.drivers(frame, "y", [f"x{k}" for k in range(count)], measures="lmg")
            return [perf_counter() - start]

        return turn

    turns = {f"AHP of {RESPONDENTS:,} rankings": ahp} | {f"LMG of {count} drivers": lmg(count) for count in DRIVERS}
    told = _agreement(ranks, frame)
    return told, take_turns(experiment, turns)


def _agreement(ranks: pd.DataFrame, frame: pd.DataFrame) -> str:
    """How far weights and shares are from what their definitions give, before any time is taken.

    Raises
    ------
    ValueError
        Further than rounding.
    """
    import csisem as cs

    behind = ranks.to_numpy()[:, None, :] - ranks.to_numpy()[:, :, None]
    judged = np.where(behind >= 0, 1.0, -1.0) * np.log(np.minimum(np.abs(behind) + 1, 9))
    values, vectors = np.linalg.eig(np.exp(judged.mean(axis=0)))
    first = np.abs(vectors[:, np.argmax(values.real)].real)
    weights = float(np.abs(cs.weighting.ahp_from_ranking(ranks).priorities - first / first.sum()).max())
    names = [f"x{k}" for k in range(FEW)]
    found = cs.improve.drivers(frame, "y", names, measures="lmg")["estimate"]
    shares = float(np.abs(found - _over_all_orders(frame, names)).max())
    sums = 0.0
    for count in DRIVERS:
        names = [f"x{k}" for k in range(count)]
        whole = cs.improve.drivers(frame, "y", names, measures="lmg")["estimate"].sum()
        sums = max(sums, abs(float(whole) - _explained(frame, names)))
    if max(weights, shares, sums) > ROUNDING:
        raise ValueError(f"Weights differ by {weights:.1e}, shares by {shares:.1e}, their sums by {sums:.1e}.")
    return (
        f"Agreement before time: weights differ from numpy's eigenvector of the mean matrix by {weights:.0e}, "
        f"shares of {FEW} drivers from the mean over all orders of least squares by {shares:.0e}, sums of shares from "
        f"R-squared by {sums:.0e}."
    )


def _explained(frame: pd.DataFrame, names: list[str]) -> float:
    """R-squared of least squares."""
    y = frame["y"].to_numpy()
    x = np.column_stack([np.ones(len(y)), frame[names]])
    residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(1 - (residual @ residual) / ((y - y.mean()) ** 2).sum())


def _over_all_orders(frame: pd.DataFrame, names: list[str]) -> list[float]:
    """Increments of R-squared averaged over all orders of entry, each set of drivers fitted once."""
    fitted = {frozenset(part): _explained(frame, list(part)) for k in range(len(names) + 1)
              for part in combinations(names, k)}  # fmt: skip
    orders = list(permutations(names))
    total = dict.fromkeys(names, 0.0)
    for order in orders:
        for k, name in enumerate(order):
            total[name] += fitted[frozenset(order[: k + 1])] - fitted[frozenset(order[:k])]
    return [total[name] / len(orders) for name in names]
