"""``csisem programme`` from an empty folder to the report of a month."""

from __future__ import annotations

import pandas as pd
import pytest
from typer.testing import CliRunner

import csisem as cs
from csisem.cli.program import app
from shop import answers, write

FORM = cs.templates.questionnaire("retail_customers", "zh")


def run(*words: object):
    return CliRunner().invoke(app, ["programme", *map(str, words)])


@pytest.fixture
def folder(tmp_path):
    found = run("new", tmp_path / "店", "--questionnaire", "retail_customers", "--name", "百货店", "--language", "zh")
    assert found.exit_code == 0, found.output
    with (tmp_path / "店" / "programme.toml").open("a", encoding="utf-8") as file:
        file.write('overall = "overall"\n[segments]\nsocial = ["sex"]\n[targets]\n"服务" = 70\n')
    return tmp_path / "店"


def test_a_new_programme_says_what_is_missing(folder):
    found = run("status", folder)
    assert found.exit_code == 0
    assert "内部诊断: 进行中\n  指标 46 个，题目 35 道。\n  没有费用预算。没有进度安排。\n" in found.stdout
    assert "diagnosis: begun\n" in run("status", folder, "--language", "en").stdout


def test_a_month_is_one_file_and_one_command(folder, tmp_path):
    frame = answers(FORM, 60, 1).drop(columns="store")
    frame.loc[frame.sample(frac=0.05, random_state=1).index, "queue"] = None
    file = write(frame, tmp_path / "十一月.csv")
    found = run("round", folder, "2026-11", "--data", file)
    assert found.exit_code == 0, found.output
    assert (folder / "waves" / "2026-11.csv").exists()
    assert "index/sex" in found.stdout
    assert "满意度指数，按 sex" in found.stdout
    assert "这是第一期，没有前一期可比。" in found.stdout
    one = run("round", folder, "2026-11", "--result", "satisfied", "--language", "en")
    assert one.stdout.count("\n## ") == 1
    assert "### Share of satisfied customers (75 points or more) by sex" in one.stdout
    report = run("report", folder, "2026-11", "--out", tmp_path / "r.md")
    assert report.exit_code == 0, report.output
    text = (tmp_path / "r.md").read_text(encoding="utf-8")
    assert text.startswith("# 百货店：2026-11 期\n")
    assert text.count("\n## ") > 15
    index = cs.Programme.read(folder).round("2026-11")["index"]["index"][0]
    assert f"{index:.3f}" in text


def test_the_small_sample_is_screened(folder, tmp_path):
    file = write(answers(FORM, 40, 1).drop(columns="store"), tmp_path / "small.csv")
    found = run("round", folder, "small_sample", "--data", file)
    assert found.exit_code == 0, found.output
    assert "保留" in found.stdout
    assert "筛选题目 27 道" in run("status", folder).stdout


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda one: one.rename(columns={"queue": "quue"}), "no column 'queue' (did you mean 'quue'?)"),
        (lambda one: one.assign(queue="非常满易"), "'非常满易' in 60 rows"),
        (lambda one: one.drop(columns="sex"), "no column 'sex'"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(folder, tmp_path, spoil, sentence):
    file = write(spoil(answers(FORM, 60, 1)), tmp_path / "a.csv")
    for command in ("round", "report"):
        found = run(command, folder, "2026-11", "--data", file, "--language", "en")
        assert found.exit_code == 2
        assert found.stderr.startswith("error: The wave '2026-11' cannot be used: ")
        assert sentence in found.stderr
        assert found.stderr.count("\n") == 1
        assert not list((folder / "waves").iterdir())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("new", "{folder}", "--questionnaire", "retail_customers"), "holds a programme already"),
        (("new", "{folder}2", "--questionnaire", "retail_customer"), "(did you mean 'retail_customers'?)"),
        (("new", "{folder}2", "--questionnaire", "retail_customer.toml"), "There is no file 'retail_customer.toml'"),
        (("status", "{folder}x"), "There is no folder"),
        (("status", "{folder}", "--language", "fr"), "--language 'fr' is not one of"),
        (("round", "{folder}", "2026-11", "--language", "en"), "There is no wave '2026-11'"),
        (("round", "{folder}", "2026-11"), "错误：没有第 '2026-11' 期"),
    ],
)
def test_refusals(folder, words, sentence):
    found = run(*(word.format(folder=folder) for word in words))
    assert found.exit_code == 2
    assert sentence in found.stderr
    assert found.stderr.count("\n") == 1


def test_a_report_is_not_written_over_a_wave(folder, tmp_path):
    file = write(answers(FORM, 60, 1), tmp_path / "a.csv")
    run("round", folder, "2026-11", "--data", file, "--result", "index")
    wave = folder / "waves" / "2026-11.csv"
    before = pd.read_csv(wave)
    found = run("report", folder, "2026-11", "--out", wave, "--language", "en")
    assert found.exit_code == 2
    assert "would write over" in found.stderr
    pd.testing.assert_frame_equal(pd.read_csv(wave), before)
    assert "没有结果 'idnex'（是否指 'index'？）" in run("round", folder, "2026-11", "--result", "idnex").stderr
