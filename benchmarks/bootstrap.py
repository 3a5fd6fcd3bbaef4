"""Bootstrap draws of the 19-item model by maximum likelihood: seconds a draw, next to lavaan's `bootstrapLavaan`."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks import acsi
from benchmarks.child import call
from benchmarks.experiment import (
    Experiment,
    Outcome,
    Ratio,
    Result,
    Target,
    Timing,
    Tolerance,
    Turn,
    compare,
    ratio,
    take_turns,
)
from benchmarks.rivals import Rival
from benchmarks.rivals.lavaan_ import LavaanSession

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csisem.fit.fit import Fit

DRAWS: Final = 5000
LAVAAN_DRAWS: Final = 500
"""Draws of a round; lavaan takes about a hundredth of a second for each, whatever their number."""

TOLERANCE: Final = Tolerance(
    5 * np.sqrt(1 / DRAWS + 1 / LAVAAN_DRAWS),
    5 * np.sqrt(1 / (2 * DRAWS) + 1 / (2 * LAVAAN_DRAWS)),
    1e-8,
    f"means and standard deviations of {LAVAAN_DRAWS} random draws and of {DRAWS}, five Monte Carlo errors apart.",
)


def run(contenders: tuple[Rival, ...], rounds: int) -> list[Result]:
    """Compare with lavaan where it is there, with one BLAS thread and one worker."""
    return [call(1, _compare, any(rival.name == "lavaan" for rival in contenders), min(rounds, 3))]


def _compare(lavaan: bool, rounds: int) -> Result:
    import csisem as cs

    question = f"{DRAWS:,} bootstrap draws of {acsi.N_SMALL} answers, seconds a draw"
    experiment = Experiment("bootstrap", question, rounds, 0.0)
    frame = acsi.frame(acsi.N_SMALL)
    fit = cs.Model.from_syntax(acsi.syntax()).fit(frame)
    turns: dict[str, Turn] = {"csisem": partial(_ours, fit)}
    setting = "one worker, 1 BLAS thread; lavaan one process"
    if not lavaan:
        return Result(experiment, setting, timings=take_turns(experiment, turns))
    session = LavaanSession(frame, "ML")
    agreement = compare("lavaan", session.bootstrap(LAVAAN_DRAWS)[1], _outcome(fit), TOLERANCE)
    if not agreement.problem:
        turns["lavaan"] = partial(_theirs, session)
    timings = take_turns(experiment, turns)
    session.close()
    note = f"Agreement here is that of {TOLERANCE.reason}"
    return Result(experiment, setting, (agreement,), timings, _ratios(timings), (), (note,))


def _ratios(timings: tuple[Timing, ...]) -> tuple[Ratio, ...]:
    ours, *others = timings
    return tuple(ratio(other, ours, Target(25, "at least")) for other in others)


def _ours(fit: Fit, _: float) -> Sequence[float]:
    import csisem as cs

    begin = time.perf_counter()
    cs.bootstrap(fit, n=DRAWS, seed=acsi.SEED)
    return [(time.perf_counter() - begin) / DRAWS]


def _theirs(session: LavaanSession, _: float) -> Sequence[float]:
    return [session.bootstrap(LAVAAN_DRAWS)[0] / LAVAAN_DRAWS]


def _outcome(fit: Fit) -> Outcome:
    """Means and standard deviations of the draws."""
    import csisem as cs

    drawn = cs.bootstrap(fit, n=DRAWS, seed=acsi.SEED)
    draws, table, measures = drawn.draws, drawn.intervals(), fit.fit_measures()
    names = list(draws.columns)
    se, std, std_se = (dict(zip(names, table[column].tolist(), strict=True)) for column in ("se", "std", "std_se"))
    return Outcome(draws.mean().to_dict(), se, std, std_se, float(measures["chisq"]), float(measures["df"]))
