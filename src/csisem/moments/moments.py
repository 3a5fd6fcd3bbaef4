"""Sufficient statistics: counts, means and covariances of the items."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from csisem.arrays import LARGEST_COUNT, FloatArray
from csisem.errors import DataError, listed, nearest, shown
from csisem.moments import published_tables
from csisem.moments.crossproducts import CrossProducts, Sums
from csisem.option_checks import check_kind, names_of, real
from csisem.survey.rows.rows import Rows, Spread
from csisem.survey.scale import Scale

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Counts, means and covariances of p items: all that estimation needs of the rows.

    `from_rows` computes them from answers and `from_table` reads them from a published table; a model is fitted to
    either by ``model.fit(moments)``. Robust standard errors, bootstrap intervals and results by column need the rows.

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
        Rows left out for a missing answer; rows kept with weight zero; complete rows that belong to no group.
    weighted
        Whether sampling weights were used.
    squares
        Sum of squared sampling weights, shape ``(...)``; None without weights.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> moments = cs.Moments.from_rows(survey.rows(["s1", "s2", "s3"]))
    >>> moments
    Moments(n=2203, 3 items, dropped=197)
    >>> moments.mean.round(2)
    array([7.57, 7.26, 6.98])
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
        """Compute the moments of rows of a survey.

        Rows with a missing answer are left out and counted.

        Parameters
        ----------
        rows
            Rows of chosen items, as `Survey.rows` gives them; moments are computed by group if the rows have groups.

        Returns
        -------
        Moments
            Weighted if the rows are weighted.

        Raises
        ------
        DataError
            If no row is complete.

        See Also
        --------
        Moments.from_table : Moments from a published table.

        Examples
        --------
        >>> survey = cs.datasets.retail_survey()
        >>> moments = cs.Moments.from_rows(survey.rows(["s1", "s2", "s3"], by="wave"))
        >>> dict(zip(moments.groups, moments.n.tolist()))
        {'2024Q1': 548, '2024Q2': 552, '2024Q3': 547, '2024Q4': 556}
        """
        check_kind("rows", rows, Rows)
        # Answers near the largest floating-point number overflow when squared; later checks refuse the result.
        with np.errstate(over="ignore", invalid="ignore"):
            sums = rows.reduce(CrossProducts())
        if not sums.n.sum():
            raise DataError(_nothing_complete(rows, sums))
        cov = sums.cross / np.where(sums.weight > 0, sums.weight, np.nan)[:, None, None]
        pick = slice(None) if rows.by else 0
        return cls(
            sums.n[pick],
            sums.weight[pick],
            sums.mean[pick],
            cov[pick],
            rows.items,
            rows.scales,
            sums.labels if rows.by else (),
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
        """Read moments from a published table.

        Parameters
        ----------
        n
            Number of respondents.
        cov
            Covariances (p, p), a frame or nested lists; a lower triangle is completed.
        mean
            Means (p,); NaN if not given (an index then cannot be computed).
        corr, sd
            Correlations (p, p) and standard deviations (p,), instead of ``cov``.
        items
            Names of the items; not needed if ``cov`` or ``corr`` is a frame.
        scale
            The questionnaire's bounds, ``(1, 10)`` for all items or a mapping by item; the index needs it.
        divisor
            Divisor of the table's covariances or standard deviations: ``"n-1"`` (what tables usually print) or ``"n"``.

        Returns
        -------
        Moments
            With covariances of divisor n.

        Raises
        ------
        DataError
            If the table is not square, symmetric and positive semi-definite, has missing entries, or its items, means
            or standard deviations do not match it.

        See Also
        --------
        Moments.from_rows : Moments of the rows of a survey.

        Examples
        --------
        >>> moments = cs.Moments.from_table(
        ...     n=250, items=["s1", "s2", "s3"], mean=[8.0, 7.1, 7.3], sd=[1.2, 1.8, 1.7],
        ...     corr=[[1], [0.54, 1], [0.49, 0.59, 1]], scale=(1, 10), divisor="n",
        ... )
        >>> moments.cov.round(2)
        array([[1.44, 1.17, 1.  ],
               [1.17, 3.24, 1.81],
               [1.  , 1.81, 2.89]])
        >>> cs.csi(cs.Model.from_syntax("Satisfaction =~ s1 + s2 + s3").fit(moments))["index"].round(1).item()
        71.6
        """
        if not isinstance(divisor, str) or divisor not in ("n-1", "n"):
            raise DataError(f"divisor={shown(divisor)} is not one of 'n-1', 'n'.")
        if not real(n) >= 2 or real(n) % 1:
            raise DataError(f"n must be a whole number of at least 2; got {shown(n)}.")
        if real(n) > LARGEST_COUNT:
            raise DataError(f"n is above {LARGEST_COUNT}, beyond which whole numbers are not counted exactly.")
        names = published_tables.names(cov if cov is not None else corr, items)
        matrix = published_tables.matrix(cov, corr, sd, names)
        if divisor == "n-1":
            matrix = matrix * ((n - 1) / n)
        means = np.full(len(names), np.nan) if mean is None else published_tables.vector(mean, names, "mean")
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
        """Effective sample size ``(sum w)^2 / sum w^2`` (Kish 1965): unweighted rows with equally precise means."""
        if self.squares is None:
            return self.n.astype(np.float64)
        return np.asarray(self.weight**2 / np.where(self.squares > 0, self.squares, np.nan))

    @property
    def p(self) -> int:
        """Number of items."""
        return len(self.items)

    def select(self, items: Sequence[str]) -> Moments:
        """Return the moments of some items, in the order given.

        Parameters
        ----------
        items
            Names of items.

        Returns
        -------
        Moments

        Raises
        ------
        DataError
            If an item is not in the moments.

        Examples
        --------
        >>> moments = cs.Moments.from_rows(cs.datasets.retail_survey().rows(["s1", "s2", "s3"]))
        >>> moments.select(["s3", "s1"]).mean.round(2)
        array([6.98, 7.57])
        """
        items = names_of("items", items, once=False)
        if items == self.items:
            return self
        for item in items:
            if item not in self.items:
                raise DataError(f"There is no item {shown(item)} in the moments{nearest(item, self.items)}.")
        index = np.array([self.items.index(item) for item in items], dtype=np.intp)
        return replace(
            self,
            mean=self.mean[..., index],
            cov=self.cov[..., index[:, None], index],
            items=items,
            scales=tuple(self.scales[i] for i in index),
        )

    def merge(self, other: Moments) -> Moments:
        """Pool two sets of moments exactly: the result equals the moments of the combined rows.

        Parameters
        ----------
        other
            Moments of the same items and groups, in the same order.

        Returns
        -------
        Moments

        Raises
        ------
        DataError
            If the items, groups or scales differ, or one of the two has no means.

        Notes
        -----
        Cross-products are joined by the pairwise update of Chan, Golub and LeVeque (1983, The American Statistician 37,
        242-247).

        Examples
        --------
        >>> frame = cs.datasets.retail_survey().frame
        >>> halves = [frame[:1200], frame[1200:]]
        >>> first, second = (cs.Moments.from_rows(cs.Survey(half).rows(["s1", "s2"])) for half in halves)
        >>> first.merge(second)
        Moments(n=2259, 2 items, dropped=141)
        """
        check_kind("other", other, Moments)
        if self.items != other.items or self.groups != other.groups:
            raise DataError("Only moments of the same items and groups, in the same order, can be merged.")
        if self.scales != other.scales:
            pairs = zip(self.items, self.scales, other.scales, strict=True)
            raise DataError(f"{listed(item for item, a, b in pairs if a != b)} have another scale in the moments "
                            "to be merged; only answers on one scale can be pooled.")  # fmt: skip
        if np.isnan(self.mean).any() or np.isnan(other.mean).any():
            raise DataError("Moments without means cannot be merged: pooled covariances need them; give mean=.")
        weight = self.weight + other.weight
        # A group may be empty on one side or on both: it then adds nothing, and its covariances are nan.
        filled = np.asarray(weight > 0)
        a = np.divide(self.weight, weight, out=np.zeros_like(weight), where=filled)
        b = np.divide(other.weight, weight, out=np.zeros_like(weight), where=filled)
        shift = other.mean - self.mean
        between = (a * b)[..., None, None] * (shift[..., :, None] * shift[..., None, :])
        return replace(
            self,
            n=self.n + other.n,
            weight=weight,
            mean=self.mean + b[..., None] * shift,
            cov=np.where(filled[..., None, None], _share(self, a) + _share(other, b) + between, np.nan),
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
    """Reason why no row can be used."""
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
    """Covariances times the moments' share of the weight, zero for a group without weight."""
    return np.asarray(np.where((moments.weight > 0)[..., None, None], moments.cov, 0.0) * share[..., None, None])


def _squares(moments: Moments) -> FloatArray:
    return moments.n.astype(np.float64) if moments.squares is None else moments.squares
