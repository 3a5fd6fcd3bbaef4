"""Fit of measurement blocks and reliability of their constructs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.covariance.goodness_of_fit.measure_formulas import p_value
from csisem.fit.covariance.measures.fit_measures import discrepancies

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.covariance.structural_after_measurement.two_step_solution import TwoStepSolution


def measurement_table(solution: TwoStepSolution) -> pd.DataFrame:
    """A row a construct and group; see `TwoStepFit.measurement`."""
    import pandas as pd

    solution.require_usable("The fit of measurement blocks")
    labels: tuple[object, ...] = solution.groups or (1,)
    place = {j: k for k, j in enumerate(solution.plan.measured.tolist())}
    rows = []
    parts = zip(solution.plan.blocks, solution.measurement, solution.held, strict=True)
    for number, (block, part, held) in enumerate(parts, start=1):
        found = discrepancies(part)
        zero = {part.table.rows[part.table.representatives[k]] for k in np.flatnonzero(held)}
        for name, j in zip(block.constructs, block.latents.tolist(), strict=True):
            own = [row.rhs for row in part.table.rows if row.op == "=~" and row.lhs == name and row.group == 0]
            for group, label in enumerate(labels):
                items = [row.lhs for row in zero if row.group == group and row.lhs in own]
                rows.append({
                    "construct": name, "group": label, "block": number, "items": len(own),
                    "reliability": float(solution.reliability[group, place[j]]), "chisq": found.chisq, "df": found.df,
                    "pvalue": p_value(found.chisq, found.df), "at_zero": ", ".join(items),
                })  # fmt: skip
    return pd.DataFrame(rows)
