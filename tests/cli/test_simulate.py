"""The command `csisem simulate`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import csisem as cs
from csisem.cli.fit_options import PRESETS
from csisem.cli.program import app
from csisem.cli.simulate_command import example_values

SYNTAX = "Q =~ q1 + q2 + q3\nS =~ s1 + s2 + s3\nS ~ Q"
# Rounding to ten steps and ten thousand rows leave less.
NEAR = 0.05


def run(*options):
    return CliRunner().invoke(app, [str(one) for one in options], catch_exceptions=False)


@pytest.mark.parametrize("preset", PRESETS)
def test_what_is_simulated_is_fitted_without_further_options(preset, tmp_path):
    out = tmp_path / "a.csv"
    done = run("simulate", "--model", preset, "--n", 600, "--seed", 3, "--out", out)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "seed 3" in done.stdout
    frame = pd.read_csv(out)
    assert len(frame) == 600
    assert frame.to_numpy().min() >= 1
    assert frame.to_numpy().max() <= 10
    fitted = run("fit", out, "--model", preset, "--scale", 1, 10)
    assert fitted.stdout.startswith("Verdict: admissible")
    assert fitted.exit_code == 0


def test_the_answers_are_those_of_the_model(tmp_path):
    (tmp_path / "m.txt").write_text(SYNTAX, encoding="utf-8")
    options = ("--model", tmp_path / "m.txt", "--n", 50, "--seed", 9, "--missing", 0.1)
    assert run("simulate", *options, "--out", tmp_path / "a.csv").exit_code == 0
    model = cs.Model.from_syntax(SYNTAX)
    expected = model.simulate(50, example_values(model), scale=(1, 10), missing=0.1, seed=9)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "a.csv"), expected.astype(float), check_dtype=False)


def test_example_values_have_their_sign():
    values = example_values(
        cs.models.acsi(satisfaction=["a", "b"], complaints=["c"], loyalty=["d", "e"], language="zh")
    )
    assert values["顾客抱怨 ~ 顾客满意"] < 0
    assert values["顾客忠诚 ~ 顾客抱怨"] < 0
    assert values["顾客忠诚 ~ 顾客满意"] > 0


def test_values_of_a_fit_come_back(tmp_path):
    """Parameters that `csisem fit` wrote are those of the answers drawn from them."""
    (tmp_path / "m.txt").write_text(SYNTAX, encoding="utf-8")
    rows = [("Q", "=~", "q1", 1), ("Q", "=~", "q2", 0.8), ("Q", "=~", "q3", 1.2), ("S", "=~", "s1", 1)]
    rows += [
        ("S", "=~", "s2", 1),
        ("S", "=~", "s3", 0.9),
        ("S", "~", "Q", 0.6),
        ("Q", "~~", "Q", 2),
        ("S", "~~", "S", 1),
    ]
    rows += [(item, "~~", item, 1) for item in ("q1", "q2", "q3", "s1", "s2", "s3")]
    pd.DataFrame(rows, columns=["lhs", "op", "rhs", "est"]).to_csv(tmp_path / "v.csv", index=False)
    options = ("--model", tmp_path / "m.txt", "--values", tmp_path / "v.csv", "--continuous")
    assert run("simulate", *options, "--n", 10_000, "--seed", 1, "--out", tmp_path / "a.csv").exit_code == 0
    done = run("fit", tmp_path / "a.csv", "--model", tmp_path / "m.txt", "--out", tmp_path / "r.csv")
    assert done.exit_code == 0
    found = cs.read(tmp_path / "r.csv").to_pandas().merge(pd.DataFrame(rows, columns=["lhs", "op", "rhs", "true"]))
    assert len(found) == len(rows)
    np.testing.assert_allclose(found["est"], found["true"], atol=2 * NEAR)


def test_it_speaks_chinese_and_draws_a_seed(tmp_path):
    done = run("simulate", "--model", "scsb", "--n", 20, "--language", "zh", "--out", tmp_path / "a.csv")
    assert "模拟受访者 20 人" in done.stdout
    seed = int(done.stdout.split("随机种子 ")[1].split("；")[0])
    again = run("simulate", "--model", "scsb", "--n", 20, "--seed", seed, "--out", tmp_path / "b.csv")
    assert again.exit_code == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--model", "acis"), "There is no model file 'acis' (did you mean 'acsi'?)."),
        (("--model", "acsi", "--n", 0), "--n 0 is not a number of respondents; give at least 1."),
        (("--model", "acsi", "--seed", -1), "--seed -1 is not a whole number of at least 0."),
        (("--model", "acsi", "--values", "none.csv"), "There is no file 'none.csv'"),
        (("--model", "acsi", "--missing", 2), "--missing 2.0 is not"),
        (("--model", "COMPOSITE"), "'Q' is a composite, formed by its items ('<~'), and the model does not imply"),
        (("--model", "ORDERED"), "'s1 | t1' is about an ordered item"),
    ],
)
def test_refusals(tmp_path, options, said):
    (tmp_path / "c.txt").write_text("Q <~ q1 + q2\nS =~ s1 + s2 + s3\nS ~ Q", encoding="utf-8")
    (tmp_path / "o.txt").write_text("S =~ s1 + s2 + s3\ns1 | t1", encoding="utf-8")
    files = {"COMPOSITE": tmp_path / "c.txt", "ORDERED": tmp_path / "o.txt"}
    given = [files.get(one, one) for one in options]
    done = run("simulate", *given, "--out", tmp_path / "a.csv")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {said}")
    assert done.stderr.count("\n") == 1
