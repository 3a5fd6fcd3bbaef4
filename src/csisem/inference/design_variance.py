"""Variances of totals under a sampling design: from the totals of sampling units, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.survey.sampling_units import Units, first_rows


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One stage of selection: U units in J groups, the strata or the units of the stage before.

    Attributes
    ----------
    unit
        The unit of each finest unit (F,); None where the units are the rows themselves, and groups the finest units.
    group
        The group of each finest unit (F,).
    size
        Units drawn in each group, (J,).
    factor
        What the sum of squared deviations from a group's mean is multiplied by, (J,): ``(1 - f) m / (m - 1)``, times
        the fractions of the stages before; zero for a single unit.
    alone
        What the square of a single unit's total is multiplied by, (J,); zero for all others.
    """

    unit: IntArray | None
    group: IntArray
    size: IntArray
    factor: FloatArray
    alone: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Linearisation:
    """How totals of the sampling units become a variance.

    Attributes
    ----------
    code
        Each row's finest unit (n,): its cluster at the last stage that counts, or its stratum where rows are drawn.
    count
        Number F of finest units.
    stratum, first
        Stratum and first-stage cluster of each finest unit, (F,); ``first`` is None where rows are drawn directly.
    stages
        The stages whose variance is added up.
    """

    code: IntArray
    count: int
    stratum: IntArray
    first: IntArray | None
    stages: tuple[Stage, ...]

    @property
    def row_factor(self) -> FloatArray | None:
        """What squares of single rows are multiplied by in each finest unit, (F,); None where only totals count."""
        last = self.stages[-1]
        return last.factor if last.unit is None else None


def linearise(units: Units) -> Linearisation:
    """Return how totals become variances: every stage with a known fraction, the first in any case.

    The variance of the first stage is that of its units' totals within strata; with the fractions of the later stages
    each adds the variance within the units before, times their fractions (Sarndal, Swensson and Wretman 1992, chapter
    4.3; without those fractions: ultimate clusters, Hansen, Hurwitz and Madow 1953).
    """
    depth = 1
    while depth < len(units.stages) and units.fractions[depth] is not None:
        depth += 1
    # Of rows that are units themselves no totals are kept: their groups are the finest.
    coded = min(depth, units.clusters)
    code, count = units.parents(coded)
    first = first_rows(code, count)
    stages = []
    passed = np.ones(count)
    for k in range(depth):
        parent, groups = units.parents(k)
        size, fraction = units.sizes(k), units.fractions[k]
        # What holds for a group is read off the first row of it; finest units lie in one group each.
        sampled = np.zeros(groups) if fraction is None else fraction[first_rows(parent, groups)]
        before = np.ones(groups)
        before[parent[first]] = passed
        factor, alone = _factors(size, sampled, units)
        unit = units.stages[k][first] if k < units.clusters else None
        stages.append(Stage(unit, parent[first], size, before * factor, before * alone))
        passed = passed * sampled[parent[first]]
    first_stage = units.stages[0][first] if units.clusters else None
    return Linearisation(code, count, units.strata[first], first_stage, tuple(stages))


def _factors(size: IntArray, sampled: FloatArray, units: Units) -> tuple[FloatArray, FloatArray]:
    """Factors of squared deviations and of single units' squared totals, before earlier stages' fractions."""
    rest = 1 - sampled
    single = size == 1
    factor = np.where(single, 0.0, rest * size / np.maximum(size - 1, 1))
    alone = np.zeros(len(size))
    if units.lonely == "adjust":
        alone = np.where(single, rest, 0.0)
    elif units.lonely == "average":
        lonely = np.count_nonzero(single & (rest > 0))
        if lonely:
            factor = factor * (len(size) / (len(size) - lonely) if lonely < len(size) else np.nan)
    return factor, alone


def variance(design: Linearisation, totals: FloatArray) -> FloatArray:
    """Covariance (k, k) of the sums of k quantities whose totals in the finest units are ``totals`` (F, k).

    Where rows are units, their own squares times `Linearisation.row_factor` must be added.
    """
    found = np.zeros((totals.shape[1], totals.shape[1]))
    for stage in design.stages:
        if stage.unit is None:
            found -= totals.T @ ((stage.factor / stage.size - stage.alone)[:, None] * totals)
            continue
        deviations, weights = _deviations(stage, totals)
        found += deviations.T @ (weights[:, None] * deviations)
    return found


def variances(design: Linearisation, totals: FloatArray) -> FloatArray:
    """The diagonal of `variance`, (k,), without the rest of the matrix."""
    found = np.zeros(totals.shape[1])
    for stage in design.stages:
        if stage.unit is None:
            found -= (stage.factor / stage.size - stage.alone) @ totals**2
            continue
        deviations, weights = _deviations(stage, totals)
        found += weights @ deviations**2
    return found


def _deviations(stage: Stage, totals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Totals of a stage's units less the mean of their group, or less nothing for a single unit, and their weights."""
    if stage.unit is None:
        raise ValueError("rows have no totals")
    count = int(stage.unit.max(initial=-1)) + 1
    group = np.empty(count, dtype=np.intp)
    group[stage.unit] = stage.group
    own = totals if count == len(totals) and _in_order(stage.unit) else added(totals, stage.unit, count)
    mean = added(own, group, len(stage.size)) / np.maximum(stage.size, 1)[:, None]
    mean[stage.size == 1] = 0.0
    weights: FloatArray = (stage.factor + stage.alone)[group]
    return own - mean[group], weights


def _in_order(codes: IntArray) -> bool:
    return bool((codes == np.arange(len(codes))).all())


def added(values: FloatArray, codes: IntArray, count: int) -> FloatArray:
    """Sums (count, k) of the rows of ``values`` (n, k) by their code (n,)."""
    if not len(codes):
        return np.zeros((count, values.shape[1]))
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sums = np.zeros((count, values.shape[1]))
    sums[ordered[starts]] = np.add.reduceat(values[order], starts, axis=0)
    return sums


def degrees_of_freedom(
    design: Linearisation, rows: FloatArray, unit: IntArray, domain: IntArray, domains: int
) -> FloatArray:
    """First-stage units less strata in each of D domains, (D,), of those units and strata that have rows there.

    ``rows`` (N,) counts the rows of N pairs of a finest ``unit`` and a ``domain``, each (N,); rows with weight zero are
    not to be counted.
    """
    filled = rows > 0
    unit, domain = unit[filled], domain[filled]
    strata = _distinct(design.stratum[unit], domain, domains)
    if design.first is None:
        return np.bincount(domain, rows[filled], minlength=domains) - strata
    return _distinct(design.first[unit], domain, domains) - strata


def _distinct(codes: IntArray, domain: IntArray, domains: int) -> FloatArray:
    """How many codes each domain has, (D,)."""
    pairs = np.unique(codes * domains + domain)
    return np.bincount(pairs % domains, minlength=domains).astype(np.float64)
