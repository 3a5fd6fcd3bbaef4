"""The index of PLS path models: published figures, and errors against differences by the rows' weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from composites import FULL, golden, mobi_frame, paths
from csisem.composite.estimate import estimate
from csisem.composite.index_scores import index_coefficients
from csisem.specification.construct import Construct

ECSI = golden("smartpls-2.0.M3/ecsi.json")
# Derivatives by differences keep half of the digits.
DIFFERENCES = 1e-6


@pytest.fixture(scope="module")
def frame():
    data = mobi_frame()
    i = np.arange(len(data))
    return data.assign(part=np.where(i % 3 == 0, "a", "b"), w=1 + (i % 5) / 2, cluster=i // 7, stratum=i // 100)


def _survey(frame, **design):
    return cs.Survey(frame, scale=dict.fromkeys(FULL.items, (1, 10)), **design)


def _constructs(*names):
    given = {construct.name: construct for construct in FULL.constructs}
    return [Construct(name, given[name].items) for name in names]


HIGHER = cs.Model(
    [*_constructs("Image", "Value", "Quality", "Loyalty"), Construct("Satisfaction", ["Image", "Value"])],
    paths("Quality -> Satisfaction", "Satisfaction -> Loyalty"),
)
MODERATED = cs.Model(
    _constructs("Image", "Value", "Satisfaction"), paths("Image Value Image:Value Value:Value -> Satisfaction")
)
MODELS = {"full": FULL, "higher": HIGHER, "moderated": MODERATED}


@pytest.mark.parametrize("scheme", ["centroid", "factorial", "path"])
def test_published_indices(frame, scheme):
    fit = FULL.fit(_survey(frame), "PLS", scheme=scheme)
    index = cs.csi(fit)
    assert list(index["construct"]) == [construct.name for construct in FULL.constructs]
    assert index["index"].to_numpy() == pytest.approx(ECSI["derived"]["index"][scheme], abs=5.0000001e-5)
    assert set(index["method"]) == {"PLS, linearised"}
    if scheme in ECSI["derived"]["satisfaction_unit_weights"]:
        used = index.attrs["weights"][""]["Satisfaction"]
        assert list(used) == ["CUSA1", "CUSA2", "CUSA3"]
        wanted = ECSI["derived"]["satisfaction_unit_weights"][scheme]
        assert list(used.values()) == pytest.approx(wanted, abs=5.0000001e-6)


def _moved(fit, frame, weights, parts):
    """Indices (R, D, J) of every set of row weights (R, n), by domain, from weighted moments and nothing else."""
    plan = fit.solution.plan
    items = frame[list(plan.items)].to_numpy(dtype=float)
    columns = items.T - fit.solution.columns.centre[:, None]
    columns = columns if plan.products is None else plan.products.augment(columns)
    total = weights.sum(axis=1)[:, None]
    mean = weights @ columns.T / total
    cov = np.einsum("rn,in,jn->rij", weights, columns, columns, optimize=True) / total[..., None]
    cov -= mean[:, :, None] * mean[:, None, :]
    found = estimate(plan, mean, cov * 250 / 249)
    ranges = np.concatenate([np.full(len(plan.items), 9.0), np.ones(plan.width - len(plan.items))])
    coefficients = index_coefficients(found.raw_weights[..., : fit.solution.table.constructs], ranges)[
        ..., : len(plan.items)
    ]
    domains = [(weights * part) @ items / (weights * part).sum(axis=1, keepdims=True) - 1 for part in parts]
    return np.stack([(coefficients @ above[..., None])[..., 0] for above in domains], axis=1)


def _influence(fit, frame, weights, parts):
    """Derivatives of all D x J indices by each row's weight, (n, D J)."""
    step = 1e-5 * np.eye(len(frame))
    up, down = (_moved(fit, frame, weights + sign * step, parts) for sign in (1, -1))
    return ((up - down) / 2e-5).reshape(len(frame), -1)


def _parts(frame, by):
    return [np.ones(len(frame))] if by is None else [(frame["part"] == label).to_numpy() * 1.0 for label in ("a", "b")]


def _same(index, wanted):
    """Whether an index has this joint covariance; entries near zero are differences of large ones."""
    assert np.abs(np.array(index.attrs["covariance"]) - wanted).max() < DIFFERENCES * np.abs(wanted).max()


@pytest.mark.parametrize("by", [None, "part"])
@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("name", MODELS)
def test_joint_covariance(frame, name, weighted, by):
    fit = MODELS[name].fit(_survey(frame, weights="w" if weighted else None), "PLS")
    index = cs.csi(fit, by=by)
    weights = frame["w"].to_numpy() if weighted else np.ones(len(frame))
    parts = _parts(frame, by)
    assert index["index"].to_numpy() == pytest.approx(_moved(fit, frame, weights[None], parts).ravel(), rel=1e-10)
    own = weights[:, None] * _influence(fit, frame, weights, parts)
    _same(index, own.T @ own)
    assert index["se"].to_numpy() == pytest.approx(np.sqrt(np.diag(own.T @ own)), rel=DIFFERENCES)


def test_design(frame):
    data = frame.assign(cluster=frame["stratum"] * 1000 + frame["cluster"])
    fit = FULL.fit(_survey(data, weights="w", strata="stratum", clusters="cluster"), "PLS")
    index = cs.csi(fit, by="part")
    weights = frame["w"].to_numpy()
    own = pd.DataFrame(weights[:, None] * _influence(fit, frame, weights, _parts(frame, "part")))
    wanted = np.zeros((14, 14))
    for _, inside in own.groupby([data["stratum"], data["cluster"]]).sum().groupby(level=0):
        away = inside.to_numpy() - inside.to_numpy().mean(axis=0)
        wanted += len(inside) / (len(inside) - 1) * away.T @ away
    _same(index, wanted)
    assert set(index["method"]) == {"PLS, linearised (design)"}
    assert index.attrs["degrees"] == [data["cluster"].nunique() - 3] * 14


def test_replicate_weights(frame):
    rng = np.random.default_rng(2)
    names = [f"r{k}" for k in range(9)]
    data = frame.assign(**{name: frame["w"] * rng.integers(0, 3, len(frame)) for name in names})
    fit = FULL.fit(_survey(data, weights="w", replicate_weights=names, replicate_type="bootstrap"), "PLS")
    index = cs.csi(fit, by="part")
    stack = _moved(fit, frame, data[names].to_numpy().T, _parts(frame, "part")).reshape(9, -1)
    assert index["se"].to_numpy() == pytest.approx(stack.std(axis=0, ddof=1), rel=1e-8)
    assert set(index["method"]) == {"PLS, replicate weights"}


def test_moments_without_rows(frame):
    fit = FULL.fit(cs.datasets.mobile_phone(), "PLS")
    index = cs.csi(fit)
    assert set(index["method"]) == {"PLS, normal theory"}
    rows = cs.csi(FULL.fit(_survey(frame), "PLS"))
    assert index["index"].to_numpy() == pytest.approx(rows["index"], abs=1e-9)
    assert (index["se"] / rows["se"]).between(0.85, 1.15).all()


@pytest.mark.parametrize("kind", ["model", "equal", "loadings"])
def test_the_weights_shown_give_the_index(frame, kind):
    """Fornell et al. (1996): 100 (sum w m - sum w min) / (sum w max - sum w min), for every construct and item."""
    index = cs.csi(FULL.fit(_survey(frame), "PLS"), item_weights=kind)
    for name, value in index.set_index("construct")["index"].items():
        weights = pd.Series(index.attrs["weights"][""][name])
        assert weights.sum() == pytest.approx(1)
        assert value == pytest.approx(100 * weights @ (frame[weights.index].mean() - 1) / 9, rel=1e-12)


@pytest.mark.parametrize("kind", ["equal", "loadings"])
def test_other_item_weights(frame, kind):
    fit = FULL.fit(_survey(frame), "PLS")
    index = cs.csi(fit, item_weights=kind).set_index("construct")["index"]
    score = (frame[list(FULL.items)] - 1) / 9 * 100
    for name, own in fit.loadings.groupby("lhs"):
        items = list(own["rhs"])
        weights = np.ones(len(items)) if kind == "equal" else own["est"].to_numpy() * frame[items].std().to_numpy()
        assert index[name] == pytest.approx(score[items].mean().to_numpy() @ weights / weights.sum(), rel=1e-12)


@pytest.mark.parametrize("higher_order", ["disjoint", "embedded", "repeated"])
def test_higher_order_weighs_the_indices_of_its_dimensions(frame, higher_order):
    fit = HIGHER.fit(_survey(frame), "PLS", higher_order=higher_order)
    for kind in ("model", "equal", "loadings"):
        index = cs.csi(fit, item_weights=kind)
        values, shares = index.set_index("construct")["index"], index.attrs["weights"][""]["Satisfaction"]
        assert list(shares) == ["Image", "Value"]
        assert sum(shares.values()) == pytest.approx(1)
        low, high = sorted([values["Image"], values["Value"]])
        assert low < values["Satisfaction"] < high
        if higher_order != "repeated" or kind != "model":
            wanted = sum(share * values[name] for name, share in shares.items())
            assert values["Satisfaction"] == pytest.approx(wanted, rel=1e-12)


def test_negative_weights_are_named(frame):
    constructs = _constructs("Image", "Expectation", "Quality", "Loyalty")
    constructs[2] = Construct("Quality", constructs[2].items, "B")
    model = cs.Model(constructs, paths("Image -> Expectation", "Expectation Quality -> Loyalty"))
    fit = model.fit(_survey(frame), "PLS")
    assert fit
    with pytest.warns(cs.CsisemWarning, match="Quality gives 'PERQ6' a negative weight"):
        cs.csi(fit)


def test_other_answers_are_an_independent_sample(frame):
    fit = FULL.fit(_survey(frame), "PLS")
    others = cs.csi(fit, frame.iloc[:80])
    whole = cs.csi(fit)
    assert (others["n"] == 80).all()
    assert (others["se"] > whole["se"]).all()
    moderated = MODERATED.fit(_survey(frame), "PLS")
    same = cs.csi(moderated, cs.datasets.mobile_phone())
    assert same["index"].to_numpy() == pytest.approx(cs.csi(moderated)["index"], rel=1e-9)


def test_groups_have_weights_of_their_own(frame):
    both = cs.csi(FULL.fit(_survey(frame), "PLS", groups="part"))
    for label in ("a", "b"):
        alone = cs.csi(FULL.fit(_survey(frame[frame["part"] == label]), "PLS"))
        own = both[both["part"] == label]
        assert own["index"].to_numpy() == pytest.approx(alone["index"], rel=1e-10)
        assert own["se"].to_numpy() == pytest.approx(alone["se"], rel=1e-8)
