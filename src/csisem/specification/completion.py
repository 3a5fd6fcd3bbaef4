"""All parameters of a model, by lavaan's defaults for ``sem()``."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from csisem.errors import ModelError, OptionError, nearest, shown
from csisem.specification.construct import Construct
from csisem.specification.parameters import Parameter
from csisem.specification.roles import Roles
from csisem.specification.syntax.relation import Relation

Key = tuple[str, str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Grouping:
    """Labels of the groups, what is equal across them, and relations released from that."""

    labels: tuple[Hashable, ...] = ()
    equal: frozenset[str] = frozenset()
    release: frozenset[str] = frozenset()

    @property
    def count(self) -> int:
        """Number of groups, 1 without grouping."""
        return max(1, len(self.labels))


def complete(
    constructs: Sequence[Construct],
    relations: Sequence[Relation],
    roles: Roles,
    grouping: Grouping,
    *,
    means: bool,
    fixed_x: bool = True,
) -> tuple[Parameter, ...]:
    """List every parameter of the model, group by group.

    The first loading of a construct is 1, a single item has no residual, and variances are free. Exogenous constructs
    covary, and so do outcomes that predict nothing. Moments of observed exogenous variables are the sample's, or free
    without ``fixed_x``. With ``means``, observed intercepts are free and latent means 0, or free after the first group
    if intercepts are equal. What is released is free after the first group, also where equality fixes it: a marker's
    loading, and a mean.
    """
    builder = _Rows(roles, _written(relations), grouping, fixed_x)
    rows = tuple(
        row for group in range(grouping.count) for row in _group_rows(builder, constructs, relations, group, means)
    )
    known = {_compact(row.name) for row in rows} if grouping.release else set()
    for name in grouping.release:
        if name not in known:
            hint = nearest(name, known)
            raise OptionError(f"release= names {shown(name)}, which is not a parameter of the model{hint}.")
    return rows


def _group_rows(
    builder: _Rows, constructs: Sequence[Construct], relations: Sequence[Relation], group: int, means: bool
) -> Iterator[Parameter]:
    roles = builder.roles
    for construct in constructs:
        for position, item in enumerate(construct.items):
            yield builder.row(construct.name, "=~", item, group, default=1.0 if position == 0 else None)
    for relation in relations:
        if relation.op == "~":
            yield builder.row(relation.lhs, "~", relation.rhs, group)
    written = [r for r in relations if r.op == "~~"]
    for relation in written:
        yield builder.row(relation.lhs, "~~", relation.rhs, group)
    done = {frozenset((r.lhs, r.rhs)) for r in written}
    for lhs, rhs in _automatic_covariances(roles):
        if frozenset((lhs, rhs)) not in done:
            done.add(frozenset((lhs, rhs)))
            fixed = 0.0 if lhs == rhs and lhs in roles.single else None
            yield builder.row(lhs, "~~", rhs, group, default=fixed, exogenous=lhs in roles.exogenous_observed)
    if means:
        equal = builder.grouping.equal
        for name in roles.observed:
            yield builder.row(name, "~1", "", group, exogenous=name in roles.exogenous_observed)
        for name in roles.constructs:
            freed = group > 0 and "intercepts" in equal and ("means" not in equal or builder.released(name, "~1", ""))
            yield builder.row(name, "~1", "", group, default=None if freed else 0.0)


def _automatic_covariances(roles: Roles) -> Iterator[tuple[str, str]]:
    """Variances of everything, then the covariances that lavaan's ``sem()`` adds."""
    for name in (*roles.observed, *roles.constructs):
        yield name, name
    yield from combinations(roles.exogenous_constructs, 2)
    yield from combinations(roles.terminal, 2)
    yield from combinations(roles.exogenous_observed, 2)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Builds one row from what the user wrote and the defaults."""

    roles: Roles
    written: dict[Key, Relation]
    grouping: Grouping
    fixed_x: bool

    def row(
        self, lhs: str, op: str, rhs: str, group: int, *, default: float | None = None, exogenous: bool = False
    ) -> Parameter:
        relation = self.written.get((lhs, op, rhs))
        fixed, start, label = default, None, ""
        if relation is not None:
            value = _pick(relation.fixed, group, self.grouping.count, relation)
            start = _pick(relation.start, group, self.grouping.count, relation)
            label = _pick(relation.label, group, self.grouping.count, relation) or ""
            if value is not None:
                fixed = None if math.isnan(value) else value
            elif op != "=~":
                # Writing an automatic parameter frees it; a construct's first loading stays its unit.
                fixed = None
            start = None if start is None or math.isnan(start) else start
        if fixed and op == "=~" and group and not label and "loadings" in self.grouping.equal:
            # The first group keeps the unit, and the loadings that are equal carry it to the others.
            fixed = None if self.released(lhs, op, rhs) else fixed
        given = exogenous and relation is None
        if given and self.fixed_x:
            fixed = math.nan
        matrix, i, j = self.roles.place(lhs, op, rhs)
        return Parameter(
            lhs, op, rhs, group, label, fixed, start, matrix, i, j,
            # Groups do not share the predictors' moments, which are not part of the model.
            tie=("free", lhs, op, rhs, group) if given else self._tie(lhs, op, rhs, group, label),
            exogenous=given and self.fixed_x,
            user=relation is not None,
        )  # fmt: skip

    def _tie(self, lhs: str, op: str, rhs: str, group: int, label: str) -> Hashable:
        if label:
            return ("label", label)
        equal = self.grouping.equal
        if equal and self._kind(lhs, op, rhs) in equal and not self.released(lhs, op, rhs):
            return ("equal", lhs, op, rhs)
        return ("free", lhs, op, rhs, group)

    def released(self, lhs: str, op: str, rhs: str) -> bool:
        """Whether a relation is released from what is equal across groups."""
        return _compact(f"{lhs}{op}{rhs}") in self.grouping.release

    def _kind(self, lhs: str, op: str, rhs: str) -> str:
        """The ``group.equal`` option of lavaan that covers a relation."""
        latent = lhs in self.roles.constructs
        if op == "=~":
            return "loadings"
        if op == "~":
            return "regressions"
        if op == "~1":
            return "means" if latent else "intercepts"
        if lhs == rhs:
            return "lv.variances" if latent else "residuals"
        return "lv.covariances" if latent and rhs in self.roles.constructs else "residual.covariances"


def _written(relations: Sequence[Relation]) -> dict[Key, Relation]:
    """The user's relations; a covariance is keyed in both orders."""
    written: dict[Key, Relation] = {(r.lhs, r.op, r.rhs): r for r in relations}
    written.update({(r.rhs, r.op, r.lhs): r for r in relations if r.op == "~~"})
    return written


def _pick(values: tuple[T, ...], group: int, groups: int, relation: Relation) -> T | None:
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    if len(values) != groups:
        raise ModelError(f"'{relation.lhs} {relation.op} {relation.rhs}' lists {len(values)} modifiers in c(...), but "
                         f"the fit has {groups} group{'s' if groups > 1 else ''}.")  # fmt: skip
    return values[group]


def _compact(name: str) -> str:
    return "".join(name.split())
