"""A higher-order construct over one dimension: one verdict whatever the rounding, the estimator and the stages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs

MEASURED = "D =~ a + b + c\nY =~ x + y + z\n"
TEXT = MEASURED + "H =~ D\nY ~ H"
SAID = "H is measured by the one dimension D and is that dimension by definition"


def answers() -> pd.DataFrame:
    draw = np.random.default_rng(0)
    first = draw.normal(size=300)
    second = 0.6 * first + 0.8 * draw.normal(size=300)
    columns = {name: first + draw.normal(size=300) for name in "abc"}
    return pd.DataFrame(columns | {name: second + draw.normal(size=300) for name in "xyz"})


@pytest.mark.parametrize("estimator", ["ML", "MLR", "GLS", "ULSM"])
@pytest.mark.parametrize("decimals", [0, 1, 2, 12])
def test_the_verdict_does_not_hang_on_rounding(estimator, decimals):
    fit = cs.Model.from_syntax(TEXT).fit(answers().round(decimals), estimator=estimator)
    assert fit
    assert sum(SAID in warning for warning in fit.status.warnings) == 1


@pytest.mark.parametrize("higher_order", ["disjoint", "embedded", "repeated"])
@pytest.mark.parametrize("decimals", [0, 1, 2, 12])
def test_the_verdict_does_not_hang_on_the_stages_of_pls(higher_order, decimals):
    fit = cs.Model.from_syntax(TEXT).fit(answers().round(decimals), estimator="PLS", higher_order=higher_order)
    assert fit
    assert sum(SAID in warning for warning in fit.status.warnings) == 1


def test_it_is_fitted_as_its_dimension():
    whole = cs.Model.from_syntax(TEXT).fit(answers())
    plain = cs.Model.from_syntax(MEASURED + "Y ~ D").fit(answers())
    names = ["chisq", "df", "npar", "rmsea", "cfi"]
    np.testing.assert_allclose(whole.fit_measures()[names], plain.fit_measures()[names], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(whole.paths[["est", "se", "std"]], plain.paths[["est", "se", "std"]], rtol=1e-6)
    scores = whole.scores()
    np.testing.assert_allclose(scores["H"], scores["D"], rtol=1e-9, atol=1e-12)


def test_chains_and_replicates():
    model = cs.Model.from_syntax(MEASURED + "H =~ D\nK =~ H\nY ~ K")
    fit = model.fit(answers())
    assert fit
    assert len([warning for warning in fit.status.warnings if "by definition" in warning]) == 2
    draws = cs.bootstrap(fit, n=40, seed=1)
    assert not draws.replicates.inadmissible


@pytest.mark.parametrize("estimator", ["ML", "MLR", "GLS"])
@pytest.mark.parametrize("decimals", [0, 1, 2, 12])
def test_a_disturbance_that_is_asked_for_is_not_identified(estimator, decimals):
    """Observed information at a rounded optimum bends the flat direction; MLR called such fits admissible."""
    fit = cs.Model.from_syntax(TEXT + "\nD ~~ D").fit(answers().round(decimals), estimator=estimator)
    assert not fit.status.identified
    assert "D ~~ D" in fit.status.reasons[0]


def test_incomplete_answers_are_judged_alike():
    frame = answers().mask(np.random.default_rng(1).random((300, 6)) < 0.1)
    assert cs.Model.from_syntax(TEXT).fit(frame, missing="fiml")
    assert not cs.Model.from_syntax(TEXT + "\nD ~~ D").fit(frame, missing="fiml").status.identified


def test_a_construct_equal_to_another_by_its_own_statements_is_not_refused_for_it():
    text = "D =~ a + b + c\nP =~ x + y + z\nP ~ D\nP ~~ 0*P"
    fits = [cs.Model.from_syntax(text).fit(answers().round(decimals)) for decimals in (0, 1, 2, 12)]
    assert all(fits)


def test_a_dimension_with_predictors_of_its_own_keeps_its_disturbance():
    fit = cs.Model.from_syntax(MEASURED + "H =~ D\nD ~ Y").fit(answers())
    assert not fit.status.identified
