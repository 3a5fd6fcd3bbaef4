"""Rows, groups and frames of comparisons between strata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.descriptive.averages import label_columns
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.strata.one_way import Comparison, SumsOfSquares
from csisem.display.wording import Plain
from csisem.errors import DataError, OptionError, agree, listed
from csisem.inference.intervals import wald_interval


def checked_groups(sample: Sample) -> SumsOfSquares:
    """Sums of squares of the sample's groups, once they can be compared."""
    if not sample.by:
        raise OptionError("by= names no columns; name the column of the strata.")
    values, count, where = sample.values[:, 0], len(sample.labels), listed(sample.by)
    if count < 2:
        rows = agree(sample.n, "The single row", f"All {sample.n} rows")
        raise DataError(f"{rows} with a value of {sample.items[0]!r} {agree(sample.n, 'is', 'are')} in one stratum of "
                        f"{where}, {listed(sample.labels)}; a comparison needs two.")  # fmt: skip
    n = np.bincount(sample.codes, minlength=count)
    if (single := np.flatnonzero(n < 2)).size:
        names = listed(sample.labels[k] for k in single)
        raise DataError(f"{names} of {where} {agree(len(single), 'has', 'have')} one row, which shows no "
                        "spread; merge strata, or leave the row out.")  # fmt: skip
    if values.min() == values.max():
        raise DataError(f"{sample.items[0]!r} is constant (always {values[0]:g}), so there is nothing to compare.")
    return SumsOfSquares.of(values, sample.codes, count)


def weighted_sd(sample: Sample, groups: SumsOfSquares) -> FloatArray:
    """Weighted standard deviations (G,), with divisor n - 1 (for weights n/(n - 1) times theirs)."""
    values, codes = sample.values[:, 0], sample.codes
    weight = np.bincount(codes, sample.weights)
    mean = np.bincount(codes, sample.weights * values) / weight
    squares = np.bincount(codes, sample.weights * (values - mean[codes]) ** 2)
    return np.asarray(np.sqrt(squares / weight * groups.n / (groups.n - 1)))


def comparison_frame(tests: Sequence[Comparison]) -> pd.DataFrame:
    """Return tests as a frame, a row a method."""
    return pd.DataFrame([asdict(test) for test in tests])


def strata_frame(
    sample: Sample,
    groups: SumsOfSquares,
    figures: dict[str, FloatArray],
    mean: FloatArray,
    se: FloatArray,
    degrees: FloatArray | float,
    level: float,
) -> pd.DataFrame:
    """Return ``<by...>, n, <figures...>, se, ci_lower, ci_upper``, with t intervals of ``mean`` (G,)."""
    interval = wald_interval(mean, se, level=level, df=degrees)
    return pd.DataFrame(
        label_columns(sample.by, sample.labels)
        | {"n": groups.n}
        | figures
        | {"se": se, "ci_lower": interval.lower, "ci_upper": interval.upper}
    )


def interval_of(gap: float, width: float, level: float) -> dict[str, Plain]:
    """What a sentence says of the interval of a positive gap of half ``width``; nothing where that is unknown."""
    if np.isnan(width):
        return {"lower": None, "upper": None, "level": 100 * level, "chance": False}
    return {"lower": gap - width, "upper": gap + width, "level": 100 * level, "chance": not gap - width > 0}
