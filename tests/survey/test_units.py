"""Sampling units as codes, and one sentence for each design that contradicts itself or the data."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import polars as pl
import pytest

from csisem.errors import DesignError, OptionError
from csisem.survey import Design, Survey

frame = pd.DataFrame(
    {
        "q": [1.0, 2, 3, 4, 5, 6, 7, 8],
        "w": [1.0, 0, 2, 1, 1, 1, 1, 1],
        "地区": list("东东东东西西西西"),
        "店": [1, 1, 2, 2, 1, 1, 2, 2],
        "own": [1, 1, 2, 2, 3, 3, 4, 4],
        "person": [1, 2, 1, 2, 1, 2, 1, 2],
        "N": [4, 4, 4, 4, 10, 10, 10, 10],
        "M": [2, 2, 5, 5, 4, 4, 8, 8],
        "r1": [2.0, 0, 2, 1, 1, 1, 0, 1],
        "r2": [0.0, 1, 2, 1, 1, 0, 2, 1],
    }
)


@pytest.mark.parametrize("make", [lambda data: data, pl.from_pandas])
def test_clusters_are_numbered_over_the_whole_sample(make: object) -> None:
    survey = Survey(make(frame), strata="地区", clusters=["店", "person"], nest=True, weights="w")  # type: ignore[operator]
    units = survey.units()
    assert units.strata.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert units.n_strata == 2
    assert [stage.tolist() for stage in units.stages] == [[0, 0, 1, 1, 2, 2, 3, 3], list(range(8))]
    assert units.fractions == (None, None)
    assert units.clusters == 2
    assert units.weights is not None
    assert (units.count(0), units.count(1)) == (4, 8)
    assert units.sizes(0).tolist() == [2, 2]
    assert units.sizes(1).tolist() == [2, 2, 2, 2]


def test_rows_are_units_without_clusters_and_where_their_fraction_is_known() -> None:
    units = Survey(frame).units()
    assert units.stages[0].tolist() == list(range(8))
    assert (units.clusters, units.n_strata, units.weights) == (0, 1, None)
    two = Survey(frame, clusters="own", strata="地区", fpc=["N", "M"]).units()
    assert len(two.stages) == 2
    assert two.clusters == 1
    np.testing.assert_allclose(two.fractions[0], [0.5] * 4 + [0.2] * 4)
    np.testing.assert_allclose(two.fractions[1], [1, 1, 0.4, 0.4, 0.5, 0.5, 0.25, 0.25])


def test_units_of_another_design() -> None:
    survey = Survey(frame, weights="w")
    assert survey.units(Design(strata="地区")).n_strata == 2
    assert survey.units().n_strata == 1
    assert survey.with_design(Design(clusters="own")).design_counts.clusters == 4


def test_strata_of_several_columns_are_crossed() -> None:
    survey = Survey(frame, strata=["地区", "店"])
    assert survey.units().strata.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert str(survey.design) == "strata 地区, 店"


def test_a_design_as_a_whole_or_in_columns() -> None:
    design = Design(weights="w", strata="地区")
    assert Survey(frame, design=design).design == Survey(frame, weights="w", strata="地区").design
    with pytest.raises(DesignError, match=r"with design=, or its columns one by one, not both \('weights'\)"):
        Survey(frame, design=design, weights="w")
    with pytest.raises(DesignError, match=r"design= must be a csisem.Design; got 'dict'"):
        Survey(frame, design={"weights": "w"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (
            {"strata": "地区", "clusters": "店"},
            "Cluster '1' of '店' lies in several strata of '地区', '东', '西', and so does 1 more; "
            "if numbers start again in every stratum, pass nest=True.",
        ),
        (
            {"strata": "地区", "fpc": "N3"},
            "Finite population correction 'N3' is 3 units where 4 were drawn (stratum of row 5, counting from 1); "
            "a population is no smaller than its sample.",
        ),
        (
            {"strata": "地区", "fpc": "f"},
            "Finite population correction 'f' holds population sizes (up to 1.2) and sampling fractions (down to 0.5); "
            "use one of the two.",
        ),
        (
            {"strata": "地区", "fpc": "w1"},
            "Finite population correction 'w1' is 7 and 8 within one stratum (row 2, counting from 1); it must be the "
            "same for all rows of a stratum.",
        ),
        (
            {"clusters": "own", "fpc": ["T", "w1"]},
            "Finite population correction 'w1' is 7 and 8 within one cluster of stage 1 (row 2, counting from 1); it "
            "must be the same for all rows of a cluster of stage 1.",
        ),
        (
            {"clusters": ["own", "half"], "fpc": ["T", "M"]},
            "1 of the clusters of 'own' has a single cluster of 'half', so the variance within it cannot be computed; "
            "choose a rule with lonely=, or leave the stage's fpc out.",
        ),
        (
            {"clusters": "one"},
            "The data have a single cluster of 'one', so the variance between them cannot be computed.",
        ),
    ],
)
def test_designs_that_contradict_the_data(columns: dict[str, str | list[str]], sentence: str) -> None:
    data = frame.assign(
        N3=[4] * 4 + [3] * 4, f=[0.5] * 4 + [1.2] * 4, w1=[7, 8] * 4, T=9, half=[1, 1, 1, 2, 1, 2, 1, 2], one=1
    )
    with pytest.raises(DesignError) as caught:
        Survey(data, **columns)  # type: ignore[arg-type]
    assert str(caught.value) == sentence


def test_rules_for_lonely_units() -> None:
    data = frame.assign(store=[1, 1, 1, 1, 2, 2, 3, 3])
    for rule in ("adjust", "average", "remove", "certainty"):
        assert Survey(data, strata="地区", clusters="store", lonely=rule).units().lonely == rule  # type: ignore[arg-type]
    # A stratum that was taken as a whole is certain, not lonely.
    Survey(data.assign(N=[1] * 4 + [5] * 4), strata="地区", clusters="store", fpc="N")
    with pytest.raises(OptionError, match=r"lonely='adjsut' is not one of .* \(did you mean 'adjust'\?\)"):
        Survey(data, strata="地区", lonely="adjsut")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"replicate_weights": ["r1", "r2"]}, "replicate_weights= needs replicate_type="),
        ({"replicate_weights": ["r1", "r2"], "replicate_type": "BBR"}, "did you mean 'BRR'?"),
        ({"replicate_weights": ["r1"], "replicate_type": "BRR"}, "A single column of replicate weights"),
        (
            {"replicate_weights": ["r1", "r2"], "replicate_type": "Fay"},
            "needs scale=, for 2 replicates 1/(2 (1 - rho)^2)",
        ),
        ({"replicate_weights": ["r1", "r2"], "replicate_type": "other"}, "replicate_type='other' needs scale="),
        ({"replicate_weights": ["r1", "r2"], "replicate_type": "JKn"}, "replicate_type='JKn' needs rscales="),
        (
            {"replicate_weights": ["r1", "r2"], "replicate_type": "JKn", "rscales": (0.5, 0.5, 0.5)},
            "There are 2 columns of replicate weights but 3 rscales; give one per replicate.",
        ),
        (
            {"replicate_weights": ["r1", "r2"], "replicate_type": "JKn", "rscales": (0.5, -0.5)},
            "rscales= must be finite numbers of at least 0.",
        ),
        (
            {"replicate_weights": ["r1", "r2"], "replicate_type": "BRR", "scale": 0.0},
            "scale= of the replicate weights must be a number above zero; got 0.0.",
        ),
        ({"scale": 0.5}, "scale= describes replicate weights; name them with replicate_weights=."),
        ({"fpc": ["N", "M"]}, "fpc= names 2 columns ('N', 'M') for 0 columns of clusters"),
    ],
)
def test_designs_that_contradict_themselves(options: dict[str, object], sentence: str) -> None:
    with pytest.raises((DesignError, OptionError), match=re.escape(sentence)):
        Design(**options)  # type: ignore[arg-type]


def test_replicate_weights_contain_the_weights() -> None:
    heavy = frame.assign(w=frame["w"] * 100)
    with pytest.raises(
        DesignError, match=r"sum to 8 on average where the weights sum to 800; .* multiply factors by the"
    ):
        Survey(heavy, weights="w", replicate_weights=["r1", "r2"], replicate_type="BRR")
    survey = Survey(frame, weights="w", replicate_weights=["r1", "r2"], replicate_type="BRR")
    batch = next(iter(survey.rows("q", replicates=True).source.batches()))
    np.testing.assert_array_equal(batch.replicates, [frame["r1"], frame["r2"]])
    with pytest.raises(DesignError, match=r"Weights 'r1' must be .* 1 negative \(first in row 3\)"):
        Survey(frame.assign(r1=[1, 1, -1, 1, 1, 1, 1, 1]), replicate_weights=["r1", "r2"], replicate_type="BRR")
