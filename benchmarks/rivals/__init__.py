"""One adapter a tool, all with the same small face."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from benchmarks.experiment import Outcome, Scenario, Task, Tolerance
from benchmarks.machine import timed

if TYPE_CHECKING:
    import pandas as pd

Complete = TypeVar("Complete")


class Session(Protocol):
    """A tool that holds the answers and can fit the model to them again and again."""

    def outcome(self) -> Outcome:
        """Fit once and report."""
        ...

    def turn(self, scenario: Scenario, seconds: float) -> Sequence[float]:
        """Make complete fits for about ``seconds``, at least one; the seconds of each."""
        ...

    def extra_memory(self) -> float:
        """Bytes that one complete fit needs at its peak beyond what was there before."""
        ...

    def close(self) -> None: ...


class Rival(Protocol):
    """A tool."""

    @property
    def name(self) -> str: ...

    @property
    def does(self) -> str:
        """What a complete fit is, in the tool's own words."""
        ...

    @property
    def tolerance(self) -> Tolerance:
        """How near its numbers must be to ours."""
        ...

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What it can do."""
        ...

    def available(self) -> str:
        """Return its version, or ``""`` where it is not installed."""
        ...

    def open(self, frame: pd.DataFrame, task: Task = "ML") -> Session: ...


@dataclass(frozen=True, slots=True)
class InProcess(Generic[Complete]):
    """A session of a Python tool.

    Attributes
    ----------
    complete
        Makes a complete fit and returns all of it, so that nothing is left lazy.
    read
        Turns that into an `Outcome`.
    forget
        Empties the tool's caches before a run with a new model; not timed.
    """

    complete: Callable[[Scenario], Complete]
    read: Callable[[Complete], Outcome]
    forget: Callable[[], None] = lambda: None

    def outcome(self) -> Outcome:
        return self.read(self.complete("new"))

    def turn(self, scenario: Scenario, seconds: float) -> Sequence[float]:
        runs: list[float] = []
        while not runs or sum(runs) < seconds:
            if scenario == "new":
                self.forget()
            runs += timed(lambda: self.complete(scenario), 0.0)
        return runs

    def extra_memory(self) -> float:
        from benchmarks.machine import peak_extra

        return peak_extra(lambda: self.complete("new"))

    def close(self) -> None:
        """Nothing to close."""


def rivals() -> tuple[Rival, ...]:
    """All adapters, ours first."""
    from benchmarks.rivals.csisem_ import Csisem
    from benchmarks.rivals.lavaan_ import Lavaan
    from benchmarks.rivals.seminr_ import Seminr
    from benchmarks.rivals.semopy_ import Semopy

    return Csisem(), Lavaan(), Seminr(), Semopy()
