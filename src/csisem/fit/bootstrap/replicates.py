"""Bootstrap replicates of a solution, and statistics evaluated on all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError
from csisem.fit.bootstrap.acceleration import MeanInfluence, RowStatistics, accelerations
from csisem.fit.bootstrap.replicate_moments import Resampled
from csisem.fit.bootstrap.wild_replicates import wild_note
from csisem.fit.solution import Solution
from csisem.inference.bootstrap_intervals import MOST_LOST, Interval, interval, least_draws
from csisem.inference.resample import blocks
from csisem.option_checks import check_share
from csisem.options import BootstrapMethod, IntervalKind
from csisem.survey.survey import Survey

_KINDS = {"percentile": "bootstrap.percentile", "bca": "bootstrap.bca", "normal": "bootstrap.normal"}


@dataclass(frozen=True, eq=False, repr=False)
class BootstrapReplicates(ABC):
    """B bootstrap replicates of a solution; the public `Bootstrap` shows what is read off them.

    Attributes
    ----------
    solution
        The solution that was resampled.
    under
        The solution whose model the replicates follow; None when they follow that of ``solution``, or no model.
    method, seed
        How the replicates were made, and from which random numbers: the same two give the same replicates.
    theta
        Free parameters of the replicates (B, q), nan where one failed.
    mean
        Means of the replicates, (B, G, P).
    outcome
        What became of each replicate, 0 for a solution, (B,).
    inadmissible
        For each reason that occurred, which replicates are inadmissible for it, (B,); they are kept.
    data
        The rows that were resampled; dropped on pickling.
    """

    solution: Solution
    under: Solution | None
    method: BootstrapMethod
    seed: int
    theta: FloatArray
    mean: FloatArray
    outcome: NDArray[np.uint8]
    inadmissible: dict[Sentence, BoolArray]
    data: Survey | None

    def __post_init__(self) -> None:
        flags = self.inadmissible.values()
        for array in (self.theta, self.mean):
            array.setflags(write=False)
        for flag in (self.outcome, *flags):
            flag.setflags(write=False)

    def __getstate__(self) -> dict[str, object]:
        kept = {name: self.__dict__[name] for name in self.__dataclass_fields__}
        return kept | {"data": None}

    @property
    def n(self) -> int:
        """Replicates drawn, failed ones among them."""
        return len(self.theta)

    @cached_property
    def fitted(self) -> IntArray:
        """Positions of the replicates that have a solution."""
        return np.flatnonzero(self.outcome == 0)

    @property
    def title(self) -> Sentence:
        """The kind of bootstrap: ``"bootstrap (Rao-Wu)"``."""
        if self.method == "nonparametric":
            designed = self.solution.settings.design.drawn
            return sentence("bootstrap.rao_wu") if designed else sentence("bootstrap.nonparametric")
        return sentence("bootstrap.bollen_stine" if self.method == "bollen-stine" else "bootstrap.parametric")

    @property
    def count(self) -> str:
        """How many replicates there are: ``"4990 of 5000 replicates"``."""
        kept = len(self.fitted)
        return f"{self.n} replicates" if kept == self.n else f"{kept} of {self.n} replicates"

    def described(self, kind: IntervalKind) -> Sentence:
        """The method of an interval, for a column ``method``: ``"bootstrap, percentile, 5000 replicates"``."""
        kept = len(self.fitted)
        return sentence("bootstrap.method", way=self.title, interval=sentence(_KINDS[kind]), n=self.n,
                        kept=None if kept == self.n else kept, most=MOST_LOST if self.notes else None)  # fmt: skip

    @property
    def notes(self) -> tuple[Sentence, ...]:
        """What its numbers should be read with."""
        lost = self.n - len(self.fitted)
        if lost <= MOST_LOST * self.n:
            return ()
        return (sentence("bootstrap.replicates_lost", lost=lost, n=self.n, most=MOST_LOST),)

    @property
    @abstractmethod
    def outcomes(self) -> tuple[str, ...]:
        """What can become of a replicate, by `outcome`; the first has a solution."""

    def domain_means(
        self, by: Sequence[str], labels: Sequence[Hashable], group: IntArray
    ) -> Iterator[tuple[slice, FloatArray]]:
        """Means of the replicates in the D domains of other columns, in blocks: places, and means (R, D, p).

        ``group`` (D,) is the group of the solution that each domain is part of; means of incomplete rows rest on its
        covariances.
        """
        if self.method != "nonparametric":
            raise OptionError(
                f"Means by {list(by)} need replicates of the answers as they are; use method='nonparametric'."
            )
        if self.data is None:
            raise DataError(f"Means by {list(by)} draw the rows again, and this bootstrap was unpickled without them; "
                            "make it again.")  # fmt: skip
        drawn = Resampled.of(self.solution, self.data).by(self.solution, self.data, by, labels)
        for block in blocks(self.seed, self.n):
            place = slice(block.first, block.first + block.count)
            cov = None if drawn.answered is None else self.implied(place)
            yield place, drawn.means(block, None if cov is None else cov[:, group])

    @abstractmethod
    def implied(self, place: slice) -> FloatArray | None:
        """Covariances (R, G, P, P) that means of incomplete rows rest on, in some replicates; None of complete rows."""

    def interval(
        self, draws: FloatArray, estimate: FloatArray, kind: IntervalKind, level: float = 0.95,
        acceleration: FloatArray | None = None,
    ) -> Interval:  # fmt: skip
        """Standard errors and intervals of statistics (...) from their replicates (B, ...)."""
        check_share("level", level)
        least = least_draws(level)
        if kind != "normal" and self.n < least:
            raise OptionError(f"A {level:.12g} interval from percentiles takes at least {least} replicates, and there "
                              f"are {self.n}; draw more, or use interval='normal'.")  # fmt: skip
        return interval(draws, estimate, kind, level=level, acceleration=acceleration, df=self.solution.degrees)

    @abstractmethod
    def effects(self, kind: IntervalKind, level: float, *, standardized: bool) -> Interval:
        """Standard errors and intervals of direct, indirect and total effects, (G, 3, m, m)."""

    @abstractmethod
    def rows(self) -> FloatArray:
        """Values of all rows of the table and ``:=`` quantities in every replicate, (B, R + D)."""

    @abstractmethod
    def rows_interval(self, kind: IntervalKind, level: float) -> tuple[FloatArray, Interval]:
        """Estimates of the same, then their standardised values, (2 (R + D),), and intervals of all of them."""

    def require_influence(self) -> None:
        """Refuse intervals that take the influence of rows where it is not known."""
        if self.data is None:
            raise DataError("kind='bca' takes the rows' influence, and this bootstrap holds no rows; use 'percentile'.")

    def accelerations(self, given: RowStatistics, means: MeanInfluence | None = None) -> FloatArray:
        """Accelerations (K,) of statistics from the influence of the rows, also by ``means`` where these enter."""
        self.require_influence()
        if self.data is None:
            raise TypeError("the rows are there")
        return accelerations(self.solution, self.data, given, means)

    @property
    def improper(self) -> BoolArray:
        """Which replicates are inadmissible, (B,)."""
        flags = list(self.inadmissible.values())
        return np.any(flags, axis=0) if flags else np.zeros(self.n, dtype=np.bool_)

    def gaps(self, found: Interval, names: Sequence[str]) -> list[Sentence]:
        """Notes on statistics with wild replicates, or without a standard error or an end of their interval.

        They go beyond `notes`; ``names`` are those of the statistics in order.
        """
        if self.notes:
            return []
        said = []
        if count := int((found.lost > MOST_LOST).sum()):
            said.append(sentence("bootstrap.values_lost", values=count, most=MOST_LOST))
        beyond = ~np.isnan(found.se) & (np.isnan(found.lower) | np.isnan(found.upper))
        if count := int(beyond.sum()):
            said.append(sentence("bootstrap.ends_beyond", intervals=count, n=self.n))
        return said + wild_note(found, names, self.improper)


def same_solution(one: Solution, two: Solution) -> bool:
    """Whether two solutions are of the same model and rows, even if one was pickled or judged by other thresholds."""
    if one is two:
        return True
    same = one.table.names() == two.table.names() and one.settings == two.settings and one.n == two.n
    return same and np.array_equal(one.theta, two.theta)
