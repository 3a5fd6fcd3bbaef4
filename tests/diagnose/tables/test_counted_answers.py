"""Printed tables of counts: R's figures, and the same results as of the rows that were counted."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from survey_golden import FOLDER

HOUSING = json.loads((FOLDER.parent / "survey-4.1-1-tables" / "figures.json").read_text())["housing"]
LEVELS = ["Low", "Medium", "High"]
# 597 passengers by whether they are satisfied, and by the tidiness of the taxi.
TAXI = pd.DataFrame([[200, 76], [100, 221]], ["满意", "不满意"], ["整洁", "不整洁"])


def _same(one, other):
    for field in ("counts", "percent", "tests", "residuals"):
        pd.testing.assert_frame_equal(getattr(one, field), getattr(other, field))
    assert one.n == other.n


def test_a_printed_table_has_r_s_chi_square():
    golden = HOUSING["infl"]
    printed = pd.DataFrame(golden["counts"], LEVELS, LEVELS)
    found = cs.diagnose.crosstab(printed, "satisfaction", by="influence", counts=True)
    pearson, ratio = found.tests["statistic"].iloc[:2]
    np.testing.assert_allclose([pearson, ratio], [golden["pearson"], golden["lr"]], rtol=1e-9)
    np.testing.assert_allclose(found.residuals, golden["residuals"], rtol=1e-9)
    assert (found.n, found.counts.index.tolist()) == (1681, [*LEVELS, "total"])
    assert found.notes == ()
    tenants = cs.datasets.copenhagen_housing()
    _same(found, cs.diagnose.crosstab(tenants, "satisfaction", by="influence"))
    bare = cs.diagnose.crosstab(golden["counts"], "satisfaction", by="influence", counts=True)
    assert bare.tests["statistic"].tolist() == found.tests["statistic"].tolist()


def test_cells_are_questionnaires_and_not_weights():
    cells = TAXI.stack().rename_axis(["总体", "车"]).rename("份数").reset_index()
    found = cs.diagnose.crosstab(cells, "总体", by="车", counts="份数")
    _same(found, cs.diagnose.crosstab(TAXI, "总体", by="车", counts=True))
    assert (found.n, found.counts["total"].tolist()) == (597, [276, 321, 597])
    by_hand = 597 * (200 * 221 - 76 * 100) ** 2 / (276 * 321 * 300 * 297)
    assert found.tests["statistic"][0] == pytest.approx(by_hand, rel=1e-12)
    # As sampling weights they are four rows.
    assert cs.diagnose.crosstab(cs.Survey(cells, weights="份数"), "总体", by="车").n == 4


def test_cells_in_a_file(tmp_path):
    cells = pd.DataFrame({"q": ["yes", "no"] * 2, "g": ["a", "a", "b", "b"], "n": [10, 20, 30, 5]})
    cells.to_csv(tmp_path / "cells.csv", index=False)
    found = cs.diagnose.crosstab(tmp_path / "cells.csv", "q", by="g", counts="n")
    _same(found, cs.diagnose.crosstab(cells, "q", by="g", counts="n"))


def test_scales_of_a_survey_of_cells_hold():
    cells = pd.DataFrame(
        {"q": [30, 60, 80, 100] * 2, "sex": [1] * 4 + [2] * 4, "n": [20, 100, 90, 60, 21, 180, 76, 50]}
    )
    survey = cs.Survey(cells, scale={"q": (0, 100)})
    found = cs.diagnose.crosstab(survey, "q", by="sex", counts="n")
    assert found.counts["total"].to_dict() == {"at least 80": 276, "below 80": 321, "total": 597}


def test_frequencies_of_counts():
    found = cs.diagnose.frequencies({"满意": 276, "不满意": 321}, "总体", counts=True)
    # facts: Wilson's interval of 276 of 597.
    assert found["answer"].tolist() == ["满意", "不满意"]
    assert found.loc[0, ["percent", "ci_lower", "ci_upper"]].tolist() == pytest.approx(
        [46.2312, 42.27, 50.24], abs=5e-3
    )
    groups = cs.diagnose.frequencies(TAXI, "总体", by="车", counts=True)
    cells = TAXI.stack().rename_axis(["总体", "车"]).rename("份数").reset_index()
    again = cs.diagnose.frequencies(cells, "总体", by="车", counts="份数")
    pd.testing.assert_frame_equal(groups, again)
    assert groups["answered"].tolist() == [300, 300, 297, 297]
    with pytest.raises(cs.OptionError, match="items= names one question of a table of counts, not"):
        cs.diagnose.frequencies(TAXI, ["总体", "车"], counts=True)


def test_disconfirmation_of_counts():
    from scipy.stats import ttest_rel

    table = np.array([[5, 3, 2], [1, 9, 8], [0, 3, 4]])
    found = cs.diagnose.disconfirmation(table, [("expected", "perceived")], counts=True)
    expected, perceived = (np.repeat(place + 1, table.ravel()) for place in np.indices((3, 3)).reshape(2, -1))
    assert found.table["statistic"].item() == pytest.approx(ttest_rel(perceived, expected).statistic, rel=1e-12)
    assert found.classes["percent"].tolist() == pytest.approx([100 * 4 / 35, 100 * 18 / 35, 100 * 13 / 35])
    cells = pd.DataFrame({"e": [1, 2], "p": [2, 2], "n": [30, 12]})
    assert cs.diagnose.disconfirmation(cells, [("e", "p")], counts="n").table["n"].item() == 42


@pytest.mark.parametrize(
    ("data", "counts", "error", "message"),
    [
        (TAXI / 597, True, cs.DataError, "Counts are whole numbers of at least 0; got 0.335"),
        (-TAXI, True, cs.DataError, "Counts are whole numbers of at least 0; got -200"),
        (TAXI * 0, True, cs.DataError, "The counts add up to 0"),
        (TAXI * 10_000, True, cs.DataError, "tables of 1 to 1,000,000 questionnaires"),
        ([1, 2], True, cs.DataError, "a table of rows and columns; got 1 axes of 2 counts"),
        ([[1, 2], [3]], True, cs.DataError, "a table of rows and columns"),
        ("table.csv", True, cs.DataError, "takes a table of counts of 'a', 'b'; got 'str'"),
        (TAXI.set_axis(["x", "x"]), True, cs.DataError, "the answer 'x' of 'a' more than once"),
        (cs.Survey(TAXI), True, cs.OptionError, "of a Survey whose rows are cells name the column"),
        (pd.DataFrame({"a": [1], "b": [1], "number": [3]}), "numbr", cs.OptionError, "did you mean 'number'"),
        (pd.DataFrame({"a": ["x"], "b": [1], "n": ["few"]}), "n", cs.DataError, "Counts are whole numbers"),
        (TAXI, 3, cs.OptionError, "or True for a table of counts; got 3"),
    ],
)
def test_refusals(data, counts, error, message):
    with pytest.raises(error, match=message):
        cs.diagnose.crosstab(data, "a", by="b", counts=counts)


def test_refusals_of_pairs_and_fits():
    with pytest.raises(cs.DataError, match="are compared on the same answers"):
        cs.diagnose.disconfirmation(TAXI, [("e", "p")], counts=True)
    with pytest.raises(cs.OptionError, match="takes the table of one pair"):
        cs.diagnose.disconfirmation(TAXI, [("e", "p"), ("f", "q")], counts=True)
    survey = cs.datasets.retail_survey()
    fit = cs.datasets.retail_survey_model().fit(survey)
    with pytest.raises(cs.OptionError, match="fit= needs the rows"):
        cs.diagnose.crosstab(survey, "index", by="firm", fit=fit, counts="store")
