"""The command `csisem describe`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import csisem as cs
from csisem.cli.program import app
from csisem.display.text_layout import width

BLOCKS = {"满意": ["满意1", "满意2", "满意3"], "质量": ["质量1", "质量2"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("answers")
    items = ["s1", "s2", "s3", "q1", "q2", "weight"]
    frame = cs.datasets.retail_survey().frame.head(300)[items].copy()
    frame.columns = [*BLOCKS["满意"], *BLOCKS["质量"], "权重"]
    frame.loc[:4, "满意1"] = 99
    frame["年龄"] = np.arange(300) / 7
    frame["备注"] = "好"
    frame.to_csv(place / "答卷.csv", index=False, encoding="utf-8", sep=";")
    (place / "模型.txt").write_text("满意 =~ 满意1 + 满意2 + 满意3", encoding="utf-8")
    return place


def run(folder, *options, data="答卷.csv"):
    given = ["describe", folder / data, *options]
    return CliRunner().invoke(app, [str(one) for one in given], catch_exceptions=False)


def test_what_was_read(folder):
    done = run(folder, "--scale", 1, 10, "--missing-code", 99, "--weights", "权重")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("答卷.csv: 300 rows, 8 columns, ")
    assert "separator ';'" in lines[0]
    # Neither the weights nor ages nor remarks are questions.
    assert "5 items: 满意1, 满意2, 满意3, 质量1, 质量2" in lines
    assert "Weights 权重." in lines
    counts = cs.read(folder / "答卷.csv", scale=(1, 10), missing_codes=99).counts("满意1").loc["满意1"]
    row = next(line.split() for line in lines if line.startswith("  满意1"))
    assert row == [
        "满意1",
        *(str(counts[name]) for name in ("n", "answered", "refused", "not_applicable", "blank")),
        "0",
    ]
    block = lines[lines.index("Answers") + 1 :][:6]
    assert len(set(map(width, block))) == 1


def test_codes_that_look_like_refusals(folder):
    done = run(folder, "--language", "zh")
    assert "满意1 有 5 行为 99，其他答案在 " in done.stdout
    assert "--missing-code 99" in done.stdout


def test_reliability_of_constructs(folder, tmp_path):
    options = [part for name, items in BLOCKS.items() for part in ("--construct", f"{name}={','.join(items)}")]
    done = run(folder, *options, "--missing-code", 99, "--language", "zh", "--out", tmp_path / "d.xlsx")
    survey = cs.read(folder / "答卷.csv", missing_codes=99)
    expected = cs.diagnose.reliability(survey, BLOCKS)
    line = next(line.split() for line in done.stdout.splitlines() if line.startswith("  满意  "))
    assert line[3] == f"{expected['alpha'][0]:.3f}"
    assert f"{cs.diagnose.validity(survey, BLOCKS).pairs['htmt'][0]:.3f}" in done.stdout
    sheets = pd.read_excel(tmp_path / "d.xlsx", sheet_name=None)
    np.testing.assert_allclose(sheets["信度"].filter(like="α 系数").iloc[:, 0], expected["alpha"], rtol=1e-14)


def test_reliability_of_a_model(folder):
    done = run(folder, "--model", folder / "模型.txt", "--missing-code", 99)
    assert "3 items: 满意1, 满意2, 满意3" in done.stdout
    assert "Reliability" in done.stdout
    assert "Validity" not in done.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--item", "满义1"), "--item names '满义1', which is not a column of the data (did you mean '满意1'?)."),
        (("--id", "编号"), "--id names '编号', which is not a column of the data."),
        (("--construct", "满意=满意4"), "--construct names '满意4', which is not a column of the data"),
        (("--out", "d.txt"), "--out 'd.txt' must end in '.xlsx'; got '.txt'."),
        (("--item", "备注"), "'备注' is text"),
        (("--language", "fr"), "--language 'fr' is not one of 'en', 'zh'."),
    ],
)
def test_refusals(folder, options, said):
    done = run(folder, *options)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr


def test_a_file_without_questions(folder, tmp_path):
    pd.DataFrame({"a": ["x", "y"], "b": [0.5, 1.5]}).to_csv(tmp_path / "t.csv", index=False)
    done = run(tmp_path, "--language", "zh", data="t.csv")
    assert done.exit_code == 2
    # Refusals are translated where the program is run, not within the test's runner.
    assert "has no column that looks like a question; name some with --item." in done.stderr
