"""Wild replicates of a bootstrap: counted, named, and a robust scale beside the standard error they inflate."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.inference.bootstrap_intervals import WILD, interval

MODEL = cs.datasets.retail_survey_model()


def _small(seed):
    """A clustered survey of some 90 complete rows in 12 stores."""
    frame = cs.datasets.retail_survey().frame
    stores = np.random.default_rng(seed).permutation(frame.store.unique())[:12]
    return cs.Survey(frame[frame.store.isin(stores)].head(400), weights="weight", clusters="store")


@pytest.fixture(scope="module", params=[22, 34])
def drawn(request):
    return cs.bootstrap(MODEL.fit(_small(request.param), "MLR"), n=300, seed=1, progress=False)


def test_the_robust_scale_is_sane_where_the_standard_error_is_not(drawn):
    """The bootstrap's standard error of some path is over 8 times the linearised one."""
    paths = drawn.intervals().query("op == '~'").reset_index(drop=True)
    linearised = drawn.fit.paths["se"]
    assert (paths["se"] / linearised).max() > 8
    assert (paths["se_robust"] / linearised).between(0.7, 1.9).all()
    assert ((paths["ci_upper"] - paths["ci_lower"]) / linearised < 16).all()


def test_wild_replicates_are_named(drawn):
    wild, draws = drawn.wild, drawn.draws
    assert list(wild) == ["replicate", "values", "farthest", "distance", "inadmissible"]
    assert 0 < len(wild) < 0.1 * drawn.n
    assert wild["inadmissible"].mean() > 0.7
    scale = (draws.quantile(0.75) - draws.quantile(0.25)) / 1.349
    for row in wild.itertuples():
        away = abs(draws[row.farthest][row.replicate] - draws[row.farthest].median()) / scale[row.farthest]
        assert away == pytest.approx(row.distance, rel=0.1)
        assert row.distance > WILD
    tame = draws.drop(index=wild["replicate"]).dropna()
    assert (tame.std() / scale).max() < 3


def test_they_are_said_in_one_sentence(drawn):
    (said,) = (note for note in drawn.intervals().attrs["notes"] if note.code == "bootstrap.wild")
    assert said.fields["wild"] >= len(drawn.wild)
    assert said.fields["ratio"] > 8
    assert f"of 300 replicates ({said.fields['inadmissible']} inadmissible) lie more than 10 robust" in said
    assert "稳健标准差" in said.text("zh")
    assert said.count(". ") == 0
    paths = cs.effects(drawn.fit, bootstrap=drawn)
    assert "bootstrap.wild" in [note.code for note in paths.attrs["notes"]]


def test_a_sane_bootstrap_says_nothing():
    fit = MODEL.fit(cs.datasets.retail_survey(), "MLR")
    drawn = cs.bootstrap(fit, n=200, seed=1, progress=False)
    table = drawn.intervals()
    assert table.attrs["notes"] == []
    assert drawn.wild.empty
    free = table["se"] > 0
    assert (table["se_robust"] / table["se"])[free].between(0.75, 1.3).all()
    assert (table.loc[~free, "se_robust"] == 0).all()


def test_the_rule():
    normal = np.random.default_rng(1).normal(size=(5000, 3))
    normal[7, 1], normal[8, 1], normal[9, 2] = 40, -40, np.inf
    found = interval(normal, np.zeros(3), "percentile")
    assert np.argwhere(found.wild).tolist() == [[7, 1], [8, 1]]
    assert found.robust == pytest.approx(np.ones(3), abs=0.03)
    assert found.se == pytest.approx([1, np.sqrt(1 + 3200 / 5000), 1], abs=0.03)
    assert found.lost == pytest.approx([0, 0, 1 / 5000])
    pd.testing.assert_frame_equal(
        pd.DataFrame(found.robust), pd.DataFrame(interval(normal, np.zeros(3), "normal").robust)
    )


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_quantiles_shrug_off_what_inflates_a_standard_deviation(share):
    values = np.random.default_rng(2).normal(size=(1000, 1))
    values[: int(share * 1000)] += 1e6
    found = interval(values, np.zeros(1), "percentile")
    assert found.robust.item() == pytest.approx(1, abs=0.6)
    assert found.wild.sum() == share * 1000
