"""Indices of a fit with their joint covariance and intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from csisem.arrays import FloatArray
from csisem.display.sentences import Sentence, sentence
from csisem.display.wording import Plain
from csisem.errors import DataError, OptionError, ScaleError, listed
from csisem.fit.bootstrap.replicates import BootstrapReplicates
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.solution import Solution
from csisem.index.construct.bootstrap_covariance import bootstrap_errors, drawn_for
from csisem.index.construct.design_covariance import design_covariance, replicate_covariance
from csisem.index.construct.domains import Domains, domains_of
from csisem.index.construct.index_covariance import Indices, normal_theory_covariance, sandwich_covariance
from csisem.index.construct.item_weights import Weighting, blocks
from csisem.index.construct.weight_sources import WeightSource
from csisem.inference.bootstrap_intervals import Interval
from csisem.inference.influence import Covariance
from csisem.option_checks import check_share, interval_kind
from csisem.options import IntervalKind, StandardErrors, validate

SourceOf: TypeAlias = Callable[["Solution", FloatArray], WeightSource]
"""From a fit and the widths (P,) of the items' scales (1 for products of items) to its item weights."""


@dataclass(frozen=True, slots=True)
class ErrorOptions:
    """Where standard errors and intervals come from; see `satisfaction.csi`."""

    bootstrap: object
    se: StandardErrors | None
    interval: IntervalKind
    level: float

    @classmethod
    def of(cls, bootstrap: object, se: object, interval: object, level: float) -> ErrorOptions:
        """Check the options."""
        check_share("level", level)
        method = None if se is None else validate("se", se, StandardErrors)
        return cls(bootstrap, method, interval_kind(interval, bootstrap), level)


_METHODS = {
    "standard": "index.errors.standard",
    "robust": "index.errors.robust",
    "design": "index.errors.design",
    "replicates": "index.errors.replicates",
}


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """The k indices of D domains, or other statistics of a `WeightSource`.

    Attributes
    ----------
    given, weighting
        The input, and the item weights at the estimate.
    values
        Indices (D, k), nan where one cannot be computed.
    covariance
        Of all D x k indices.
    degrees
        Degrees of freedom of each domain's intervals, (D,).
    how
        The text of the column ``method``.
    replicates
        Whether standard errors come from replicate weights.
    drawn, ends
        The bootstrap and its intervals (D, k); None for other methods.
    """

    given: Indices
    weighting: Weighting
    values: FloatArray
    covariance: Covariance
    degrees: FloatArray
    how: Sentence
    replicates: bool
    drawn: BootstrapReplicates | None
    ends: Interval | None


def compute(
    solution: Solution,
    data: object,
    by: tuple[str, ...],
    source_of: SourceOf,
    options: ErrorOptions,
) -> Computed:
    """Compute the indices of all domains; `satisfaction.csi` explains the parameters and what is refused."""
    domains = domains_of(solution, data, by)
    drawn = None if options.bootstrap is None else drawn_for(solution, domains, options.bootstrap, options.se)
    method = _error_method(solution, domains, options.se)
    lows, ranges = _bounds(solution, domains)
    source = source_of(solution, np.pad(ranges, (0, solution.centre.shape[-1] - len(ranges)), constant_values=1.0))
    weighting = source.weigh(source.at)
    values = weighting.at(domains.mean - lows, domains.group)
    given = Indices(solution, domains, source, lows, weighting.coefficients[domains.group][..., : len(lows)])
    if drawn is None:
        covariance, degrees = _covariance(given, method)
        estimator: Plain = solution.estimator
        if isinstance(solution, OrderedSolution):
            estimator = sentence("index.of_codes", estimator=solution.estimator)
        how = sentence("index.method", estimator=estimator, errors=sentence(_METHODS[method]),
                       no_design=_design_unused(solution, domains, method))  # fmt: skip
        return Computed(given, weighting, values, covariance, degrees, how, method == "replicates", None, None)
    kind = options.interval
    stack, ends = bootstrap_errors(given, values, drawn, kind, options.level)
    degrees = np.full(len(domains.labels), solution.degrees if kind == "normal" else np.inf)
    return Computed(given, weighting, values, stack, degrees, drawn.described(kind), False, drawn, ends)


def _error_method(solution: Solution, domains: Domains, se: StandardErrors | None) -> str:
    """The standard-error method, a key of `_METHODS`."""
    beyond = len(domains.by) > len(solution.settings.by)
    drawn = domains.survey is not None and domains.survey.design.drawn
    if se == "robust" and not drawn and (not domains.own or domains.survey is None):
        raise DataError("se='robust' needs the rows that were fitted; the data here are moments or other answers.")
    if se == "standard":
        if domains.own and isinstance(solution, OrderedSolution):
            raise OptionError("se='standard' takes answers as normal, and ordered answers are not; use se='robust', or "
                              "leave it out.")  # fmt: skip
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


def _covariance(given: Indices, method: str) -> tuple[Covariance, FloatArray]:
    """Joint covariance of all indices, and degrees of freedom of each domain, (D,)."""
    normal = np.full(len(given.domains.labels), np.inf)
    if method == "design":
        return design_covariance(given)
    if method == "replicates":
        return replicate_covariance(given), np.full(len(normal), given.solution.degrees)
    return (sandwich_covariance(given) if method == "robust" else normal_theory_covariance(given)), normal


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


def _design_unused(solution: Solution, domains: Domains, method: str) -> bool:
    """Whether the answers have a design that does not enter the standard errors."""
    if method in ("design", "replicates") or (domains.survey is None and not domains.own):
        return False
    # The design also holds for fitted rows that are no longer at hand.
    design = solution.settings.design if domains.survey is None else domains.survey.design
    return bool(design.drawn or design.replicate_weights)
