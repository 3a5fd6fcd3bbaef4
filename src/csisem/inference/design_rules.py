"""Rules of a survey's design: linearisation, replicate variance and resampling."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.errors import DesignError
from csisem.inference.design_variance import Linearisation, SamplingStage
from csisem.inference.replicate_variance import ReplicateRule, replicate_rule
from csisem.inference.resample import Scheme, rescaled
from csisem.survey.design import Design
from csisem.survey.sampling_units import Units, first_rows
from csisem.survey.survey import Survey


def linearise(units: Units) -> Linearisation:
    """Rule of variance from totals: the first stage, and every later one whose sampling fractions are known.

    The variance of the first stage is that of its units' totals within strata; each later stage with fractions adds the
    variance within the units of the stage before, times their fractions (Sarndal, Swensson and Wretman 1992, chapter
    4.3; without those fractions: ultimate clusters, Hansen, Hurwitz and Madow 1953).
    """
    depth = 1
    while depth < len(units.stages) and units.fractions[depth] is not None:
        depth += 1
    # No totals are kept of rows that are units themselves: their groups are the finest units.
    coded = min(depth, units.clusters)
    code, count = units.parents(coded)
    first = first_rows(code, count)
    stages = []
    passed = np.ones(count)
    for k in range(depth):
        parent, groups = units.parents(k)
        size, fraction = units.sizes(k), units.fractions[k]
        # The fraction of a group is read off its first row; each finest unit lies in one group.
        sampled = np.zeros(groups) if fraction is None else fraction[first_rows(parent, groups)]
        before = np.ones(groups)
        before[parent[first]] = passed
        factor, alone = _factors(size, sampled, units)
        unit = units.stages[k][first] if k < units.clusters else None
        stages.append(SamplingStage(unit, parent[first], size, before * factor, before * alone))
        passed = passed * sampled[parent[first]]
    first_stage = units.stages[0][first] if units.clusters else None
    return Linearisation(code, count, units.strata[first], first_stage, tuple(stages))


def _factors(size: IntArray, sampled: FloatArray, units: Units) -> tuple[FloatArray, FloatArray]:
    """Factors of squared deviations and of single units' squared totals, without the fractions of earlier stages."""
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


def rule_of(design: Design) -> ReplicateRule:
    """Rule of variance of a design's replicate weights."""
    count = len(design.replicate_weights)
    return replicate_rule(str(design.replicate_type), count, design.scale, design.rscales, design.mse)


def by_design(survey: Survey) -> tuple[Scheme, IntArray]:
    """Resampling scheme of a design's first-stage clusters, or rows, within strata, and each row's cluster (n,)."""
    units = survey.units()
    if any(fraction is not None for fraction in units.fractions[1:]):
        raise DesignError("The bootstrap draws clusters of the first stage and cannot follow the finite populations of "
                          "later stages. Leave their fpc out, or use the linearised standard errors of "
                          "'MLR'.")  # fmt: skip
    unit, count = units.stages[0], units.count(0)
    first = first_rows(unit, count)
    stratum = units.strata[first]
    fraction = np.zeros(units.n_strata)
    if units.fractions[0] is not None:
        fraction[stratum] = units.fractions[0][first]
    lonely = np.bincount(stratum, minlength=units.n_strata) == 1
    if (lonely & (fraction < 1)).any() and units.lonely in ("adjust", "average"):
        raise DesignError(f"lonely={units.lonely!r} gives a variance to a stratum with a single unit, which the "
                          "bootstrap cannot draw. Merge it with a similar stratum.")  # fmt: skip
    return rescaled(stratum, units.n_strata, fraction), unit
