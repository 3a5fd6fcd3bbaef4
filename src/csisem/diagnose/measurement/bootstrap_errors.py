"""Bootstrap intervals of reliability and discriminant validity."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.composite.discriminant_validity import htmt
from csisem.composite.estimate import Estimates
from csisem.diagnose.measurement.alpha import cronbach
from csisem.diagnose.measurement.fit_loadings import (
    Measurement,
    composite_reliabilities,
    composites_of,
    factor_columns,
    reliabilities_of,
)
from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError
from csisem.fit.bootstrap.acceleration import RowStatistics
from csisem.fit.bootstrap.bootstrap_result import replicates_of
from csisem.fit.bootstrap.composite_replicates import CompositeReplicates
from csisem.fit.bootstrap.covariance_replicates import CovarianceReplicates
from csisem.fit.bootstrap.replicates import BootstrapReplicates
from csisem.fit.fit import Fit
from csisem.fit.pls.row_influence import RowInfluence
from csisem.inference.bootstrap_intervals import Interval
from csisem.inference.moment_functions import gradient
from csisem.moments.correlations import correlations_of
from csisem.options import IntervalKind

FACTORS = ("omega", "rho_c", "ave")
COMPOSITES = ("rho_c", "ave", "rho_a")


@dataclass(frozen=True, slots=True, eq=False)
class IntervalEnds:
    """Ends of bootstrap intervals; nan where an interval does not exist.

    Attributes
    ----------
    reliability
        By measure (``"alpha"``, `FACTORS` or `COMPOSITES`): lower and upper ends, (2, G, J).
    pairs
        By ``"htmt"`` and ``"htmt2"``: the same for the J (J - 1) / 2 pairs of constructs, (2, G, pairs).
    method
        Method of the intervals.
    notes
        Sentences to read first.
    """

    reliability: dict[str, FloatArray]
    pairs: dict[str, FloatArray]
    method: Sentence
    notes: tuple[Sentence, ...]


def interval_ends(fit: Fit, own: Measurement, bootstrap: object, kind: IntervalKind, level: float) -> IntervalEnds:
    """Evaluate all measures on the stack of replicates."""
    drawn = replicates_of(fit.solution, bootstrap)
    if drawn.method != "nonparametric":
        raise OptionError(f"Intervals of the measurement need replicates of the answers as they are; got method="
                          f"{drawn.method!r}. Use bootstrap(method='nonparametric').")  # fmt: skip
    if isinstance(drawn, CompositeReplicates):
        return _of_composites(drawn, own, kind, level)
    if isinstance(drawn, CovarianceReplicates):
        return _of_factors(drawn, own, kind, level)
    raise OptionError(f"The measurement of a {type(drawn).__name__} cannot be read.")


def _of_moments(own: Measurement) -> Callable[[FloatArray], FloatArray]:
    """Alpha of the constructs, then HTMT and HTMT2 of the pairs, (..., J + 2 pairs), of covariances (..., p, p)."""
    first, second = np.triu_indices(len(own.places), 1)

    def function(cov: FloatArray) -> FloatArray:
        alphas = np.stack([cronbach(cov[..., block[:, None], block]) for block in own.places], axis=-1)
        r = correlations_of(cov)
        ratios = [htmt(r, own.places, geometric=geometric)[..., first, second] for geometric in (False, True)]
        return np.concatenate([alphas, *ratios], axis=-1)

    return function


def _of_composites(drawn: CompositeReplicates, own: Measurement, kind: IntervalKind, level: float) -> IntervalEnds:
    plan, p, of_moments = drawn.solution.plan, len(own.items), _of_moments(own)

    def every(found: Estimates, _mean: FloatArray, cov: FloatArray) -> FloatArray:
        reliabilities = composite_reliabilities(plan, found, own.blocks)
        flat = reliabilities.reshape(*reliabilities.shape[:-2], -1)
        return np.concatenate([of_moments(cov[..., :p, :p]), flat], axis=-1)

    count, pairs = len(own.places), len(own.places) * (len(own.places) - 1) // 2
    known, notes = np.asarray(~np.isnan(drawn.solution.evaluate(every)).all(axis=0)), []
    if drawn.solution.patterns is not None:
        known[:count] = False
        notes = [sentence("measurement.alpha_without_interval")]
    ends = drawn.interval_of(lambda *given: every(*given)[..., known], kind, level)
    lower_upper = np.full((2, drawn.solution.table.n_groups, len(known)), np.nan)
    lower_upper[..., known] = np.stack([ends.lower, ends.upper])
    moments, rest = np.split(lower_upper, [count + 2 * pairs], axis=-1)
    parts = dict(zip(COMPOSITES, np.moveaxis(rest.reshape(*rest.shape[:-1], 3, count), -2, 0), strict=True))
    named = np.array([*_moment_names(own), *(f"{name} of {one}" for name in COMPOSITES for one in own.blocks)])
    return _result(drawn, own, kind, moments, parts, [*notes, *drawn.gaps(ends, _by_group(drawn, named[known]))])


def _of_factors(drawn: CovarianceReplicates, own: Measurement, kind: IntervalKind, level: float) -> IntervalEnds:
    solution, count = drawn.solution, len(own.places)
    formed = composites_of(solution)
    several = np.flatnonzero([len(items) > 1 and name not in formed for name, items in own.blocks.items()])
    places, columns = [own.places[j] for j in several], factor_columns(solution, own.blocks)[several]
    parts = {name: np.full((2, solution.table.n_groups, count), np.nan) for name in FACTORS}
    found: list[Interval] = []
    shown: list[str] = []
    if several.size:
        ends = drawn.interval_of(lambda matrices: reliabilities_of(solution, matrices, places, columns), kind, level)
        for place, name in enumerate(FACTORS):
            parts[name][..., several] = np.stack([ends.lower[place], ends.upper[place]])
        names = np.array(list(own.blocks))[several]
        found = [ends]
        shown = [label for what in FACTORS for label in _by_group(drawn, [f"{what} of {name}" for name in names])]
    if solution.patterns is not None:
        moments = np.full((2, solution.table.n_groups, len(_moment_names(own))), np.nan)
        notes = [sentence("measurement.moments_without_interval")]
    else:
        moments, of_moments, known = _moment_ends(drawn, own, kind, level)
        found, shown = [*found, of_moments], [*shown, *_by_group(drawn, np.array(_moment_names(own))[known])]
        notes = [sentence("measurement.alpha_of_codes")] if solution.table.ordered is not None else []
    notes += drawn.gaps(Interval.joined(found), shown) if found else []
    return _result(drawn, own, kind, moments, parts, notes)


def _moment_names(own: Measurement) -> list[str]:
    """The statistics of `_of_moments`."""
    pairs = [f"{first} and {second}" for first, second in combinations(own.blocks, 2)]
    ratios = [f"{what} of {pair}" for what in ("HTMT", "HTMT2") for pair in pairs]
    return [*(f"alpha of {name}" for name in own.blocks), *ratios]


def _by_group(drawn: BootstrapReplicates, names: Iterable[str]) -> list[str]:
    """Names of statistics in each group."""
    groups = [f" [{label}]" for label in drawn.solution.groups] or [""]
    return [f"{name}{group}" for group in groups for name in names]


def _moment_ends(
    drawn: CovarianceReplicates, own: Measurement, kind: IntervalKind, level: float
) -> tuple[FloatArray, Interval, BoolArray]:
    """Ends of alpha, HTMT and HTMT2 (2, G, J + 2 pairs) from the replicates' covariances, and of which they exist."""
    solution, p, function = drawn.solution, len(own.items), _of_moments(own)
    cov = solution.sample_cov[:, :p, :p]
    value = function(cov)
    ends = np.full((2, *value.shape), np.nan)
    known = np.asarray(~np.isnan(value).all(axis=0))
    if solution.table.ordered is not None:
        known[: len(own.places)] = False
    draws = function(drawn.covariances()[..., :p, :p])[..., known]
    skewed = None
    if kind == "bca":
        whole = solution.sample_cov
        slopes = [
            gradient(lambda _, moved: function(moved[..., :p, :p])[..., known], mean, own_cov)
            for mean, own_cov in zip(solution.centre, whole, strict=True)
        ]
        weight = solution.moments.weight.reshape(-1)
        scores = RowInfluence(slopes, whole, weight / weight.sum())
        skewed = drawn.accelerations(RowStatistics(scores, solution.centre, np.eye(scores.q))).reshape(
            value[:, known].shape
        )
    found: Interval = drawn.interval(draws, value[:, known], kind, level, skewed)
    ends[..., known] = np.stack([found.lower, found.upper])
    return ends, found, known


def _result(
    drawn: BootstrapReplicates,
    own: Measurement,
    kind: IntervalKind,
    moments: FloatArray,
    parts: dict[str, FloatArray],
    notes: list[Sentence],
) -> IntervalEnds:
    count = len(own.places)
    alpha, ratios = np.split(moments, [count], axis=-1)
    first, second = np.split(ratios, 2, axis=-1)
    return IntervalEnds({"alpha": alpha} | parts, {"htmt": first, "htmt2": second}, drawn.described(kind),
                         tuple(dict.fromkeys([*drawn.notes, *notes])))  # fmt: skip
