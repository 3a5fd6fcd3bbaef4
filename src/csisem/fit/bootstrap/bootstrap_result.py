"""The public result of a bootstrap."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.completion import Completion
from csisem.display.picture import Pictured
from csisem.display.sentences import Sentence, sentence
from csisem.errors import NotApplicableError, OptionError
from csisem.fit import frames
from csisem.fit.bootstrap.composite_replicates import CompositeReplicates
from csisem.fit.bootstrap.covariance_replicates import CovarianceReplicates
from csisem.fit.bootstrap.replicates import BootstrapReplicates, same_solution
from csisem.fit.bootstrap.wild_replicates import wild_table
from csisem.fit.fit import Fit
from csisem.fit.solution import Solution
from csisem.fit.summary_listings import listings_by_kind
from csisem.inference.bootstrap_intervals import Interval
from csisem.inference.intervals import wald_interval
from csisem.options import BootstrapMethod, IntervalKind, Language, validate

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Bootstrap(Pictured, Completion, ABC):
    """Bootstrap replicates of a fit, which other functions take as ``bootstrap=``.

    Attributes
    ----------
    fit
        The fit that was resampled.
    under
        The fit whose model the replicates follow; None when they follow that of ``fit``, or no model.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> drawn = cs.bootstrap(fit, n=100, seed=1)
    >>> drawn
    Bootstrap (Rao-Wu), 100 replicates, seed 1
    >>> float(drawn.draws["Loyalty ~ Satisfaction"].std().round(3))
    0.046
    """

    _picture = "bootstrap"

    _internal = frozenset({"replicates"})

    fit: Fit
    under: Fit | None
    replicates: BootstrapReplicates

    def text(self, language: Language = "en") -> str:
        """Return the number of replicates, what went wrong in some, and notes, in English or Chinese (``"zh"``)."""
        head, counted, notes = self._said(validate("language", language, Language))
        return "\n".join([head, *(f"  {line}" for line in counted), *notes])

    def html(self, language: Language = "en") -> str:
        """Return the same as HTML with percentile intervals, of which those of paths are open; all text is escaped."""
        head, counted, notes = self._said(validate("language", language, Language))
        lines = "".join(f"<li>{escape(line)}</li>" for line in counted)
        parts = [f"<p><b>{escape(head)}</b></p>", *([f"<ul>{lines}</ul>"] if lines else [])]
        parts += [f"<p>{escape(note)}</p>" for note in notes]
        frame = self._percentiles()
        if frame is not None:
            listings = listings_by_kind(frame, bool(self.fit.groups), 0.95)
            parts += [one.html(language, folded=one.title.code != "fit_summary.paths") for one in listings]
        return "\n".join(parts)

    def _percentiles(self) -> pd.DataFrame | None:
        """The intervals; None where there are too few replicates for them."""
        try:
            return self.intervals()
        except OptionError:
            return None

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()

    def __getstate__(self) -> dict[str, object]:
        # What is cached can be made again.
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}

    def _said(self, language: Language) -> tuple[str, list[str], list[str]]:
        """The headline, what went wrong in how many replicates, and notes."""
        own = self.replicates
        solved = len(own.fitted)
        head = sentence(
            "bootstrap.page", way=own.title, n=own.n, kept=None if solved == own.n else solved, seed=own.seed
        )
        counted = [
            sentence("bootstrap.page.inadmissible" if kept else "bootstrap.page.lost", count=count, reason=reason)
            for reason, count, kept in self._failed()
        ]
        notes = [*own.notes, *own.gaps(self._rows[1], self._names())]
        shown = head.text(language)
        lines, said = ([one.text(language) for one in part] for part in (counted, notes))
        return shown[:1].upper() + shown[1:], lines, said

    @property
    def method(self) -> BootstrapMethod:
        """How the replicates were made."""
        return self.replicates.method

    @property
    def seed(self) -> int:
        """The seed; with the method it gives the same replicates again."""
        return self.replicates.seed

    @property
    def n(self) -> int:
        """Number of replicates, failed ones among them."""
        return self.replicates.n

    @property
    def notes(self) -> tuple[Sentence, ...]:
        """Notes on how the numbers should be read."""
        return self.replicates.notes

    @property
    def failures(self) -> pd.DataFrame:
        """What went wrong in how many replicates: ``reason, replicates, kept``; empty when nothing did.

        Replicates without a solution are left out. Inadmissible ones are kept, and may count under several reasons.
        """
        import pandas as pd

        return pd.DataFrame(self._failed(), columns=["reason", "replicates", "kept"])

    def _failed(self) -> list[tuple[str, int, bool]]:
        """The rows of `failures`, whose reasons are sentences here."""
        own = self.replicates
        rows = [(reason, int((own.outcome == code).sum()), False) for code, reason in enumerate(own.outcomes) if code]
        rows += [(reason, int(flag.sum()), True) for reason, flag in own.inadmissible.items()]
        return sorted((row for row in rows if row[1]), key=lambda row: (row[2], -row[1]))

    @property
    def draws(self) -> pd.DataFrame:
        """All parameters of all replicates, one row per replicate and one column per row of ``fit.parameters``.

        Columns are named by the relation, such as ``"Value ~ Quality"``, followed by ``" [group]"`` in a fit by group.
        Failed replicates are nan.
        """
        import pandas as pd

        return pd.DataFrame(self.replicates.rows(), columns=self._names())

    @property
    def wild(self) -> pd.DataFrame:
        """Replicates far from all others, which inflate standard errors: ``replicate, values, farthest, distance``.

        A row for each replicate in which some parameter lies more than 10 robust standard deviations (interquartile
        range over 1.349) from the median of the replicates: its row in `draws`, the number of such parameters, the
        farthest and how many robust standard deviations away it is, and whether the replicate is ``inadmissible``.

        Notes
        -----
        The variance of a bootstrap need not converge even where its quantiles do (Ghosh, Parr, Singh and Babu 1984,
        Annals of Statistics 12, 1130-1135), since few wild replicates make it up; Shao (1992, Statistics and
        Probability Letters 15, 95-101) truncates them. Here they are counted and kept, and ``se_robust`` is given.
        """
        values, found = self._rows
        return wild_table(values, found, self._names(), self.replicates.improper)

    @cached_property
    def _rows(self) -> tuple[FloatArray, Interval]:
        """All parameters in all replicates (R, k), and their intervals."""
        values = self.replicates.rows()
        chosen = np.arange(values.shape[1])[frames.shown_rows(self.replicates.solution.table)]
        return values[:, chosen], self.replicates.rows_interval("normal", 0.95)[1].at(chosen)

    def _names(self) -> list[str]:
        """Names of the rows of the parameters: the relation, and the group in a fit by group."""
        labels = frames.labels(self.replicates.solution.table)
        names = (labels["lhs"] + " " + labels["op"] + " " + labels["rhs"]).str.strip()
        if self.fit.groups:
            names += [f" [{group}]" if group != "" else "" for group in labels["group"]]
        return list(names)

    def intervals(self, *, interval: IntervalKind = "percentile", level: float = 0.95) -> pd.DataFrame:
        """Standard errors and intervals of all parameters and of their standardised values.

        Parameters
        ----------
        interval
            ``"percentile"``; ``"bca"``, bias-corrected and accelerated (Efron 1987), with the acceleration from the
            influence of the rows or, under a design, of the clusters; ``"normal"``, the estimate less the replicates'
            bias, plus and minus normal (under a design t) quantiles times their standard deviation.
        level
            Confidence level.

        Returns
        -------
        DataFrame
            ``lhs op rhs group label est se se_robust z pvalue ci_lower ci_upper std std_se std_se_robust std_z
            std_pvalue std_ci_lower std_ci_upper``, nan where more than 10 % of the replicates have no value.
            ``se_robust`` is the interquartile range of the replicates over 1.349, about ``se`` unless some are wild
            (`wild`). ``z`` is the estimate over its bootstrap standard error, which reports of SmartPLS call t, and
            ``pvalue`` its two-sided p-value in the standard normal distribution; both are nan for a fixed parameter.
            In ``.attrs``: ``method`` and ``notes`` (sentences).

        Raises
        ------
        OptionError
            If the interval is unknown, the level is not between 0 and 1, or its ends lie beyond the replicates.
        DataError
            If the interval is ``"bca"`` and there are no rows.

        Examples
        --------
        >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey(), "PLS")
        >>> table = cs.bootstrap(fit, n=200, seed=1).intervals()
        >>> table.loc[table["op"] == "~", ["lhs", "rhs", "est", "z", "pvalue", "ci_lower", "ci_upper"]].head(2).round(2)
                lhs          rhs   est      z  pvalue  ci_lower  ci_upper
        32  Quality  Expectation  0.40  16.93     0.0      0.35      0.44
        33    Value  Expectation  0.12   4.76     0.0      0.07      0.18
        """
        import pandas as pd

        kind = validate("interval", interval, IntervalKind)
        own = self.replicates
        values, found = own.rows_interval(kind, level)
        count = frames.row_count(own.solution.table)
        chosen = np.arange(count)[frames.shown_rows(own.solution.table)]
        chosen = np.concatenate([chosen, chosen + count])
        values, found = values[chosen], found.at(chosen)
        tests = wald_interval(values, found.se)
        shown = (values, found.se, found.robust, tests.z, tests.pvalue, found.lower, found.upper)
        # The second half is the first standardised.
        numbers = [part.reshape(2, -1) for part in shown]
        parts = ["se", "se_robust", "z", "pvalue", "ci_lower", "ci_upper"]
        columns = ["est", *parts, "std", *(f"std_{part}" for part in parts)]
        table = pd.DataFrame(np.concatenate(np.stack(numbers, axis=1)).T, columns=columns)
        frame: pd.DataFrame = pd.concat([frames.labels(own.solution.table), table], axis=1)
        names = self._names()
        said = own.gaps(found, [*names, *(f"{name}, standardised" for name in names)])
        frame.attrs = {"method": own.described(kind), "notes": [*own.notes, *said]}
        return frame

    @property
    @abstractmethod
    def pvalue(self) -> float:
        """The share of replicates, drawn where the model holds, whose chi-square is at least the sample's.

        Raises
        ------
        OptionError
            If the replicates are nonparametric, or follow another model, or are of a PLS path model, whose test is
            `fit_test`.
        """


@dataclass(frozen=True, eq=False, repr=False)
class CovarianceBootstrap(Bootstrap):
    """Bootstrap replicates of a covariance structure."""

    replicates: CovarianceReplicates

    @property
    def pvalue(self) -> float:
        if self.method == "nonparametric" or self.under is not None:
            where = "answers as they are" if self.method == "nonparametric" else "another model"
            raise NotApplicableError(f"The test of the model takes replicates under it, and these come from {where}; "
                                     "use method='bollen-stine'.")  # fmt: skip
        return self.replicates.exceeding()


@dataclass(frozen=True, eq=False, repr=False)
class CompositeBootstrap(Bootstrap):
    """Bootstrap replicates of a PLS path model."""

    _internal = Bootstrap._internal | {"pvalue"}

    replicates: CompositeReplicates

    @property
    def pvalue(self) -> float:
        raise NotApplicableError("PLS has no chi-square; the test of overall fit is fit_test().")

    def fit_test(self) -> pd.DataFrame:
        """Test of overall fit: how far replicates that follow the model are from what they imply.

        The correlations that the paths imply are tested, not the saturated ones.

        Returns
        -------
        DataFrame
            Indexed by ``srmr``, ``d_uls`` and ``d_g``, columns ``value`` of the fit, quantiles ``q95`` and ``q99`` of
            the replicates and ``pvalue``, the share of replicates at least as far (Dijkstra and Henseler 2015; Beran
            and Srivastava 1985).

        Raises
        ------
        OptionError
            If the replicates are nonparametric, or follow another model.
        """
        import pandas as pd

        if self.method == "nonparametric" or self.under is not None:
            raise NotApplicableError("The test of overall fit takes replicates in which the model holds; use "
                                     "bootstrap(fit, method='bollen-stine').")  # fmt: skip
        names = ["srmr", "d_uls", "d_g"]
        values = self.fit.fit_measures()[names].to_numpy()
        draws = self.replicates.distances()
        known = draws[np.isfinite(draws).all(axis=1)]
        enough = not self.notes
        columns = {
            "value": values,
            "q95": np.quantile(known, 0.95, axis=0) if enough else np.nan,
            "q99": np.quantile(known, 0.99, axis=0) if enough else np.nan,
            "pvalue": (known >= values).mean(axis=0) if enough else np.nan,
        }
        return pd.DataFrame(columns, index=pd.Index(names, name="measure"))


def replicates_of(solution: Solution, bootstrap: object) -> BootstrapReplicates:
    """The replicates in a bootstrap of this solution; another is refused."""
    if not isinstance(bootstrap, Bootstrap):
        raise OptionError(f"bootstrap= takes the result of bootstrap(), not {type(bootstrap).__name__!r}.")
    if not same_solution(bootstrap.replicates.solution, solution):
        raise OptionError("bootstrap= holds the replicates of another fit; give those of this one.")
    return bootstrap.replicates
