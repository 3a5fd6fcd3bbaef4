"""Intra-class correlations where Spearman and Brown's formula ends, and rows without a rating."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from improper_golden import FIGURES

RATINGS = pd.DataFrame(FIGURES["ratings"], columns=list("abc"))


def test_past_the_pole_nothing_is_defined():
    golden = FIGURES["icc"]
    with pytest.warns(cs.CsisemWarning) as caught:
        found = cs.diagnose.icc(RATINGS, list("abc"))
    # psych prints 5 for the agreement of means, with 4.12 as its lower and -0.12 as its upper bound.
    assert golden["ICC"][4] == pytest.approx(5)
    for column, name in (("icc", "ICC"), ("ci_lower", "lower"), ("ci_upper", "upper")):
        expected = np.array(golden[name])
        if name != "upper":
            expected[4] = np.nan
        np.testing.assert_allclose(found[column], expected, rtol=1e-8)
    assert [str(one.message) for one in caught] == found.attrs["notes"]
    assert [note.code for note in found.attrs["notes"]] == ["answers.no_agreement", "answers.beyond_pole"]
    assert found.attrs["notes"][1] == (
        "ICC(A,k) is not defined (nan): of one rating it is -0.714, not above -0.500, the pole of Spearman and Brown's "
        "formula."
    )
    assert "ICC(A,k) 没有定义" in found.attrs["notes"][1].text("zh")


def test_rows_without_a_rating_are_counted():
    blank = pd.concat([RATINGS + 9 * np.arange(4)[:, None], pd.DataFrame({"a": [1.0]})])
    with pytest.warns(cs.CsisemWarning, match="1 of 5 rows lacks a rating and was left out; 4 were used"):
        found = cs.diagnose.icc(blank, list("abc"))
    assert found.attrs["n"] == 4
    assert found.attrs["lost"] == 1
    assert len(found.attrs["notes"]) == 1
    assert cs.diagnose.icc(blank[:4], list("abc")).attrs == {"n": 4, "lost": 0, "notes": []}
