"""Two-way analysis of variance, classical and under the sampling design."""

from __future__ import annotations

from itertools import product

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.strata.one_way import ROUNDING
from csisem.errors import DataError
from csisem.inference.contrasts import WaldTest, sum_to_zero, wald_f


def _levels(sample: Sample) -> tuple[IntArray, IntArray]:
    """Levels of the two factors in each row (m,), numbered; both factors must vary and be fully crossed."""
    levels = [list(dict.fromkeys(label[k] for label in sample.labels)) for k in (0, 1)]  # type: ignore[index]
    for name, own in zip(sample.by, levels, strict=True):
        if len(own) < 2:
            raise DataError(f"{name!r} has one level, {str(own[0])!r}, among the rows used; a factor needs two.")
    empty = [pair for pair in product(*levels) if pair not in set(sample.labels)]
    if empty:
        first, second = (f"{name} {str(level)!r}" for name, level in zip(sample.by, empty[0], strict=True))
        more = f" (and {len(empty) - 1} more)" if len(empty) > 1 else ""
        raise DataError(f"No row has {first} and {second}{more}; merge levels, or compare the factors one by one.")
    one, two = (
        np.array([own.index(label[k]) for label in sample.labels], dtype=np.intp)[sample.codes]  # type: ignore[index]
        for k, own in enumerate(levels)
    )
    return one, two


def terms_of(sample: Sample) -> pd.DataFrame:
    """Test both factors and their interaction, each given the others (type III, sum-to-zero contrasts).

    Classical: least squares of independent rows. Under the design: weighted least squares with the covariance by
    Taylor linearisation (Binder 1983, International Statistical Review 51, 279-292), Wald's F. statsmodels fits both.
    """
    by, values = sample.by, sample.values[:, 0]
    one, two = (sum_to_zero(int(place.max()) + 1)[place] for place in _levels(sample))
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


def _fitted(
    sample: Sample, columns: FloatArray, values: FloatArray, *, designed: bool
) -> tuple[FloatArray, FloatArray, float]:
    """Coefficients, their covariance, and the degrees of freedom of its estimate."""
    from statsmodels.regression.linear_model import OLS, WLS

    noise = ROUNDING * float(np.abs(sample.values[:, 0]).max())
    if not designed:
        fit = OLS(values, columns).fit(method="qr")
        # Residuals of rounding are none, which leaves no test.
        return fit.params, fit.cov_params() * (np.abs(fit.resid).max() > noise), float(fit.df_resid)
    fit = WLS(values, columns, weights=sample.weights).fit(method="qr")
    influence = (columns * np.where(np.abs(fit.resid) > noise, fit.resid, 0.0)[:, None]) @ fit.normalized_cov_params
    return fit.params, sample.variance(influence), sample.degrees() - columns.shape[1] + 1


def _row(term: str, method: str, test: WaldTest, *, designed: bool) -> dict[str, object]:
    signal = test.statistic * test.df1
    effect = signal / (signal + test.df2) if test.df2 > 0 else np.nan
    return {"term": term, "method": method, "statistic": test.statistic, "df1": test.df1, "df2": test.df2,
            "pvalue": test.pvalue, "effect": effect, "effect_size": "partial eta squared",
            "respects_design": designed}  # fmt: skip
