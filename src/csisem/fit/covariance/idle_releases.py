"""Released relations that no equality over groups holds."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from csisem.display.sentences import Sentence, sentence
from csisem.recipes import RECIPES

if TYPE_CHECKING:
    from collections.abc import Hashable

    from csisem.fit.settings import FitOptions
    from csisem.specification.parameters import ParameterTable
    from csisem.specification.specification import Specification


def idle_releases(model: Specification, asked: FitOptions, table: ParameterTable) -> tuple[Sentence, ...]:
    """A warning of what ``release=`` names and ``equal=`` does not hold: without it the parameters are the same."""
    if not asked.release:
        return ()
    own = _parameters(table)
    names = dict.fromkeys(asked.release)
    idle = [name for name in names if own == _parameters(_without(model, asked, table, name))]
    return (sentence("fit.idle_release", names=idle, equal=asked.equal),) if idle else ()


def _without(model: Specification, asked: FitOptions, table: ParameterTable, name: str) -> ParameterTable:
    """The table of the same request that does not release a relation, however it is spelled."""
    kept = tuple(one for one in asked.release if "".join(one.split()) != "".join(name.split()))
    return model.table(groups=table.groups, meanstructure=table.meanstructure, equal=asked.equal, release=kept,
                       fixed_x=RECIPES[asked.estimator].discrepancy == "ML", ordered=table.ordered,
                       units=asked.units)  # fmt: skip


def _parameters(table: ParameterTable) -> dict[tuple[str, str, str, int], tuple[float | None, Hashable]]:
    """What each row is fixed at, and what it shares its parameter with."""
    return {
        (row.lhs, row.op, row.rhs, row.group): (
            None if row.fixed is None or isnan(row.fixed) else row.fixed,
            row.tie,
        )
        for row in table.rows
    }
