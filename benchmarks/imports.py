"""Imports and first calls, each in a fresh interpreter, the interpreter's own start excluded."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from time import perf_counter

from benchmarks import acsi
from benchmarks.child import call
from benchmarks.experiment import Experiment, Result, Target, Turn, ratio, take_turns
from benchmarks.rivals import Rival, rivals
from benchmarks.rivals.lavaan_ import Lavaan, LavaanSession, Process

AT_MOST = Target(1.5, "at most")
# csisem loads its rooms when a name is first used: this uses them all.
EVERY_NAME = "import csisem; [getattr(csisem, name) for name in csisem.__all__]"


def run(contenders: tuple[Rival, ...], rounds: int) -> list[Result]:
    """Measure bare imports, and the way from a frame in hand to the first complete fit."""
    return [_imports(contenders, rounds), _first_fits(contenders, rounds)]


def _imports(contenders: tuple[Rival, ...], rounds: int) -> Result:
    experiment = Experiment("imports", "Import in a fresh interpreter, files in the disk cache", rounds, 0.0)
    statements = {
        "import pandas": "import pandas",
        "import csisem": "import csisem",
        "every public name of csisem": EVERY_NAME,
    } | {f"import {r.name}": f"import {r.name}" for r in contenders if r.name not in ("csisem", "lavaan")}
    turns: dict[str, Turn] = {name: partial(_statement, code) for name, code in statements.items()}
    if any(r.name == "lavaan" for r in contenders):
        turns["library(lavaan)"] = _library
    notes = []
    try:
        _statement(EVERY_NAME, 0.0)
    except subprocess.CalledProcessError:
        del turns["every public name of csisem"]
        notes.append("A public name of csisem cannot be imported in this tree, so importing all of them has no time.")
    pandas, ours, *others = take_turns(experiment, turns)
    ratios = (ratio(ours, pandas, AT_MOST), *(ratio(other, pandas) for other in others))
    return Result(experiment, "import alone", (), (pandas, ours, *others), ratios, (), tuple(notes))


def _first_fits(contenders: tuple[Rival, ...], rounds: int) -> Result:
    experiment = Experiment("first fit", "From a frame in hand to the first complete fit, import included", rounds, 0.0)
    turns: dict[str, Turn] = {r.name: partial(_first, r.name) for r in contenders}
    ours, *others = take_turns(experiment, turns)
    return Result(
        experiment, f"{acsi.N_SMALL} answers, numpy and pandas imported before", (), (ours, *others),
        tuple(ratio(other, ours) for other in others), (), ("One fit in each process; R's start is not counted.",),
    )  # fmt: skip


def _statement(code: str, _seconds: float) -> list[float]:
    timed = f"from time import perf_counter as now; begin = now(); {code}; print(now() - begin)"
    command = [sys.executable, "-W", "ignore", "-c", timed]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    return [float(done.stdout)]


def _library(_seconds: float) -> list[float]:
    process = Process()
    loading = float(process.ask("hello")[2])
    process.close()
    return [loading]


def _first(name: str, _seconds: float) -> list[float]:
    return [call(1, _first_here, name)]


def _first_here(name: str) -> float:
    frame = acsi.frame(acsi.N_SMALL)
    if name == Lavaan().name:
        lavaan = LavaanSession(frame)
        loading = float(lavaan.process.ask("hello")[2])
        seconds = loading + lavaan.turn("new", 0.0)[0]
        lavaan.close()
        return seconds
    rival = next(rival for rival in rivals() if rival.name == name)
    begin = perf_counter()
    session = rival.open(frame)
    session.turn("new", 0.0)
    return perf_counter() - begin
