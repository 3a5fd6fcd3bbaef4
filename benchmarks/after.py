"""What comes after the model: index and map on a bootstrap's stack, weights from rankings, shares of R-squared."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Final

import numpy as np

from benchmarks import acsi
from benchmarks.child import call
from benchmarks.experiment import Experiment, Result, Target, Timing, Turn, ratio, take_turns
from benchmarks.machine import require_threads
from benchmarks.rivals import Rival

N: Final = 2000
DRAWS: Final = 5000
STRATA: Final = 4
RESPONDENTS: Final = 10_000
RANKED: Final = 9
DRIVERS: Final = (10, 15, 16)
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
    timings = call(1, _share_turns, experiment)
    notes = (
        f"`cs.weighting.ahp_from_ranking` of {RESPONDENTS:,} rankings of {RANKED} items (aimed at: under a second); "
        f"`cs.improve.drivers(..., measures='lmg')` of {N:,} answers, with errors: exact to 15 drivers, over drawn "
        "orders above.",
    )
    return Result(experiment, "1 BLAS thread", (), timings, (), (), notes)


def _share_turns(experiment: Experiment) -> tuple[Timing, ...]:
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
    return take_turns(experiment, turns)
