"""The command line without files of one's own: version and demo."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from typer.testing import CliRunner

import csisem as cs
from csisem.cli.program import app
from csisem.display.text_layout import WIDTH, width


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


def test_version_comes_from_a_new_process_without_heavy_imports():
    code = (
        "import sys; sys.argv = ['csisem', '--version']\n"
        "from csisem.cli import main\n"
        "try: main()\n"
        "except SystemExit: print(sorted({'numpy', 'scipy', 'pandas', 'semopy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [f"csisem {cs.__version__}", "[]"]


def test_python_m_csisem_is_the_same_command():
    done = subprocess.run([sys.executable, "-m", "csisem", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"csisem {cs.__version__}"
    assert done.stderr == ""


def test_demo_shows_the_golden_figures_and_refuses_the_full_model():
    began = time.process_time()
    done = run("demo")
    assert time.process_time() - began < 3
    assert done.exit_code == 0
    assert done.stderr == ""
    for seen in (
        "250 customers", "chi-square 51.787 on 31 df, p 0.011", "RMSEA 0.052 [0.025, 0.076]",
        "VAL ~ EXP  0.939  0.230",
        "LOY ~ SAT  1.711  0.230", "SAT          250  71.92  0.99  [69.98, 73.87]", "72.59", "64.60", "73.61",
        "Verdict: INADMISSIBLE", "Value ~ Expectation + Quality", "96.37", "146.8", "chi-square 575.571 on 241 df",
        "CFI 0.877", "What to do: ", "by PLS, as satisfaction programmes", "GoF 0.472", "72.45",
    ):  # fmt: skip
        assert seen in done.stdout
    assert done.stdout.count("\n  csisem ") == 4
    assert max(map(width, done.stdout.splitlines())) <= WIDTH


def test_what_the_demo_advises_helps():
    merged = (
        cs.datasets.mobile_phone_model("full")
        .to_syntax()
        .replace("Expectation =~ CUEX1 + CUEX2 + CUEX3\nQuality =~ ", "Quality =~ CUEX1 + CUEX2 + CUEX3 + ")
        .replace("Expectation ~ Image\nQuality ~ Expectation", "Quality ~ Image")
        .replace("Expectation + ", "")
        .replace("Loyalty ~ Image + ", "Loyalty ~ ")
    )
    assert "Expectation" not in merged
    assert cs.Model.from_syntax(merged).fit(cs.datasets.mobile_phone())


def test_the_commands_that_the_demo_names_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    commands = [line.split()[1:] for line in run("demo").stdout.splitlines() if line.startswith("  csisem ")]
    for command in commands:
        done = run(*command)
        assert done.exit_code == 0, done.stderr
        assert "Index by firm" in done.stdout or "--by" not in command
    assert Path("results.xlsx").exists()
    assert Path("demo.html").exists()
    again = run(*commands[0])
    assert again.exit_code == 2
    assert again.stderr.startswith("error: ")
    assert "exist already" in again.stderr


def test_the_demo_speaks_chinese():
    done = run("demo", "--language", "zh")
    assert done.exit_code == 0
    for seen in ("250 位移动电话用户", "结论：不可接受解", "接下来可以试试", "改进办法", "满意度指数（0-100）"):
        assert seen in done.stdout
    assert "Verdict" not in done.stdout
