"""Files of reports: whole or not at all, pages that escape what they show, Word documents read back."""

from __future__ import annotations

import os
import re
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

import csisem as cs

SMALL = "executive"


@pytest.fixture(scope="module")
def fit() -> cs.Fit:
    return cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())


@pytest.fixture(scope="module")
def survey_fit() -> cs.Fit:
    syntax = "Quality =~ q1 + q2 + q3\nSatisfaction =~ s1 + s2 + s3\nSatisfaction ~ Quality"
    return cs.Model.from_syntax(syntax).fit(cs.Survey(cs.datasets.retail_survey().to_pandas(), scale=(1, 10)))


@pytest.mark.parametrize("name", ["report.html", "report.docx"])
def test_an_interrupted_write_leaves_the_old_file_whole(fit: cs.Fit, tmp_path: Path, name: str, monkeypatch):
    place = tmp_path / name
    place.write_bytes(b"old")

    def interrupted(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cs.report(fit, place, audience=SMALL)
    assert place.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_full_disk_is_a_sentence(fit: cs.Fit, tmp_path: Path, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(cs.DataError, match=r"cannot be written: .*[Nn]o space"):
        cs.report(fit, tmp_path / "report.html", audience=SMALL)
    assert list(tmp_path.iterdir()) == []


def test_places_that_cannot_be_written_are_refused_before_the_work(fit: cs.Fit, tmp_path: Path, monkeypatch):
    def worked(*given: object) -> None:
        raise AssertionError("the report was computed first")

    monkeypatch.setattr("csisem.reporting.document.report.collect", worked)
    folder = tmp_path / "folder.html"
    folder.mkdir()
    with pytest.raises(cs.DataError, match=r"folder\.html' cannot be written: it is a folder"):
        cs.report(fit, folder)
    with pytest.raises(cs.DataError, match="cannot be written: there is no folder"):
        cs.report(fit, tmp_path / "none" / "report.html")
    with pytest.raises(cs.OptionError, match=r"must end in '\.html' or '\.docx'; got '\.pdf'"):
        cs.report(fit, tmp_path / "report.pdf")
    with pytest.raises(cs.OptionError, match="progress=1 is not one of"):
        cs.report(fit, tmp_path / "report.html", progress=1)


def test_the_page_needs_nothing_else(fit: cs.Fit, tmp_path: Path):
    page = cs.report(fit, tmp_path / "report.html", audience=SMALL).read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    outside = re.findall(r"""(?:src|href|url\()=?["'(]?(?:https?:)?//[^"') ]+""", page)
    assert outside == []
    # Below the size that mail takes.
    assert len(page) < 2_000_000


def test_a_bar_shows_the_steps_where_it_is_asked_for(fit: cs.Fit, tmp_path: Path, capsys):
    cs.report(fit, tmp_path / "report.html", audience=SMALL, progress=True, language="zh")
    shown = capsys.readouterr().err
    assert "撰写报告: 100%" in shown
    cs.report(fit, tmp_path / "report.html", audience=SMALL)
    assert capsys.readouterr().err == ""


def headings_of(document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]


def test_a_short_word_document(fit: cs.Fit, tmp_path: Path):
    document = docx.Document(cs.report(fit, tmp_path / "report.docx", audience=SMALL))
    assert headings_of(document) == ["Summary", "The survey at a glance", "Results", "Advice", "How it was computed"]


def test_a_word_document_has_headings_tables_and_pictures(survey_fit: cs.Fit, tmp_path: Path):
    path = cs.report(survey_fit, tmp_path / "report.docx", language="zh", by="firm")
    document = docx.Document(path)
    assert headings_of(document) == ["摘要", "测评基本情况", "测评结果", "建议", "附录：全部数据表与计算方法"]
    index = cs.csi(survey_fit)
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    wanted = [f"{value:.1f}" for value in index["index"]]
    assert any([row[2] for row in rows[1:]] == wanted for rows in tables if len(rows[0]) > 2)
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    captions = re.findall(r"^图 (\d+)", text, re.M)
    assert [int(number) for number in captions] == list(range(1, len(captions) + 1))
    assert len(document.inline_shapes) == len(captions) > 8
    # Pictures lie within the margins; tables of many columns stand on pages that are turned.
    for section in document.sections:
        room = section.page_width - section.left_margin - section.right_margin
        if section.orientation == WD_ORIENT.PORTRAIT:
            assert max(shape.width for shape in document.inline_shapes) <= room
    assert {section.orientation for section in document.sections} == {WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE}
    fonts = document.styles["Heading 1"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "SimSun"
    assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_control_characters_do_not_break_a_word_document(survey_fit: cs.Fit, tmp_path: Path):
    path = cs.report(survey_fit, tmp_path / "report.docx", audience=SMALL, title="Shops\x0b\x00 2024")
    assert docx.Document(path).core_properties.title == "Shops   2024"
