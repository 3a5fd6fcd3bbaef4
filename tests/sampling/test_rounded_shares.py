"""Published shares and totals that are rounded, and classes keyed by text for numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem import sampling

FRAME = pd.DataFrame({"region": [1, 1, 2, 2, 3, 3], "sex": ["f", "m"] * 3})
THIRDS = {1: 0.333, 2: 0.333, 3: 0.333}


def test_rounded_shares_are_taken_and_said():
    with pytest.warns(cs.CsisemWarning, match=r"shares of 'region' add up to 0.999, which is 1 but for rounding to 3"):
        found = sampling.poststratify(FRAME, THIRDS, by="region")
    np.testing.assert_allclose(found, 1)
    assert [note.code for note in found.attrs["notes"]] == ["rows.rounded_shares"]
    assert "与 1 只差 3 位小数" in found.attrs["notes"][0].text("zh")
    with pytest.warns(cs.CsisemWarning, match="0.999"):
        both = sampling.rake(FRAME, {"region": THIRDS, "sex": {"f": 0.4, "m": 0.6}})
    exact = sampling.rake(FRAME, {"region": dict.fromkeys((1, 2, 3), 1 / 3), "sex": {"f": 0.4, "m": 0.6}})
    np.testing.assert_allclose(both, exact)
    assert exact.attrs["notes"] == []


def test_shares_further_from_one_than_rounding_are_said_to_be_totals():
    with pytest.warns(cs.CsisemWarning, match="add up to 0.8, further from 1 than rounding to 1 decimal explains"):
        found = sampling.poststratify(FRAME, {1: 0.3, 2: 0.3, 3: 0.2}, by="region")
    assert found.sum() == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("region", "sex", "whole"),
    [
        ((33.3, 33.3, 33.3), (50, 50), 100),
        ((33, 33, 33), (50, 50), 100),
        ((5324, 5325, 5324), (8000, 7974), 15973),
    ],
)
def test_totals_that_differ_by_rounding_are_made_equal_and_said(region, sex, whole):
    margins = {"region": dict(zip((1, 2, 3), region, strict=True)), "sex": dict(zip("fm", sex, strict=True))}
    with pytest.warns(cs.CsisemWarning, match=f"the same but for rounding; all were scaled to {whole}"):
        found = sampling.rake(FRAME, margins)
    assert found.sum() == pytest.approx(whole)


def test_totals_that_differ_by_more_are_refused():
    with pytest.raises(cs.DataError, match="add up to 100, those of 'sex' to 103; both are all customers"):
        sampling.rake(FRAME, {"region": {1: 30, 2: 30, 3: 40}, "sex": {"f": 50, "m": 53}})


@pytest.mark.parametrize("text", ["data", "keys"])
def test_texts_and_numbers_that_read_the_same_are_matched(text):
    as_text = {"1": 1, "2": 2, "3.0": 3}
    frame = FRAME.assign(region=FRAME["region"].astype(str)) if text == "data" else FRAME
    found = sampling.poststratify(frame, {1: 1, 2: 2, 3: 3} if text == "data" else as_text, by="region")
    assert found.tolist() == [0.5, 0.5, 1, 1, 1.5, 1.5]
    (note,) = found.attrs["notes"]
    assert note.code == "rows.classes_matched"
    assert len(note.fields["keys"]) == 3
    crossed = {(key, sex): 1 for key in ("1", "2", "3") for sex in "fm"}
    assert sampling.rake(FRAME, {("region", "sex"): crossed}).tolist() == [1] * 6
    drawn = sampling.draw(FRAME, {"1": 1, "2": 1, "3": 1}, strata="region", seed=1)
    assert drawn["weight"].tolist() == [2, 2, 2]


def test_value_labels_name_their_codes():
    survey = cs.Survey(FRAME, value_labels={"region": {1: "North", 2: "South", 3: "West"}})
    found = sampling.poststratify(survey, {"North": 1, "South": 2, "West": 3}, by="region")
    assert found.tolist() == [0.5, 0.5, 1, 1, 1.5, 1.5]


def test_no_key_is_proposed_for_itself():
    message = "'region' holds '3', for which there is no total"
    with pytest.raises(cs.DataError, match=message) as caught:
        sampling.poststratify(FRAME, {"1": 5, "2": 5}, by="region")
    assert "did you mean" not in str(caught.value)
    # Two keys read as the code 3: neither is taken for it.
    with pytest.raises(cs.DataError, match="reads the same but is of another type"):
        sampling.poststratify(FRAME, {1: 5, 2: 5, "3": 1, "3.0": 2}, by="region")


def test_weights_of_parts_are_taken_if_they_sum_to_1_but_for_rounding():
    names = ["money", "time", "energy"]
    figures = dict.fromkeys(names, 50.0) | {"product": 70.0}
    with pytest.warns(cs.CsisemWarning, match="'money', 'time', 'energy' add up to 0.99, which is 1 but for rounding"):
        found = cs.improve.delivered_value(figures, {"product": 1.0}, dict.fromkeys(names, 0.33))
    assert found.cost == pytest.approx(50, abs=1e-12)
    with pytest.raises(cs.DataError, match=r"sum to 1; .* sum to 0\.97"):
        cs.improve.delivered_value(figures, {"product": 1.0}, {"money": 0.33, "time": 0.33, "energy": 0.31})
    # With one decimal a slip is as likely.
    with pytest.raises(cs.DataError, match=r"sum to 0\.9"):
        cs.improve.delivered_value(figures, {"product": 1.0}, dict.fromkeys(names, 0.3))


def test_text_names_a_boolean():
    frame = pd.DataFrame({"member": [True, False] * 3})
    found = cs.sampling.rake(frame, {"member": {"True": 0.4, "False": 0.6}})
    assert found[frame["member"]].sum() == pytest.approx(0.4 * 6)
