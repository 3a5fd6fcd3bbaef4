"""Chi-square difference tests of nested models."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from csisem.covariance.goodness_of_fit.measure_formulas import p_value
from csisem.covariance.goodness_of_fit.scaled_tests import ScaledTest
from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError, listed, tell
from csisem.fit.comparison.bootstrap_difference import bootstrap_pvalue, replicates_in
from csisem.fit.comparison.nesting import check_nested, check_same
from csisem.fit.comparison.scaled_difference import difference, method_for
from csisem.fit.covariance.covariance_fit import as_one_minimum
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.measures.fit_measures import discrepancies, fit_measures
from csisem.fit.covariance.multiple_imputation import pooled_difference
from csisem.fit.fit import Fit
from csisem.fit.status import warn_inadmissible
from csisem.options import DifferenceMethod

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from csisem.fit.bootstrap.bootstrap_result import Bootstrap


def compare(
    *fits: Fit,
    method: DifferenceMethod | None = None,
    bootstrap: Bootstrap | Sequence[Bootstrap] | None = None,
    **named: Fit,
) -> pd.DataFrame:
    """Test nested models against each other by the differences of their chi-squares.

    Parameters
    ----------
    fits
        Two or more usable fits of nested models to the same data by one estimator. They are named by their models'
        titles, or ``"model 1"``, ``"model 2"`` in the order given where titles are missing or equal.
    method
        How robust fits' differences are scaled: ``"satorra.bentler.2001"`` (the default of MLM, MLR, ULSM and WLSM),
        ``"satorra.bentler.2010"`` (reads the rows again) or ``"satorra.2000"`` (the only one of MLMV, MLMVS and ULSMV).
        ML, GLS and WLS have ``"standard"`` only; ULS and DWLS have no difference test.
    bootstrap
        Replicates of both models from the same samples, in which the stricter model holds:
        ``[bootstrap(free, method="bollen-stine", under=strict, seed=1), bootstrap(strict, method="bollen-stine",
        seed=1)]``, or by ``"parametric"``. They add a column ``pvalue_bootstrap``, the share of replicates whose plain
        chi-squares differ by at least as much as the sample's.
    named
        Fits under names of your choice: ``compare(free=a, equal=b)``.

    Returns
    -------
    DataFrame
        ``model df aic bic chisq chisq_diff df_diff pvalue``, the freest model first; the differences are to the row
        above, nan in the first. A small p-value speaks for the freer model. ``chisq`` is not scaled, ``chisq_diff``
        is. Least squares has no aic and bic: nan. ``.attrs`` holds ``method`` and ``notes`` (sentences): a scaling
        factor that is not positive, which can happen with the first two methods, leaves the p-value nan and says so.
        Pooled fits are compared in each completed data set and the differences pooled by D2 (Li, Meng, Raghunathan and
        Rubin 1991): ``chisq_diff`` is ``df_diff`` times the F of the p-value, whose second degrees of freedom are in
        ``.attrs["df2"]``; it is not the difference of the two pooled ``chisq``.

    Raises
    ------
    UnusableFitError
        If a fit did not converge or is not identified.
    DataError
        If the fits are of different items, rows, groups, likelihoods or sampling designs.
    ModelError
        If two models have the same degrees of freedom, or are not nested.
    OptionError
        If there are fewer than two fits, a name is used twice, estimators differ, the method is not theirs, or the
        bootstraps are not of these fits.

    Notes
    -----
    The difference of two nested models' chi-squares is a chi-square (Wilks 1938; Steiger, Shapiro and Browne 1985).
    ``"satorra.2000"`` scales by the fit's own robust standard errors; for MLR with fixed predictors or blanks lavaan
    takes another covariance of the moments than its standard errors do.
    Nesting is tested by its definition: the freer model, fitted to the moments that the stricter one implies, must
    reproduce them (Bentler and Satorra 2010, Psychological Methods 15, 111-123).

    Examples
    --------
    >>> survey, free = cs.datasets.retail_survey(), cs.datasets.retail_survey_model()
    >>> strict = free.fix(("Complaints", "Loyalty"))
    >>> table = cs.compare(free=free.fit(survey), strict=strict.fit(survey))
    >>> table[["model", "df", "chisq", "chisq_diff", "df_diff", "pvalue"]].round(3)
        model  df    chisq  chisq_diff  df_diff  pvalue
    0    free  96  118.489         NaN      NaN     NaN
    1  strict  97  155.350      36.861      1.0     0.0
    """
    chosen = _named(fits, named)
    for name, solution in chosen.items():
        _check_usable(name, solution)
    ordered = sorted(chosen.items(), key=lambda pair: discrepancies(pair[1]).df)
    chosen_method = method_for(ordered[0][1].estimator, method)
    replicates = None if bootstrap is None else replicates_in(bootstrap)
    tests, notes, shares = [], [], [np.nan]
    for freer, stricter in pairwise(ordered):
        tests.append(tested(freer, stricter, chosen_method))
        mixed = _inequalities(freer, stricter)
        notes += mixed
        if tests[-1].refused:
            notes.append(tests[-1].refused)
            tell([notes[-1]])
        if replicates is not None:
            share, lost = bootstrap_pvalue(freer, stricter, replicates)
            shares.append(share)
            notes += [lost] if lost else []
    frame = _frame(ordered, tests)
    if replicates is not None:
        frame["pvalue_bootstrap"] = shares
    frame.attrs = {"method": chosen_method, "notes": notes}
    if ordered[0][1].completed:
        frame.attrs["df2"] = [np.nan, *(test.df2 for test in tests)]
    return frame


def _inequalities(freer: tuple[str, CovarianceSolution], stricter: tuple[str, CovarianceSolution]) -> list[Sentence]:
    """A sentence where the difference of two models' chi-squares is a mixture of chi-squares."""
    said = []
    for name, solution in (freer, stricter):
        tangent = solution.table.tangent
        if tangent is None or tangent.origin.restrictions is None or tangent.origin.restrictions.equality.all():
            continue
        code = "comparison.conservative" if name == freer[0] else "comparison.at_bound"
        if name == freer[0] or tangent.texts:
            said.append(sentence(code, name=name))
    return said


@dataclass(frozen=True, slots=True)
class Difference:
    """The test of a row against the row above; ``df2`` are those of an F test, ``refused`` the reason of no p-value."""

    chisq: float
    df: float
    pvalue: float
    df2: float
    refused: Sentence | None


def tested(
    freer: tuple[str, CovarianceSolution], stricter: tuple[str, CovarianceSolution], method: DifferenceMethod
) -> Difference:
    """Test two fits, or two pooled fits by D2 over the differences of their data sets."""
    (first, a), (second, b) = freer, stricter
    check_same(freer, stricter)
    if not (a.completed and b.completed):
        test = difference(freer, stricter, check_nested(freer, stricter), method)
        refused = None if test.factor > 0 else _not_positive(first, second, test, method)
        # Rounding may carry the difference of two equally good models just below 0.
        pvalue = np.nan if refused else p_value(max(test.chisq, 0.0), test.df)
        return Difference(test.chisq, test.df, pvalue, np.inf, refused)
    tests = [
        difference((first, one), (second, other), check_nested((first, one), (second, other)), method)
        for one, other in zip(a.completed, b.completed, strict=True)
    ]
    bad = [test for test in tests if not test.factor > 0]
    refused = None
    if bad:
        reason = _not_positive(first, second, bad[0], method)
        refused = sentence("comparison.no_test_in_some", bad=len(bad), data_sets=len(tests), reason=reason)
    pooled = pooled_difference(tests)
    return Difference(pooled.f * pooled.df1, pooled.df1, pooled.pvalue, pooled.df2, refused)


def _frame(ordered: list[tuple[str, CovarianceSolution]], tests: list[Difference]) -> pd.DataFrame:
    import pandas as pd

    found = [discrepancies(solution) for _, solution in ordered]
    # Least squares has no likelihood.
    measures: list[dict[str, float]] = [
        dict(fit_measures(one)) if one.recipe.discrepancy == "ML" else {} for _, one in ordered
    ]
    return pd.DataFrame(
        {
            "model": [name for name, _ in ordered],
            "df": [one.df for one in found],
            "aic": [one.get("aic", np.nan) for one in measures],
            "bic": [one.get("bic", np.nan) for one in measures],
            "chisq": [one.chisq for one in found],
            "chisq_diff": [np.nan, *(test.chisq for test in tests)],
            "df_diff": [np.nan, *(float(test.df) for test in tests)],
            "pvalue": [np.nan, *(test.pvalue for test in tests)],
        }
    )


def _not_positive(freer: str, stricter: str, test: ScaledTest, method: DifferenceMethod) -> Sentence:
    other = "satorra.2000" if method == "satorra.bentler.2010" else "satorra.bentler.2010"
    return sentence(
        "comparison.no_test", freer=freer, stricter=stricter, method=method, factor=test.factor, other=other
    )


def _named(fits: tuple[Fit, ...], named: Mapping[str, Fit]) -> dict[str, CovarianceSolution]:
    """The solutions of all fits by name, in the order given."""
    given = [*fits, *named.values()]
    for fit in given:
        if not isinstance(fit, Fit):
            raise OptionError(f"compare() takes fits, not {type(fit).__name__!r}; give the result of fit().")
    if len(given) < 2:
        raise OptionError(f"compare() takes two fits or more, and {'one was' if given else 'none were'} given.")
    titles = [fit.model.title for fit in fits]
    names = [
        title if title and titles.count(title) == 1 else f"model {position}"
        for position, title in enumerate(titles, start=1)
    ] + list(named)
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise OptionError(f"Two fits would be called {listed(twice)}; name all of them: compare(free=a, equal=b).")
    solutions = (as_one_minimum(fit, "Differences of chi-squares").solution for fit in given)
    return dict(zip(names, solutions, strict=True))


def _check_usable(name: str, solution: CovarianceSolution) -> None:
    """Refuse a fit whose chi-square does not exist."""
    solution.require_usable(f"A comparison with {name!r}")
    warn_inadmissible(solution.status, "fit.inadmissible.compared", name=name)
