"""Tests of equal variances over strata, also under the sampling design."""

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
from csisem.diagnose.strata.one_way import Comparison, DesignMeans
from csisem.diagnose.strata.target import FIXED, target_of
from csisem.diagnose.strata.undefined_tests import advice_on_spreads
from csisem.diagnose.strata.variance_tests import bartlett, distances, distances_under_design, fligner
from csisem.display.page import Page
from csisem.display.sentences import Sentence, sentence
from csisem.fit.fit import Fit
from csisem.option_checks import check_share, groups_of


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Variances(Page):
    """Variances compared over strata.

    Attributes
    ----------
    target
        The item or construct that was compared.
    by
        The columns of the strata.
    n
        Number of rows.
    look_first
        The stratum that varies most, and its difference from the others with an interval that allows for the stratum
        having been picked.
    table
        ``method, statistic, df, df2, pvalue, respects_design``: ``"bartlett"`` (normal values), ``"levene"``
        (distances from the mean), ``"brown-forsythe"`` (from the median), ``"fligner"`` (their ranks), ``"design"``
        (distances from the weighted median, Wald F under the design).
    spreads
        By stratum: ``n, sd`` (weighted), ``distance`` (mean distance from the median, weighted), ``se, ci_lower,
        ci_upper`` of the distance under the design.
    notes
        Sentences to read first.
    """

    target: str
    by: tuple[str, ...]
    n: int
    look_first: Sentence
    table: pd.DataFrame
    spreads: pd.DataFrame
    notes: tuple[Sentence, ...] = ()


def variances(
    data: object,
    target: str,
    *,
    by: str | Sequence[str],
    fit: Fit | None = None,
    design: object = None,
    level: float = 0.95,
) -> Variances:
    """Compare how much strata vary: the stratum that varies most is served least evenly.

    Parameters
    ----------
    data, target, fit, design, level
        As for `anova`.
    by
        Column(s) of the strata; several columns are crossed.

    Returns
    -------
    Variances

    Raises
    ------
    DataError, ScaleError, DesignError, ModelError, OptionError
        As for `anova`.

    See Also
    --------
    anova : Compare the means of strata.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> found = cs.diagnose.variances(survey, "s1", by="firm")
    >>> found.table[["method", "statistic", "pvalue", "respects_design"]].round(3)
               method  statistic  pvalue  respects_design
    0        bartlett      0.408   0.816            False
    1          levene      0.899   0.407            False
    2  brown-forsythe      1.169   0.311            False
    3         fligner      2.820   0.244            False
    4          design      0.684   0.506             True
    """
    columns = groups_of(by, ("n", "sd", "distance", "se", "ci_lower", "ci_upper"))
    check_share("level", level)
    sample = target_of(data, target, by=columns, fit=fit, design=design)
    groups = checked_groups(sample)
    values, codes = sample.values[:, 0], sample.codes
    domains = distances_under_design(sample)
    test = domains.test()
    tests = [
        bartlett(groups, values, codes),
        distances("levene", groups, values, codes),
        distances("brown-forsythe", groups, values, codes),
        fligner(groups, values, codes),
        Comparison("design", test.statistic, test.df1, test.df2, test.pvalue, np.nan, "", respects_design=True),
    ]
    table = comparison_frame(tests).rename(columns={"df1": "df"}).drop(columns=["effect", "effect_size"])
    figures = {"sd": weighted_sd(sample, groups), "distance": domains.mean}
    spreads = strata_frame(sample, groups, figures, domains.mean, domains.se, domains.degrees, level)
    notes = [*([FIXED] if fit is not None else []), *sample.left_out()]
    notes += advice_on_spreads(sample, groups, domains, table)
    return Variances(sample.items[0], columns, sample.n, _look_first(sample, domains, level), table, spreads,
                     tuple(notes))  # fmt: skip


def _look_first(sample: Sample, domains: DesignMeans, level: float) -> Sentence:
    """Name the stratum that varies most, and how much more than the others."""
    high = int(np.argmax(domains.mean))
    gap, width = domains.against_others(high, level)
    return sentence("strata.varies_most", stratum=[sample.labels[high]], item=sample.items[0],
                    distance=domains.mean[high], gap=gap, **interval_of(gap, width, level))  # fmt: skip
