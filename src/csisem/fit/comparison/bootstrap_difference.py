"""Bootstrap p-values of chi-square difference tests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError
from csisem.fit.bootstrap.bootstrap_result import CovarianceBootstrap
from csisem.fit.bootstrap.covariance_replicates import CovarianceReplicates
from csisem.fit.bootstrap.replicates import same_solution
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.measures.fit_measures import discrepancies
from csisem.inference.bootstrap_intervals import MOST_LOST


def replicates_in(bootstrap: object) -> tuple[CovarianceReplicates, ...]:
    """The replicates in the bootstraps that a comparison was given; anything else is refused."""
    given = tuple(bootstrap) if isinstance(bootstrap, list | tuple) else (bootstrap,)
    for one in given:
        if not isinstance(one, CovarianceBootstrap):
            raise OptionError("bootstrap= takes results of bootstrap(), one of each model, not "
                              f"{type(one).__name__!r}.")  # fmt: skip
    return tuple(one.replicates for one in given)


def bootstrap_pvalue(
    freer: tuple[str, CovarianceSolution],
    stricter: tuple[str, CovarianceSolution],
    given: Sequence[CovarianceReplicates],
) -> tuple[float, Sentence | None]:
    """Share of replicates whose chi-squares differ by at least the sample's difference; the reason where it is nan."""
    (first, a), (second, b) = freer, stricter
    one, two = _paired(freer, stricter, given)
    whole = np.intersect1d(one.fitted, two.fitted)
    if one.n - len(whole) > MOST_LOST * one.n:
        return np.nan, sentence("comparison.replicates_lost", lost=one.n - len(whole), n=one.n, freer=first,
                                stricter=second, most=MOST_LOST)  # fmt: skip
    observed = discrepancies(b).chisq - discrepancies(a).chisq
    return float((two.chisq[whole] - one.chisq[whole] >= observed).mean()), None


def _paired(
    freer: tuple[str, CovarianceSolution],
    stricter: tuple[str, CovarianceSolution],
    given: Sequence[CovarianceReplicates],
) -> tuple[CovarianceReplicates, CovarianceReplicates]:
    """Replicates of both models, fitted to the same samples from the stricter model."""
    (first, a), (second, b) = freer, stricter

    def under_b(one: CovarianceReplicates) -> bool:
        return one.under is not None and same_solution(one.under, b)

    free = [one for one in given if same_solution(one.solution, a) and under_b(one)]
    strict = [
        two
        for two in given
        if same_solution(two.solution, b) and two.method != "nonparametric" and (two.under is None or under_b(two))
    ]
    for one, two in product(free, strict):
        if (one.method, one.seed, one.n) == (two.method, two.seed, two.n):
            return one, two
    raise OptionError(f"bootstrap= holds no replicates of {first!r} and {second!r} from the same samples under "
                      f"{second!r}; give "
                      f"[bootstrap({first}, method='bollen-stine', under={second}, seed=1), bootstrap({second}, "
                      "method='bollen-stine', seed=1)].")  # fmt: skip
