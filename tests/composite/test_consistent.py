"""PLSc with higher orders and interactions gives back populations that were worked out by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from composites import paths
from csisem.composite.admissibility import admissible
from csisem.composite.attenuation import check_consistent
from csisem.composite.estimate import estimate
from csisem.composite.implied_correlations import distances, indicators
from csisem.composite.plan import compile_plan
from csisem.errors import ModelError
from csisem.specification.construct import Construct

EXACT = 1e-9
SCHEMES = ["path", "centroid", "factorial"]


def block(name, size=3):
    return Construct(name, [f"{name.lower()}{k}" for k in range(size)])


def of_items(among, sizes, draw):
    """Correlations of items that measure factors with correlations ``among`` without other errors, and loadings."""
    owner = np.repeat(np.arange(len(among)), sizes)
    loading = draw.uniform(0.5, 0.9, len(owner))
    sigma = np.outer(loading, loading) * among[np.ix_(owner, owner)]
    np.fill_diagonal(sigma, 1.0)
    return sigma, loading


def three_dimensions(kind):
    """Correlations of D0-D2, X, Y; those of D0-D2 with H; X -> H 0.4, H -> Y 0.5, X -> Y 0.2."""
    if kind == "factor":
        own = np.array([0.7, 0.8, 0.6])
        dimensions = np.outer(own, own)
        np.fill_diagonal(dimensions, 1.0)
    else:
        dimensions = np.array([[1, 0.3, 0.5], [0.3, 1, 0.2], [0.5, 0.2, 1]])
        weights = np.array([0.5, 0.3, 0.6])
        own = dimensions @ weights / np.sqrt(weights @ dimensions @ weights)
    among = np.eye(5)
    among[:3, :3] = dimensions
    among[3, :3] = among[:3, 3] = 0.4 * own
    among[4, :3] = among[:3, 4] = (0.5 + 0.2 * 0.4) * own
    among[3, 4] = among[4, 3] = 0.2 + 0.5 * 0.4
    return among, own


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ["factor", "composite"])
def test_second_order(kind, scheme):
    """Composites of common factors (van Riel, Henseler, Kemeny and Sasovova 2017) and factors of factors."""
    draw = np.random.default_rng(3)
    among, own = three_dimensions(kind)
    sigma, loading = of_items(among, 3, draw)
    names = ["D0", "D1", "D2"]
    above = Construct("H", names) if kind == "factor" else Construct("H", names, "B", composite=True)
    plan = compile_plan([*map(block, names), above, block("X"), block("Y")], paths("X -> H", "X H -> Y"))
    check_consistent(plan, "disjoint", "two-stage")
    sd = draw.uniform(0.1, 30, 15)
    found = estimate(plan, np.zeros(15), sigma * np.outer(sd, sd), scheme, consistent=True)
    h, x, y = (plan.constructs.index(name) for name in "HXY")
    assert found.paths[h, x] == pytest.approx(0.4, abs=EXACT)
    assert found.paths[y, [h, x]] == pytest.approx([0.5, 0.2], abs=EXACT)
    assert found.correlations[:3, h] == pytest.approx(own, abs=EXACT)
    assert np.abs(found.correlations[np.ix_([0, 1, 2, x, y], [0, 1, 2, x, y])] - among).max() < EXACT
    order = np.argsort(plan.loaded.child)[:15]
    assert np.abs(found.loadings[order] - loading).max() < EXACT
    assert found.loadings[plan.loaded.blocks[h]] == pytest.approx(own, abs=EXACT)
    assert admissible(plan, found)
    # The score of H is what its items say of it, and no better than its reliability.
    score = found.weights[:, h]
    assert score @ sigma @ score == pytest.approx(1, abs=EXACT)
    truth = np.concatenate([np.repeat(own, 3) * loading[:9], np.repeat([0.4], 3) * loading[9:12], np.zeros(3)])
    assert (score @ truth) ** 2 == pytest.approx(found.reliabilities[h], abs=EXACT)
    for saturated in (False, True):
        apart = indicators(plan, sigma, found, consistent=True, saturated=saturated)
        assert distances(apart.sample, apart.implied).srmr < EXACT


def test_third_order_and_one_dimension():
    """K over G and H, these over two factors each; L over its only dimension."""
    draw = np.random.default_rng(5)
    first, second = np.array([0.7, 0.8, 0.6, 0.9]), np.array([0.8, 0.8, 0.7, 0.7])
    top = first * second
    dimensions = np.outer(top, top)
    for i, k in ((0, 1), (2, 3)):
        dimensions[i, k] = dimensions[k, i] = first[i] * first[k]
    np.fill_diagonal(dimensions, 1.0)
    among = np.eye(6)
    among[:4, :4] = dimensions
    among[:4, 5] = among[5, :4] = 0.6 * top
    among[:4, 4] = among[4, :4] = 0.3 * top
    among[4, 5] = among[5, 4] = 0.5
    sigma, _ = of_items(among, 3, draw)
    # G and H have two dimensions each, from which PLSc has their loadings only where both are equal.
    sized = [*(block(f"D{k}") for k in range(4)), Construct("G", ["D0", "D1"]), Construct("H", ["D2", "D3"]),
             Construct("K", ["G", "H"]), block("Z"), Construct("L", ["Z"]), block("Y")]  # fmt: skip
    plan = compile_plan(sized, paths("K L -> Y"))
    found = estimate(plan, np.zeros(18), sigma, consistent=True)
    at = {name: j for j, name in enumerate(plan.constructs)}
    assert found.correlations[at["L"], at["Z"]] == pytest.approx(1, abs=EXACT)
    assert found.correlations[at["L"], at["Y"]] == pytest.approx(0.5, abs=EXACT)
    assert found.reliabilities[at["L"]] == pytest.approx(found.reliabilities[at["Z"]], abs=EXACT)
    assert found.correlations[at["K"], at["Y"]] == pytest.approx(0.6, abs=EXACT)
    assert found.correlations[at["K"], at["L"]] == pytest.approx(0.3, abs=EXACT)
    assert found.loadings[plan.loaded.blocks[at["K"]]] == pytest.approx([0.8, 0.7], abs=EXACT)
    assert found.loadings[plan.loaded.blocks[at["G"]]] == pytest.approx(first[:2], abs=EXACT)
    assert found.correlations[at["K"], :4] == pytest.approx(top, abs=EXACT)
    assert admissible(plan, found)


def normal_moments(values, probabilities, loading, owner):
    """Covariances of items and of their products: loadings times discrete constructs, plus normal errors.

    ``values`` (k, J) of the constructs have ``probabilities`` (k,); ``owner`` and ``loading`` are the items'.
    """
    truth = values[:, owner] * loading
    errors = np.diag(1 - loading**2)

    def expected(*places):
        """E of a product of items: the errors meet in pairs."""
        total = 0.0
        for size in range(0, len(places) + 1, 2):
            for chosen in combinations(range(len(places)), size):
                rest = [places[k] for k in range(len(places)) if k not in chosen]
                met = [places[k] for k in chosen]
                total += matched(met) * (probabilities @ np.prod(truth[:, rest], axis=1))
        return total

    def matched(places):
        if not places:
            return 1.0
        first, *others = places
        return sum(errors[first, other] * matched([*others[:k], *others[k + 1 :]]) for k, other in enumerate(others))

    return expected


def covariances(expected, items, pairs):
    columns = [(i,) for i in range(items)] + [tuple(pair) for pair in pairs]
    means = np.array([expected(*column) for column in columns])
    cov = np.empty((len(columns), len(columns)))
    for a, one in enumerate(columns):
        for b in range(a + 1):
            cov[a, b] = cov[b, a] = expected(*one, *columns[b]) - means[a] * means[b]
    return cov


def standardised(columns, probabilities):
    columns = columns - probabilities @ columns
    return columns / np.sqrt(probabilities @ columns**2)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_interactions_and_squares(scheme):
    """Skew discrete constructs: y = .3 A + .2 B + .25 (AB - r) + .15 (AA - 1) + disturbance; c follows from y."""
    draw = np.random.default_rng(11)
    count = 40
    probabilities = draw.dirichlet(np.ones(count))
    a = standardised(draw.gamma(2.0, size=count), probabilities)
    b = standardised(0.5 * a + draw.normal(size=count) ** 3, probabilities)
    r = probabilities @ (a * b)
    mean = 0.3 * a + 0.2 * b + 0.25 * (a * b - r) + 0.15 * (a**2 - 1)
    # Each value of the disturbance and its negative are equally likely, so that its products vanish.
    left = 1 - probabilities @ mean**2
    assert left > 0.1
    values = np.concatenate([np.stack([a, b, mean + sign * np.sqrt(left)], axis=1) for sign in (1, -1)])
    chances = np.concatenate([probabilities, probabilities]) / 2
    owner = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    loading = np.array([0.8, 0.7, 0.6, 0.9, 0.75, 0.8, 0.85, 0.7])
    plan = compile_plan(
        [Construct("A", ["a0", "a1", "a2"]), Construct("B", ["b0", "b1"]), block("Y")], paths("A B A:B A:A -> Y")
    )
    check_consistent(plan, "disjoint", "two-stage")
    cov = covariances(normal_moments(values, chances, loading, owner), 8, plan.products.pairs)
    found = estimate(plan, np.zeros(len(cov)), cov, scheme, consistent=True)
    # The third moment of a score is taken from its construct, fourth moments have no more than pairs of errors.
    assert found.paths[2] == pytest.approx([0.3, 0.2, 0, 0.25, 0.15], abs=1e-8)
    assert found.r_squared[2] == pytest.approx(1 - left, abs=1e-8)
    assert np.abs(found.loadings - loading).max() < EXACT
    plain = estimate(plan, np.zeros(len(cov)), cov, scheme)
    assert np.abs(plain.paths[2] - [0.3, 0.2, 0, 0.25, 0.15]).max() > 0.02


def test_an_interaction_of_a_higher_order_construct():
    """H over two factors, W a factor: y = .4 H + .3 W + .2 (HW - r), in normal answers."""
    draw = np.random.default_rng(7)
    nodes = np.array(np.meshgrid(*[[-1.0, 1.0]] * 5)).reshape(5, -1).T
    chances = np.full(32, 1 / 32)
    core, e0, e1, w0, d = nodes.T
    h = core
    first = [0.8 * h + 0.6 * e0, 0.8 * h + 0.6 * e1]
    w = 0.5 * h + np.sqrt(0.75) * w0
    mean = 0.4 * h + 0.3 * w + 0.2 * (h * w - 0.5)
    left = 1 - chances @ mean**2
    values = np.stack([*first, w, mean + np.sqrt(left) * d], axis=1)
    owner = np.repeat(np.arange(4), 2)
    loading = draw.uniform(0.6, 0.9, 8)
    plan = compile_plan(
        [block("D", 2), block("E", 2), Construct("H", ["D", "E"]), block("W", 2), block("Y", 2)],
        paths("H W H:W -> Y"),
    )
    check_consistent(plan, "disjoint", "two-stage")
    cov = covariances(normal_moments(values, chances, loading, owner), 8, plan.products.pairs)
    found = estimate(plan, np.zeros(len(cov)), cov, consistent=True)
    h, w, y, term = (plan.constructs.index(name) for name in ("H", "W", "Y", "H:W"))
    # The dimensions' own disturbances are not normal here, but no fourth moment of them enters H:W.
    assert found.paths[y, [h, w, term]] == pytest.approx([0.4, 0.3, 0.2], abs=1e-8)
    assert found.r_squared[y] == pytest.approx(1 - left, abs=1e-8)


@pytest.mark.parametrize(
    ("relations", "options", "text"),
    [
        (["H -> C"], {"higher_order": "embedded"}, "take higher_order='disjoint', not 'embedded', or estimate by PLS."),
        (["H -> C"], {"higher_order": "repeated"}, "take higher_order='disjoint', not 'repeated'"),
        (
            ["H C H:A -> Y"],
            {},
            "PLSc does not correct the interaction 'H:A', since 'A' measures a higher-order construct",
        ),
    ],
)
def test_what_is_refused(relations, options, text):
    constructs = [block(name, 2) for name in "ABC"] + [Construct("H", ["A", "B"]), block("Y")]
    constructs = constructs if "Y" in relations[0] else constructs[:-1]
    plan = compile_plan(constructs, paths(*relations), **options)
    with pytest.raises(ModelError) as caught:
        check_consistent(plan, options.get("higher_order", "disjoint"), "two-stage")
    assert text in str(caught.value)


def test_derivatives_are_exact():
    """Standard errors take complex steps through every correction."""
    draw = np.random.default_rng(2)
    plan = compile_plan(
        [block("D", 2), block("E", 2), Construct("H", ["D", "E"]), block("W", 2), block("Y", 2)],
        paths("H W H:W -> Y"),
    )
    width = plan.width
    factor = draw.normal(size=(400, 1))
    answers = factor + draw.normal(size=(400, 8))
    columns = plan.products.augment((answers - answers.mean(axis=0)).T)
    mean, cov = columns.mean(axis=1), np.cov(columns, bias=True)
    direction = np.cov(draw.normal(size=(width, 3 * width))) * 0.05

    def at(step):
        found = estimate(plan, mean, cov + step * direction, consistent=True)
        return np.concatenate([found.paths[-2], found.loadings, found.correlations.ravel()])

    exact = at(1e-30j).imag / 1e-30
    rough = (at(1e-5) - at(-1e-5)) / 2e-5
    np.testing.assert_allclose(exact, rough, rtol=1e-5, atol=1e-7)
