"""Parameters of a PLS path model and their places in the estimates."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.composite.estimate import Estimates
from csisem.composite.plan import Outer, Plan
from csisem.errors import ModelError
from csisem.specification.constraints import check_definitions, tie_parameters
from csisem.specification.parameters import Parameter, ParameterTable, Place
from csisem.specification.specification import Specification
from csisem.specification.syntax.relation import Operator, Relation


@dataclass(frozen=True, slots=True, eq=False)
class ParameterLayout:
    """Places of the r parameters of one group in `Estimates`, in their order.

    Attributes
    ----------
    loaded, weighed
        Which of `Plan.loaded` and `Plan.weighed` are reported: all but those of observed variables on paths.
    target, source
        The constructs of every path.
    first, second
        The constructs of every correlation: exogenous ones without interactions.
    """

    loaded: IntArray
    weighed: IntArray
    target: IntArray
    source: IntArray
    first: IntArray
    second: IntArray

    def of_group(self, estimates: Estimates) -> FloatArray:
        """The parameters (..., r) of samples of one group."""
        parts = (
            estimates.loadings[..., self.loaded],
            estimates.outer_weights[..., self.weighed],
            estimates.paths[..., self.target, self.source],
            estimates.correlations[..., self.first, self.second],
        )
        return np.concatenate(parts, axis=-1)

    def of_groups(self, estimates: Estimates) -> FloatArray:
        """The parameters (..., G r) of samples whose last leading axis is the G groups."""
        joined = self.of_group(estimates)
        return joined.reshape(*joined.shape[:-2], -1)


def layout_of(plan: Plan, relations: Sequence[Relation]) -> ParameterLayout:
    """Order the parameters of a plan, with paths as in the model's ``relations``."""
    place = {name: j for j, name in enumerate(plan.constructs)}
    # A path fixed at zero is not in the plan, nor is an interaction or observed variable that is on no other path.
    known = [r for r in relations if r.op == "~" and r.lhs in place and r.rhs in place]
    paths = [(place[r.lhs], place[r.rhs]) for r in known]
    target, source = _pairs([pair for pair in paths if plan.arrows[pair]])
    terms = set(plan.terms.tolist())
    exogenous = [j for j, own in enumerate(plan.predecessors) if not len(own) and j not in terms]
    pairs = combinations([j for j in exogenous if plan.arrows[:, j].any()], 2)
    return ParameterLayout(
        _reported(plan, plan.loaded), _reported(plan, plan.weighed), target, source, *_pairs(list(pairs))
    )


def _pairs(pairs: Sequence[tuple[int, int]]) -> tuple[IntArray, IntArray]:
    both = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _reported(plan: Plan, outer: Outer) -> IntArray:
    """All but observed variables on paths, which measure themselves."""
    names = plan.child_names
    pairs = zip(outer.owner, outer.child, strict=True)
    return np.array([e for e, (own, child) in enumerate(pairs) if names[child] != plan.constructs[own]], dtype=np.intp)


def composite_table(
    plan: Plan, layout: ParameterLayout, model: Specification, groups: tuple[Hashable, ...]
) -> ParameterTable:
    """List the parameters of all groups; a single item's loading and weight are 1."""
    written = {(r.lhs, r.op, r.rhs): r for r in model.relations}
    names, constructs = plan.child_names, plan.constructs

    def of_group(group: int) -> Iterator[Parameter]:
        def row(lhs: str, op: Operator, rhs: str, matrix: Place, i: int, j: int, fixed: float | None) -> Parameter:
            relation = written.get((lhs, op, rhs))
            label = "" if relation is None else _label(relation, group, groups)
            return Parameter(
                lhs, op, rhs, group, label, fixed, None, matrix, int(i), int(j), ("free", lhs, op, rhs, group),
                user=relation is not None,
            )  # fmt: skip

        for outer, reported, op, matrix in (
            (plan.loaded, layout.loaded, "=~", "lambda"),
            (plan.weighed, layout.weighed, "<~", "weight"),
        ):
            for e in reported:
                owner, child = outer.owner[e], outer.child[e]
                alone = outer.blocks[owner].stop - outer.blocks[owner].start == 1
                yield row(constructs[owner], op, names[child], matrix, child, owner, 1.0 if alone else None)  # type: ignore[arg-type]
        for target, source in zip(layout.target, layout.source, strict=True):
            yield row(constructs[target], "~", constructs[source], "beta", target, source, None)
        for first, second in zip(layout.first, layout.second, strict=True):
            yield row(constructs[first], "~~", constructs[second], "psi", first, second, None)

    rows = tuple(row for group in range(max(1, len(groups))) for row in of_group(group))
    check_definitions(rows, model.definitions)
    tied = tie_parameters(rows, ())
    return ParameterTable(rows, tied.base, tied.map, plan.items, plan.constructs, len(model.constructs), groups,
                          model.definitions, False, tied.representatives)  # fmt: skip


def _label(relation: Relation, group: int, groups: tuple[Hashable, ...]) -> str:
    if not relation.label:
        return ""
    if len(groups) <= 1:
        return relation.label[0]
    text = f"'{relation.lhs} {relation.op} {relation.rhs}'"
    if len(relation.label) == 1:
        raise ModelError(f"The label {relation.label[0]!r} of {text} would hold the parameter equal across groups, "
                         "which PLS cannot; give each group its own, such as c(a1, a2)*x.")  # fmt: skip
    if len(relation.label) != len(groups):
        raise ModelError(f"{text} lists {len(relation.label)} labels in c(...), but the fit has {len(groups)} groups.")
    return relation.label[group]
