"""Strata, clusters and weights of simulated samples."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csisem.errors import DesignError, OptionError
from csisem.models.model import Model
from csisem.specification.simulation.sample_design import SampleDesign, _apportion
from csisem.survey import Survey
from simulated import MODEL, SIGMAS, VALUES, N, people


@pytest.mark.parametrize("skew", [None, -1.0])
def test_the_intra_class_correlation_is_recovered_and_the_total_stays(skew: float | None) -> None:
    clusters, size, icc = 10_000, 20, 0.2
    frame = MODEL.simulate(clusters * size, VALUES, skew=skew, design=SampleDesign(clusters=clusters, icc=icc), seed=6)
    sigma = people(MODEL.to_syntax(), VALUES).cov
    items = frame[list(MODEL.items)]
    means = items.groupby(frame["cluster"]).mean().to_numpy()
    assert len(means) == clusters
    within = (items.to_numpy() - means[frame["cluster"].to_numpy() - 1]) ** 2
    # Analysis of variance: E(MS between) = size * between + within.
    inside = within.sum(axis=0) / (clusters * (size - 1))
    between = means.var(axis=0, ddof=1) - inside / size
    # The variance of cluster means, icc + (1 - icc) / size = 0.24 of an item's, has a relative error near
    # sqrt(2 / clusters) = 0.014, more for the kurtosis of skewed items.
    np.testing.assert_allclose(between / np.diag(sigma), icc, atol=SIGMAS * 0.24 * 0.02)
    np.testing.assert_allclose(between + inside, np.diag(sigma), rtol=SIGMAS * 0.01)
    cross = np.cov(means.T) - (np.cov(items.T) - np.cov(means.T)) / (size - 1)
    np.testing.assert_allclose(cross, icc * sigma, atol=SIGMAS * 0.24 * 0.02 * sigma.max())


def test_strata_have_their_shares_weights_and_shifts() -> None:
    design = SampleDesign(
        {"北": 3, "南": 1},
        clusters={"北": 10, "南": 5},
        allocation={"北": 1, "南": 1},
        shifts={"北": 0.5, "南": {"Quality": -1.0, "s1": 2.0}},
    )
    frame = MODEL.simulate(N, VALUES, design=design, seed=7)
    assert list(frame.columns) == [*MODEL.items, "stratum", "cluster", "weight"]
    assert frame["stratum"].value_counts().to_dict() == {"北": N // 2, "南": N // 2}
    assert frame.groupby("stratum")["cluster"].nunique().to_dict() == {"北": 10, "南": 5}
    assert frame["cluster"].nunique() == 15
    assert frame.groupby("stratum")["weight"].first().to_dict() == pytest.approx({"北": 1.5, "南": 0.5})
    assert frame["weight"].sum() == pytest.approx(N)
    found = people(MODEL.to_syntax(), VALUES)
    sd = np.sqrt(np.diag(found.cov))
    moved = frame.groupby("stratum")[list(MODEL.items)].mean()
    error = SIGMAS * sd * np.sqrt(2 / N)
    assert (np.abs(moved.loc["北"] - 0.5 * sd) < error).all()
    # One standard deviation of Quality, through the loadings and the paths.
    south = -np.sqrt(1.2) * np.array([1.0, 0.8, 1.1, 0.7, 0.63, -0.21]) + np.array([0, 0, 0, 2 * sd[3], 0, 0])
    assert (np.abs(moved.loc["南"] - south) < error).all()
    inside = np.cov(frame.loc[frame["stratum"] == "南", list(MODEL.items)].T)
    assert (np.abs(inside - found.cov) < SIGMAS * np.sqrt(2 / N) * 1.5 * np.outer(sd, sd)).all()


@settings(max_examples=50)
@given(
    st.lists(st.floats(0.05, 5), min_size=1, max_size=6),
    st.integers(1, 4),
    st.integers(200, 3000),
    st.sampled_from(["proportional", "equal"]),
)
def test_places_add_up(shares: list[float], clusters: int, n: int, allocation: str) -> None:
    design = SampleDesign(dict(enumerate(shares)), clusters=clusters, allocation=allocation)  # type: ignore[arg-type]
    try:
        places = design.places(n)
    except DesignError:
        return
    rows = np.bincount(places.stratum)
    assert len(places.weight) == len(places.cluster) == n
    assert places.weight.sum() == pytest.approx(n)
    weighted = np.bincount(places.stratum, places.weight) / n
    np.testing.assert_allclose(weighted, np.array(shares) / sum(shares), rtol=1e-12)
    if allocation == "equal":
        assert rows.max() - rows.min() <= 1
    for h in range(len(shares)):
        sizes = np.unique(places.cluster[places.stratum == h], return_counts=True)[1]
        assert len(sizes) == clusters
        assert sizes.max() - sizes.min() <= 1
    assert (np.diff(places.cluster) >= 0).all()


@pytest.mark.parametrize(
    ("n", "shares", "rows"),
    [
        # The seats of 100,000 votes by Hamilton's method, as in the literature on apportionment: quotas 4.7, 1.6,
        # 1.58, 1.2, 0.61 and 0.31 of 10; the largest remainders are those of the first, fifth and second.
        (10, (47_000, 16_000, 15_800, 12_000, 6_100, 3_100), (5, 2, 1, 1, 1, 0)),
        # The Alabama paradox (ibid.): one seat more, and the smallest state loses one.
        (10, (6, 6, 2), (4, 4, 2)),
        (11, (6, 6, 2), (5, 5, 1)),
        # Equal remainders: the first strata.
        (8, (1, 1, 1), (3, 3, 2)),
    ],
)
def test_rows_go_to_the_largest_remainders(n: int, shares: tuple[int, ...], rows: tuple[int, ...]) -> None:
    assert _apportion(n, np.array(shares) / sum(shares)).tolist() == list(rows)
    if all(rows):
        frame = MODEL.simulate(n, VALUES, design=SampleDesign(dict(enumerate(shares))), seed=1)
        assert frame["stratum"].value_counts().sort_index().tolist() == list(rows)


def test_a_sample_without_strata_or_clusters_says_only_weights() -> None:
    frame = MODEL.simulate(50, VALUES, design=SampleDesign(), seed=1)
    assert list(frame.columns) == [*MODEL.items, "weight"]
    assert (frame["weight"] == 1).all()
    pd.testing.assert_frame_equal(frame[list(MODEL.items)], MODEL.simulate(50, VALUES, seed=1))


def test_a_survey_takes_what_was_drawn() -> None:
    design = SampleDesign({"A": 0.8, "B": 0.2}, clusters=6, icc=0.1, allocation="equal")
    frame = MODEL.simulate(600, VALUES, scale=(1, 10), design=design, seed=1)
    survey = Survey(frame, scale=(1, 10), weights="weight", strata="stratum", clusters="cluster")
    assert (survey.design_counts.strata, survey.design_counts.clusters) == (2, 12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strata": {"A": 0.0}}, "strata= for 'A' must be a number above 0; got 0.0"),
        ({"strata": ["A", "B"]}, "strata= takes a mapping"),
        ({"icc": 1.0, "clusters": 3}, "icc=1.0 is not an intraclass correlation"),
        ({"icc": 0.1}, "give their number with clusters="),
        ({"clusters": 0}, "whole numbers of at least 1 per stratum, not 0"),
        ({"strata": {"A": 1}, "clusters": {"A": 1.5}}, "whole numbers of at least 1 per stratum, not 1.5"),
        ({"strata": {"A": 1, "B": 1}, "clusters": {"A": 2}}, "clusters= has no number for 'B'"),
        ({"strata": {"North": 1}, "shifts": {"Nort": 0.1}}, r"shifts= names 'Nort'.*did you mean 'North'"),
        ({"strata": {"A": 1}, "allocation": {"A": -1}}, "allocation= for 'A' must be a number above 0; got -1"),
    ],
)
def test_designs_that_cannot_be_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        SampleDesign(**options)  # type: ignore[arg-type]


def test_designs_that_do_not_fit_the_sample_are_refused() -> None:
    with pytest.raises(OptionError, match="allocation='equl'"):
        SampleDesign({"A": 1}, allocation="equl")  # type: ignore[arg-type]
    with pytest.raises(DesignError, match="n=5 leaves 2 rows for stratum 'B', which needs 3"):
        MODEL.simulate(5, VALUES, design=SampleDesign({"A": 1, "B": 1}, clusters=3), seed=1)
    number = "must be a number of standard deviations; got"
    for shift, message in (
        ({"Qualty": 1}, "did you mean 'Quality'"),
        ({"q1": "up"}, f"The shift of 'q1' {number} 'up'"),
        (math.nan, f"The shift of every item {number} nan"),
    ):
        with pytest.raises(DesignError, match=message):
            MODEL.simulate(10, VALUES, design=SampleDesign({"A": 1}, shifts={"A": shift}), seed=1)  # type: ignore[dict-item]
    named = Model.from_syntax("f =~ 1*weight + 1*b")
    with pytest.raises(DesignError, match="The item 'weight' has the name of a column"):
        named.simulate(5, {f"{x} ~~ {x}": 1.0 for x in ("f", "weight", "b")}, design=SampleDesign(), seed=1)


def test_a_design_is_a_value() -> None:
    design = SampleDesign({"A": 1}, clusters=2)
    assert design == SampleDesign({"A": 1}, clusters=2)
    with pytest.raises(FrozenInstanceError):
        design.icc = 0.5  # type: ignore[misc]
