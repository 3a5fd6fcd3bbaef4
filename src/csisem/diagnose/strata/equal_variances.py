"""Do strata vary alike: tests of equal variances, also under the sampling design, and the unstable stratum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from csisem.descriptive.complete_rows import Sample, labelled
from csisem.diagnose.strata.anova import checked_groups, comparison_frame
from csisem.diagnose.strata.one_way import Comparison, DomainMeans, Groups
from csisem.diagnose.strata.outcome import FIXED, target_of
from csisem.diagnose.strata.variance_tests import bartlett, distances, distances_under_design, fligner
from csisem.display.page import Page
from csisem.errors import listed
from csisem.options import check_share, groups_of

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Variances(Page):
    """How much strata vary, compared.

    Attributes
    ----------
    target
        What was compared.
    by
        The columns of the strata.
    n
        Rows.
    look_first
        The stratum that varies most, and how surely it does (95 %, adjusted for having been picked).
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
    look_first: str
    table: pd.DataFrame
    spreads: pd.DataFrame
    notes: tuple[str, ...] = ()


def variances(
    data: object,
    target: str,
    *,
    by: str | Sequence[str],
    fit: Fit | None = None,
    design: object = None,
    level: float = 0.95,
) -> Variances:
    """Compare how much strata vary: a stratum that varies most is served least evenly.

    Parameters
    ----------
    data, target, fit, design, level
        As for `anova`.
    by
        Column(s) of the strata; several are crossed.

    Returns
    -------
    Variances

    Raises
    ------
    DataError, ScaleError, DesignError, ModelError, OptionError
        As for `anova`.
    """
    columns = groups_of(by, ("n", "sd", "distance", "se", "ci_lower", "ci_upper"))
    check_share("level", level)
    sample = target_of(data, target, by=columns, fit=fit, design=design)
    groups = checked_groups(sample, columns)
    values, codes = sample.values[:, 0], sample.codes
    domains = distances_under_design(sample)
    test = domains.test()
    tests = [
        bartlett(groups, values, codes),
        distances("levene", groups, values, codes),
        distances("brown-forsythe", groups, values, codes),
        fligner(groups, values, codes),
        Comparison("design", test.statistic, test.df1, test.df2, test.pvalue, np.nan, "", design=True),
    ]
    table = comparison_frame(tests).rename(columns={"df1": "df"}).drop(columns=["effect", "effect_size"])
    notes = [FIXED] if fit is not None else []
    notes += sample.left_out()
    return Variances(sample.items[0], columns, sample.n, _look_first(sample, domains), table,
                     _spreads(sample, columns, groups, domains, level), tuple(notes))  # fmt: skip


def _spreads(sample: Sample, by: tuple[str, ...], groups: Groups, domains: DomainMeans, level: float) -> pd.DataFrame:
    import pandas as pd

    weight = np.bincount(sample.codes, sample.weights)
    mean = np.bincount(sample.codes, sample.weights * sample.values[:, 0]) / weight
    squares = np.bincount(sample.codes, sample.weights * (sample.values[:, 0] - mean[sample.codes]) ** 2)
    se = np.sqrt(np.maximum(np.diagonal(domains.covariance), 0.0))
    width = stdtrit(max(domains.degrees, 1.0), (1 + level) / 2) * se * (1.0 if domains.degrees > 0 else np.nan)
    return pd.DataFrame(
        labelled(sample.labels, by)
        | {"n": groups.n, "sd": np.sqrt(squares / weight * groups.n / (groups.n - 1)), "distance": domains.mean,
           "se": se, "ci_lower": domains.mean - width, "ci_upper": domains.mean + width}
    )  # fmt: skip


def _look_first(sample: Sample, domains: DomainMeans) -> str:
    high = int(np.argmax(domains.mean))
    others = np.delete(np.arange(len(domains.mean)), high)
    contrast = np.zeros(len(domains.mean))
    contrast[high], contrast[others] = 1.0, -domains.weight[others] / domains.weight[others].sum()
    gap = float(contrast @ domains.mean)
    se = float(np.sqrt(np.maximum(contrast @ domains.covariance @ contrast, 0.0)))
    what = (f"Look first at {listed([sample.labels[high]])}: its {sample.items[0]} varies most, "
            f"{domains.mean[high]:.2f} from the median on average, {gap:.2f} more than elsewhere")  # fmt: skip
    if not se > 0 or domains.degrees <= 0:
        return f"{what}."
    # Bonferroni's quantile, since the largest of so many was picked.
    width = float(stdtrit(domains.degrees, 1 - 0.025 / len(domains.mean))) * se
    sure = "" if gap - width > 0 else ", which chance alone may do"
    return f"{what} (95 % {gap - width:.2f} to {gap + width:.2f}){sure}."
