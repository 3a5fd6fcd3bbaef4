"""Robust standard errors of a large file, and incomplete answers: against those who can do the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks import acsi
from benchmarks.child import call
from benchmarks.experiment import (
    Agreement,
    Experiment,
    Memory,
    Result,
    Target,
    Task,
    Timing,
    Turn,
    ratio,
    take_turns,
)
from benchmarks.machine import require_threads
from benchmarks.rivals import Rival, rivals
from benchmarks.single_fit import agree, opened

if TYPE_CHECKING:
    import pandas as pd

N_ROBUST: Final = 200_000
N_INCOMPLETE: Final = 2000
MISSING: Final = 0.05
"""Share of the answers that are blanked, completely at random."""


@dataclass(frozen=True, slots=True)
class Case:
    """A task with its answers and what was aimed at."""

    task: Task
    n: int
    missing: float
    rounds: int
    question: str
    targets: Mapping[str, Target]
    note: str

    def frame(self) -> pd.DataFrame:
        """The answers."""
        values = acsi.frame(self.n, copy=False)
        if not self.missing:
            return values
        blank = np.random.default_rng(acsi.SEED).random(values.shape) < self.missing
        return values.mask(blank)


CASES: Final = (
    Case("MLR", N_ROBUST, 0.0, 3, f"MLR of {N_ROBUST:,} answers: robust standard errors and scaled test",
         {"lavaan": Target(50, "at least"), "seminr": Target(5, "at least")},
         "semopy has no robust standard errors or tests of this kind."),
    Case("FIML", N_INCOMPLETE, MISSING, 5, f"FIML of {N_INCOMPLETE:,} answers, {MISSING:.0%} missing",
         {"lavaan": Target(15, "at least")},
         "seminr needs complete answers. semopy's `Model.fit(obj=\"FIML\")` takes the items' means for zero, so it "
         "fits something else."),
)  # fmt: skip


def run(contenders: tuple[Rival, ...], rounds: int) -> list[Result]:
    """Run every case with as many rounds as a slow rival allows, and measure memory at a million rows."""
    return [*(_compare(case, contenders, min(rounds, case.rounds)) for case in CASES), _memory_of(contenders)]


def _compare(case: Case, contenders: tuple[Rival, ...], rounds: int) -> Result:
    able = tuple(rival for rival in contenders if case.task in rival.tasks)
    experiment = Experiment(case.task, case.question, rounds, 0.3)
    agreement, (ours, *others) = call(1, _take_turns, experiment, case, able)
    ratios = tuple(ratio(other, ours, case.targets.get(other.name)) for other in others)
    return Result(experiment, "a new model, 1 BLAS thread", agreement, (ours, *others), ratios, (), (case.note,))


def _take_turns(
    experiment: Experiment, case: Case, contenders: tuple[Rival, ...]
) -> tuple[tuple[Agreement, ...], tuple[Timing, ...]]:
    with opened(contenders, case.frame(), case.task) as sessions:
        agreement = agree(contenders, sessions)
        require_threads(1)
        fit_to_time = [contenders[0].name, *(a.rival for a in agreement if not a.problem)]
        turns: dict[str, Turn] = {name: partial(sessions[name].turn, "new") for name in fit_to_time}
        return agreement, take_turns(experiment, turns)


def _memory_of(contenders: tuple[Rival, ...]) -> Result:
    experiment = Experiment("MLR, memory", f"MLR of {acsi.N_LARGE:,} answers", 1)
    able = [rival.name for rival in contenders if "MLR" in rival.tasks]
    data = float(acsi.N_LARGE * len(acsi.ITEMS) * 8)
    memory = tuple(Memory(name, call(1, _memory, name), data) for name in able)
    notes = ("Wanted: under 1 GB. Growth of the resident set to its peak, where 250 rows were fitted before.",)
    return Result(experiment, "memory at the peak beyond the frame", memory=memory, notes=notes)


def _memory(name: str) -> float:
    rival = next(rival for rival in rivals() if rival.name == name)
    # What a first fit leaves in memory for good (libraries, caches) is not the answers'.
    small = rival.open(acsi.frame(acsi.N_SMALL), "MLR")
    small.turn("new", 0.0)
    small.close()
    session = rival.open(acsi.frame(acsi.N_LARGE, copy=False), "MLR")
    extra = session.extra_memory()
    session.close()
    return extra
