"""semopy."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from benchmarks import acsi
from benchmarks.experiment import Outcome, Scenario, Task, Tolerance
from benchmarks.rivals import InProcess

if TYPE_CHECKING:
    import pandas as pd


TOLERANCE = Tolerance(
    0.05,
    0.005,
    1e-5,
    "SLSQP stops when the objective changes by less than 1e-6, so estimates keep three digits however many the rows.",
)


@dataclass(frozen=True, slots=True)
class Semopy:
    """semopy with its defaults: Wishart maximum likelihood ("MLW") by SLSQP, the quickest that it documents."""

    name: str = "semopy"
    does: str = "`Model(text)`, `model.fit(frame)`, `model.inspect(std_est=True)`, `calc_stats(model)` (14 measures)"
    tolerance: Tolerance = TOLERANCE
    tasks: tuple[Task, ...] = ("ML",)

    def available(self) -> str:
        try:
            return version("semopy")
        except PackageNotFoundError:
            return ""

    def open(self, frame: pd.DataFrame, task: Task = "ML") -> InProcess[tuple[pd.DataFrame, pd.DataFrame]]:
        import semopy

        if task not in self.tasks:
            raise ValueError(f"semopy does no {task} that compares.")
        text = acsi.syntax()
        known = semopy.Model(text)

        def complete(scenario: Scenario) -> tuple[pd.DataFrame, pd.DataFrame]:
            model: Any = semopy.Model(text) if scenario == "new" else known
            # Without clean_slate a model that was fitted before would start from its last estimates.
            model.fit(frame, clean_slate=scenario == "same")
            return model.inspect(std_est=True), semopy.calc_stats(model)

        return InProcess(complete, _read)


def _read(complete: tuple[pd.DataFrame, pd.DataFrame]) -> Outcome:
    parameters, measures = complete
    est: dict[str, float] = {}
    se: dict[str, float] = {}
    std: dict[str, float] = {}
    columns = ("lval", "op", "rval", "Estimate", "Std. Err", "Est. Std")
    for left, op, right, estimate, error, standardised in zip(*(parameters[c] for c in columns), strict=True):
        # semopy lists a loading as a regression of the item on its construct.
        name = f"{right} =~ {left}" if left in acsi.ITEMS and right in acsi.CONSTRUCTS else f"{left} {op} {right}"
        est[name], std[name] = float(estimate), float(standardised)
        if error != "-":
            se[name] = float(error)
    (value,) = measures.to_dict("records")
    return Outcome(est, se, std, {}, value["chi2"], value["DoF"])
