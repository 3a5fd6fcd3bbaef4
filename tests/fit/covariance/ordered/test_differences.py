"""Differences of nested fits of ordered items."""

import json

import pytest

import csisem as cs
from ordered_golden import FOLDER, fit_case, ordered_case

NOT_NESTED = ("nested_scalar_delta", "nested_scalar_theta")
"""Equal thresholds free the scales of the second group, which equal loadings alone hold; lavaan does not look."""

UNSCALED = ("nested_loadings_dwls",)
"""Chi-squares of DWLS have no known distribution, although lavaan gives p-values."""

NESTED = sorted(path.stem for path in FOLDER.glob("nested_*.json") if path.stem not in (*NOT_NESTED, *UNSCALED))
# Chi-squares differ by 1e-7 of themselves: lavaan's first step ends within 1e-8 of its maximum.
CLOSE = 1e-5


# With weights, a residual variance of the freer model is below zero.
@pytest.mark.filterwarnings("ignore::csisem.InadmissibleFitWarning")
@pytest.mark.parametrize("name", NESTED)
def test_differences_are_lavaans(name):
    record = json.loads((FOLDER / f"{name}.json").read_text())
    cases = [ordered_case(record[size]) for size in ("larger", "smaller")]
    freer, stricter = (fit_case(case) for case in cases)
    asked = {"default": None, "satorra.bentler.2001": "satorra.bentler.2001", "satorra.2000_delta": "satorra.2000"}
    for theirs, method in asked.items():
        if theirs not in record["difference"]:
            continue
        if method == "satorra.bentler.2001" and cases[0].call["estimator"] != "WLSM":
            continue
        table = cs.compare(freer=freer, stricter=stricter, method=method)
        found, row = record["difference"][theirs], table.iloc[1]
        assert row["df_diff"] == found["df_diff"]
        assert row["chisq_diff"] == pytest.approx(found["chisq_diff"], rel=CLOSE)
        assert row["pvalue"] == pytest.approx(found["pvalue"], rel=1e-3, abs=1e-12)


@pytest.mark.parametrize("name", NOT_NESTED)
def test_models_that_are_not_nested_are_refused(name):
    record = json.loads((FOLDER / f"{name}.json").read_text())
    freer, stricter = (fit_case(ordered_case(record[size])) for size in ("larger", "smaller"))
    with pytest.raises(cs.ModelError, match="not nested"):
        cs.compare(freer=freer, stricter=stricter)


@pytest.mark.parametrize("name", UNSCALED)
def test_chi_squares_without_a_distribution_are_not_compared(name):
    record = json.loads((FOLDER / f"{name}.json").read_text())
    freer, stricter = (fit_case(ordered_case(record[size])) for size in ("larger", "smaller"))
    with pytest.raises(cs.OptionError, match="no known distribution"):
        cs.compare(freer=freer, stricter=stricter)


def test_fits_of_numbers_and_of_ordered_items_are_not_compared():
    case = ordered_case("points5_wlsm")
    numbers = cs.Model.from_syntax(case.syntax).fit(fit_case(case).solution.data, "WLSM")
    with pytest.raises(cs.DataError, match="only one is of ordered items"):
        cs.compare(ordered=fit_case(case), numbers=numbers)


def test_the_order_of_items_does_not_matter():
    case = ordered_case("points5_wlsmv")
    turned = "speed =~ x7 + x9 + x8\ntextual =~ x4 + x5 + x6\nvisual =~ x1 + x2 + x3\nvisual ~~ 0*speed"
    stricter = cs.Model.from_syntax(turned).fit(fit_case(case).solution.data, "WLSMV", ordered=True)
    plain = cs.Model.from_syntax(case.syntax + "\nvisual ~~ 0*speed").fit(
        fit_case(case).solution.data, "WLSMV", ordered=True
    )
    first, second = (cs.compare(freer=fit_case(case), stricter=one).iloc[1] for one in (stricter, plain))
    assert first["chisq_diff"] == pytest.approx(second["chisq_diff"], rel=1e-8)
