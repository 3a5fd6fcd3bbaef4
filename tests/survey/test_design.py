"""The design's columns: what is refused, what is kept and counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from csisem.errors import DataError, DesignError
from csisem.survey import Design, Survey
from csisem.survey.design import DesignCounts

frame = pd.DataFrame(
    {
        "q": [1.0, 2, 3, 4, 5, 6],
        "w": [1.0, 0, 2, 1, 1, 0],
        "地区": ["东", "东", "东", "西", "西", "西"],
        "store": [1, 1, 2, 1, 2, 2],
        "N": [100, 100, 100, 50, 50, 50],
    }
)


def test_a_design_is_true_once_anything_is_declared() -> None:
    assert not Design()
    assert not Survey(frame).design
    design = Design("w", "s", ["a", "b"], fpc="N", replicate_weights=["r1", "r2"], replicate_type="BRR")  # type: ignore[arg-type]
    assert design
    assert design.columns == ("w", "s", "a", "b", "N", "r1", "r2")
    assert Design(clusters="a").stages == ("a",)


def test_a_sound_design_is_counted() -> None:
    survey = Survey(frame, weights="w", strata="地区", clusters=["store"], fpc="N", nest=True)
    assert survey.design == Design("w", "地区", ("store",), fpc="N", nest=True)
    # Store numbers restart in each stratum: two strata of two stores are four clusters.
    assert survey.design_counts == DesignCounts(zero_weights=2, strata=2, clusters=4)
    assert "2 rows of weight zero, kept" in repr(survey)


def test_zero_weights_are_kept() -> None:
    assert Survey(frame, weights="w").rows("q").n == 6


@pytest.mark.parametrize("make", [lambda data: data, pl.from_pandas])
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0, -2, 1, -1, 1, 1], r"Weights 'w' must be .* 2 negative \(first in row 2\)"),
        ([1.0, 2, np.nan, 1, 1, 1], r"Weights 'w' must be .* 1 missing \(first in row 3\)"),
        ([1.0, 2, 1, 1, 1, np.inf], r"Weights 'w' must be .* 1 infinite \(first in row 6\)"),
        ([np.nan, -1, 1, 1, 1, 1], r"1 missing \(first in row 1\), 1 negative \(first in row 2\)"),
        ([0.0] * 6, r"Weights 'w' are all zero \(6 rows\)"),
        (["a"] * 6, r"Column 'w' is text where numbers are needed: 'a' in row 1"),
    ],
)
def test_impossible_weights_are_refused(make: object, weights: list[object], message: str) -> None:
    data = make(frame.assign(w=weights))  # type: ignore[operator]
    with pytest.raises(DesignError, match=message):
        Survey(data, weights="w")


def test_weights_spoilt_after_construction_are_refused_when_read() -> None:
    data = frame.copy()
    survey = Survey(data, weights="w")
    data.loc[4, "w"] = -1
    with pytest.raises(DesignError, match=r"1 negative \(first in row 5\)"):
        survey.rows("q")


def test_an_unknown_column_is_named_with_its_neighbour() -> None:
    with pytest.raises(DataError, match=r"no column 'stores' \(named by the design\) \(did you mean 'store'\?\)"):
        Survey(frame, clusters="stores")


def test_a_stratum_with_one_cluster_is_named() -> None:
    data = frame.assign(store=[1, 1, 1, 1, 2, 2])
    with pytest.raises(DesignError, match=r"Stratum '东' of '地区' has a single cluster of 'store'"):
        Survey(data, strata="地区", clusters="store", nest=True)


def test_a_stratum_with_one_row_is_named() -> None:
    data = frame.assign(地区=["东", "东", "中", "西", "西", "北"])
    with pytest.raises(DesignError, match=r"Strata '中', '北' of '地区' have a single row"):
        Survey(data, strata="地区")


def test_one_cluster_in_all_is_refused() -> None:
    with pytest.raises(DesignError, match=r"a single cluster of 'store'"):
        Survey(frame.assign(store=1), clusters="store")


@pytest.mark.parametrize("options", [{"strata": "地区"}, {"clusters": "地区"}, {"clusters": ("store", "地区")}])
def test_missing_strata_or_clusters_are_counted(options: dict[str, str | tuple[str, ...]]) -> None:
    data = frame.assign(地区=["东", None, "东", "西", None, "西"])
    with pytest.raises(DesignError, match=r"Column '地区' of the design is missing in 2 rows \(first in row 2"):
        Survey(data, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan])
def test_population_corrections_are_above_zero(value: float) -> None:
    with pytest.raises(DesignError, match=r"correction 'N' is missing or not above zero in row 3"):
        Survey(frame.assign(N=[1.0, 1, value, 1, 1, 1]), fpc="N")


def test_replicate_weights_that_are_all_zero_are_named() -> None:
    columns = {f"r{k}": frame["w"] * (frame["store"] != k) * 2 for k in (1, 2)} | {"r3": 0.0 * frame["w"]}
    with pytest.raises(
        DesignError, match=r"^Replicate weights 'r3' are all zero, so the replicate has no rows; leave the"
    ):
        Survey(frame.assign(**columns), weights="w", replicate_weights=list(columns), replicate_type="BRR")
