"""Model-implied correlations of indicators, and distances from the sample's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.composite.estimate import Estimates
from csisem.composite.plan import Plan
from csisem.composite.structural_model import regressions


@dataclass(frozen=True, slots=True, eq=False)
class Indicators:
    """Indicators of the constructs of the last run: items, or scores of lower-order constructs.

    Attributes
    ----------
    sample, implied
        Their correlations in the sample and by the model, (..., k, k).
    places
        Their positions in `Plan.loaded`, (k,).
    """

    sample: FloatArray
    implied: FloatArray
    places: IntArray


def indicators(
    plan: Plan, correlations: FloatArray, estimates: Estimates, *, consistent: bool, saturated: bool
) -> Indicators:
    """Sample and model-implied correlations of the indicators.

    Indicators of two constructs correlate by the product of their loadings and the constructs' correlation. Within a
    construct a composite implies the sample's correlations, a common factor (a construct that PLSc corrects) the
    product of loadings (Dijkstra and Henseler 2015, Henseler et al. 2014). Interactions are left out.

    Parameters
    ----------
    plan, estimates
        The model and its estimates.
    correlations
        Of the items, (..., p, p).
    consistent
        Whether the estimates are PLSc's.
    saturated
        Whether constructs correlate as estimated, which tests the measurement model alone, or as the paths imply.
    """
    last = {int(j) for j in plan.stages[-1].members} - {int(j) for j in plan.terms}
    # With repeated indicators, dimensions and their items are in one run; only the items are to be reproduced.
    kept = [e for e, child in enumerate(plan.loaded.child) if child - plan.width not in last]
    places = np.array([e for e in kept if plan.loaded.owner[e] in last], dtype=np.intp)
    owner, child = plan.loaded.owner[places], plan.loaded.child[places]
    items = len(plan.items)
    # Each indicator as a combination of the items: an item, or the score of a lower-order construct.
    of_items = np.concatenate(
        [
            np.broadcast_to(np.eye(items), (*estimates.weights.shape[:-2], items, items)),
            estimates.weights[..., :items, :],
        ],
        axis=-1,
    )[..., np.where(child >= plan.width, child - plan.width + items, child)]
    sample = np.swapaxes(of_items, -1, -2) @ correlations @ of_items
    among = estimates.correlations if saturated else implied_constructs(plan, estimates.correlations)
    # A dimension stands as its score, which its own error attenuates.
    known = np.concatenate([np.ones_like(estimates.weights[..., 0, :1]), estimates.reliabilities], axis=-1)
    loadings = estimates.loadings[..., places] * np.sqrt(
        known[..., np.where(child >= plan.width, child - plan.width + 1, 0)]
    )
    implied = loadings[..., :, None] * among[..., owner[:, None], owner] * loadings[..., None, :]
    composite = ~plan.factors if consistent else np.ones(len(plan.constructs), dtype=bool)
    own = (owner[:, None] == owner) & composite[owner]
    implied = np.where(own, sample, implied)
    place = np.arange(len(places))
    implied[..., place, place] = 1.0
    return Indicators(sample, implied, places)


def implied_constructs(plan: Plan, correlations: FloatArray) -> FloatArray:
    """Correlations (..., J, J) that the paths imply for constructs of unit variance with uncorrelated disturbances.

    Exogenous constructs correlate as estimated; an outcome correlates with earlier constructs through its
    predecessors (Wright 1934).
    """
    paths, _ = regressions(plan.predecessors, correlations)
    implied = correlations.copy()
    before: list[int] = [j for j in plan.order if not len(plan.predecessors[j])]
    for target in (j for j in plan.order if len(plan.predecessors[j])):
        sources = plan.predecessors[target]
        through = (paths[..., target, sources][..., :, None] * implied[..., sources[:, None], before]).sum(axis=-2)
        implied[..., target, before] = implied[..., before, target] = through
        before.append(target)
    return implied


@dataclass(frozen=True, slots=True, eq=False)
class Distances:
    """Discrepancies (...) between two correlation matrices.

    Attributes
    ----------
    srmr
        Root mean square residual over the lower triangle with the diagonal.
    d_uls
        Half the sum of squared residuals.
    d_g
        Geodesic distance, half the sum of squared logarithms of the eigenvalues of ``sample^-1 implied``; nan where a
        matrix is not positive definite.
    """

    srmr: FloatArray
    d_uls: FloatArray
    d_g: FloatArray


def distances(sample: FloatArray, implied: FloatArray) -> Distances:
    """SRMR, d_ULS and d_G (Dijkstra and Henseler 2015) of matrices (..., k, k)."""
    k = sample.shape[-1]
    row, column = np.tril_indices(k)
    residual = (sample - implied)[..., row, column]
    squares = ((sample - implied) ** 2).sum(axis=(-1, -2))
    return Distances(np.sqrt((residual**2).mean(axis=-1)), squares / 2, _geodesic(sample, implied))


# Smallest eigenvalue of correlations of which one repeats others, but for rounding.
_SINGULAR = 1e-12


def _geodesic(sample: FloatArray, implied: FloatArray) -> FloatArray:
    lead, k = sample.shape[:-2], sample.shape[-1]
    pairs = np.stack([sample, implied]).reshape(2, -1, k, k)
    distance = np.full(pairs.shape[1], np.nan)
    finite = np.flatnonzero(np.isfinite(pairs).all(axis=(0, 2, 3)))
    definite = finite[(np.linalg.eigvalsh(pairs[:, finite])[..., 0] > _SINGULAR).all(axis=0)]
    factor = np.linalg.inv(np.linalg.cholesky(pairs[0, definite]))
    roots = np.linalg.eigvalsh(factor @ pairs[1, definite] @ np.swapaxes(factor, -1, -2))
    distance[definite] = (np.log(roots) ** 2).sum(axis=-1) / 2
    return distance.reshape(lead)
