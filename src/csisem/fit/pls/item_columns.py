"""Columns that PLS is estimated from: items and products of items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import FloatArray
from csisem.composite.interaction_moments import Products
from csisem.composite.plan import Plan
from csisem.errors import DataError
from csisem.moments.moments import Moments
from csisem.survey.rows.rows import Batch, Rows, Source
from csisem.survey.survey import Survey


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The P columns that are read of the rows: p items, and products of centred items.

    Attributes
    ----------
    plan
        The compiled model, with its products.
    centre
        Centre of the items in products, (p,).
    """

    plan: Plan
    centre: FloatArray

    @property
    def offset(self) -> FloatArray:
        """Subtracted from the columns' means before these are used, (P,)."""
        return np.concatenate([self.centre, np.zeros(self.plan.width - len(self.centre))])

    def of(self, rows: Rows) -> Rows:
        """Append the products to the rows of the items."""
        products = self.plan.products
        if products is None:
            return rows
        names = self.plan.child_names[: self.plan.width]
        scales = (*rows.scales, *([None] * len(products.pairs)))
        return replace(rows, items=names, scales=scales, source=_WithProducts(rows.source, products, self.centre))


@dataclass(frozen=True, slots=True, eq=False)
class _WithProducts:
    """Batches of items and products."""

    source: Source
    products: Products
    centre: FloatArray

    def batches(self) -> Iterator[Batch]:
        for batch in self.source.batches():
            values = self.products.augment(batch.values - self.centre[:, None])
            values[: len(self.centre)] = batch.values
            yield replace(batch, values=values)


def columns_of(plan: Plan, moments: Moments, survey: Survey | None, by: tuple[str, ...]) -> tuple[Columns, Moments]:
    """The columns of a plan and their moments; products of items take one more pass over the rows."""
    p = len(moments.items)
    share = moments.weight.reshape(-1) / moments.weight.sum()
    columns = Columns(plan, share @ np.nan_to_num(moments.mean.reshape(-1, p)))
    if plan.products is None:
        return columns, moments
    if survey is None:
        name = plan.constructs[plan.terms[0]]
        raise DataError(f"The interaction {name!r} is a product of answers, and moments carry no rows; give the "
                        "answers.")  # fmt: skip
    return columns, Moments.from_rows(columns.of(survey.rows(plan.items, by=by)))
