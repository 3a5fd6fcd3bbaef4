"""Bootstrap p-values of chi-square difference tests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError
from csisem.fit.bootstrap.bootstrap_result import same_solution
from csisem.fit.bootstrap.covariance_bootstrap import CovarianceBootstrap
from csisem.fit.covariance.measures.fit_measures import discrepancies
from csisem.fit.covariance.solution import CovarianceSolution
from csisem.inference.bootstrap_intervals import MOST_LOST


def stacks_of(bootstrap: object) -> tuple[CovarianceBootstrap, ...]:
    """Return the bootstraps that a comparison was given."""
    given = tuple(bootstrap) if isinstance(bootstrap, list | tuple) else (bootstrap,)
    for one in given:
        if not isinstance(one, CovarianceBootstrap):
            raise OptionError(f"bootstrap= takes results of bootstrap(), one of each model, and {type(one).__name__!r} "
                              "is none.")  # fmt: skip
    return given


def drawn_pvalue(
    freer: tuple[str, CovarianceSolution],
    stricter: tuple[str, CovarianceSolution],
    given: Sequence[CovarianceBootstrap],
) -> tuple[float, Sentence | None]:
    """Share of replicates whose chi-squares differ by at least the sample's difference; why it is nan, if it is."""
    (first, a), (second, b) = freer, stricter
    one, two = _paired(first, a, second, b, given)
    whole = np.intersect1d(one.fitted, two.fitted)
    if one.n - len(whole) > MOST_LOST * one.n:
        return np.nan, sentence("comparison.replicates_lost", lost=one.n - len(whole), n=one.n, freer=first,
                                stricter=second, most=MOST_LOST)  # fmt: skip
    observed = discrepancies(b).chisq - discrepancies(a).chisq
    return float((two.chisq[whole] - one.chisq[whole] >= observed).mean()), None


def _paired(
    first: str, a: CovarianceSolution, second: str, b: CovarianceSolution, given: Sequence[CovarianceBootstrap]
) -> tuple[CovarianceBootstrap, CovarianceBootstrap]:
    """Replicates of both models, of the same draws from the stricter."""

    def under_b(one: CovarianceBootstrap) -> bool:
        return one.under is not None and same_solution(one.under.solution, b)

    free = [one for one in given if same_solution(one.solution, a) and under_b(one)]
    strict = [
        two
        for two in given
        if same_solution(two.solution, b) and two.method != "nonparametric" and (two.under is None or under_b(two))
    ]
    for one, two in product(free, strict):
        if (one.method, one.seed, one.n) == (two.method, two.seed, two.n):
            return one, two
    raise OptionError(f"bootstrap= holds no common draws of {first!r} and {second!r} in which {second!r} holds; give "
                      f"[bootstrap({first}, method='bollen-stine', under={second}, seed=1), bootstrap({second}, "
                      "method='bollen-stine', seed=1)].")  # fmt: skip
