"""The one adapter to pingouin: classical tests of groups, from arrays, with every digit."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np

from csisem.arrays import FloatArray, IntArray


def welch(values: FloatArray, codes: IntArray) -> tuple[float, float, float]:
    """Welch's F, its second degrees of freedom and p-value, of values (m,) in groups (m,) that all vary.

    Its variances are pandas', which have their digits when the values lie near zero.
    """
    with _as_we_take_it() as pingouin:
        found = pingouin.welch_anova(_frame(values, codes), dv="value", between="group")
    return tuple(float(found[name].iloc[0]) for name in ("F", "ddof2", "p_unc"))  # type: ignore[return-value]


def kruskal(values: FloatArray, codes: IntArray) -> tuple[float, float]:
    """Kruskal and Wallis's H, with ties, and its p-value."""
    with _as_we_take_it() as pingouin:
        found = pingouin.kruskal(_frame(values, codes), dv="value", between="group")
    return float(found["H"].iloc[0]), float(found["p_unc"].iloc[0])


def spread(
    values: FloatArray, codes: IntArray, method: Literal["bartlett", "levene", "brown-forsythe"]
) -> tuple[float, float]:
    """Statistic and p-value of a test of equal variances; Brown and Forsythe's is Levene's from the medians."""
    parts = [values[codes == k] for k in range(int(codes.max()) + 1)]
    centre = {} if method == "bartlett" else {"center": "mean" if method == "levene" else "median"}
    name, column = ("bartlett", "T") if method == "bartlett" else ("levene", "W")
    with _as_we_take_it() as pingouin, np.errstate(divide="ignore", invalid="ignore"):
        found = pingouin.homoscedasticity(parts, method=name, **centre)
    return float(found[column].iloc[0]), float(found["pval"].iloc[0])


def _frame(values: FloatArray, codes: IntArray) -> Any:
    """Columns of plain names, and groups by number, so that no name or label of a survey is in pingouin's way."""
    import pandas as pd

    return pd.DataFrame({"value": values, "group": codes})


@contextmanager
def _as_we_take_it() -> Iterator[Any]:
    """Give pingouin without the rounding that its options may ask for, and without its warnings.

    It warns of pandas' deprecations.
    """
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
