"""Permutations of rows over two groups."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.composite.estimate import Estimates
from csisem.composite.pls_algorithm import Outcome
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DesignError, OptionError
from csisem.fit.bootstrap.run_blocks import map_blocks
from csisem.fit.fit import Fit
from csisem.fit.fitted_rows import fitted_rows, require_rows
from csisem.fit.pls.composite_fit import as_composite
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.fit.pls_assessment.fold_sums import Parted
from csisem.inference.bootstrap_intervals import MOST_LOST
from csisem.inference.resample import ReplicateBlock
from csisem.moments.resampled_moments import ReplicateMoments
from csisem.survey.survey import Survey


@dataclass(frozen=True, eq=False)
class Regrouped:
    """Two groups, and B random regroupings of their rows into groups of the same sizes.

    Attributes
    ----------
    solution
        The estimates by group.
    first, second
        Positions of the two groups.
    pooled
        Moments of both together, leading axis 1.
    drawn
        Moments of the regroupings, leading axes (B, 2).
    """

    solution: CompositeSolution
    first: int
    second: int
    pooled: ReplicateMoments
    drawn: ReplicateMoments

    @property
    def labels(self) -> tuple[Hashable, Hashable]:
        """Labels of the two groups."""
        return self.solution.groups[self.first], self.solution.groups[self.second]

    @cached_property
    def found(self) -> Estimates:
        """Estimates of the regroupings, leading axes (B, 2)."""
        return self._estimates(self.drawn)

    @cached_property
    def found_pooled(self) -> Estimates:
        """Estimates from the rows of both groups."""
        return self._estimates(self.pooled).member(0)

    def _estimates(self, moments: ReplicateMoments) -> Estimates:
        own = self.solution
        return own.found_for(moments.mean, moments.cov, moments.weight * (own.n / own.moments.weight.sum()))

    @cached_property
    def lost(self) -> BoolArray:
        """Which regroupings have a group without weights, (B,)."""
        return np.asarray((self.found.outcome != Outcome.CONVERGED).any(axis=1))

    @property
    def notes(self) -> list[Sentence]:
        """Notes on regroupings without a solution."""
        count = int(self.lost.sum())
        if not count:
            return []
        first, second = map(str, self.labels)
        n = len(self.lost)
        if count <= MOST_LOST * n:
            return [sentence("comparison.permutations_left_out", lost=count, n=n, first=first, second=second)]
        return [sentence("comparison.permutations_lost", lost=count, n=n, first=first, second=second, most=MOST_LOST)]

    def known(self, draws: FloatArray) -> FloatArray:
        """Draws (B, k) of statistics, nan where a regrouping failed, or everywhere if too many failed."""
        none = self.lost | (self.lost.mean() > MOST_LOST)
        return np.where(none[:, None], np.nan, draws)


def regroupings(
    fit: Fit, data: object, n: int, seed: int, workers: int, progress: bool | None, what: str
) -> Iterator[Regrouped]:
    """Regroup every pair of a fit's groups ``n`` times; ``what`` names the test in a refusal."""
    own, survey = _checked(fit, data, what)
    parted = Parted.of(own, survey)

    def regrouped(pair: tuple[int, int]) -> Regrouped:
        rows = np.flatnonzero(np.isin(parted.group, pair))
        used = np.zeros(len(parted.group), dtype=bool)
        used[rows] = True
        inside = parted.group[rows] == pair[0]
        whole = parted.sums(used[None], used)

        def first_sums(block: ReplicateBlock) -> FloatArray:
            """Sums (R, s) of the first group of each regrouping."""
            shuffled = np.random.default_rng(block.seed).permuted(
                np.broadcast_to(inside, (block.count, len(rows))), axis=1
            )
            members = np.zeros((block.count, len(parted.group)), dtype=bool)
            members[:, rows] = shuffled
            return parted.sums(members, used)

        first = np.concatenate(map_blocks(first_sums, seed, n, workers, progress, "permutations"))
        drawn = np.stack([first, whole - first], axis=1)
        return Regrouped(
            own,
            *pair,
            ReplicateMoments.from_sums(whole, parted.centre),
            ReplicateMoments.from_sums(drawn, parted.centre),
        )

    for pair in combinations(range(own.table.n_groups), 2):
        yield regrouped(pair)


def _checked(fit: Fit, data: object, what: str) -> tuple[CompositeSolution, Survey]:
    own = grouped_solution(fit, what)
    if own.patterns is not None:
        raise OptionError(f"{what} exchanges complete rows, and the fit is by missing={own.settings.missing!r}; use "
                          "'listwise'.")  # fmt: skip
    if own.settings.design.drawn or own.settings.design.replicate_weights:
        raise DesignError(f"{what} exchanges single rows between groups, and these answers were drawn by a design; use "
                          "compare_groups(fit, bootstrap=bootstrap(fit)), or fit with design=False.")  # fmt: skip
    survey = fitted_rows(own, data, "compare the groups of")
    return own, require_rows(survey, "exchanging rows between groups needs", "give data=")


def grouped_solution(fit: Fit, what: str) -> CompositeSolution:
    """The solution of a usable PLS fit by group; another is refused."""
    own = as_composite(fit, what).solution
    if len(own.groups) < 2:
        raise OptionError(f"{what} is of the groups of a fit, and this one has {len(own.groups) or 'none'}; fit with "
                          "groups=.")  # fmt: skip
    own.require_usable(what)
    return own
