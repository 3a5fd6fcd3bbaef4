"""A million answers in memory: a complete fit against a bare ``X.T @ X`` on the same array, and its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from benchmarks import THREADS, acsi
from benchmarks.experiment import Experiment, Memory, Result, Target, Timing, Turn, ratio, take_turns
from benchmarks.machine import require_one_thread, timed
from benchmarks.rivals import Rival, rivals
from benchmarks.single_fit import agree, opened

Layout = Literal["rows", "columns"]
LAYOUTS: dict[Layout, str] = {
    "rows": "array row by row (C order)",
    "columns": "array column by column (Fortran order, as pandas keeps it)",
}
AT_MOST = Target(3, "at most")
RIVAL_ROUNDS = 3
ROOT = Path(__file__).parent.parent


def run(contenders: tuple[Rival, ...], rounds: int) -> list[Result]:
    """Compare with ``X.T @ X`` in either layout on one and on all threads, then with the rivals."""
    threads = sorted({1, os.cpu_count() or 1})
    results = [_against_product(layout, count, rounds) for layout in get_args(Layout) for count in threads]
    return [*results, _against_rivals(contenders)]


def _against_product(layout: Layout, threads: int, rounds: int) -> Result:
    experiment = Experiment("large", f"A complete fit of {acsi.N_LARGE:,} answers in memory", rounds)
    turns = _child(threads, "time", layout, str(rounds))
    product, fit = (Timing(name, tuple(map(tuple, turns[name]))) for name in ("X.T @ X", "csisem"))
    setting = f"{LAYOUTS[layout]}, {threads} BLAS thread{'s' * (threads > 1)}"
    return Result(experiment, setting, (), (fit, product), (ratio(fit, product, AT_MOST),))


def _against_rivals(contenders: tuple[Rival, ...]) -> Result:
    experiment = Experiment("large, rivals", f"A complete fit of {acsi.N_LARGE:,} answers in memory", RIVAL_ROUNDS, 0.0)
    frame = acsi.frame(acsi.N_LARGE, copy=False)
    with opened(contenders, frame) as sessions:
        agreement = agree(contenders, sessions)
        require_one_thread()
        fit_to_time = [contenders[0].name, *(a.rival for a in agreement if not a.problem)]
        turns: dict[str, Turn] = {name: partial(sessions[name].turn, "new") for name in fit_to_time}
        ours, *others = take_turns(experiment, turns)
    data = float(acsi.N_LARGE * len(acsi.ITEMS) * 8)
    memory = tuple(Memory(name, float(_child(1, "memory", name)["extra"][0][0]), data) for name in fit_to_time)
    return Result(
        experiment, "against the rivals, 1 BLAS thread", agreement, (ours, *others),
        tuple(ratio(other, ours) for other in others), memory,
    )  # fmt: skip


def _child(threads: int, *arguments: str) -> dict[str, list[list[float]]]:
    """Run this module in a fresh process, where nothing is in memory yet and the BLAS has so many threads."""
    environment = os.environ | dict.fromkeys(THREADS, str(threads))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.large", *arguments],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found: dict[str, list[list[float]]] = json.loads(done.stdout)
    return found


def _time(layout: Layout, rounds: int) -> dict[str, list[list[float]]]:
    import pandas as pd

    values = acsi.answers(acsi.N_LARGE)
    if layout == "columns":
        values = np.asfortranarray(values)
    frame = pd.DataFrame(values, columns=list(acsi.ITEMS), copy=False)
    if not np.shares_memory(frame.to_numpy(), values):
        raise RuntimeError("pandas copied the array, so it would not be the same array that is multiplied.")
    session = rivals()[0].open(frame)
    turns: dict[str, Turn] = {
        "X.T @ X": partial(timed, lambda: values.T @ values),
        "csisem": partial(session.turn, "new"),
    }
    timings = take_turns(Experiment("large", "", rounds, 0.2), turns)
    return {timing.name: [list(turn) for turn in timing.turns] for timing in timings}


def _memory(name: str) -> dict[str, list[list[float]]]:
    rival = next(rival for rival in rivals() if rival.name == name)
    # What a first fit leaves in memory for good (libraries, caches) is not the answers'.
    small = rival.open(acsi.frame(acsi.N_SMALL))
    small.turn("new", 0.0)
    small.close()
    session = rival.open(acsi.frame(acsi.N_LARGE, copy=False))
    extra = session.extra_memory()
    session.close()
    return {"extra": [[extra]]}


if __name__ == "__main__":
    if sys.argv[1] == "time":
        print(json.dumps(_time("rows" if sys.argv[2] == "rows" else "columns", int(sys.argv[3]))))
    else:
        print(json.dumps(_memory(sys.argv[2])))
