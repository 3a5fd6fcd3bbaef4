"""Nesting of two models, and whether two fits are comparable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.cholesky import cholesky
from csisem.covariance.estimation.discrepancy import ScaledMoments
from csisem.covariance.estimation.normal_theory import NormalTheory, Objective
from csisem.covariance.estimation.scoring import Minimum
from csisem.covariance.estimation.solve import solve
from csisem.covariance.estimation.solve_restricted import solve_restricted
from csisem.covariance.estimation.starting_values import start_values
from csisem.covariance.lisrel.structure import compile_structure, with_exogenous
from csisem.errors import DataError, ModelError, OptionError, listed, tell
from csisem.fit.covariance.measures.fit_measures import discrepancies
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.covariance.restricted import origin
from csisem.specification.parameters import ParameterTable
from csisem.survey import Design

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution


# Moments of one sample agree to rounding, in units of the items' standard deviations; another sample's do not.
_SAME = 1e-9
# A freer model reproduces what a nested one implies, up to rounding and the last of slow steps on a flat ridge; models
# that are not nested miss it by far more, 1e-4 and above in those of the tests.
_REPRODUCED = 1e-8


def check_same(one: tuple[str, CovarianceSolution], two: tuple[str, CovarianceSolution]) -> None:
    """Refuse two fits that are not of the same items, rows and likelihood."""
    (first, a), (second, b) = one, two
    both = f"{first!r} and {second!r}"
    if a.estimator != b.estimator:
        raise OptionError(f"{both} were fitted by {a.estimator} and {b.estimator}, whose chi-squares have no common "
                          "difference; fit both by one estimator.")  # fmt: skip
    alone = set(a.table.observed) ^ set(b.table.observed)
    if alone:
        raise DataError(f"{both} are not of the same items: {listed(sorted(alone))} stands in one only; keep it in "
                        "both, with its paths fixed at 0 in the stricter.")  # fmt: skip
    if bool(a.completed) != bool(b.completed):
        raise DataError(f"Of {both} only one is pooled over completed data sets; fit both to the same data sets.")
    if a.groups != b.groups:
        raise DataError(f"{both} are not of the same groups: {listed(a.groups) or 'none'} against "
                        f"{listed(b.groups) or 'none'}.")  # fmt: skip
    if (a.group_n != b.group_n).any():
        raise DataError(f"{both} are not of the same rows: {a.n} against {b.n}.")
    if isinstance(a, OrderedSolution) != isinstance(b, OrderedSolution):
        raise DataError(f"Of {both} only one is of ordered items; give both the same ordered=.")
    if a.completed and b.completed:
        _check_same_sets(both, a.completed, b.completed)
    elif not _same_moments(a, b):
        raise DataError(f"{both} are of the same number of rows, but not of the same answers or weights.")
    _check_likelihood(both, a, b)


def _check_likelihood(both: str, a: CovarianceSolution, b: CovarianceSolution) -> None:
    """Refuse two fits whose chi-squares, or aic and bic, are not comparable."""
    apart = [
        one.name
        for one in fields(Design)
        if getattr(a.settings.design, one.name) != getattr(b.settings.design, one.name)
    ]
    if apart and {a.settings.errors, b.settings.errors} & {"design", "replicates"}:
        raise DataError(f"{both} were fitted under sampling designs that differ in {', '.join(apart)}, and their "
                        "scaled chi-squares have no common difference; fit both under one design=.")  # fmt: skip
    if a.settings.likelihood != b.settings.likelihood:
        raise DataError(f"{both} have different chi-squares: likelihood={a.settings.likelihood!r} against "
                        f"{b.settings.likelihood!r}.")  # fmt: skip
    if a.table.meanstructure != b.table.meanstructure:
        raise DataError(f"Of {both} only one models the means; give both the same meanstructure=.")
    given = set(a.table.exogenous) ^ set(b.table.exogenous)
    if given:
        raise DataError(f"{both} have different likelihoods: the moments of {listed(sorted(given))} are given in one "
                        "and parameters in the other, so write their variances (x ~~ x) in both.")  # fmt: skip


def _check_same_sets(both: str, ones: Sequence[CovarianceSolution], others: Sequence[CovarianceSolution]) -> None:
    """Refuse pooled fits whose parts are not of the same completed data sets, one by one."""
    if len(ones) != len(others):
        raise DataError(f"{both} are pooled over {len(ones)} and {len(others)} completed data sets; fit both to those "
                        "in which both converge.")  # fmt: skip
    for position, (one, other) in enumerate(zip(ones, others, strict=True), start=1):
        if not _same_moments(one, other):
            raise DataError(f"{both} are pooled over other answers in completed data set {position}; fit both to the "
                            "same data sets in the same order.")  # fmt: skip


def _same_moments(a: CovarianceSolution, b: CovarianceSolution) -> bool:
    order = [b.table.observed.index(name) for name in a.table.observed]
    sd = np.sqrt(np.diagonal(a.moments.cov, axis1=-2, axis2=-1))
    cov = b.moments.cov[..., order, :][..., order]
    apart = np.abs(a.moments.cov - cov) / (sd[..., :, None] * sd[..., None, :])
    shift = np.abs(a.moments.mean - b.moments.mean[..., order]) / sd
    # Means that a published table left out are nan in both.
    return bool((apart <= _SAME).all() and not (shift > _SAME).any())


def check_nested(freer: tuple[str, CovarianceSolution], stricter: tuple[str, CovarianceSolution]) -> FloatArray:
    """Parameters (q,) at which the freer model reproduces what the stricter implies; refuse two where it cannot."""
    (first, a), (second, b) = freer, stricter
    df, strict_df = discrepancies(a).df, discrepancies(b).df
    if df == strict_df:
        raise ModelError(f"{first!r} and {second!r} both have {df} degrees of freedom, so neither is nested in the "
                         f"other; {_instead(a)}.")  # fmt: skip
    theta, missed, settled = nearest(a, b)
    if missed <= _REPRODUCED:
        return theta
    if settled:
        raise ModelError(f"{second!r} is not nested in {first!r}, which cannot reproduce the moments it implies; "
                         f"the difference of their chi-squares is not a test; {_instead(a)}.")  # fmt: skip
    tell([f"It could not be confirmed that {second!r} is nested in {first!r}; if it is not, the difference of their "
          "chi-squares is not a test."])  # fmt: skip
    return theta


def _instead(solution: CovarianceSolution) -> str:
    """Measures by which models that are not nested can be compared."""
    return f"read their {'aic and bic' if solution.recipe.discrepancy == 'ML' else 'cfi and rmsea'} off fit_measures()"


def nearest(freer: CovarianceSolution, stricter: CovarianceSolution) -> tuple[FloatArray, float, bool]:
    """The freer model's parameters nearest to the stricter one's implied moments.

    Returns them with the distance, per observation, and whether the iterations converged.
    """
    # Under restrictions the freer model is what they allow, not its tangent.
    freer = origin(freer)
    if isinstance(freer, OrderedSolution) and isinstance(stricter, OrderedSolution):
        return _nearest_ordered(freer, stricter)
    order = [stricter.table.observed.index(name) for name in freer.table.observed]
    cov = stricter.implied_moments.cov[..., order, :][..., order]
    mean = stricter.implied_moments.mean[..., order]
    structure = with_exogenous(compile_structure(freer.table), freer.table, mean, cov)
    # Two starts, to avoid a local minimum.
    start = np.stack([start_values(freer.table, structure, mean, cov), freer.theta])
    share = freer.sample.share[0]
    sample = ScaledMoments(*(np.stack([moments, moments]) for moments in (mean, cov, share)))
    found = _solver(freer)(freer.table, NormalTheory(structure, sample), start)
    best = int(found.value.argmin())
    _, logdet = cholesky(cov)
    least = float((share * (logdet + structure.p)).sum() / 2)
    return found.theta[best], float(found.value[best]) - least, bool(found.converged.all())


def _solver(solution: CovarianceSolution) -> Callable[[ParameterTable, Objective, FloatArray], Minimum]:
    """How the model of a solution is minimised."""
    return solve if solution.table.restrictions is None else solve_restricted


def _nearest_ordered(freer: OrderedSolution, stricter: OrderedSolution) -> tuple[FloatArray, float, bool]:
    """The same for ordered items, in the freer model's own discrepancy from the moments that the stricter implies."""
    moments = stricter.implied_vector[:, stricter.places_of(freer.table.observed)]
    vector, order = freer.objective.vector, [stricter.table.observed.index(name) for name in freer.table.observed]
    cov = stricter.response_cov[..., order, :][..., order]
    thresholds = vector.parts(moments)[0]
    start = start_values(freer.table, freer.structure, freer.sample_mean, cov, thresholds)
    objective = freer.objective.take(np.zeros(2, dtype=np.intp))
    posed = replace(objective, moments=np.stack([moments, moments]))
    found = _solver(freer)(freer.table, posed, np.stack([start, freer.theta]))
    best = int(found.value.argmin())
    return found.theta[best], float(found.value[best]), bool(found.converged.all())
