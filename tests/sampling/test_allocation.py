"""Allocation to strata: computed figures, svy, optimality, and whole numbers that add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import csisem as cs

allocate = cs.sampling.allocate
N = {"华东": 4000, "华北": 3000, "西南": 2000}
S = {"华东": 3.0, "华北": 3.0, "西南": 2.0}
COST = {"华东": 10.0, "华北": 10.0, "西南": 20.0}


@pytest.mark.parametrize(
    ("method", "exact", "n"),
    [
        ("proportional", [218.22, 163.67, 109.11], [218, 164, 109]),
        ("equal", [163.67, 163.67, 163.67], [164, 164, 163]),
        ("neyman", [235.68, 176.76, 78.56], [236, 177, 78]),
        ("cost", [247.268, 185.451, 58.282], [247, 186, 58]),
    ],
)
def test_computed_figures(method, exact, n):
    given = {"sds": S} if method in ("neyman", "cost") else {}
    frame = allocate(491, N, method=method, costs=COST if method == "cost" else None, **given)
    np.testing.assert_allclose(frame["exact"], exact, atol=5e-3)
    assert frame["n"].tolist() == n
    assert frame.index.tolist() == list(N)
    np.testing.assert_allclose(frame["weight"] * frame["n"], frame["size"])


def test_svy_agrees():
    import svy

    for method in ("proportional", "neyman", "equal"):
        sigma = {"sigma": S} if method == "neyman" else {}
        theirs = svy.SampleSize().allocate(491, pop_size=N, method=method, **sigma).to_polars().to_dicts()
        ours = allocate(491, N, method=method, **({"sds": S} if method == "neyman" else {}))
        assert ours["n"].to_dict() == {row["stratum"]: row["n"] for row in theirs}


def test_minima_and_caps_move_the_rest():
    frame = allocate(500, {"大": 10_000, "中": 1_000, "小": 40, "微": 1}, minimum=30, maximum={"大": 300, "中": 900,
                     "小": 100, "微": 9})  # fmt: skip
    assert frame["n"].to_dict() == {"大": 300, "中": 169, "小": 30, "微": 1}
    assert allocate(10, {"a": 5, "b": 5})["n"].tolist() == [5, 5]
    spread = allocate(10, {"a": 100, "b": 100, "c": 100}, method="neyman", sds={"a": 1, "b": 2, "c": 0}, minimum=0)
    assert spread["n"].tolist() == [3, 7, 0]
    assert np.isnan(spread["weight"]["c"])


def test_a_weight_is_the_stratum_s_customers_by_its_answers():
    """Also with one answer in a stratum; weights over all answers add up to the customers (Cochran 1977, 5.3)."""
    frame = allocate(8, {"east": 600, "west": 100, "island": 1}, minimum=1)
    assert frame["n"].tolist() == [6, 1, 1]
    assert frame["weight"].tolist() == [100, 100, 1]
    assert frame["fraction"].tolist() == [0.01, 0.01, 1]
    assert (frame["weight"] * frame["n"]).sum() == 701


def _variance(n, size, sd):
    return (size**2 * sd**2 * (1 / n - 1 / size)).sum()


@given(
    st.lists(st.tuples(st.integers(20, 5000), st.floats(0.1, 10)), min_size=2, max_size=6),
    st.integers(0, 100),
    st.data(),
)
def test_neyman_is_best_within_its_bounds_and_adds_up(strata, share, data):
    size, sd = np.array([one[0] for one in strata]), np.array([one[1] for one in strata])
    names = [f"第{i}层" for i in range(len(strata))]
    n = 2 * len(strata) + share * (int(size.sum()) - 2 * len(strata)) // 100
    frame = allocate(n, dict(zip(names, size, strict=True)), method="neyman", sds=dict(zip(names, sd, strict=True)))
    assert frame["n"].sum() == n
    assert ((frame["n"] >= 2) & (frame["n"] <= size)).all()
    exact = frame["exact"].to_numpy()
    # No small move between two strata that stays within the bounds lowers the variance.
    i, j = data.draw(st.tuples(st.integers(0, len(strata) - 1), st.integers(0, len(strata) - 1)))
    moved = exact.copy()
    step = min(0.01, size[i] - exact[i], exact[j] - 2)
    if i != j and step > 1e-6:
        moved[i] += step
        moved[j] -= step
        assert _variance(moved, size, sd) >= _variance(exact, size, sd) * (1 - 1e-12)


def test_many_strata_at_once():
    rng = np.random.default_rng(7)
    sizes = pd.Series(rng.integers(1, 10_000, 20_000))
    frame = allocate(200_000, sizes)
    assert frame["n"].sum() == 200_000
    assert (frame["n"] >= np.minimum(sizes, 2)).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: allocate(0, N), "n=0 is not a whole number"),
        (lambda: allocate(5, N), "n=5 is less than the 6 that minimum= asks for in 3 strata"),
        (lambda: allocate(9001, N), "n=9001 is more than the 9000 that can be drawn"),
        (lambda: allocate(10, N, method="neymann"), "did you mean 'neyman'"),
        (lambda: allocate(10, N, method="neyman"), "needs sds="),
        (lambda: allocate(10, N, method="cost", sds=S), "needs costs="),
        (lambda: allocate(10, N, sds=S), "sds= are not used by method='proportional'"),
        (lambda: allocate(10, N, costs=COST), "costs= are not used"),
        (lambda: allocate(10, N, method="neyman", sds={**S, "华南": 1.0}), "names '华南', which is not a stratum"),
        (lambda: allocate(10, N, method="neyman", sds=0), "sds= are all zero"),
        (lambda: allocate(10, {"东": -1}), "sizes= is -1 for '东', not a number above zero"),
        (lambda: allocate(10, {"东": "many"}), "sizes= is 'many' for '东'"),
        (lambda: allocate(10, {}), "names no strata"),
        (lambda: allocate(10, [1, 2]), "mapping from stratum to number"),
        (lambda: allocate(10, N, minimum=2.5), "minimum=2.5 is not a whole number"),
        (lambda: allocate(10, N, minimum=5, maximum=4), "minimum= is above maximum= in stratum '华东'"),
        (lambda: allocate(5000, N, method="neyman", sds={"华东": 1, "华北": 0, "西南": 0}, minimum=0),
         "more than the 4000 that can be drawn in the strata with a standard deviation above zero"),
    ],
)  # fmt: skip
def test_refusals(call, message):
    with pytest.raises(cs.OptionError, match=message):
        call()
