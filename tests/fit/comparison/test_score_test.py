"""Score tests of equations, against lavaan's lavTestScore()."""

from __future__ import annotations

import numpy as np
import pytest

import csisem as cs
from constraints_golden import data_of, fitted, key, record
from csisem.fit.comparison.equality_tests import equality_tests
from refusals import refusal

# Figures of twelve digits at polished optima.
LAVAAN = 1e-6


@pytest.mark.parametrize("name", ["metric_scores", "scalar_scores", "scalar_mlr_scores", "labels_scores"])
def test_tests_are_lavaans(name):
    theirs, table = record(name)["score_tests"], cs.score_test(fitted(name))
    np.testing.assert_allclose(table["chisq"][:-1], theirs["univariate"]["X2"], rtol=LAVAAN, atol=LAVAAN)
    np.testing.assert_allclose(table["pvalue"][:-1], theirs["univariate"]["p.value"], rtol=LAVAAN, atol=LAVAAN)
    assert table["chisq"].iloc[-1] == pytest.approx(theirs["total"]["X2"], rel=LAVAAN)


@pytest.mark.parametrize("name", ["metric_scores", "labels_scores"])
def test_expected_changes_are_lavaans(name):
    theirs, frame = record(name)["score_tests"]["epc"], cs.score_test(fitted(name)).attrs["epc"]
    ours = {key(*row[:4]): row[4:] for row in frame[["lhs", "op", "rhs", "group", "epc", "epv"]].values}
    for k, op in enumerate(theirs["op"]):
        group = record(name)["group_labels"][theirs["group"][k] - 1] if "group" in theirs else 1
        epc, epv = ours[key(theirs["lhs"][k], op, theirs["rhs"][k], group)]
        if theirs["epc"][k] is None:
            assert np.isnan(epc)
        else:
            assert epc == pytest.approx(theirs["epc"][k], abs=LAVAAN)
            assert epv == pytest.approx(theirs["epv"][k], abs=LAVAAN)


def test_joint_df_are_those_that_the_data_determine():
    # Without the fifteen equations nothing fixes the three latent means of the second school: lavaan counts fifteen.
    table = cs.score_test(fitted("scalar_scores"))
    assert len(table) == 16
    assert table["df"].iloc[-1] == 12
    assert table.attrs["epc"]["epc"].isna().all()


def test_invariance_has_the_same_tests():
    fit = fitted("metric_scores")
    groups = equality_tests(fit.solution)
    single = cs.score_test(fit)[:-1]
    np.testing.assert_allclose(np.sort(groups["mi"]), np.sort(single["chisq"]), rtol=1e-10)


def test_a_score_test_foretells_the_difference():
    # Constraints that nearly hold: the score test and the difference of chi-squares agree to first order.
    syntax = record("free_ml")["syntax"]
    data = data_of("free_ml")
    for constraint in ("a == 0.76*b", "a == 1.04*b^2"):
        held = cs.Model.from_syntax(f"{syntax}\n{constraint}").fit(data)
        difference = held.fit_measures()["chisq"] - fitted("free_ml").fit_measures()["chisq"]
        table = cs.score_test(held)
        assert table["chisq"][0] == pytest.approx(difference, rel=0.05, abs=1e-3)
        assert list(table["constraint"]) == [constraint]


def test_effect_coding_is_not_an_equation_to_test():
    assert "holds no equation" in refusal(cs.ModelError, lambda: cs.score_test(fitted("effect_coding")))


def test_an_equation_said_twice_is_not_released_alone():
    model = cs.Model.from_syntax("visual =~ x1 + a*x2 + a*x3 + b*x4\na == b\n2*a == 2*b")
    table = cs.score_test(model.fit(data_of("free_ml")))
    assert np.isnan(table["chisq"][1:3]).all()
    assert table["df"].iloc[-1] == 2


def test_fits_without_equations_or_covariances():
    fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone(), "PLS")
    assert "Score tests" in refusal(cs.OptionError, lambda: cs.score_test(fit))
    assert "holds no equation" in refusal(cs.ModelError, lambda: cs.score_test(fitted("free_ml")))
