"""Roles of the variables, and their places in LISREL's matrices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from csisem.errors import ModelError
from csisem.specification.construct import Construct
from csisem.specification.parameters import MatrixName
from csisem.specification.syntax.relation import Relation


@dataclass(frozen=True)
class Roles:
    """The variables of a model by role, each in order of first appearance.

    Attributes
    ----------
    constructs
        Latent variables.
    observed
        Columns of the data: items first, then variables in paths or covariances only.
    promoted
        Observed variables that enter the structural model as latents with loading 1: those in paths, and those that
        covary with such a variable or with a construct.
    exogenous_constructs, terminal
        Constructs without predecessor; endogenous variables without successor.
    exogenous_observed
        Observed variables that are predictors only and whose moments the user did not write.
    dimensions
        Constructs that measure others.
    single
        What single-item constructs are measured by: an item, or a dimension that is on no path as an outcome and
        measures nothing else.
    """

    constructs: tuple[str, ...]
    observed: tuple[str, ...]
    promoted: tuple[str, ...]
    exogenous_constructs: tuple[str, ...]
    exogenous_observed: tuple[str, ...]
    terminal: tuple[str, ...]
    single: tuple[str, ...]
    dimensions: tuple[str, ...] = ()

    @cached_property
    def latents(self) -> tuple[str, ...]:
        """Structural variables: constructs, then promoted observed variables."""
        return self.constructs + self.promoted

    @cached_property
    def _latent(self) -> dict[str, int]:
        return {name: j for j, name in enumerate(self.latents)}

    @cached_property
    def _item(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.observed)}

    def place(self, lhs: str, op: str, rhs: str) -> tuple[MatrixName, int, int]:
        """Matrix, row and column of a relation's parameter."""
        latent, item = self._latent, self._item
        if op == "=~":
            return ("beta", latent[rhs], latent[lhs]) if rhs in latent else ("lambda", item[rhs], latent[lhs])
        if op == "~":
            return "beta", latent[lhs], latent[rhs]
        if op == "~*~":
            return "delta", item[lhs], 0
        if op == "~1":
            return ("alpha", latent[lhs], 0) if lhs in latent else ("nu", item[lhs], 0)
        return ("psi", latent[lhs], latent[rhs]) if lhs in latent else ("theta", item[lhs], item[rhs])


def assign(constructs: Sequence[Construct], relations: Sequence[Relation]) -> Roles:
    """Assign a role to every variable."""
    names = tuple(construct.name for construct in constructs)
    latent = set(names)
    indicators = dict.fromkeys(item for construct in constructs for item in construct.items)
    paths = [relation for relation in relations if relation.op == "~"]
    covariances = [relation for relation in relations if relation.op == "~~"]
    for relation in paths:
        if relation.lhs == relation.rhs:
            raise ModelError(f"{relation.lhs!r} is regressed on itself; a path needs two different variables.")
    outcomes = dict.fromkeys(relation.lhs for relation in paths)
    predictors = dict.fromkeys(relation.rhs for relation in paths)
    mentioned = {name for relation in covariances for name in (relation.lhs, relation.rhs)}
    mentioned |= {relation.lhs for relation in relations if relation.op == "~1"}
    everything = dict.fromkeys(
        [*indicators, *outcomes, *predictors, *(n for r in relations for n in (r.lhs, r.rhs) if r.op in ("~~", "~1"))]
    )
    observed = tuple(name for name in everything if name and name not in latent)
    promoted = _promoted(observed, {*outcomes, *predictors}, covariances, latent)
    free_predictors = [name for name in predictors if name not in latent and name not in outcomes]
    owners = Counter(item for construct in constructs for item in construct.items)
    exogenous_observed = tuple(n for n in free_predictors if n not in indicators and n not in mentioned)
    return Roles(
        names,
        observed,
        promoted,
        tuple(n for n in names if n not in outcomes and n not in indicators),
        exogenous_observed,
        tuple(n for n in (*names, *observed) if n in outcomes and n not in predictors and n not in indicators),
        tuple(
            c.items[0]
            for c in constructs
            if len(c.items) == 1
            and (c.items[0] not in latent or (c.items[0] not in outcomes and owners[c.items[0]] == 1))
        ),
        tuple(name for name in names if name in indicators),
    )


def _promoted(
    observed: Sequence[str], in_paths: set[str], covariances: Sequence[Relation], latent: set[str]
) -> tuple[str, ...]:
    structural = in_paths | latent
    while True:
        # A residual covariance with a structural variable pulls its partner into the structural model.
        joined = {
            name
            for relation in covariances
            if relation.lhs != relation.rhs and ((relation.lhs in structural) != (relation.rhs in structural))
            for name in (relation.lhs, relation.rhs)
        }
        if joined <= structural:
            return tuple(name for name in observed if name in structural)
        structural |= joined
