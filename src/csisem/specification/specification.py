"""Model specification: constructs, relations and constraints, before any data."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self, TypeVar

from csisem.completion import Completion
from csisem.errors import ModelError, nearest, shown
from csisem.options import check_name, check_number, check_text, listing_of
from csisem.specification.build_table import tabulate
from csisem.specification.coherence import check_coherence
from csisem.specification.construct import Construct
from csisem.specification.latent_units import LatentUnits
from csisem.specification.notation import FornellMatrices, symbols
from csisem.specification.ordered_items import OrderedItems
from csisem.specification.parameters import ParameterTable
from csisem.specification.roles import Roles, assign
from csisem.specification.syntax.parser import parse
from csisem.specification.syntax.relation import Constraint, Definition, Relation
from csisem.specification.syntax.writer import write

T = TypeVar("T")
_MARKED = LatentUnits()


@dataclass(frozen=True, init=False)
class Specification(Completion):
    """Constructs, relations and constraints; the public `Model`, which documents them, adds `fit` and `simulate`."""

    _internal = frozenset({"interactions", "relations", "roles", "table", "table_if_complete", "with_relations"})

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
        constructs = _all_of("constructs", constructs, Construct, "Construct(name, items)")
        relations = tuple(map(_relation, _listed("paths", paths)))
        for name, value in (
            ("constructs", constructs),
            ("relations", relations),
            ("definitions", _all_of("definitions", definitions, Definition, "Definition(name, expression)")),
            ("constraints", _all_of("constraints", constraints, Constraint, "Constraint(left, '==', right)")),
            ("title", title),
            ("source", source),
        ):
            if name in ("title", "source"):
                check_text(name, value)
            object.__setattr__(self, name, value)
        check_coherence(self.constructs, self.relations)

    @classmethod
    def from_syntax(cls, text: str) -> Self:
        """Read a model from lavaan's model syntax.

        Parameters
        ----------
        text
            Statements with ``=~ <~ ~ ~~ ~1 := == < >``, modifiers such as ``1*x``, ``NA*x``, ``a*x``,
            ``start(0.5)*x``, ``lower(0)*x`` and ``upper(1)*x``, interactions ``A:B`` and ``#`` comments, one statement
            a line or separated by ``;``.

        Raises
        ------
        ModelSyntaxError
            If the text cannot be read; the message quotes the line.
        ModelError
            If statements contradict each other, or belong to an estimator of a later release.

        See Also
        --------
        to_syntax : Write the model.

        Examples
        --------
        >>> cs.Model.from_syntax("Quality =~ q1 + q2 + q3; Value =~ v1 + v2; Value ~ Quality")
        Model(2 constructs, 5 observed, 1 paths)
        """
        check_text("text", text)
        statements = parse(text)
        relations = [s for s in statements if isinstance(s, Relation)]
        items: dict[str, list[str]] = {}
        for relation in relations:
            if relation.op in ("=~", "<~"):
                items.setdefault(relation.lhs, []).append(relation.rhs)
        formed = {relation.lhs for relation in relations if relation.op == "<~"}
        constructs = [Construct(name, named, "B" if name in formed else "A") for name, named in items.items()]
        for r in relations:
            if r.op == "<~" and (r.fixed or r.start or r.label or r.lower or r.upper):
                raise ModelError(f"'{r.lhs} <~ {r.rhs}' has a value, label or bound, which weights of composites do "
                                 "not take; leave it out.")  # fmt: skip
        kept = [
            r
            for r in relations
            if r.op != "<~" and (r.op != "=~" or r.fixed or r.start or r.label or r.lower or r.upper)
        ]
        return cls(
            constructs,
            kept,
            definitions=[s for s in statements if isinstance(s, Definition)],
            constraints=[s for s in statements if isinstance(s, Constraint)],
        )

    def to_syntax(self) -> str:
        """Write the model in lavaan's syntax; `from_syntax` reads it back to an equal model.

        The syntax does not hold PLS modes: composites (``<~``) are read back with mode ``"B"``, all other constructs
        with mode ``"A"``.

        Examples
        --------
        >>> print(cs.models.acsi(quality=["q1", "q2"], value="v1", satisfaction=["s1", "s2"]).to_syntax())
        Quality =~ q1 + q2
        Value =~ v1
        Satisfaction =~ s1 + s2
        Value ~ Quality
        Satisfaction ~ Quality + Value
        """
        written = {(r.lhs, r.rhs): r for r in self.relations if r.op == "=~"}
        loadings = [
            Relation(c.name, "<~", item) if c.composite else written.get((c.name, item), Relation(c.name, "=~", item))
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
        """Predictors that are interactions ``A:B`` or squares ``A:A``, which only PLS estimates."""
        return tuple(dict.fromkeys(r.rhs for r in self.relations if r.op == "~" and ":" in r.rhs))

    @cached_property
    def roles(self) -> Roles:
        """The role of every variable: observed or latent, exogenous or endogenous."""
        return assign(self.constructs, [r for r in self.relations if r.rhs not in self.interactions])

    def construct(self, name: str) -> Construct:
        """Return the construct with the given name.

        Raises
        ------
        ModelError
            If the model has no such construct; the message names the nearest.

        Examples
        --------
        >>> cs.datasets.retail_survey_model().construct("Value").items
        ('v1', 'v2')
        """
        check_name("name", name, "a construct")
        for construct in self.constructs:
            if construct.name == name:
                return construct
        raise ModelError(f"The model has no construct {shown(name)}{self._nearest(name)}.")

    def fix(self, *paths: tuple[str, str], value: float = 0.0) -> Self:
        """Return the model with some paths fixed, to be tested against this one.

        Parameters
        ----------
        *paths
            Pairs ``(source, target)``.
        value
            The value at which they are fixed.

        Raises
        ------
        ModelError
            If a path is not in the model.

        See Also
        --------
        compare : Test the two models against each other.

        Examples
        --------
        >>> model = cs.datasets.retail_survey_model()
        >>> model.fix(("Complaints", "Loyalty")).matrices().B.loc["Loyalty"].to_dict()
        {'Quality': '0', 'Value': '0', 'Satisfaction': 'β53', 'Complaints': '0', 'Loyalty': '0'}
        """
        wanted = {(path.lhs, path.rhs) for path in map(_relation, paths) if path.op == "~"}
        check_number("value", value)
        existing = {(r.lhs, r.rhs) for r in self.relations if r.op == "~"}
        for target, source in sorted(wanted - existing):
            known = {construct.name for construct in self.constructs}
            hints = "".join(self._nearest(name) for name in (source, target) if name not in known)
            raise ModelError(f"The model has no path from {shown(source)} to {shown(target)}{hints}.")
        relations = [
            replace(r, fixed=(value,), start=(), lower=(), upper=()) if r.op == "~" and (r.lhs, r.rhs) in wanted else r
            for r in self.relations
        ]
        return self._claiming(relations)

    def _nearest(self, name: str) -> str:
        """A hint at the construct that a name may mean."""
        return nearest(name, (construct.name for construct in self.constructs))

    def with_relations(self, relations: Sequence[Relation]) -> Self:
        """Return the model with more relations."""
        return self._claiming([*self.relations, *relations])

    def _claiming(self, relations: list[Relation]) -> Self:
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
        ordered: OrderedItems | None = None,
        units: LatentUnits = _MARKED,
    ) -> ParameterTable:
        """Return the parameter table, completed by the defaults of lavaan's ``sem()``.

        Parameters
        ----------
        groups
            Group labels; with more than one, intercepts are parameters.
        meanstructure
            Whether intercepts are parameters; None: with ``~1`` or groups only.
        equal, release
            lavaan's ``group.equal`` and ``group.partial``.
        fixed_x
            Whether moments of observed exogenous variables are fixed at the sample's (lavaan's ``fixed.x``) or free.
        ordered
            Ordered items with their numbers of thresholds; None where all are numeric.
        units
            Units and origins of the constructs (lavaan's ``std.lv``, ``orthogonal`` and ``effect.coding``).

        Examples
        --------
        >>> table = cs.Model.from_syntax("Quality =~ q1 + q2 + q3").table()
        >>> table.names()
        ['Quality =~ q2', 'Quality =~ q3', 'q1 ~~ q1', 'q2 ~~ q2', 'q3 ~~ q3', 'Quality ~~ Quality']
        """
        return tabulate(self, tuple(groups), meanstructure, tuple(equal), tuple(release), fixed_x, ordered, units)

    def table_if_complete(self) -> ParameterTable | None:
        """The parameter table; None where the model alone has none: groups, ordered items, products of scores."""
        try:
            return self.table()
        except ModelError:
            return None

    def matrices(self) -> FornellMatrices:
        """Return B, Gamma, Lambda_x and Lambda_y in Fornell's notation; ``β21`` is a free path.

        Examples
        --------
        >>> cs.datasets.retail_survey_model().matrices().Gamma
                     Expectation
        Quality              γ11
        Value                γ21
        Satisfaction         γ31
        Complaints             0
        Loyalty                0
        """
        return symbols(self.table())

    def __repr__(self) -> str:
        paths = sum(relation.op == "~" for relation in self.relations)
        title = f"{self.title}: " if self.title else ""
        size = f"{len(self.constructs)} constructs, {len(self.items)} observed, {paths} paths"
        return f"{type(self).__name__}({title}{size})"


def _listed(name: str, given: object) -> list[object]:
    """The entries of a list; anything else is refused."""
    entries = listing_of(given)
    if entries is None or isinstance(given, Set | Mapping):
        raise ModelError(f"{name}= must be a list; got {shown(given)}.")
    return entries


def _all_of(name: str, given: object, kind: type[T], how: str) -> tuple[T, ...]:
    """The entries of a list, each an object of a class."""
    entries = _listed(name, given)
    for one in entries:
        if not isinstance(one, kind):
            raise ModelError(f"{shown(one)} is not a {kind.__name__}; give {how}.")
    return tuple(one for one in entries if isinstance(one, kind))


def _relation(path: object) -> Relation:
    if isinstance(path, Relation):
        return path
    if isinstance(path, tuple | list) and len(path) == 2 and all(isinstance(name, str) for name in path):
        return Relation(path[1], "~", path[0])
    raise ModelError(f"{shown(path)} is not a path; give a pair (source, target) of names, or a Relation.")
