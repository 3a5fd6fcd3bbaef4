"""Groups of a structure: without equalities each is a fit of its own, and many of them stay cheap."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest

import csisem as cs

ITEMS = ["a1", "a2", "a3", "b1", "b2", "b3"]
MODEL = cs.Model.from_syntax("A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nB ~ A")


def answers(groups: int, n: int = 120) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    a = rng.normal(size=(groups * n, 1))
    b = 0.6 * a + rng.normal(size=a.shape)
    values = np.concatenate([a + rng.normal(size=(len(a), 3)), b + rng.normal(size=(len(a), 3))], axis=1)
    return pd.DataFrame(values, columns=ITEMS).assign(g=np.repeat(np.arange(groups), n))


def test_each_group_is_a_fit_of_its_own():
    frame = answers(12)
    together = MODEL.fit(frame, groups="g").parameters
    for group, own in together.groupby("group"):
        alone = MODEL.fit(frame[frame["g"] == group], meanstructure=True).parameters
        numbers = ["est", "se", "std", "std_se"]
        # Two descents to the same minimum.
        np.testing.assert_allclose(own[numbers], alone[numbers], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("equal", ["loadings", ["loadings", "intercepts", "regressions"]])
def test_equalities_border_the_blocks(equal):
    fit = MODEL.fit(answers(7), groups="g", equal=equal)
    information = fit.solution.unit_information("expected")
    whole = np.linalg.inv(information) / fit.n
    np.testing.assert_allclose(fit.solution.vcov, whole, rtol=1e-9, atol=1e-12 * np.abs(whole).max())
    frame = fit.parameters
    se = np.sqrt(np.diag(fit.solution.table.map @ whole @ fit.solution.table.map.T))
    np.testing.assert_allclose(frame["se"], se, rtol=1e-9, atol=1e-12)


def test_a_difference_between_groups_has_its_error():
    syntax = "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nB ~ c(one, two) * A\napart := one - two"
    frame = answers(2)
    fit = cs.Model.from_syntax(syntax).fit(frame, groups="g")
    rows = fit.parameters.set_index("label")
    paths = [MODEL.fit(frame[frame["g"] == g], meanstructure=True).paths.iloc[0] for g in (0, 1)]
    assert rows.loc["apart", "est"] == pytest.approx(paths[0]["est"] - paths[1]["est"], rel=1e-6)
    assert rows.loc["apart", "se"] == pytest.approx(np.hypot(paths[0]["se"], paths[1]["se"]), rel=1e-6)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
@pytest.mark.parametrize("equal", [(), ("loadings", "regressions")])
def test_effects_and_robust_errors_by_group(estimator, equal):
    fit = MODEL.fit(answers(5), groups="g", equal=equal, estimator=estimator)
    solution = fit.solution

    def paths(theta):
        return solution.effects_at(theta, standardized=True)

    np.testing.assert_allclose(solution.errors_by_group(paths), solution.errors_of(paths), rtol=1e-9, atol=1e-14)


def test_an_unidentified_group_is_named():
    model = cs.Model.from_syntax("A =~ NA*a1 + a2 + a3")
    fit = model.fit(answers(3), groups="g")
    assert not fit.status.usable
    assert "not identified" in fit.status.reasons[0]


def test_memory_grows_with_the_groups_not_with_their_square():
    peaks = []
    for groups in (20, 80):
        frame = answers(groups)
        tracemalloc.start()
        fit = MODEL.fit(frame, groups="g")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert fit.status.usable
    # Four times the groups; one matrix of all parameters would grow sixteenfold.
    assert peaks[1] < 6 * peaks[0]


def test_robust_errors_take_more_rows_than_a_group_has_parameters():
    frame = pd.concat([answers(1, 200), answers(1, 15).assign(g=1)], ignore_index=True)
    with pytest.raises(cs.DataError, match=r"15 rows in group 1 for 19 free parameters"):
        MODEL.fit(frame, groups="g", estimator="MLR")
    assert MODEL.fit(frame, groups="g").status.usable


def test_a_model_without_free_parameters_is_shown():
    fixed = "A =~ 1*a1 + 1*a2 + 1*a3\nA ~~ 1*A\n" + "\n".join(f"a{i} ~~ 1*a{i}" for i in (1, 2, 3))
    data = cs.Survey(answers(1)[["a1", "a2", "a3"]].clip(-4, 4), scale=(-4, 4))
    fit = cs.Model.from_syntax(fixed).fit(data)
    assert fit.solution.table.npar == 0
    assert "chi-square" in str(fit)
    assert (fit.parameters["se"] == 0).all()
    assert cs.csi(fit)["se"].item() > 0
