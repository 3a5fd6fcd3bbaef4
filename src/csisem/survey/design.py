"""The sampling design: weights, strata, clusters and replicate weights."""

from __future__ import annotations

import math
from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import Any

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError, DesignError, OptionError, agree, listed, shown
from csisem.option_checks import check_flag, listing_of, names_of, real
from csisem.options import Lonely, ReplicateType, validate
from csisem.survey.columns import Table, check_names

# Replicate weights sum to about as much as the weights; multipliers of the weights do not.
_FAR = 2.0


@dataclass(frozen=True, slots=True)
class Design:
    """The columns that describe the sampling design; false when none is declared.

    Parameters
    ----------
    weights
        Sampling weights: the number of customers a row represents, in any unit.
    strata
        The stratum a row was drawn from; several columns are crossed.
    clusters
        The cluster a row was drawn from. Several columns are stages, the first stage first; numbers of a later stage
        are read within the unit of the stage before.
    fpc
        Finite population corrections, a column per stage: population sizes (all at least 1) or sampling fractions (all
        at most 1) of the units drawn at that stage. Without clusters the units are rows; one column more than cluster
        columns corrects for the rows drawn in the last clusters. With a second column the variance is computed by
        stage, otherwise from the first-stage units alone (ultimate clusters).
    replicate_weights
        Replicate weights, a column per replicate; they contain the sampling weights. Standard errors then come from
        them.
    replicate_type
        How they were made: ``"BRR"``, ``"Fay"``, ``"JK1"``, ``"JKn"``, ``"bootstrap"`` or ``"other"``.
    scale
        The factor of the replicates' sum of squared deviations. None: 1/R for BRR, (R - 1)/R for JK1, 1 for JKn,
        1/(R - 1) for a bootstrap. Fay needs it, 1/(R (1 - rho)^2).
    rscales
        A further factor per replicate, all 1 by default. JKn needs them, (n_h - 1)/n_h in the replicate's stratum h.
    mse
        Whether deviations are taken from the estimate of the whole sample instead of the replicates' mean.
    lonely
        The contribution of a stratum with a single unit, which shows no variance: ``"refuse"`` (an error),
        ``"adjust"`` (its deviation from the mean of all strata), ``"average"`` (the mean variance of the others),
        ``"remove"`` or ``"certainty"`` (none). A stratum with sampling fraction 1 contributes nothing and is not
        lonely.
    nest
        Whether cluster numbers start again in every stratum. Otherwise a number in two strata is refused.

    Raises
    ------
    OptionError
        If a rule is not one of those above.
    DesignError
        If replicate weights lack their type, scale or factors, or the factors do not match them.

    Examples
    --------
    >>> survey, design = cs.datasets.retail_survey(), cs.Design(weights="weight", clusters="store")
    >>> cs.diagnose.means(survey, "s1", design=design, deff="replace")[["estimate", "se", "deff"]].round(3)
       estimate     se  deff
    0     7.576  0.039  2.13
    """

    weights: str | None = None
    strata: str | tuple[str, ...] | None = None
    clusters: str | tuple[str, ...] | None = None
    _: KW_ONLY
    fpc: str | tuple[str, ...] | None = None
    replicate_weights: tuple[str, ...] = ()
    replicate_type: ReplicateType | None = None
    scale: float | None = None
    rscales: tuple[float, ...] | None = None
    mse: bool = False
    lonely: Lonely = "refuse"
    nest: bool = False

    def __post_init__(self) -> None:
        if self.weights is not None and not isinstance(self.weights, str):
            raise OptionError(f"weights= must be the name of a column, as text; got {shown(self.weights)}.")
        for name in ("strata", "clusters", "fpc"):
            value = getattr(self, name)
            # One population size may serve two stages.
            columns = names_of(name, value, once=name != "fpc")
            if not isinstance(value, str):
                object.__setattr__(self, name, columns or None)
        object.__setattr__(self, "replicate_weights", names_of("replicate_weights", self.replicate_weights))
        object.__setattr__(self, "rscales", _factors(self.rscales))
        for name in ("mse", "nest"):
            check_flag(name, getattr(self, name))
        object.__setattr__(self, "lonely", validate("lonely", self.lonely, Lonely))
        if (count := len(several(self.fpc))) > len(self.stages) + 1:
            raise DesignError(
                f"fpc= names {count} columns ({listed(several(self.fpc))}) for {len(self.stages)} columns of clusters; "
                "give one per stage, and at most one more for the rows."
            )
        _check_replicates(self)

    def __bool__(self) -> bool:
        return bool(self.columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns the design names, in the order of its fields."""
        return several(self.weights) + several(self.strata) + self.stages + several(self.fpc) + self.replicate_weights

    @property
    def stages(self) -> tuple[str, ...]:
        """The cluster columns, the first stage first."""
        return several(self.clusters)

    @property
    def drawn(self) -> bool:
        """Whether strata, clusters or finite populations are declared, so that rows are not independent draws."""
        return bool(several(self.strata) or self.stages or several(self.fpc))

    def __str__(self) -> str:
        count = len(self.replicate_weights)
        roles = {
            "weights": self.weights,
            "strata": ", ".join(several(self.strata)),
            "clusters": ", ".join(self.stages),
            "fpc": ", ".join(several(self.fpc)),
            "replicate weights": f"{count} columns ({self.replicate_type})" if count else None,
        }
        return "; ".join(f"{role} {name}" for role, name in roles.items() if name) or "none declared"


def _factors(rscales: object) -> tuple[float, ...] | None:
    if rscales is None:
        return None
    factors = listing_of(rscales)
    if not factors or not all(math.isfinite(real(factor)) for factor in factors):
        raise OptionError(f"rscales= must be a list of numbers, one for each replicate; got {shown(rscales)}.")
    return tuple(map(real, factors))


def _check_replicates(design: Design) -> None:
    count = len(design.replicate_weights)
    if not count:
        if given := [name for name in ("replicate_type", "scale", "rscales") if getattr(design, name) is not None]:
            raise DesignError(f"{given[0]}= describes replicate weights; name them with replicate_weights=.")
        return
    if design.replicate_type is None:
        raise DesignError("replicate_weights= needs replicate_type=, on which the variance depends.")
    kind = validate("replicate_type", design.replicate_type, ReplicateType)
    object.__setattr__(design, "replicate_type", kind)
    if count < 2:
        raise DesignError("A single column of replicate weights shows no spread; give at least two.")
    if design.scale is not None and not (isinstance(design.scale, Real) and 0 < design.scale < np.inf):
        raise DesignError(f"scale= of the replicate weights must be a number above zero; got {design.scale!r}.")
    if design.replicate_type == "Fay" and design.scale is None:
        raise DesignError(f"replicate_type='Fay' needs scale=, for {count} replicates 1/({count} (1 - rho)^2).")
    if design.replicate_type == "other" and design.scale is None:
        raise DesignError("replicate_type='other' needs scale=, the factor of the sum of squared deviations.")
    if design.rscales is None:
        if design.replicate_type == "JKn":
            raise DesignError("replicate_type='JKn' needs rscales=, for every replicate (n_h - 1)/n_h with n_h the "
                              "clusters in the stratum that lost one.")  # fmt: skip
    elif len(design.rscales) != count:
        raise DesignError(f"There are {count} columns of replicate weights but {len(design.rscales)} rscales; "
                          "give one per replicate.")  # fmt: skip
    elif not all(0 <= factor < np.inf for factor in design.rscales):
        raise DesignError("rscales= must be finite numbers of at least 0.")


def as_design(design: Design | None, **columns: Any) -> Design:
    """Return the design given as a whole or column by column, not both."""
    given = {
        name: value
        for name, value in columns.items()
        if value is not None and not (isinstance(value, tuple) and not value)
    }
    if design is None:
        return Design(**given)
    if not isinstance(design, Design):
        raise DesignError(f"design= must be a csisem.Design; got {type(design).__name__!r}.")
    if given:
        raise DesignError(f"Give the whole design with design=, or its columns one by one, not both ({listed(given)}).")
    return design


@dataclass(frozen=True, slots=True)
class DesignCounts:
    """Counts of a design: rows with weight zero (kept), strata, and first-stage clusters within strata."""

    zero_weights: int = 0
    strata: int = 0
    clusters: int = 0


def check_weights(design: Design, table: Table) -> int:
    """Return how many rows have weight zero; refuse weights that are impossible or contradict the replicate weights."""
    if not design:
        return 0
    check_names(design.columns, table, "named by the design")
    zeros, total = 0, float(table.n)
    if design.weights is not None:
        weights = weights_of(design.weights, table)
        zeros, total = int(np.count_nonzero(weights == 0)), float(weights.sum())
        if zeros == table.n:
            raise DesignError(f"Weights {design.weights!r} are all zero ({zeros} rows); at least one must be positive.")
    if design.replicate_weights:
        sums = [float(weights_of(name, table).sum()) for name in design.replicate_weights]
        if nothing := [name for name, own in zip(design.replicate_weights, sums, strict=True) if own == 0]:
            raise DesignError(f"Replicate weights {listed(nothing)} are all zero, so the "
                              f"{agree(len(nothing), 'replicate has', 'replicates have')} no rows; leave the column "
                              "out.")  # fmt: skip
        mean = float(np.mean(sums))
        if not total / _FAR < mean < total * _FAR:
            raise DesignError(
                f"The replicate weights sum to {mean:g} on average where the weights sum to {total:g}; replicate "
                "weights contain the sampling weights, so multiply factors by the weights first."
            )
    return zeros


def weights_of(name: str, table: Table) -> FloatArray:
    """Return a column of weights (n,), read-only, each a finite number of at least 0."""
    weights = numbers_of(name, table).view()
    wrong = ~(weights >= 0) | np.isinf(weights)
    if wrong.any():
        kinds = {"missing": np.isnan(weights), "negative": weights < 0, "infinite": np.isposinf(weights)}
        counts = ", ".join(
            f"{np.count_nonzero(rows)} {kind} (first in row {int(np.argmax(rows)) + 1})"
            for kind, rows in kinds.items()
            if rows.any()
        )
        raise DesignError(
            f"Weights {name!r} must be finite numbers of at least 0, but hold {counts}; rows are counted from 1."
        )
    weights.flags.writeable = False
    return weights


def numbers_of(name: str, table: Table) -> FloatArray:
    """Return a column of the design as floats (n,)."""
    check_names((name,), table, "named by the design")
    try:
        return np.asarray(table.numbers([name])[0], dtype=np.float64)
    except DataError as problem:
        raise DesignError(str(problem)) from None


def several(names: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the columns of a field of a `Design`, of which there may be none, one or several."""
    return () if names is None else (names,) if isinstance(names, str) else names
