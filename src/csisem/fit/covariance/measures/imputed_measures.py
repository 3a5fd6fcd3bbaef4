"""Fit measures pooled over completed data sets."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.fit.covariance.covariance_solution import CovarianceSolution, Imputed
from csisem.fit.covariance.identification import degrees_of_freedom
from csisem.fit.covariance.measures.scaled_measures import Discrepancies
from csisem.inference.pooling import d2


def pooled_discrepancies(solution: CovarianceSolution, parts: Imputed) -> Discrepancies:
    """D2 times its degrees of freedom as chi-squares; a pooled solution has no likelihood."""
    own, baseline = degrees_of_freedom(solution.table)
    size = solution.n - solution.table.n_groups if solution.settings.likelihood == "wishart" else solution.n
    return Discrepancies(
        chisq=d2(parts.chisq[0], own).f * own if own else 0.0,
        df=own,
        baseline_chisq=d2(parts.chisq[1], baseline).f * baseline,
        baseline_df=baseline,
        logl=np.nan,
        unrestricted_logl=np.nan,
        multiplier=float(size),
    )


def pooled_measures(solution: CovarianceSolution, parts: Imputed) -> dict[str, float]:
    """The pooled tests of the model's fit, plain and scaled, as F tests."""
    df = degrees_of_freedom(solution.table)[0]
    chisq: dict[str, FloatArray] = {"": parts.chisq[0]}
    if parts.scaled is not None:
        chisq[".scaled"] = parts.scaled[0]
    tests = {kind: d2(values, df) for kind, values in chisq.items()}
    measures = {
        f"d2.{name}{kind}": value
        for kind, test in tests.items()
        for name, value in (("f", test.f), ("df1", test.df1), ("df2", test.df2), ("pvalue", test.pvalue),
                            ("increase", test.increase))
    }  # fmt: skip
    return measures | {"imputations": float(len(parts.solutions))}
