"""Do strata have the same mean: analysis of variance that knows the sampling design, and the stratum to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from csisem.descriptive.complete_rows import Sample, labelled
from csisem.diagnose.strata.one_way import Comparison, DomainMeans, Groups, classical, kruskal, under_design, welch
from csisem.diagnose.strata.outcome import FIXED, target_of
from csisem.diagnose.strata.posthoc import games_howell, pairs_under_design, tukey
from csisem.diagnose.strata.two_way import terms_of
from csisem.display.page import Page
from csisem.errors import DataError, OptionError, agree, listed
from csisem.options import Adjustment, check_share, groups_of, validate

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Anova(Page):
    """Means of strata, compared.

    Attributes
    ----------
    target
        What was compared.
    by
        The columns of the strata.
    n
        Rows.
    look_first
        The stratum with the lowest mean, and how surely it lies below the others (95 %, adjusted for having been
        picked).
    table
        ``method, statistic, df1, df2, pvalue, effect, effect_size, respects_design``: ``"classical"`` (equal variances,
        independent rows), ``"welch"`` (unequal ones), ``"kruskal"`` (ranks), ``"design"`` (Taylor linearisation, Wald
        F); with two factors ``term`` first, by ``"classical"`` and ``"design"``.
    means
        By stratum: ``n, mean, sd, se, ci_lower, ci_upper``, weighted, errors of the design in force.
    posthoc
        Pairs of strata: ``method, first, second, difference`` (second less first), ``se, statistic, df, pvalue,
        ci_lower, ci_upper, respects_design``.
    notes
        Sentences to read first.
    """

    target: str
    by: tuple[str, ...]
    n: int
    look_first: str
    table: pd.DataFrame
    means: pd.DataFrame
    posthoc: pd.DataFrame
    notes: tuple[str, ...] = ()


def anova(
    data: object,
    target: str,
    *,
    by: str | Sequence[str],
    fit: Fit | None = None,
    design: object = None,
    adjust: Adjustment = "holm",
    level: float = 0.95,
) -> Anova:
    """Compare the means of strata, by the classical methods and under the sampling design side by side.

    Parameters
    ----------
    data
        A `Survey`, a frame or a path; None: the rows of ``fit``.
    target
        An item; with ``fit=`` one of its constructs, or ``"index"``, that of satisfaction: the 0-100 index of each row
        by the fit's weights, which are taken for fixed.
    by
        Column of the strata; two columns are two factors.
    fit
        Whose constructs' indices are compared; None: the target is an item.
    design
        None takes the survey's own, False ignores it, or another `Design`. Classical methods know none.
    adjust
        How p-values of the pairs under the design are adjusted: ``"holm"``, ``"bonferroni"``, ``"fdr"``, ``"none"``;
        Tukey's and Games and Howell's are adjusted by construction.
    level
        Of the intervals.

    Returns
    -------
    Anova

    Raises
    ------
    DataError, ScaleError, DesignError
        A column is missing, text or off its scale; there is one stratum, or a stratum with a single row or without
        weight; the target is constant; with two factors, a combination has no rows.
    ModelError
        The fit has no such construct.
    OptionError
        An option is none of those above, or more than two factors are named.

    Notes
    -----
    Means under the design are those of domains, so that no sampling unit is left out; the Wald test has the design's
    degrees of freedom less those of the test, as ``regTermTest`` of R's survey.
    """
    adjust = validate("adjust", adjust, Adjustment)
    factors = groups_of(by, ("n", "mean", "sd", "se", "ci_lower", "ci_upper"))
    if not 1 <= len(factors) <= 2:
        raise OptionError(f"by= names {len(factors)} columns; one or two factors can be compared.")
    check_share("level", level)
    sample = target_of(data, target, by=factors, fit=fit, design=design)
    groups = checked_groups(sample, factors)
    values = sample.values[:, 0]
    domains = DomainMeans.of(sample, values)
    if len(factors) == 2:
        table = terms_of(sample, factors)
    else:
        table = comparison_frame([classical(groups), welch(groups, values, sample.codes),
                                  kruskal(groups, values, sample.codes),
                                  under_design(sample, values, domains)])  # fmt: skip
    means = _means(sample, factors, groups, domains, level)
    return Anova(sample.items[0], factors, sample.n, _look_first(sample, domains), table, means,
                 _pairs(sample, groups, domains, adjust, level), _notes(sample, groups, fit))  # fmt: skip


def checked_groups(sample: Sample, by: tuple[str, ...]) -> Groups:
    """Sums of squares of the sample's groups, once they can be compared.

    Raises
    ------
    DataError
        There is one group, one with a single row, or the values do not vary.
    """
    values, count, where = sample.values[:, 0], len(sample.labels), listed(by)
    if count < 2:
        rows = agree(sample.n, "The single row", f"All {sample.n} rows")
        raise DataError(f"{rows} with a value of {sample.items[0]!r} {agree(sample.n, 'is', 'are')} in one stratum of "
                        f"{where}, {listed(sample.labels)}; a comparison needs two.")  # fmt: skip
    n = np.bincount(sample.codes, minlength=count)
    if (single := np.flatnonzero(n < 2)).size:
        names = listed(sample.labels[k] for k in single)
        raise DataError(f"A single row is all there is in {names} of {where}, and shows no spread; merge strata, or "
                        "leave it out.")  # fmt: skip
    if values.min() == values.max():
        raise DataError(f"{sample.items[0]!r} is constant (always {values[0]:g}), so there is nothing to compare.")
    return Groups.of(values, sample.codes, count)


def comparison_frame(rows: Sequence[Comparison]) -> pd.DataFrame:
    """Return tests as a frame, a row a method."""
    import pandas as pd

    return pd.DataFrame([asdict(row) for row in rows]).rename(columns={"design": "respects_design"})


def _means(sample: Sample, by: tuple[str, ...], groups: Groups, domains: DomainMeans, level: float) -> pd.DataFrame:
    import pandas as pd

    se = np.sqrt(np.maximum(np.diagonal(domains.covariance), 0.0))
    degrees = np.full(len(se), domains.degrees)
    if not sample.designed:
        # Without a design a stratum's own rows are all that is known of its spread.
        se, degrees = np.sqrt(groups.variance / groups.n), groups.n - 1.0
    width = np.where(degrees > 0, stdtrit(np.maximum(degrees, 1.0), (1 + level) / 2), np.nan) * se
    weight = np.bincount(sample.codes, sample.weights, minlength=len(se))
    squares = np.bincount(sample.codes, sample.weights * (sample.values[:, 0] - domains.mean[sample.codes]) ** 2)
    sd = np.sqrt(squares / weight * groups.n / (groups.n - 1))
    return pd.DataFrame(
        labelled(sample.labels, by)
        | {"n": groups.n, "mean": domains.mean, "sd": sd, "se": se, "ci_lower": domains.mean - width,
           "ci_upper": domains.mean + width}
    )  # fmt: skip


def _pairs(sample: Sample, groups: Groups, domains: DomainMeans, adjust: Adjustment, level: float) -> pd.DataFrame:
    import pandas as pd

    tables = (tukey(groups, level), games_howell(groups, level), pairs_under_design(domains, adjust, level))
    return pd.concat([table.frame(sample.labels) for table in tables], ignore_index=True)


def _look_first(sample: Sample, domains: DomainMeans) -> str:
    """Name the stratum with the lowest mean, and how surely it lies below the others."""
    order = np.argsort(domains.mean, kind="stable")
    low, mean = int(order[0]), domains.mean
    others = np.delete(np.arange(len(mean)), low)
    share = domains.weight[others] / domains.weight[others].sum()
    contrast = np.zeros(len(mean))
    contrast[low], contrast[others] = 1.0, -share
    gap = float(contrast @ mean)
    se = float(np.sqrt(np.maximum(contrast @ domains.covariance @ contrast, 0.0)))
    place = listed([sample.labels[low]])
    what = f"Look first at {place}: its mean of {sample.items[0]}, {mean[low]:.2f}, is the lowest"
    if not se > 0 or domains.degrees <= 0:
        return f"{what}, {-gap:.2f} below the others."
    # Bonferroni's quantile, since the lowest of so many was picked.
    width = float(stdtrit(domains.degrees, 1 - 0.025 / len(mean))) * se
    sure = "" if gap + width < 0 else ", which chance alone may do"
    return f"{what}, {-gap:.2f} below the others (95 % {-gap - width:.2f} to {-gap + width:.2f}){sure}."


def _notes(sample: Sample, groups: Groups, fit: Fit | None) -> tuple[str, ...]:
    notes = [FIXED] if fit is not None else []
    notes += sample.left_out()
    if sample.designed:
        notes.append("Only the rows marked respects_design know the sampling design; the others take the rows for "
                     "independent and equally weighted.")  # fmt: skip
    variance = groups.variance
    if variance.max() > 4 * max(variance.min(), 0.0):
        notes.append("The strata's variances differ by more than four times: read welch or design, not classical.")
    return tuple(notes)
