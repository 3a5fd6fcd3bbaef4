"""Notes on tests of strata: which to read, which have no result."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.strata.one_way import DesignMeans, SumsOfSquares
from csisem.display.sentences import Sentence, sentence

# Ratio of variances from which the classical test is not to be read.
UNEQUAL = 4.0


def advice_on_means(
    sample: Sample, groups: SumsOfSquares, domains: DesignMeans, table: pd.DataFrame, posthoc: pd.DataFrame
) -> list[Sentence]:
    """Notes on tests of equal means: which to read, and why those without a result have none."""
    said = []
    known = _known(table)
    still = _still(sample, groups.variance)
    variance = groups.variance
    if variance.max() > UNEQUAL * max(variance.min(), 0.0):
        # A stratum without variance would enter with a mean that is known for certain, save where ranks are compared.
        robust = [method for method in ("welch", "design") if known.get(method) and not still]
        methods = robust or [method for method in ("kruskal", "design") if known.get(method)][:1]
        if methods:
            said.append(sentence("strata.variances_differ", methods=methods))
    if still:
        said.append(sentence("strata.constant", strata=still, by=sample.by))
    if known.get("classical") is False:
        said.append(sentence("strata.no_classical"))
    if known.get("welch") is False:
        said.append(sentence("strata.no_welch", strata=still))
    if known.get("design") is False:
        said.append(_no_design(sample, domains, table))
    if untested := int((posthoc["se"] == 0).sum()):
        said.append(sentence("strata.untested_pairs", pairs=untested, every=len(posthoc)))
    return said


def advice_on_spreads(
    sample: Sample, groups: SumsOfSquares, domains: DesignMeans, table: pd.DataFrame
) -> list[Sentence]:
    """Notes on tests of equal variances: why those without a result have none."""
    said = []
    known = _known(table)
    if np.isinf(table.loc[table["method"] == "bartlett", "statistic"]).any():
        instead = [method for method in ("brown-forsythe", "levene", "fligner") if known[method]][:1]
        said.append(sentence("strata.no_bartlett", strata=_still(sample, groups.variance), methods=instead or None))
    lost = table.loc[table["statistic"].isna() & (table["method"] != "design"), "method"].tolist()
    if lost:
        said.append(sentence("strata.no_distances", methods=lost))
    if not known["design"]:
        said.append(_no_design(sample, domains, table))
    return said


def _known(table: pd.DataFrame) -> dict[str, bool]:
    """Whether all rows of a method have a finite statistic."""
    return {str(method): bool(np.isfinite(own).all()) for method, own in table.groupby("method")["statistic"]}


def _still(sample: Sample, variance: FloatArray) -> list[object]:
    """Labels of the strata that do not vary."""
    return [label for label, own in zip(sample.labels, variance, strict=True) if not own > 0]


def _no_design(sample: Sample, domains: DesignMeans, table: pd.DataFrame) -> Sentence:
    degrees = table.loc[table["method"] == "design", "df2"].min()
    if not degrees > 0:
        return sentence("strata.no_degrees", units=domains.degrees, strata=len(sample.labels))
    still = _still(sample, domains.se)
    return sentence("strata.no_design", strata=still) if len(still) > 1 else sentence("strata.singular_design")
