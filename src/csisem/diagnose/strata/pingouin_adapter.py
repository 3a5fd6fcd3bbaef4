"""Adapter to pingouin: classical tests of groups from arrays, unrounded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.library_settings import global_settings

_ELSEWHERE = ("round.column.CI95", "round.column.BF10")
"""Options of pingouin that hold for other tests; they are set by default."""


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
    return pd.DataFrame({"value": values, "group": codes})


@contextmanager
def _unrounded() -> Iterator[Any]:
    """Give pingouin without its rounding options, and without its warnings of pandas' deprecations."""
    import pingouin

    with global_settings("pingouin"):
        # The options are touched only where the user rounds columns that are read here.
        rounding = {name: one for name, one in pingouin.options.items() if one is not None and name not in _ELSEWHERE}
        pingouin.options.update(dict.fromkeys(rounding))
        try:
            yield pingouin
        finally:
            pingouin.options.update(rounding)
