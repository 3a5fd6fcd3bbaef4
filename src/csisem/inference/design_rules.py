"""What a survey's design asks of inference: its replicate rule, its resampling scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import IntArray
from csisem.errors import DesignError
from csisem.inference.replicate_variance import ReplicateRule, replicate_rule
from csisem.inference.resample import Scheme, rescaled

if TYPE_CHECKING:
    from csisem.survey.design import Design
    from csisem.survey.survey import Survey


def rule_of(design: Design) -> ReplicateRule:
    """How a design's replicates become a variance."""
    count = len(design.replicate_weights)
    return replicate_rule(str(design.replicate_type), count, design.scale, design.rscales, design.mse)


def by_design(survey: Survey) -> tuple[Scheme, IntArray]:
    """Draw the first-stage clusters of a design, or its rows, within strata; each row's cluster, (n,)."""
    units = survey.units()
    if any(fraction is not None for fraction in units.fractions[1:]):
        raise DesignError("The bootstrap draws clusters of the first stage and cannot follow the finite populations of "
                          "later stages; leave their fpc out, or use the linearised errors of 'MLR'.")  # fmt: skip
    unit, count = units.stages[0], units.count(0)
    first = np.empty(count, dtype=np.intp)
    first[unit[::-1]] = np.arange(len(unit) - 1, -1, -1)
    stratum = units.strata[first]
    fraction = np.zeros(units.n_strata)
    if units.fractions[0] is not None:
        fraction[stratum] = units.fractions[0][first]
    lonely = np.bincount(stratum, minlength=units.n_strata) == 1
    if (lonely & (fraction < 1)).any() and units.lonely in ("adjust", "average"):
        raise DesignError(f"lonely={units.lonely!r} gives a variance to a stratum with a single unit, which the "
                          "bootstrap cannot draw; merge it with a similar stratum.")  # fmt: skip
    return rescaled(stratum, units.n_strata, fraction), unit
