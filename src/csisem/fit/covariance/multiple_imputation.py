"""Estimates pooled over completed data sets by Rubin's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.goodness_of_fit.scaled_tests import Correction, ScaledTest
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, ModelError
from csisem.fit.covariance.covariance_solution import CovarianceSolution, Imputed
from csisem.fit.covariance.identification import degrees_of_freedom
from csisem.fit.covariance.measures.fit_measures import discrepancies
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.covariance.verdict import judge
from csisem.fit.status import USUAL, not_converged, with_warnings
from csisem.inference.pooling import PooledTest, d2, pool
from csisem.moments.moments import Moments
from csisem.moments.ordered.ordered_moments import OrderedMoments
from csisem.specification.parameters import ParameterTable


def pooled(solutions: Sequence[CovarianceSolution]) -> CovarianceSolution:
    """Pool solutions of completed data sets by Rubin's rules; their chi-squares by D2."""
    if len(solutions) < 2:
        raise DataError(f"Pooling takes two completed data sets or more, and {len(solutions)} was given.")
    first = solutions[0]
    if any(one.table.tangent or one.table.restrictions for one in solutions):
        raise ModelError("Completed data sets are not pooled under inequalities, bounds or nonlinear equations, which "
                         "differ in what holds from set to set; fit each set alone, or leave the constraints "
                         "out.")  # fmt: skip
    for position, one in enumerate(solutions[1:], start=2):
        if one.groups != first.groups or (one.group_n != first.group_n).any():
            raise DataError(f"Completed data set {position} has other groups or rows than the first ({one.n} rows "
                            f"against {first.n}); give the same rows, completed.")  # fmt: skip
        _check_answers(first, one, position)
    usable = [one for one in solutions if one.status.usable]
    if len(usable) < 2:
        return replace(first, status=not_converged(first.iterations), data=None)
    found = pool(np.stack([one.theta for one in usable]), np.stack([one.vcov for one in usable]))
    parts = _parts(usable, found.within)
    whole = replace(
        first,
        theta=found.estimate,
        # The spread within data sets is part of the total; their replicates have nothing in common.
        errors=replace(first.errors, covariance=found.total, replicates=None),
        moments=_mean_moments([one.moments for one in usable]),
        data=None,
        correction=None if parts.scaled is None else _correction(first.table, parts.chisq, parts.scaled),
        imputed=parts,
    )
    if isinstance(whole, OrderedSolution):
        whole = replace(
            whole, first=_mean_ordered(usable), codes=_mean_moments([_ordered(one).codes for one in usable])
        )
    status = judge(whole.table, whole.lisrel, whole.implied_moments, whole.group_n, USUAL)
    return replace(whole, status=with_warnings(status, _warnings(solutions, usable)))


def _parts(usable: Sequence[CovarianceSolution], within: FloatArray) -> Imputed:
    plain = [discrepancies(one) for one in usable]
    chisq = np.array([[one.chisq, one.baseline_chisq] for one in plain]).T
    tests = [one.correction for one in usable]
    scaled = np.array([[test.model.chisq, test.baseline.chisq] for test in tests if test is not None])
    return Imputed(tuple(usable), within, chisq, scaled.T if len(scaled) else None)


def _correction(table: ParameterTable, chisq: FloatArray, scaled: FloatArray) -> Correction:
    """Scaled tests of the model and of the baseline model, pooled like the plain ones."""
    model, baseline = map(_scaled, chisq, scaled, degrees_of_freedom(table))
    return Correction(model, baseline)


def _scaled(plain: FloatArray, scaled: FloatArray, df: int) -> ScaledTest:
    own, other = d2(plain, df), d2(scaled, df)
    factor = own.f / other.f if other.f > 0 else np.nan
    return ScaledTest(other.f * df, df, factor, 0.0, factor)


def pooled_difference(tests: Sequence[ScaledTest]) -> PooledTest:
    """Pool the data sets' chi-square differences, each scaled by itself; nan where one has no p-value."""
    df = tests[0].df
    if not all(test.factor > 0 for test in tests):
        return PooledTest(np.nan, df, np.nan, np.nan, np.nan)
    # Rounding may carry the difference of two equally good models just below 0.
    return d2(np.array([max(test.chisq, 0.0) for test in tests]), df)


def _warnings(solutions: Sequence[CovarianceSolution], usable: Sequence[CovarianceSolution]) -> tuple[Sentence, ...]:
    said = list(dict.fromkeys(warning for one in usable for warning in one.status.row_warnings))
    lost, refused = len(solutions) - len(usable), sum(not one for one in usable)
    if lost:
        said.append(sentence("fit.imputations_left_out", lost=lost, data_sets=len(solutions)))
    if refused:
        said.append(sentence("fit.imputations_inadmissible", refused=refused, data_sets=len(usable)))
    return tuple(said)


def _check_answers(first: CovarianceSolution, other: CovarianceSolution, position: int) -> None:
    """Refuse ordered items whose thresholds are not those of the first data set."""
    if not isinstance(first, OrderedSolution):
        return
    moments = _ordered(other).first
    for item, own, answers in zip(moments.items, first.first.answers, moments.answers, strict=True):
        if own != answers:
            raise DataError(f"Completed data set {position} has other different answers to the ordered item {item!r} "
                            "than the first, so that their thresholds cannot be pooled; join rare answers "
                            "before.")  # fmt: skip


def _ordered(solution: CovarianceSolution) -> OrderedSolution:
    if not isinstance(solution, OrderedSolution):
        raise TypeError("a fit of ordered items is meant")
    return solution


def _mean_ordered(usable: Sequence[CovarianceSolution]) -> OrderedMoments:
    """Means of the data sets' thresholds, correlations and Gammas; no row has an influence on them."""
    every = [_ordered(one).first for one in usable]
    names = ("thresholds", "mean", "cov", "slopes", "covariate_mean", "covariate_cov", "gamma")
    means = {name: np.mean([getattr(one, name) for one in every], axis=0) for name in names}
    return replace(every[0], **means, gamma_of_rows=None, across=None, influence=None)


def _mean_moments(moments: Sequence[Moments]) -> Moments:
    first = moments[0]
    return replace(
        first,
        mean=np.mean([one.mean for one in moments], axis=0),
        cov=np.mean([one.cov for one in moments], axis=0),
    )
