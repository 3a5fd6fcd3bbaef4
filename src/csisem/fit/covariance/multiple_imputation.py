"""Fits of several completed data sets as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.goodness_of_fit.scaled_tests import Correction, ScaledTest
from csisem.errors import DataError
from csisem.fit.covariance.measures.scaled_measures import Discrepancies
from csisem.fit.covariance.verdict import judge
from csisem.fit.degrees import degrees_of_freedom
from csisem.fit.status import Thresholds, not_converged, with_warnings
from csisem.inference.pooling import PooledTest, d2, pool

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_fit import CovarianceFit
    from csisem.moments.moments import Moments


@dataclass(frozen=True, slots=True, eq=False)
class Imputed:
    """What a pooled fit keeps of its parts.

    Attributes
    ----------
    fits
        The usable fits of the completed data sets.
    within
        Mean covariance of the parameters within data sets, (q, q).
    """

    fits: tuple[CovarianceFit, ...]
    within: FloatArray

    def test(self, name: str, df: float) -> PooledTest:
        """Pool a chi-square that the fits report under ``name``."""
        return d2(np.array([fit.fit_measures()[name] for fit in self.fits]), df)


def pooled(fits: Sequence[CovarianceFit]) -> CovarianceFit:
    """Pool fits of completed data sets by Rubin's rules; their chi-squares by D2.

    Raises
    ------
    DataError
        There are fewer than two data sets, or they differ in groups or rows.
    """
    if len(fits) < 2:
        raise DataError(f"Pooling takes two completed data sets or more, and {len(fits)} was given.")
    first = fits[0]
    for position, fit in enumerate(fits[1:], start=2):
        if fit.groups != first.groups or (fit.group_n != first.group_n).any():
            raise DataError(f"Completed data set {position} has other groups or rows than the first ({fit.n} rows "
                            f"against {first.n}); give the same rows, completed.")  # fmt: skip
    usable = [fit for fit in fits if fit.status.usable]
    if len(usable) < 2:
        return replace(first, status=not_converged(first.iterations), data=None)
    found = pool(np.stack([fit.theta for fit in usable]), np.stack([fit.vcov for fit in usable]))
    parts = Imputed(tuple(usable), found.within)
    whole = replace(
        first,
        theta=found.estimate,
        vcov=found.total,
        moments=_mean_moments([fit.moments for fit in usable]),
        data=None,
        correction=_correction(first, parts),
        imputed=parts,
        # The data sets' own spread is within; of their replicates nothing is common.
        replicates=None,
    )
    status = judge(whole.table, whole.lisrel, whole.implied_moments, whole.group_n, Thresholds())
    return replace(whole, status=with_warnings(status, _warnings(fits, usable)))


def _correction(fit: CovarianceFit, parts: Imputed) -> Correction | None:
    """Scaled tests pooled as the plain ones are; None where the fits have none."""
    if fit.correction is None:
        return None
    own, baseline = degrees_of_freedom(fit.table)
    return Correction(_scaled(parts, "", own), _scaled(parts, "baseline.", baseline))


def _scaled(parts: Imputed, prefix: str, df: int) -> ScaledTest:
    plain, scaled = parts.test(f"{prefix}chisq", df), parts.test(f"{prefix}chisq.scaled", df)
    factor = plain.f / scaled.f if scaled.f > 0 else np.nan
    return ScaledTest(scaled.f * df, df, factor, 0.0, factor)


def pooled_discrepancies(fit: CovarianceFit, parts: Imputed) -> Discrepancies:
    """D2 times its degrees of freedom for the chi-squares; data sets have likelihoods, their pooling has none."""
    own, baseline = degrees_of_freedom(fit.table)
    size = fit.n - fit.table.n_groups if fit.settings.likelihood == "wishart" else fit.n
    return Discrepancies(
        chisq=parts.test("chisq", own).f * own if own else 0.0,
        df=own,
        baseline_chisq=parts.test("baseline.chisq", baseline).f * baseline,
        baseline_df=baseline,
        logl=np.nan,
        unrestricted_logl=np.nan,
        multiplier=float(size),
    )


def pooled_measures(fit: CovarianceFit, parts: Imputed) -> dict[str, float]:
    """The pooled tests of the model's fit, plain and scaled, which with few data sets are F tests."""
    df = degrees_of_freedom(fit.table)[0]
    tests = {"": parts.test("chisq", df)}
    if fit.correction is not None:
        tests[".scaled"] = parts.test("chisq.scaled", df)
    measures = {
        f"d2.{name}{kind}": value
        for kind, test in tests.items()
        for name, value in (("f", test.f), ("df1", test.df1), ("df2", test.df2), ("pvalue", test.pvalue),
                            ("increase", test.increase))
    }  # fmt: skip
    return measures | {"imputations": float(len(parts.fits))}


def pooled_difference(tests: Sequence[ScaledTest]) -> PooledTest:
    """Pool the data sets' differences of two models' chi-squares, each scaled by itself; nan where one is no test."""
    df = tests[0].df
    if not all(test.factor > 0 for test in tests):
        return PooledTest(np.nan, df, np.nan, np.nan, np.nan)
    # Rounding may carry the difference of two equally good models just below 0.
    return d2(np.array([max(test.chisq, 0.0) for test in tests]), df)


def _warnings(fits: Sequence[CovarianceFit], usable: Sequence[CovarianceFit]) -> tuple[str, ...]:
    said = list(dict.fromkeys(sentence for fit in usable for sentence in fit.status.row_warnings))
    lost, refused = len(fits) - len(usable), sum(not fit for fit in usable)
    if lost:
        said.append(f"{lost} of {len(fits)} completed data sets did not converge or identify the model, and were left "
                    "out of the pooling.")  # fmt: skip
    if refused:
        said.append(f"{refused} of {len(usable)} pooled fits are inadmissible by themselves.")
    return tuple(said)


def _mean_moments(moments: Sequence[Moments]) -> Moments:
    first = moments[0]
    return replace(
        first,
        mean=np.mean([one.mean for one in moments], axis=0),
        cov=np.mean([one.cov for one in moments], axis=0),
    )
