"""seminr for Python: maximum likelihood, and PLS for reference."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, cast

from benchmarks import acsi
from benchmarks.experiment import Outcome, Scenario, Task, Tolerance
from benchmarks.rivals import InProcess

if TYPE_CHECKING:
    import pandas as pd
    from seminr import CbsemModel
    from seminr.cbsem.summary import CbsemSummary
    from seminr.estimate.data import DatasetLike
    from seminr.specify.constructs import MeasurementModel
    from seminr.specify.relationships import SMRow


TOLERANCE = Tolerance(
    1e-4,
    1e-6,
    1e-8,
    "BFGS runs until the gradient is below 1e-9 or stalls; the standard errors of the standardised solution "
    "take numeric derivatives.",
)


@dataclass(frozen=True, slots=True)
class Seminr:
    """seminr's covariance estimator; it has ML and MLR, its default, and needs complete answers."""

    name: str = "seminr"
    does: str = (
        '`constructs`, `relationships`, `estimate_cbsem(estimator="ML")` or `"MLR"`, `summarize` (both solutions with '
        "standard errors, 31 measures, more under MLR); factor scores come along and cannot be left out"
    )
    tolerance: Tolerance = TOLERANCE
    tasks: tuple[Task, ...] = ("ML", "MLR")

    def available(self) -> str:
        try:
            return version("seminr")
        except PackageNotFoundError:
            return ""

    def open(self, frame: pd.DataFrame, task: Task = "ML") -> InProcess[tuple[CbsemModel, CbsemSummary]]:
        from seminr import estimate_cbsem
        from seminr.cbsem.summary import summarize_cbsem

        known = _model()

        def complete(scenario: Scenario) -> tuple[CbsemModel, CbsemSummary]:
            measurement, structure = _model() if scenario == "new" else known
            model = estimate_cbsem(_given(frame), measurement, structure, estimator="MLR" if task == "MLR" else "ML")
            # What `summarize` calls for this kind of model; named so that its type is known.
            return model, summarize_cbsem(model)

        return InProcess(complete, _read)


def _given(frame: pd.DataFrame) -> DatasetLike:
    """Hand the frame over as it is; seminr's annotation asks for columns that are a sequence, its code does not."""
    return cast("DatasetLike", frame)


def _model() -> tuple[MeasurementModel, list[SMRow]]:
    from seminr import constructs, paths, reflective, relationships

    measurement = constructs(*(reflective(name, items) for name, items in acsi.CONSTRUCTS.items()))
    structure = relationships(*(paths(list(causes), outcome) for outcome, causes in acsi.PATHS.items()))
    return measurement, structure


def _read(complete: tuple[CbsemModel, CbsemSummary]) -> Outcome:
    _, summary = complete
    # It fixes the constructs' variances instead of loadings, so only the standardised solution is comparable.
    rows = {f"{row.lhs} {row.op} {row.rhs}": row for row in summary.solution}
    return Outcome(
        {},
        {},
        {name: row.est_std for name, row in rows.items()},
        {name: row.se for name, row in rows.items()},
        summary.fit.get("chisq.scaled", summary.fit["chisq"]),
        summary.fit["df"],
    )


def pls_once(frame: pd.DataFrame) -> object:
    """Estimate and summarise the same model by PLS: another estimator, no standard errors; time for reference only."""
    from seminr import constructs, estimate_pls, summarize
    from seminr.specify.constructs import composite

    _, structure = _model()
    measurement = constructs(*(composite(name, items) for name, items in acsi.CONSTRUCTS.items()))
    return summarize(estimate_pls(_given(frame), measurement, structure))
