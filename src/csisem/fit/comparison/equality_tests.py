"""Score tests of equalities across groups."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from csisem.covariance.lisrel.structure import compile_structure
from csisem.fit.comparison.score_test import released
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.specification.parameters import ParameterTable

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

    chosen = _shared(solution.table)
    rows = [solution.table.rows[r] for r in chosen]
    frame = pd.DataFrame({
        "lhs": [row.lhs for row in rows], "op": [row.op for row in rows], "rhs": [row.rhs for row in rows],
        "group": [solution.groups[row.group] for row in rows],
    })  # fmt: skip
    if not rows:
        return frame.assign(mi=0.0, epc=0.0)
    unit = csr_array((np.ones(len(rows)), (chosen, np.arange(len(rows)))), shape=(len(solution.table.rows), len(rows)))
    tests = released(solution, unit).single
    frame["mi"], frame["epc"] = tests.mi, tests.epc
    return frame.sort_values("mi", ascending=False, kind="stable", ignore_index=True)


@lru_cache(maxsize=16)
def _shared(table: ParameterTable) -> tuple[int, ...]:
    """The rows that share their parameter with other groups, and could have their own."""
    known = table.map.tocoo()
    row, parameter = known.coords
    groups = np.array([one.group for one in table.rows])
    shared = np.isin(parameter, compile_structure(table).partition.shared)
    single = np.bincount(row, minlength=len(table.rows)) == 1
    # The groups' deviations from what they share are as many as the groups less one.
    least = 1 if table.n_groups == 2 else 0
    return tuple(row[shared & single[row] & (groups[row] >= least)].tolist())
