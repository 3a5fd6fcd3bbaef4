"""How the sample was drawn: the columns that say so, and what must hold for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.errors import DataError, DesignError, listed
from csisem.survey.columns import IntArray, Table, check_names

if TYPE_CHECKING:
    from csisem.survey.scale import FloatArray


@dataclass(frozen=True, slots=True)
class Design:
    """The columns that describe the sampling design; false when none is declared.

    Parameters
    ----------
    weights
        Sampling weights: the number of customers a row stands for, in any unit.
    strata
        The stratum a row was drawn in.
    clusters
        The cluster a row was drawn in; several columns are stages, the first stage first.
    fpc
        Finite population corrections, a column per stage: population sizes or sampling fractions.
    replicate_weights
        Replicate weights, a column per replicate.
    """

    weights: str | None = None
    strata: str | None = None
    clusters: str | tuple[str, ...] | None = None
    fpc: str | tuple[str, ...] | None = None
    replicate_weights: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns the design names, in the order of its fields."""
        single = tuple(name for name in (self.weights, self.strata) if name is not None)
        return single + self.stages + _several(self.fpc) + self.replicate_weights

    @property
    def stages(self) -> tuple[str, ...]:
        """The cluster columns, the first stage first."""
        return _several(self.clusters)

    def __str__(self) -> str:
        roles = {
            "weights": self.weights,
            "strata": self.strata,
            "clusters": ", ".join(self.stages),
            "fpc": ", ".join(_several(self.fpc)),
            "replicate weights": f"{len(self.replicate_weights)} columns" if self.replicate_weights else None,
        }
        return "; ".join(f"{role} {name}" for role, name in roles.items() if name) or "none declared"


@dataclass(frozen=True, slots=True)
class DesignCounts:
    """What the design's columns hold: rows with weight zero (kept), strata, and first-stage clusters within strata."""

    zero_weights: int = 0
    strata: int = 0
    clusters: int = 0


def check_design(design: Design, table: Table) -> DesignCounts:
    """Return the counts of a design whose columns are in order.

    Raises
    ------
    DataError
        When a column does not exist; the sentence names the nearest.
    DesignError
        When weights are text, negative, missing, infinite or all zero, a stratum or cluster is missing, or a stratum
        has a single cluster.
    """
    if not design:
        return DesignCounts()
    check_names(design.columns, table, "named by the design")
    zeros = 0
    if design.weights is not None:
        zeros = int(np.count_nonzero(weights_of(design.weights, table) == 0))
        if zeros == table.n:
            raise DesignError(f"Weights {design.weights!r} are all zero ({zeros} rows), so no row counts.")
    for name in design.replicate_weights:
        weights_of(name, table)
    for name in _several(design.fpc):
        if (place := _first(~(_numbers(name, table) > 0))) is not None:
            raise DesignError(f"Finite population correction {name!r} is missing or not above zero in row {place}.")
    if design.strata is None and not design.stages:
        return DesignCounts(zeros)
    return _count_clusters(design, table, zeros)


def weights_of(name: str, table: Table) -> FloatArray:
    """Return a weights column (n,), read-only, after checking that every weight is a finite number of at least 0."""
    weights = _numbers(name, table).view()
    wrong = ~(weights >= 0) | np.isinf(weights)
    if wrong.any():
        kinds = {"missing": np.isnan(weights), "negative": weights < 0, "infinite": np.isposinf(weights)}
        told = ", ".join(
            f"{np.count_nonzero(rows)} {kind} (first in row {_first(rows)})"
            for kind, rows in kinds.items()
            if rows.any()
        )
        raise DesignError(f"Weights {name!r} must be finite numbers of at least 0, but hold {told}, rows from 1.")
    weights.flags.writeable = False
    return weights


def _count_clusters(design: Design, table: Table, zeros: int) -> DesignCounts:
    """Count strata and clusters; a cluster's number is read within its stratum, as survey files restart numbering."""
    strata, labels = _complete(design.strata, table) if design.strata else (np.zeros(table.n, dtype=np.intp), ["all"])
    for name in design.stages[1:]:
        _complete(name, table)
    if design.stages:
        clusters, names = _complete(design.stages[0], table)
        pairs = np.unique(strata * max(len(names), 1) + clusters)
        per_stratum = np.bincount(pairs // max(len(names), 1), minlength=len(labels))
    else:
        per_stratum = np.bincount(strata, minlength=len(labels))
    lonely = [label for label, count in zip(labels, per_stratum, strict=True) if count == 1]
    unit = f"cluster of {design.stages[0]!r}" if design.stages else "row"
    if lonely and design.strata is None:
        raise DesignError(f"The data have a single {unit}, so the variance between them cannot be computed.")
    if lonely:
        one = len(lonely) == 1
        raise DesignError(
            f"{'Stratum' if one else 'Strata'} {listed(lonely)} of {design.strata!r} "
            f"{'has' if one else 'have'} a single {unit}; merge {'it' if one else 'them'} with a similar stratum."
        )
    return DesignCounts(zeros, len(labels) if design.strata else 0, int(per_stratum.sum()) if design.stages else 0)


def _complete(name: str, table: Table) -> tuple[IntArray, list[object]]:
    codes, labels = table.groups(name)
    missing = codes < 0
    if missing.any():
        raise DesignError(
            f"Column {name!r} of the design is missing in {np.count_nonzero(missing)} rows "
            f"(first in row {_first(missing)}, counting from 1)."
        )
    return codes, list(labels)


def _numbers(name: str, table: Table) -> FloatArray:
    try:
        return np.asarray(table.numbers([name])[0], dtype=np.float64)
    except DataError as problem:
        raise DesignError(str(problem)) from None


def _several(names: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if names is None else (names,) if isinstance(names, str) else tuple(names)


def _first(rows: np.typing.NDArray[np.bool_]) -> int | None:
    """Return the number, counted from 1, of the first true row."""
    return int(np.argmax(rows)) + 1 if rows.any() else None
