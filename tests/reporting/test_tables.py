"""Tables for papers hold the numbers of the frames, in every format and both languages."""

from __future__ import annotations

import html
import re
import sys
from html.parser import HTMLParser

import numpy as np
import openpyxl
import pandas as pd
import pytest

import csisem as cs

CHINESE = re.compile(r"[\u4e00-\u9fff]")
EXPONENT = re.compile(r"\de[+-]?\d")
MODEL = cs.Model.from_syntax("Quality =~ q1 + q2 + q3\nSatisfaction =~ s1 + s2 + s3\nSatisfaction ~ Quality")
HOSTILE = "<script>alert('x')</script> & \"q\" 100% $a_b# {c} ~^\\ | *x*"


@pytest.fixture(scope="module")
def survey():
    return cs.datasets.retail_survey()


@pytest.fixture(scope="module")
def fit(survey):
    return cs.datasets.retail_survey_model().fit(survey, "MLR")


class Cells(HTMLParser):
    """Text of the cells of the rows of an HTML table."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.inside = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


def column(made, header):
    return next(one.cells for one in made.columns if one.header == header)


# What it holds


def test_a_table_of_parameters_has_the_numbers_of_the_frame(fit):
    made, frame = cs.table(fit, digits=4), fit.parameters
    order = {"~": 0, "=~": 1, "~~": 2}
    frame = frame.iloc[np.argsort([order[op] for op in frame["op"]], kind="stable")]
    assert [float(cell) for cell in column(made, "Estimate")] == frame["est"].round(4).tolist()
    free = (frame["se"] > 0).tolist()
    for header, name in (("SE", "se"), ("z", "z")):
        cells = column(made, header)
        assert [cell != "" for cell in cells] == free
        assert [float(cell) for cell in cells if cell] == frame.loc[free, name].round(4).tolist()
    ends = [cell.strip("[]").split(", ") for cell in column(made, "CI") if cell]
    assert [[float(end) for end in pair] for pair in ends] == (
        frame.loc[free, ["ci_lower", "ci_upper"]].round(4).to_numpy().tolist()
    )
    assert column(made, "Relation")[0] == "Expectation → Quality"
    assert list(dict.fromkeys(made.groups)) == ["Paths", "Loadings", "Variances"]
    assert made.notes[0].startswith("Note. ACSI")


def test_p_values_are_never_zero_and_nothing_has_an_exponent(fit, survey):
    tiny = pd.DataFrame({"item": ["a", "b"], "estimate": [1e-9, 123456789.25], "pvalue": [1e-12, 0.0478],
                         "direct_pvalue": [0.0004, np.nan], "adjusted": [0.9999, 0.001]})  # fmt: skip
    made = cs.table(tiny)
    assert column(made, "p") == ("<0.001", "0.048")
    assert column(made, "Direct, p") == ("<0.001", "")
    assert column(made, "Adjusted p") == ("1.000", "0.001")
    assert column(made, "Estimate") == ("0.00", "123456789.25")
    chinese = cs.table(tiny, language="zh")
    assert column(chinese, "p") == ("<0.001", "0.048")
    for shown in (made.text(), cs.table(fit, "measures").text(), cs.diagnose.anova(survey, "s1", by="firm").text()):
        assert not EXPONENT.search(shown)


def test_empty_columns_are_left_out_and_a_shared_method_is_a_note():
    frame = pd.DataFrame({"construct": ["A", "B"], "index": [70.0, 71.5], "se": [np.nan, np.nan], "label": ["", ""],
                          "method": ["ML", "ML"]})  # fmt: skip
    made = cs.table(frame, style="plain")
    assert [one.header for one in made.columns] == ["Construct", "Index"]
    assert made.notes == ("Method: ML.",)
    assert cs.table(frame.assign(method=["ML", "PLS"])).columns[-1].cells == ("ML", "PLS")


def test_loadings_reliability_and_validity_stand_in_one_table(fit):
    made = cs.table(fit, "validity", digits=5)
    reliability = cs.diagnose.reliability(fit).set_index("construct")
    ratios = cs.diagnose.validity(fit).htmt
    names = column(made, "Construct, item")
    for place, construct in enumerate(reliability.index, start=1):
        row = names.index(f"{place}. {construct}")
        for header, name in (("Alpha", "alpha"), ("Omega", "omega"), ("AVE", "ave"),
                             ("Composite reliability", "rho_c")):  # fmt: skip
            value, cell = reliability.loc[construct, name], column(made, header)[row]
            assert cell == ("" if np.isnan(value) else f"{value:.5f}")
        for other in range(1, place):
            assert column(made, str(other))[row] == f"{ratios.loc[construct, reliability.index[other - 1]]:.5f}"
    loadings = fit.loadings.set_index("rhs")["std"]
    for name, cell in zip(names, column(made, "Loading"), strict=True):
        if cell:
            assert cell == f"{loadings[name.strip()]:.5f}"
    assert sum(bool(cell) for cell in column(made, "Loading")) == len(loadings)
    assert {one.spanner for one in made.columns} == {"", "HTMT with construct"}


@pytest.mark.parametrize("estimator", ["PLS", "MLR"])
def test_validity_of_groups_and_of_path_models(survey, estimator):
    made = cs.table(MODEL.fit(survey, estimator, groups="firm"), "validity")
    assert list(dict.fromkeys(made.groups)) == ["Alder", "Birch", "Cedar"]
    assert len(made.rows) == 3 * (2 + 6)
    assert made.to_html().count("gt_group_heading_row") >= 3


def test_a_cross_table_has_counts_shares_and_the_test_under_the_design(survey):
    found = cs.diagnose.crosstab(survey, "s1", by="firm")
    made = cs.table(found)
    alder = column(made, "Alder")
    counts, shares = found.counts["Alder"], found.percent["Alder"]
    assert alder[0] == f"{counts.iloc[0]} ({shares.iloc[0]:.1f} %)"
    row = found.tests.set_index("method").loc["rao-scott, second order"]
    assert f"Rao-Scott, second order: {row['statistic']:.2f} (df 1.78, 334.86), p <0.001" in made.notes[1]
    assert "respects_design" not in made.text()
    assert cs.table(found, "percent").title == "Cross table: percent"


def test_effects_without_paths_are_empty(fit):
    frame = cs.effects(fit)
    made = cs.table(fit, "effects")
    cells = {one.spanner: one.cells for one in made.columns if one.header == "Estimate"}
    assert list(cells) == ["Direct", "Indirect", "Total"]
    for kind in ("direct", "indirect"):
        for k, cell in enumerate(cells[kind.capitalize()]):
            assert (cell == "") == (frame[kind][k] == 0)
            assert not cell or float(cell) == round(frame[kind][k], 2)
    assert [float(cell) for cell in cells["Total"]] == frame["total"].round(2).tolist()
    assert cs.table(frame).to_html() == cs.table(frame, title=made.title).to_html()
    assert {one.spanner for one in cs.table(frame, language="zh").columns} == {"", "直接效应", "间接效应", "总效应"}


def test_measures_of_a_table_are_those_that_correct(fit):
    made = cs.table(fit, "measures", digits=6)
    values = dict(zip(*(one.cells for one in made.columns), strict=True))
    found = fit.fit_measures()
    assert float(values["Chi-square, scaled"]) == pytest.approx(found["chisq.scaled"], abs=5e-7)
    assert values["df, scaled"] == "96"
    lower, upper = (found[f"rmsea.ci.{end}.robust"] for end in ("lower", "upper"))
    assert values["RMSEA, CI"] == f"[{lower:.6f}, {upper:.6f}]"
    assert "Chi-square" not in values


def test_an_unusable_fit_has_no_errors():
    fit = cs.Model.from_syntax("A =~ CUEX1 + CUEX2\nA ~~ a*A\nCUEX1 ~~ b*CUEX1").fit(cs.datasets.mobile_phone())
    assert not fit.status.usable
    made = cs.table(fit)
    assert "SE" not in [one.header for one in made.columns]
    with pytest.raises(cs.UnusableFitError):
        cs.table(fit, "effects")


# Languages


def test_headings_words_and_notes_are_chinese(fit, survey):
    results = [
        (fit, "parameters"), (fit, "measures"), (fit, "effects"), (fit, "validity"), (cs.csi(fit, by="firm"), None),
        (cs.diagnose.anova(survey, "s1", by="firm"), None), (cs.diagnose.crosstab(survey, "s1", by="firm"), "tests"),
        (cs.diagnose.reliability(fit), None), (fit.intervals(), None),
        (cs.invariance(MODEL, survey, groups="firm"), "table"),
    ]  # fmt: skip
    international = {"z", "p", "AIC", "BIC", "CFI", "RMSEA", "SRMR", "firm", "1", "2", "3", "4", "5"}
    for result, what in results:
        made = cs.table(result, what, language="zh")
        assert CHINESE.search(made.title)
        heads = {one.header for one in made.columns}
        assert all(CHINESE.search(head) for head in heads - international), heads
        assert not any("_" in head for head in heads)
        widths = {_columns(line) for line in made.text().splitlines()[2:-1] if line.startswith("-")}
        assert len(widths) <= 1


def _columns(line: str) -> int:
    return len(line) + sum("\u2e80" <= letter <= "\uffef" for letter in line)


def test_options_are_taken_in_any_case(fit):
    given = {"language": "ZH", "style": "Plain"}
    assert (
        cs.table(fit, "Effects", **given).to_html() == cs.table(fit, "effects", language="zh", style="plain").to_html()
    )
    assert fit.summary("ZH").text() == fit.summary("zh").text("Zh")


def test_columns_of_chinese_are_aligned():
    frame = pd.DataFrame({"construct": ["顾客满意", "B"], "est": [1.0, 22.5], "pvalue": [0.2, 1e-9]})
    lines = cs.table(frame, language="zh", style="plain").text().splitlines()[2:5]
    assert len({_columns(line) for line in lines}) == 1
    assert lines[1].startswith("顾客满意")


# Formats


@pytest.fixture(scope="module")
def hostile():
    return cs.table(pd.DataFrame({"item": [HOSTILE, "=1+1", "@x"], "est": [1.5, -2.25, np.nan]}), title=HOSTILE)


def test_html_is_escaped_and_needs_nothing_else(hostile, tmp_path):
    page = hostile.to_html(tmp_path / "t.html")
    assert "<script" not in page
    assert html.escape("<script>") in page
    assert "http" not in re.sub(r"https?://www\.w3\.org", "", page)
    found = Cells(page)
    assert "script" not in found.tags
    assert [HOSTILE, "1.50"] in found.rows
    written = (tmp_path / "t.html").read_text(encoding="utf-8")
    assert written.startswith("<!DOCTYPE html>")
    assert page in written


def test_html_has_every_cell(fit):
    made = cs.table(fit.paths, language="zh")
    rows = [row for row in Cells(made.to_html()).rows if len(row) == len(made.columns)]
    assert rows == [[one.header for one in made.columns], *map(list, made.rows)]
    assert made._repr_html_() == made.to_html()
    assert type(made.gt()).__name__ == "GT"


def test_markdown_can_be_read_back(hostile, fit):
    made = cs.table(fit.paths, style="plain")
    lines = made.to_markdown().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    assert rows[0] == [one.header for one in made.columns]
    assert [tuple(row) for row in rows[2:]] == made.rows
    text = hostile.to_markdown()
    assert "<script" not in text
    row = next(line for line in text.splitlines() if line.startswith("| &lt;script"))
    # A bar in a text ends no cell.
    assert len(re.split(r"(?<!\\)\|", row)) == 4


def test_latex_is_escaped(hostile, fit):
    text = hostile.to_latex()
    assert r"100\%" in text
    assert r"\$a\_b\#" in text
    assert r"\& " in text
    body = cs.table(fit, "validity", language="zh").to_latex()
    assert r"\begin{tabular*}" in body
    assert r"$\alpha$ 系数" in body
    assert r"\multicolumn{5}{c}{与各结构变量的 HTMT}" in body
    assert body.count("\\\\") >= 16
    assert "→" not in cs.table(fit).to_latex()


def test_word_documents_hold_title_cells_and_notes(fit, hostile, tmp_path):
    docx = pytest.importorskip("docx")
    made = cs.table(fit, "validity", language="zh")
    made.to_word(tmp_path / "t.docx")
    document = docx.Document(tmp_path / "t.docx")
    assert [one.text for one in document.paragraphs] == [made.title, *made.notes]
    table = document.tables[0]
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert cells[1] == [one.header for one in made.columns]
    assert cells[2:] == [list(row) for row in made.rows]
    assert table.cell(0, 10).text == table.cell(0, 6).text == "与各结构变量的 HTMT"
    # Word refuses a cell with two upper rules.
    borders = table._tbl.xpath(".//w:tcBorders")
    assert all(len(one) == len({edge.tag for edge in one}) for one in borders)
    hostile.to_word(tmp_path / "h.docx")
    assert docx.Document(tmp_path / "h.docx").tables[0].cell(1, 0).text == HOSTILE


def test_word_documents_of_groups_have_a_row_for_each(fit, tmp_path):
    docx = pytest.importorskip("docx")
    made = cs.table(fit)
    made.to_word(tmp_path / "t.docx")
    first = [row.cells[0].text for row in docx.Document(tmp_path / "t.docx").tables[0].rows]
    assert len(first) == 1 + len(made.rows) + 3
    assert [name for name in first if name in ("Paths", "Loadings", "Variances")] == ["Paths", "Loadings", "Variances"]


def test_excel_keeps_numbers_and_texts(fit, hostile, tmp_path):
    made = cs.table(fit.paths, digits=3)
    made.to_excel(tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert [cell.value for cell in sheet[1]] == [one.header for one in made.columns]
    assert [cell.value for cell in sheet["B"]][1 : len(made.rows) + 1] == fit.paths["est"].round(3).tolist()
    assert sheet["B2"].number_format == "0.000"
    assert sheet["E2"].value == "<0.001"
    hostile.to_excel(tmp_path / "h.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "h.xlsx").active
    assert [sheet[f"A{k}"].value for k in (2, 3, 4)] == [HOSTILE, "=1+1", "@x"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_styles_differ_and_digits_are_chosen(fit):
    apa, plain = cs.table(fit.paths), cs.table(fit.paths, style="plain")
    assert apa.columns[1].cells[0] == f"{fit.paths['est'].iloc[0]:.2f}"
    assert plain.columns[1].cells[0] == f"{fit.paths['est'].iloc[0]:.3f}"
    assert apa.to_html() != plain.to_html()
    assert apa.to_html() == cs.table(fit.paths).to_html()


# Bad input


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        ((3,), {}, "result= must be a fit, a page, a frame or a series; got 3"),
        (("fit", "validty"), {}, "what='validty' is not one of .* \\(did you mean 'validity'\\?\\)"),
        (("frame", "x"), {}, "what='x' chooses from a fit or a page"),
        (("page", "means_"), {}, "what='means_' is not one of 'table', 'means', 'posthoc'"),
        (("frame",), {"style": "nature"}, "style='nature' is not one of 'apa', 'plain'"),
        (("frame",), {"language": "fr"}, "language='fr' is not one of 'en', 'zh'"),
        (("frame",), {"digits": -1}, "digits=-1 is not a whole number of at least 0"),
        (("frame",), {"title": 3}, "title= must be text; got 3"),
    ],
)
def test_what_is_no_table_is_refused(fit, survey, arguments, options, said):
    given = {"fit": fit, "frame": fit.paths, "page": cs.diagnose.anova(survey, "s1", by="firm")}
    result, *rest = arguments
    with pytest.raises(cs.OptionError, match=said):
        cs.table(given.get(result, result), *rest, **options)


def test_a_frame_without_rows_or_columns_is_a_table():
    assert cs.table(pd.DataFrame()).rows == []
    assert cs.table(pd.DataFrame({"item": []})).text().startswith("Table")


def test_files_that_cannot_be_written_are_one_sentence(hostile, tmp_path):
    with pytest.raises(cs.DataError, match="cannot be written"):
        hostile.to_html(tmp_path / "no" / "t.html")
    with pytest.raises(cs.DataError, match="cannot be written: it is a folder"):
        hostile.to_excel(tmp_path)
    odd = cs.table(pd.DataFrame({"item": ["a\x0bb"]}))
    for write in (odd.to_word, odd.to_excel):
        with pytest.raises(cs.DataError, match="holds the control character"):
            write(tmp_path / "t.bin")
    assert not list(tmp_path.iterdir())


def test_great_tables_is_loaded_when_a_table_is_drawn():
    import subprocess

    code = (
        "import sys, csisem as cs, pandas as pd\n"
        "made = cs.table(pd.DataFrame({'est': [1.0]})).text()\n"
        "print('great_tables' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
