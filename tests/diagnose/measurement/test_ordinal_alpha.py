"""Ordinal alpha against psych's alpha of lavaan's polychoric correlations, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.diagnose.measurement.alpha import bounded_interval
from csisem.moments.ordered.polychoric import cell_influence, count_cells, polychoric

FOLDER = Path(__file__).parents[2] / "golden" / "lavaan-0.6-14-polychoric"
FIGURES = json.loads((FOLDER / "figures.json").read_text())


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "answers.csv")


def test_it_is_psychs(answers):
    chinese = answers.rename(columns={"y1": "质量一", "y2": "质量二", "y3": "质量三", "y4": "质量四"})
    (found,) = cs.diagnose.ordinal_alpha(chinese, {"质量": list(chinese.columns)}).to_dict("records")
    assert found["block"] == "质量"
    assert (found["n_items"], found["n"], found["categories"]) == (4, 300, 6)
    # lavaan's optimiser stops when the likelihood changes by 1e-10 relatively.
    assert found["ordinal_alpha"] == pytest.approx(FIGURES["alpha"], abs=2e-5)
    assert found["ordinal_alpha"] > cs.diagnose.alpha(chinese, list(chinese.columns))["alpha"].iloc[0]


def test_groups_weights_and_blanks(answers):
    frame = answers.assign(region=np.resize(["a", "b"], 300), w=np.resize([1.0, 2.0, 3.0], 300)).astype({"y1": float})
    frame.loc[:9, "y1"] = np.nan
    survey = cs.Survey(frame, design=cs.Design(weights="w"))
    items = list(answers.columns)
    found = cs.diagnose.ordinal_alpha(survey, items, by="region").set_index("region")
    part = frame[frame["region"] == "a"].dropna()
    alone = cs.diagnose.ordinal_alpha(part.loc[part.index.repeat(part["w"].astype(int)), items], items)
    assert found.loc["a", "n"] == len(part)
    assert found.loc["a", "ordinal_alpha"] == pytest.approx(alone["ordinal_alpha"].iloc[0], abs=1e-9)


def test_influence_adds_up_to_lavaan_s_covariance(answers):
    codes, n = answers.to_numpy() - 1, len(answers)
    cells = count_cells(codes, np.ones(n))
    moved = cell_influence(cells, polychoric(cells))
    rows = moved[np.arange(6), codes[:, cells.pairs[:, 0]], codes[:, cells.pairs[:, 1]]]
    np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-9)
    order = [cells.pairs.tolist().index([second, first]) for first in range(4) for second in range(first + 1, 4)]
    # lavaan's correlations stop at 1e-5 or so.
    np.testing.assert_allclose((rows.T @ rows / n / (n - 1))[np.ix_(order, order)], FIGURES["vcov"], rtol=2e-4)


def test_the_interval_is_by_lavaan_s_error(answers):
    found = cs.diagnose.ordinal_alpha(answers, list(answers.columns), level=0.9).iloc[0]
    expected = bounded_interval(FIGURES["alpha"], FIGURES["alpha_se"], 299, 0.9)
    np.testing.assert_allclose([found["ordinal_alpha_ci_lower"], found["ordinal_alpha_ci_upper"]], expected, atol=2e-5)
    with pytest.raises(cs.OptionError, match="level=90"):
        cs.diagnose.ordinal_alpha(answers, list(answers.columns), level=90)


def test_the_interval_knows_weights_and_clusters(answers):
    items = list(answers.columns)
    frame = answers.assign(w=np.resize([1.0, 2.0, 3.0], 300), c=np.arange(300) // 6)
    survey = cs.Survey(frame, weights="w", clusters="c", scale=(1, 10), items=items)
    found = cs.diagnose.ordinal_alpha(survey, items).iloc[0]
    # Jackknife: a cluster of 50 out.
    alone = np.array([cs.diagnose.ordinal_alpha(cs.Survey(frame[frame["c"] != c], weights="w"), items)
                      ["ordinal_alpha"].iloc[0] for c in range(50)])  # fmt: skip
    se = np.sqrt(49 / 50 * ((alone - found["ordinal_alpha"]) ** 2).sum())
    low, high = bounded_interval(found["ordinal_alpha"], se, 49)
    # They differ in the second order, here by less than a twentieth of the error.
    np.testing.assert_allclose(
        [found["ordinal_alpha_ci_lower"], found["ordinal_alpha_ci_upper"]], [low, high], atol=se / 20
    )


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng, loading = np.random.default_rng(4), np.array([0.8, 0.7, 0.6])
    total = 3 + loading.sum() ** 2 - (loading**2).sum()
    truth, cuts, hits = 1.5 * (1 - 3 / total), [-1.2, -0.4, 0.5, 1.3], []
    for _ in range(200):
        y = rng.normal(size=(150, 1)) * loading + rng.normal(size=(150, 3)) * np.sqrt(1 - loading**2)
        row = cs.diagnose.ordinal_alpha(pd.DataFrame(np.digitize(y, cuts), columns=list("abc")), list("abc")).iloc[0]
        hits.append(row["ordinal_alpha_ci_lower"] < truth < row["ordinal_alpha_ci_upper"])
    # Four standard errors of 200 draws.
    assert np.mean(hits) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 200))


def test_reversed_items_are_turned(answers):
    items = list(answers.columns)
    turned = answers.assign(y3=7 - answers["y3"])
    survey = cs.Survey(turned, scale=dict.fromkeys(items, (1, 6)), reverse=["y3"])
    found = cs.diagnose.ordinal_alpha(survey, items)["ordinal_alpha"].iloc[0]
    assert found == pytest.approx(FIGURES["alpha"], abs=2e-5)


def test_what_has_none_says_why(answers):
    one = cs.diagnose.ordinal_alpha(answers, ["y1"]).iloc[0]
    assert np.isnan(one["ordinal_alpha"])
    assert one["method"] == "one item"
    copied = pd.DataFrame({"a": [1, 2] * 20, "b": [1, 2] * 20, "c": [1, 1, 2, 2] * 10})
    with pytest.warns(cs.CsisemWarning, match="'all' has 'b' = 'a'"):
        none = cs.diagnose.ordinal_alpha(copied, ["a", "b", "c"]).iloc[0]
    assert np.isnan(none["ordinal_alpha"])
    assert none["method"] == "no polychoric correlation of 'b' and 'a'"
    for row in (one, none):
        assert row[["ordinal_alpha_ci_lower", "ordinal_alpha_ci_upper"]].isna().all()


def test_numbers_without_categories_are_refused(answers):
    frame = answers.assign(y1=np.linspace(0, 10, 300))
    with pytest.raises(cs.DataError, match=r"up to 20 categories; 'y1' has up to 300 answers. Use alpha"):
        cs.diagnose.ordinal_alpha(frame, list(answers.columns))
