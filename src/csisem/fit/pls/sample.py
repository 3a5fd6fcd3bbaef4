"""The columns that PLS is estimated from: the items, and the products of items that interactions need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.composite.plan import Plan
from csisem.composite.products import Products
from csisem.errors import DataError
from csisem.moments.crossproducts import CrossProducts, Sums
from csisem.moments.moments import Moments
from csisem.survey.rows import Batch

if TYPE_CHECKING:
    from csisem.survey.survey import Survey

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Moments of the P columns of a plan in G groups.

    Attributes
    ----------
    centre
        What items are taken about before they are multiplied, (p,).
    mean
        Means of the columns about the centre, (G, P).
    cov
        Covariances with divisor n (sum of weights), (G, P, P).
    """

    centre: FloatArray
    mean: FloatArray
    cov: FloatArray


def columns_of(plan: Plan, moments: Moments, survey: Survey | None, by: tuple[str, ...]) -> Columns:
    """Take the items' moments, or read the rows once more for the products of items.

    Raises
    ------
    DataError
        There are products, and no rows.
    """
    groups, p = moments.n.reshape(-1).size, len(moments.items)
    mean, cov = moments.mean.reshape(groups, p), moments.cov.reshape(groups, p, p)
    share = moments.weight.reshape(-1) / moments.weight.sum()
    centre: FloatArray = share @ np.where(np.isnan(mean), 0.0, mean)
    if plan.products is None:
        return Columns(centre, mean - centre, cov)
    if survey is None:
        name = plan.constructs[plan.terms[0]]
        raise DataError(f"The interaction {name!r} is a product of answers, and moments carry no rows; give the "
                        "answers.")  # fmt: skip
    sums = survey.rows(plan.items, by=by).reduce(ProductsToo(plan.products, centre))
    order = [sums.labels.index(label) for label in moments.groups or (None,)]
    return Columns(centre, sums.mean[order], (sums.cross / sums.weight[:, None, None])[order])


@dataclass(frozen=True, slots=True, eq=False)
class ProductsToo:
    """Kernel of means and cross-products of items about a centre (p,) and of their products."""

    products: Products
    centre: FloatArray

    def partial(self, batch: Batch) -> Sums:
        values = self.products.augment(batch.values - self.centre[:, None])
        return CrossProducts().partial(replace(batch, values=values))

    def merge(self, left: Sums, right: Sums) -> Sums:
        return CrossProducts().merge(left, right)
