"""Ordered answers: a WLSMV fit, the same of many rows, and a thousand samples against a loop of fits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks import acsi
from benchmarks.child import call
from benchmarks.experiment import (
    Agreement,
    Experiment,
    Result,
    Target,
    Task,
    Timing,
    Tolerance,
    Turn,
    compare,
    ratio,
    take_turns,
)
from benchmarks.machine import require_threads
from benchmarks.rivals import Rival, rivals
from benchmarks.rivals.lavaan_ import LavaanSession

if TYPE_CHECKING:
    import pandas as pd

ROWS: Final = 2000
MANY: Final = 200_000
CUTS: Final = (3.5, 5.5, 7.0, 8.5)
"""Where the common task's answers are cut into five points."""
REPLICATIONS: Final = 1000
FASTER: Final = Target(10, "at least")
LONGER: Final = Target(3, "at most")
POWER: Final[dict[Task, Target]] = {"ML": Target(50, "at least"), "WLSMV": Target(20, "at least")}
TOLERANCE: Final = Tolerance(
    2e-4, 2e-4, 1e-4, "lavaan's search for the polychoric correlations and for the minimum stops some digits earlier."
)


def run(contenders: tuple[Rival, ...], rounds: int) -> list[Result]:
    """Compare with lavaan, where there is one, and with many rows."""
    lavaan = any(rival.name == "lavaan" for rival in contenders)
    results = [_many(rounds)]
    if lavaan:
        results = [_single(rounds), *results, *(_power(task, rounds) for task in POWER)]
    return results


def frame(n: int) -> pd.DataFrame:
    """Answers on five points to the common task's 19 items."""
    import pandas as pd

    codes = np.digitize(acsi.answers(n), CUTS) + 1.0
    return pd.DataFrame(codes, columns=list(acsi.ITEMS))


def _single(rounds: int) -> Result:
    experiment = Experiment("ordered", f"A complete WLSMV fit of {ROWS:,} answers to 19 items on five points", rounds)
    agreement, (ours, *others) = call(1, _single_turns, experiment)
    ratios = tuple(ratio(other, ours, FASTER) for other in others)
    return Result(experiment, "1 BLAS thread", (agreement,), (ours, *others), ratios)


def _single_turns(experiment: Experiment) -> tuple[Agreement, tuple[Timing, ...]]:
    answers = frame(ROWS)
    own, session = rivals()[0].open(answers, "WLSMV"), LavaanSession(answers, "WLSMV")
    require_threads(1)
    try:
        agreement = compare("lavaan", session.outcome(), own.outcome(), TOLERANCE)
        turns: dict[str, Turn] = {"csisem": partial(own.turn, "new")}
        if not agreement.problem:
            turns["lavaan"] = partial(session.turn, "new")
        return agreement, take_turns(experiment, turns)
    finally:
        session.close()


def _many(rounds: int) -> Result:
    experiment = Experiment("ordered, large", f"A WLSMV fit of {MANY:,} answers against one of {ROWS:,}", rounds, 0.2)
    few, many = call(1, _many_turns, experiment)
    return Result(experiment, "1 BLAS thread", (), (few, many), (ratio(many, few, LONGER),))


def _many_turns(experiment: Experiment) -> tuple[Timing, ...]:
    turns: dict[str, Turn] = {
        f"{n:,} rows": partial(rivals()[0].open(frame(n), "WLSMV").turn, "new") for n in (ROWS, MANY)
    }
    require_threads(1)
    return take_turns(experiment, turns)


def _power(task: Task, rounds: int) -> Result:
    experiment = Experiment(
        "power", f"Samples of {acsi.N_SMALL} answers, fitted by {task}, seconds a sample", rounds, 0.0
    )
    agreement, ours, theirs = call(1, _power_turns, experiment, task)
    setting = f"csisem draws and fits {REPLICATIONS:,} in one call, lavaan fits one sample; 1 BLAS thread, 1 worker"
    notes = ("lavaan's drawing of the sample is excluded, its measures and standardised solution are included.",)
    return Result(experiment, setting, (agreement,), (ours, theirs), (ratio(theirs, ours, POWER[task]),), (), notes)


def _power_turns(experiment: Experiment, task: Task) -> tuple[Agreement, Timing, Timing]:
    import csisem as cs

    ordered = task == "WLSMV"
    model, given = cs.Model.from_syntax(acsi.syntax()), values()
    # Enough rows that each of five points is answered.
    sample = frame(ROWS).iloc[: 2 * acsi.N_SMALL] if ordered else acsi.frame(acsi.N_SMALL)
    own, session = rivals()[0].open(sample, task), LavaanSession(sample, task)
    agreement = compare("lavaan", session.outcome(), own.outcome(), TOLERANCE)
    require_threads(1)

    def our_turn(_: float) -> Sequence[float]:
        start = perf_counter()
        cs.power(model, given, len(sample), replications=REPLICATIONS, estimator="WLSMV" if ordered else "ML",
                 ordered=ordered, scale=(1, 5) if ordered else None, seed=acsi.SEED, progress=False)  # fmt: skip
        return [(perf_counter() - start) / REPLICATIONS]

    try:
        ours, theirs = take_turns(experiment, {"csisem": our_turn, "lavaan": partial(session.turn, "new")})
        return agreement, ours, theirs
    finally:
        session.close()


def values(shrunk: float = 2.0) -> dict[str, float]:
    """The common task's parameters, its answers divided by ``shrunk`` so that five points hold them."""
    found = {
        f"{name} =~ {item}": loading
        for name, items in acsi.CONSTRUCTS.items()
        for item, loading in zip(items, acsi.LOADINGS[name], strict=True)
    }
    found |= {f"{outcome} ~ {cause}": path for outcome, own in acsi.PATHS.items() for cause, path in own.items()}
    found |= {f"{name} ~~ {name}": own / shrunk**2 for name, own in acsi.DISTURBANCE.items()}
    return found | {f"{item} ~~ {item}": acsi.RESIDUAL / shrunk**2 for item in acsi.ITEMS}
