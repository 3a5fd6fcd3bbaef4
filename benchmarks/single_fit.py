"""A complete fit of 250 answers: estimates, standard errors, standardised solution, fit measures, parameter frame."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, get_args

from benchmarks import acsi
from benchmarks.child import call
from benchmarks.experiment import (
    Agreement,
    Experiment,
    Result,
    Scenario,
    Target,
    Task,
    Timing,
    Turn,
    compare,
    ratio,
    take_turns,
)
from benchmarks.machine import require_threads, timed
from benchmarks.rivals import Rival, Session
from benchmarks.rivals.seminr_ import pls_once

if TYPE_CHECKING:
    import pandas as pd

TARGETS = {"lavaan": Target(10, "at least"), "seminr": Target(10, "at least"), "semopy": Target(25, "at least")}
SETTINGS: dict[Scenario, str] = {
    "new": "a new model, its text read and no cache warm",
    "same": "the same model fitted again, its text read before",
}


def run(contenders: tuple[Rival, ...], rounds: int) -> list[Result]:
    """Compare all contenders, ours first, with one BLAS thread for everybody and with as many as there are cores."""
    threads = sorted({1, os.cpu_count() or 1})
    return [result for count in threads for result in call(count, compare_all, contenders, rounds, count)]


def compare_all(contenders: tuple[Rival, ...], rounds: int, threads: int) -> list[Result]:
    """Check agreement, then let everyone who agrees take turns."""
    experiment = Experiment("single fit", f"A complete fit of {acsi.N_SMALL} answers", rounds)
    frame = acsi.frame(acsi.N_SMALL)
    results = []
    with opened(contenders, frame) as sessions:
        agreement = agree(contenders, sessions)
        require_threads(threads)
        fit_to_time = [contenders[0].name, *(a.rival for a in agreement if not a.problem)]
        for scenario in get_args(Scenario):
            turns: dict[str, Turn] = {name: partial(sessions[name].turn, scenario) for name in fit_to_time}
            if "seminr" in fit_to_time and scenario == "new":
                turns["seminr's PLS"] = partial(timed, partial(pls_once, frame))
            setting = f"{SETTINGS[scenario]}, {threads} BLAS thread{'s' * (threads > 1)}"
            results.append(_result(experiment, scenario, setting, agreement, take_turns(experiment, turns)))
    return results


@contextmanager
def opened(contenders: tuple[Rival, ...], frame: pd.DataFrame, task: Task = "ML") -> Iterator[dict[str, Session]]:
    """Open a session of every contender and close them all."""
    sessions: dict[str, Session] = {}
    try:
        for rival in contenders:
            sessions[rival.name] = rival.open(frame, task)
        yield sessions
    finally:
        for session in sessions.values():
            session.close()


def agree(contenders: tuple[Rival, ...], sessions: dict[str, Session]) -> tuple[Agreement, ...]:
    """Compare every rival's numbers with those of the first contender."""
    first, *others = contenders
    ours = sessions[first.name].outcome()
    return tuple(compare(rival.name, sessions[rival.name].outcome(), ours, rival.tolerance) for rival in others)


def _result(
    experiment: Experiment,
    scenario: Scenario,
    setting: str,
    agreement: tuple[Agreement, ...],
    timings: tuple[Timing, ...],
) -> Result:
    ours, *others = timings
    ratios = tuple(ratio(other, ours, TARGETS.get(other.name)) for other in others)
    notes = (
        (
            "seminr's PLS is another estimator without standard errors or fit measures: for reference, "
            "agreement not asked.",
        )
        if scenario == "new"
        else ("seminr has no text to read, and lavaan takes a parameter table in place of the text.",)
    )
    return Result(experiment, setting, agreement, timings, ratios, (), notes)
