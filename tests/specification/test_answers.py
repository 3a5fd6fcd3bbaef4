"""Answers: skewness keeps the covariances, scales and blanks do what they say, a seed repeats."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csisem.errors import CsisemError, ModelError, OptionError, ScaleError
from csisem.specification.simulation.response_scales import Margins
from csisem.survey import Design, Scale, Survey
from simulated import MODEL, SIGMAS, VALUES, N, people


def sampling_error(data: np.ndarray) -> np.ndarray:
    """Standard errors of covariances from fourth moments: Var(s_ij) = (E x_i^2 x_j^2 - sigma_ij^2) / n."""
    x = data - data.mean(axis=0)
    return np.sqrt(((x**2).T @ x**2 / len(x) - (x.T @ x / len(x)) ** 2) / len(x))


@given(st.floats(-6, 6))
def test_margins_have_mean_0_variance_1_and_the_skewness(skewness: float) -> None:
    z, weight = np.polynomial.hermite_e.hermegauss(80)
    weight = weight / weight.sum()
    x = Margins.of(np.array([skewness])).bend(z[:, None].copy())[:, 0]
    assert (np.diff(x) >= 0).all()
    # Gauss-Hermite quadrature of exponentials; 1e-9 is its own error at |skewness| = 6.
    assert weight @ x == pytest.approx(0.0, abs=1e-9)
    assert weight @ x**2 == pytest.approx(1.0, rel=1e-9)
    # Below 3e-8 an item counts as normal.
    assert weight @ x**3 == pytest.approx(skewness, rel=1e-7, abs=4e-8)


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(-0.5, 0.9))
def test_bent_pairs_have_the_correlation(first: float, second: float, r: float) -> None:
    shape = Margins.of(np.array([first, second]))
    rho = shape.deviates(np.array([[1.0, r], [r, 1.0]]))
    np.testing.assert_allclose(np.diag(rho), 1.0, rtol=1e-9)
    if not abs(rho[0, 1]) < 1:
        return  # No pair of this shape correlates so.
    z, weight = np.polynomial.hermite_e.hermegauss(60)
    weight = weight / weight.sum()
    a, b = (grid.ravel() for grid in np.meshgrid(z, z))
    bent = shape.bend(np.column_stack([a, rho[0, 1] * a + np.sqrt(1 - rho[0, 1] ** 2) * b]))
    assert np.outer(weight, weight).ravel() @ (bent[:, 0] * bent[:, 1]) == pytest.approx(r, abs=1e-7)


@pytest.mark.parametrize("skew", [-1.0, 0.8, {"*": -1.2, "c1": 0.0, "q1": 0.5}])
def test_skewed_answers_keep_the_covariances(skew: float | dict[str, float]) -> None:
    sigma = people(MODEL.to_syntax(), VALUES).cov
    frame = MODEL.simulate(N, VALUES, skew=skew, seed=5)
    data = frame.to_numpy()
    assert (np.abs(np.cov(data.T) - sigma) < SIGMAS * sampling_error(data)).all()
    wanted = [skew.get(item, skew["*"]) if isinstance(skew, dict) else skew for item in frame.columns]
    # The skewness of these shapes has a standard error below 15 / sqrt(n) (normal: sqrt(6 / n)).
    np.testing.assert_allclose(frame.skew(), wanted, atol=SIGMAS * 15 / np.sqrt(N))


def test_answers_are_whole_numbers_on_the_scale() -> None:
    frame = MODEL.simulate(5000, VALUES, scale={"*": (1, 10), "c1": (0, 1)}, seed=1)
    assert (frame.dtypes == np.int64).all()
    assert frame["q1"].between(1, 10).all()
    assert sorted(frame["c1"].unique()) == [0, 1]
    wide = MODEL.simulate(5000, {**VALUES, "Quality ~~ Quality": 50.0}, scale=(1, 7), seed=1)
    assert sorted(wide["q1"].unique()) == [1, 2, 3, 4, 5, 6, 7]


def test_discretising_is_the_same_draw_rounded() -> None:
    values = VALUES | {"q1 ~1": 4.0, "s1 ~1": 3.0}
    plain = MODEL.simulate(200, values, seed=8)
    scaled = MODEL.simulate(200, values, scale={"q1": (1, 7), "s1": (0, 1)}, seed=8)
    np.testing.assert_array_equal(scaled["q1"], plain["q1"].round().clip(1, 7))
    np.testing.assert_array_equal(scaled["s1"], (plain["s1"] > 0.5).astype(int))
    np.testing.assert_allclose(scaled["q2"], plain["q2"])


def test_a_reversed_scale_records_what_the_survey_turns_back() -> None:
    scale = {"*": Scale(1, 7), "q2": Scale(1, 7, reverse=True)}
    frame = MODEL.simulate(400, VALUES, scale=scale, seed=1)
    assert frame["q1"].corr(frame["q2"]) < 0
    straight = MODEL.simulate(400, VALUES, scale=(1, 7), seed=1)
    np.testing.assert_array_equal(Survey(frame, scale=scale).answers(["q2"])["q2"], straight["q2"])


def test_blanks_are_a_share_drawn_at_random_and_leave_the_rest() -> None:
    full = MODEL.simulate(20_000, VALUES, scale=(1, 10), seed=3)
    holed = MODEL.simulate(20_000, VALUES, scale=(1, 10), missing=0.1, seed=3)
    share = holed.isna().to_numpy().mean()
    assert abs(share - 0.1) < SIGMAS * np.sqrt(0.09 / full.size)
    np.testing.assert_array_equal(holed.fillna(full), full)


def test_a_seed_gives_the_same_frame_and_leaves_the_global_state() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first = MODEL.simulate(100, VALUES, missing=0.2, skew=-1, seed=11)
    pd.testing.assert_frame_equal(first, MODEL.simulate(100, VALUES, missing=0.2, skew=-1, seed=11))
    assert not first.equals(MODEL.simulate(100, VALUES, missing=0.2, skew=-1, seed=12))
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n": 0}, OptionError, "n=0 is not a whole number of at least 1"),
        ({"n": 2.5}, OptionError, "n=2.5 is not a whole number of at least 1"),
        ({"seed": -1}, OptionError, "seed=-1 is not a whole number of at least 0"),
        ({"seed": None}, OptionError, "seed=None is not a whole number of at least 0"),
        ({"missing": 1.0}, OptionError, "missing=1.0 is not a share"),
        ({"skew": math.inf}, OptionError, "skew=inf is not a finite number"),
        ({"skew": {"q9": 1.0}}, OptionError, r"skew= names 'q9'.*did you mean 'q\d'"),
        ({"skew": 40.0}, ModelError, r"cannot correlate -0\.\d+, as 'q1' and 'c1' do"),
        ({"scale": {"q9": (1, 5)}}, OptionError, "scale= names 'q9'"),
        ({"scale": (5, 1)}, ScaleError, "low < high"),
        (
            {"design": Design(weights="w")},
            OptionError,
            "takes a SampleDesign, which describes a sample to draw, not 'Design'",
        ),
    ],
)
def test_options_that_cannot_be_are_refused(options: dict[str, object], error: type[CsisemError], message: str) -> None:
    with pytest.raises(error, match=message):
        MODEL.simulate(**({"n": 10, "values": VALUES, "seed": 1} | options))  # type: ignore[arg-type]
