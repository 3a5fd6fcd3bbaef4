"""Intervals of indices at another confidence level: the same estimates and errors, other quantiles."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

import csisem as cs
from refusals import refusal

SURVEY = cs.datasets.retail_survey()
FIT = cs.datasets.retail_survey_model().fit(SURVEY)
TREE = cs.index.Hierarchy.from_dict({"q1": 0.6, "v1": 0.4})
FIRMS = pd.DataFrame({"firm": list("ABC"), "index": [66.2, 71.5, 74.8], "se": [1.1, 0.9, 0.7], "sales": [3, 1, 2]})
HALVES = [SURVEY.with_answers(SURVEY.frame.iloc[k::2]) for k in range(2)]


def _firms(shift: float, level: float) -> pd.DataFrame:
    return cs.index.aggregate(FIRMS.assign(index=FIRMS["index"] + shift), ["firm"], {"firm": "sales"}, level=level)


CALLS = {
    "csi": lambda level: cs.csi(FIT, level=level),
    "csi by firm": lambda level: cs.csi(FIT, by="firm", level=level),
    "nps": lambda level: cs.index.nps(SURVEY, "l1", by="firm", level=level),
    "score": lambda level: TREE.score(SURVEY, by="firm", level=level),
    "contributions of nodes": lambda level: TREE.contributions(*HALVES, level=level),
    "aggregate": lambda level: _firms(0.0, level),
}


@pytest.mark.parametrize("name", CALLS)
def test_intervals_take_the_quantile_of_their_level(name):
    usual, narrow = (CALLS[name](level) for level in (0.95, 0.8))
    pd.testing.assert_series_equal(usual["se"], narrow["se"])
    value = next(column for column in ("contribution", "nps", "index") if column in usual)
    width = t.ppf(0.9, np.array(narrow.attrs["degrees"])) * narrow["se"]
    np.testing.assert_allclose(narrow["ci_lower"], narrow[value] - width, rtol=1e-10)
    np.testing.assert_allclose(narrow["ci_upper"], narrow[value] + width, rtol=1e-10)


def test_contributions_of_units_take_the_normal_quantile():
    usual, narrow = (cs.index.contributions(_firms(0, 0.95), _firms(1, 0.95), level=level) for level in (0.95, 0.8))
    np.testing.assert_allclose(
        narrow["ci_upper"] - narrow["contribution"], t.ppf(0.9, np.inf) * usual["se"], rtol=1e-10
    )


def test_shares_and_bootstraps_have_narrower_intervals():
    fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    drawn = cs.bootstrap(FIT, n=99, seed=1, progress=False)
    for call in (
        lambda level: cs.index.top_box(SURVEY, "s1", by="firm", level=level),
        lambda level: cs.csi(FIT, bootstrap=drawn, level=level),
    ):
        usual, narrow = call(0.95), call(0.8)
        assert (narrow["ci_lower"] > usual["ci_lower"]).all()
        assert (narrow["ci_upper"] < usual["ci_upper"]).all()
    usual, narrow = (cs.improve.ipma(fit, "SAT", level=level) for level in (0.95, 0.8))
    for name in ("importance", "performance"):
        wide, slim = ((one[f"{name}_ci_upper"] - one[f"{name}_ci_lower"]) for one in (usual, narrow))
        np.testing.assert_allclose(slim / wide, t.ppf(0.9, np.inf) / t.ppf(0.975, np.inf), rtol=1e-10)


@pytest.mark.parametrize("name", [*CALLS, "top_box", "contributions of units", "ipma"])
def test_levels_are_between_0_and_1(name):
    others = {
        "top_box": lambda level: cs.index.top_box(SURVEY, "s1", level=level),
        "contributions of units": lambda level: cs.index.contributions(_firms(0, 0.95), _firms(1, 0.95), level=level),
        "ipma": lambda level: cs.improve.ipma(FIT, "Satisfaction", level=level),
    }
    assert refusal(cs.OptionError, lambda: (CALLS | others)[name](95)).startswith("level=95 ")
