"""Checks of what a model writes about thresholds and scales."""

from __future__ import annotations

from collections.abc import Sequence

from csisem.errors import ModelError, listed, nearest
from csisem.specification.ordered_items import OrderedItems
from csisem.specification.roles import Roles
from csisem.specification.syntax.relation import Relation


def check_ordered(relations: Sequence[Relation], roles: Roles, ordered: OrderedItems | None) -> None:
    """Refuse thresholds and scale factors of items that have none, and ordered items that the model cannot take."""
    written = [relation for relation in relations if relation.op in ("|", "~*~")]
    if ordered is None:
        if written:
            one = written[0]
            raise ModelError(f"'{one.lhs} {one.op} {one.rhs}' is about an ordered item: estimate by 'WLSMV' with "
                             f"ordered=[{one.lhs!r}, ...]; other estimators treat answers as numbers.")  # fmt: skip
        return
    check_ordered_names(roles, ordered.names)
    counts = dict(ordered.thresholds)
    for relation in written:
        text = f"'{relation.lhs} {relation.op} {relation.rhs}'"
        if relation.lhs not in counts:
            raise ModelError(f"{text} is about {relation.lhs!r}, which ordered= does not name"
                             f"{nearest(relation.lhs, counts)}.")  # fmt: skip
        if relation.op == "~*~":
            _check_factor(relation, text, ordered)
        elif relation.rhs not in {f"t{k}" for k in range(1, counts[relation.lhs] + 1)}:
            raise ModelError(f"{text} names a threshold that {relation.lhs!r} does not have: its "
                             f"{counts[relation.lhs] + 1} answers have the thresholds t1 to "
                             f"t{counts[relation.lhs]}.")  # fmt: skip
    if ordered.parameterization == "delta":
        for relation in relations:
            if relation.op == "~~" and relation.lhs == relation.rhs and relation.lhs in counts:
                raise ModelError(f"'{relation.lhs} ~~ {relation.rhs}' is a residual variance that follows from the "
                                 "others under parameterization='delta'; use 'theta', or leave it out.")  # fmt: skip


def check_ordered_names(roles: Roles, names: Sequence[str]) -> None:
    """Refuse ordered items that the model does not have, or takes as predictors only."""
    for name in names:
        if name not in roles.observed:
            what = "is a construct" if name in roles.constructs else "is not an item of the model"
            raise ModelError(f"ordered= names {name!r}, which {what}{nearest(name, roles.observed)}.")
    predictors = [name for name in names if name in roles.exogenous_observed]
    if predictors:
        raise ModelError(f"ordered= names {listed(predictors)}, which only predicts and is taken as it is; leave it "
                         "out, or give columns of zeros and ones.")  # fmt: skip


def _check_factor(relation: Relation, text: str, ordered: OrderedItems) -> None:
    if relation.rhs != relation.lhs:
        raise ModelError(f"{text} relates two variables; a scale factor is written {relation.lhs} ~*~ {relation.lhs}.")
    if ordered.parameterization == "theta":
        raise ModelError(f"{text} is a scale factor that follows from the others under parameterization='theta'; use "
                         "'delta', or leave it out.")  # fmt: skip
