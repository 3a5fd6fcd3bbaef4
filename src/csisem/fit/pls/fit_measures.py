"""Fit measures of PLS path models."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.composite.implied_correlations import distances, indicators
from csisem.composite.measurement_assessment import goodness_of_fit, redundancy
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.moments.correlations import correlations_of


def composite_measures(solution: CompositeSolution) -> pd.Series[float]:
    """All measures by name, of groups their means weighted by size; nan when the fit is not usable."""
    values = _values(solution)
    if not solution.status.usable:
        values = dict.fromkeys(values, np.full(1, np.nan))
        return pd.Series(dict.fromkeys(values, np.nan), name="value")
    share = solution.group_size / solution.group_size.sum()
    return pd.Series({name: float(share @ value) for name, value in values.items()}, name="value")


def _values(solution: CompositeSolution) -> dict[str, FloatArray]:
    """Each measure of every group, (G,)."""
    plan, found = solution.plan, solution.found
    among, consistent = correlations_of(solution.sample_cov), solution.consistent
    measures: dict[str, FloatArray] = {}
    for ending, saturated in (("", False), (".saturated", True)):
        own = indicators(plan, among, found, consistent=consistent, saturated=saturated)
        apart = distances(own.sample, own.implied)
        measures |= {f"srmr{ending}": apart.srmr, f"d_uls{ending}": apart.d_uls, f"d_g{ending}": apart.d_g}
    ends = np.array([bool(len(sources)) for sources in plan.predecessors])
    several = np.array([block.stop - block.start > 1 for block in plan.loaded.blocks])[plan.loaded.owner]
    communality = found.loadings[..., several] ** 2
    shared = redundancy(plan, found.loadings, found.r_squared)[..., several & ends[plan.loaded.owner]]
    for name, part in (("communality", communality), ("r2", found.r_squared[..., ends]), ("redundancy", shared)):
        measures[name] = part.mean(axis=-1) if part.shape[-1] else np.full(part.shape[:-1], np.nan)
    measures["gof"] = goodness_of_fit(plan, found.loadings, found.r_squared)
    measures["gof.all"] = goodness_of_fit(plan, found.loadings, found.r_squared, singles=True)
    return measures
