"""The commands `csisem sample-size`."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from csisem import sampling
from csisem.cli.program import app

STRATA = ("--stratum", "东区=40000:18", "--stratum", "west=20000:25")
SIZES, SDS = {"东区": 40_000, "west": 20_000}, {"东区": 18, "west": 25}


def run(*options):
    given = ["sample-size", *(str(one) for one in options)]
    return CliRunner().invoke(app, given, catch_exceptions=False)


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        (("mean", "--sd", 2.1, "--margin", 0.2, "--population", 2000, "--response-rate", 0.4),
         [sampling.size_mean(2.1, margin=0.2, population=2000, response_rate=0.4)]),
        (("proportion", "--margin", 0.05, "--p", 0.2, "--deff", 1.5),
         [sampling.size_proportion(0.2, margin=0.05, deff=1.5)]),
        (("index", "--sd", 20, "--margin", 2, "--level", 0.9), [sampling.size_index(20, margin=2, level=0.9)]),
        (("index", "--pilot", 0.9, 250, "--margin", 2), [sampling.size_index(margin=2, pilot=(0.9, 250))]),
        (("difference", "--sd", 20, "--difference", 3, "--correlation", 0.5),
         sampling.size_difference(20, difference=3, correlation=0.5)),
        (("difference", "--sd", 20, "--sd", 15, "--difference", 3, "--sides", 1, "--ratio", 2),
         sampling.size_difference((20, 15), difference=3, sides=1, ratio=2)),
        (("difference", "--p", 0.5, 0.6, "--power", 0.9), sampling.size_difference_proportions(0.5, 0.6, power=0.9)),
        (("sem", "--df", 96, "--alternative", 0.07), [sampling.size_sem(96, alternative=0.07)]),
        (("pls", "--beta", 0.2, "--alpha", 0.01), [sampling.size_pls(0.2, alpha=0.01)]),
    ],
)  # fmt: skip
def test_sizes(options, sizes):
    done = run(*options)
    assert done.exit_code == 0
    assert [int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", done.stdout)] == list(sizes)


def test_strata_are_allocated():
    done = run("strata", *STRATA, "--margin", 2, "--method", "neyman", "--language", "zh")
    n = sampling.size_strata(SIZES, SDS, margin=2, method="neyman")
    parts = sampling.allocate(n, SIZES, sds=SDS, method="neyman")["n"]
    lines = done.stdout.splitlines()
    assert lines[0] == f"样本量：{n}"
    row = next(line.split() for line in lines if line.startswith("  东区"))
    assert row[3] == str(parts["东区"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("mean", "--sd", -1, "--margin", 2), "--sd -1.0 is not a number above zero."),
        (
            ("index", "--margin", 2),
            "Give either --sd, the standard deviation of a customer's index, or --pilot (se, n).",
        ),
        (("index", "--sd", 20, "--margin", 60), "--margin 60.0 must be below 50 points."),
        (("difference", "--sd", 20), "Give --sd, once or once for each group, and --difference; or --p with"),
        (("difference", "--p", 0.5, 0.6, "--sd", 3), "--p compares two proportions; leave --sd,"),
        (("strata", "--margin", 2), "--stratum must name each stratum"),
        (
            ("strata", "--margin", 2, "--stratum", "east=big"),
            "--stratum takes NAME=SIZE:SD, such as east=40000:18,",
        ),
        (("pls", "--beta", 2), "--beta 2.0 is not"),
        (("sem", "--df", 0), "--df 0 "),
    ],
)
def test_refusals(options, said):
    done = run(*options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {said}")
    assert done.stderr.count("\n") == 1
