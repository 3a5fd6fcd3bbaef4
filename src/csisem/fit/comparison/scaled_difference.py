"""Scaled chi-square difference tests of robust fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.goodness_of_fit.scaled_tests import (
    Correction,
    ScaledTest,
    mean_scaled,
    restriction_traces,
    scaled_shifted,
)
from csisem.covariance.lisrel.implied import implied
from csisem.errors import DataError, OptionError, listed
from csisem.fit.covariance.errors.choose_errors import correction_at
from csisem.fit.covariance.measures.fit_measures import discrepancies
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.inference.delta import jacobian
from csisem.options import DifferenceMethod, Estimator, validate

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution


METHODS: dict[Estimator, tuple[DifferenceMethod, ...]] = {
    "ML": ("standard",),
    "MLM": ("satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000"),
    "MLR": ("satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000"),
    "MLMV": ("satorra.2000",),
    "MLMVS": ("satorra.2000",),
    "GLS": ("standard",),
    "WLS": ("standard",),
    "ULSM": ("satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000"),
    "ULSMV": ("satorra.2000",),
    "WLSM": ("satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000"),
    "WLSMV": ("satorra.2000",),
    "WLSMVS": ("satorra.2000",),
}
"""Differences that each estimator's chi-squares have, the default first (lavaan's)."""


def method_for(estimator: Estimator, asked: DifferenceMethod | None) -> DifferenceMethod:
    """The requested method, or the estimator's default."""
    if estimator not in METHODS:
        raise OptionError(f"Chi-squares of {estimator} have no known distribution, nor has their difference; "
                          f"compare fits by {'ULSM' if estimator == 'ULS' else 'WLSM'!r}.")  # fmt: skip
    if asked is None:
        return METHODS[estimator][0]
    method: DifferenceMethod = validate("method", asked, DifferenceMethod)
    if method not in METHODS[estimator]:
        raise OptionError(f"method={method!r} does not suit chi-squares of {estimator}, whose differences are "
                          f"{listed(METHODS[estimator])}.")  # fmt: skip
    return method


def difference(
    freer: tuple[str, CovarianceSolution],
    stricter: tuple[str, CovarianceSolution],
    reproduced: FloatArray,
    method: DifferenceMethod,
) -> ScaledTest:
    """Test the stricter of two nested models against the freer.

    Parameters
    ----------
    freer, stricter
        Their names and fits.
    reproduced
        Parameters (q,) at which the freer model implies what the stricter one does.
    method
        ``"satorra.bentler.2001"``: the scaling factor from those of the two fits (Satorra and Bentler 2001,
        Psychometrika 66, 507-514). ``"satorra.bentler.2010"``: the freer model's factor at ``reproduced`` instead of at
        its own estimate (Satorra and Bentler 2010, Psychometrika 75, 243-248); it reads the rows once more.
        ``"satorra.2000"``: from the restrictions themselves, scaled and shifted (Satorra 2000; Asparouhov and Muthen
        2010), with the fit's own robust covariance of the parameters. Of incomplete rows lavaan takes another, in which
        a blank adds nothing to the covariance of the moments: of an item that a share r answers, r^3 where the scores
        have r; and of MLR with fixed predictors that of the moments given the predictors, which its own standard errors
        do not take. Here one restriction is always scaled by its robust over its normal variance, so that the test
        agrees with the fit's standard errors; if the model holds, all have the same limit. ``"standard"``: not scaled.
    """
    (_, a), (_, b) = freer, stricter
    found, strict = discrepancies(a), discrepancies(b)
    chisq, df = strict.chisq - found.chisq, strict.df - found.df
    if method == "standard":
        return ScaledTest(chisq, df, 1.0, 0.0, 1.0)
    if method == "satorra.2000":
        inverse = symmetric_inverse(a.unit_information(a.settings.information))
        return scaled_shifted(chisq, df, *restriction_traces(_restrictions(a, b), inverse, a.vcov * a.counted.sum()))
    freer_test = _moved(freer, reproduced) if method == "satorra.bentler.2010" else a.correction
    return mean_scaled(chisq, df, _trace(b.correction, strict.df) - _trace(freer_test, found.df))


def _trace(correction: Correction | None, df: float) -> float:
    """tr(U Gamma) of a robust fit."""
    if correction is None:
        raise ValueError("the fit is not robust")
    return correction.model.mean_factor * df


def _moved(freer: tuple[str, CovarianceSolution], theta: FloatArray) -> Correction | None:
    name, solution = freer
    if solution.table.tangent is not None:
        raise OptionError(f"method='satorra.bentler.2010' fits {name!r} again at another point, and its constraints "
                          "are linear at its own solution only; use 'satorra.bentler.2001'.")  # fmt: skip
    if solution.data is None:
        raise DataError(f"method='satorra.bentler.2010' reads the rows of {name!r}, which it does not hold any more; "
                        "use 'satorra.bentler.2001', or fit again.")  # fmt: skip
    return correction_at(solution, theta)


def _restrictions(freer: CovarianceSolution, stricter: CovarianceSolution) -> FloatArray:
    """Directions of the freer model's parameters, (restrictions, q), that the stricter model excludes.

    To first order: the complement of the parameters fitted by least squares to the stricter model's tangents, each
    model at its own estimate, as in lavaan.
    """
    items = freer.table.observed
    tangents, stricter_tangents = _tangents(freer, items), _tangents(stricter, items)
    reached = np.linalg.lstsq(tangents, stricter_tangents, rcond=None)[0]
    left: FloatArray = np.linalg.svd(reached)[0]
    return left[:, reached.shape[1] :].T


def _tangents(solution: CovarianceSolution, items: tuple[str, ...]) -> FloatArray:
    """Derivatives of all groups' moments of ``items`` by the free parameters, (moments, q)."""
    if isinstance(solution, OrderedSolution):
        return solution.moment_derivatives[:, solution.places_of(items)].reshape(-1, len(solution.theta))
    order = np.array([solution.table.observed.index(name) for name in items], dtype=np.intp)
    row, col = (order[index] for index in np.tril_indices(len(items)))

    def moments(theta: FloatArray) -> FloatArray:
        found = implied(solution.structure.matrices(theta))
        products = found.cov[..., row, col]
        return np.concatenate([found.mean[..., order], products], axis=-1) if solution.table.meanstructure else products

    return jacobian(moments, solution.theta).reshape(-1, len(solution.theta))
