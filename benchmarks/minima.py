"""Minima that fits end in, against the best of 20 random starts: `python -m benchmarks.minima [models]`.

The models are wrong: items measure other factors than the model says. A fit is "above" where a random start ends in a
minimum whose chi-square is lower by more than 1e-4, and "below" where all 20 end higher, or nowhere. An admissible fit
is not given up for an inadmissible one, so that a lower inadmissible minimum is counted apart.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter

import numpy as np

import csisem as cs
from csisem.arrays import FloatArray
from csisem.covariance.estimation.scoring import minimise
from csisem.covariance.estimation.starting_values import drawn_start
from csisem.fit.covariance.covariance_fit import CovarianceFit
from csisem.fit.covariance.verdict import judge
from csisem.fit.status import Thresholds
from csisem.options import Estimator

STARTS, MOST_STEPS, SAME = 20, 150, 1e-4
ESTIMATORS: tuple[Estimator, ...] = ("ML", "GLS", "ULS")
ROWS = 300


def wrong_model(seed: int) -> tuple[str, cs.Moments]:
    """Two to four constructs of three to five items, and a sample of items that share further factors."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(3, 6, size=rng.integers(2, 5))
    count, p = len(sizes), int(sizes.sum())
    edges = np.concatenate([[0], np.cumsum(sizes)])
    names = [f"x{i}" for i in range(p)]
    lines = [f"F{j} =~ " + " + ".join(names[edges[j] : edges[j + 1]]) for j in range(count)]
    for target in range(1, count):
        sources = [f"F{j}" for j in range(target) if rng.random() < 0.6]
        lines += [f"F{target} ~ " + " + ".join(sources)] if sources else []
    own = np.repeat(np.eye(count), sizes, axis=0) * rng.uniform(0.4, 1.0, (p, 1))
    shared = rng.normal(size=(p, 3)) * (rng.random((p, 3)) < 0.4) * rng.uniform(0.2, 1.0)
    correlated = 0.5 * np.eye(count) + 0.5
    cov = own @ correlated @ own.T + shared @ shared.T + np.diag(rng.uniform(0.2, 1.0, p))
    rows = rng.multivariate_normal(np.zeros(p), cov, ROWS) * rng.uniform(0.5, 3.0, p)
    return "\n".join(lines), cs.Moments.from_table(n=ROWS, cov=np.cov(rows.T), items=names)


def best_of_random(fit: CovarianceFit, seed: int) -> tuple[float, FloatArray]:
    """The lowest discrepancy of 20 random starts, inf if none converges, and its parameters."""
    solution, rng = fit.solution, np.random.default_rng(seed)
    mean, variance = solution.objective.marginals()
    starts = [drawn_start(solution.table, solution.structure, mean[0], variance[0], rng) for _ in range(STARTS)]
    found = minimise(solution.objective.take(np.zeros(STARTS, dtype=np.intp)), np.stack(starts), MOST_STEPS)
    value = np.where(found.converged, found.value, np.inf)
    return float(value.min()), found.theta[value.argmin()]


def outcome(fit: CovarianceFit, seed: int) -> str:
    """Where a fit ended."""
    solution = fit.solution
    best, theta = best_of_random(fit, seed)
    if not fit.status.converged:
        return "not converged, a random start does" if np.isfinite(best) else "not converged, nor does a random start"
    above = 2 * float(solution.counted.sum()) * solution.unit * (float(solution.point.value[0]) - best)
    if above <= SAME:
        return "as low" if above >= -SAME else "below"
    other = solution.changed(theta=theta)
    verdict = judge(other.table, other.lisrel, other.implied_moments, other.group_n, Thresholds())
    return "above" if verdict.admissible or not fit.status.admissible else "above an inadmissible one"


def main() -> None:
    """Print a row for each estimator."""
    models = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for estimator in ESTIMATORS:
        counts: Counter[str] = Counter()
        said = 0
        for seed in range(models):
            text, moments = wrong_model(seed)
            fit = cs.Model.from_syntax(text).fit(moments, estimator=estimator)
            assert isinstance(fit, CovarianceFit)
            counts[outcome(fit, seed + 10**6)] += 1
            said += any(w.code in ("fit.other_minimum", "fit.lower_inadmissible") for w in fit.status.warnings)
        print(f"{estimator}: {models} models; {dict(counts.most_common())}; another minimum reported {said} times")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
