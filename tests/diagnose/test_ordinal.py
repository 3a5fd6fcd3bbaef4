"""Ordinal alpha against psych's alpha of lavaan's polychoric correlations, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csisem as cs

FOLDER = Path(__file__).parents[1] / "golden" / "lavaan-0.6-14-polychoric"
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
    none = cs.diagnose.ordinal_alpha(copied, ["a", "b", "c"]).iloc[0]
    assert np.isnan(none["ordinal_alpha"])
    assert none["method"] == "no polychoric correlation of 'b' and 'a'"


def test_numbers_without_categories_are_refused(answers):
    frame = answers.assign(y1=np.linspace(0, 10, 300))
    with pytest.raises(
        cs.DataError, match=r"up to 20 categories, and of 'y1' there are up to 300 different answers; use alpha"
    ):
        cs.diagnose.ordinal_alpha(frame, list(answers.columns))
