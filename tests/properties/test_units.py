"""Any item times a constant changes nothing but its own units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import csisem as cs

FAST = settings(max_examples=12, deadline=None, derandomize=True)
ITEMS = list("abcdeyz")
TEXTS = [
    "F =~ a + b + c\ny ~ F",
    "F =~ a + b + c\nG =~ d + e\nG ~ F\ny ~ G + F",
    "F =~ NA*a + b + c\nF ~~ 1*F\nF ~ z\ny ~ F + z",
    "F =~ a + b + c + d\nb ~~ c",
]
WAYS = [
    {"missing": "fiml"},
    {"missing": "fiml", "estimator": "MLR"},
    {},
    {"meanstructure": True},
    {"estimator": "MLM"},
    {"estimator": "MLMV"},
    {"estimator": "GLS"},
    {"estimator": "WLS"},
    {"estimator": "DWLS"},
]


def _answers(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(400, 1))
    second = 0.6 * first + rng.normal(size=(400, 1))
    loads = np.hstack([np.repeat(first, 3, axis=1), np.repeat(second, 2, axis=1), first + second, 0.4 * first])
    frame = pd.DataFrame(5 + loads + rng.normal(size=(400, 7)), columns=ITEMS)
    for k, item in enumerate("abdy"):
        frame.loc[rng.random(400) < 0.05 + 0.03 * k, item] = np.nan
    return frame


def _figures(fit: cs.Fit) -> np.ndarray:
    assert fit.status.usable
    frame = fit.parameters
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (frame["est"] / frame["se"]).to_numpy()
    measures = fit.fit_measures()
    return np.concatenate([frame["std"], ratio, measures[["chisq", "df", "cfi", "rmsea", "srmr"]]])


@pytest.mark.parametrize("way", WAYS, ids=str)
@FAST
@given(
    st.sampled_from(TEXTS),
    st.lists(st.integers(-8, 8), min_size=7, max_size=7),
    st.integers(0, 100),
)
# Pivots of the raw information left no digit of its inverse.
@example(TEXTS[0], [-7, 0, 1, 0, 0, 1, 0], 1)
def test_a_covariance_structure_has_no_units(way, text, powers, seed):
    frame, model = _answers(seed), cs.Model.from_syntax(text)
    plain, scaled = (model.fit(data, **way) for data in (frame, frame * 10.0 ** np.array(powers)))
    # Whether items of one block spread alike, of which a warning tells, is a matter of units.
    assert (scaled.status.usable, scaled.status.admissible) == (plain.status.usable, plain.status.admissible)
    np.testing.assert_allclose(_figures(scaled), _figures(plain), rtol=1e-7, atol=1e-7)
    # Estimates are in the items' own units.
    unit = dict(zip(ITEMS, 10.0 ** np.array(powers), strict=True))
    variances = plain.parameters.query("op == '~~' and lhs == rhs and lhs in @ITEMS").set_index("lhs")["est"]
    own = scaled.parameters.query("op == '~~' and lhs == rhs and lhs in @ITEMS").set_index("lhs")["est"]
    for item, variance in variances.items():
        assert own[item] == pytest.approx(variance * unit[item] ** 2, rel=1e-7, abs=1e-9 * unit[item] ** 2)


@pytest.mark.parametrize("missing", ["em", "mean", "pairwise"])
@FAST
@given(st.lists(st.integers(-8, 8), min_size=7, max_size=7), st.integers(0, 100))
def test_a_path_model_has_no_units(missing, powers, seed):
    frame, model = _answers(seed), cs.Model.from_syntax(TEXTS[1])
    plain, scaled = (
        model.fit(data, estimator="PLS", missing=missing) for data in (frame, frame * 10.0 ** np.array(powers))
    )
    np.testing.assert_allclose(scaled.parameters["std"], plain.parameters["std"], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(scaled.paths["est"], plain.paths["est"], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(scaled.paths["se"], plain.paths["se"], rtol=1e-6, atol=1e-8)


def test_equal_loadings_and_groups_keep_their_meaning():
    frame = _answers(3).assign(g=np.where(np.arange(400) % 2, "x", "y"))
    text = "F =~ l*a + l*b + c\ny ~ F\nc ~~ v*c"
    model = cs.Model.from_syntax(text)
    for way in ({"missing": "fiml"}, {}):
        plain, scaled = (
            model.fit(data, groups="g", equal=["loadings"], **way)
            for data in (frame, frame.assign(y=frame["y"] * 1e8, c=frame["c"] * 1e-8))
        )
        np.testing.assert_allclose(_figures(scaled), _figures(plain), rtol=1e-7, atol=1e-7)


def test_replicates_have_no_units():
    frame = _answers(5)
    model = cs.Model.from_syntax(TEXTS[0])
    errors = []
    for factor in (1.0, 4e6):
        fit = model.fit(frame.assign(y=frame["y"] * factor), missing="fiml")
        errors.append(cs.bootstrap(fit, n=60, seed=1).intervals()["std_se"])
    np.testing.assert_allclose(*errors, rtol=1e-4)
