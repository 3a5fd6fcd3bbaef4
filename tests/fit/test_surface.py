"""What a fit and a bootstrap show to a researcher, and that rooms of fit import each other in one direction."""

from __future__ import annotations

import grimp
import pandas as pd
import pytest

import csisem as cs

SHOWN = [
    "data", "degrees", "estimator", "fit_measures", "group_n", "groups", "implied_cov", "implied_mean", "intervals",
    "judged", "latent_correlations", "loadings", "matrices", "model", "moments", "n", "parameters", "paths", "plot",
    "r_squared", "residuals", "scores", "settings", "status", "summary", "vcov",
]  # fmt: skip


def _public(value):
    return [name for name in dir(value) if not name.startswith("_")]


@pytest.fixture(scope="module")
def fits():
    model, moments = cs.datasets.mobile_phone_model("small"), cs.datasets.mobile_phone()
    return model.fit(moments), model.fit(moments, "PLS")


def test_a_fit_shows_what_is_read_off_it(fits):
    ml, pls = fits
    assert _public(ml) == sorted([*SHOWN, "design_effects"])
    assert _public(pls) == sorted([*SHOWN, "weights"])


def test_what_a_kind_of_fit_does_not_have_is_no_attribute(fits):
    ml, pls = fits
    assert hasattr(pls, "weights")
    assert not hasattr(ml, "weights")
    assert not hasattr(pls, "design_effects")
    with pytest.raises(cs.OptionError, match="estimator='PLS' has no design effects; fit by 'MLR'"):
        _ = pls.design_effects
    with pytest.raises(
        cs.OptionError, match="estimator='ML' has no outer weights, and the model no composite; fit by 'PLS'"
    ):
        _ = ml.weights


def test_a_bootstrap_shows_what_is_read_off_it(fits):
    shown = [
        "draws",
        "failures",
        "fit",
        "html",
        "intervals",
        "method",
        "n",
        "notes",
        "plot",
        "seed",
        "text",
        "under",
        "wild",
    ]
    for fit, more in zip(fits, (["pvalue"], ["fit_test"]), strict=True):
        drawn = cs.bootstrap(fit, n=4, method="parametric", seed=1)
        assert _public(drawn) == sorted(shown + more)
        assert hasattr(drawn, "pvalue") == (fit.estimator == "ML")


def test_intervals_at_any_level(fits):
    for fit in fits:
        usual, wide = fit.intervals(), fit.intervals(level=0.99)
        pd.testing.assert_frame_equal(usual[["ci_lower", "ci_upper"]], fit.parameters[["ci_lower", "ci_upper"]])
        width = (wide["ci_upper"] - wide["ci_lower"]) / (usual["ci_upper"] - usual["ci_lower"])
        assert width.dropna().to_numpy() == pytest.approx(2.5758293035489 / 1.9599639845400545)
        middle = (wide["std_ci_lower"] + wide["std_ci_upper"]) / 2
        assert middle.dropna().to_numpy() == pytest.approx(fit.parameters["std"][middle.notna()].to_numpy())
    with pytest.raises(cs.OptionError, match="level=95 is not between 0 and 1"):
        fits[0].intervals(level=95)
    columns = list(cs.bootstrap(fits[0], n=40, method="parametric", seed=1).intervals(interval="normal"))
    robust = {"se_robust", "std_se_robust"}
    assert robust <= set(columns)
    assert list(fits[0].intervals()) == [column for column in columns if column not in robust]


@pytest.mark.parametrize(
    "read",
    [
        cs.csi,
        cs.effects,
        lambda fit, **given: cs.improve.ipma(fit, "SAT", **given),
        cs.diagnose.reliability,
        cs.diagnose.validity,
        cs.diagnose.inner_model,
    ],
)
def test_a_kind_of_interval_without_a_bootstrap_is_refused(fits, read):
    words = r"interval='bca' is for the intervals of a bootstrap; give bootstrap=, or leave it out\."
    with pytest.raises(cs.OptionError, match=words):
        read(fits[1], interval="BCa")
    with pytest.raises(cs.OptionError, match="did you mean 'percentile'"):
        read(fits[1], interval="percentil")


def test_solutions_print_in_a_line(fits):
    assert repr(fits[0].solution) == "CovarianceSolution(ML, n = 250: admissible)"


def test_no_circle_in_fit_even_of_imports_for_types():
    graph = grimp.build_graph("csisem", exclude_type_checking_imports=False)
    inside = {name for name in graph.modules if name.startswith("csisem.fit.")}
    left = {name: graph.find_modules_directly_imported_by(name) & inside for name in inside}
    # Modules that import nothing that is left go, until none is left, or only circles.
    while free := [name for name, imported in left.items() if not imported & left.keys()]:
        for name in free:
            del left[name]
    assert not left
