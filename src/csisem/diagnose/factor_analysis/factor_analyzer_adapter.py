"""Adapter to factor_analyzer: exploratory factors and their rotation."""

from __future__ import annotations

import inspect
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DataError, agree
from csisem.library_settings import global_settings
from csisem.options import FactorMethod, Rotation

_THEIR_NAMES = {"geomin": "geomin_obl"}
_OBLIQUE = ("promax", "oblimin", "quartimin", "geomin")
LEAST_UNIQUENESS = 0.005
"""Lower bound of uniquenesses while factors are extracted, as in R's psych."""
# factor_analyzer's own tolerance leaves the fifth digit open.
_TOLERANCE, _STEPS = 1e-12, 5000


@dataclass(frozen=True, slots=True, eq=False)
class Loadings:
    """m factors of p items, in order of the variance explained, each with a positive sum of loadings.

    Attributes
    ----------
    pattern
        Loadings (p, m).
    correlations
        Correlations of the factors (m, m); the identity for an orthogonal rotation.
    unrotated
        Loadings before the rotation (p, m).
    """

    pattern: FloatArray
    correlations: FloatArray
    unrotated: FloatArray

    @property
    def communality(self) -> FloatArray:
        """Communalities of the items (p,)."""
        found: FloatArray = np.einsum("ij,jk,ik->i", self.pattern, self.correlations, self.pattern)
        return found


def explore(correlations: FloatArray, factors: int, method: FactorMethod, rotation: Rotation) -> Loadings:
    """Extract factors of correlations (p, p) and rotate them."""
    from factor_analyzer import FactorAnalyzer, Rotator

    _mend()
    engine: Any = FactorAnalyzer(factors, rotation=None, method=method, is_corr_matrix=True,
                                 bounds=(LEAST_UNIQUENESS, 1))  # fmt: skip
    try:
        with global_settings("factor_analyzer"):
            # Its only word on convergence is a warning.
            warnings.filterwarnings("error", ".*converge", module="factor_analyzer")
            engine.fit(correlations)
    except Warning:
        raise DataError(
            f"{agree(factors, 'One factor', f'{factors} factors')} cannot be extracted ({method} does not converge); "
            f"give {agree(factors, 'another method=', 'a smaller n_factors=')}."
        ) from None
    unrotated = np.asarray(engine.loadings_, dtype=np.float64)
    identity = np.eye(factors)
    if rotation == "none" or factors == 1:
        return _ordered(unrotated, identity, unrotated)
    turn: Any = Rotator(method=_THEIR_NAMES.get(rotation, rotation), max_iter=_STEPS, tol=_TOLERANCE)
    with global_settings("factor_analyzer"):
        # It warns when the tolerance is not met; ours is finer than rounding allows for some rotations.
        pattern = np.asarray(turn.fit_transform(unrotated), dtype=np.float64)
    between = np.asarray(turn.phi_, dtype=np.float64) if rotation in _OBLIQUE else identity
    return _ordered(pattern, between, unrotated)


def _ordered(pattern: FloatArray, between: FloatArray, unrotated: FloatArray) -> Loadings:
    sign = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)
    pattern, between = pattern * sign, between * np.outer(sign, sign)
    # The variance that correlated factors explain together is split evenly.
    order = np.argsort(-(pattern * (pattern @ between)).sum(axis=0), kind="stable")
    return Loadings(pattern[:, order], between[np.ix_(order, order)], unrotated)


def _mend() -> None:
    """Rebind the function that factor_analyzer 0.5.1 calls with an argument which scikit-learn 1.8 removed."""
    from factor_analyzer import factor_analyzer as module

    theirs: Any = module.check_array
    if "force_all_finite" in inspect.signature(theirs).parameters:
        return

    def check_array(values: object, *, force_all_finite: object = True, **options: Any) -> Any:
        return theirs(values, ensure_all_finite=force_all_finite, **options)

    module.check_array = check_array
