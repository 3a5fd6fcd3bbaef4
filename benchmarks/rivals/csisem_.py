"""csisem."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import acsi
from benchmarks.experiment import Outcome, Scenario, Task, Tolerance
from benchmarks.rivals import InProcess

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit
    from csisem.options import Estimator, Missing


TOLERANCE = Tolerance(
    0.0,
    0.0,
    0.0,
    "ourselves",
)


@dataclass(frozen=True, slots=True)
class Csisem:
    """Ours."""

    name: str = "csisem"
    does: str = (
        "`Model.from_syntax`, `model.fit`, `fit.parameters` (with standard errors of the standardised solution), "
        "`fit.fit_measures()` (46 measures, more under MLR)"
    )
    tolerance: Tolerance = TOLERANCE
    tasks: tuple[Task, ...] = ("ML", "MLR", "FIML")

    def available(self) -> str:
        import csisem

        return csisem.__version__

    def open(self, frame: pd.DataFrame, task: Task = "ML") -> InProcess[tuple[Fit, pd.DataFrame, pd.Series[float]]]:
        import csisem as cs

        text = acsi.syntax()
        known = cs.Model.from_syntax(text)
        estimator: Estimator = "ML" if task == "FIML" else task
        missing: Missing = "fiml" if task == "FIML" else "listwise"

        def complete(scenario: Scenario) -> tuple[Fit, pd.DataFrame, pd.Series[float]]:
            model = cs.Model.from_syntax(text) if scenario == "new" else known
            fit = model.fit(frame, estimator, missing=missing, ordered=task == "WLSMV")
            return fit, fit.parameters, fit.fit_measures()

        return InProcess(complete, _read, _forget)


def _read(complete: tuple[Fit, pd.DataFrame, pd.Series[float]]) -> Outcome:
    fit, parameters, measures = complete
    if not fit:
        raise RuntimeError(f"csisem refuses the fit: {fit.status}")
    names = (parameters["lhs"] + " " + parameters["op"] + " " + parameters["rhs"]).tolist()

    def column(name: str) -> dict[str, float]:
        return dict(zip(names, parameters[name].to_numpy(dtype=float).tolist(), strict=True))

    return Outcome(
        column("est"), column("se"), column("std"), column("std_se"),
        float(measures.get("chisq.scaled", measures["chisq"])), float(measures["df"]),
    )  # fmt: skip


def _forget() -> None:
    """Empty every cache of ours, so that a model fitted before is as new to us as to the others."""
    for name, module in list(sys.modules.items()):
        if name == "csisem" or name.startswith("csisem."):
            for value in list(vars(module).values()):
                clear = getattr(value, "cache_clear", None)
                if callable(clear):
                    clear()
