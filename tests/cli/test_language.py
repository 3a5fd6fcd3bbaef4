"""The command line in Chinese: what it prints, warns of and writes."""

from __future__ import annotations

import re

import openpyxl
import pytest
from typer.testing import CliRunner

import csisem as cs
from csisem.cli.program import app
from csisem.display.text_layout import WIDTH, width

WORDS = re.compile(r"\b(Verdict|Fit|Paths|Loadings|Effects|Index|index|weight|warning|Wrote|chi-square|standard)\b")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("answers")
    cs.datasets.retail_survey().frame.to_csv(place / "data.csv", index=False)
    (place / "model.txt").write_text(cs.datasets.retail_survey_model().to_syntax(), encoding="utf-8")
    (place / "full.txt").write_text("S =~ s1 + s2 + s3\nQ =~ q1 + q2 + q3\nS ~ Q", encoding="utf-8")
    return place


def run(folder, *options, model="model.txt"):
    given = [
        "fit",
        folder / "data.csv",
        "--model",
        folder / model,
        "--scale",
        1,
        10,
        "--item-scale",
        "c1=0:1",
        *options,
    ]
    return CliRunner().invoke(app, list(map(str, given)), catch_exceptions=False)


def test_it_prints_the_same_numbers_in_chinese(folder):
    english, chinese = (run(folder, "--by", "firm", "--language", name) for name in ("en", "ZH"))
    assert english.exit_code == chinese.exit_code == 0
    number = re.compile(r"-?\d+\.\d+")
    assert number.findall(english.stdout) == number.findall(chinese.stdout)
    shown = chinese.stdout.replace(str(folder), "")
    assert not WORDS.search(shown)
    lines = shown.splitlines()
    assert lines[0] == "结论：可接受解，但有警告"
    for start in (
        "拟合：卡方 ",
        "解释方差比例 R²：Quality",
        "路径系数",
        "载荷",
        "效应",
        "满意度指数（0-100）",
        "按 firm 分组的满意度指数",
    ):
        assert any(line.startswith(start) for line in lines), start
    assert "<0.001" in shown


def test_the_environment_chooses_the_language_unless_the_option_does(folder, monkeypatch):
    monkeypatch.setenv("CSISEM_LANGUAGE", "zh")
    assert run(folder).stdout.startswith("结论：")
    assert run(folder, "--language", "en").stdout.startswith("Verdict: ")


def test_columns_are_aligned_under_chinese_headings(folder):
    lines = run(folder, "--language", "zh").stdout.splitlines()
    for head in ("路径系数", "效应", "满意度指数（0-100）"):
        start = next(k for k, line in enumerate(lines) if line.startswith(head))
        block = lines[start : start + 6]
        assert len(set(map(width, block))) == 1, block
    assert max(map(width, lines[3:])) <= WIDTH


def test_warnings_are_chinese_and_refusals_one_line(folder):
    frame = cs.datasets.retail_survey().frame
    frame.loc[:40, "q1"] = 99
    frame.to_csv(folder / "codes.csv", index=False)
    options = ["--model", str(folder / "full.txt"), "--scale", "1", "10", "--language", "zh"]
    done = CliRunner().invoke(app, ["fit", str(folder / "codes.csv"), "--missing-code", "99", "--by", "firm", *options])
    assert done.exit_code == 0
    assert all(line.startswith("警告：") for line in done.stderr.splitlines())
    refused = run(folder, "--language", "fr")
    assert refused.exit_code == 2
    assert refused.stderr == "error: --language 'fr' is not one of 'en', 'zh'.\n"


def test_workbooks_are_chinese_and_other_files_as_they_were(folder, tmp_path):
    done = run(folder, "--language", "zh", "--by", "firm", "--out", tmp_path / "r.xlsx")
    assert done.stdout.splitlines()[-1] == f"已写入 {tmp_path / 'r.xlsx'}"
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames[:2] == ["参数", "结论与设置"]
    assert [cell.value for cell in book["分组指数"][1]][1:4] == ["结构变量", "层", "样本量"]
    files = []
    for language in ("zh", "en"):
        assert run(folder, "--language", language, "--out", tmp_path / "r.json").exit_code == 0
        files.append((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert files[0] == files[1]
