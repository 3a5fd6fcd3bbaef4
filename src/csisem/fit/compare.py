"""Comparison of nested models fitted to the same data."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.cholesky import cholesky
from csisem.covariance.discrepancy import Sample
from csisem.covariance.measures import p_value
from csisem.covariance.objective import NormalTheory
from csisem.covariance.restart import solve
from csisem.covariance.scaled import ScaledTest
from csisem.covariance.start import start_values
from csisem.covariance.structure import compile_structure, with_exogenous
from csisem.errors import CsisemWarning, DataError, InadmissibleFitWarning, ModelError, OptionError, listed
from csisem.fit.drawn_difference import drawn_pvalue, stacks_of
from csisem.fit.fit import Fit
from csisem.fit.measures import discrepancies
from csisem.fit.scaled_difference import difference, method_for
from csisem.options import DifferenceMethod

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from csisem.fit.draws import Bootstrap

FloatArray = NDArray[np.float64]

# Moments of one sample agree to rounding, in units of the items' standard deviations; another sample's do not.
_SAME = 1e-9
# A freer model reproduces what a nested one implies, up to rounding and the last of slow steps on a flat ridge; models
# that are not nested miss it by far more, 1e-4 and above in those of the tests.
_REPRODUCED = 1e-8


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
        Two or more usable fits of nested models to the same data by one estimator; called by their models' titles, or
        ``"model 1"``, ``"model 2"`` in the order given where there is no title of their own.
    method
        How robust fits' differences are scaled: ``"satorra.bentler.2001"`` (the default of MLM, MLR, ULSM and WLSM),
        ``"satorra.bentler.2010"`` (reads the rows again) or ``"satorra.2000"`` (that of MLMV, MLMVS and ULSMV, and for
        all of them). ML, GLS and WLS have ``"standard"`` alone, ULS and DWLS none.
    bootstrap
        Replicates of the models in which the stricter of two holds, by the same draws of both:
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

    Raises
    ------
    UnusableFitError
        A fit did not converge or is not identified.
    DataError
        The fits are of different items, rows, groups or likelihoods.
    ModelError
        Two models have the same degrees of freedom, or are not nested.
    OptionError
        There is nothing to compare, a name is used twice, estimators differ, the method is not theirs, or the
        bootstraps are not of these fits.

    Notes
    -----
    The difference of two nested models' chi-squares is a chi-square (Wilks 1938; Steiger, Shapiro and Browne 1985).
    Nesting is tested by what it means: the freer model, fitted to the moments that the stricter one implies, must
    reproduce them (Bentler and Satorra 2010, Psychological Methods 15, 111-123).
    """
    chosen = _named(fits, named)
    for name, fit in chosen.items():
        _check_fit(name, fit)
    ordered = sorted(chosen.items(), key=lambda pair: discrepancies(pair[1]).df)
    chosen_method = method_for(ordered[0][1].estimator, method)
    stacks = None if bootstrap is None else stacks_of(bootstrap)
    tests, notes, shares = [], [], [np.nan]
    for freer, stricter in pairwise(ordered):
        _check_same(freer, stricter)
        test = difference(freer, stricter, _check_nested(freer, stricter), chosen_method)
        if not test.factor > 0:
            notes.append(_not_positive(freer[0], stricter[0], test, chosen_method))
            warnings.warn(notes[-1], CsisemWarning, stacklevel=2)
        tests.append(test)
        if stacks is not None:
            share, lost = drawn_pvalue(freer, stricter, stacks)
            shares.append(share)
            notes += [lost] if lost else []
    frame = _frame(ordered, tests)
    if stacks is not None:
        frame["pvalue_bootstrap"] = shares
    frame.attrs = {"method": chosen_method, "notes": notes}
    return frame


def _frame(ordered: list[tuple[str, Fit]], tests: list[ScaledTest]) -> pd.DataFrame:
    import pandas as pd

    found = [discrepancies(fit) for _, fit in ordered]
    measures = [fit.fit_measures() for _, fit in ordered]
    return pd.DataFrame(
        {
            "model": [name for name, _ in ordered],
            "df": [one.df for one in found],
            "aic": [one.get("aic", np.nan) for one in measures],
            "bic": [one.get("bic", np.nan) for one in measures],
            "chisq": [one.chisq for one in found],
            "chisq_diff": [np.nan, *(test.chisq for test in tests)],
            "df_diff": [np.nan, *(float(test.df) for test in tests)],
            # Rounding may carry the difference of two equally good models just below 0.
            "pvalue": [
                np.nan,
                *(p_value(max(test.chisq, 0.0), test.df) if test.factor > 0 else np.nan for test in tests),
            ],
        }
    )


def _not_positive(freer: str, stricter: str, test: ScaledTest, method: DifferenceMethod) -> str:
    other = "satorra.2000" if method == "satorra.bentler.2010" else "satorra.bentler.2010"
    return (f"The scaled difference of {freer!r} and {stricter!r} is no test: its scaling factor by {method!r} is "
            f"{test.factor:.4g}, which is not positive; use method={other!r}.")  # fmt: skip


def _named(fits: tuple[Fit, ...], named: Mapping[str, Fit]) -> dict[str, Fit]:
    """All fits by name, in the order given."""
    given = [*fits, *named.values()]
    for fit in given:
        if not isinstance(fit, Fit):
            raise OptionError(f"compare() takes fits, and {type(fit).__name__!r} is none; give the result of fit().")
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
    return dict(zip(names, given, strict=True))


def _check_fit(name: str, fit: Fit) -> None:
    """Refuse a fit whose chi-square does not exist."""
    fit.require_usable(f"A comparison with {name!r}")
    if not fit:
        warnings.warn(f"{name!r} in the comparison is inadmissible: {' '.join(fit.status.reasons)}",
                      InadmissibleFitWarning, stacklevel=3)  # fmt: skip


def _check_same(one: tuple[str, Fit], two: tuple[str, Fit]) -> None:
    """Refuse two fits that are not of the same items, rows and likelihood."""
    (first, a), (second, b) = one, two
    both = f"{first!r} and {second!r}"
    if a.estimator != b.estimator:
        raise OptionError(f"{both} were fitted by {a.estimator} and {b.estimator}, whose chi-squares have no common "
                          "difference; fit both by one estimator.")  # fmt: skip
    alone = set(a.table.observed) ^ set(b.table.observed)
    if alone:
        raise DataError(f"{both} are not of the same items: {listed(sorted(alone))} stands in one only; keep it in "
                        "both, with its paths fixed at 0 in the stricter.")  # fmt: skip
    if a.groups != b.groups:
        raise DataError(f"{both} are not of the same groups: {listed(a.groups) or 'none'} against "
                        f"{listed(b.groups) or 'none'}.")  # fmt: skip
    if (a.group_n != b.group_n).any():
        raise DataError(f"{both} are not of the same rows: {a.n} against {b.n}.")
    if not _same_moments(a, b):
        raise DataError(f"{both} are of the same number of rows, but not of the same answers or weights.")
    _check_likelihood(both, a, b)


def _check_likelihood(both: str, a: Fit, b: Fit) -> None:
    """Refuse two fits whose chi-squares, or aic and bic, are on different footings."""
    if a.estimator != b.estimator:
        raise DataError(f"{both} have different chi-squares: estimator={a.estimator!r} against {b.estimator!r}.")
    if a.settings.likelihood != b.settings.likelihood:
        raise DataError(f"{both} have different chi-squares: likelihood={a.settings.likelihood!r} against "
                        f"{b.settings.likelihood!r}.")  # fmt: skip
    if a.table.meanstructure != b.table.meanstructure:
        raise DataError(f"Of {both} only one models the means; give both the same meanstructure=.")
    given = set(a.table.exogenous) ^ set(b.table.exogenous)
    if given:
        raise DataError(f"{both} have different likelihoods: the moments of {listed(sorted(given))} are given in one "
                        "and parameters in the other, so write their variances (x ~~ x) in both.")  # fmt: skip


def _same_moments(a: Fit, b: Fit) -> bool:
    order = [b.table.observed.index(name) for name in a.table.observed]
    sd = np.sqrt(np.diagonal(a.moments.cov, axis1=-2, axis2=-1))
    cov = b.moments.cov[..., order, :][..., order]
    apart = np.abs(a.moments.cov - cov) / (sd[..., :, None] * sd[..., None, :])
    shift = np.abs(a.moments.mean - b.moments.mean[..., order]) / sd
    # Means that a published table left out are nan in both.
    return bool((apart <= _SAME).all() and not (shift > _SAME).any())


def _check_nested(freer: tuple[str, Fit], stricter: tuple[str, Fit]) -> FloatArray:
    """Parameters (q,) at which the freer model reproduces what the stricter implies; refuse two where it cannot."""
    (first, a), (second, b) = freer, stricter
    df, strict_df = discrepancies(a).df, discrepancies(b).df
    if df == strict_df:
        raise ModelError(f"{first!r} and {second!r} both have {df} degrees of freedom, so neither is nested in the "
                         f"other; {_instead(a)}.")  # fmt: skip
    theta, missed, settled = _nearest(a, b)
    if missed <= _REPRODUCED:
        return theta
    if settled:
        raise ModelError(f"{second!r} is not nested in {first!r}, which cannot reproduce the moments it implies; "
                         f"their chi-squares' difference is no test; {_instead(a)}.")  # fmt: skip
    warnings.warn(f"It could not be confirmed that {second!r} is nested in {first!r}; if it is not, the difference of "
                  "their chi-squares is no test.", CsisemWarning, stacklevel=3)  # fmt: skip
    return theta


def _instead(fit: Fit) -> str:
    """What two models that are not nested may be compared by."""
    return f"read their {'aic and bic' if fit.recipe.discrepancy == 'ML' else 'cfi and rmsea'} off fit_measures()"


def _nearest(freer: Fit, stricter: Fit) -> tuple[FloatArray, float, bool]:
    """The freer model's parameters nearest to the stricter one's implied moments, how far that is, if it is final.

    The distance is per observation.
    """
    order = [stricter.table.observed.index(name) for name in freer.table.observed]
    cov = stricter.implied_moments.cov[..., order, :][..., order]
    mean = stricter.implied_moments.mean[..., order]
    structure = with_exogenous(compile_structure(freer.table), freer.table, mean, cov)
    # Two starts, so that a local minimum is not taken for what the freer model can do.
    start = np.stack([start_values(freer.table, structure, mean, cov), freer.theta])
    share = freer.sample.share[0]
    sample = Sample(*(np.stack([moments, moments]) for moments in (mean, cov, share)))
    found = solve(freer.table, NormalTheory(structure, sample), start)
    best = int(found.value.argmin())
    _, logdet = cholesky(cov)
    least = float((share * (logdet + structure.p)).sum() / 2)
    return found.theta[best], float(found.value[best]) - least, bool(found.converged.all())
