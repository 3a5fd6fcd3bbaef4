"""Score tests of equalities across groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from csisem.covariance.lisrel.structure import compile_structure
from csisem.fit.comparison.score_test import released
from csisem.fit.covariance.covariance_fit import CovarianceFit
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.options import Equality
from csisem.specification.parameters import Parameter, ParameterTable

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ["level", "lhs", "op", "rhs", "group", "mi", "epc"]


def release_tests(fits: Mapping[str, CovarianceFit], claims: Mapping[str, Sequence[Equality]]) -> pd.DataFrame:
    """Score tests of what each level adds to the one before, by level; see `Invariance`."""
    import pandas as pd

    found = []
    before: set[str] = set()
    for name, claimed in claims.items():
        fit, kinds = fits[name], set[str](claimed)
        if (added := kinds - before) and fit.status.usable:
            table = fit.solution.table
            tests = equality_tests(fit.solution, _held(table, added))
            own = [kind_of(table, *one) in added for one in zip(tests["lhs"], tests["op"], tests["rhs"], strict=True)]
            found.append(tests[np.array(own, dtype=bool)].assign(level=name))
        before = kinds
    return pd.concat(found, ignore_index=True)[_COLUMNS] if found else pd.DataFrame(columns=_COLUMNS)


def equality_tests(solution: CovarianceSolution, held: tuple[int, ...] = ()) -> pd.DataFrame:
    """Test every parameter that groups share, one group at a time, by the score of a parameter of its own.

    Rows of the table that are ``held`` at a number in all groups are tested too.

    Returns
    -------
    DataFrame
        ``lhs op rhs group mi epc``: how far chi-square would fall, to first order, if the group had its own value, and
        by how much this would differ from the others'; the largest fall first. Of two groups only the second is listed,
        since both give the same test. Without shared parameters the frame is empty, and what is not identified with a
        value of its own is left out.
    """
    import pandas as pd

    freed = _freed(solution.table, held)
    rows = [solution.table.rows[r] for r in freed]
    frame = pd.DataFrame({
        "lhs": [row.lhs for row in rows], "op": [row.op for row in rows], "rhs": [row.rhs for row in rows],
        "group": [solution.groups[row.group] for row in rows],
    })  # fmt: skip
    if not rows:
        return frame.assign(mi=0.0, epc=0.0)
    unit = csr_array((np.ones(len(rows)), (freed, np.arange(len(rows)))), shape=(len(solution.table.rows), len(rows)))
    tests = released(solution, unit).single
    frame["mi"], frame["epc"] = tests.mi, tests.epc
    known = frame[frame["mi"].notna()]
    return known.sort_values("mi", ascending=False, kind="stable", ignore_index=True)


@lru_cache(maxsize=16)
def _freed(table: ParameterTable, held: tuple[int, ...]) -> tuple[int, ...]:
    """The rows that share their parameter with other groups, and could have their own, and those held."""
    known = table.map.tocoo()
    row, parameter = known.coords
    groups = np.array([one.group for one in table.rows])
    shared = np.isin(parameter, compile_structure(table).partition.shared)
    single = np.bincount(row, minlength=len(table.rows)) == 1
    # The groups' deviations from what they share are as many as the groups less one.
    least = 1 if table.n_groups == 2 else 0
    tied = row[shared & single[row] & (groups[row] >= least)].tolist()
    return (*tied, *(r for r in held if groups[r] >= least))


def _held(table: ParameterTable, kinds: set[str]) -> tuple[int, ...]:
    """Rows that equality of these kinds fixes in all groups.

    Markers, means and intercepts of constructs, and intercepts and residual variances of ordered items.
    """
    ordered = frozenset(() if table.ordered is None else table.ordered.names)
    places: dict[tuple[str, str, str], list[int]] = {}
    for r, row in enumerate(table.rows):
        if _fixed_by_equality(row, ordered) and kind_of(table, row.lhs, row.op, row.rhs) in kinds:
            places.setdefault((row.lhs, row.op, row.rhs), []).append(r)
    # What is free in some group is not held there.
    return tuple(r for rows in places.values() if len(rows) == table.n_groups for r in rows)


def _fixed_by_equality(row: Parameter, ordered: frozenset[str]) -> bool:
    if row.op == "=~":
        return bool(row.fixed)
    if row.op == "~1":
        return row.fixed == 0 and (row.matrix == "alpha" or (row.lhs in ordered and not row.user))
    return row.op == "~~" and row.lhs == row.rhs in ordered and row.fixed == 1 and not row.user


def kind_of(table: ParameterTable, lhs: str, op: str, rhs: str) -> str:
    """The ``equal`` option of a relation's equality, of those that the levels have."""
    constructs = table.latents[: table.shown]
    if op in ("=~", "|"):
        return "loadings" if op == "=~" else "thresholds"
    if op == "~1":
        measuring = lhs not in constructs or any(row.op == "=~" and row.rhs == lhs for row in table.rows)
        return "intercepts" if measuring else "means"
    return "residuals" if op == "~~" and lhs == rhs and lhs not in constructs else ""
