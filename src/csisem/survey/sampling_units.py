"""Strata, clusters and sampling fractions of the rows, as codes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import NoReturn

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.errors import DesignError, listed
from csisem.option_checks import check_kind
from csisem.options import Lonely
from csisem.survey.columns import Table, check_names, cross
from csisem.survey.design import Design, DesignCounts, check_weights, numbers_of, several, weights_of


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The sampling units of all n rows of the data, complete or not, as codes.

    Attributes
    ----------
    weights
        Sampling weights (n,), read-only; None without weights.
    strata
        First-stage stratum of each row (n,), zeros without strata.
    n_strata
        Number of strata, 1 without strata.
    stages
        Unit of each stage (n,), first stage first, numbered 0, 1, ... over the whole sample: a unit of a later stage
        belongs to one unit of the stage before, a unit of the first stage to one stratum. Without clusters there is
        one stage, the row itself.
    fractions
        Per stage the sampling fraction (n,) in the stratum, or the unit of the stage before, from which the row's unit
        was drawn; None without a correction.
    clusters
        Number of stages that are cluster columns; the row itself is a further stage when its fraction is known.
    lonely
        The rule for a stratum, or a unit of an earlier stage, from which a single unit was drawn.
    """

    weights: FloatArray | None
    strata: IntArray
    n_strata: int
    stages: tuple[IntArray, ...]
    fractions: tuple[FloatArray | None, ...]
    clusters: int
    lonely: Lonely

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.strata)

    def count(self, stage: int) -> int:
        """Units of a stage, counted from 0."""
        return self.n if stage >= self.clusters else int(self.stages[stage].max(initial=-1)) + 1

    def parents(self, stage: int) -> tuple[IntArray, int]:
        """The stratum or earlier unit from which each row's unit of a stage was drawn (n,), and their number."""
        return (self.strata, self.n_strata) if stage == 0 else (self.stages[stage - 1], self.count(stage - 1))

    def sizes(self, stage: int) -> IntArray:
        """Units of a stage drawn from each stratum, or from each unit of the stage before."""
        parent, count = self.parents(stage)
        first = first_rows(self.stages[stage], self.count(stage))
        return np.bincount(parent[first], minlength=count)


def first_rows(codes: IntArray, count: int) -> IntArray:
    """The first row of each of ``count`` units, (count,)."""
    first = np.empty(count, dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first


def check_design(design: Design, table: Table, *, whole: bool = True) -> tuple[DesignCounts, Units | None]:
    """Return the counts of a design that agrees with the data, and its units unless rows are independent draws.

    Unless the design must be there as a ``whole``, one whose columns the data lack is left to be refused in use.
    """
    check_kind("design", design, Design)
    if not (whole or set(design.columns) <= set(table.names)):
        return DesignCounts(), None
    zeros = check_weights(design, table)
    if not design.drawn:
        return DesignCounts(zeros), None
    units = units_of(design, table)
    return DesignCounts(zeros, units.n_strata if design.strata else 0, units.count(0) if design.stages else 0), units


def units_of(design: Design, table: Table) -> Units:
    """Return the sampling units of all rows; refuse a design that contradicts the data."""
    check_names(design.columns, table, "named by the design")
    weights = None if design.weights is None else weights_of(design.weights, table)
    strata, labels = _strata(design, table)
    stages = _nested(design, table, strata, labels)
    corrections = several(design.fpc)
    if not stages or len(corrections) > len(stages):
        stages = (*stages, np.arange(table.n, dtype=np.intp))
    units = Units(
        weights, strata, max(len(labels), 1), stages, (None,) * len(stages), len(design.stages), design.lonely
    )
    known = [_fractions(name, table, units, stage) for stage, name in enumerate(corrections)]
    units = replace(units, fractions=(*known, *units.fractions[len(known) :]))
    if design.lonely == "refuse":
        _check_lonely(design, units, labels)
    return units


def _strata(design: Design, table: Table) -> tuple[IntArray, tuple[Hashable, ...]]:
    names = several(design.strata)
    if not names:
        return np.zeros(table.n, dtype=np.intp), ("all",)
    return cross([_complete(name, table) for name in names])


def _nested(design: Design, table: Table, strata: IntArray, labels: tuple[Hashable, ...]) -> tuple[IntArray, ...]:
    """Number the clusters of every stage over the whole sample."""
    stages: list[IntArray] = []
    for k, name in enumerate(design.stages):
        codes, names = _complete(name, table)
        if k == 0 and design.strata is not None and not design.nest:
            _check_nested(design, codes, names, strata, labels)
        # Later stages start their numbering again in every unit of the stage before.
        within = strata if k == 0 else stages[-1]
        stages.append(pd.factorize(within * max(len(names), 1) + codes)[0].astype(np.intp, copy=False))
    return tuple(stages)


def _check_nested(
    design: Design, codes: IntArray, names: list[Hashable], strata: IntArray, labels: tuple[Hashable, ...]
) -> None:
    """Refuse a cluster number that occurs in several strata."""
    home = strata[first_rows(codes, len(names))]
    astray = np.flatnonzero(home[codes] != strata)
    if not astray.size:
        return
    wrong = list(dict.fromkeys(codes[astray].tolist()))
    first = astray[0]
    places = listed([labels[home[codes[first]]], labels[strata[first]]])
    more = f", and so do {len(wrong) - 1} more" if len(wrong) > 2 else ", and so does 1 more" if len(wrong) == 2 else ""
    raise DesignError(
        f"Cluster {str(names[codes[first]])!r} of {design.stages[0]!r} lies in several strata of "
        f"{listed(several(design.strata))}, {places}{more}; if numbers start again in every stratum, pass nest=True."
    )


def _fractions(name: str, table: Table, units: Units, stage: int) -> FloatArray:
    """Sampling fractions (n,) from a column of population sizes or sampling fractions."""
    values = numbers_of(name, table)
    if (places := np.flatnonzero(~(values > 0))).size:
        raise DesignError(f"Finite population correction {name!r} is missing or not above zero in row {places[0] + 1}, "
                          "counting from 1.")  # fmt: skip
    parent, count = units.parents(stage)
    what = "stratum" if stage == 0 else f"cluster of stage {stage}"
    own = values[first_rows(parent, count)]
    if (places := np.flatnonzero(own[parent] != values)).size:
        first = places[0]
        raise DesignError(
            f"Finite population correction {name!r} is {own[parent[first]]:g} and {values[first]:g} within one {what} "
            f"(row {first + 1}, counting from 1); it must be the same for all rows of a {what}."
        )
    if own.max(initial=0.0) <= 1:
        return values
    if (own < 1).any():
        raise DesignError(f"Finite population correction {name!r} holds population sizes (up to {own.max():g}) and "
                          f"sampling fractions (down to {own.min():g}); use one of the two.")  # fmt: skip
    sizes = units.sizes(stage)
    if (over := np.flatnonzero(sizes > own)).size:
        row = first_rows(parent, count)[over[0]]
        raise DesignError(
            f"Finite population correction {name!r} is {own[over[0]]:g} units where {sizes[over[0]]} were drawn "
            f"({what} of row {row + 1}, counting from 1); a population is no smaller than its sample."
        )
    return (sizes / own)[parent]


def _check_lonely(design: Design, units: Units, labels: tuple[Hashable, ...]) -> None:
    """Refuse a single unit, unless it is all there is, at every stage whose variance is computed."""
    for stage, fraction in enumerate(units.fractions):
        if stage and fraction is None:
            return
        parent, count = units.parents(stage)
        alone = units.sizes(stage) == 1
        if fraction is not None:
            alone &= fraction[first_rows(parent, count)] < 1
        if not alone.any() or (stage == 0 and not (design.strata or design.stages or fraction is not None)):
            continue
        unit = f"cluster of {design.stages[stage]!r}" if stage < units.clusters else "row"
        if stage:
            number = int(np.count_nonzero(alone))
            has, them = ("has", "it") if number == 1 else ("have", "them")
            raise DesignError(
                f"{number} of the clusters of {design.stages[stage - 1]!r} {has} a single {unit}, so the variance "
                f"within {them} cannot be computed; choose a rule with lonely=, or leave the stage's fpc out."
            )
        _refuse_lonely(design, unit, [label for label, lone in zip(labels, alone, strict=True) if lone])


def _refuse_lonely(design: Design, unit: str, lonely: list[Hashable]) -> NoReturn:
    if design.strata is None:
        raise DesignError(f"The data have a single {unit}, so the variance between them cannot be computed.")
    one = len(lonely) == 1
    raise DesignError(
        f"{'Stratum' if one else 'Strata'} {listed(lonely)} of {listed(several(design.strata))} "
        f"{'has' if one else 'have'} a single {unit}; merge {'it' if one else 'them'} with a similar stratum, "
        "or choose a rule with lonely=."
    )


def _complete(name: str, table: Table) -> tuple[IntArray, list[Hashable]]:
    codes, labels = table.groups(name)
    missing = codes < 0
    if missing.any():
        raise DesignError(
            f"Column {name!r} of the design is missing in {np.count_nonzero(missing)} rows "
            f"(first in row {int(np.argmax(missing)) + 1}, counting from 1)."
        )
    return codes, list(labels)
