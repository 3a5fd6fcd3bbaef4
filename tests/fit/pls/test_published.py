"""Published figures of PLS through the public door; see tests/golden/smartpls-2.0.M3 and seminr-R-3.6.0."""

from __future__ import annotations

import numpy as np
import pytest

import csisem as cs
from composites import FULL, golden, mobi_frame, paths
from csisem.specification.construct import Construct

ECSI = golden("smartpls-2.0.M3/ecsi.json")
SEMINR = golden("seminr-R-3.6.0/figures.json")
SCHEMES = ["path", "centroid", "factorial"]
# SmartPLS prints eight digits of iterations that it ends early.
PRINTED = 3e-8
# seminr's R fixtures stop at a summed change of 1e-7.
STOPPED = 1e-7


def _digits(text: int) -> float:
    """Half a unit of the last printed digit."""
    return 0.5000001 * 10.0**-text


@pytest.fixture(scope="module")
def frame():
    return mobi_frame()


@pytest.fixture(scope="module")
def fits(frame):
    return {scheme: FULL.fit(frame, "PLS", scheme=scheme) for scheme in SCHEMES}


def _est(frame):
    return frame.set_index(["lhs", "rhs"])["est"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_paths(fits, scheme):
    fit = fits[scheme]
    assert fit
    assert isinstance(fit, cs.Fit)
    found = _est(fit.paths)
    assert len(found) == len(ECSI["paths"])
    for text, figure in ECSI["paths"].items():
        source, target = text.split("->")
        assert found[target, source] == pytest.approx(figure[scheme], abs=PRINTED), text


def test_moments_give_the_same_estimates_as_rows(fits):
    from_moments = FULL.fit(cs.datasets.mobile_phone(), "PLS")
    assert from_moments.parameters["est"].to_numpy() == pytest.approx(fits["path"].parameters["est"], abs=1e-10)
    assert from_moments.settings.errors == "normal theory"
    assert fits["path"].settings.errors == "sandwich"


@pytest.mark.parametrize("scheme", ["path", "centroid"])
def test_weights(fits, scheme):
    weights = fits[scheme].weights
    for stem, figures in ECSI["weights"][scheme].items():
        own = weights["rhs"].str.startswith(stem) & (weights["rhs"] != "CUSCO")
        assert weights["est"][own].to_numpy() == pytest.approx(figures, abs=PRINTED), stem
    single = weights[weights["rhs"] == "CUSCO"].iloc[0]
    assert (single["est"], single["se"]) == (1.0, 0.0)


def test_loadings(fits):
    loadings = fits["path"].loadings
    for stem, figures in ECSI["loadings"].items():
        own = loadings["rhs"].str.startswith(stem)
        assert loadings["est"][own].to_numpy() == pytest.approx(figures, abs=PRINTED), stem


def test_total_effects(fits):
    effects = cs.effects(fits["path"]).set_index(["source", "target"])
    for text, figure in ECSI["total_effects"].items():
        assert effects.loc[tuple(text.split("->")), "total"] == pytest.approx(figure, abs=PRINTED), text
    direct = _est(fits["path"].paths)
    for (target, source), value in direct.items():
        assert effects.loc[(source, target), "direct"] == value
    assert effects.loc[("Image", "Quality"), "direct"] == 0.0


@pytest.mark.parametrize("scheme", ["path", "centroid"])
def test_measures(fits, scheme):
    fit = fits[scheme]
    shares = fit.r_squared
    for name, figure in ECSI["derived"]["r_squared"][scheme].items():
        assert shares[name] == pytest.approx(figure, abs=_digits(6)), name
    figures = ECSI["derived"]["goodness_of_fit"][scheme]
    measures = fit.fit_measures()
    assert measures["gof"] == pytest.approx(figures["without singles"], abs=_digits(6))
    assert measures["gof.all"] == pytest.approx(figures["with singles"], abs=_digits(6))
    assert measures["r2"] == pytest.approx(np.mean(list(ECSI["derived"]["r_squared"][scheme].values())), abs=1e-6)


def test_the_trap_of_consistent_pls(frame):
    fit = FULL.fit(frame, "PLSc")
    assert not fit
    assert fit.status.usable
    assert fit.status.verdict.startswith("INADMISSIBLE")
    (reason,) = fit.status.reasons
    assert "'Satisfaction', 'Quality', 'Loyalty' are impossible together" in reason
    texts = list(ECSI["paths"])
    found = _est(fit.paths)
    values = [found[tuple(reversed(text.split("->")))] for text in texts]
    assert values == pytest.approx(ECSI["derived"]["consistent"]["paths"], abs=_digits(6))
    with pytest.warns(cs.InadmissibleFitWarning, match="inadmissible fit"):
        cs.effects(fit)


def _constructs(*names, modes=None):
    given = {construct.name: construct for construct in FULL.constructs}
    return [Construct(name, given[name].items, (modes or {}).get(name, "A")) for name in names]


def test_four_constructs(frame):
    model = cs.Model(
        _constructs("Image", "Expectation", "Value", "Satisfaction"),
        paths("Image Expectation Value -> Satisfaction"),
    )
    figures = SEMINR["four_constructs"]
    plain = model.fit(frame, "PLS", scheme="factorial")
    assert plain.paths["est"].to_numpy() == pytest.approx(figures["factorial_paths"], abs=STOPPED)
    consistent = model.fit(frame, "PLSc", scheme="factorial")
    assert consistent
    assert consistent.paths["est"].to_numpy() == pytest.approx(figures["consistent_paths"], abs=STOPPED)
    assert consistent.r_squared["Satisfaction"] == pytest.approx(figures["consistent_r_squared"], abs=STOPPED)
    among = model.fit(frame, "PLS").latent_correlations
    for name in ("Image", "Expectation", "Value"):
        assert among.loc[name, "Satisfaction"] == pytest.approx(figures["correlations"][name], abs=STOPPED)


def test_mode_b(frame):
    model = cs.Model(
        _constructs("Image", "Expectation", "Quality", "Complaints", "Loyalty", modes={"Quality": "B"}),
        paths("Image -> Expectation", "Expectation Quality Complaints -> Loyalty"),
    )
    fit, figures = model.fit(frame, "PLS"), SEMINR["mode_b"]
    assert fit.paths["est"].to_numpy() == pytest.approx(figures["paths"], abs=STOPPED)
    for table, kind in ((fit.weights, "weights"), (fit.loadings, "loadings")):
        own = table["est"][table["lhs"] == "Quality"].to_numpy()
        assert own == pytest.approx(figures[f"quality_{kind}"], abs=STOPPED)
    (warning,) = fit.status.warnings
    assert "The outer weight of 'PERQ6' in Quality is negative" in warning


def test_higher_order(frame):
    names = ("Image", "Expectation", "Value", "Quality", "Complaints", "Loyalty")
    model = cs.Model(
        [*_constructs(*names, modes={"Quality": "B"}), Construct("Satisfaction", ["Image", "Value"])],
        paths("Expectation Quality -> Satisfaction", "Satisfaction -> Complaints", "Satisfaction -> Loyalty"),
    )
    fit = model.fit(frame, "PLS")
    assert fit.paths["est"].to_numpy() == pytest.approx(SEMINR["higher_order"]["paths"], abs=STOPPED)
    above = fit.weights[fit.weights["lhs"] == "Satisfaction"]
    assert list(above["rhs"]) == ["Image", "Value"]
    # The residuals of the second stage are among its own indicators.
    assert {"Image", "Value"} < set(fit.residuals().columns)
