"""A million answers in memory: a complete fit against a bare ``X.T @ X`` on the same array, and its memory."""

from __future__ import annotations

import os
from functools import partial
from typing import Literal, get_args

import numpy as np

from benchmarks import acsi
from benchmarks.child import call
from benchmarks.experiment import Agreement, Experiment, Memory, Result, Target, Timing, Turn, ratio, take_turns
from benchmarks.machine import require_threads, timed
from benchmarks.rivals import Rival, rivals
from benchmarks.single_fit import agree, opened

Layout = Literal["rows", "columns"]
LAYOUTS: dict[Layout, str] = {
    "rows": "array row by row (C order)",
    "columns": "array column by column (Fortran order, as pandas keeps it)",
}
AT_MOST = Target(3, "at most")
RIVAL_ROUNDS = 3


def run(contenders: tuple[Rival, ...], rounds: int) -> list[Result]:
    """Compare with ``X.T @ X`` in either layout on one and on all threads, then with the rivals."""
    threads = sorted({1, os.cpu_count() or 1})
    results = [_against_product(layout, count, rounds) for layout in get_args(Layout) for count in threads]
    return [*results, _against_rivals(contenders)]


def _against_product(layout: Layout, threads: int, rounds: int) -> Result:
    experiment = Experiment("large", f"A complete fit of {acsi.N_LARGE:,} answers in memory", rounds, 0.2)
    fit, product = call(threads, _take_turns, experiment, layout)
    setting = f"{LAYOUTS[layout]}, {threads} BLAS thread{'s' * (threads > 1)}"
    return Result(experiment, setting, (), (fit, product), (ratio(fit, product, AT_MOST),))


def _take_turns(experiment: Experiment, layout: Layout) -> tuple[Timing, ...]:
    import pandas as pd

    values = acsi.answers(acsi.N_LARGE)
    if layout == "columns":
        values = np.asfortranarray(values)
    frame = pd.DataFrame(values, columns=list(acsi.ITEMS), copy=False)
    if not np.shares_memory(frame.to_numpy(), values):
        raise RuntimeError("pandas copied the array, so it would not be the same array that is multiplied.")
    session = rivals()[0].open(frame)
    turns: dict[str, Turn] = {
        "csisem": partial(session.turn, "new"),
        "X.T @ X": partial(timed, lambda: values.T @ values),
    }
    return take_turns(experiment, turns)


def _against_rivals(contenders: tuple[Rival, ...]) -> Result:
    experiment = Experiment("large, rivals", f"A complete fit of {acsi.N_LARGE:,} answers in memory", RIVAL_ROUNDS, 0.0)
    agreement, (ours, *others) = call(1, _rivals_take_turns, experiment, contenders)
    data = float(acsi.N_LARGE * len(acsi.ITEMS) * 8)
    memory = [Memory(t.name, call(1, _memory, t.name), data) for t in (ours, *others)]
    ratios = tuple(ratio(other, ours) for other in others)
    return Result(experiment, "against the rivals, 1 BLAS thread", agreement, (ours, *others), ratios, tuple(memory))


def _rivals_take_turns(
    experiment: Experiment, contenders: tuple[Rival, ...]
) -> tuple[tuple[Agreement, ...], tuple[Timing, ...]]:
    with opened(contenders, acsi.frame(acsi.N_LARGE, copy=False)) as sessions:
        agreement = agree(contenders, sessions)
        require_threads(1)
        fit_to_time = [contenders[0].name, *(a.rival for a in agreement if not a.problem)]
        turns: dict[str, Turn] = {name: partial(sessions[name].turn, "new") for name in fit_to_time}
        return agreement, take_turns(experiment, turns)


def _memory(name: str) -> float:
    rival = next(rival for rival in rivals() if rival.name == name)
    # What a first fit leaves in memory for good (libraries, caches) is not the answers'.
    small = rival.open(acsi.frame(acsi.N_SMALL))
    small.turn("new", 0.0)
    small.close()
    session = rival.open(acsi.frame(acsi.N_LARGE, copy=False))
    extra = session.extra_memory()
    session.close()
    return extra
