"""Simulated answers: the population is the model's, and what cannot be drawn is refused in one sentence."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.structure import compile_structure
from csisem.errors import ModelError
from csisem.models.model import Model
from csisem.specification.construct import Construct
from csisem.specification.simulation.parameter_values import row_values
from simulated import MODEL, SIGMAS, VALUES, N, people

KINDS = {
    "acsi": (MODEL.to_syntax(), {}),
    "higher order": ("f =~ a + b + c\ng =~ d + e\nh =~ f + g\nk =~ i + j\nk ~ h", {}),
    "observed in paths": ("f =~ a + b + c\nf ~ x + z\ny ~ f + x", {"x ~~ x": 2.0, "x ~~ z": 0.4, "z ~~ z": 1.5}),
    "indicator in a path": ("f =~ a + b + c\ny ~ a", {}),
    "residual covariances": ("f =~ a + b + c\ng =~ d + e + h\na ~~ d\nf ~~ g", {}),
    "loop": ("a ~ b + x\nb ~ a + z", {"x ~~ x": 1.0, "x ~~ z": 0.3, "z ~~ z": 1.0}),
    "labels": ("f =~ a + k*b + k*c\nf ~~ v*f\na ~~ v*a", {}),
    "constraint": ("f =~ a + k*b + l*c\nk == 2*l", {}),
    "intercepts": ("f =~ a + b + c\na ~ 0*1\nf ~ 1\ny ~ f\ny ~ 1", {}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_population_moments_are_those_the_fit_would_imply(kind: str) -> None:
    text, moments = KINDS[kind]
    table = Model.from_syntax(text).table(meanstructure=True)
    theta = np.random.default_rng(3).uniform(0.3, 0.6, table.npar)
    rows = table.base + table.map @ theta
    values = {row.name: rows[r] for r, row in enumerate(table.rows) if not row.exogenous} | moments
    for r in table.representatives:
        if "~~" in table.rows[r].name and table.rows[r].lhs == table.rows[r].rhs:
            assert rows[r] > 0
    found = people(text, values | {f"{name} ~1": 0.0 for name in table.exogenous})
    structure = compile_structure(table)
    filled = structure.matrices(theta)
    for name, value in moments.items():
        i, j = (table.latents.index(part) for part in name.split(" ~~ "))
        filled.latent[0, i, j] = filled.latent[0, j, i] = value
    expected = implied(filled)
    # The same products in another order: a few rounding errors.
    np.testing.assert_allclose(found.cov, expected.cov[0], rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(found.mean, expected.mean[0], rtol=1e-12, atol=1e-13)


def test_covariances_of_a_large_sample_lie_within_their_sampling_error() -> None:
    sigma = people(MODEL.to_syntax(), VALUES).cov
    data = MODEL.simulate(N, VALUES, seed=1).to_numpy()
    # Wishart: Var(s_ij) = (sigma_ij^2 + sigma_ii sigma_jj) / n.
    error = np.sqrt((sigma**2 + np.outer(np.diag(sigma), np.diag(sigma))) / N)
    assert (np.abs(np.cov(data.T) - sigma) < SIGMAS * error).all()
    assert (np.abs(data.mean(axis=0)) < SIGMAS * np.sqrt(np.diag(sigma) / N)).all()


def test_a_fit_returns_the_values() -> None:
    fit = MODEL.fit(MODEL.simulate(50_000, VALUES, seed=2))
    assert fit.status
    free = fit.parameters[fit.parameters["se"] > 0]
    truth = np.array([VALUES[f"{a} {op} {b}"] for a, op, b in zip(free["lhs"], free["op"], free["rhs"], strict=True)])
    assert (np.abs(free["est"] - truth) < SIGMAS * free["se"]).all()


def test_a_fit_can_be_simulated_from() -> None:
    fit = MODEL.fit(MODEL.simulate(500, VALUES, seed=2), meanstructure=True)
    found = row_values(MODEL.table(meanstructure=True), fit.parameters)
    assert np.isfinite(found).all()
    drawn = MODEL.simulate(N, fit.parameters, seed=4)
    error = np.sqrt(drawn.var() / N)
    intercepts = fit.parameters.query("op == '~1' and se > 0").set_index("lhs")["est"]
    assert (np.abs(drawn.mean() - intercepts[drawn.columns]) < SIGMAS * error).all()


def test_keys_may_be_spaced_turned_labelled_and_chinese() -> None:
    text = "质量 =~ 质一 + a*质二 + a*质三\n满意 =~ 满一 + 满二\n满意 ~ 质量\n质一 ~~ 满一"
    values = {"a": 0.8, "满意=~满二": 1.0, "满意~质量": 0.5, "满一  ~~质一": 0.1, "质量~~质量": 1.0, "满意 ~~ 满意": 1}
    values |= {f"{item} ~~ {item}": 0.5 for item in ("质一", "质二", "质三", "满一", "满二")}
    frame = Model.from_syntax(text).simulate(50, values, scale=(1, 10), seed=1)
    assert list(frame.columns) == ["质一", "质二", "质三", "满一", "满二"]
    found = people(text, values)
    assert found.cov[1, 2] == pytest.approx(0.64)
    assert found.cov[0, 3] == pytest.approx(0.5 + 0.1)


def test_a_constraint_carries_values_over() -> None:
    text = "f =~ a + k*b + l*c\nk == 2*l"
    rest = {f"{name} ~~ {name}": 1.0 for name in "fabc"}
    assert people(text, {"l": 0.4, **rest}).cov[0, 1] == pytest.approx(0.8)
    assert people(text, {"k": 0.8, **rest}).cov[0, 2] == pytest.approx(0.4)
    with pytest.raises(ModelError, match="'k', 'l' contradict an equality"):
        people(text, {"k": 0.8, "l": 0.8, **rest})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Satisfaction ~ Qualty": 1.0}, r"names 'Satisfaction ~ Qualty'.*did you mean 'Satisfaction ~ Quality'"),
        ({"Quality =~ q1": 2.0}, r"'Quality =~ q1' is given as 2, but the model fixes it at 1"),
        ({"c1 ~~ c1": 0.2}, r"'c1 ~~ c1' is given as 0.2, but the model fixes it at 0"),
        ({"q1 ~~ q1": math.nan}, r"The value of 'q1 ~~ q1' must be a finite number; got nan"),
        ({"q1 ~~ q1": "much"}, r"must be a finite number; got 'much'"),
        ({"q1~~q1": 0.9}, r"gives one parameter twice: 'q1 ~~ q1' is 0.5 and 'q1~~q1' is 0.9"),
        ({"q1 ~~ q1": -0.2}, r"The variance 'q1 ~~ q1' is -0.2; it must not be below 0"),
        ({"q1 ~~ q1": 0.0, "q2 ~~ q2": 0.0}, r"imply for the items form no positive definite matrix.*'q1' with 'q2'"),
        ({"Complaints ~~ Complaints": 0.0, "Complaints ~ Satisfaction": 0.0}, r"'c1' has no variance"),
    ],
)
def test_values_that_cannot_be_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        MODEL.simulate(10, VALUES | change, seed=1)  # type: ignore[arg-type]


def test_every_parameter_without_a_value_is_named() -> None:
    with pytest.raises(ModelError, match=r"but 13 have none: 'Quality =~ q2', .* and 7 more"):
        MODEL.simulate(10, seed=1)
    short = {name: value for name, value in VALUES.items() if name != "Satisfaction ~ Quality"}
    with pytest.raises(ModelError, match=r"but 1 has none: 'Satisfaction ~ Quality'\."):
        MODEL.simulate(10, short, seed=1)
    with pytest.raises(ModelError, match=r"2 have none: 'y ~ x', 'x ~~ x'"):
        people("y ~ x", {"y ~~ y": 1.0})
    with pytest.raises(ModelError, match=r"1 has none: 'y ~1'"):
        people("y ~ x\ny ~ 1", {"y ~~ y": 1.0, "y ~ x": 1.0, "x ~~ x": 1.0})


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        ("y ~ x\nx ~ y", {"y ~ x": 1, "x ~ y": 1, "y ~~ y": 1, "x ~~ x": 1}, "loop without an equilibrium"),
        (
            "f =~ 1*a\ng =~ 1*b\nf ~~ g",
            {"f ~~ f": 1, "g ~~ g": 1, "f ~~ g": 2},
            "constructs and disturbances form no .* 2,",
        ),
        ("y ~ a*x\nb := a^2", {"b": 1}, "'b', which ':=' computes"),
        (
            "f =~ 1*a\ng =~ 1*b\nf ~~ g",
            {"f ~~ f": 0, "g ~~ g": 1, "f ~~ g": 2},
            "'f' has variance 0, so it cannot covary",
        ),
    ],
)
def test_models_without_a_population_are_refused(text: str, values: dict[str, float], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        people(text, values)


def test_frames_are_read_by_their_columns() -> None:
    rows = [
        ("f", "~~", "f", 1.0, "A"),
        ("a", "~~", "a", 0.5, "A"),
        ("b", "~~", "b", 0.5, "A"),
        ("a", "~1", "", 3.0, "A"),
    ]
    frame = pd.DataFrame([*rows, ("d", ":=", "1+1", 2.0, "")], columns=["lhs", "op", "rhs", "est", "group"])
    assert people("f =~ 1*a + 1*b", frame).mean.tolist() == [3.0, 0.0]
    with pytest.raises(ModelError, match=r"lacks the columns 'est'"):
        people("f =~ 1*a + 1*b", frame.drop(columns="est"))
    both = pd.concat([frame, frame.assign(group="B")])
    with pytest.raises(ModelError, match=r"2 groups \('A', 'B'\)"):
        people("f =~ 1*a + 1*b", both)
    with pytest.raises(ModelError, match="a mapping from parameter to number or a pandas frame"):
        people("f =~ 1*a + 1*b", 3)


def test_formed_constructs_are_refused() -> None:
    model = Model([Construct("f", ["a", "b"], "B"), Construct("g", ["c", "d"])], [("f", "g")])
    with pytest.raises(ModelError, match="'f' is a composite, formed by its items"):
        model.simulate(10, {}, seed=1)


def test_means_left_out_are_the_middle_of_the_scale() -> None:
    assert people(MODEL.to_syntax(), VALUES, centre=5.5).mean.tolist() == [5.5] * 6
    moved = people(MODEL.to_syntax(), VALUES | {"Quality ~1": 1.0, "q1 ~1": 7.0}, centre=5.5).mean
    # Quality moves its items by their loadings, Satisfaction by 0.7, Complaints by -0.3 * 0.7.
    np.testing.assert_allclose(moved, [8.0, 5.5 + 0.8, 5.5 + 1.1, 5.5 + 0.7, 5.5 + 0.63, 5.5 - 0.21], rtol=1e-14)


def test_an_observed_outcome_left_out_keeps_the_middle_and_a_stated_one_follows_its_predictors() -> None:
    values = {"y ~ x": 0.5, "y ~~ y": 1.0, "x ~~ x": 1.0}
    assert people("y ~ x", values | {"x ~1": 8.0}, centre=5.5).mean.tolist() == [5.5, 8.0]
    assert people("y ~ x", values | {"x ~1": 8.0, "y ~1": 1.0}, centre=5.5).mean.tolist() == [5.0, 8.0]


def test_values_must_satisfy_the_constraints():
    model = Model.from_syntax("Q =~ q1 + a*q2 + b*q3\na > b^2\na + 0*b == b^3 + 0.1")
    values = {"a": 0.9, "b": 0.8 ** (1 / 3), "q1 ~~ q1": 1, "q2 ~~ q2": 1, "q3 ~~ q3": 1, "Q ~~ Q": 1}
    assert len(model.simulate(5, values, seed=1)) == 5
    with pytest.raises(ModelError, match=r"do not satisfy 'a \+ 0\*b == b\^3 \+ 0.1' of the model"):
        model.simulate(5, values | {"a": 1.0}, seed=1)
