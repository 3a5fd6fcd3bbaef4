"""The public result of an estimation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray
from csisem.completion import Completion
from csisem.display.picture import Pictured, diagram_of
from csisem.display.sentences import Sentence, sentence
from csisem.display.text_layout import number
from csisem.errors import NotApplicableError, OptionError, listed, shown
from csisem.fit import frames
from csisem.fit.settings import Settings
from csisem.fit.solution import Solution
from csisem.fit.status import Status, Thresholds
from csisem.fit.summary import Summary
from csisem.fit.summary_listings import effect_listing, group_label, parameter_listings
from csisem.moments.moments import Moments
from csisem.options import Estimator, Language, Residuals, ScoreMethod, check_share, validate
from csisem.specification.notation import FornellMatrices, numbers
from csisem.specification.specification import Specification

if TYPE_CHECKING:
    import pandas as pd

    from csisem.survey.survey import Survey


@dataclass(frozen=True, eq=False)
class Fit(Pictured, Completion, ABC):
    """A model and its estimates.

    Falsy when the numbers must not be used; ``status`` says why. ``if fit:`` is the test to make before reading it.

    Attributes
    ----------
    model
        What was fitted.
    solution
        The estimates as arrays, and what other functions compute from them.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> bool(fit), fit.status.verdict
    (True, 'admissible, with warnings')
    >>> fit.paths[["lhs", "rhs", "est", "se", "std"]].head(3).round(2)
           lhs          rhs   est    se   std
    0  Quality  Expectation  0.46  0.03  0.49
    1    Value  Expectation  0.13  0.04  0.11
    2    Value      Quality  0.79  0.04  0.66
    >>> fit.fit_measures()[["chisq", "df", "cfi", "rmsea"]].round(3)
    chisq    118.489
    df        96.000
    cfi        0.998
    rmsea      0.013
    Name: value, dtype: float64
    """

    _internal = frozenset({"iterations", "solution"})
    _picture = "path_diagram"

    model: Specification
    solution: Solution

    def __bool__(self) -> bool:
        return bool(self.status)

    def __repr__(self) -> str:
        return self._summary().text()

    def _repr_html_(self) -> str:
        return self.summary().notebook(diagram_of(self, len(self.model.constructs)))

    def __getstate__(self) -> dict[str, object]:
        # Cached frames can be made again.
        return {"model": self.model, "solution": self.solution}

    @property
    def status(self) -> Status:
        """The verdict, with its reasons and warnings."""
        return self.solution.status

    @property
    def settings(self) -> Settings:
        """How the model was fitted; every default that was in force."""
        return self.solution.settings

    @property
    def estimator(self) -> Estimator:
        """The estimator's name."""
        return self.solution.estimator

    @property
    def groups(self) -> tuple[Hashable, ...]:
        """Group labels, empty for one group."""
        return self.solution.groups

    @property
    def n(self) -> int:
        """Rows used."""
        return self.solution.n

    @property
    def group_n(self) -> NDArray[np.int64]:
        """Rows used per group, (G,)."""
        return self.solution.group_n

    @property
    def iterations(self) -> int:
        """Steps the estimation took."""
        return self.solution.iterations

    @property
    def data(self) -> Survey | None:
        """The answers under the design of the fit; None when fitted from moments, and after unpickling."""
        return self.solution.data

    @property
    def moments(self) -> Moments:
        """The sample moments that were fitted."""
        return self.solution.moments

    @property
    def vcov(self) -> FloatArray:
        """Covariance matrix of the free parameters (q, q); nan when the fit is not usable."""
        return self.solution.vcov

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the sampling design that standard errors come from; infinite without a design."""
        return self.solution.degrees

    @cached_property
    def _parameters(self) -> pd.DataFrame:
        return frames.parameters(self.solution)

    @property
    def parameters(self) -> pd.DataFrame:
        """All parameters, in columns ``lhs op rhs group label est se z pvalue ci_lower ci_upper std std_se``.

        ``std`` is lavaan's ``std.all``; its standard errors are by the delta method over all free parameters. Estimates
        of PLS are standardised already. A fixed parameter has ``se`` 0, one at a bound nan. ``group`` is the label,
        or 1 for a single group. Under inequalities, bounds or nonlinear constraints ``.attrs["notes"]`` says which of
        them hold the solution.
        """
        return self._parameters.copy(deep=False)

    def intervals(self, *, level: float = 0.95) -> pd.DataFrame:
        """Standard errors and intervals of all parameters and of their standardised values, at any level.

        Parameters
        ----------
        level
            Confidence level.

        Returns
        -------
        DataFrame
            ``lhs op rhs group label est se z pvalue ci_lower ci_upper std std_se std_z std_pvalue std_ci_lower
            std_ci_upper``, as of `Bootstrap.intervals`. Estimates plus and minus normal quantiles (under a design t)
            times their standard errors; nan where these are unknown.

        Raises
        ------
        OptionError
            If the level is not between 0 and 1.

        See Also
        --------
        Bootstrap.intervals : Intervals from replicates.

        Examples
        --------
        >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
        >>> table = fit.intervals(level=0.9)
        >>> table.loc[table["op"] == "~", ["lhs", "rhs", "est", "ci_lower", "ci_upper"]].head(2).round(2)
                lhs          rhs   est  ci_lower  ci_upper
        16  Quality  Expectation  0.46      0.41      0.52
        17    Value  Expectation  0.13      0.06      0.19
        """
        check_share("level", level)
        return frames.intervals(self.solution, self._parameters, level)

    @property
    def paths(self) -> pd.DataFrame:
        """Rows of `parameters` that are paths (``~``)."""
        return frames.rows_with(self._parameters, "~")

    @property
    def loadings(self) -> pd.DataFrame:
        """Rows of `parameters` that are loadings (``=~``)."""
        return frames.rows_with(self._parameters, "=~")

    @property
    def weights(self) -> pd.DataFrame:
        """Rows of `parameters` that are weights (``<~``).

        PLS has outer weights of standardised items. A covariance structure has the weights that form its composites,
        in the units of the items and such that the first one loads 1.
        """
        raise NotApplicableError(
            f"estimator={self.estimator!r} has no outer weights, and the model no composite; fit by 'PLS'."
        )

    @property
    def thresholds(self) -> pd.DataFrame:
        """Thresholds of ordered items, in the sample and as the model implies them; of fits with ``ordered=`` only.

        A row for each, ``item threshold <group> sample implied residual``, in units of latent responses with variance
        1. ``sample`` is the normal quantile of the share of answers up to it; with observed predictors, the threshold
        of an ordinal probit regression.
        """
        raise NotApplicableError("The fit has no ordered items, and so no thresholds; fit with ordered=.")

    @cached_property
    def _measures(self) -> pd.Series[float]:
        return self._compute_measures()

    @abstractmethod
    def _compute_measures(self) -> pd.Series[float]: ...

    def fit_measures(self) -> pd.Series[float]:
        """Fit measures; nan when the fit is not usable.

        Covariance structures have lavaan's measures under lavaan's names. PLS has no chi-square and nothing derived
        from it; it has ``srmr``, ``d_uls`` and ``d_g`` for the correlations that the paths imply (``.saturated``: with
        free correlations between the constructs), and ``gof`` over constructs of several items (``.all``: over all
        constructs). Over groups they are means weighted by size.
        """
        return self._measures.copy(deep=False)

    @property
    @abstractmethod
    def r_squared(self) -> pd.Series[float]:
        """Explained share of the variance of each item and endogenous variable, by name (and group)."""

    @property
    @abstractmethod
    def latent_correlations(self) -> pd.DataFrame:
        """Correlations of the constructs, by name (and group)."""

    @property
    @abstractmethod
    def implied_cov(self) -> pd.DataFrame:
        """Covariances that the model implies, items by items (and group)."""

    @property
    @abstractmethod
    def implied_mean(self) -> pd.Series[float]:
        """Means that the model implies, or the sample's where means are not modelled."""

    @abstractmethod
    def residuals(self, kind: Residuals = "raw") -> pd.DataFrame:
        """Residual covariances or correlations: what the sample has less what the model implies.

        Parameters
        ----------
        kind
            ``"raw"``: covariances; ``"cor"``: correlations. ``"normalized"`` divides residual covariances by the
            standard error of the sample's, ``"standardized"`` by their own, so that they are about standard normal
            where the model holds; nan for one that is always 0, as those among observed predictors are. PLS has the
            first two kinds.

        Returns
        -------
        DataFrame
            Items by items, under the group's label for a fit by group.

        Raises
        ------
        OptionError
            If the kind is unknown, or the estimator, incomplete rows or weights do not allow it.
        DataError
            If the standard errors need rows, and the fit holds none.
        """

    @abstractmethod
    def scores(self, data: object = None, *, method: ScoreMethod | None = None) -> pd.DataFrame:
        """Scores of the constructs, a row for every row of the data and a column for every construct."""

    def matrices(self, group: Hashable = None) -> FornellMatrices:
        """B, Gamma, Lambda_x and Lambda_y at the estimate, in Fornell's notation.

        Parameters
        ----------
        group
            A group's label; None takes the first.

        Raises
        ------
        OptionError
            If the fit has no such group.
        """
        if group is not None and group not in self.groups:
            known = f"its groups are {listed(self.groups)}" if self.groups else "it has no groups"
            raise OptionError(f"The fit has no group {shown(group)}: {known}.")
        position = self.groups.index(group) if group is not None else 0
        return numbers(self.solution.table, self.solution.values.tolist(), position)

    @abstractmethod
    def judged(self, thresholds: Thresholds) -> Fit:
        """Return the same fit, with a verdict by other thresholds."""

    def summary(self, language: Language = "en", *, level: float = 0.95) -> Summary:
        """The whole result on one page: verdict, measures, R-squared, all parameters, effects.

        Parameters
        ----------
        language
            ``"en"`` or ``"zh"`` (Chinese).
        level
            Confidence level of the intervals.

        Returns
        -------
        Summary
            Prints itself, also in a notebook. ``.text("zh")`` and ``.html("zh")`` give it in another language. Of a fit
            that is not usable it shows the reasons, and estimates without errors.

        Raises
        ------
        OptionError
            If the language is unknown, or the level is not between 0 and 1.

        Examples
        --------
        >>> fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
        >>> print(*fit.summary().text().splitlines()[3:11], sep=chr(10))
        chi-square 51.787 on 31 df (p 0.011), CFI 0.976, TLI 0.965, RMSEA 0.052 [0.025, 0.076], SRMR 0.043,
        AIC 9430.0, BIC 9514.5
        R-squared: VAL 0.273, SAT 0.752, LOY 0.726
        <BLANKLINE>
        Paths        Estimate     SE     z       p   95 % interval  Standardised
          VAL ~ EXP     0.939  0.230  4.07  <0.001  [0.487, 1.391]         0.522
          SAT ~ EXP     0.472  0.128  3.68  <0.001  [0.220, 0.723]         0.513
          SAT ~ VAL     0.246  0.050  4.98  <0.001  [0.149, 0.344]         0.481
        """
        language = validate("language", language, Language)
        check_share("level", level)
        listings = list(parameter_listings(self.solution, self._parameters, level))
        shares: list[tuple[Sentence, str]] = []
        if self.status.usable:
            effects = effect_listing(self.solution)
            listings += [] if effects is None else [effects]
            shares = self._shares()
        return replace(self._summary(), r_squared=tuple(shares), listings=tuple(listings), language=language)

    def _shares(self) -> list[tuple[Sentence, str]]:
        """R-squared of the constructs that paths lead to, a line a group."""
        names = list(dict.fromkeys(self.paths["lhs"]))
        found = self.r_squared.to_dict()
        lines = []
        for group in (self.groups or (None,)) if names else ():
            head = sentence("fit_summary.r_squared", group=None if group is None else group_label(group))
            places = [(name, name if group is None else (group, name)) for name in names]
            lines.append((head, ", ".join(f"{name} {number(found[place])}" for name, place in places)))
        return lines

    def _summary(self) -> Summary:
        solution = self.solution
        constructs, observed = len(self.model.constructs), len(solution.table.observed)
        return Summary(
            sentence(
                "fit_summary.title",
                title=self.model.title or sentence("fit_summary.untitled", constructs=constructs, observed=observed),
                estimation=solution.estimation,
                n=self.n,
                groups=len(self.groups) or None,
                parameters=solution.table.counted,
            ),
            self.status,
            self._measures if self.status.usable else None,
            self._parameters,
            bool(self.groups),
        )


def as_fit(fit: object, what: str) -> Fit:
    """A fit as such; anything else, from which ``what`` cannot be computed, is refused."""
    if isinstance(fit, Fit):
        return fit
    raise OptionError(f"{what}: a fit is needed, not {type(fit).__name__!r}; give the result of fit().")


def solution_of(fit: object, what: str) -> Solution:
    """The solution of a usable fit, from which ``what`` can be computed; anything else is refused."""
    solution = as_fit(fit, what).solution
    solution.require_usable(what)
    return solution
