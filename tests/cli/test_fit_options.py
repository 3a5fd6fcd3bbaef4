"""What `csisem fit` computes beside a plain fit equals the Python functions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import csisem as cs
from csisem.cli.program import app

SYNTAX = "Quality =~ q1 + q2 + q3\nSatisfaction =~ s1 + s2 + s3\nSatisfaction ~ Quality"
NAMES = {"Quality": ["q1", "q2", "q3"], "Satisfaction": ["s1", "s2", "s3"]}
# JSON and CSV keep every digit of a float; sums over rows in another order differ in the last.
SAME = {"rtol": 1e-9, "atol": 0.0}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("answers")
    frame = cs.datasets.retail_survey().frame.dropna().iloc[::2].copy()
    rng = np.random.default_rng(1)
    for k in range(4):
        frame[f"rep{k}"] = frame["weight"] * 2 * rng.integers(0, 2, len(frame))
    frame["size"] = 5000
    frame.to_csv(place / "data.csv", index=False)
    (place / "model.txt").write_text(SYNTAX, encoding="utf-8")
    return place


def run(folder: Path, *options: object, data: str = "data.csv", model: object = None):
    given = ["fit", folder / data, "--model", folder / "model.txt" if model is None else model, *options]
    return CliRunner().invoke(app, [str(one) for one in given], catch_exceptions=False)


def as_json(folder: Path, tmp_path: Path, *options: object, **kind: object) -> dict:
    out = tmp_path / "r.json"
    done = run(folder, *options, "--out", out, **kind)
    assert done.exit_code in (0, 1), done.output
    return json.loads(out.read_text(encoding="utf-8"))


def survey(folder: Path, **design: object) -> cs.Survey:
    return cs.read(folder / "data.csv", scale=(1, 10), **design)


def fit(folder: Path, **options: object) -> cs.Fit:
    return cs.Model.from_syntax(SYNTAX).fit(survey(folder), **options)


def estimates(found: dict) -> list[float]:
    return [row["est"] for row in found["parameters"]]


@pytest.mark.parametrize(
    ("options", "python"),
    [
        (("--missing", "fiml"), {"missing": "fiml"}),
        (("--groups", "firm", "--equal", "loadings", "--release", "Quality =~ q2"),
         {"groups": "firm", "equal": ["loadings"], "release": ["Quality =~ q2"]}),
        (("--information", "observed", "--estimator", "MLR"), {"information": "observed", "estimator": "MLR"}),
        (("--missing", "fiml", "--auxiliary", "v1"), {"missing": "fiml", "auxiliary": ["v1"]}),
    ],
)  # fmt: skip
def test_options_of_the_fit(folder, tmp_path, options, python):
    found = as_json(folder, tmp_path, *options)
    expected = fit(folder, **python)
    np.testing.assert_allclose(estimates(found), expected.parameters["est"], **SAME)
    np.testing.assert_allclose([row["se"] for row in found["parameters"]], expected.parameters["se"], **SAME)


@pytest.mark.parametrize(
    ("options", "design"),
    [
        (("--strata", "region", "--fpc", "size"), {"strata": "region", "fpc": "size"}),
        (("--clusters", "store", "--strata", "region", "--nest", "--lonely", "average"),
         {"clusters": "store", "strata": "region", "nest": True, "lonely": "average"}),
        (("--weights", "weight", "--replicate-weights", "rep*", "--replicate-type", "other", "--replicate-scale", 0.25),
         {"weights": "weight",
          "design": cs.Design("weight", replicate_weights=("rep0", "rep1", "rep2", "rep3"), replicate_type="other",
                              scale=0.25)}),
    ],
)  # fmt: skip
def test_designs(folder, tmp_path, options, design):
    found = as_json(folder, tmp_path, "--estimator", "MLR", *options)
    data = survey(folder, **({"design": design["design"]} if "design" in design else design))
    expected = cs.Model.from_syntax(SYNTAX).fit(data, "MLR")
    np.testing.assert_allclose([row["se"] for row in found["parameters"]], expected.parameters["se"], **SAME)


def test_interactions_are_in_the_model(folder, tmp_path):
    text = (
        "Quality =~ q1 + q2\nValue =~ v1 + v2\nSatisfaction =~ s1 + s2\nSatisfaction ~ Quality + Value + Quality:Value"
    )
    (tmp_path / "m.txt").write_text(text, encoding="utf-8")
    options = ("--estimator", "PLS", "--moderation", "product")
    found = as_json(folder, tmp_path, *options, model=tmp_path / "m.txt")
    expected = cs.Model.from_syntax(text).fit(survey(folder), "PLS", moderation="product")
    assert "Quality:Value" in [row["rhs"] for row in found["parameters"]]
    np.testing.assert_allclose(estimates(found), expected.parameters["est"], **SAME)


def test_published_models(folder, tmp_path):
    options = [part for name, items in NAMES.items() for part in ("--construct", f"{name}={','.join(items)}")]
    english = as_json(folder, tmp_path, *options, model="acsi")
    expected = cs.models.acsi(quality=NAMES["Quality"], satisfaction=NAMES["Satisfaction"]).fit(survey(folder))
    np.testing.assert_allclose(estimates(english), expected.parameters["est"], **SAME)
    # Names of constructs in Chinese, and commas.
    chinese = [
        one.replace("Quality=", "质量感知=").replace("Satisfaction=", "顾客满意=").replace(",", "，") for one in options
    ]
    found = as_json(folder, tmp_path, *chinese, "--language", "zh", model="ACSI")
    assert {row["lhs"] for row in found["parameters"] if row["op"] == "=~"} == {"质量感知", "顾客满意"}
    assert estimates(found) == estimates(english)


def test_published_models_find_numbered_columns(folder, tmp_path):
    frame = survey(folder).frame[["q1", "q2", "s1", "s2", "s3"]]
    frame.columns = ["product_quality1", "product_quality2", "satisfaction1", "Satisfaction_2", "satisfaction3"]
    frame.to_csv(tmp_path / "n.csv", index=False)
    found = as_json(tmp_path, tmp_path, "--variant", "basic", data="n.csv", model="ecsi")
    loadings = [(row["lhs"], row["rhs"]) for row in found["parameters"] if row["op"] == "=~"]
    assert loadings[:2] == [("ProductQuality", "product_quality1"), ("ProductQuality", "product_quality2")]
    assert [name for _, name in loadings[2:]] == ["satisfaction1", "Satisfaction_2", "satisfaction3"]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published moments of the mobile phone survey, as covariances and as correlations."""
    place, moments = tmp_path_factory.mktemp("moments"), cs.datasets.mobile_phone()
    names = list(moments.items)
    cov = pd.DataFrame(moments.cov * moments.n / (moments.n - 1), names, names)
    sd = np.sqrt(np.diag(cov))
    corr = np.tril(cov / np.outer(sd, sd), -1) + np.eye(len(names))
    lower = pd.DataFrame(np.where(np.tril(np.ones(corr.shape)), corr, np.nan), names, names)
    mean = pd.DataFrame([moments.mean], ["mean"], names)
    pd.concat([cov, mean]).to_csv(place / "cov.csv", index_label="item")
    rows = [lower, pd.DataFrame([sd], ["SD"], names), mean, pd.DataFrame([[250] * len(names)], ["n"], names)]
    pd.concat(rows).to_csv(place / "corr.csv", index_label="item")
    (place / "model.txt").write_text(cs.datasets.mobile_phone_model("small").to_syntax(), encoding="utf-8")
    return place


@pytest.mark.parametrize(("data", "options"), [("cov.csv", ("--n", 250)), ("corr.csv", ())])
def test_published_moments(tables, tmp_path, data, options):
    found = as_json(tables, tmp_path, "--moments", *options, "--scale", 1, 10, data=data)
    expected = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    # The square roots of printed variances are squared again.
    np.testing.assert_allclose(estimates(found), expected.parameters["est"], rtol=1e-7)
    np.testing.assert_allclose([row["index"] for row in found["index"]["rows"]], cs.csi(expected)["index"], rtol=1e-7)


def test_a_bootstrap_gives_all_intervals(folder, tmp_path):
    options = ("--bootstrap", 30, "--seed", 7, "--interval", "normal", "--scale", 1, 10)
    found = as_json(folder, tmp_path, *options)
    expected = cs.bootstrap(fit(folder), n=30, seed=7)
    limits = [row["ci_lower"] for row in found["further"]["bootstrap"]]
    np.testing.assert_allclose(limits, expected.intervals(interval="normal")["ci_lower"], **SAME)
    index = cs.csi(fit(folder), bootstrap=expected, interval="normal")
    np.testing.assert_allclose([row["se"] for row in found["index"]["rows"]], index["se"], **SAME)
    effects = cs.effects(fit(folder), bootstrap=expected, interval="normal")
    np.testing.assert_allclose([row["total_se"] for row in found["effects"]], effects["total_se"], **SAME)


FURTHER = (
    "--scale", 1, 10, "--reliability", "--anova", "region", "--crosstab", "firm", "--ipma", "Satisfaction", "--wave",
    "wave",
)  # fmt: skip


def test_further_results(folder, tmp_path):
    found = as_json(folder, tmp_path, *FURTHER)["further"]
    data, own = survey(folder), fit(folder)
    anova = cs.diagnose.anova(data, "Satisfaction", by="region", fit=own)
    crosstab = cs.diagnose.crosstab(data, "Satisfaction", by="firm", fit=own)
    expected = {
        ("reliability", "omega"): cs.diagnose.reliability(own)["omega"],
        ("validity_pairs", "htmt"): cs.diagnose.validity(own).pairs["htmt"],
        ("anova_region_table", "statistic"): anova.table["statistic"],
        ("crosstab_firm_tests", "pvalue"): crosstab.tests["pvalue"],
        ("ipma", "importance"): cs.improve.ipma(own, "Satisfaction")["importance"],
        ("trend", "index"): cs.index.trend(data, fit=own, wave="wave")["index"],
    }
    for (name, column), values in expected.items():
        np.testing.assert_allclose([row[column] for row in found[name]], values, err_msg=name, **SAME)


def test_further_results_are_printed_and_written_in_chinese(folder, tmp_path):
    done = run(folder, *FURTHER, "--language", "zh", "--out", tmp_path / "r.xlsx")
    for title in ("信度", "效度", "方差分析", "交叉表", "重要性与绩效", "各期满意度指数及与上期之差"):
        assert any(line.startswith(title) for line in done.stdout.splitlines()), title
    sheets = openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames
    assert {"方差分析 region 均值", "交叉表 firm 频数", "信度"} <= set(sheets)
    assert all(len(name) <= 31 for name in sheets)
    written = run(folder, *FURTHER, "--out", tmp_path / "r.csv").stdout
    assert "r_anova_region_posthoc.csv" in written


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--seed", 1), "--seed is of a bootstrap; give --bootstrap NUMBER, such as 2000."),
        (("--bootstrap", 1), "--bootstrap 1 is not a whole number of at least 2."),
        (("--n", 5), "--n is the number of respondents of published moments; give --moments, or leave it out."),
        (("--moments", "--n", 1), "--n 1 is not a number of respondents; give at least 2."),
        (("--moments", "--by", "firm", "--scale", 1, 10), "--by needs the answers; published moments (--moments) have"),
        (("--moments", "--weights", "weight"), "--moments has no rows, so that no sampling design applies"),
        (("--anova", "regino"), "--anova names 'regino', which is not a column of the data (did you mean 'region'?)."),
        (("--target", "Quality"), "--target is what --anova and --crosstab are about"),
        (
            ("--scale", 1, 10, "--ipma", "Satisfacton"),
            "--ipma names 'Satisfacton', which is no construct of",
        ),
        (("--replicate-weights", "bsw*"), "--replicate-weights 'bsw*' fits no column of the data."),
        (("--replicate-weights", "rep*"), "--replicate-weights needs --replicate-type,"),
        (("--replicate-weights", "rep*", "--replicate-type", "Fay"), "--replicate-type 'Fay' needs --replicate-scale,"),
        (("--variant", "basic"), "--variant is for the published models acsi, ccsi, ecsi, ncsb, scsb; a file such as"),
        (("--missing", "fimll"), "--missing 'fimll' is not one of"),
    ],
)
def test_refusals(folder, options, said):
    done = run(folder, *options)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"error: {said}")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--model acsi needs its items: give --construct satisfaction=s1,s2,s3"),
        (("--construct", "satisfaction"), "--construct takes NAME=ITEM,ITEM, such as satisfaction=s1,s2,s3, not"),
        (("--construct", "satisfaktion=s1"), "--construct names 'satisfaktion', which acsi does not have;"),
        (
            ("--construct", "satisfaction=s1", "--variant", "basic"),
            "--variant is for ecsi, ccsi and ncsb; acsi has",
        ),
    ],
)
def test_refusals_of_published_models(folder, options, said):
    done = run(folder, *options, model="acsi")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {said}")


def test_help_lists_options_in_groups():
    text = CliRunner().invoke(app, ["fit", "--help"]).stdout
    heads = [line for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert heads == [
        "Arguments:", "Model:", "Answers and their scale:", "Sample:", "Estimation:", "Further results:",
        "How the file is read:", "Output:", "Options:",
    ]  # fmt: skip


def test_tab_completes_commands_presets_and_kinds():
    for words, shown in (
        ("csisem pl", "plot"),
        ("csisem fit --model ac", "acsi"),
        ("csisem plot x --kind li", "likert"),
    ):
        environment = {"_CSISEM_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        done = CliRunner().invoke(app, [], env=environment, prog_name="csisem")
        assert shown in done.stdout.split()
