"""Two-way analysis of variance, classical and under the sampling design."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.descriptive.complete_rows import Sample
from csisem.errors import DataError
from csisem.inference.contrasts import WaldTest, wald_f

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Two crossed factors: the levels of each, and each row's level (m,)."""

    levels: tuple[list[Hashable], list[Hashable]]
    first: IntArray
    second: IntArray

    @classmethod
    def of(cls, sample: Sample) -> Cells:
        """Split the crossed labels into those of the two factors."""
        by = sample.by
        levels = tuple(list(dict.fromkeys(label[k] for label in sample.labels)) for k in (0, 1))  # type: ignore[index]
        for name, own in zip(by, levels, strict=True):
            if len(own) < 2:
                raise DataError(f"{name!r} has one level, {str(own[0])!r}, among the rows used; a factor needs two.")
        present = set(sample.labels)
        empty = [(a, b) for a in levels[0] for b in levels[1] if (a, b) not in present]
        if empty:
            a, b = empty[0]
            more = f" (and {len(empty) - 1} more)" if len(empty) > 1 else ""
            raise DataError(f"No row has {by[0]} {str(a)!r} and {by[1]} {str(b)!r}{more}; merge levels, or compare the "
                            "factors one by one.")  # fmt: skip
        place = [np.array([own.index(label[k]) for label in sample.labels]) for k, own in enumerate(levels)]  # type: ignore[index]
        return cls((levels[0], levels[1]), place[0][sample.codes], place[1][sample.codes])


def terms_of(sample: Sample) -> pd.DataFrame:
    """Test both factors and their interaction, each given the others (type III, sum-to-zero contrasts).

    Classical: least squares of independent rows. Under the design: weighted least squares with the covariance by
    Taylor linearisation (Binder 1983, International Statistical Review 51, 279-292), Wald's F. statsmodels fits both.
    """
    import pandas as pd

    cells, by = Cells.of(sample), sample.by
    values = sample.values[:, 0]
    one, two = (_effects(place, len(own)) for place, own in zip((cells.first, cells.second), cells.levels, strict=True))
    both = (one[:, :, None] * two[:, None, :]).reshape(len(values), -1)
    columns = np.hstack([np.ones((len(values), 1)), one, two, both])
    ends = np.cumsum([1, one.shape[1], two.shape[1], both.shape[1]])
    terms = {name: slice(ends[k], ends[k + 1]) for k, name in enumerate((*by, f"{by[0]} x {by[1]}"))}
    middle = float(np.median(values))
    rows = []
    for method, designed in (("classical", False), ("design", True)):
        beta, covariance, degrees = _fitted(sample, columns, values - middle, designed=designed)
        for name, own in terms.items():
            test = wald_f(beta[own], covariance[own, own], degrees)
            rows.append(_row(name, method, test, designed=designed))
    return pd.DataFrame(rows)


def _effects(place: IntArray, count: int) -> FloatArray:
    """Sum-to-zero contrasts (m, count - 1) of a factor."""
    coding = np.vstack([np.eye(count - 1), -np.ones((1, count - 1))])
    return np.asarray(coding[place])


def _fitted(
    sample: Sample, columns: FloatArray, values: FloatArray, *, designed: bool
) -> tuple[FloatArray, FloatArray, float]:
    """Coefficients, their covariance, and the degrees of freedom of its estimate."""
    from statsmodels.regression.linear_model import OLS, WLS

    if not designed:
        fit = OLS(values, columns).fit(method="qr")
        return fit.params, fit.cov_params(), float(fit.df_resid)
    fit = WLS(values, columns, weights=sample.weights).fit(method="qr")
    influence = (columns * fit.resid[:, None]) @ fit.normalized_cov_params
    return fit.params, sample.variance(influence), sample.degrees() - columns.shape[1] + 1


def _row(term: str, method: str, test: WaldTest, *, designed: bool) -> dict[str, object]:
    signal = test.statistic * test.df1
    effect = signal / (signal + test.df2) if test.df2 > 0 else np.nan
    return {"term": term, "method": method, "statistic": test.statistic, "df1": test.df1, "df2": test.df2,
            "pvalue": test.pvalue, "effect": effect, "effect_size": "partial eta squared",
            "respects_design": designed}  # fmt: skip
