"""Published figures of PLS on the mobile-phone answers; see tests/golden/smartpls-2.0.M3 and seminr-R-3.6.0."""

from __future__ import annotations

import numpy as np
import pytest

from composites import construct, correlations, fitted, full_plan, golden, in_order, mobi, path, paths
from csisem.composite.admissibility import admissible, reasons
from csisem.composite.discriminant_validity import htmt
from csisem.composite.index_scores import index_coefficients
from csisem.composite.measurement_assessment import (
    average_variance,
    composite_reliability,
    goodness_of_fit,
    score_reliability,
)
from csisem.composite.plan import compile_plan
from csisem.composite.structural_model import effects

ECSI = golden("smartpls-2.0.M3/ecsi.json")
SEMINR = golden("seminr-R-3.6.0/figures.json")
SCHEMES = ["path", "centroid", "factorial"]
# SmartPLS prints eight digits of iterations that it ends early.
PRINTED = 3e-8
# seminr's R fixtures stop at a summed change of 1e-7.
STOPPED = 1e-7
RANGES = np.full(24, 9.0)


def _digits(text: int) -> float:
    """Half a unit of the last printed digit."""
    return 0.5000001 * 10.0**-text


@pytest.mark.parametrize("scheme", SCHEMES)
def test_twelve_paths(scheme):
    plan = full_plan()
    found = fitted(plan, scheme=scheme)
    for text, figure in ECSI["paths"].items():
        assert path(plan, found, text) == pytest.approx(figure[scheme], abs=PRINTED), text


def test_total_effects():
    plan = full_plan()
    total = effects(plan, fitted(plan).paths)[2]
    for text, figure in ECSI["total_effects"].items():
        source, target = (plan.constructs.index(name) for name in text.split("->"))
        assert total[target, source] == pytest.approx(figure, abs=PRINTED), text


@pytest.mark.parametrize("scheme", ["path", "centroid"])
def test_outer_weights(scheme):
    plan = full_plan()
    found = fitted(plan, scheme=scheme)
    names = np.array(plan.child_names)[plan.weighed.child]
    for stem, figures in ECSI["weights"][scheme].items():
        own = np.char.startswith(names, stem) & (names != "CUSCO")
        assert found.outer_weights[own] == pytest.approx(figures, abs=PRINTED), stem


def test_loadings():
    plan = full_plan()
    found = fitted(plan)
    names = np.array(plan.child_names)[plan.loaded.child]
    for stem, figures in ECSI["loadings"].items():
        own = np.char.startswith(names, stem)
        assert found.loadings[own] == pytest.approx(figures, abs=PRINTED), stem


@pytest.mark.parametrize("scheme", ["path", "centroid"])
def test_explained_variance_and_goodness_of_fit(scheme):
    plan = full_plan()
    found = fitted(plan, scheme=scheme)
    for name, figure in ECSI["derived"]["r_squared"][scheme].items():
        assert found.r_squared[plan.constructs.index(name)] == pytest.approx(figure, abs=_digits(6)), name
    figures = ECSI["derived"]["goodness_of_fit"][scheme]
    for singles, label in ((False, "without singles"), (True, "with singles")):
        fit = goodness_of_fit(plan, found.loadings, found.r_squared, singles=singles)
        assert fit == pytest.approx(figures[label], abs=_digits(6)), label


def test_reliability():
    plan = full_plan()
    found = fitted(plan)
    variance = average_variance(plan.loaded, found.loadings)
    reliability = score_reliability(plan, found)
    for j, name in enumerate(plan.constructs):
        if name != "Complaints":
            assert variance[j] == pytest.approx(ECSI["derived"]["average_variance"][name], abs=_digits(6)), name
            assert reliability[j] == pytest.approx(ECSI["derived"]["rho_a"][name], abs=_digits(6)), name


@pytest.mark.parametrize("scheme", SCHEMES)
def test_index(scheme):
    plan = full_plan()
    found = fitted(plan, scheme=scheme)
    names, values = mobi()
    above = values[:, [names.index(item) for item in plan.items]].mean(axis=0) - 1
    index = index_coefficients(found.raw_weights, RANGES) @ above
    assert index == pytest.approx(ECSI["derived"]["index"][scheme], abs=_digits(4))


def test_the_trap_of_consistent_pls_is_inadmissible():
    plan = full_plan()
    found = fitted(plan, consistent=True)
    assert found.paths[in_order(plan)] == pytest.approx(ECSI["derived"]["consistent"]["paths"], abs=_digits(6))
    smallest = np.linalg.eigvalsh(found.correlations)[0]
    assert smallest == pytest.approx(ECSI["derived"]["consistent"]["smallest_eigenvalue"], abs=_digits(4))
    assert not admissible(plan, found)
    (sentence,) = reasons(plan, found)
    assert "'Satisfaction', 'Quality', 'Loyalty' are impossible together" in sentence
    assert "eigenvalue -0.00303" in sentence
    plain = fitted(plan)
    assert admissible(plan, plain)
    assert reasons(plan, plain) == ()


def _four(**options):
    plan = compile_plan(
        [construct(name) for name in ("Image", "Expectation", "Value", "Satisfaction")],
        paths("Image Expectation Value -> Satisfaction"),
    )
    return plan, fitted(plan, **options)


def test_seminr_four_constructs():
    figures = SEMINR["four_constructs"]
    plan, found = _four(scheme="factorial")
    assert found.paths[3, :3] == pytest.approx(figures["factorial_paths"], abs=STOPPED)
    plan, found = _four()
    for j, name in enumerate(plan.constructs[:3]):
        assert found.correlations[3, j] == pytest.approx(figures["correlations"][name], abs=STOPPED)
    numbers = {
        "rho_c": composite_reliability(plan.loaded, found.loadings),
        "ave": average_variance(plan.loaded, found.loadings),
        "rho_a": score_reliability(plan, found),
    }
    for j, name in enumerate(plan.constructs):
        for what, values in numbers.items():
            assert values[j] == pytest.approx(figures["reliability"][name][what], abs=STOPPED), (name, what)
    ratios = htmt(correlations(plan), plan.item_blocks)
    for pair, figure in figures["htmt"].items():
        a, b = (plan.constructs.index(name) for name in pair.split("-"))
        assert ratios[a, b] == pytest.approx(figure, abs=1e-9), pair


def test_seminr_consistent():
    plan, found = _four(consistent=True, scheme="factorial")
    assert found.paths[3, :3] == pytest.approx(SEMINR["four_constructs"]["consistent_paths"], abs=STOPPED)
    assert found.r_squared[3] == pytest.approx(SEMINR["four_constructs"]["consistent_r_squared"], abs=STOPPED)
    assert admissible(plan, found)


def test_seminr_mode_b():
    names = ("Image", "Expectation", "Quality", "Complaints", "Loyalty")
    plan = compile_plan(
        [construct(name, "B" if name == "Quality" else "A") for name in names],
        paths("Image -> Expectation", "Expectation Quality Complaints -> Loyalty"),
    )
    found, figures = fitted(plan), SEMINR["mode_b"]
    texts = ("Image->Expectation", "Expectation->Loyalty", "Quality->Loyalty", "Complaints->Loyalty")
    assert [path(plan, found, text) for text in texts] == pytest.approx(figures["paths"], abs=STOPPED)
    own = plan.weighed.blocks[2]
    assert found.outer_weights[own] == pytest.approx(figures["quality_weights"], abs=STOPPED)
    assert found.loadings[own] == pytest.approx(figures["quality_loadings"], abs=STOPPED)
    assert found.outer_weights[plan.weighed.blocks[4]] == pytest.approx(figures["loyalty_weights"], abs=STOPPED)


def test_seminr_higher_order():
    from csisem.specification.construct import Construct

    plan = compile_plan(
        [
            *(construct(name) for name in ("Image", "Expectation", "Value", "Complaints", "Loyalty")),
            construct("Quality", "B"),
            Construct("Satisfaction", ["Image", "Value"]),
        ],
        paths("Expectation Quality -> Satisfaction", "Satisfaction -> Complaints", "Satisfaction -> Loyalty"),
    )
    found = fitted(plan)
    texts = (
        "Expectation->Satisfaction", "Quality->Satisfaction", "Satisfaction->Complaints", "Satisfaction->Loyalty"
    )  # fmt: skip
    assert [path(plan, found, text) for text in texts] == pytest.approx(SEMINR["higher_order"]["paths"], abs=STOPPED)
