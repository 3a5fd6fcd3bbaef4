"""Inner weights of a construct's neighbours; samples are the last axis."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.composite.blueprint import Blueprint
from csisem.composite.regression import regress
from csisem.options import Scheme


def inner_weights(blueprint: Blueprint, correlations: FloatArray, scheme: Scheme) -> FloatArray:
    """Weights (J, J, R) of the column's score in the proxy of the row's construct, 0 unless they are neighbours.

    With r the correlation of two scores: ``"centroid"`` takes its sign (Wold 1982), ``"factorial"`` r itself,
    ``"path"`` the regression coefficient for a predecessor and r for a successor (Lohmoeller 1989).

    ``correlations`` of the scores are (J, J, R).
    """
    arrows = blueprint.arrows[..., None]
    neighbours = arrows | arrows.swapaxes(0, 1)
    if scheme == "centroid":
        # The derivative of a sign is zero, so that it has no imaginary part under a complex step.
        return np.where(neighbours, np.sign(correlations.real), 0.0)
    if scheme == "factorial":
        return np.where(neighbours, correlations, 0.0)
    return regress(correlations, blueprint.predecessors) + np.where(arrows.swapaxes(0, 1), correlations, 0.0)
