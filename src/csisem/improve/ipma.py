"""Importance-performance maps with standard errors."""

from __future__ import annotations

from functools import partial

import numpy as np

from csisem.arrays import pd
from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError, tell
from csisem.fit.bootstrap.bootstrap_result import Bootstrap
from csisem.fit.fit import Fit, solution_of
from csisem.fit.solution import Solution
from csisem.fit.status import warn_inadmissible
from csisem.improve.ipma_frame import Map, map_frame, roots
from csisem.improve.ipma_statistics import Spots, left_out, map_source, spots_of
from csisem.improve.quadrants import cuts_of
from csisem.index.construct.indices import Computed, ErrorOptions, compute
from csisem.index.construct.item_weights import blocks
from csisem.index.construct.notes import about_rows, about_unknown, without_weights
from csisem.inference.bootstrap_intervals import DrawCovariance
from csisem.inference.intervals import wald_interval
from csisem.inference.pooling import pool, pooled_degrees
from csisem.options import IntervalKind, ItemWeights, MapOf, StandardErrors, validate


def ipma(
    fit: Fit,
    target: str,
    *,
    of: MapOf = "constructs",
    cut: str | tuple[float, float] = "mean",
    item_weights: ItemWeights = "model",
    bootstrap: Bootstrap | None = None,
    se: StandardErrors | None = None,
    interval: IntervalKind | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Importance-performance map of the constructs, or items, that precede a target construct.

    Parameters
    ----------
    fit
        A fit by a covariance estimator or PLS, with scales. A fit by group gives a map for each group.
    target
        The construct whose index is to rise.
    of
        ``"constructs"``: those from which paths lead to the target; ``"items"``: the items of these.
    cut
        Where low ends and high begins: ``"mean"`` or ``"median"`` of the spots, or two numbers; a spot at the cut is
        high.
    item_weights, se, interval
        As in `csisem.csi`, whose indices are the performances.
    bootstrap
        The fit's replicates. Standard errors, intervals and probabilities are then computed from them.
    level
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        ``<groups...>, construct, (item,) importance, performance, field, potential, rank``, ``..._se``,
        ``..._ci_lower``, ``..._ci_upper`` of the first two, ``covariance`` and ``method``, ordered by rank.

        * ``importance``: the total effect, in points of the target's 0-100 index per point of the construct's; of an
          item per point of its own 0-100 score, its share of its construct's.
        * ``performance``: the 0-100 index, or the item's 0-100 score.
        * ``gain`` (items): points of the target's index per point of the answers, with ``gain_se``.
        * ``potential``: importance times the distance to 100, which determines ``rank``, with ``potential_se``.
        * ``covariance``: of importance and performance; with both standard errors it gives the ellipse of a spot.
        * With ``bootstrap``: ``importance_se_robust, performance_se_robust, gain_se_robust, potential_se_robust``
          (`Bootstrap.intervals`); ``p_weakness, p_improve_continuously, p_strength, p_maintain``, the probability of
          each field, every replicate with its own cuts; ``rank_lower, rank_upper``, which contain 95 % of its ranks;
          ``p_rank`` and ``p_first``, the shares of replicates with this rank and with rank 1.

        In ``.attrs``: ``target``, ``cuts`` (by group label, ``""`` for one group), ``covariance`` (joint: all
        importances, then all performances, group after group, in the model's order), ``notes`` (sentences).

    Raises
    ------
    UnusableFitError
        If the fit did not converge or is not identified.
    OptionError
        If the target is not a construct, an option is unknown, or the bootstrap is of another fit; if the fit is of
        ordered items, whose effects are on latent responses.
    DataError
        If no path leads to the target, or means or rows are missing.
    ScaleError
        If an item has no scale.

    Warns
    -----
    InadmissibleFitWarning
        If the fit is inadmissible; the map is computed all the same.

    See Also
    --------
    drivers : Importance of items by regression, without a model.
    targets : Importance of items by weights or correlations.

    Notes
    -----
    Ringle and Sarstedt (2016), Industrial Management and Data Systems 116, 1865-1886, for PLS. For other fits an index
    changes with its construct as the loadings imply, so that the same definition holds for both. Importance is the
    effect of a change that the model's paths transmit; it is causal as far as the model is.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> chart = cs.improve.ipma(fit, "Satisfaction")
    >>> chart[["construct", "importance", "performance", "field", "rank"]].round(2)
         construct  importance  performance                 field  rank
    0      Quality        0.81        72.33              strength     1
    1  Expectation        0.53        73.98              maintain     2
    2        Value        0.29        66.74  improve continuously     3
    """
    of, item_weights = validate("of", of, MapOf), validate("item_weights", item_weights, ItemWeights)
    options = ErrorOptions.of(bootstrap, se, interval, level)
    solution = solution_of(fit, "The map")
    spots = spots_of(solution, target, blocks(solution.table), items=of == "items")
    warn_inadmissible(fit.status, "fit.inadmissible.map")
    # Check the cut before the replicates are computed.
    cuts_of(np.zeros(1), np.zeros(1), cut)
    found = _estimate(solution, spots, item_weights, options)
    tell(found.notes)
    return map_frame(solution, target, spots, found, cut)


def _estimate(solution: Solution, spots: Spots, kind: ItemWeights, options: ErrorOptions) -> Map:
    if solution.completed:
        if options.bootstrap is not None:
            raise OptionError("A bootstrap is of one data set; map each of fit.imputed.fits with its own.")
        return _pooled([_estimate(one, spots, kind, options) for one in solution.completed], solution, options.level)
    found = compute(solution, None, (), partial(map_source, kind=kind, spots=spots), options)
    domains, m = found.given.domains, len(spots.item)
    shape = (len(domains.labels), 2, m)
    covariance = found.covariance.matrix()
    draws = None
    if isinstance(found.covariance, DrawCovariance) and found.ends is not None:
        lower, upper = found.ends.lower, found.ends.upper
        draws = found.covariance.draws.reshape(-1, *shape)
    else:
        se, df = roots(np.diagonal(covariance)), np.repeat(found.degrees, 2 * m)
        tests = wald_interval(found.values.ravel(), se, level=options.level, df=df)
        lower, upper = tests.lower, tests.upper
    how, notes = _methods(solution, spots, found)
    scales = domains.moments.scales
    return Map(
        domains.labels,
        domains.by,
        np.array([scale.high - scale.low if scale else np.nan for scale in scales]),
        found.values.reshape(shape),
        lower.reshape(shape),
        upper.reshape(shape),
        covariance,
        draws,
        how,
        notes,
    )


def _pooled(maps: list[Map], solution: Solution, level: float) -> Map:
    """Pool maps of completed data sets by Rubin's rules."""
    first = maps[0]
    found = pool(np.stack([one.values.ravel() for one in maps]), np.stack([one.covariance for one in maps]))
    variance = np.diagonal(found.total)
    degrees = np.minimum(pooled_degrees(variance, np.diagonal(found.within), found.count), solution.degrees)
    tests = wald_interval(found.estimate, roots(variance), level=level, df=degrees)
    lower, upper = (ends.reshape(first.values.shape) for ends in (tests.lower, tests.upper))
    how = [[sentence("index.method.pooled", method=one, data_sets=found.count) for one in row] for row in first.how]
    notes = list(dict.fromkeys(note for one in maps for note in one.notes))
    values = found.estimate.reshape(first.values.shape)
    return Map(first.labels, first.by, first.widths, values, lower, upper, found.total, None, how, notes)


def _methods(solution: Solution, spots: Spots, found: Computed) -> tuple[list[list[Sentence]], list[Sentence]]:
    """The column ``method``, (D, m), and the notes to warn of."""
    given, names = found.given, solution.table.latents
    on_map = {names[j] for j in (*spots.construct, spots.target)}
    said = without_weights(given, found.weighting)
    weightless = {key: note for key, note in said.items() if key[0] in on_map}
    importance = found.values.reshape(len(given.domains.labels), 2, -1)[:, 0]
    how = []
    for d, group in enumerate(given.domains.group):
        lost = sentence("improvement.no_effect", reasons=solution.status.reasons)
        reasons = [
            weightless.get((names[j], int(group))) or weightless.get((names[spots.target], int(group))) or lost
            for j in spots.construct
        ]
        how.append([why if np.isnan(v) else found.how for v, why in zip(importance[d], reasons, strict=True)])
    notes = [*weightless.values(), *about_rows(solution, given.domains, None), *about_unknown(given.domains)]
    if found.drawn is not None and found.ends is not None:
        notes += [*found.drawn.notes, *found.drawn.gaps(found.ends, _named(solution, spots, found))]
    return how, notes + left_out(solution, spots)


def _named(solution: Solution, spots: Spots, found: Computed) -> list[str]:
    """The statistics of all groups: importances, then performances, of the spots."""
    table, labels = solution.table, found.given.domains.labels
    names = [
        table.observed[i] if i >= 0 else table.latents[j] for j, i in zip(spots.construct, spots.item, strict=True)
    ]
    groups = [f" [{' x '.join(map(str, label))}]" if label else "" for label in labels]
    return [f"{what} of {name}{group}" for group in groups for what in ("importance", "performance") for name in names]
