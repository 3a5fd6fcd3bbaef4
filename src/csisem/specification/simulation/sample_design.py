"""Design of a simulated sample: strata, allocation, clusters."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.completion import Completion
from csisem.errors import DesignError, listed, nearest, shown
from csisem.option_checks import MOST_NUMBERS, check_whole
from csisem.options import validate
from csisem.specification.simulation.response_scales import is_number

Shift: TypeAlias = float | Mapping[str, float]
"""Shift of a stratum's means in standard deviations: of all items, or by item or construct."""

Allocation = Literal["proportional", "equal"]
"""``proportional``: to the strata's shares of the population; ``equal``: the same number from every stratum."""


@dataclass(frozen=True, slots=True)
class Places:
    """Stratum, cluster and weight of n rows.

    Attributes
    ----------
    stratum, cluster
        Numbers (n,) of the row's stratum and, across all strata, of its cluster, ascending.
    weight
        Share in the population over share in the sample of the row's stratum (n,); mean 1.
    """

    stratum: IntArray
    cluster: IntArray
    weight: FloatArray


@dataclass(frozen=True, slots=True)
class SampleDesign(Completion):
    """A stratified cluster sample, to simulate (Kish 1965, Survey Sampling, chapters 3 and 5).

    A `Design` names the columns of an existing sample; this describes one that `Model.simulate` draws.

    Parameters
    ----------
    strata
        Each stratum's share of the population, or its size: only proportions matter. Empty: one stratum.
    clusters
        Clusters drawn per stratum, one number or by stratum; None draws respondents directly. The clusters of a
        stratum differ by at most one row in size.
    icc
        Intraclass correlation: the share of every item's variance, and covariance, between the clusters of a stratum.
    allocation
        Rows of each stratum: ``"proportional"`` to its share, ``"equal"``, or proportions by stratum. Weights differ
        under all but the first.
    shifts
        By stratum, the shift of its means in standard deviations: a number shifts every item; a mapping shifts the
        named items or constructs, and through the paths what depends on these. Covariances within strata stay the
        model's.

    Raises
    ------
    DesignError
        If a share or count is not positive, ``icc`` is not in [0, 1) or is given without clusters, or a stratum is
        unknown.

    See Also
    --------
    Model.simulate : Draw the sample.
    Design : The design of an existing sample.

    Examples
    --------
    >>> design = cs.SampleDesign(strata={"North": 0.7, "South": 0.3}, clusters=10, icc=0.05, allocation="equal")
    >>> model, values = cs.datasets.retail_survey_model(), cs.datasets.retail_survey_values()
    >>> sample = model.simulate(400, values, design=design, seed=1)
    >>> sample.groupby("stratum")["weight"].agg(["size", "mean"]).round(2)
             size  mean
    stratum
    North     200   1.4
    South     200   0.6
    """

    _internal = frozenset({"places"})

    strata: Mapping[Hashable, float] = field(default_factory=dict)
    clusters: int | Mapping[Hashable, int] | None = None
    icc: float = 0.0
    allocation: Allocation | Mapping[Hashable, float] = "proportional"
    shifts: Mapping[Hashable, Shift] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for option in ("strata", "shifts"):
            if not isinstance(getattr(self, option), Mapping):
                given = shown(getattr(self, option))
                raise DesignError(f"{option}= takes a mapping from stratum to number, not {given}.")
        _check_positive(self.strata, "strata")
        for option in ("clusters", "allocation", "shifts"):
            named = getattr(self, option)
            if isinstance(named, Mapping):
                self._check_strata(named, option, complete=option != "shifts")
                if option != "shifts":
                    _check_positive(named, option)
        if not isinstance(self.allocation, Mapping):
            object.__setattr__(self, "allocation", validate("allocation", self.allocation, Allocation))
        counts = self.clusters.values() if isinstance(self.clusters, Mapping) else (self.clusters,)
        for count in counts:
            if count is not None and (isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1):
                raise DesignError(f"clusters= takes whole numbers of at least 1 per stratum, not {shown(count)}.")
        if not is_number(self.icc) or not 0.0 <= self.icc < 1.0:
            raise DesignError(
                f"icc={shown(self.icc)} is not an intraclass correlation; it must be at least 0 and below 1."
            )
        if self.icc and self.clusters is None:
            raise DesignError(f"icc={self.icc:g} needs clusters; give their number with clusters=.")

    @property
    def labels(self) -> tuple[Hashable, ...]:
        """The strata, in the order given; ``(None,)`` for one."""
        return tuple(self.strata) or (None,)

    def places(self, n: int) -> Places:
        """Return the stratum, cluster and weight of n rows."""
        check_whole("n", n, 1, MOST_NUMBERS)
        labels = self.labels
        shares = np.array([self.strata.get(label, 1.0) for label in labels], dtype=np.float64)
        shares /= shares.sum()
        rows = _apportion(n, self._proportions(shares))
        counts = np.array([self._clusters_of(label) for label in labels])
        least = np.maximum(counts, 1)
        for label, got, need in zip(labels, rows, least, strict=True):
            if got < need:
                where = "" if label is None else f" for stratum {label!r}"
                raise DesignError(f"n={n} leaves {got} rows{where}, which needs {need}: one per cluster at least.")
        first = np.cumsum(least) - least
        parts = [
            first[h] + np.arange(rows[h]) * least[h] // rows[h] if counts[h] else np.full(rows[h], first[h])
            for h in range(len(labels))
        ]
        stratum = np.repeat(np.arange(len(labels)), rows)
        return Places(stratum, np.concatenate(parts), (shares * n / rows)[stratum])

    def _proportions(self, shares: FloatArray) -> FloatArray:
        if self.allocation == "proportional":
            return shares
        if isinstance(self.allocation, Mapping):
            wanted = np.array([self.allocation[label] for label in self.labels], dtype=np.float64)
        else:
            wanted = np.ones(len(shares))
        proportions: FloatArray = wanted / wanted.sum()
        return proportions

    def _clusters_of(self, label: Hashable) -> int:
        if isinstance(self.clusters, Mapping):
            return int(self.clusters[label])
        return int(self.clusters or 0)

    def _check_strata(self, named: Mapping[Hashable, object], option: str, *, complete: bool) -> None:
        for label in named:
            if label not in self.strata:
                raise DesignError(f"{option}= names {label!r}, which is not a stratum"
                                  f"{nearest(str(label), map(str, self.strata))}.")  # fmt: skip
        if complete and (absent := [label for label in self.strata if label not in named]):
            raise DesignError(f"{option}= has no number for {listed(absent)}.")


def _check_positive(numbers: Mapping[Hashable, float], option: str) -> None:
    for label, number in numbers.items():
        if not is_number(number) or number <= 0:
            raise DesignError(f"{option}= for {shown(label)} must be a number above 0; got {shown(number)}.")


def _apportion(n: int, shares: FloatArray) -> IntArray:
    """Whole numbers that sum to n, in proportion to the shares: largest remainders (Hamilton's method)."""
    exact = n * shares
    rows = np.floor(exact).astype(np.intp)
    # A stable sort gives ties to the stratum named first.
    most = np.argsort(-(exact - rows), kind="stable")
    rows[most[: n - rows.sum()]] += 1
    return rows
