"""Omega of ordered answers (Green and Yang 2009), and what else is read off an ordered fit."""

import json

import numpy as np
import pytest

import csisem as cs
from csisem.diagnose.measurement.ordered_omega import ordered_omega
from csisem.inference.delta import jacobian
from csisem.moments.ordered.read_ordered import read_ordered
from ordered_golden import FOLDER, fit_case, ordered_answers, ordered_case

FIGURES = json.loads((FOLDER / "reliability.json").read_text())
# Polished optima of two programs.
POLISHED = 1e-6
ITEMS = [f"x{k}" for k in range(1, 10)]
BLOCKS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}


@pytest.mark.parametrize("figures", FIGURES, ids=lambda figures: figures["case"])
def test_reliability_is_that_of_semtools(figures):
    found = cs.diagnose.reliability(fit_case(ordered_case(figures["case"]))).set_index("construct")
    for ours, theirs in (("omega", "omega_model_variance"), ("alpha", "alpha_ordinal_scale"), ("ave", "ave")):
        np.testing.assert_allclose(
            found.loc[list(figures[theirs]), ours], list(figures[theirs].values()), atol=POLISHED
        )
    assert found["method"].iloc[0] == "WLSMV: omega of the answers, rho_C and AVE of latent responses"


def test_derivatives_of_omega_are_exact():
    solution = fit_case(ordered_case("points3_wlsmv")).solution
    places = [np.arange(3) + 3 * k for k in range(3)]

    def omega(theta):
        return ordered_omega(solution, solution.structure.matrices(theta), places, np.arange(3))

    slopes = jacobian(omega, solution.theta)
    steps = 1e-6 * np.eye(len(solution.theta))
    # Central differences have six digits.
    numeric = [(omega(solution.theta + step) - omega(solution.theta - step))[0] / 2e-6 for step in steps]
    np.testing.assert_allclose(slopes[0], np.array(numeric).T, atol=1e-8)


def test_omega_approaches_that_of_numeric_answers_with_many_categories():
    """Of mixed items too: codes of 30 narrow categories are nearly the numbers themselves."""
    rng = np.random.default_rng(4)
    loadings, n = np.array([0.8, 0.7, 0.6]), 20_000
    latent = rng.standard_normal((n, 1)) * loadings + rng.standard_normal((n, 3)) * np.sqrt(1 - loadings**2)
    frame = ordered_answers("hs5").iloc[:0, :0].assign(**{c: [] for c in ("a", "b", "c")}).reindex(range(n))
    frame[["a", "b", "c"]] = np.clip(np.round(latent * 4.5), -13, 13) + 14
    model = cs.Model.from_syntax("F =~ a + b + c")
    numeric = cs.diagnose.reliability(model.fit(frame))["omega"].item()
    for ordered in (True, ["a", "b"]):
        found = cs.diagnose.reliability(model.fit(frame, "WLSMV", ordered=ordered))["omega"].item()
        # Clipping and rounding take about a thousandth.
        assert found == pytest.approx(numeric, abs=0.002)


def test_ordered_items_of_a_survey():
    frame = ordered_answers("hs5")
    found = cs.diagnose.reliability(frame, BLOCKS, ordered=True)
    alone = cs.Model.from_syntax("visual =~ x1 + x2 + x3").fit(frame, "WLSMV", ordered=True)
    theirs = cs.diagnose.reliability(alone)
    for column in ("omega", "omega_ci_lower", "alpha", "rho_c", "ave"):
        assert found[column].iloc[0] == pytest.approx(theirs[column].item(), rel=POLISHED)
    some = cs.diagnose.omega(frame, BLOCKS, ordered=["x1", "x2", "x3"])
    assert some["omega"].iloc[0] == pytest.approx(found["omega"].iloc[0], rel=POLISHED)
    assert some["omega"].iloc[1] == cs.diagnose.omega(frame, BLOCKS)["omega"].iloc[1]
    assert list(some["method"]) == ["one factor of latent responses", "one factor", "one factor"]
    two = cs.diagnose.omega(frame, ["x1", "x2"], ordered=True)
    assert np.isnan(two["omega"].item())
    assert two["method"].item().startswith("two ordered items")
    with pytest.raises(cs.OptionError, match=r"ordered= names 'x11'.*did you mean 'x1'"):
        cs.diagnose.omega(frame, BLOCKS, ordered=["x11"])
    with pytest.raises(cs.OptionError, match="ordered= is settled by the fit"):
        cs.diagnose.reliability(alone, ordered=True)


def test_htmt_of_polychoric_correlations_has_their_error():
    fit = fit_case(ordered_case("points5_wlsmv"))
    found = cs.diagnose.validity(fit)
    assert any(note.code == "measurement.polychoric_ratios" for note in found.notes)
    row = found.pairs.iloc[0]
    r = fit.solution.sample_cov[0]
    within = [r[np.ix_(b, b)][np.triu_indices(3, 1)].mean() for b in (np.arange(3), np.arange(3, 6))]
    assert row["htmt"] == pytest.approx(r[:3, 3:6].mean() / np.sqrt(np.prod(within)), rel=POLISHED)
    rng = np.random.default_rng(2)
    frame = ordered_answers("hs5")
    drawn = []
    for _ in range(60):
        sample = cs.Survey(frame.iloc[rng.integers(0, len(frame), len(frame))])
        cov = read_ordered(sample, ITEMS, ITEMS).cov[0]
        inside = [cov[np.ix_(b, b)][np.triu_indices(3, 1)].mean() for b in (np.arange(3), np.arange(3, 6))]
        drawn.append(cov[:3, 3:6].mean() / np.sqrt(np.prod(inside)))
    half = (row["htmt_ci_upper"] - row["htmt_ci_lower"]) / 2
    # The standard deviation of 60 bootstrap samples has an error of 9 %.
    assert half / 1.96 == pytest.approx(np.std(drawn), rel=0.3)
