"""What each level of invariance holds equal, and its identification."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import TYPE_CHECKING, get_args

from csisem.errors import OptionError, listed
from csisem.option_checks import names_of
from csisem.options import Equality, InvarianceLevel, Parameterization, validate
from csisem.specification.parameters import Parameter, ParameterTable

if TYPE_CHECKING:
    from csisem.models.model import Model

_CLAIMS: dict[InvarianceLevel, tuple[Equality, ...]] = {
    "configural": (),
    "thresholds": ("thresholds",),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
    "strict": ("loadings", "intercepts", "residuals"),
    "means": ("loadings", "intercepts", "means"),
}


def levels_of(
    given: Sequence[InvarianceLevel] | None, parameterization: Parameterization, *, ordered: bool
) -> dict[str, tuple[Equality, ...]]:
    """The levels asked for, the first included, and what each claims to be equal."""
    if given is None:
        left_out = {"means"} | (set() if ordered else {"thresholds"})
        left_out |= {"strict"} if ordered and parameterization == "delta" else set()
        levels = tuple(one for one in get_args(InvarianceLevel) if one not in left_out)
    else:
        levels = _checked(given, parameterization, ordered=ordered)
    claims: dict[str, tuple[Equality, ...]] = {}
    for name in levels:
        own = _CLAIMS[name]
        if ordered and name not in ("configural", "thresholds"):
            own = ("thresholds", *own)
        # Residuals are equal beside the means only if they are a level of their own.
        claims[name] = (*own, "residuals") if name == "means" and "strict" in levels else own
    return claims


def _checked(
    given: Sequence[InvarianceLevel], parameterization: Parameterization, *, ordered: bool
) -> tuple[InvarianceLevel, ...]:
    levels = tuple(validate("levels", one, InvarianceLevel) for one in names_of("levels", given, once=False))
    order = [get_args(InvarianceLevel).index(one) for one in levels]
    if not levels or sorted(set(order)) != order:
        raise OptionError(f"levels= go from {', '.join(map(repr, get_args(InvarianceLevel)))}, each once; "
                          f"got {', '.join(map(repr, levels)) or 'none'}.")  # fmt: skip
    if "thresholds" in levels and not ordered:
        raise OptionError("The level 'thresholds' is about ordered items; give ordered= too.")
    if "strict" in levels and ordered and parameterization == "delta":
        raise OptionError("The level 'strict' holds residual variances equal, which parameterization='delta' does not "
                          "have for ordered items; use 'theta'.")  # fmt: skip
    # What is equal is judged by what is lost from nothing equal.
    return levels if levels[0] == "configural" else ("configural", *levels)


@dataclass(frozen=True, slots=True)
class Request:
    """A level as `Model.fit` takes it: the model, and what is equal and released."""

    model: Model
    equal: tuple[str, ...]
    release: tuple[str, ...]


def request(model: Model, claims: Sequence[str], freed: tuple[str, ...], table: ParameterTable) -> Request:
    """The fit of a level after the first, whose table is given, identified as it allows.

    Constructs with a variance that is written as their unit keep it in the first group only, once loadings are equal.
    Of ordered items (Wu and Estabrook 2016, Psychometrika 81, 1014-1045) intercepts are free after the first group,
    and constructs' means 0, until intercepts are equal; residual variances or scale factors are free until residual
    variances are equal, if two thresholds of the item are equal, which are its unit. `Model.fit` takes equal thresholds
    and equal intercepts for one claim, from which the intercepts are released here.
    """
    if "loadings" in claims:
        model = _with_free_units(model, table, freed)
    if table.ordered is None:
        return Request(model, tuple(claims), freed)
    equal, release = list(claims), list(freed)
    own = [name for name in table.observed if name not in table.exogenous]
    if "intercepts" not in claims:
        # Means of constructs are no claim of this level, but 0 beside free intercepts, released ones too.
        means = {f"{name}~1" for name in table.latents[: table.constructs]}
        equal.append("means")
        release = [name for name in release if "".join(name.split()) not in means] + [f"{name} ~1" for name in own]
    loose = dict(_equal_thresholds(table, freed))
    without_unit = [name for name in table.ordered.names if loose[name] < 2]
    if table.ordered.parameterization == "theta" and "residuals" not in claims:
        equal.append("residuals")
        release += [f"{name} ~~ {name}" for name in own if name not in without_unit]
    elif without_unit and table.ordered.parameterization == "delta":
        raise OptionError(f"Fewer than two thresholds of {listed(without_unit)} are equal, which leaves their scale "
                          "factors unknown under parameterization='delta'; use 'theta'.")  # fmt: skip
    return Request(model, tuple(equal), tuple(dict.fromkeys(release)))


def few_answers(table: ParameterTable) -> tuple[list[str], list[str]]:
    """Ordered items with three answers or fewer, whose equal thresholds are no restriction, and those with two.

    Of these, items that are their construct have no residual, and are left out.
    """
    counts = () if table.ordered is None else table.ordered.thresholds
    without = {row.lhs for row in table.rows if row.op == "~~" and row.lhs == row.rhs and row.fixed == 0}
    few = [name for name, count in counts if count <= 2]
    return few, [name for name, count in counts if count == 1 and name not in without]


def _equal_thresholds(table: ParameterTable, freed: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Ordered items and how many of their thresholds a level holds equal."""
    released = {"".join(name.split()) for name in freed}
    places: dict[tuple[str, str], list[Parameter]] = {}
    for row in table.rows:
        if row.op == "|":
            places.setdefault((row.lhs, row.rhs), []).append(row)
    for item in table.ordered.names if table.ordered else ():
        yield (
            item,
            sum(
                "".join(rows[0].name.split()) not in released and len({(row.label, row.fixed) for row in rows}) == 1
                for (name, _), rows in places.items()
                if name == item
            ),
        )


def _with_free_units(model: Model, table: ParameterTable, freed: Sequence[str]) -> Model:
    """The model with unit variances of constructs free after the first group, where equal loadings carry the unit."""
    released = {"".join(name.split()) for name in freed}
    carried = {
        construct.name
        for construct in model.constructs
        if any(f"{construct.name}=~{item}" not in released for item in construct.items)
    }
    marked = {row.lhs for row in table.rows if row.op == "=~" and row.fixed}
    relations, changed = list(model.relations), False
    for k, relation in enumerate(relations):
        if not (relation.op == "~~" and relation.lhs == relation.rhs in carried - marked):
            continue
        if len(relation.fixed) == 1 and not isnan(relation.fixed[0]) and not relation.label:
            later = (nan,) * (table.n_groups - 1)
            relations[k] = replace(relation, fixed=(*relation.fixed, *later))
            changed = True
    if not changed:
        return model
    return type(model)(model.constructs, relations, definitions=model.definitions, constraints=model.constraints,
                       title=model.title, source=model.source)  # fmt: skip
