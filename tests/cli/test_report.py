"""``csisem report`` and ``csisem demo --report``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import csisem as cs
from csisem.cli.program import app

MODEL = "Quality =~ q1 + q2 + q3\nSatisfaction =~ s1 + s2 + s3\nSatisfaction ~ Quality\n"


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two waves of a survey, and a model."""
    place = tmp_path_factory.mktemp("survey")
    frame = cs.datasets.retail_survey().to_pandas()
    for name, waves in (("spring", ["2024Q1", "2024Q2"]), ("autumn", ["2024Q3", "2024Q4"])):
        frame[frame["wave"].isin(waves)].to_csv(place / f"{name}.csv", index=False)
    (place / "model.txt").write_text(MODEL, encoding="utf-8")
    return place


def test_a_report_with_segments_and_the_change_since_the_last_wave(folder: Path, tmp_path: Path):
    out = tmp_path / "report.html"
    done = run("report", folder / "autumn.csv", "--model", folder / "model.txt", "--scale", 1, 10, "--by", "firm",
               "--earlier", f"spring={folder / 'spring.csv'}", "--audience", "executive", "--language", "zh",
               "--weights", "weight", "--title", "秋季报告", "--out", out)  # fmt: skip
    assert done.exit_code == 0
    assert done.stdout == f"已写入 {out}\n"
    page = out.read_text(encoding="utf-8")
    assert '<h1 dir="auto">秋季报告</h1>' in page
    assert "从spring到本期，指数" in page
    assert "按“firm”划分" in page


def test_a_column_of_waves(folder: Path, tmp_path: Path):
    out = tmp_path / "report.html"
    done = run("report", folder / "autumn.csv", "--model", folder / "model.txt", "--scale", 1, 10, "--wave", "wave",
               "--audience", "executive", "--out", out)  # fmt: skip
    assert done.exit_code == 0
    assert "From 2024Q3 to 2024Q4 the index" in out.read_text(encoding="utf-8")


def test_a_questionnaire_gives_scales_and_wording(folder: Path, tmp_path: Path):
    items = ["q1", "q2", "q3", "s1", "s2", "s3"]
    asked = cs.Questionnaire([cs.Question(item, f"About {item}?", points=10) for item in items], title="Shops")
    asked.to_toml(tmp_path / "asked.toml")
    out = tmp_path / "report.html"
    done = run("report", folder / "autumn.csv", "--model", folder / "model.txt", "--questionnaire",
               tmp_path / "asked.toml", "--audience", "executive", "--out", out)  # fmt: skip
    assert done.exit_code == 0, done.output
    page = out.read_text(encoding="utf-8")
    assert '<h1 dir="auto">Shops</h1>' in page
    assert "About q" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--out", "report.pdf"], "must end in '.html' or '.docx'"),
        (["--out", "report.html", "--audience", "boss"], "--audience 'boss' is not one of"),
        (["--out", "report.html", "--language", "fr"], "--language 'fr' is not one of"),
        (["--out", "report.html", "--wave", "wave", "--earlier", "a=b.csv"], "--wave and --earlier exclude each other"),
        (["--out", "report.html", "--earlier", "b.csv"], "--earlier takes NAME=FILE"),
        (["--out", "report.html", "--by", "frim"], "--by names 'frim'"),
    ],
)
def test_bad_input_is_a_sentence(folder: Path, given: list[str], said: str):
    done = run("report", folder / "autumn.csv", "--model", folder / "model.txt", "--scale", 1, 10, *given)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") <= 3


def test_a_fit_that_must_not_be_read_ends_with_its_own_code(tmp_path: Path):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.integers(1, 11, (60, 6)), columns=["q1", "q2", "q3", "s1", "s2", "s3"])
    frame.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "model.txt").write_text(MODEL, encoding="utf-8")
    out = tmp_path / "report.html"
    done = run("report", tmp_path / "data.csv", "--model", tmp_path / "model.txt", "--scale", 1, 10, "--out", out,
               "--audience", "executive")  # fmt: skip
    assert done.exit_code == 1
    assert "must not be read" in out.read_text(encoding="utf-8")


def test_it_writes_over_no_file_that_it_reads(folder: Path, tmp_path: Path):
    model = tmp_path / "model.html"
    model.write_text(MODEL, encoding="utf-8")
    done = run("report", folder / "autumn.csv", "--model", model, "--scale", 1, 10, "--out", model)
    assert done.exit_code == 2
    assert "would write over" in done.stderr
    assert model.read_text(encoding="utf-8") == MODEL


def test_the_demonstration_writes_a_report(tmp_path: Path):
    done = run("demo", "--report", tmp_path / "demo.docx", "--save", tmp_path / "try")
    assert done.exit_code == 2
    assert "exclude each other" in done.stderr
    done = run("demo", "--report", tmp_path / "none" / "demo.html")
    assert done.exit_code == 2
    assert "there is no folder" in done.stderr
    done = run("demo", "--report", tmp_path / "demo.html", "--language", "zh")
    assert done.exit_code == 0
    assert "Satisfaction指数为" in (tmp_path / "demo.html").read_text(encoding="utf-8")
