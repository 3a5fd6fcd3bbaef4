"""Verdicts on and summaries of ordered fits."""

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from ordered_golden import fit_case, ordered_answers, ordered_case

THREE = cs.Model.from_syntax("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9")


def codes(warnings):
    return [said.code for said in warnings]


@pytest.fixture(scope="module")
def repeated():
    """Four items, of which c nearly repeats b."""
    rng = np.random.default_rng(1)
    loadings = np.array([0.99, 0.5, 0.4, 0.3])
    latent = rng.standard_normal((400, 1)) * loadings + rng.standard_normal((400, 4)) * np.sqrt(1 - loadings**2)
    latent[:, 2] = latent[:, 1] + 0.1 * rng.standard_normal(400)
    return pd.DataFrame(np.digitize(latent, [-1, 0, 1]) + 1, columns=list("abcd"))


def test_negative_residual_variances_that_follow_are_heywood_cases(repeated):
    fit = cs.Model.from_syntax("F =~ a + b + c + d").fit(repeated, "WLSMV", ordered=True)
    assert not fit
    assert codes(fit.status.reasons) == ["fit.heywood.response"]
    assert fit.status.reasons[0].fields["item"] == "b"
    assert "fix the variance" not in fit.status.reasons[0]
    assert "fit.nearly_dependent" in codes(fit.status.warnings)
    follows = fit.parameters.loc[lambda f: (f["op"] == "~~") & (f["lhs"] == "b"), ["est", "se"]]
    assert follows["est"].item() < 0
    assert follows["se"].item() == 0


def test_theta_points_to_delta_where_a_variance_would_be_negative(repeated):
    fit = cs.Model.from_syntax("F =~ a + b + c + d").fit(repeated, "WLSMV", ordered=True, parameterization="theta")
    said = codes(fit.status.reasons)
    assert said[0] == "fit.not_converged"
    assert said[-1] == "fit.theta_not_converged"
    assert {one.fields["item"] for one in fit.status.reasons if one.code == "fit.loading_without_end"} >= {"b"}
    assert "delta" in fit.status.reasons[-1].text("zh")


def test_a_loading_that_theta_follows_to_infinity_is_not_called_unidentified():
    """Under delta the residual variance of x1 in one school is negative; x6, with a large loading, is no case."""
    survey = cs.Survey(ordered_answers("hs5"), weights="w")
    delta = THREE.fit(survey, "WLSMV", groups="school")
    assert [one.fields["item"] for one in delta.status.reasons] == ["x1"]
    theta = THREE.fit(survey, "WLSMV", groups="school", parameterization="theta")
    assert codes(theta.status.reasons) == ["fit.not_converged", "fit.loading_without_end", "fit.theta_not_converged"]
    assert theta.status.reasons[1].fields["item"] == "x1"


@pytest.mark.parametrize(("estimator", "instead"), [("DWLS", "WLSMV"), ("ULS", "ULSMV")])
def test_plain_errors_are_warned_of(estimator, instead):
    fit = fit_case(ordered_case(f"points5_{estimator.lower()}"))
    said = next(one for one in fit.status.warnings if one.code == "fit.errors_of_no_distribution")
    assert said.fields["instead"] == instead


def test_thresholds_do_not_count_as_parameters_that_take_rows():
    """48 parameters, 36 of them thresholds."""
    fit = THREE.fit(ordered_answers("hs5").iloc[:60], "WLSMV", ordered=True)
    assert codes(fit.status.warnings) == ["fit.small_sample"]
    # x2 loads next to nothing here; spreads of latent responses are not judged beside it.
    tiny = THREE.fit(ordered_answers("hs5").iloc[:15], "WLSMV", ordered=True)
    assert "fit.loadings_near_zero" in codes(tiny.status.warnings)
    assert "fit.wide_item" not in codes(tiny.status.warnings)
    few = THREE.fit(ordered_answers("hs5").iloc[3:14], "DWLS", ordered=True)
    said = next(one for one in few.status.warnings if one.code == "fit.fewer_rows_than_parameters")
    assert said.fields["parameters"] == 12


def test_full_weights_take_more_rows_than_moments():
    with pytest.raises(cs.DataError, match=r"weighs 72 thresholds and correlations .* which 60 rows do not determine"):
        THREE.fit(ordered_answers("hs5").iloc[:60], "WLS", ordered=True)


def test_correlations_that_contradict_each_other_are_said():
    frame = pd.DataFrame({
        "a": [1, 1, 1, 1, 2, 2, 2, 2] * 12, "b": [1, 1, 1, 2, 1, 2, 2, 2] * 12, "c": [2, 2, 1, 1, 1, 1, 2, 1] * 12,
    })  # fmt: skip
    frame = pd.concat([frame, 3 - frame.iloc[:31]], ignore_index=True)
    cov = cs.Model.from_syntax("F =~ a + b + c").fit(frame, "WLSMV", ordered=True).solution.sample_cov[0]
    fit = cs.Model.from_syntax("F =~ a + b + c").fit(frame, "WLSMV", ordered=True)
    assert ("ordered.indefinite" in codes(fit.status.warnings)) == bool(np.linalg.eigvalsh(cov)[0] < 0)


def test_pairwise_rows_are_counted():
    fit = THREE.fit(ordered_answers("hs5_blank"), "WLSMV", ordered=True, missing="pairwise")
    said = next(one for one in fit.status.warnings if one.code == "ordered.pairwise")
    blank = ordered_answers("hs5_blank")[[f"x{k}" for k in range(1, 10)]].notna().astype(int)
    assert said.fields["least"] == (blank.T @ blank).to_numpy().min()


def test_summaries_show_thresholds_and_scale_factors():
    fit = fit_case(ordered_case("group_scalar_delta_wlsmv"))
    english, chinese = repr(fit), fit._summary().text("zh")
    assert "WLSMV, 9 ordered items (delta)" in english
    assert "有序题项 9 个（delta 参数化）" in chinese
    for text, headings in ((english, ("Thresholds", "Scale factors")), (chinese, ("阈值", "尺度因子"))):
        assert all(heading in text.splitlines() for heading in headings)
    row = next(
        line.split() for line in english.split("Thresholds\n")[1].splitlines() if line.split()[:2] == ["x1", "Pasteur"]
    )
    cuts = fit.parameters[lambda f: (f["op"] == "|") & (f["lhs"] == "x1") & (f["group"] == "Pasteur")]
    np.testing.assert_allclose([float(cell) for cell in row[2:]], cuts["est"], atol=5e-4)
    assert "<summary>Thresholds</summary>" in fit._repr_html_()
    assert "Scale factors" not in repr(fit_case(ordered_case("points5_wlsmv")))


def test_equal_residuals_that_follow_are_said():
    """lavaan takes the word and does nothing."""
    options = {"groups": "school", "equal": ["thresholds", "loadings", "residuals"]}
    delta, theta = (
        THREE.fit(ordered_answers("hs5"), "WLSMV", parameterization=kind, **options) for kind in ("delta", "theta")
    )
    assert "ordered.residuals_follow" in codes(delta.status.warnings)
    assert "ordered.residuals_follow" not in codes(theta.status.warnings)


def test_thresholds_that_the_model_makes_fall_are_inadmissible():
    """No population has an answer of negative probability."""
    model = cs.Model.from_syntax("visual =~ x1 + x2 + x3\nx1 | 1*t1 + 0*t2")
    fit = model.fit(ordered_answers("hs5"), "WLSMV", ordered=True)
    assert not fit
    assert codes(fit.status.reasons) == ["fit.disordered_thresholds"]
    assert fit.status.reasons[0].fields["item"] == "x1"
    assert "t2 (0.000) is not above t1 (1.000)" in fit.status.reasons[0]
    assert "t2（0.000）" in fit.status.reasons[0].text("zh")
    rising = cs.Model.from_syntax("visual =~ x1 + x2 + x3\nx1 | -1*t1 + -0.5*t2").fit(
        ordered_answers("hs5"), "WLSMV", ordered=True
    )
    assert "fit.disordered_thresholds" not in codes(rising.status.reasons)


def test_ordered_items_that_no_list_names():
    """WLSMV takes those that the survey declares, or all; others take the declared ones; False takes numbers."""
    frame = ordered_answers("hs5")
    declared = cs.Survey(frame, ordered=["x1", "x2", "sex"])

    def ordered(data, estimator, given=None):
        table = THREE.fit(data, estimator, ordered=given).solution.table
        return () if table.ordered is None else table.ordered.names

    assert ordered(frame, "wlsmv") == THREE.items
    assert ordered(declared, "WLSMV") == ordered(declared, "ULSMV") == ("x1", "x2")
    assert ordered(frame, "DWLS") == ordered(frame, "WLSMV", given=False) == ordered(declared, "MLR") == ()
    levels = cs.invariance(THREE, frame, groups="school", estimator="WLSMV").table["level"]
    assert list(levels) == ["configural", "thresholds", "metric", "scalar", "strict"]
