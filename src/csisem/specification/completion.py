"""All parameters of a model, by lavaan's defaults for ``sem()``."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeVar

from csisem.errors import ModelError, OptionError, nearest, shown
from csisem.specification.construct import Construct
from csisem.specification.latent_scales import Key, LatentScales, Scale
from csisem.specification.latent_units import LatentUnits
from csisem.specification.ordered_items import OrderedItems
from csisem.specification.parameters import Parameter
from csisem.specification.roles import Roles
from csisem.specification.syntax.relation import Relation

T = TypeVar("T")
_MARKED = LatentUnits()


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
    ordered: OrderedItems | None = None,
    units: LatentUnits = _MARKED,
) -> tuple[Parameter, ...]:
    """List every parameter of the model, group by group.

    The first loading of a construct is 1 (unless ``units`` says otherwise), a single item has no residual, and
    variances are free. Exogenous constructs covary, and so do outcomes that predict nothing. Moments of observed
    exogenous variables are the sample's, or free without ``fixed_x``. With ``means``, observed intercepts are free and
    latent means 0, or free after the first group if intercepts are equal. What is released is free after the first
    group, also where equality fixes it: a marker's loading, and a mean. Intercepts of ordered items are 0, and their
    scale is fixed as `LatentScales` says; equal thresholds and equal intercepts are one claim, of which intercepts and
    residual variances can be released.
    """
    written = _written(relations)
    if ordered is not None and grouping.equal & {"thresholds", "intercepts"}:
        grouping = replace(grouping, equal=grouping.equal | {"thresholds", "intercepts"})
    scales = LatentScales.of(ordered, constructs, written, grouping.equal, grouping.release)
    builder = _Rows(roles, written, grouping, fixed_x, scales, units)
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
            marker = position == 0 and builder.units.marked
            yield builder.row(construct.name, "=~", item, group, default=1.0 if marker else None)
    for relation in relations:
        if relation.op == "~":
            yield builder.row(relation.lhs, "~", relation.rhs, group)
    scales = builder.scales
    for item, count in scales.thresholds:
        for k in range(1, count + 1):
            yield builder.row(item, "|", f"t{k}", group)
    written = [r for r in relations if r.op == "~~"]
    for relation in written:
        unit = 1.0 if builder.units.std_lv and relation.lhs == relation.rhs in roles.constructs else None
        yield builder.row(relation.lhs, "~~", relation.rhs, group, default=unit, kept=unit is not None)
    done = {frozenset((r.lhs, r.rhs)) for r in written}
    for lhs, rhs in _automatic_covariances(roles):
        if frozenset((lhs, rhs)) not in done:
            done.add(frozenset((lhs, rhs)))
            scale = scales.variance(lhs, group) if lhs == rhs else None
            fixed = 0.0 if lhs == rhs and lhs in roles.single and scale is None else builder.default(lhs, rhs, group)
            yield builder.row(
                lhs, "~~", rhs, group, default=fixed, exogenous=lhs in roles.exogenous_observed, scale=scale
            )
    for item, _ in scales.thresholds:
        yield builder.row(item, "~*~", item, group, scale=scales.factor(group))
    if means:
        equal = builder.grouping.equal
        for name in roles.observed:
            given = name in roles.exogenous_observed
            yield builder.row(name, "~1", "", group, default=scales.intercept(name, group), exogenous=given)
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
    scales: LatentScales
    units: LatentUnits

    def default(self, lhs: str, rhs: str, group: int) -> float | None:
        """The value at which an automatic variance or covariance of constructs is fixed; None if it is free."""
        if lhs not in self.roles.constructs or rhs not in self.roles.constructs:
            return None
        if lhs != rhs:
            return 0.0 if self.units.orthogonal else None
        equal = self.grouping.equal
        # Equal loadings carry the unit of the first group to the others.
        carried = group > 0 and "loadings" in equal and "lv.variances" not in equal
        return 1.0 if self.units.std_lv and not carried else None

    def row(
        self,
        lhs: str,
        op: str,
        rhs: str,
        group: int,
        *,
        default: float | None = None,
        exogenous: bool = False,
        scale: Scale | None = None,
        kept: bool = False,
    ) -> Parameter:
        """One row.

        ``scale`` is that of an ordered item, which is fixed, free or follows from the others; ``kept`` holds the
        default of a parameter that the user wrote without a value.
        """
        relation = self.written.get((lhs, op, rhs))
        fixed, start, label = default, None, ""
        lower = upper = None
        derived = scale == "derived" and relation is None
        if scale is not None and scale != "free":
            fixed = math.nan if scale == "derived" else scale
        if relation is not None:
            value = _pick(relation.fixed, group, self.grouping.count, relation)
            start = _pick(relation.start, group, self.grouping.count, relation)
            lower = _bound(relation.lower, group, self.grouping.count, relation)
            upper = _bound(relation.upper, group, self.grouping.count, relation)
            label = _pick(relation.label, group, self.grouping.count, relation) or ""
            if value is not None:
                fixed = None if math.isnan(value) else value
            elif op != "=~" and not kept:
                # Writing an automatic parameter frees it; a construct's first loading stays its unit.
                fixed = None
            start = None if start is None or math.isnan(start) else start
        if fixed and op == "=~" and group and not label and "loadings" in self.grouping.equal:
            # The first group keeps the unit, and the loadings that are equal carry it to the others.
            fixed = None if self.released(lhs, op, rhs) else fixed
        given = exogenous and relation is None
        if given and self.fixed_x:
            fixed = math.nan
        matrix, i, j = self.scales.place(lhs, rhs) if op == "|" else self.roles.place(lhs, op, rhs)
        return Parameter(
            lhs, op, rhs, group, label, fixed, start, matrix, i, j,
            # Groups do not share the predictors' moments, which are not part of the model.
            tie=("free", lhs, op, rhs, group) if given else self._tie(lhs, op, rhs, group, label),
            exogenous=given and self.fixed_x,
            user=relation is not None,
            derived=derived,
            lower=lower,
            upper=upper,
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
        if op in ("|", "~*~"):
            return "thresholds" if op == "|" else "scales"
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


def _bound(values: tuple[float, ...], group: int, groups: int, relation: Relation) -> float | None:
    """A group's bound; None where there is none (``NA``, or an infinite one)."""
    value = _pick(values, group, groups, relation)
    return value if value is not None and math.isfinite(value) else None


def _compact(name: str) -> str:
    return "".join(name.split())
