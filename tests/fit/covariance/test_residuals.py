"""Residual tables against lavaan, and what they refuse."""

from __future__ import annotations

import json

import numpy as np
import pytest

import csisem as cs
from lavaan_golden import FOLDER, answers

# lavaan's default runs stop early; a residual divided by its own small error keeps three digits.
DEFAULT, STANDARDIZED = 1e-4, 2e-3
# Below this share of the sample moment's variance lavaan's own variance of a residual is rounding.
NOTHING_LEFT = 1e3


@pytest.fixture(scope="module")
def golden():
    return json.loads((FOLDER.parent / "lavaan-0.6-14-diagnosis" / "residuals" / "mobi_small.json").read_text())


CASES = {
    "ML": {},
    "MLR": {"estimator": "MLR"},
    "MLM": {"estimator": "MLM"},
    "GLS": {"estimator": "GLS"},
    "means": {"meanstructure": True},
    "second_group": {"groups": "half"},
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", ["normalized", "standardized"])
def test_residuals_are_lavaans(golden, case, kind):
    frame = answers("mobi").assign(half=["a", "b"] * 125)
    fit = cs.Model.from_syntax(golden["syntax"]).fit(frame, **CASES[case])
    ours = fit.residuals(kind)
    if case == "MLR" and kind == "standardized":
        # lavaan puts the observed information here; ours are those of MLM, the same estimates with the expected one.
        case = "MLM"
    if "groups" in CASES[case]:
        ours = ours.loc["b"]
    names = golden[case][kind]["names"]
    theirs = np.array(golden[case][kind]["cov"], dtype=float)
    mine = ours.loc[names, names].to_numpy()
    known = ~np.isnan(mine) & (np.abs(theirs) < NOTHING_LEFT)
    assert known.sum() > 60
    tolerance = DEFAULT if kind == "normalized" else STANDARDIZED
    np.testing.assert_allclose(mine[known], theirs[known], rtol=tolerance, atol=tolerance)


def test_a_residual_that_is_always_zero_has_no_error(golden):
    standardized = cs.Model.from_syntax(golden["syntax"]).fit(answers("mobi")).residuals("standardized")
    assert np.isnan(np.diag(standardized)).all()
    assert np.isnan(standardized).to_numpy().sum() < 20


def test_refusals(golden):
    model = cs.Model.from_syntax(golden["syntax"])
    frame = answers("mobi").assign(w=1 + np.arange(250) % 3)
    with pytest.raises(cs.OptionError, match=r"the fit has sampling weights; take 'raw' or 'cor'"):
        model.fit(cs.Survey(frame, weights="w")).residuals("standardized")
    with pytest.raises(cs.OptionError, match=r"the fit has missing answers"):
        model.fit(answers("mobi_blank"), missing="fiml").residuals("normalized")
    with pytest.raises(cs.OptionError, match=r"did you mean 'standardized'"):
        model.fit(frame).residuals("standardised")
