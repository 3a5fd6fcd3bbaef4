"""Standard errors and intervals of indices from the bootstrap of a fit."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import OptionError
from csisem.fit.bootstrap.acceleration import MeanInfluence, RowStatistics
from csisem.fit.bootstrap.bootstrap_result import replicates_of
from csisem.fit.bootstrap.replicates import BootstrapReplicates
from csisem.fit.covariance.errors.taylor_linearisation import group_codes
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.solution import Solution
from csisem.index.construct.domains import Domains
from csisem.index.construct.index_covariance import Indices, by_parameter, sampled_weight
from csisem.inference.bootstrap_intervals import DrawCovariance, Interval
from csisem.options import IntervalKind

# Most indices whose influence values of all rows are held at once.
_MOST_SKEWED = 600


def drawn_for(solution: Solution, domains: Domains, bootstrap: object, se: object) -> BootstrapReplicates:
    """Return the fit's bootstrap, if the indices can be computed from it."""
    drawn = replicates_of(solution, bootstrap)
    if se is not None:
        raise OptionError(f"Standard errors come from bootstrap= or by se={se!r}, not both.")
    if not domains.own:
        raise OptionError("bootstrap= holds replicates of the fitted rows, but data= gives other answers; leave "
                          "data= or bootstrap= out.")  # fmt: skip
    return drawn


def bootstrap_errors(
    given: Indices, index: FloatArray, drawn: BootstrapReplicates, kind: IntervalKind, level: float
) -> tuple[DrawCovariance, Interval]:
    """Joint covariance of all D x k indices over the replicates, and intervals of the indices (D, k)."""
    draws = _index_draws(given, drawn)
    skewed = _accelerations(given, drawn).reshape(index.shape) if kind == "bca" else None
    ends = drawn.interval(draws, index, kind, level, acceleration=skewed)
    return DrawCovariance(draws.reshape(drawn.n, -1)), ends


def _index_draws(given: Indices, drawn: BootstrapReplicates) -> FloatArray:
    """Indices of every replicate, (B, D, k), with its own item weights and means."""
    domains = given.domains
    draws = np.full((drawn.n, len(domains.labels), given.coefficients.shape[1]), np.nan)
    if set(domains.by) == set(given.solution.settings.by):
        parts = iter([(slice(0, drawn.n), drawn.mean[:, domains.group])])
    else:
        if isinstance(given.solution, OrderedSolution) and given.solution.settings.missing == "pairwise":
            raise OptionError(f"bootstrap= with by={list(domains.by)} draws means of complete rows, and the fit's are "
                              "by missing='pairwise'; leave bootstrap= out, or group the fit by the same "
                              "columns.")  # fmt: skip
        parts = drawn.domain_means(domains.by, domains.moments.groups, domains.group)
    for place, means in parts:
        inside = np.arange(drawn.n)[place][drawn.outcome[place] == 0]
        weighting = given.source.drawn(drawn, inside)
        above = means[drawn.outcome[place] == 0] - given.lows
        draws[inside] = weighting.at(above, domains.group)
    return draws


def _accelerations(given: Indices, drawn: BootstrapReplicates) -> FloatArray:
    """Accelerations (D k,) from the influence of the rows on the indices, through item weights and means."""
    drawn.require_influence()
    domains = given.domains
    count, k, p = given.coefficients.shape
    if count * k > _MOST_SKEWED:
        raise OptionError(f"interval='bca' takes at most {_MOST_SKEWED} indices; there are {count * k}. Use "
                          "interval='percentile'.")  # fmt: skip
    moments = domains.moments
    share = domains.weight / sampled_weight(given)
    reach = np.zeros((count, count, k, p))
    own = np.arange(count)
    reach[own, own] = given.reach / share[:, None, None]
    slope = by_parameter(given).reshape(count * k, len(given.source.at))
    given_rows = RowStatistics(*given.source.scores(), slope @ given.source.inverse())
    if drawn.data is None:
        return drawn.accelerations(given_rows)
    codes = group_codes(drawn.data, domains.by, moments.groups)
    domain = np.zeros(drawn.data.n, dtype=np.intp) if codes is None else codes
    return drawn.accelerations(given_rows, MeanInfluence(domain, reach.reshape(count, count * k, p), moments.mean))
