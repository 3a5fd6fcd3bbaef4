"""Sample sizes: published tables, figures computed independently, and the package svy."""

from __future__ import annotations

import pytest
import svy
from hypothesis import given
from hypothesis import strategies as st

import csisem as cs
from csisem.sampling import size

sampling = cs.sampling


def test_cochran_s_figures():
    # facts: 384.146, 1067.07; in populations of 1,000, 2,000 and 10,000 277.73, 322.39, 369.97
    assert sampling.size_proportion(0.5, margin=0.05) == 385
    assert sampling.size_proportion(margin=0.03) == 1068
    found = [sampling.size_proportion(0.5, margin=0.05, population=n) for n in (1000, 2000, 10000)]
    assert found == [278, 323, 370]
    n0 = size._z(0.95) ** 2 * 0.25 / 0.05**2
    assert n0 == pytest.approx(384.146, abs=5e-4)
    assert size._finite(n0, 1000, less=1.0) == pytest.approx(277.74, abs=1e-2)
    assert size._finite(n0, 1000) == pytest.approx(277.54, abs=1e-2)


def test_a_mean_and_an_index_are_one_formula():
    assert sampling.size_mean(2.0, margin=0.2) == 385  # (1.96 * 2 / 0.2)^2 = 384.15
    assert sampling.size_index(20.0, margin=2.0) == 385
    # An index with se 0.9 in 250 rows: its interval is +-1.764; a margin of 2 needs 250 (1.764 / 2)^2 rows.
    assert sampling.size_index(margin=2.0, pilot=(0.9, 250)) == 195
    assert sampling.size_mean(2.0, margin=0.2, deff=1.5, response_rate=0.4) == 1441  # 576.22 / 0.4 = 1440.55
    assert sampling.size_mean(2.0, margin=0.2, population=500) == 218  # 384.15 / 1.7683


def test_a_whole_number_is_not_rounded_up_once_more():
    z = size._z(0.95)
    assert sampling.size_mean(10.0, margin=10.0 * z / 20) == 400


@pytest.mark.parametrize("deff", [1.0, 1.7])
@pytest.mark.parametrize("population", [None, 3000])
@pytest.mark.parametrize("response", [1.0, 0.35])
def test_svy_agrees(deff, population, response):
    shared = {"deff": deff, "resp_rate": response, "pop_size": population}
    theirs = svy.SampleSize()
    mean = theirs.estimate_mean(sigma=18.0, moe=2.0, **shared).n
    share = theirs.estimate_prop(p=0.3, moe=0.04, **shared).n
    ours = {"deff": deff, "response_rate": response, "population": population}
    # svy rounds up after every step, so that it may ask for a few rows more, never fewer.
    for mine, other in (
        (sampling.size_mean(18.0, margin=2.0, **ours), mean),
        (sampling.size_proportion(0.3, margin=0.04, **ours), share),
    ):
        assert 0 <= other - mine <= 1 + (2 + deff) / response


def test_a_difference():
    # Two-sided 5 %, power 80 %: 2 (1.959964 + 0.841621)^2 (20 / 3)^2 = 697.68 in each group.
    assert sampling.size_difference(20.0, difference=3.0) == (698, 698)
    assert sampling.size_difference(20.0, difference=3.0, correlation=0.5) == (349, 349)
    first, second = sampling.size_difference(20.0, difference=3.0, ratio=2.0)
    assert (first, second) == (524, 1047)
    assert sampling.size_difference((20.0, 0.001), difference=3.0) == (349, 349)
    assert sampling.size_difference_proportions(0.5, 0.6) == (385, 385)  # Fleiss: 384.6


def test_what_is_sized_and_allocated_by_default_keeps_its_margin():
    # Cochran 1977, 5.3: V = sum W^2 S^2 (1/n - 1/N). Sized for Neyman's allocation it was 1.62 in place of 1.
    sizes, sds = {"a": 9000, "b": 900, "c": 100}, {"a": 2.0, "b": 20.0, "c": 60.0}
    plan = sampling.allocate(sampling.size_strata(sizes, sds, margin=1.0), sizes)
    parts = ((N / 10_000 * sds[h]) ** 2 * (1 / plan.loc[h, "n"] - 1 / N) for h, N in sizes.items())
    # Whole numbers by stratum are a little off the exact shares.
    assert size._z(0.95) * sum(parts) ** 0.5 == pytest.approx(1.0, rel=0.02)


def test_strata_by_every_allocation():
    sizes, sds = {"东": 4000, "西": 3000, "中": 2000}, {"东": 3.0, "西": 3.0, "中": 2.0}
    w, s, n = [4 / 9, 3 / 9, 2 / 9], [3.0, 3.0, 2.0], 9000
    v = (0.2 / size._z(0.95)) ** 2
    finite = sum(a * b**2 for a, b in zip(w, s, strict=True)) / n
    neyman = sum(a * b for a, b in zip(w, s, strict=True)) ** 2 / (v + finite)
    proportional = n * finite / (v + finite)
    assert sampling.size_strata(sizes, sds, margin=0.2, method="neyman") == int(neyman) + 1
    assert sampling.size_strata(sizes, sds, margin=0.2) == int(proportional) + 1
    cost = [10, 10, 20]
    by_cost = sum(a * b * c**0.5 for a, b, c in zip(w, s, cost, strict=True))
    by_cost *= sum(a * b / c**0.5 for a, b, c in zip(w, s, cost, strict=True)) / (v + finite)
    costs = dict(zip(sizes, cost, strict=True))
    assert sampling.size_strata(sizes, sds, margin=0.2, method="cost", costs=costs) == int(by_cost) + 1
    assert sampling.size_strata({"一": 1000}, 2.0, margin=0.2) == sampling.size_mean(2.0, margin=0.2, population=1000)


def test_rmsea_power():
    # MacCallum, Browne & Sugawara (1996) print 782, 214, 132 for close fit; the others were computed independently.
    close = [sampling.size_sem(df) for df in (5, 10, 20, 30, 50, 100)]
    assert close == [1464, 782, 434, 314, 214, 132]
    assert [sampling.size_sem(df, alternative=0.01) for df in (5, 10, 20, 30, 50, 100)] == [
        1216,
        750,
        474,
        367,
        268,
        178,
    ]
    assert sampling.power_sem(50, 214) >= 0.8 > sampling.power_sem(50, 213)
    # Their table 2: df 50, n 200 has power 0.76 of close fit, 0.57 against not-close fit at 0.01.
    assert sampling.power_sem(50, 200) == pytest.approx(0.76, abs=0.01)


def test_the_inverse_square_root_method():
    assert [sampling.size_pls(beta) for beta in (0.197, 0.1, 0.15, 0.2, 0.3)] == [160, 619, 275, 155, 69]
    assert sampling.size_pls(-0.2) == 155


def test_design_effects():
    assert sampling.deff_clusters(10, 0.05) == pytest.approx(1.45)
    assert sampling.deff_weights([1, 1, 1]) == 1.0
    assert sampling.deff_weights([1.0, 3.0]) == pytest.approx(1 + 0.25)
    # n sum w^2 / (sum w)^2 with a row of weight zero.
    assert sampling.deff_weights([0, 1, 1]) == pytest.approx(3 * 2 / 4)


@given(st.floats(0.5, 50), st.floats(0.05, 5), st.integers(10, 10**6))
def test_a_sample_is_no_larger_than_its_population(sd, margin, population):
    assert 1 <= sampling.size_mean(sd, margin=margin, population=population) <= population


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sampling.size_mean(0, margin=1), "sd=0 is not a number above zero"),
        (lambda: sampling.size_mean(1, margin="1"), "margin='1' is not a number above zero"),
        (lambda: sampling.size_mean(1, margin=1, level=95), "for 95 % write 0.95"),
        (lambda: sampling.size_proportion(0.5, margin=5), "for 5 % write 0.05"),
        (lambda: sampling.size_mean(1, margin=1, response_rate=0), "response_rate=0 is not a number between 0 and 1"),
        (lambda: sampling.size_mean(1, margin=1, population=0), "population=0 is not a whole number of at least 1"),
        (lambda: sampling.size_index(margin=2), "Give either sd="),
        (lambda: sampling.size_index(60, margin=2), "wider than an index of 0-100 can spread"),
        (lambda: sampling.size_index(20, margin=50), "must be below 50 points"),
        (lambda: sampling.size_index(margin=2, pilot=(1.0, 1)), "pilot's n=1 is not a whole number of at least 2"),
        (lambda: sampling.size_index(margin=2, pilot=0.9), r"pilot=0.9 is not a pair \(se, n\)"),
        (lambda: sampling.size_difference(1, difference=1, sides=3), "sides=3 is not 1 or 2"),
        (lambda: sampling.size_difference(1, difference=1, correlation=1), "correlation=1 is not between -1 and 1"),
        (
            lambda: sampling.size_difference(1, difference=1, correlation=0.2, ratio=2),
            "ratio=2 must be 1 for the same customers",
        ),
        (
            lambda: sampling.size_difference(1, difference=1, power=0.01),
            "power=0.01 must be above 0.025, the rejection rate under the null hypothesis",
        ),
        (lambda: sampling.size_difference_proportions(0.5, 0.5), "no sample tells them apart"),
        (lambda: sampling.size_sem(10, null=0.05, alternative=0.05), "no sample tells them apart"),
        (lambda: sampling.size_sem(0), "df=0 is not a whole number of at least 1"),
        (lambda: sampling.size_sem(10, alternative=1.2), "alternative=1.2 is not an RMSEA"),
        (
            lambda: sampling.size_sem(10, power=0.04),
            "power=0.04 must be above 0.05, the rejection rate under the null hypothesis",
        ),
        (lambda: sampling.size_sem(1, null=0.05, alternative=0.0500001), "so near that 100,000,000 rows"),
        (lambda: sampling.size_pls(0), "beta=0 is not a standardised path"),
        (lambda: sampling.deff_clusters(0.5, 0.1), "at least one respondent"),
        (lambda: sampling.deff_clusters(5, -0.5), "between -0.25 and 1"),
        (lambda: sampling.deff_weights([0, 0]), "not all zero"),
        (lambda: sampling.size_strata({"东": 10}, 0.0, margin=1), "all zero"),
        (lambda: sampling.size_strata({"东": 10}, {"冬": 1.0}, margin=1), "sds= has nothing for '东'"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(cs.OptionError, match=message):
        call()
