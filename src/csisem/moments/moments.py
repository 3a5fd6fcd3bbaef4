"""Sufficient statistics of answers, from rows or from published tables."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from csisem.arrays import FloatArray
from csisem.errors import DataError, listed, nearest
from csisem.moments import published_tables
from csisem.moments.crossproducts import CrossProducts, Sums
from csisem.survey.rows.rows import Rows, Spread
from csisem.survey.scale import Scale

if TYPE_CHECKING:
    import pandas as pd


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
    squares
        Sum of squared sampling weights, shape ``(...)``; None without weights.
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
    squares: FloatArray | None = None

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
            sums.squares[pick] if rows.weighted else None,
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
        names = published_tables.names(cov if cov is not None else corr, items)
        matrix = published_tables.matrix(cov, corr, sd, names)
        if divisor == "n-1":
            matrix = matrix * ((n - 1) / n)
        means = np.full(len(names), np.nan) if mean is None else published_tables.means(mean, names)
        return cls(
            np.asarray(n, dtype=np.int64),
            np.asarray(float(n)),
            means,
            matrix,
            names,
            published_tables.scales(scale, names),
        )

    @property
    def effective_n(self) -> FloatArray:
        """Rows that would give means of the same precision without weights, ``(sum w)^2 / sum w^2`` (Kish 1965)."""
        if self.squares is None:
            return self.n.astype(np.float64)
        return np.asarray(self.weight**2 / np.where(self.squares > 0, self.squares, np.nan))

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
            squares=_squares(self) + _squares(other) if self.weighted or other.weighted else None,
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


def _squares(moments: Moments) -> FloatArray:
    return moments.n.astype(np.float64) if moments.squares is None else moments.squares
