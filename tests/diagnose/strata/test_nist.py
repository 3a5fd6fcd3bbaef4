"""One-way analysis of variance of NIST's certified sets, beside exact arithmetic and three other packages."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy

import csisem as cs

NIST = Path(scipy.__file__).parent / "stats" / "tests" / "data" / "nist_anova"
# Digits that are asked for, and how far short of them rounding may leave a figure.
DIGITS, SHORT = 13.0, 0.5


def _nist(name):
    rows = [line.split() for line in (NIST / name).read_text().splitlines()[60:] if line.strip()]
    return np.array([int(row[0]) - 1 for row in rows]), np.array([float(row[1]) for row in rows])


def _exact(codes, values):
    """F of the doubles themselves, in rational arithmetic."""
    count, exact = int(codes.max()) + 1, [Fraction(value) for value in values.tolist()]
    n = np.bincount(codes).tolist()
    sums = [Fraction(0)] * count
    for code, value in zip(codes.tolist(), exact, strict=True):
        sums[code] += value
    mean, grand = [total / size for total, size in zip(sums, n, strict=True)], sum(sums) / len(exact)
    between = sum(size * (own - grand) ** 2 for size, own in zip(n, mean, strict=True))
    within = sum((value - mean[code]) ** 2 for code, value in zip(codes.tolist(), exact, strict=True))
    return (between / (count - 1)) / (within / (len(exact) - count))


def _digits(found, exact):
    error = abs(Fraction(float(found)) - exact) / exact
    return DIGITS if not error else min(DIGITS, -math.log10(error))


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # statsmodels and pingouin under pandas 3.1
@pytest.mark.parametrize("name", sorted(path.name for path in NIST.glob("*.dat")))
def test_nist_s_sets_within_half_a_digit_of_exact_arithmetic_and_of_the_best_of_others(name):
    import pingouin
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    codes, values = _nist(name)
    exact, frame = _exact(codes, values), pd.DataFrame({"y": values, "g": codes})
    groups = [values[codes == k] for k in range(codes.max() + 1)]
    theirs = {
        "scipy": scipy.stats.f_oneway(*groups).statistic,
        "statsmodels": sm.stats.anova_lm(smf.ols("y ~ C(g)", frame).fit())["F"].iloc[0],
        "pingouin": pingouin.anova(frame, dv="y", between="g", detailed=True)["F"].iloc[0],
    }
    ours = _digits(cs.diagnose.anova(frame, "y", by="g").table.set_index("method").loc["classical", "statistic"], exact)
    assert ours >= DIGITS - SHORT
    assert ours >= max(_digits(other, exact) for other in theirs.values()) - SHORT


def test_there_are_eleven_sets_of_nist():
    assert len(list(NIST.glob("*.dat"))) == 11
