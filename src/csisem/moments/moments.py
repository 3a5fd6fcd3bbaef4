"""Sufficient statistics of answers, from rows or from published tables."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from csisem.errors import DataError, listed, nearest
from csisem.moments.crossproducts import CrossProducts, Sums
from csisem.survey.rows import Rows, Spread
from csisem.survey.scale import Scale, as_scale

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Counts, means and covariances of p items: all that estimation needs of the rows.

    Attributes
    ----------
    n
        Number of complete rows, shape ``(...)``; a leading axis holds groups.
    weight
        Sum of sampling weights, shape ``(...)``; equals ``n`` without weights.
    mean, cov
        Means ``(..., p)`` and covariances ``(..., p, p)`` with divisor n (sum of weights), in the items' units.
    items
        The p column names.
    scales
        The scale of each item, or None where none was declared.
    groups
        Labels of the leading axis in order of first appearance; empty without groups.
    dropped, zero_weight, ungrouped
        Rows left out for a missing answer; rows kept with weight zero; complete rows that are in no group.
    weighted
        Whether sampling weights entered.
    """

    n: NDArray[np.int64]
    weight: FloatArray
    mean: FloatArray
    cov: FloatArray
    items: tuple[str, ...]
    scales: tuple[Scale | None, ...]
    groups: tuple[Hashable, ...] = ()
    dropped: int = 0
    zero_weight: int = 0
    ungrouped: int = 0
    weighted: bool = False

    @classmethod
    def from_rows(cls, rows: Rows) -> Moments:
        """Reduce rows, through the door, to their moments; rows with a missing answer are counted and left out.

        Raises
        ------
        DataError
            No row is complete.
        """
        # Answers near the largest number there is overflow when squared; checks refuse what comes of it.
        with np.errstate(over="ignore", invalid="ignore"):
            sums = rows.reduce(CrossProducts())
        if not sums.n.sum():
            raise DataError(_nothing_complete(rows, sums))
        if rows.by:
            return cls._of(sums, rows, grouped=True)
        return cls._of(sums, rows, grouped=False)

    @classmethod
    def _of(cls, sums: Sums, rows: Rows, *, grouped: bool) -> Moments:
        weight = np.where(sums.weight > 0, sums.weight, np.nan)
        cov = sums.cross / weight[:, None, None]
        pick: Any = slice(None) if grouped else 0
        return cls(
            sums.n[pick],
            sums.weight[pick],
            sums.mean[pick],
            cov[pick],
            rows.items,
            rows.scales,
            sums.labels if grouped else (),
            sums.dropped,
            sums.zero_weight,
            sums.ungrouped,
            rows.weighted,
        )

    @classmethod
    def from_table(
        cls,
        *,
        n: int,
        cov: ArrayLike | pd.DataFrame | None = None,
        mean: ArrayLike | pd.Series[float] | None = None,
        corr: ArrayLike | pd.DataFrame | None = None,
        sd: ArrayLike | pd.Series[float] | None = None,
        items: Sequence[str] | None = None,
        scale: object = None,
        divisor: str = "n-1",
    ) -> Moments:
        """Take moments from a published table.

        Parameters
        ----------
        n
            Number of respondents.
        cov
            Covariances (p, p), a frame or nested lists; a lower triangle is completed.
        mean
            Means (p,); zeros when the table gives none (an index then cannot be computed).
        corr, sd
            Correlations (p, p) and standard deviations (p,), instead of ``cov``.
        items
            Names; not needed when ``cov`` or ``corr`` is a frame.
        scale
            The questionnaire's bounds, ``(1, 10)`` for all items or a mapping by item; the index needs it.
        divisor
            ``"n-1"`` (what tables usually print) or ``"n"``.

        Raises
        ------
        DataError
            The table is not square, not symmetric, not positive semi-definite, or has missing entries.
        """
        if divisor not in ("n-1", "n"):
            raise DataError(f"divisor={divisor!r} is not one of 'n-1', 'n'.")
        if not isinstance(n, int | float | np.integer | np.floating) or not n >= 2 or n % 1:
            raise DataError(f"A table of moments needs a whole number n of at least 2, and n is {n}.")
        names = _names(cov if cov is not None else corr, items)
        matrix = _matrix(cov, corr, sd, names)
        if divisor == "n-1":
            matrix = matrix * ((n - 1) / n)
        means = np.full(len(names), np.nan) if mean is None else _means(mean, names)
        return cls(np.asarray(n, dtype=np.int64), np.asarray(float(n)), means, matrix, names, _scales(scale, names))

    @property
    def p(self) -> int:
        """Number of items."""
        return len(self.items)

    def select(self, items: Sequence[str]) -> Moments:
        """Return the moments of some items, in the order given.

        Raises
        ------
        DataError
            An item is not in the moments.
        """
        if tuple(items) == self.items:
            return self
        for item in items:
            if item not in self.items:
                raise DataError(f"There is no item {item!r} in the moments{nearest(item, self.items)}.")
        index = np.array([self.items.index(item) for item in items], dtype=np.intp)
        return replace(
            self,
            mean=self.mean[..., index],
            cov=self.cov[..., index[:, None], index],
            items=tuple(items),
            scales=tuple(self.scales[i] for i in index),
        )

    def merge(self, other: Moments) -> Moments:
        """Pool two sets of moments exactly: the result equals the moments of the rows put together.

        Raises
        ------
        DataError
            The two have different items or groups.
        """
        if self.items != other.items or self.groups != other.groups:
            raise DataError("Only moments of the same items and groups, in the same order, can be merged.")
        if self.scales != other.scales:
            pairs = zip(self.items, self.scales, other.scales, strict=True)
            raise DataError(f"{listed(item for item, a, b in pairs if a != b)} have another scale in the moments "
                            "to be merged; only answers on one scale can be pooled.")  # fmt: skip
        if np.isnan(self.mean).any() or np.isnan(other.mean).any():
            raise DataError("Moments without means cannot be merged: pooled covariances need them; give mean=.")
        weight = self.weight + other.weight
        # A group may be empty on one side, or on both: it then adds nothing, and has no covariances of its own.
        some = np.asarray(weight > 0)
        a = np.divide(self.weight, weight, out=np.zeros_like(weight), where=some)
        b = np.divide(other.weight, weight, out=np.zeros_like(weight), where=some)
        shift = other.mean - self.mean
        between = (a * b)[..., None, None] * (shift[..., :, None] * shift[..., None, :])
        return replace(
            self,
            n=self.n + other.n,
            weight=weight,
            mean=self.mean + b[..., None] * shift,
            cov=np.where(some[..., None, None], _share(self, a) + _share(other, b) + between, np.nan),
            dropped=self.dropped + other.dropped,
            zero_weight=self.zero_weight + other.zero_weight,
            ungrouped=self.ungrouped + other.ungrouped,
            weighted=self.weighted or other.weighted,
        )

    def __repr__(self) -> str:
        groups = f", {len(self.groups)} groups" if self.groups else ""
        return f"Moments(n={int(self.n.sum())}, {self.p} items{groups}, dropped={self.dropped})"


def _nothing_complete(rows: Rows, sums: Sums) -> str:
    """Why no row is left to be used."""
    if not rows.n:
        return "The data have no rows."
    if sums.ungrouped:
        return (f"None of the {sums.ungrouped} complete rows is in a group: {listed(rows.by)} "
                f"{'is' if len(rows.by) == 1 else 'are'} blank in all of them.")  # fmt: skip
    blank = [item for item, low in zip(rows.items, rows.reduce(Spread())[0], strict=True) if np.isnan(low)]
    if blank:
        return f"Nobody answered {listed(blank)}: every one of the {rows.n} rows is blank or a refusal code there."
    return f"None of the {rows.n} rows has an answer to all of {listed(rows.items)}: each misses at least one."


def _share(moments: Moments, share: FloatArray) -> FloatArray:
    """Covariances times their share of the weight; a group without weight has none, and adds nothing."""
    shared: FloatArray = np.where((moments.weight > 0)[..., None, None], moments.cov, 0.0) * share[..., None, None]
    return shared


def _names(table: object, items: Sequence[str] | None) -> tuple[str, ...]:
    if table is None:
        raise DataError("A table of moments needs cov=, or corr= together with sd=.")
    names = tuple(items) if items is not None else tuple(str(name) for name in getattr(table, "columns", ()))
    if not names:
        raise DataError("A table of moments without column names needs items=.")
    if len(set(names)) < len(names):
        raise DataError(f"Items appear twice in the table: {listed(sorted({x for x in names if names.count(x) > 1}))}.")
    return names


def _matrix(cov: object, corr: object, sd: object, names: tuple[str, ...]) -> FloatArray:
    if cov is not None:
        return _checked(_square(cov, names), names)
    if sd is None:
        raise DataError("Correlations need the standard deviations too: give sd=.")
    deviations = _vector(sd, names, "sd")
    if (deviations <= 0).any():
        raise DataError(f"The standard deviation of {names[int(np.argmin(deviations))]!r} is not positive.")
    correlations = _checked(_square(corr, names), names)
    own = np.abs(np.diag(correlations) - 1)
    # Printed correlations are rounded, but a variable's with itself never is.
    if (own > 1e-8).any():
        worst = int(np.argmax(own))
        raise DataError(f"The correlation of {names[worst]!r} with itself is {correlations[worst, worst]:g}, not 1; "
                        "give covariances as cov=.")  # fmt: skip
    return correlations * np.outer(deviations, deviations)


def _square(table: Any, names: tuple[str, ...]) -> FloatArray:
    """A (p, p) array from a frame, an array, or a lower triangle given as ragged lists."""
    p = len(names)
    if hasattr(table, "columns"):
        # A labelled frame is read by its labels, whatever their order.
        for axis, labels in enumerate((getattr(table, "index", ()), table.columns)):
            known = [str(label) for label in labels]
            if sorted(known) == sorted(names):
                table = table.take([known.index(name) for name in names], axis=axis)
    if hasattr(table, "to_numpy"):
        table = table.to_numpy()
    try:
        rows = [np.asarray(row, dtype=np.float64) for row in table]
    except (TypeError, ValueError):
        raise DataError("The table holds something that is no number; covariances are numbers throughout.") from None
    if len(rows) != p or any(len(row) not in (p, i + 1) for i, row in enumerate(rows)):
        raise DataError(f"The table has {len(rows)} rows, but {p} items are named; it must be {p} x {p}.")
    matrix = np.zeros((p, p))
    for i, row in enumerate(rows):
        matrix[i, : len(row)] = row
    # A blank or zero upper triangle is how tables are printed.
    upper = matrix[np.triu_indices(p, 1)]
    if p > 1 and (np.isnan(upper) | (upper == 0.0)).all():
        matrix = np.tril(np.nan_to_num(matrix, nan=np.nan)) + np.tril(matrix, -1).T
    return matrix


def _checked(matrix: FloatArray, names: tuple[str, ...]) -> FloatArray:
    if not np.isfinite(matrix).all():
        i, j = np.argwhere(~np.isfinite(matrix))[0]
        raise DataError(f"The table has no number for {names[i]!r} and {names[j]!r}.")
    gap = np.abs(matrix - matrix.T)
    scale = np.sqrt(np.abs(np.outer(np.diag(matrix), np.diag(matrix))))
    # Printed tables are rounded the same way on both sides, so only a typing mistake exceeds this.
    if (gap > 1e-8 * np.maximum(scale, 1e-300)).any():
        i, j = np.unravel_index(np.argmax(gap / np.maximum(scale, 1e-300)), gap.shape)
        raise DataError(
            f"The table is not symmetric: {names[i]!r} with {names[j]!r} is {matrix[i, j]:g} on one side and "
            f"{matrix[j, i]:g} on the other."
        )
    matrix = (matrix + matrix.T) / 2
    if (np.diag(matrix) <= 0).any():
        raise DataError(f"The variance of {names[int(np.argmin(np.diag(matrix)))]!r} is not positive.")
    standard = matrix / np.sqrt(np.outer(np.diag(matrix), np.diag(matrix)))
    smallest = float(np.linalg.eigvalsh(standard)[0])
    if smallest < -1e-6:
        raise DataError(
            f"The table is not a covariance matrix: its smallest eigenvalue (in correlations) is {smallest:.3g}, "
            "below zero; look for a typing mistake or for pairwise deletion."
        )
    return matrix


def _vector(values: Any, names: tuple[str, ...], what: str) -> FloatArray:
    if hasattr(values, "reindex"):
        values = values.reindex(list(names))
    try:
        vector = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(f"{what} holds something that is no number.") from None
    if vector.shape != (len(names),):
        raise DataError(f"{what} has {vector.size} numbers, but {len(names)} items are named.")
    if not np.isfinite(vector).all():
        raise DataError(f"{what} has no number for {names[int(np.argmin(np.isfinite(vector)))]!r}.")
    return vector


def _means(mean: object, names: tuple[str, ...]) -> FloatArray:
    return _vector(mean, names, "mean")


def _scales(scale: object, names: tuple[str, ...]) -> tuple[Scale | None, ...]:
    if isinstance(scale, Mapping):
        unknown = [name for name in scale if name not in names]
        if unknown:
            raise DataError(f"scale= names {unknown[0]!r}, which is no item of the table{nearest(unknown[0], names)}.")
        return tuple(as_scale(scale[name]) if name in scale else None for name in names)
    return tuple(None if scale is None else as_scale(scale) for _ in names)
