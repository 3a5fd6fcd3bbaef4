"""Groups with ordered items: what is equal, released or given by group, and requests that cannot be met."""

from __future__ import annotations

import numpy as np
import pytest

import csisem as cs
from ordered_golden import ordered_answers

SYNTAX = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
LOOSE = {"estimator": "WLSMV", "ordered": True, "parameterization": "theta", "groups": "school"}


def fit(syntax: str = SYNTAX, data: str = "hs3", **options: object) -> cs.Fit:
    return cs.Model.from_syntax(syntax).fit(ordered_answers(data), **(LOOSE | options))


def by_group(found: cs.Fit, lhs: str, op: str, rhs: str = "") -> np.ndarray:
    rows = found.parameters
    return rows[(rows["lhs"] == lhs) & (rows["op"] == op) & (rows["rhs"] == rhs)]["est"].to_numpy()


def test_thresholds_are_equal_but_those_released():
    held = fit(equal=["loadings", "thresholds"])
    freed = fit(equal=["loadings", "thresholds"], release=["x1 | t2", "x4|t1"])
    assert freed.fit_measures()["df"] == held.fit_measures()["df"] - 2
    first, second = by_group(freed, "x1", "|", "t2")
    assert abs(first - second) > 1e-3
    for name, threshold in (("x1", "t1"), ("x4", "t2"), ("x6", "t2")):
        first, second = by_group(freed, name, "|", threshold)
        assert first == second


def test_released_intercepts_and_residual_variances_are_those_written_out():
    """They keep their value in the first group only, as released markers do."""
    kinds = ["loadings", "thresholds", "residuals"]
    released = fit(equal=kinds, release=["x3 ~1", "x5 ~~ x5"])
    written = fit(SYNTAX + "\nx3 ~ c(0, NA)*1\nx5 ~~ c(1, NA)*x5", equal=kinds, release=["x3 ~1", "x5 ~~ x5"])
    assert released.fit_measures()["chisq"] == pytest.approx(written.fit_measures()["chisq"], rel=1e-9)
    assert by_group(released, "x3", "~1")[0] == 0
    assert abs(by_group(released, "x3", "~1")[1]) > 1e-3
    assert by_group(released, "x5", "~~", "x5")[0] == 1
    assert abs(by_group(released, "x5", "~~", "x5")[1] - 1) > 1e-3
    # Nothing is equal of which an intercept could be released.
    assert (by_group(fit(equal=["loadings"], release=["x3 ~1"]), "x3", "~1") == 0).all()


def test_thresholds_take_labels_and_values_by_group():
    found = fit(SYNTAX + "\nx1 | c(a, b)*t1 + c(s, s)*t2\nx2 | c(-1, NA)*t1\ngap := a - b")
    first, second = by_group(found, "x1", "|", "t1")
    assert by_group(found, "gap", ":=", "a - b") == pytest.approx(first - second)
    assert np.ptp(by_group(found, "x1", "|", "t2")) == 0
    fixed, free = by_group(found, "x2", "|", "t1")
    assert fixed == -1
    assert abs(free + 1) > 1e-3


def test_four_groups_share_what_is_equal():
    found = fit(groups=["school", "sex"], equal=["loadings", "thresholds"])
    assert len(found.groups) == 4
    assert np.ptp(by_group(found, "x1", "|", "t1")) == np.ptp(by_group(found, "visual", "=~", "x2")) == 0
    means, scales = by_group(found, "visual", "~1"), by_group(found, "x1", "~~", "x1")
    assert (means[0], scales[0]) == (0, 1)
    assert (np.abs(means[1:]) > 1e-6).all()
    assert len(set(scales)) == 4


def test_groups_with_nothing_equal_are_fits_of_their_own():
    frame = ordered_answers("hs3")
    together = fit(groups=["school", "sex"], parameterization="delta")
    model = cs.Model.from_syntax(SYNTAX)
    alone = [model.fit(own, "WLSMV", ordered=True) for _, own in frame.groupby(["school", "sex"])]
    chisq = [one.fit_measures()["chisq"] for one in alone]
    assert together.fit_measures()["chisq"] == pytest.approx(sum(chisq), rel=1e-9)
    errors = together.parameters.query("op == '=~' and rhs == 'x2'")["se"]
    own = [one.parameters.query("op == '=~' and rhs == 'x2'")["se"].item() for one in alone]
    # lavaan's errors have the divisor N - G of all groups: (n - 1)/n of each group against that of all.
    assert sorted(errors) == pytest.approx(sorted(own), rel=1 / 40)


def test_a_lone_item_that_is_its_construct_keeps_its_unit_free():
    """With equal residual variances too, since it has none."""
    syntax = SYNTAX + "\nlone =~ x9\nlone ~ visual"
    for kinds in (["loadings", "thresholds"], ["loadings", "thresholds", "residuals"]):
        first, second = by_group(fit(syntax, equal=kinds), "lone", "~~", "lone")
        assert first == 1
        assert abs(second - 1) > 1e-3


@pytest.mark.parametrize(
    ("syntax", "options", "kind", "words"),
    [
        (SYNTAX, {"ordered": False, "parameterization": "delta", "equal": ["thresholds"]}, cs.OptionError,
         "equal='thresholds' is about ordered items; give ordered= too"),
        (SYNTAX, {"release": ["x1 | t2"]}, cs.OptionError, "give equal= too"),
        (SYNTAX, {"equal": ["thresholds"], "release": ["x1 | t3"]}, cs.OptionError,
         "release= names 'x1|t3', which is not a parameter of the model (did you mean 'x1|t"),
        (SYNTAX, {"equal": ["treshold"]}, cs.OptionError, "did you mean 'thresholds'?"),
        (SYNTAX + "\nx1 | c(a, b, c)*t1", {}, cs.ModelError, "'x1 | t1' lists 3 modifiers in c(...), but"),
        (SYNTAX + "\nx1 | t3", {}, cs.ModelError, "its 3 answers have the thresholds t1 to t2"),
    ],
)  # fmt: skip
def test_requests_that_cannot_be_met(syntax, options, kind, words):
    with pytest.raises(kind) as refused:
        fit(syntax, **options)
    assert words in str(refused.value)


def test_an_answer_that_a_group_lacks_is_refused():
    frame = ordered_answers("hs3")
    lacking = frame.assign(x1=frame["x1"].where(frame["school"] == "Pasteur", frame["x1"].clip(upper=2)))
    with pytest.raises(cs.DataError, match="Nobody in group 'Grant-White' gave the answer 3 to the ordered item 'x1'"):
        cs.Model.from_syntax(SYNTAX).fit(lacking, **LOOSE)


@pytest.mark.parametrize("bounds", ["standard", "wide"])
def test_bounds_from_variances_of_one_are_refused_where_these_are_others(bounds):
    # lavaan takes them, and ends at chi-squares of 80.07 and 66.79 instead of 55.83.
    model, data = cs.Model.from_syntax(SYNTAX + "\nspeed =~ x7 + x8 + x9"), ordered_answers("hs5")
    with pytest.raises(cs.OptionError, match="under parameterization='theta'; use 'delta'"):
        model.fit(data, "WLSMV", ordered=True, parameterization="theta", bounds=bounds)
    with pytest.raises(cs.OptionError, match="after the first group where thresholds are equal"):
        model.fit(data, "WLSMV", ordered=True, groups="school", equal="thresholds", bounds=bounds)
    usual, found = (model.fit(data, "WLSMV", ordered=True, bounds=one) for one in (None, bounds))
    assert found.fit_measures()["chisq"] == pytest.approx(usual.fit_measures()["chisq"], rel=1e-9)
    by_school = model.fit(cs.Survey(data, scale=(1, 5)), "WLSMV", ordered=True, groups="school", bounds=bounds)
    with pytest.warns(cs.CsisemWarning, match="support metric invariance"):
        cs.csi(by_school)
