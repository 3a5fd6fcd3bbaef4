"""Score tests of equalities across groups."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from csisem.covariance.lisrel.structure import compile_structure, with_exogenous
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.modification_indices import score_tests
from csisem.specification.parameters import ParameterTable, with_freed

if TYPE_CHECKING:
    import pandas as pd


def equality_tests(solution: CovarianceSolution) -> pd.DataFrame:
    """Test every parameter that groups share, one group at a time, by the score of a parameter of its own.

    Returns
    -------
    DataFrame
        ``lhs op rhs group mi epc``: how far chi-square would fall, to first order, if the group had its own value, and
        by how much this would differ from the others'; the largest fall first. Of two groups only the second is listed,
        since both give the same test. Without shared parameters the frame is empty.
    """
    import pandas as pd

    released = _released(solution.table)
    rows = [solution.table.rows[r] for r in released[1]]
    frame = pd.DataFrame({
        "lhs": [row.lhs for row in rows], "op": [row.op for row in rows], "rhs": [row.rhs for row in rows],
        "group": [solution.groups[row.group] for row in rows],
    })  # fmt: skip
    if not rows:
        return frame.assign(mi=0.0, epc=0.0)
    table = released[0]
    structure = with_exogenous(compile_structure(table), table, solution.sample_mean, solution.sample_cov)
    objective = solution.objective.of(structure)
    at = np.concatenate([solution.theta, np.zeros(len(rows))])
    tests = score_tests(objective, objective.at(at[None]), len(solution.theta),
                        float(solution.counted.sum()) * solution.unit)  # fmt: skip
    frame["mi"], frame["epc"] = tests.mi, tests.epc
    return frame.sort_values("mi", ascending=False, kind="stable", ignore_index=True)


@lru_cache(maxsize=16)
def _released(table: ParameterTable) -> tuple[ParameterTable, tuple[int, ...]]:
    """The table with a further parameter for each row that shares its own with other groups, and these rows."""
    known = table.map.tocoo()
    row, parameter = known.coords
    groups = np.array([one.group for one in table.rows])
    shared = np.isin(parameter, compile_structure(table).partition.shared)
    single = np.bincount(row, minlength=len(table.rows)) == 1
    # The groups' deviations from what they share are as many as the groups less one.
    least = 1 if table.n_groups == 2 else 0
    freed = row[shared & single[row] & (groups[row] >= least)].astype(np.intp)
    mapping = with_freed(table.map, np.arange(len(table.rows)), freed, len(table.rows))
    extended = replace(table, map=mapping, definitions=(), representatives=(*table.representatives, *freed.tolist()))
    return extended, tuple(freed.tolist())
