"""Bootstrap replicates of a fit: failures, intervals, statistics."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError
from csisem.fit import frames
from csisem.fit.bootstrap.acceleration import MeanInfluence, RowStatistics, accelerations
from csisem.fit.bootstrap.replicate_moments import Resampled
from csisem.fit.fit import Fit
from csisem.fit.solution import Solution
from csisem.inference.bootstrap_intervals import MOST_LOST, Interval, interval, least_draws
from csisem.inference.resample import blocks
from csisem.options import BootstrapMethod, IntervalKind, check_share, validate

if TYPE_CHECKING:
    import pandas as pd

    from csisem.survey.survey import Survey


_KINDS = {"percentile": "bootstrap.percentile", "bca": "bootstrap.bca", "normal": "bootstrap.normal"}


@dataclass(frozen=True, eq=False)
class Bootstrap(ABC):
    """Bootstrap replicates of a fit, which other functions take as ``bootstrap=``.

    Attributes
    ----------
    fit
        The fit that was resampled.
    under
        The fit whose model the replicates follow; None when they follow that of ``fit``, or no model.
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
        The answers that were drawn from; dropped on pickling.
    """

    fit: Fit
    under: Fit | None
    method: BootstrapMethod
    seed: int
    theta: FloatArray
    mean: FloatArray
    outcome: NDArray[np.uint8]
    inadmissible: dict[Sentence, BoolArray] = field(repr=False)
    data: Survey | None = field(repr=False)

    def __post_init__(self) -> None:
        flags = self.inadmissible.values()
        for array in (self.theta, self.mean):
            array.setflags(write=False)
        for flag in (self.outcome, *flags):
            flag.setflags(write=False)

    def __getstate__(self) -> dict[str, object]:
        kept = {name: self.__dict__[name] for name in self.__dataclass_fields__}
        return kept | {"data": None}

    def __repr__(self) -> str:
        counted = [
            f"  {row.draws} {'kept' if row.kept else 'left out'}: {row.reason}" for row in self.failures.itertuples()
        ]
        return "\n".join([f"{self._way.replace('b', 'B', 1)}, {self._count}, seed {self.seed}", *counted, *self.notes])

    @property
    def solution(self) -> Solution:
        """The parent's estimates."""
        return self.fit.solution

    @property
    def n(self) -> int:
        """Replicates drawn, failed ones among them."""
        return len(self.theta)

    @cached_property
    def fitted(self) -> IntArray:
        """Positions of the replicates that have a solution."""
        return np.flatnonzero(self.outcome == 0)

    @property
    def _way(self) -> Sentence:
        if self.method == "nonparametric":
            drawn = self.solution.settings.design.drawn
            return sentence("bootstrap.rao_wu") if drawn else sentence("bootstrap.nonparametric")
        return sentence("bootstrap.bollen_stine" if self.method == "bollen-stine" else "bootstrap.parametric")

    @property
    def _count(self) -> str:
        kept = len(self.fitted)
        return f"{self.n} draws" if kept == self.n else f"{kept} of {self.n} draws"

    def described(self, kind: IntervalKind) -> Sentence:
        """What a column ``method`` says: ``"bootstrap, percentile, 5000 draws"``."""
        kept = len(self.fitted)
        return sentence("bootstrap.method", way=self._way, interval=sentence(_KINDS[kind]), n=self.n,
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

    @property
    def failures(self) -> pd.DataFrame:
        """What went wrong in how many replicates: ``reason, draws, kept``; empty when nothing did.

        Replicates without a solution are left out. Inadmissible ones are kept, and may count under several reasons.
        """
        import pandas as pd

        rows = [(said, int((self.outcome == code).sum()), False) for code, said in enumerate(self.outcomes) if code]
        rows += [(reason, int(flag.sum()), True) for reason, flag in self.inadmissible.items()]
        rows = sorted((row for row in rows if row[1]), key=lambda row: (row[2], -row[1]))
        return pd.DataFrame(rows, columns=["reason", "draws", "kept"])

    @property
    @abstractmethod
    def pvalue(self) -> float:
        """The share of replicates, drawn where the model holds, whose chi-square is at least the sample's.

        Raises
        ------
        OptionError
            The replicates were drawn from the answers as they are, or under another model, or they are of a PLS path
            model, whose test is `fit_test`.
        """

    def domain_means(
        self, by: Sequence[str], labels: Sequence[Hashable], group: IntArray
    ) -> Iterator[tuple[slice, FloatArray]]:
        """Means of the replicates by other columns, block after block: places, and (R, D, p) for the D ``labels``.

        ``group`` (D,) is the fit's group that each is part of; means of incomplete rows rest on its covariances.
        """
        if self.method != "nonparametric":
            raise OptionError(f"Means by {list(by)} need draws of the answers as they are; use method='nonparametric'.")
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
        """Covariances that means of incomplete rows rest on in some replicates, (R, G, P, P); None where on none."""

    def interval(
        self, draws: FloatArray, estimate: FloatArray, kind: IntervalKind, level: float = 0.95,
        acceleration: FloatArray | None = None,
    ) -> Interval:  # fmt: skip
        """Errors and intervals of statistics (...) from their replicates (B, ...)."""
        check_share("level", level)
        least = least_draws(level)
        if kind != "normal" and self.n < least:
            raise OptionError(f"A {level:.12g} interval from percentiles takes at least {least} draws, and there are "
                              f"{self.n}; draw more, or use kind='normal'.")  # fmt: skip
        return interval(draws, estimate, kind, level=level, acceleration=acceleration, df=self.solution.degrees)

    @abstractmethod
    def effects(self, kind: IntervalKind, level: float, *, standardized: bool) -> Interval:
        """Errors and intervals of direct, indirect and total effects, (G, 3, m, m)."""

    @abstractmethod
    def rows(self) -> FloatArray:
        """Values of all rows of the table and ``:=`` quantities in every replicate, (B, R + D)."""

    @abstractmethod
    def rows_interval(self, kind: IntervalKind, level: float) -> tuple[FloatArray, Interval]:
        """The fit's values of the same, followed by their standardised values (2 (R + D),), and their intervals."""

    def accelerations(self, given: RowStatistics, means: MeanInfluence | None = None) -> FloatArray:
        """Accelerations (K,) of statistics from the influence of the rows on them.

        ``means`` says how they depend on the items' means as well.
        """
        if self.data is None:
            raise DataError("kind='bca' takes the rows' influence, and this bootstrap holds no rows; use 'percentile'.")
        return accelerations(self.solution, self.data, given, means)

    @property
    def draws(self) -> pd.DataFrame:
        """All parameters of all replicates: a row a replicate, a column a row of ``fit.parameters``, nan where failed.

        Columns are named by the relation, ``"Value ~ Quality"``, with ``" [group]"`` behind in a fit by group.
        """
        import pandas as pd

        labels = frames.labels(self.solution.table)
        names = (labels["lhs"] + " " + labels["op"] + " " + labels["rhs"]).str.strip()
        if self.fit.groups:
            names += [f" [{group}]" if group != "" else "" for group in labels["group"]]
        return pd.DataFrame(self.rows(), columns=list(names))

    def intervals(self, kind: IntervalKind = "percentile", level: float = 0.95) -> pd.DataFrame:
        """Errors and intervals of all parameters and of their standardised values.

        Parameters
        ----------
        kind
            ``"percentile"``; ``"bca"``, bias-corrected and accelerated (Efron 1987), with the acceleration from the
            influence of the rows or, under a design, of the clusters; ``"normal"``, the estimate less the replicates'
            bias, plus and minus normal (under a design t) quantiles times their standard deviation.
        level
            Confidence.

        Returns
        -------
        DataFrame
            ``lhs op rhs group label est se ci_lower ci_upper std std_se std_ci_lower std_ci_upper``, nan where more
            than 10 % of the replicates have no value. In ``.attrs``: ``method`` and ``notes`` (sentences).

        Raises
        ------
        OptionError
            The kind is unknown, the level is not between 0 and 1, or its ends lie beyond the draws.
        DataError
            ``"bca"`` has no rows.
        """
        import pandas as pd

        kind = validate("kind", kind, IntervalKind)
        values, found = self.rows_interval(kind, level)
        # The second half is the first standardised.
        numbers = [part.reshape(2, -1) for part in (values, found.se, found.lower, found.upper)]
        columns = ["est", "se", "ci_lower", "ci_upper", "std", "std_se", "std_ci_lower", "std_ci_upper"]
        table = pd.DataFrame(np.concatenate(np.stack(numbers, axis=1)).T, columns=columns)
        frame: pd.DataFrame = pd.concat([frames.labels(self.solution.table), table], axis=1)
        frame.attrs = {"method": self.described(kind), "notes": [*self.notes, *self.gaps(found)]}
        return frame

    def gaps(self, found: Interval) -> list[Sentence]:
        """Notes on statistics without a standard error or without an end, beyond those of `notes`."""
        if self.notes:
            return []
        said = []
        if count := int((found.lost > MOST_LOST).sum()):
            said.append(sentence("bootstrap.values_lost", values=count, most=MOST_LOST))
        beyond = ~np.isnan(found.se) & (np.isnan(found.lower) | np.isnan(found.upper))
        if count := int(beyond.sum()):
            said.append(sentence("bootstrap.ends_beyond", intervals=count, n=self.n))
        return said


def replicates_of(solution: Solution, bootstrap: object) -> Bootstrap:
    """Return the bootstrap where it is this fit's."""
    if not isinstance(bootstrap, Bootstrap):
        raise OptionError(f"bootstrap= takes the result of bootstrap(), and {type(bootstrap).__name__!r} is none.")
    if not same_solution(bootstrap.solution, solution):
        raise OptionError("bootstrap= holds the replicates of another fit; give those of this one.")
    return bootstrap


def same_solution(one: Solution, two: Solution) -> bool:
    """Whether two solutions are of the same model and rows, be it that one was pickled, or judged anew."""
    if one is two:
        return True
    same = one.table.names() == two.table.names() and one.settings == two.settings and one.n == two.n
    return same and np.array_equal(one.theta, two.theta)
