"""Variances of totals under a sampling design, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class SamplingStage:
    """One stage of selection: U units in J groups, the strata or the units of the stage before.

    Attributes
    ----------
    unit
        The unit of each finest unit (F,); None where the units are the rows themselves and the groups the finest units.
    group
        The group of each finest unit (F,).
    size
        Units drawn in each group, (J,).
    factor
        Factor of the sum of squared deviations from the mean of a group, (J,): ``(1 - f) m / (m - 1)``, times the
        fractions of the stages before; zero for a single unit.
    alone
        Factor of the squared total of a single unit, (J,); zero for all others.
    """

    unit: IntArray | None
    group: IntArray
    size: IntArray
    factor: FloatArray
    alone: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Linearisation:
    """Rule by which totals of the sampling units give a variance (Taylor linearisation).

    Attributes
    ----------
    code
        Finest unit of each row (n,): its cluster at the last stage of the rule, or its stratum where rows are drawn.
    count
        Number F of finest units.
    stratum, first
        Stratum and first-stage cluster of each finest unit, (F,); ``first`` is None where rows are drawn directly.
    stages
        The stages whose variances are summed.
    """

    code: IntArray
    count: int
    stratum: IntArray
    first: IntArray | None
    stages: tuple[SamplingStage, ...]

    @property
    def row_factor(self) -> FloatArray | None:
        """Factor of the squares of single rows in each finest unit, (F,); None where only totals count."""
        last = self.stages[-1]
        return last.factor if last.unit is None else None


def variance(design: Linearisation, totals: FloatArray) -> FloatArray:
    """Covariance (k, k) of the sums of k quantities whose totals in the finest units are ``totals`` (F, k).

    Where rows are units, their own squares times `Linearisation.row_factor` must be added.
    """
    parts = (_deviations(stage, totals) for stage in design.stages)
    return sum((away.T @ (weight[:, None] * away) for away, weight in parts), np.zeros((totals.shape[1],) * 2))


def variances(design: Linearisation, totals: FloatArray) -> FloatArray:
    """Diagonal of `variance`, (k,), without the rest of the matrix."""
    parts = (_deviations(stage, totals) for stage in design.stages)
    return sum((weight @ away**2 for away, weight in parts), np.zeros(totals.shape[1]))


def _deviations(stage: SamplingStage, totals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Deviations (U, k) of the totals of a stage's units from the mean of their group, and their weights (U,).

    A single unit is taken as it is. Where rows are units, the squares of their groups' totals are subtracted instead.
    """
    if stage.unit is None:
        return totals, stage.alone - stage.factor / stage.size
    count = int(stage.unit.max(initial=-1)) + 1
    group = np.empty(count, dtype=np.intp)
    group[stage.unit] = stage.group
    in_order = count == len(totals) and bool((stage.unit == np.arange(count)).all())
    own = totals if in_order else added(totals, stage.unit, count)
    mean = added(own, group, len(stage.size)) / np.maximum(stage.size, 1)[:, None]
    mean[stage.size == 1] = 0.0
    return own - mean[group], (stage.factor + stage.alone)[group]


def added(values: FloatArray, codes: IntArray, count: int) -> FloatArray:
    """Sums (count, k) of the rows of ``values`` (n, k) by their code (n,)."""
    sums = np.zeros((count, values.shape[1]))
    if not len(codes):
        return sums
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sums[ordered[starts]] = np.add.reduceat(values[order], starts, axis=0)
    return sums


def degrees_of_freedom(
    design: Linearisation, rows: FloatArray, unit: IntArray, domain: IntArray, domains: int
) -> FloatArray:
    """First-stage units less strata in each of D domains, (D,), among those with rows in the domain.

    ``rows`` (N,) is the number of rows with a weight above zero of N pairs of a finest ``unit`` and a ``domain``, each
    (N,).
    """
    filled = rows > 0
    unit, domain = unit[filled], domain[filled]
    strata = _distinct(design.stratum[unit], domain, domains)
    if design.first is None:
        return np.bincount(domain, rows[filled], minlength=domains) - strata
    return _distinct(design.first[unit], domain, domains) - strata


def _distinct(codes: IntArray, domain: IntArray, domains: int) -> FloatArray:
    """Number of distinct codes in each domain, (D,)."""
    pairs = np.unique(codes * domains + domain)
    return np.bincount(pairs % domains, minlength=domains).astype(np.float64)
