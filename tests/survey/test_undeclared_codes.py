"""Refusal codes that nobody declared: what is reported, where, and how rarely without a cause."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import csisem as cs
from csisem.cli.program import app
from csisem.survey.isolated_values import isolated, tally_of

MODEL = cs.Model.from_syntax("Image =~ e1 + e2 + e3\nSatisfaction =~ s1 + s2 + s3\nSatisfaction ~ Image")
PUBLIC = Path(__file__).parent.parent / "golden" / "r-datasets-4.2.2" / "answers.csv"


def answers(low: float, high: float, *, n: int = 600, seed: int = 1) -> pd.DataFrame:
    """Answers to six items of two constructs on a scale."""
    draw = np.random.default_rng(seed)
    image = draw.normal(size=n)
    factors = {"e": image, "s": 0.65 * image + 0.75 * draw.normal(size=n)}
    centre, spread = draw.uniform(0.35, 0.8), draw.uniform(0.15, 0.3)
    columns = {}
    for name, factor in factors.items():
        for number in (1, 2, 3):
            y = centre + spread * (0.8 * factor + 0.6 * draw.normal(size=n))
            columns[f"{name}{number}"] = np.clip(np.round(low + (high - low) * y), low, high)
    return pd.DataFrame(columns)


def with_codes(frame: pd.DataFrame, item: str, codes: tuple[float, ...], rows: int) -> pd.DataFrame:
    spoilt = frame.copy()
    spoilt.loc[np.random.default_rng(5).choice(len(frame), rows, replace=False), item] = np.resize(codes, rows)
    return spoilt


def reported(frame: pd.DataFrame, items: list[str] | None = None) -> dict[str, tuple[float, ...]]:
    found = cs.Survey(frame).undeclared_codes(list(frame) if items is None else items)
    return found.groupby("item")["code"].agg(tuple).to_dict()


@pytest.mark.parametrize("estimator", ["ML", "MLR", "ULS", "PLS", "PLSc"])
def test_a_fit_warns_of_99_among_answers_from_1_to_5(estimator):
    clean = answers(1, 5)
    assert not [said for said in MODEL.fit(clean, estimator).status.warnings if said.code.startswith("rows.undecl")]
    fit = MODEL.fit(with_codes(clean, "e1", (99,), 12), estimator)
    (said,) = (warning for warning in fit.status.warnings if warning.code == "rows.undeclared")
    assert "'e1' holds 99 in 12 rows, far off its other answers (1 to 5)" in said
    assert "missing_codes={'e1': 99}" in said
    assert "scale={'e1': (1, 99)}" in said
    assert "missing_codes={'e1': 99}" in said.text("zh")
    codes = {warning.code for warning in fit.status.warnings}
    assert "fit.wide_item" in codes
    assert ("fit.loadings_near_zero" in codes) == (not estimator.startswith("PLS"))


def test_what_the_warning_says_to_write_ends_it():
    spoilt = with_codes(answers(1, 5), "e1", (99,), 12)
    for declared in ({"missing_codes": {"e1": 99}}, {"scale": {"e1": (1, 99)}}):
        status = MODEL.fit(cs.Survey(spoilt, **declared)).status
        assert not [said for said in status.warnings if said.code == "rows.undeclared"]


def test_codes_of_all_items_are_written_at_once():
    spoilt = answers(1, 7)
    for item in spoilt:
        spoilt = with_codes(spoilt, item, (98, 99), 8)
    (said,) = (one for one in MODEL.fit(spoilt).status.warnings if one.code == "rows.undeclared")
    assert "missing_codes=(98, 99)" in said
    # 99 is an answer to another item, where it must stay.
    beside = MODEL.fit(spoilt.assign(s3=answers(0, 100)["s3"])).status.warnings
    (said,) = (one for one in beside if one.code == "rows.undeclared")
    assert "'s2': (98, 99)}" in said
    assert "'s3'" not in said


@pytest.mark.parametrize("name", ["alpha", "omega", "reliability", "validity", "factors", "correlations", "means"])
def test_diagnostics_warn_too(name):
    survey = cs.Survey(with_codes(answers(1, 5), "e1", (99,), 12))
    blocks = {"Image": ["e1", "e2", "e3"], "Satisfaction": ["s1", "s2", "s3"]}
    items = ["e1", "e2", "e3"] if name in ("correlations", "means") else blocks
    call = cs.diagnose.means if name == "means" else getattr(cs.diagnose, name)
    with pytest.warns(cs.CsisemWarning, match=r"'e1' holds 99 in 12 rows"):
        call(survey, items)


def test_the_survey_shows_them():
    survey = cs.Survey(with_codes(answers(1, 5), "e1", (99,), 12))
    assert "undeclared codes  'e1' holds 99 in 12 rows" in repr(survey)
    assert survey.undeclared_codes().to_dict("list") == {
        "item": ["e1"], "code": [99.0], "rows": [12], "low": [1.0], "high": [5.0]
    }  # fmt: skip
    assert "undeclared" not in repr(cs.Survey(answers(1, 5)))
    # Other answers under the same declarations are searched anew.
    assert not survey.with_answers(answers(1, 5)).undeclared()


@pytest.mark.parametrize(
    ("low", "high", "codes"),
    [
        (1, 5, (99,)), (1, 5, (98, 99)), (1, 5, (88,)), (1, 5, (9,)), (1, 5, (8, 9)), (1, 5, (-9,)), (1, 5, (-1,)),
        (1, 5, (999,)), (1, 5, (9, 99)), (1, 5, (55,)), (1, 5, (-99, 99)), (1, 7, (9,)), (1, 7, (8, 9)), (1, 7, (8,)),
        (1, 7, (97, 98, 99)), (1, 7, (77,)), (1, 10, (99,)), (1, 10, (88,)), (1, 10, (-1,)), (1, 10, (11,)),
        (0, 10, (99,)), (0, 10, (-1,)), (0, 10, (77, 88)), (0, 100, (999,)), (0, 100, (-99,)), (1, 5, (6,)),
    ],
)  # fmt: skip
def test_codes_are_found(low, high, codes):
    frame = answers(low, high)
    for rows in (15, 60):
        assert reported(with_codes(frame, "s1", codes, rows)) == {"s1": tuple(sorted(codes))}


@pytest.mark.parametrize("code", [99, -1, -9, 999])
def test_a_question_that_most_were_not_asked(code):
    """A code in four of five rows is one; a 9 in so many rows may be the answer."""
    frame = answers(1, 5, n=400).round()
    frame.loc[frame.index % 5 > 0, "e1"] = code
    assert reported(frame, ["e1"]) == {"e1": (code,)}
    frame.loc[frame.index % 5 > 0, "e1"] = 9
    assert reported(frame, ["e1"]) == {}


def test_codes_next_to_the_scale_of_every_item_are_found():
    spoilt = answers(1, 7, n=1000)
    for k, item in enumerate(spoilt):
        spoilt.loc[np.random.default_rng(k).choice(1000, 40, replace=False), item] = 8
    assert len(reported(spoilt)) >= 5


SCALES = [(1, 5), (1, 7), (1, 10), (0, 10), (0, 100), (1, 4), (1, 6), (1, 9), (0, 6), (1, 11), (-3, 3)]


def test_clean_surveys_are_seldom_suspected():
    """200 surveys of every scale, of 60 to 2,400 respondents: none of the 2,200 has a suspected item."""
    suspected = 0
    for low, high in SCALES:
        for seed in range(200):
            n = (60, 150, 300, 600, 2400)[seed % 5]
            suspected += bool(reported(answers(low, high, n=n, seed=1000 * high + seed)))
    assert suspected == 0


def test_clean_counts_amounts_and_continuous_answers_are_seldom_suspected():
    """200 surveys of 10 such columns: at most 1 in 1,000 of the 2,000 columns, all of them heavy tails."""
    suspected = 0
    for seed in range(200):
        draw = np.random.default_rng(seed)
        n = int(draw.choice([60, 150, 300, 600, 2400]))
        frame = pd.DataFrame({
            "continuous": draw.normal(draw.uniform(-3, 60), draw.uniform(1, 30), n),
            "slider": np.clip(draw.normal(60, 20, n), 0, 100).round(1),
            "whole": np.round(draw.normal(draw.uniform(2, 60), draw.uniform(1, 20), n)),
            "poisson": draw.poisson(draw.uniform(0.1, 8), n),
            "visits": draw.negative_binomial(draw.uniform(0.3, 3), draw.uniform(0.05, 0.6), n),
            "household": draw.geometric(draw.uniform(0.1, 0.6), n),
            "amount": np.round(draw.lognormal(draw.uniform(0, 6), draw.uniform(0.5, 1.5), n)),
            "heaped": 5 * np.round(draw.lognormal(2.5, 0.8, n) / 5),
            "age": np.clip(np.round(draw.normal(45, 18, n)), 18, 99),
            "change": np.round(draw.normal(0, draw.uniform(1, 5), n)),
        })  # fmt: skip
        suspected += len(reported(frame))
    assert suspected <= 2


def test_public_data_are_seldom_suspected():
    """Of 1,078 numeric columns of 249 public data sets one is suspected: hospitals with 99 in a stratum."""
    found = []
    for row in pd.read_csv(PUBLIC).itertuples():
        pairs = [pair.split("x") for pair in row.answers.split()]
        values = np.repeat([float(value) for value, _ in pairs], [int(count) for _, count in pairs])
        tally = tally_of(values)
        if tally is not None and isolated(tally) != (0, 0):
            found.append((row.set, row.column))
    assert found == [("survey::hospital", "tothosp")]


def test_a_survey_of_200_000_rows_is_searched_once():
    survey = cs.Survey(answers(1, 5, n=200_000))
    assert survey.undeclared(MODEL.items) is survey.undeclared(MODEL.items)


def test_the_command_line_says_so(tmp_path):
    with_codes(answers(1, 5), "e1", (99,), 12).to_csv(tmp_path / "answers.csv", index=False)
    (tmp_path / "model.txt").write_text(MODEL.to_syntax(), encoding="utf-8")
    shown = CliRunner().invoke(app, ["fit", str(tmp_path / "answers.csv"), "--model", str(tmp_path / "model.txt")])
    assert "'e1' holds 99 in 12 rows" in " ".join(shown.output.split())
