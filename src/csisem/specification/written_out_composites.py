"""Composites written out with excrescent variables, for covariance structures."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from itertools import combinations

from csisem.errors import ModelError, listed
from csisem.specification.construct import Construct
from csisem.specification.parameters import Formation, ParameterTable
from csisem.specification.specification import Specification
from csisem.specification.syntax.relation import Relation


def formed_constructs(model: Specification) -> tuple[Construct, ...]:
    """The composites of a model."""
    return tuple(construct for construct in model.constructs if construct.composite)


@lru_cache(maxsize=64)
def written_out(model: Specification, turn: int = 0) -> Specification:
    """The model with each composite of k items written out (Henseler 2021; Schuberth 2023).

    The composite loads on its items; each item but one, the pivot, has an excrescent variable, which loads on that item
    with 1 and on the pivot freely. Residual variances are 0; the excrescent variables of a composite covary with each
    other and with nothing else. The new constructs come last. A single item is its composite. ``turn`` chooses the
    pivots, the first items at 0: all give the same model, but loadings on a pivot grow without end as its weight in the
    composite nears 0.
    """
    formed = formed_constructs(model)
    if not formed:
        return model
    _check(model, formed)
    added: list[Construct] = []
    relations = list(model.relations)
    for one in formations(model, turn):
        inside = [Construct(name, (item, one.pivot)) for name, item in zip(one.excrescent, one.others, strict=True)]
        if inside:
            relations += [Relation(item, "~~", item, fixed=(0.0,)) for item in one.items]
        relations += [Relation(first.name, "~~", second.name) for first, second in combinations(inside, 2)]
        relations += [
            Relation(mine.name, "~~", other, fixed=(0.0,))
            for mine in inside
            for other in (*(construct.name for construct in model.constructs), *(earlier.name for earlier in added))
        ]
        added += inside
    plain = [Construct(c.name, c.items) if c.composite else c for c in model.constructs]
    return Specification([*plain, *added], relations, definitions=model.definitions, constraints=model.constraints,
                         title=model.title, source=model.source)  # fmt: skip


@lru_cache(maxsize=64)
def formations(model: Specification, turn: int = 0) -> tuple[Formation, ...]:
    """How the composites are formed, with the names of their excrescent variables."""
    found = []
    for one in formed_constructs(model):
        pivot = one.items[turn % len(one.items)]
        others = tuple(f"{item} beyond {one.name}" for item in one.items if item != pivot)
        found.append(Formation(one.name, one.items, pivot, others))
    return tuple(found)


def turns(model: Specification) -> int:
    """How many choices of pivots there are: as many as the largest composite has items, 1 without composites."""
    return max((len(one.items) for one in formed_constructs(model)), default=1)


@lru_cache(maxsize=64)
def with_formations(table: ParameterTable, formed: tuple[Formation, ...]) -> ParameterTable:
    """The table of a model that was written out, which knows its composites."""
    return replace(table, formed=formed) if formed else table


def _check(model: Specification, formed: tuple[Construct, ...]) -> None:
    """Refuse composites that covariance structures cannot take."""
    names = {construct.name for construct in model.constructs}
    owners = Counter(item for construct in model.constructs for item in construct.items)
    written = [r for r in model.relations if r.op in ("~", "~~")]
    used = {name for r in written for name in (r.lhs, r.rhs)}
    exogenous = set(model.roles.exogenous_constructs)
    for one in formed:
        if higher := [item for item in one.items if item in names]:
            raise ModelError(f"The composite {one.name!r} is formed by constructs ({listed(higher)}), which covariance "
                             "structures here do not take; estimate by PLS.")  # fmt: skip
        if len(one.items) == 1:
            continue
        if shared := [item for item in one.items if owners[item] > 1]:
            raise ModelError(f"{listed(shared)} of the composite {one.name!r} belong to another construct too; an item "
                             "forms one composite and measures nothing else.")  # fmt: skip
        if several := [item for item in one.items if item in used]:
            raise ModelError(f"{listed(several)} of the composite {one.name!r} stand in paths or covariances of their "
                             f"own; other variables see the items through {one.name!r} alone.")  # fmt: skip
        if one.name not in used | set(owners) and not exogenous - {one.name}:
            raise ModelError(f"The composite {one.name!r} is related to nothing, and its weights are determined by "
                             "what it is related to; add a path or a covariance.")  # fmt: skip
