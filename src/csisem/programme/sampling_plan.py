"""The sampling plan of a programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from csisem.arrays import pd
from csisem.errors import OptionError, nearest, shown
from csisem.option_checks import check_number, names_of
from csisem.options import AllocationMethod
from csisem.sampling import allocate, size_strata


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """A stratified sampling plan: strata, their customers and spread, and the margin wanted.

    Attributes
    ----------
    strata
        The column of the strata.
    sizes
        Customers in each stratum.
    sds
        Standard deviation of the index (points of 0-100), for all strata or by stratum.
    margin
        Half-width of the interval of the index that is wanted, in points.
    method, costs, minimum, response_rate, level
        As for `csisem.sampling.size_strata` and `csisem.sampling.allocate`.
    coverage
        Share of the customers whom the list that is drawn from contains; None where that is not known.
    """

    strata: str
    sizes: Mapping[Any, float]
    sds: float | Mapping[Any, float] = 20.0
    margin: float = 2.0
    method: AllocationMethod = "proportional"
    costs: Mapping[Any, float] | None = None
    minimum: int = 2
    response_rate: float = 1.0
    level: float = 0.95
    coverage: float | None = None

    def __post_init__(self) -> None:
        if len(names_of("strata", self.strata)) != 1:
            raise OptionError("strata= of the sampling plan must name one column.")
        if self.coverage is not None:
            check_number("coverage", self.coverage, 0, 1)
        for name in ("sizes", "sds", "costs"):
            value = getattr(self, name)
            if isinstance(value, Mapping):
                object.__setattr__(self, name, dict(value))
        self.allocation()

    @property
    def n(self) -> int:
        """Customers to draw, so that with the expected response the index has the margin."""
        return size_strata(
            self.sizes, self.sds, margin=self.margin, method=self.method, costs=self.costs, level=self.level,
            response_rate=self.response_rate,
        )  # fmt: skip

    def allocation(self) -> pd.DataFrame:
        """Return the customers to draw in each stratum; see `csisem.sampling.allocate`."""
        sds = self.sds if self.method in ("neyman", "cost") else None
        sizes = [int(float(one)) for one in self.sizes.values()]
        n = min(max(self.n, sum(min(self.minimum, size) for size in sizes)), sum(sizes))
        return allocate(n, self.sizes, method=self.method, sds=sds, costs=self.costs, minimum=self.minimum)


def sampling_plan(given: object) -> SamplingPlan | None:
    """Return a plan from a plan, a mapping with its fields, or None."""
    if given is None or isinstance(given, SamplingPlan):
        return given
    known = [part.name for part in fields(SamplingPlan)]
    if not isinstance(given, Mapping):
        raise OptionError(f"sampling= takes a mapping with {', '.join(known)}, not {shown(given)}.")
    if odd := [key for key in given if key not in known]:
        raise OptionError(f"sampling= has the key {shown(odd[0])}{nearest(str(odd[0]), known)}, which no plan has.")
    if lacking := [key for key in ("strata", "sizes") if key not in given]:
        raise OptionError(f"sampling= lacks {lacking[0]!r}.")
    return SamplingPlan(**given)
