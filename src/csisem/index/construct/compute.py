"""From a fit and answers to indices, their joint covariance and intervals, by the road that fit and design ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError, ScaleError, listed
from csisem.index.construct.bootstrap_covariance import bootstrap_errors, drawn_for
from csisem.index.construct.design_covariance import design_covariance, replicate_covariance
from csisem.index.construct.domains import Domains, domains_of
from csisem.index.construct.index_covariance import Indices, normal_theory_covariance, sandwich_covariance
from csisem.index.construct.item_weights import Weighting, blocks
from csisem.index.construct.weight_sources import WeightSource
from csisem.inference.bootstrap_intervals import Interval
from csisem.inference.influence import Covariance
from csisem.options import IntervalKind, StandardErrors

if TYPE_CHECKING:
    from csisem.fit.bootstrap.replicates import BootstrapReplicates
    from csisem.fit.solution import Solution


SourceOf: TypeAlias = Callable[["Solution", FloatArray], WeightSource]
"""From a solution and the widths (P,) of the items' scales, 1 for products of items, to what weighs them."""

ROADS = {
    "standard": "normal theory",
    "robust": "linearised",
    "design": "linearised (design)",
    "replicates": "replicate weights",
}
"""How the column ``method`` names the road to an error."""


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """The k indices of D domains, or other statistics that a `WeightSource` makes of means and parameters.

    Attributes
    ----------
    given, weighting
        What they are computed from, and the fit's weights.
    values
        (D, k), nan where one cannot be computed.
    covariance
        Of all of them.
    degrees
        Degrees of freedom of every domain's intervals, (D,).
    how
        What a column ``method`` says.
    replicates
        Whether errors come from replicate weights.
    drawn, ends
        The bootstrap that errors come from and its intervals (D, k); None for others.
    """

    given: Indices
    weighting: Weighting
    values: FloatArray
    covariance: Covariance
    degrees: FloatArray
    how: str
    replicates: bool
    drawn: BootstrapReplicates | None
    ends: Interval | None


def compute(
    solution: Solution,
    data: object,
    by: tuple[str, ...],
    source_of: SourceOf,
    bootstrap: object,
    se: StandardErrors | None,
    interval: IntervalKind,
) -> Computed:
    """Compute them; see `satisfaction.csi` for the parameters and what is refused."""
    domains = domains_of(solution, data, by)
    drawn = None if bootstrap is None else drawn_for(solution, domains, bootstrap, se)
    road = _road(solution, domains, se)
    lows, ranges = _bounds(solution, domains)
    source = source_of(solution, np.pad(ranges, (0, solution.centre.shape[-1] - len(ranges)), constant_values=1.0))
    weighting = source.weigh(source.at)
    values = weighting.at(domains.mean - lows, domains.group)
    given = Indices(solution, domains, source, lows, weighting.coefficients[domains.group][..., : len(lows)])
    if drawn is None:
        covariance, degrees = _covariance(given, road)
        how = f"{solution.estimator}, {ROADS[road]}{_design_unused(solution, domains, road)}"
        return Computed(given, weighting, values, covariance, degrees, how, road == "replicates", None, None)
    stack, ends = bootstrap_errors(given, values, drawn, interval)
    degrees = np.full(len(domains.labels), solution.degrees if interval == "normal" else np.inf)
    return Computed(given, weighting, values, stack, degrees, drawn.described(interval), False, drawn, ends)


def _road(solution: Solution, domains: Domains, se: StandardErrors | None) -> str:
    """A key of `ROADS`."""
    beyond = len(domains.by) > len(solution.settings.by)
    drawn = domains.survey is not None and domains.survey.design.drawn
    if se == "robust" and not drawn and (not domains.own or domains.survey is None):
        raise DataError("se='robust' needs the rows that were fitted; this index has moments or other answers.")
    if se == "standard":
        return se
    rows = domains.own and domains.survey is not None
    if rows and solution.settings.errors == "replicates" and solution.replicates is not None:
        return "replicates"
    if drawn:
        return "design"
    if se is not None:
        return se
    return (
        "robust"
        if rows and (beyond or solution.moments.weighted or solution.estimator not in ("ML", "GLS"))
        else "standard"
    )


def _covariance(given: Indices, road: str) -> tuple[Covariance, FloatArray]:
    """Joint covariance of all indices, and degrees of freedom of every domain, (D,)."""
    normal = np.full(len(given.domains.labels), np.inf)
    if road == "design":
        return design_covariance(given)
    if road == "replicates":
        return replicate_covariance(given), np.full(len(normal), given.solution.degrees)
    return (sandwich_covariance(given) if road == "robust" else normal_theory_covariance(given)), normal


def _bounds(solution: Solution, domains: Domains) -> tuple[FloatArray, FloatArray]:
    scales = domains.moments.scales
    bare = [item for item, scale in zip(domains.moments.items, scales, strict=True) if scale is None]
    used = {child for block in blocks(solution.table) for child in block.children}
    missing = [item for item in bare if item in used]
    if missing:
        raise ScaleError(f"The index needs the questionnaire's bounds: declare scale= for {listed(missing)}.")
    lows = np.array([scale.low if scale else 0.0 for scale in scales])
    highs = np.array([scale.high if scale else 1.0 for scale in scales])
    return lows, highs - lows


def _design_unused(solution: Solution, domains: Domains, road: str) -> str:
    """What a reader of the error must know of a design that does not enter it."""
    if road in ("design", "replicates") or (domains.survey is None and not domains.own):
        return ""
    # Fitted rows that are not there any more were drawn all the same.
    design = solution.settings.design if domains.survey is None else domains.survey.design
    return " (no design)" if design.drawn or design.replicate_weights else ""
