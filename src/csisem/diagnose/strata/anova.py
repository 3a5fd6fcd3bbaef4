"""Analysis of variance over strata, classical and under the sampling design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import pd
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.strata.compared_groups import (
    checked_groups,
    comparison_frame,
    interval_of,
    strata_frame,
    weighted_sd,
)
from csisem.diagnose.strata.one_way import DesignMeans, SumsOfSquares, classical, kruskal, under_design, welch
from csisem.diagnose.strata.posthoc import games_howell, pairs_under_design, tukey
from csisem.diagnose.strata.target import FIXED, target_of
from csisem.diagnose.strata.two_way import terms_of
from csisem.diagnose.strata.undefined_tests import advice_on_means
from csisem.display.page import Page
from csisem.display.picture import Pictured
from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError
from csisem.fit.fit import Fit
from csisem.option_checks import check_share, groups_of
from csisem.options import Adjustment, validate


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Anova(Pictured, Page):
    """Means compared over strata.

    Attributes
    ----------
    target
        The item or construct that was compared.
    by
        The columns of the strata.
    n
        Number of rows.
    look_first
        The stratum with the lowest mean, and its difference from the others with an interval that allows for the
        stratum having been picked.
    table
        ``method, statistic, df1, df2, pvalue, effect, effect_size, respects_design``: ``"classical"`` (equal variances,
        independent rows), ``"welch"`` (unequal variances), ``"kruskal"`` (ranks), ``"design"`` (Taylor linearisation,
        Wald F). With two factors ``term`` is first and the methods are ``"classical"`` and ``"design"``.
    means
        By stratum: ``n, mean, sd, se, ci_lower, ci_upper``, weighted, with standard errors of the design in force.
    posthoc
        Pairs of strata: ``method, first, second, difference`` (second less first), ``se, statistic, df, pvalue,
        ci_lower, ci_upper, respects_design``.
    notes
        Sentences to read first.
    """

    _picture = "group_means"

    target: str
    by: tuple[str, ...]
    n: int
    look_first: Sentence
    table: pd.DataFrame
    means: pd.DataFrame
    posthoc: pd.DataFrame
    notes: tuple[Sentence, ...] = ()


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
    """Compare the means of strata by classical methods and under the sampling design.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path; None: the rows of ``fit``.
    target
        An item; or, with ``fit``, one of its constructs or ``"index"``, the construct of satisfaction. The value of a
        row is then its 0-100 index by the fit's item weights, which are taken as fixed.
    by
        Column of the strata; two columns are two factors.
    fit
        The fit that gives the item weights; None: the target is an item.
    design
        None uses the survey's own design, False none; or another `Design`. The classical methods ignore it.
    adjust
        Adjustment of the p-values of pairs under the design: ``"holm"``, ``"bonferroni"``, ``"fdr"``, ``"none"``.
        Tukey's and Games and Howell's p-values allow for all pairs by construction.
    level
        Confidence level of the intervals.

    Returns
    -------
    Anova

    Raises
    ------
    DataError, ScaleError, DesignError
        If a column is missing, is text or has answers off its scale; there is one stratum, or a stratum with a single
        row or without weight; the target is constant; or, with two factors, a combination has no rows.
    ModelError
        If the fit has no such construct.
    OptionError
        If an option is invalid, or ``by`` names more than two factors.

    See Also
    --------
    variances : Compare how much strata vary.
    means : Means without a comparison.
    csisem.csi : Indices by stratum, whose standard errors include those of the item weights.

    Notes
    -----
    Means under the design are those of domains, so that every sampling unit counts. The Wald test has the design's
    degrees of freedom less those of the test, as ``regTermTest`` of R's survey.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> found = cs.diagnose.anova(survey, "s1", by="firm")
    >>> found.table[["method", "statistic", "df1", "df2", "effect"]].round(3)
          method  statistic  df1       df2  effect
    0  classical     32.635    2  2327.000   0.027
    1      welch     33.060    2  1551.241   0.027
    2    kruskal     70.743    2       NaN   0.030
    3     design     20.680    2   186.000   0.018
    """
    adjust = validate("adjust", adjust, Adjustment)
    factors = groups_of(by, ("n", "mean", "sd", "se", "ci_lower", "ci_upper"))
    if not 1 <= len(factors) <= 2:
        raise OptionError(f"by= names {len(factors)} columns; give one or two factors.")
    check_share("level", level)
    sample = target_of(data, target, by=factors, fit=fit, design=design)
    groups = checked_groups(sample)
    values = sample.values[:, 0]
    domains = DesignMeans.of(sample, values)
    if len(factors) == 2:
        table = terms_of(sample)
    else:
        table = comparison_frame([classical(groups), welch(groups, values, sample.codes),
                                  kruskal(groups, values, sample.codes),
                                  under_design(sample, values, domains)])  # fmt: skip
    pairs = (tukey(groups, level), games_howell(groups, level), pairs_under_design(domains, adjust, level))
    posthoc = pd.concat([one.frame(sample.labels) for one in pairs], ignore_index=True)
    notes = _notes(sample, of_fit=fit is not None) + advice_on_means(sample, groups, domains, table, posthoc)
    return Anova(sample.items[0], factors, sample.n, _look_first(sample, domains, level), table,
                 _means(sample, groups, domains, level), posthoc, tuple(notes))  # fmt: skip


def _means(sample: Sample, groups: SumsOfSquares, domains: DesignMeans, level: float) -> pd.DataFrame:
    figures = {"mean": domains.mean, "sd": weighted_sd(sample, groups)}
    if sample.designed:
        return strata_frame(sample, groups, figures, domains.mean, domains.se, domains.degrees, level)
    # Without a design only the stratum's own rows show its spread.
    se, degrees = np.sqrt(groups.variance / groups.n), np.asarray(groups.n - 1, dtype=np.float64)
    return strata_frame(sample, groups, figures, domains.mean, se, degrees, level)


def _look_first(sample: Sample, domains: DesignMeans, level: float) -> Sentence:
    """Name the stratum with the lowest mean, and how far it lies below the others."""
    low = int(np.argmin(domains.mean))
    gap, width = domains.against_others(low, level)
    return sentence("strata.lowest_mean", stratum=[sample.labels[low]], item=sample.items[0], mean=domains.mean[low],
                    gap=-gap, **interval_of(-gap, width, level))  # fmt: skip


def _notes(sample: Sample, *, of_fit: bool) -> list[Sentence]:
    notes = [FIXED] if of_fit else []
    notes += sample.left_out()
    if sample.designed:
        notes.append(sentence("strata.design_marked_only"))
    return notes
