"""Adapter to pingouin: classical tests of groups from arrays, unrounded."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np

from csisem.arrays import FloatArray, IntArray


def welch(values: FloatArray, codes: IntArray) -> tuple[float, float, float]:
    """Welch's F, its second degrees of freedom and p-value, of values (m,) in groups (m,) that all vary.

    pandas computes its variances, which are exact only when the values lie near zero.
    """
    with _unrounded() as pingouin:
        found = pingouin.welch_anova(_frame(values, codes), dv="value", between="group")
    return tuple(float(found[name].iloc[0]) for name in ("F", "ddof2", "p_unc"))  # type: ignore[return-value]


def kruskal(values: FloatArray, codes: IntArray) -> tuple[float, float]:
    """Kruskal and Wallis's H, with ties, and its p-value."""
    with _unrounded() as pingouin:
        found = pingouin.kruskal(_frame(values, codes), dv="value", between="group")
    return float(found["H"].iloc[0]), float(found["p_unc"].iloc[0])


def spread(
    values: FloatArray, codes: IntArray, method: Literal["bartlett", "levene", "brown-forsythe"]
) -> tuple[float, float]:
    """Statistic and p-value of a test of equal variances; Brown and Forsythe's is Levene's from the medians."""
    parts = [values[codes == k] for k in range(int(codes.max()) + 1)]
    centre = {} if method == "bartlett" else {"center": "mean" if method == "levene" else "median"}
    name, column = ("bartlett", "T") if method == "bartlett" else ("levene", "W")
    with _unrounded() as pingouin, np.errstate(divide="ignore", invalid="ignore"):
        found = pingouin.homoscedasticity(parts, method=name, **centre)
    return float(found[column].iloc[0]), float(found["pval"].iloc[0])


def _frame(values: FloatArray, codes: IntArray) -> Any:
    """A frame with plain column names and numbered groups, so that no name or label of a survey disturbs pingouin."""
    import pandas as pd

    return pd.DataFrame({"value": values, "group": codes})


@contextmanager
def _unrounded() -> Iterator[Any]:
    """Give pingouin without its rounding options, and without its warnings of pandas' deprecations."""
    import pingouin

    options = dict(pingouin.options)
    pingouin.options.clear()
    pingouin.options["round"] = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield pingouin
    finally:
        pingouin.options.clear()
        pingouin.options.update(options)
