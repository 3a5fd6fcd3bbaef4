"""The baseline model of regressions: a closed form, and lavaan's figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import answers


@pytest.mark.parametrize("predictors", [1, 2, 3])
@pytest.mark.parametrize("options", [{}, {"missing": "fiml"}, {"estimator": "MLR"}])
def test_the_baseline_of_a_regression_keeps_what_predictors_share(predictors, options):
    """Chi-square ``-n log(1 - R^2)`` with one degree of freedom a predictor, whose covariances the baseline keeps."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(120, 3)) @ np.array([[1, 0.5, 0.2], [0, 1, 0.3], [0, 0, 1]])
    y = x @ [0.5, 0.3, 0.1] + rng.normal(size=120)
    names = [f"x{k + 1}" for k in range(predictors)]
    frame = pd.DataFrame(x[:, :predictors], columns=names).assign(y=y)
    given = np.column_stack([np.ones(120), x[:, :predictors]])
    rest = y - given @ np.linalg.lstsq(given, y, rcond=None)[0]
    measures = cs.Model.from_syntax(f"y ~ {' + '.join(names)}").fit(frame, **options).fit_measures()
    expected = -120 * np.log(rest @ rest / ((y - y.mean()) @ (y - y.mean())))
    assert measures["baseline.chisq"] == pytest.approx(expected, rel=1e-8)
    assert measures["baseline.df"] == predictors
    assert measures["cfi"] == 1.0


@pytest.mark.parametrize(
    ("estimator", "chisq"),
    [("ML", 77.440052547197), ("GLS", 52.3761110721183), ("ULS", 401.209485943775), ("WLS", 41.1269517700484)],
)
def test_the_baseline_keeps_the_covariance_of_two_predictors(estimator, chisq):
    """lavaan 0.6-14: fitMeasures(sem("CUSA1 ~ IMAG1 + IMAG2", mobi, estimator = ...), "baseline.chisq")."""
    measures = cs.Model.from_syntax("CUSA1 ~ IMAG1 + IMAG2").fit(answers("mobi"), estimator=estimator).fit_measures()
    assert measures["baseline.chisq"] == pytest.approx(chisq, rel=1e-9)
    assert measures["baseline.df"] == 2
