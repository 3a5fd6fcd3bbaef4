"""Estimates of one group, and its rows standardised by them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.moments.ordered.moment_layout import Layout

# Answers in a range up to this are looked up in a table.
_LOOKED_UP = 1000


@dataclass(frozen=True, slots=True, eq=False)
class StandardRows:
    """Rows of one group, standardised by its estimates.

    Attributes
    ----------
    x
        Covariates, (k, m).
    z
        Standardised residuals of numeric items, (p, m), nan where missing and for ordered items.
    code
        Category of each answer to ordered items, (p, m): the number of answers of the item with the most where missing.
    low, high
        Thresholds below and above each answer to ordered items, less what the covariates predict, (p, m); infinite
        where missing.
    """

    x: FloatArray
    z: FloatArray
    code: IntArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class GroupEstimates:
    """Estimates of both steps in one group.

    Attributes
    ----------
    answers
        Different answers to each item, none for a numeric one.
    layout
        Places of the moments.
    thresholds
        Of all ordered items, (T,).
    mean, slopes, sd
        Intercepts (p,), slopes (p, k) and residual standard deviations (p,), 1 for ordered items.
    correlations
        Residual correlations, (p, p).
    """

    answers: tuple[tuple[float, ...], ...]
    layout: Layout
    thresholds: FloatArray
    mean: FloatArray
    slopes: FloatArray
    sd: FloatArray
    correlations: FloatArray

    def cuts(self, item: int) -> FloatArray:
        """Thresholds of an ordered item, between minus and plus infinity."""
        start = self.layout.first_threshold[item]
        return np.concatenate([[-np.inf], self.thresholds[start : start + self.layout.count[item] - 1], [np.inf]])

    def codes(self, values: FloatArray) -> IntArray:
        """Category (p, m) of each answer of rows, as `StandardRows.code`."""
        return codes_of(values, self.answers)

    def standardise(self, values: FloatArray) -> StandardRows:
        """Standardise answers and covariates (p + k, m)."""
        p = self.layout.p
        x = values[p:]
        fitted = self.slopes @ x if len(x) else np.zeros((p, 1))
        z = np.full((p, values.shape[1]), np.nan)
        code = self.codes(values)
        low, high = np.full_like(z, -np.inf), np.full_like(z, np.inf)
        for item, ordered in enumerate(self.layout.ordered):
            if ordered:
                cuts = self.cuts(item)
                known = code[item] < self.layout.count[item]
                own = np.where(known, code[item], 0)
                low[item] = np.where(known, cuts[own] - fitted[item], -np.inf)
                high[item] = np.where(known, cuts[own + 1] - fitted[item], np.inf)
            else:
                z[item] = (values[item] - self.mean[item] - fitted[item]) / self.sd[item]
        return StandardRows(x, z, code, low, high)


def codes_of(values: FloatArray, answers: tuple[tuple[float, ...], ...]) -> IntArray:
    """Category (p, m) of each answer to the ordered items among those of rows (p, m); missing is the most of all."""
    most = max(map(len, answers))
    codes = np.full((len(answers), values.shape[1]), most, dtype=np.intp)
    for code, own, row in zip(codes, answers, values, strict=False):
        if own:
            low, width = own[0], int(own[-1] - own[0]) + 1
            blank = np.isnan(row)
            missing = bool(blank.any())
            if width > _LOOKED_UP:
                np.copyto(code, np.searchsorted(own, row))
            else:
                # Answers are whole numbers; one that only rows without weight gave counts as missing.
                table = np.full(width, most)
                table[(np.array(own) - low).astype(np.intp)] = np.arange(len(own))
                steps = ((np.where(blank, low, row) if missing else row) - low).astype(np.intp)
                np.take(table, steps, out=code, mode="clip")
            if missing:
                code[blank] = most
    return codes
