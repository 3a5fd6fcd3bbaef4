"""Convergence must not hang on the order of items, the marker, or the units of the answers."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import ROBUST, answers, golden

FOLDER = Path(__file__).parents[2] / "golden" / "lavaan-0.6-14-starts"
LAVAAN = json.loads((FOLDER / "figures.json").read_text())
# The first item hardly belongs to its construct, and the others do not agree about its sign.
FAINT = np.array([[1, 0.05, -0.05, 0], [0.05, 1, 0.7, 0.3], [-0.05, 0.7, 1, 0.3], [0, 0.3, 0.3, 1]])
SPELLINGS = [
    "F =~ NA*a + 1*b + c\ny ~ F",
    "F =~ NA*a + b + c\nF ~~ 1*F\ny ~ F",
    "F =~ 1*b + a + c\ny ~ F",
    "F =~ c + b + a\ny ~ F",
    "F =~ NA*c + a + 1*b\ny ~ F",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_the_order_of_items_and_the_marker_do_not_matter(text):
    fit = cs.Model.from_syntax(text).fit(cs.Moments.from_table(n=300, cov=FAINT, items=list("abcy")))
    assert fit.status.usable
    assert fit.fit_measures()["chisq"] == pytest.approx(LAVAAN["faint"]["chisq"], abs=1e-6)
    standard = fit.parameters.set_index(["lhs", "op", "rhs"])["std"]
    assert abs(standard["y", "~", "F"]) == pytest.approx(LAVAAN["faint"]["std_path"], abs=1e-6)


@pytest.mark.parametrize("estimator", ["ML", "GLS"])
def test_a_marker_whose_loading_is_exactly_zero_is_named(estimator):
    """By symmetry a's loading is 0: in its unit the others have no end, and lavaan does not converge either."""
    moments = cs.Moments.from_table(n=300, cov=FAINT, items=list("abcy"))
    fit = cs.Model.from_syntax("F =~ a + b + c\ny ~ F").fit(moments, estimator=estimator)
    assert not fit.status.converged
    (reason,) = fit.status.reasons
    assert reason.startswith("F takes its unit from a, whose loading on it is zero:")
    assert "'F =~ NA*a + 1*b'" in reason
    assert "'F =~ NA*a + 1*b'" in reason.text("zh")


@pytest.mark.parametrize("loading", [0.0, 0.1])
@pytest.mark.parametrize(
    "text", ["F =~ a + b + c\ny ~ F", "F =~ b + a + c\ny ~ F", "F =~ NA*a + b + c\nF ~~ 1*F\ny ~ F"]
)
def test_samples_with_a_faint_first_loading_converge(loading, text):
    model, other = cs.Model.from_syntax(text), cs.Model.from_syntax("F =~ c + b + a\ny ~ F")
    for seed in range(60):
        rng = np.random.default_rng(seed)
        factor = rng.normal(size=300)
        frame = pd.DataFrame({k: (loading if k == "a" else 1) * factor + rng.normal(size=300) for k in "abcy"})
        fits = [one.fit(frame) for one in (model, other)]
        assert all(fit.status.usable for fit in fits), seed
        first, second = (fit.fit_measures()["chisq"] for fit in fits)
        assert first == pytest.approx(second, abs=1e-6), seed


def _three_blocks(seed: int, loading: float) -> pd.DataFrame:
    """Answers to F, G and H, of which the first item of F has the loading, in two groups of chance."""
    rng = np.random.default_rng(seed)
    first = rng.normal(size=300)
    second = 0.5 * first + 0.87 * rng.normal(size=300)
    third = 0.4 * first + 0.4 * second + 0.8 * rng.normal(size=300)
    blocks = {"f": first, "g": second, "h": third}
    frame = pd.DataFrame(
        {
            f"{name}{k}": (loading if (name, k) == ("f", 0) else 1 - 0.1 * k) * factor + rng.normal(size=300)
            for name, factor in blocks.items()
            for k in range(3)
        }
    )
    return frame.assign(o=0.5 * third + rng.normal(size=300), group=np.where(rng.random(300) < 0.5, "A", "B"))


HIGHER = "F =~ {}\nG =~ g0 + g1 + g2\nH =~ h0 + h1 + h2\nT =~ F + G + H\no ~ T"
CHAIN = "F =~ {}\nG =~ g0 + g1 + g2\nG ~ F\no ~ G + F"


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (HIGHER, {}),
        (CHAIN, {"groups": "group"}),
        (CHAIN, {"groups": "group", "equal": ["loadings"]}),
        (CHAIN, {"groups": "group", "equal": ["loadings", "intercepts"]}),
        (CHAIN, {"estimator": "GLS"}),
    ],
    ids=["higher order", "groups", "equal loadings", "equal intercepts", "GLS"],
)
@pytest.mark.parametrize("loading", [0.0, 0.1])
def test_a_faint_marker_under_a_higher_order_or_in_groups_converges(text, options, loading):
    """A lower construct's unit carries up to the higher one; equal loadings share one unit over the groups."""
    model, other = (cs.Model.from_syntax(text.format(block)) for block in ("f0 + f1 + f2", "f2 + f1 + f0"))
    for seed in (0, 3, 17):
        frame = _three_blocks(seed, loading)
        fits = [one.fit(frame, **options) for one in (model, other)]
        assert all(fit.status.usable for fit in fits), seed
        first, second = (fit.fit_measures()["chisq"] for fit in fits)
        assert first == pytest.approx(second, abs=1e-5), seed


@pytest.mark.parametrize("block", ["CUEX1 + CUEX2 + CUEX3", "CUEX3 + CUEX2 + CUEX1"])
def test_a_marker_of_noise_beside_collinear_constructs_converges(block):
    """Paths have a pole and the marker's loading is next to nothing: neither start alone leads past both."""
    frame = answers("mobi").sample(250, replace=True, random_state=4).reset_index(drop=True)
    frame = frame.assign(CUEX1=np.random.default_rng(4).normal(size=250))
    text = f"EXP =~ {block}\nQUA =~ PERQ1 + PERQ2 + PERQ3 + PERQ4\nVAL =~ PERV1 + PERV2\nSAT =~ CUSA1 + CUSA2 + CUSA3"
    text += "\nLOY =~ CUSL1 + CUSL2 + CUSL3\nQUA ~ EXP\nVAL ~ EXP + QUA\nSAT ~ EXP + QUA + VAL\nLOY ~ SAT"
    fit = cs.Model.from_syntax(text).fit(frame)
    assert fit.status.usable
    assert fit.fit_measures()["chisq"] == pytest.approx(256.18437, abs=1e-5)


@pytest.mark.parametrize("text", ["p ~~ 1*q", "q ~~ 1*p", "p ~~ c*q\nc == 1", "p ~~ 1*q\np ~~ start(0.1)*p"])
def test_a_covariance_above_the_guessed_variances_is_no_hindrance(text):
    moments = cs.Moments.from_table(n=300, cov=np.array([[0.76, 0.6], [0.6, 0.77]]), items=["p", "q"])
    fit = cs.Model.from_syntax(text).fit(moments)
    assert fit
    rows = fit.parameters.set_index(["lhs", "rhs"])["est"]
    assert rows["p", "p"] == pytest.approx(LAVAAN["fixed"]["p"], abs=1e-6)
    assert rows["q", "q"] == pytest.approx(LAVAAN["fixed"]["q"], abs=1e-6)
    assert fit.fit_measures()["chisq"] == pytest.approx(LAVAAN["fixed"]["chisq"], abs=1e-6)


def test_impossible_starting_covariances_are_lowered():
    moments = cs.Moments.from_table(n=300, cov=np.array([[0.76, 0.6], [0.6, 0.77]]), items=["p", "q"])
    fit = cs.Model.from_syntax("p ~~ start(5)*q\np ~~ start(.7)*p\nq ~~ start(.7)*q").fit(moments)
    assert fit.fit_measures()["chisq"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("estimator", ["ML", "GLS", "ULS"])
@pytest.mark.parametrize("seed", range(12))
def test_any_covariances_may_be_fixed_or_started(estimator, seed):
    """Some fixed, some started too large, some free, of up to four variables, so that links of links are raised too."""
    rng = np.random.default_rng(seed)
    items = list("pqrs")[: rng.integers(2, 5)]
    root = rng.normal(size=(len(items), len(items)))
    cov = root @ root.T + 0.2 * np.eye(len(items))
    lines = [f"{item} ~~ {item}" for item in items]
    for i, j in combinations(range(len(items)), 2):
        value = cov[i, j] * rng.uniform(0.3, 2.5)
        given = (f"{value:.3f}*", f"start({3 * value:.3f})*", "")[rng.integers(3)]
        lines.append(f"{items[i]} ~~ {given}{items[j]}")
    moments = cs.Moments.from_table(n=300, cov=cov, items=items)
    assert cs.Model.from_syntax("\n".join(lines)).fit(moments, estimator=estimator).status.usable


def test_a_free_covariance_beside_a_fixed_one():
    """The free one starts at zero and is not among those that are raised."""
    fit = cs.Model.from_syntax("p ~~ 1*q\nq ~~ r\nr ~~ r").fit(
        cs.Moments.from_table(n=300, cov=np.array([[1, 0.6, 0], [0.6, 1, 0.3], [0, 0.3, 1]]), items=["p", "q", "r"])
    )
    assert fit.status.usable


def test_units_do_not_cost_digits_of_incomplete_answers():
    rng = np.random.default_rng(0)
    factor = rng.normal(size=300)
    frame = pd.DataFrame({k: factor + rng.normal(size=300) for k in "abcyz"})
    frame.loc[::9, "a"] = np.nan
    model = cs.Model.from_syntax("F =~ a + b + c\ny ~ F")
    plain = model.fit(frame, missing="fiml")
    money = model.fit(frame.assign(y=frame["y"] * 4e6), missing="fiml")
    assert money
    assert money.fit_measures()["chisq"] == pytest.approx(plain.fit_measures()["chisq"], abs=1e-9)
    np.testing.assert_allclose(money.parameters["std"], plain.parameters["std"], rtol=1e-9)


def test_unweighted_least_squares_says_that_units_are_the_cause():
    rng = np.random.default_rng(0)
    factor = rng.normal(size=300)
    frame = pd.DataFrame({k: factor + rng.normal(size=300) for k in "abcy"})
    model = cs.Model.from_syntax("F =~ a + b + c\ny ~ F")
    assert "fit.unequal_units" not in [said.code for said in model.fit(frame, estimator="ULS").status.warnings]
    fit = model.fit(frame.assign(y=frame["y"] * 50), estimator="ULS")
    said = next(said for said in fit.status.warnings if said.code == "fit.unequal_units")
    assert "ULS is not scale-free, and the standard deviation of y is" in said
    for factor in (4e6, 1e-6):
        with pytest.raises(cs.DataError, match=r"ULS is not scale-free, and the standard deviation of '."):
            model.fit(frame.assign(y=frame["y"] * factor), estimator="ULS")


TWO = "F0 =~ x0 + x1 + x2\nF1 =~ x3 + x4 + x5 + x6\nF2 =~ x7 + x8 + x9\nF3 =~ x10 + x11 + x12\n"
TWO += "F1 ~ F0\nF2 ~ F1\nF3 ~ F1 + F2"


@pytest.mark.parametrize("text", [TWO, TWO.replace("x3 + x4 + x5 + x6", "x6 + x4 + x3 + x5")])
def test_least_squares_takes_the_lowest_minimum_and_says_that_there_is_another(text):
    frame = pd.read_csv(FOLDER / "two_minima.csv")
    fit = cs.Model.from_syntax(text).fit(
        cs.Moments.from_table(n=300, cov=frame.to_numpy(), items=list(frame.columns)), estimator="GLS"
    )
    # The minimum is flat along one direction, in which lavaan stops 1.5e-5 above it.
    assert fit.fit_measures()["chisq"] == pytest.approx(LAVAAN["two_minima"]["lower"], abs=2e-5)
    assert fit.fit_measures()["chisq"] <= LAVAAN["two_minima"]["lower"]
    assert LAVAAN["two_minima"]["default"] > LAVAAN["two_minima"]["lower"] + 4
    said = next(said for said in fit.status.warnings if said.code == "fit.other_minimum")
    assert said.startswith("Another solution of nearly the same misfit exists")
    assert "卡方值高" in said.text("zh")


def test_an_admissible_solution_is_not_given_up_for_an_inadmissible_one():
    case = golden("scalar_gls", ROBUST)
    fit = cs.Model.from_syntax(case.syntax).fit(answers(case.data), **case.arguments())
    assert fit
    assert fit.fit_measures()["chisq"] == pytest.approx(case.record["fit_measures"]["chisq"], rel=1e-6)
    said = next(said for said in fit.status.warnings if said.code == "fit.lower_inadmissible")
    assert said.startswith("Another solution has a chi-square")
