"""The full summary of a fit: one page with everything, in both languages."""

from __future__ import annotations

import re

import pytest

import csisem as cs
from csisem.display.text_layout import WIDTH, width


@pytest.fixture(scope="module")
def fit():
    return cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())


def line_of(page, start):
    return next(line for line in page.splitlines() if line.strip().startswith(start))


def test_it_has_every_parameter_with_error_test_and_interval(fit):
    page = fit.summary().text()
    for row in fit.parameters.to_dict("records"):
        line = line_of(page, f"{row['lhs']} {row['op']} {row['rhs']} ")
        numbers = line[len(f"  {row['lhs']} {row['op']} {row['rhs']}") :].replace("[", "").replace("]", "").split()
        if row["se"] == 0:
            assert [float(one) for one in numbers] == pytest.approx([row["est"], row["std"]], abs=5e-4)
            continue
        est, se, z, p, low, high, std = (one.strip(",") for one in numbers)
        shown = [float(one) for one in (est, se, low, high, std)]
        assert shown == pytest.approx([row[n] for n in ("est", "se", "ci_lower", "ci_upper", "std")], abs=5e-4)
        assert float(z) == pytest.approx(row["z"], abs=5e-3)
        assert p == "<0.001" if row["pvalue"] < 0.001 else float(p) == pytest.approx(row["pvalue"], abs=5e-4)


def test_it_has_measures_r_squared_and_effects(fit):
    page = fit.summary().text()
    assert "CFI 0.998" in page
    assert "R-squared: Quality 0.245, Value 0.519, Satisfaction 0.779, Complaints 0.074, Loyalty 0.592" in page
    for row in cs.effects(fit).to_dict("records"):
        numbers = line_of(page, f"{row['source']} -> {row['target']} ").split()[3:]
        given = [row[name] for name in ("direct", "indirect") if row[name] != 0]
        assert [float(one) for one in numbers[:-2]] == pytest.approx([*given, row["total"], row["total_se"]], abs=5e-4)


def test_it_says_the_same_in_chinese(fit):
    page, chinese = fit.summary(), fit.summary("zh")
    assert repr(chinese) == page.text("zh") == chinese.text()
    assert repr(page) == chinese.text("en") == page.text()
    assert page.html("zh") == chinese._repr_html_()
    assert chinese.text().splitlines()[1] == "结论：可接受解，但有警告"
    header = line_of(chinese.text(), "路径系数").split()
    assert header == ["路径系数", "估计值", "标准误", "z", "p", "95", "%", "置信区间", "标准化值"]
    assert re.findall(r"-?\d+\.\d+", page.text()) == re.findall(r"-?\d+\.\d+", chinese.text())
    assert not re.search("Estimate|Standardised|Direct|Variances", chinese.text() + chinese.html())


def test_columns_are_aligned_where_names_are_chinese():
    from lavaan_golden import answers

    model = cs.models.acsi(
        expectation=["CUEX1", "CUEX2", "CUEX3"], satisfaction=["CUSA1", "CUSA2", "CUSA3"], language="zh"
    )
    for language in ("en", "zh"):
        page = model.fit(answers("mobi")).summary(language).text()
        for block in page.split("\n\n")[2:]:
            assert len({width(line) for line in block.splitlines()}) <= 2, block
        assert max(map(width, page.splitlines())) <= WIDTH


def test_the_level_and_bad_options(fit):
    assert "90 % interval" in fit.summary(level=0.9).text()
    narrow, wide = (line_of(fit.summary(level=level).text(), "Value ~ Quality") for level in (0.9, 0.99))
    assert narrow != wide
    with pytest.raises(cs.OptionError, match="level=90 is not between 0 and 1"):
        fit.summary(level=90)
    with pytest.raises(cs.OptionError, match="language='fr' is not one of 'en', 'zh'"):
        fit.summary("fr")
    with pytest.raises(cs.OptionError, match="language='fr'"):
        fit.summary().text("fr")


def test_groups_path_models_and_ordered_items():
    survey = cs.datasets.retail_survey()
    model = cs.Model.from_syntax("Quality =~ q1 + q2 + q3\nSatisfaction =~ s1 + s2 + s3\nSatisfaction ~ Quality")
    page = model.fit(survey, "MLR", groups="firm").summary().text()
    assert "R-squared, Birch: Satisfaction" in page
    assert len([line for line in page.splitlines() if line.startswith("  Satisfaction ~ Quality")]) == 3
    pls = model.fit(survey, "PLS").summary().text()
    assert "Standardised" not in pls
    assert "Weights" in pls
    ordered = model.fit(survey, "WLSMV").summary().text()
    assert "Thresholds" in ordered
    assert "scaled chi-square" in ordered


def test_a_fit_that_is_not_usable_shows_reasons_and_no_errors():
    lost = cs.Model.from_syntax("A =~ CUEX1 + CUEX2\nA ~~ a*A\nCUEX1 ~~ b*CUEX1").fit(cs.datasets.mobile_phone())
    page = lost.summary().text()
    assert page.splitlines()[1] == "Status: NOT IDENTIFIED: the numbers must not be used"
    assert "Loadings (not to be used)" in page
    assert "SE" not in page
    assert "Effects" not in page
    assert "（不可使用）" in lost.summary("zh").text()


def test_html_escapes_names():
    model = cs.Model.from_syntax("`<script>x</script>` =~ CUEX1 + CUEX2 + CUEX3")
    shown = model.fit(cs.datasets.mobile_phone()).summary().html()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
