"""A workbook holds the frames of an analysis unrounded, for readers in both languages."""

from __future__ import annotations

import os
import re

import numpy as np
import openpyxl
import pandas as pd
import pytest

import csisem as cs
from csisem.display.text_layout import width

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# openpyxl writes numbers with 16 digits, one fewer than they may need.
WRITTEN = 1e-15


@pytest.fixture(scope="module")
def fit():
    return cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey(), "MLR")


@pytest.fixture(scope="module")
def folder(fit, tmp_path_factory):
    folder = tmp_path_factory.mktemp("books")
    for language in ("en", "zh"):
        assert cs.workbook(fit, folder / f"{language}.xlsx", language=language) == folder / f"{language}.xlsx"
    return folder


def test_sheets_hold_the_numbers_of_the_functions(fit, folder):
    sheets = pd.read_excel(folder / "en.xlsx", sheet_name=None, keep_default_na=False, na_values=[""])
    assert list(sheets) == [
        "parameters", "status", "fit_measures", "r_squared", "effects", "latent_correlations", "reliability", "htmt",
        "index", "index_weights", "index_covariance",
    ]  # fmt: skip
    for name, frame in (
        ("parameters", fit.parameters), ("effects", cs.effects(fit)), ("reliability", cs.diagnose.reliability(fit)),
        ("htmt", cs.diagnose.validity(fit).pairs), ("index", cs.csi(fit)),
    ):  # fmt: skip
        read = sheets[name]
        assert list(read.columns) == list(frame.columns)
        for column in frame.select_dtypes("number"):
            assert read[column].to_numpy(float) == pytest.approx(
                frame[column].to_numpy(float), rel=WRITTEN, nan_ok=True
            )
    status = dict(sheets["status"].to_numpy())
    assert status["verdict"] == fit.status.verdict
    assert status["estimator"] == "MLR"
    assert status["syntax"] == fit.model.to_syntax()


def test_headers_are_bold_and_stay_and_columns_fit(folder):
    for language in ("en", "zh"):
        for sheet in openpyxl.load_workbook(folder / f"{language}.xlsx"):
            assert sheet.freeze_panes == "A2"
            for cell in sheet[1]:
                assert cell.font.bold
                # A Chinese letter is two columns wide.
                shown = sheet.column_dimensions[cell.column_letter].width
                assert shown >= min(width(str(cell.value)), 58)


def test_numbers_are_shown_short_and_p_values_never_as_zero(folder):
    sheet = openpyxl.load_workbook(folder / "en.xlsx")["parameters"]
    heads = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet[f"{heads['est']}2"].number_format == "0.000"
    assert sheet[f"{heads['pvalue']}3"].number_format == '[<0.001]"<0.001";0.000'


def test_everything_around_the_names_is_chinese(folder):
    book = openpyxl.load_workbook(folder / "zh.xlsx")
    assert all(CHINESE.search(name) for name in book.sheetnames)
    names = {
        "z",
        "p",
        "R²",
        "Expectation",
        "Quality",
        "Value",
        "Satisfaction",
        "Complaints",
        "Loyalty",
        "HTMT",
        "HTMT2",
    }
    for sheet in book:
        heads = {str(cell.value) for cell in sheet[1]}
        assert all(CHINESE.search(head) for head in heads - names), (sheet.title, heads)
    status = {row[0].value: row[1].value for row in book["结论与设置"].iter_rows()}
    assert status["结论"].startswith("可接受解")
    assert "行中有" in status["警告"]
    assert [cell.value for cell in book["满意度指数"]["G"]][1].startswith("MLR，线性化")


def test_texts_are_no_formulas(tmp_path):
    texts = ["=1+1", "+2", "-3", "@SUM(A1)", "=cmd|' /C calc'!A0", "plain", "满意"]
    path = cs.workbook({"=a[b]": pd.DataFrame({"=head": texts, "@x": ["a"] * 7})}, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert sheet.title == "=a b"
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in sheet["A"]] == ["=head", *texts]
    for cell in sheet["A"]:
        assert cell.quotePrefix == (cell.value[0] in "=+-@")


def test_a_mapping_of_fits_pages_series_and_frames(fit, tmp_path):
    survey = cs.datasets.retail_survey()
    page = cs.diagnose.anova(survey, "s1", by="firm")
    index = cs.csi(fit, by="firm")
    parts = {"wave 1": fit, "anova": page, "measures": fit.fit_measures(), "firms": index,
             "matrix": fit.latent_correlations, "answers": survey.to_pandas().head(3)}  # fmt: skip
    book = openpyxl.load_workbook(cs.workbook(parts, tmp_path / "all.xlsx"))
    assert {"wave 1 parameters", "wave 1 index", "anova means", "measures", "firms", "matrix"} <= set(book.sheetnames)
    assert [cell.value for cell in book["matrix"][2]][:2] == ["Expectation", 1]
    assert book["measures"]["A2"].value == "npar"
    notes = [tuple(cell.value for cell in row) for row in book["notes"].iter_rows(min_row=2)]
    assert ("anova", page.notes[0]) in notes
    assert any(name == "firms" for name, _ in notes)
    chinese = openpyxl.load_workbook(cs.workbook(parts, tmp_path / "zh.xlsx", language="zh"))
    assert {"wave 1 参数", "anova 均值", "拟合指标"} <= set(chinese.sheetnames)
    assert ("anova", page.notes[0].text("zh")) in [tuple(c.value for c in row) for row in chinese["说明"].iter_rows()]


def test_what_a_fit_has_not_is_said(tmp_path):
    fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    lost = cs.Model.from_syntax("A =~ CUEX1 + CUEX2\nA ~~ a*A\nCUEX1 ~~ b*CUEX1").fit(cs.datasets.mobile_phone())
    assert not lost.status.usable
    book = openpyxl.load_workbook(cs.workbook({"ok": fit, "lost": lost}, tmp_path / "t.xlsx"))
    notes = {row[0].value: row[1].value for row in book["notes"].iter_rows(min_row=2)}
    assert "cannot be computed" in notes["lost effects"]
    assert "lost effects" not in book.sheetnames
    assert book["lost status"]["B3"].value == lost.status.verdict


def test_kinds_of_cells(tmp_path):
    frame = pd.DataFrame({
        "n": [1, 2], "x": [np.inf, np.nan], "when": [pd.Timestamp("2026-11-30"), pd.NaT], "flag": [True, False],
        "parts": [("a", "b"), None],
    })  # fmt: skip
    sheet = openpyxl.load_workbook(cs.workbook({"f": frame}, tmp_path / "t.xlsx"))["f"]
    assert [cell.value for cell in sheet[2]][1:] == ["inf", pd.Timestamp("2026-11-30"), True, "a, b"]
    assert [cell.value for cell in sheet[3]] == [2, None, None, False, None]
    zh = openpyxl.load_workbook(cs.workbook({"f": frame}, tmp_path / "t.xlsx", language="zh"))["f"]
    assert zh["D2"].value == "是"


def test_names_of_sheets_fit_and_differ(tmp_path):
    frame = pd.DataFrame({"a": [1]})
    names = ["x" * 40, "x" * 41, "a/b", "a:b", "A b", "'", ""]
    with pytest.raises(cs.OptionError, match="results= must be"):
        cs.workbook(dict.fromkeys(names, frame), tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(cs.workbook(dict.fromkeys(names[:-1], frame), tmp_path / "t.xlsx"))
    assert len({name.casefold() for name in book.sheetnames}) == 6
    assert max(map(len, book.sheetnames)) <= 31


@pytest.mark.parametrize(
    ("results", "path", "said"),
    [
        (3, "t.xlsx", "results= must be a fit, or a mapping .*; got 3"),
        ({"a": 3}, "t.xlsx", "results= must be a fit, or a mapping .*; got 3"),
        ({}, "t.xlsx", "results= is an empty mapping"),
        (pd.DataFrame({"a": [1]}), "t.xlsx", "results= must be"),
        ({"a": pd.DataFrame({"a": [1]})}, "t.xls", "must end in '.xlsx'; got '.xls'"),
        ({"a": pd.DataFrame({"a": [1]})}, 3, "path= must be the path of a file"),
    ],
)  # fmt: skip
def test_bad_requests(tmp_path, results, path, said):
    with pytest.raises(cs.OptionError, match=said):
        cs.workbook(results, tmp_path / path if isinstance(path, str) else path)
    assert not list(tmp_path.iterdir())


def test_it_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"old")
    for frame, said in ((pd.DataFrame({"a": ["b\x0b"]}), "holds the control character"),
                        (pd.DataFrame({"a": ["x" * 40_000]}), "a cell takes 32,767 characters")):  # fmt: skip
        with pytest.raises(cs.DataError, match=said):
            cs.workbook({"f": frame}, path)
        assert path.read_bytes() == b"old"
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(cs.DataError, match="No space left on device"):
        cs.workbook({"f": pd.DataFrame({"a": [1]})}, path)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["t.xlsx"]
    with pytest.raises(cs.OptionError, match="language='de'"):
        cs.workbook({"f": pd.DataFrame({"a": [1]})}, path, language="de")


def test_too_many_rows_are_refused(tmp_path, monkeypatch):
    from csisem.reporting import sheets

    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    with pytest.raises(cs.DataError, match=r"a sheet takes 3 rows, and 'f' has 4; write \.csv"):
        cs.workbook({"f": pd.DataFrame({"a": range(4)})}, tmp_path / "t.xlsx")
