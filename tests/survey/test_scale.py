"""Scales: bounds, codes, reversal and the way to 0-100."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csisem.errors import ScaleError
from csisem.survey import Scale, as_scale

bounds = st.tuples(st.integers(-50, 50), st.integers(1, 100)).map(lambda pair: (pair[0], pair[0] + pair[1]))
# A scale's own unit is at most a few hundred here, so a relative 1e-12 is a few hundred units in the last place.
TOLERANCE = 1e-12


@given(bounds, st.lists(st.floats(-1e3, 1e3), min_size=1))
def test_from_100_inverts_to_100(ends: tuple[int, int], answers: list[float]) -> None:
    scale = Scale(*ends)
    back = scale.from_100(scale.to_100(np.array(answers)))
    np.testing.assert_allclose(back, answers, rtol=TOLERANCE, atol=1e3 * TOLERANCE)


@given(bounds, st.data())
def test_reversing_twice_changes_nothing(ends: tuple[int, int], data: st.DataObject) -> None:
    scale = Scale(*ends, reverse=True)
    answers = np.array(data.draw(st.lists(st.integers(*ends), min_size=1)), dtype=float)
    np.testing.assert_array_equal(scale.clean(scale.clean(answers)), answers)


def test_ends_map_to_0_and_100_and_scalars_stay_scalars() -> None:
    scale = Scale(1, 10)
    assert scale.to_100(1) == 0.0
    assert scale.to_100(10) == 100.0
    assert isinstance(scale.to_100(5), float)
    assert scale.from_100(50.0) == 5.5


def test_clean_blanks_codes_before_it_turns_answers() -> None:
    scale = Scale(1, 5, reverse=True, missing_codes=(99,), not_applicable=(-1, 6))
    np.testing.assert_array_equal(scale.clean([1, 5, 99, -1, 6, np.nan]), [5, 1, np.nan, np.nan, np.nan, np.nan])
    assert scale.codes == (99.0, -1.0, 6.0)


@pytest.mark.parametrize(
    ("low", "high"), [(10, 1), (3, 3), (float("nan"), 3), (0, float("inf")), ("1", 10), (False, 1)]
)
def test_bounds_out_of_order_or_not_finite_are_refused(low: float, high: float) -> None:
    with pytest.raises(ScaleError, match="finite bounds low < high"):
        Scale(low, high)


def test_a_code_inside_the_bounds_is_ambiguous() -> None:
    with pytest.raises(ScaleError, match=r"Code 9 lies within the scale 1-10"):
        Scale(1, 10, missing_codes=(9,))
    assert Scale(1, 5, missing_codes=(9,)).missing_codes == (9.0,)


def test_a_code_has_one_meaning() -> None:
    with pytest.raises(ScaleError, match="Code 99 is both in missing_codes and in not_applicable"):
        Scale(1, 10, missing_codes=(99,), not_applicable=(99,))


@pytest.mark.parametrize("code", [float("nan"), "99", None])
def test_codes_are_finite_numbers(code: object) -> None:
    with pytest.raises(ScaleError, match="missing_codes= must be finite numbers"):
        Scale(1, 10, missing_codes=(code,))  # type: ignore[arg-type]


def test_as_scale_takes_a_pair_or_a_scale_only() -> None:
    scale = Scale(0, 10)
    assert as_scale(scale) is scale
    assert as_scale((0, 10)) == scale == as_scale([0, 10])
    with pytest.raises(ScaleError, match=r"pair \(low, high\) or a csisem.Scale; got 10"):
        as_scale(10)


def test_text_of_a_scale_keeps_negative_bounds_legible() -> None:
    assert str(Scale(1, 10)) == "1-10"
    assert str(Scale(-2, 2)) == "-2 to 2"


def test_scales_with_equal_meaning_are_equal_and_hash_alike() -> None:
    assert hash(Scale(1, 10, labels={1: "差"})) == hash(Scale(1.0, 10.0, labels={1: "差"}))
    assert Scale(1, 10) != Scale(1, 10, reverse=True)
