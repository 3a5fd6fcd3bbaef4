"""Covariance of ordered moments from replicate weights."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError
from csisem.inference.design_rules import rule_of
from csisem.inference.replicate_variance import MOST_FAILED, replicate_degrees
from csisem.moments.ordered.ordered_moments import OrderedMoments
from csisem.moments.ordered.read_ordered import gathered
from csisem.moments.ordered.replicate_tables import CountSums, ReplicateCounts, UsedGroups
from csisem.moments.ordered.tabulated_moments import counted_moments
from csisem.moments.ordered.two_steps import two_steps
from csisem.moments.ordered.used_rows import Use
from csisem.survey.rows.rows import Memory, Rows
from csisem.survey.survey import Survey


def with_replicate_gamma(
    first: OrderedMoments, survey: Survey, by: tuple[str, ...], *, listwise: bool
) -> tuple[OrderedMoments, int]:
    """The moments with the covariance that the survey's replicate weights give them, and how many have no moments.

    Each replicate has thresholds and correlations of its own, whose weights in the discrepancy stay those of the rows;
    from their covariance that of the parameters follows by the delta method (Rust and Rao 1996, Statistical Methods in
    Medical Research 5, 283-310).
    """
    rows = survey.rows(first.items, by=by or None, weights=False, replicates=True, others=first.covariates)
    if not isinstance(rows.source, Memory):
        raise TypeError("rows with replicate weights are in memory")
    labels: tuple[Hashable, ...] = first.groups or (None,)
    use = Use(len(first.items), listwise, {label: g for g, label in enumerate(labels)})
    group = np.concatenate(rows.reduce(UsedGroups(use)))
    weights = np.where(group >= 0, np.stack(rows.source.replicates), 0.0)
    total = weights.sum(axis=1, keepdims=True)
    weights *= np.divide(first.n.sum(), total, out=np.zeros_like(total), where=total > 0)
    tabulated = not first.covariates and bool(first.ordered.all())
    stack = _counted(rows, weights, group, first) if tabulated else _reread(rows, rows.source, weights, use, first)
    rule = rule_of(survey.design)
    count, size = len(first.n), first.gamma.shape[-1]
    # Standard errors divide by the rows less one in each group.
    level = np.repeat(np.sqrt(first.size * (1 - count / first.n.sum())), size)
    across = rule.variance(stack.reshape(len(stack), -1), first.vector.ravel()) * level[:, None] * level
    own = np.stack([across[g * size : (g + 1) * size, g * size : (g + 1) * size] for g in range(count)])
    failed = int(np.isnan(stack).any(axis=(1, 2)).sum())
    degrees = replicate_degrees(weights @ weights.T)
    return replace(first, gamma=own, gamma_of_rows=first.gamma, across=across, degrees=degrees), failed


def lost_replicates(failed: int, count: int) -> tuple[Sentence, ...]:
    """A warning of replicates without moments."""
    if not failed:
        return ()
    if failed > MOST_FAILED * count:
        return (sentence("ordered.replicates_lost", failed=failed, replicates=count, most=100 * MOST_FAILED),)
    return (sentence("ordered.replicates_left_out", failed=failed, replicates=count),)


def _counted(rows: Rows, weights: FloatArray, group: IntArray, first: OrderedMoments) -> FloatArray:
    """Moments (R, G, s) of ordered items under weights (R, n), from counts of pairs; nan where an answer is lost."""
    groups, n = len(first.n), weights.shape[1]
    kernel = ReplicateCounts(weights, np.zeros(n), np.ones(n), np.arange(n), group, groups, first.answers)
    sums = kernel.read(rows.reduce(kernel))
    whole = _whole(sums, first)
    stack = np.full((len(weights), *first.vector.shape), np.nan)
    if whole.any():
        with np.errstate(invalid="ignore", divide="ignore"):
            found = counted_moments(sums.take(whole), first.answers, first.cov).moments.vector
        stack[whole] = np.where(np.isfinite(found).all(axis=(1, 2), keepdims=True), found, np.nan)
    return stack


def _whole(sums: CountSums, first: OrderedMoments) -> BoolArray:
    """Which replicates have every answer of the sample, and rows that answer both of any two items, (R,)."""
    edge = np.cumsum([0, *(len(own) for own in first.answers)])[:-1]
    given = np.diagonal(sums.counts, axis1=-2, axis2=-1)
    pairs = np.add.reduceat(np.add.reduceat(sums.counts, edge, axis=-1), edge, axis=-2)
    return np.asarray((given > 0).all(axis=(1, 2)) & (pairs > 0).all(axis=(1, 2, 3)))


def _reread(rows: Rows, source: Memory, weights: FloatArray, use: Use, first: OrderedMoments) -> FloatArray:
    """Moments (R, G, s) beside numeric items or predictors, by passes over the rows for each replicate."""
    stack = np.full((len(weights), *first.vector.shape), np.nan)
    for own, place in zip(weights, stack, strict=True):
        weighted = replace(rows, source=replace(source, weights=own, replicates=()), weighted=True)
        try:
            found = gathered(
                weighted,
                use.p,
                two_steps(weighted, use.p, first.ordered_items, listwise=use.listwise),
                np.zeros_like(first.gamma),
            )
        except DataError:
            # An answer is lost, or a correlation is 1.
            continue
        if found.answers == first.answers and found.groups == first.groups:
            place[:] = found.vector
    return stack
