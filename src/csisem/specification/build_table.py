"""The parameter table of a specification."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import TYPE_CHECKING

from csisem.errors import ModelError
from csisem.specification.completion import Grouping, complete
from csisem.specification.constraints import check_definitions, tie_parameters
from csisem.specification.latent_units import LatentUnits, effect_codes
from csisem.specification.ordered_items import OrderedItems
from csisem.specification.parameters import ParameterTable
from csisem.specification.restrictions import divide_constraints, restrict
from csisem.specification.threshold_claims import check_ordered

if TYPE_CHECKING:
    from csisem.specification.specification import Specification

_MARKED = LatentUnits()


@lru_cache(maxsize=64)
def tabulate(
    model: Specification,
    groups: tuple[Hashable, ...],
    meanstructure: bool | None,
    equal: tuple[str, ...],
    release: tuple[str, ...],
    fixed_x: bool,
    ordered: OrderedItems | None = None,
    units: LatentUnits = _MARKED,
) -> ParameterTable:
    """Build the parameter table; `Model.table` documents the arguments."""
    # A model is immutable, so that one table serves all its fits.
    if model.interactions:
        raise ModelError(f"The interaction {model.interactions[0]!r} belongs to PLS; for ML, put the product in a "
                         "column of its own.")  # fmt: skip
    roles = model.roles
    check_ordered(model.relations, roles, ordered)
    written = any(r.op == "~1" for r in model.relations) or len(groups) > 1 or ordered is not None
    means = written if meanstructure is None else meanstructure
    if ordered is not None:
        ordered = ordered.among(roles.observed)
    grouping = Grouping(groups, frozenset(equal), frozenset("".join(name.split()) for name in release))
    rows = complete(model.constructs, model.relations, roles, grouping, means=means, fixed_x=fixed_x, ordered=ordered,
                    units=units)  # fmt: skip
    rows, totals = effect_codes(rows, roles.constructs, units)
    check_definitions(rows, model.definitions)
    linear, others = divide_constraints(model.constraints, model.definitions)
    tied = tie_parameters(rows, linear, totals)
    restrictions = restrict(rows, (tied.base, tied.map), others, model.definitions, groups)
    return ParameterTable(rows, tied.base, tied.map, roles.observed, roles.latents, len(roles.constructs), groups,
                          model.definitions, means, tied.representatives, ordered=ordered,
                          restrictions=restrictions)  # fmt: skip
