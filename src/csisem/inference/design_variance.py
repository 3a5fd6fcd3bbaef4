"""Variances of totals under a sampling design: from the totals of sampling units, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray


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
