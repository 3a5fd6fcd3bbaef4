"""Model specification: constructs, relations and constraints, before any data."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

from csisem.errors import ModelError, nearest
from csisem.specification.build_table import tabulate
from csisem.specification.coherence import check_coherence
from csisem.specification.construct import Construct
from csisem.specification.notation import FornellMatrices, symbols
from csisem.specification.parameters import ParameterTable
from csisem.specification.roles import Roles, assign
from csisem.specification.syntax.parser import parse
from csisem.specification.syntax.relation import Constraint, Definition, Relation
from csisem.specification.syntax.writer import write


@dataclass(frozen=True, init=False)
class Specification:
    """Constructs, relations and constraints; the public `Model`, which documents them, adds `fit` and `simulate`."""

    constructs: tuple[Construct, ...]
    relations: tuple[Relation, ...]
    definitions: tuple[Definition, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    title: str = field(default="", compare=False)
    source: str = field(default="", compare=False)

    def __init__(
        self,
        constructs: Iterable[Construct],
        paths: Iterable[Relation | tuple[str, str]] = (),
        *,
        definitions: Iterable[Definition] = (),
        constraints: Iterable[Constraint] = (),
        title: str = "",
        source: str = "",
    ) -> None:
        if isinstance(constructs, str):
            raise ModelError("Model() takes constructs; text in lavaan's syntax is read by Model.from_syntax(text).")
        constructs = tuple(constructs)
        for construct in constructs:
            if not isinstance(construct, Construct):
                raise ModelError(f"{construct!r} is no Construct; give Construct(name, items).")
        relations = tuple(map(_relation, paths))
        for name, value in (
            ("constructs", constructs),
            ("relations", relations),
            ("definitions", tuple(definitions)),
            ("constraints", tuple(constraints)),
            ("title", title),
            ("source", source),
        ):
            object.__setattr__(self, name, value)
        check_coherence(self.constructs, self.relations)

    @classmethod
    def from_syntax(cls, text: str) -> Self:
        """Read lavaan's model syntax.

        Raises
        ------
        ModelSyntaxError
            The text cannot be read; the message quotes the line.
        ModelError
            It reads, but says something that contradicts itself or belongs to an estimator that is not here yet.
        """
        statements = parse(text)
        relations = [s for s in statements if isinstance(s, Relation)]
        items: dict[str, list[str]] = {}
        for relation in relations:
            if relation.op in ("=~", "<~"):
                items.setdefault(relation.lhs, []).append(relation.rhs)
        formed = {relation.lhs for relation in relations if relation.op == "<~"}
        constructs = [Construct(name, named, "B" if name in formed else "A") for name, named in items.items()]
        kept = [r for r in relations if r.op != "<~" and (r.op != "=~" or r.fixed or r.start or r.label)]
        return cls(
            constructs,
            kept,
            definitions=[s for s in statements if isinstance(s, Definition)],
            constraints=[s for s in statements if isinstance(s, Constraint)],
        )

    def to_syntax(self) -> str:
        """Return the model as lavaan syntax; `from_syntax` reads it back to an equal model.

        How PLS weighs items is not in that syntax: composites (``<~``) are read back with mode ``"B"``, all others with
        mode ``"A"``.
        """
        said = {(r.lhs, r.rhs): r for r in self.relations if r.op == "=~"}
        loadings = [
            Relation(c.name, "<~", item) if c.composite else said.get((c.name, item), Relation(c.name, "=~", item))
            for c in self.constructs
            for item in c.items
        ]
        rest = [r for r in self.relations if r.op != "=~"]
        return write([*loadings, *rest, *self.constraints, *self.definitions])

    @cached_property
    def items(self) -> tuple[str, ...]:
        """Columns of the data that the model uses, in order of first appearance."""
        return self.roles.observed

    @cached_property
    def interactions(self) -> tuple[str, ...]:
        """Interactions ``A:B`` (and squares ``A:A``) that predict something; PLS alone estimates them."""
        return tuple(dict.fromkeys(r.rhs for r in self.relations if r.op == "~" and ":" in r.rhs))

    @cached_property
    def roles(self) -> Roles:
        """What every variable is: observed or latent, exogenous or explained."""
        return assign(self.constructs, [r for r in self.relations if r.rhs not in self.interactions])

    def construct(self, name: str) -> Construct:
        """Return the construct of that name.

        Raises
        ------
        ModelError
            There is none; the message names the nearest.
        """
        for construct in self.constructs:
            if construct.name == name:
                return construct
        raise ModelError(f"The model has no construct {name!r}{nearest(name, (c.name for c in self.constructs))}.")

    def fix(self, *paths: tuple[str, str], value: float = 0.0) -> Self:
        """Return the model with some paths ``(source, target)`` fixed, by default at zero, to be tested against it.

        Raises
        ------
        ModelError
            A path is not in the model.
        """
        wanted = {(target, source) for source, target in paths}
        existing = {(r.lhs, r.rhs) for r in self.relations if r.op == "~"}
        for target, source in sorted(wanted - existing):
            raise ModelError(f"The model has no path from {source!r} to {target!r}.")
        relations = [
            replace(r, fixed=(value,), start=()) if r.op == "~" and (r.lhs, r.rhs) in wanted else r
            for r in self.relations
        ]
        return type(self)(
            self.constructs,
            relations,
            definitions=self.definitions,
            constraints=self.constraints,
            title=self.title,
            source=self.source,
        )

    def table(
        self,
        *,
        groups: Sequence[Hashable] = (),
        meanstructure: bool | None = None,
        equal: Sequence[str] = (),
        release: Sequence[str] = (),
        fixed_x: bool = True,
    ) -> ParameterTable:
        """Return all parameters, completed by lavaan's rules for ``sem()``.

        Parameters
        ----------
        groups
            Group labels; with more than one, intercepts are parameters.
        meanstructure
            Whether intercepts are parameters; None: with ``~1`` or groups only.
        equal, release
            lavaan's ``group.equal`` and ``group.partial``.
        fixed_x
            Whether moments of observed exogenous variables are the sample's (lavaan's ``fixed.x``) or free.
        """
        return tabulate(self, tuple(groups), meanstructure, tuple(equal), tuple(release), fixed_x)

    def matrices(self) -> FornellMatrices:
        """Return B, Gamma, Lambda_x and Lambda_y in Fornell's notation; ``β21`` marks a free path."""
        return symbols(self.table())

    def __repr__(self) -> str:
        paths = sum(relation.op == "~" for relation in self.relations)
        title = f"{self.title}: " if self.title else ""
        size = f"{len(self.constructs)} constructs, {len(self.items)} observed, {paths} paths"
        return f"{type(self).__name__}({title}{size})"


def _relation(path: object) -> Relation:
    if isinstance(path, Relation):
        return path
    if isinstance(path, tuple | list) and len(path) == 2 and all(isinstance(name, str) for name in path):
        return Relation(path[1], "~", path[0])
    raise ModelError(f"{path!r} is no path; give a pair (source, target) of names, or a Relation.")
