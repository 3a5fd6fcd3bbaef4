"""Advice on tests of strata looks at their results, and says why some have none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from improper_golden import FIGURES, ROWS

FRAME = pd.DataFrame(
    {"x": [3, 3, 3, 3, 1, 2, 4, 5, 2, 3, 4, 4.0], "g": list("aaaabbbbcccc"), "h": list("uvuvuvuvuvuv")}
)


def codes(found):
    return [note.code for note in found.notes]


def test_a_stratum_without_variance_is_named_as_the_reason():
    """R's oneway.test prints NaN, and does not say why."""
    found = cs.diagnose.anova(ROWS, "flat", by="g")
    table = found.table.set_index("method")
    for method, degrees in (("classical", ["df1", "df2"]), ("kruskal", ["df1"])):
        golden = FIGURES[method]
        expected = [golden["statistic"], *np.atleast_1d(golden["parameter"]), golden["pvalue"]]
        row = table.loc[method, ["statistic", *degrees, "pvalue"]].astype(float)
        np.testing.assert_allclose(row, expected, rtol=1e-9)
    assert FIGURES["welch"]["statistic"] == "NaN"
    assert np.isnan(table.loc["welch", "statistic"])
    said = " ".join(found.notes)
    assert "read kruskal, not classical" in said
    assert "welch or" not in said
    assert (
        "Welch's test has no result (nan): it divides by each stratum's variance, and that of 'v' is 0." in found.notes
    )
    assert "方差为 0" in found.notes[-1].text("zh")


def test_advice_names_only_tests_with_a_result():
    wide = FRAME.assign(x=[3, 3, 3, 3.1, 1, 2, 4, 5, 2, 3, 4, 4.0])
    assert cs.diagnose.anova(wide, "x", by="g").notes == (
        "The strata's variances differ by more than four times: read welch or design, not classical.",
    )
    # Two factors have no Welch's test.
    two = cs.diagnose.anova(wide.assign(x=wide["x"] + (wide["h"] == "u") * wide.index), "x", by=["g", "h"])
    (advice,) = [note for note in two.notes if note.code == "strata.variances_differ"]
    assert advice.fields["methods"] == ("design",)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (
            [3, 3, 3, 3, 4, 4, 4, 4, 2, 3, 4, 4],
            ["variances_differ", "constant", "no_welch", "no_design", "untested_pairs"],
        ),
        ([3] * 4 + [4] * 4 + [2] * 4, ["constant", "no_classical", "no_welch", "no_design", "untested_pairs"]),
    ],
)
def test_each_test_without_a_result_has_its_reason(x, expected):
    found = cs.diagnose.anova(FRAME.assign(x=x), "x", by="g")
    assert codes(found) == [f"strata.{code}" for code in expected]
    lost = set(found.table.loc[found.table["statistic"].isna(), "method"])
    assert {code.removeprefix("no_") for code in expected if code.startswith("no_")} == lost
    assert found.notes[-1].fields["pairs"] == int((found.posthoc["se"] == 0).sum())


def test_residuals_of_rounding_are_no_test():
    """Cells that do not vary gave F = 9e32 where rounding was divided by rounding."""
    found = cs.diagnose.anova(FRAME.assign(x=[0.1] * 4 + [0.7] * 4 + [0.2] * 4), "x", by=["g", "h"])
    assert found.table["statistic"].isna().all()
    assert {"strata.no_classical", "strata.no_design"} <= set(codes(found))


def test_too_few_clusters_are_named_as_the_reason():
    survey = cs.Survey(ROWS.assign(shop=[1, 2] * 60), clusters="shop")
    found = cs.diagnose.anova(survey, "a", by="g")
    assert "The design test has no result (nan): 1 degrees of freedom are too few" in " ".join(found.notes)


def test_variances_say_the_same():
    found = cs.diagnose.variances(ROWS, "flat", by="g")
    assert FIGURES["bartlett"]["statistic"] == "Inf"
    assert np.isinf(found.table.set_index("method").loc["bartlett", "statistic"])
    assert found.notes == (
        "Bartlett's statistic is infinite, whatever the number of rows, since the variance of 'v' is 0: read "
        "brown-forsythe.",
    )
    still = cs.diagnose.variances(FRAME.assign(x=[3] * 4 + [4] * 4 + [2] * 4), "x", by="g")
    # Variances that are all 0 do not differ.
    assert still.table["statistic"].isna().all()
    assert codes(still) == ["strata.no_distances", "strata.no_design"]
    assert still.notes[0].startswith("bartlett and levene and brown-forsythe and fligner have no result (nan)")
