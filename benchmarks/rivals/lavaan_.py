"""lavaan, in one R process that stays alive so that it can take its turns; the clock runs inside R."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import acsi
from benchmarks.experiment import Outcome, Scenario, Task, Tolerance

if TYPE_CHECKING:
    import pandas as pd

SCRIPT = Path(__file__).with_name("lavaan.R")


TOLERANCE = Tolerance(
    2e-4,
    2e-5,
    1e-8,
    "a default run stops when the objective changes by less than 1e-10 relatively, up to 4e-6 from the optimum.",
)


@dataclass(frozen=True, slots=True)
class Lavaan:
    """lavaan's `sem` with its defaults."""

    name: str = "lavaan"
    does: str = (
        "`sem(text, data)`, `fitMeasures(fit)` (46 measures, more under MLR), "
        "`parameterEstimates(fit, standardized = TRUE)`, timed inside one running R process"
    )
    tolerance: Tolerance = TOLERANCE
    tasks: tuple[Task, ...] = ("ML", "MLR", "FIML")

    def available(self) -> str:
        if shutil.which("Rscript") is None:
            return ""
        try:
            process = Process()
        except LavaanError:
            return ""
        version, r, _, blas = process.ask("hello")
        process.close()
        return f"{version} (R {r}, {blas})"

    def open(self, frame: pd.DataFrame, task: Task = "ML") -> LavaanSession:
        return LavaanSession(frame, task)


class LavaanError(RuntimeError):
    """R stopped or said something unexpected."""


@dataclass(frozen=True, slots=True)
class Process:
    """R running our script."""

    handle: subprocess.Popen[str] = field(
        default_factory=lambda: subprocess.Popen(
            ["Rscript", "--vanilla", str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    )

    def __post_init__(self) -> None:
        self.ask("hello")

    def ask(self, *words: str) -> list[str]:
        """Send a command and return the lines of the answer."""
        source, sink = self.handle.stdout, self.handle.stdin
        if source is None or sink is None:
            raise LavaanError("R has no pipes.")
        try:
            sink.write("\t".join(words) + "\n")
            sink.flush()
        except BrokenPipeError:
            raise LavaanError("R could not run lavaan.") from None
        lines = []
        while (line := source.readline()) != "END\n":
            if not line:
                raise LavaanError(f"R stopped: {self.handle.stderr.read() if self.handle.stderr else ''}")
            lines.append(line.rstrip())
        return lines

    def close(self) -> None:
        self.handle.communicate()


class LavaanSession:
    """lavaan with the answers loaded."""

    def __init__(self, frame: pd.DataFrame, task: Task = "ML") -> None:
        self.process = Process()
        with TemporaryDirectory() as folder:
            data, model = Path(folder) / "answers.bin", Path(folder) / "model.txt"
            np.ascontiguousarray(frame.to_numpy(dtype=np.float64)).tofile(data)
            model.write_text(" ".join(acsi.ITEMS) + "\n" + acsi.syntax() + "\n", encoding="utf-8")
            n, p = frame.shape
            self.process.ask("open", str(data), str(n), str(p), str(model), task)

    def outcome(self) -> Outcome:
        found: dict[str, dict[str, float]] = {"est": {}, "se": {}, "std": {}, "std_se": {}, "measure": {}}
        for line in self.process.ask("outcome"):
            kind, name, value = line.split("\t")
            found[kind][name] = float(value)
        measure = found.pop("measure")
        return Outcome(**found, chisq=measure["chisq"], df=measure["df"])

    def bootstrap(self, count: int) -> tuple[float, Outcome]:
        """Draw ``count`` times with replacement: seconds, and means and standard deviations of the draws."""
        found: dict[str, dict[str, float]] = {name: {} for name in ("seconds", "draws", "est", "se", "measure")}
        for line in self.process.ask("bootstrap", str(count)):
            kind, name, value = line.split("\t")
            found[kind][name] = float(value)
        outcome = Outcome(found["est"], found["se"], {}, {}, **found["measure"])
        return found["seconds"][""], outcome

    def turn(self, scenario: Scenario, seconds: float) -> Sequence[float]:
        return [float(line) for line in self.process.ask("turn", scenario, repr(seconds))]

    def extra_memory(self) -> float:
        return float(self.process.ask("memory")[0])

    def close(self) -> None:
        self.process.close()
