"""Moments of bootstrap replicates of ordered answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.errors import DesignError, OptionError
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.solution import Solution
from csisem.inference.design_rules import by_design
from csisem.inference.resample import Counts, ReplicateBlock, Scheme, counts, with_replacement
from csisem.moments.ordered.polychoric import PairTables
from csisem.moments.ordered.replicate_tables import CountSums, ReplicateCounts, UsedGroups
from csisem.moments.ordered.tabulated_moments import counted_moments
from csisem.moments.ordered.used_rows import Use
from csisem.options import BootstrapMethod
from csisem.survey.rows.rows import Rows
from csisem.survey.survey import Survey

LOST_ANSWER, PERFECT, NO_ROWS, NEVER_TOGETHER = 5, 6, 3, 4
"""Places in `csisem.fit.bootstrap.refit.OUTCOMES`."""

# In atanh of a correlation, the step at which it has converged: some hundred-thousandths of its standard error.
_SETTLED = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class OrderedReplicates:
    """Moments of R replicates of ordered answers, in G groups.

    Attributes
    ----------
    rows, weight
        Sums of multipliers and of weights, (R, G).
    vector, gamma
        Thresholds and correlations, and the diagonal of their Gamma, (R, G, s).
    level, cov
        Means (R, G, P) and covariances (R, G, P, P) of latent responses, numeric items and observed predictors.
    mean
        Means of the answers and predictors, (R, G, P).
    outcome
        What became of each replicate before it is fitted, (R,).
    """

    rows: FloatArray
    weight: FloatArray
    vector: FloatArray
    gamma: FloatArray
    level: FloatArray
    cov: FloatArray
    mean: FloatArray
    outcome: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnUnits:
    """The fitted rows of ordered answers, drawn with replacement by their sampling units.

    Attributes
    ----------
    rows
        The answers to the items, then observed predictors.
    use
        Which rows count.
    scheme, unit, group
        How units are drawn; unit and group of each row (n,), -1 for the group of a row that does not count.
    """

    rows: Rows
    use: Use
    scheme: Scheme
    unit: IntArray
    group: IntArray

    @classmethod
    def of(cls, solution: OrderedSolution, survey: Survey) -> DrawnUnits:
        """Units are rows, drawn within groups, or clusters within strata where the survey has a design."""
        first = solution.first
        labels = first.groups or (None,)
        by = solution.settings.by or None
        rows = survey.rows(first.items, by=by, weights=first.weighted, others=first.covariates)
        use = Use(len(first.items), solution.settings.missing != "pairwise", {one: g for g, one in enumerate(labels)})
        group = np.concatenate(rows.reduce(UsedGroups(use)))
        if survey.design.drawn:
            return cls(rows, use, *by_design(survey), group)
        used = group >= 0
        unit = np.where(used, np.cumsum(used) - 1, 0)
        return cls(rows, use, with_replacement(group[used], len(labels)), unit, group)

    def counted(self, drawn: Counts, answers: tuple[tuple[float, ...], ...]) -> CountSums:
        """Counts of pairs of answers in replicates that draw each unit so often, (R, U)."""
        scheme = self.scheme
        kernel = ReplicateCounts(
            drawn, scheme.base, scheme.slope, self.unit, self.group, len(self.use.group_of), answers
        )
        return kernel.read(self.rows.reduce(kernel))


@dataclass(frozen=True, slots=True, eq=False)
class OrderedDraws:
    """Replicates of ordered answers alone, from counts.

    Attributes
    ----------
    units
        How rows are drawn.
    answers
        Different answers to the items.
    correlations
        Those of the sample, to start from, (G, p, p).
    """

    units: DrawnUnits
    answers: tuple[tuple[float, ...], ...]
    correlations: FloatArray

    def moments(self, block: ReplicateBlock) -> OrderedReplicates:
        """Moments of a block of replicates."""
        sums = self.units.counted(counts(self.units.scheme, block), self.answers)
        return tabulated_replicates(sums, self.answers, self.correlations)[0]


def tabulated_replicates(
    sums: CountSums, answers: tuple[tuple[float, ...], ...], start: FloatArray
) -> tuple[OrderedReplicates, PairTables]:
    """Moments of replicates from their counts, and tables; one without an answer that the sample has is not fitted."""
    outcome = without_answers(sums, answers)
    whole = outcome == 0
    with np.errstate(invalid="ignore", divide="ignore"):
        found = counted_moments(sums.take(whole), answers, start, settled=_SETTLED)
    vector, gamma = found.moments.vector, found.moments.gamma_diagonal
    usable = np.isfinite(vector).all(axis=(1, 2)) & (gamma > 0).all(axis=(1, 2)) & np.isfinite(gamma).all(axis=(1, 2))
    outcome[np.flatnonzero(whole)[~usable]] = PERFECT
    codes = np.zeros((len(answers), found.cells.margins.shape[-1]))
    for own, known in zip(codes, answers, strict=True):
        own[: len(known)] = known
    mean = (found.cells.margins * codes).sum(axis=-1)
    vector, gamma, cov, mean = (_spread(part, whole) for part in (vector, gamma, found.correlations, mean))
    drawn = OrderedReplicates(sums.rows, sums.weight, vector, gamma, np.zeros_like(mean), cov, mean, outcome)
    margins, shares = (_spread(part, whole) for part in (found.cells.margins, found.cells.shares))
    return drawn, PairTables(margins, found.cells.pairs, shares)


def without_answers(sums: CountSums, answers: Sequence[Sequence[float]]) -> NDArray[np.uint8]:
    """Outcomes (R,) of replicates that lack rows, pairs of answers, or an answer; 0 for the others."""
    edge = np.cumsum([0, *(len(own) for own in answers if own)])[:-1]
    given = np.diagonal(sums.counts, axis1=-2, axis2=-1)
    pairs = np.add.reduceat(np.add.reduceat(sums.counts, edge, axis=-1), edge, axis=-2)
    outcome = np.zeros(len(given), dtype=np.uint8)
    outcome[~(given > 0).all(axis=(1, 2))] = LOST_ANSWER
    outcome[~(pairs > 0).all(axis=(1, 2, 3))] = NEVER_TOGETHER
    outcome[~(sums.weight > 0).all(axis=1)] = NO_ROWS
    return outcome


def _spread(part: FloatArray, whole: BoolArray) -> FloatArray:
    """The part of the ``whole`` replicates among all, nan for the others."""
    if whole.all():
        return part
    found = np.full((len(whole), *part.shape[1:]), np.nan)
    found[whole] = part
    return found


def check_ordered(solution: OrderedSolution, method: BootstrapMethod, under: Solution) -> None:
    """Refuse methods and estimators whose replicates are not drawn from ordered answers."""
    if method == "bollen-stine":
        raise OptionError("method='bollen-stine' transforms continuous answers, and the fit is of ordered ones; use "
                          "'parametric', which draws from the model.")  # fmt: skip
    if method == "parametric":
        if solution.moments.weighted or solution.settings.design:
            raise DesignError("method='parametric' draws simple random samples from the model, and these answers have "
                              "a sampling design; use method='nonparametric', or fit with design=False.")  # fmt: skip
        if not isinstance(under, OrderedSolution) or _answers(under) != _answers(solution):
            raise OptionError("under= was fitted to other items as ordered ones than the fit; give a fit to the same "
                              "answers.")  # fmt: skip
        if not tabulated(solution):
            raise OptionError("method='parametric' draws ordered answers, and the model has numeric items or observed "
                              "predictors; use method='nonparametric'.")  # fmt: skip
    if solution.recipe.discrepancy == "WLS":
        raise OptionError(f"estimator={solution.estimator!r} weighs by the covariances of all moments of ordered "
                          "items, which a bootstrap does not estimate again; use 'WLSMV'.")  # fmt: skip
    if solution.settings.design.replicate_weights:
        raise DesignError("The survey's replicate weights are replicates already; fit with design=False to draw "
                          "others.")  # fmt: skip


def _answers(solution: OrderedSolution) -> dict[str, tuple[float, ...]]:
    return dict(zip(solution.first.items, solution.first.answers, strict=True))


def tabulated(solution: OrderedSolution) -> bool:
    """Whether counts of pairs give all moments: no numeric items, no observed predictors."""
    return not solution.first.covariates and bool(solution.first.ordered.all())
