"""What must not matter to a fit or an index (order, units, libraries), and what must follow exactly when it changes."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csisem as cs
from lavaan_golden import answers

FAST = settings(max_examples=10, deadline=None, derandomize=True)
# Both fits end within 1e-10 of the minimum (in units of an error times root n) and start from moments that differ by
# rounding; the index adds the rounding of its sums.
SAME = 1e-9
BLOCKS = {
    "EXP": ["CUEX1", "CUEX2", "CUEX3"],
    "VAL": ["PERV1", "PERV2"],
    "SAT": ["CUSA1", "CUSA2", "CUSA3"],
    "LOY": ["CUSL1", "CUSL3"],
}
PATHS = [("EXP", "VAL"), ("EXP", "SAT"), ("VAL", "SAT"), ("SAT", "LOY")]
ITEMS = [item for items in BLOCKS.values() for item in items]
MODEL = cs.Model([cs.Construct(name, items) for name, items in BLOCKS.items()], PATHS)
MOBI = answers("mobi")[ITEMS]
SCALE = (1, 10)


def _fit(frame, model=MODEL, scale=SCALE, groups=None, equal=(), **options):
    scales = scale if isinstance(scale, dict) else dict.fromkeys(ITEMS, scale)
    return model.fit(cs.Survey(frame, scale=scales, **options), groups=groups, equal=equal)


BASE = _fit(MOBI)
INDEX = cs.csi(BASE).set_index("construct")


def _by_name(fit, column="est"):
    """Figures by relation, a covariance under either order of its two sides."""
    frame = fit.parameters
    return {
        (row.op, frozenset((row.lhs, row.rhs)), row.group) if row.op == "~~" else (row.op, row.lhs, row.rhs, row.group):
        getattr(row, column)
        for row in frame.itertuples()
    }  # fmt: skip


def _same(ours, theirs, tolerance=SAME):
    assert ours.keys() == theirs.keys()
    np.testing.assert_allclose(list(ours.values()), [theirs[key] for key in ours], rtol=tolerance, atol=tolerance)


def _same_index(fit, columns=("index", "se")):
    found = cs.csi(fit).set_index("construct").loc[INDEX.index]
    for column in columns:
        np.testing.assert_allclose(found[column], INDEX[column], rtol=SAME)


def _same_measures(fit):
    np.testing.assert_allclose(fit.fit_measures(), BASE.fit_measures(), rtol=1e-8, atol=1e-8)


# ---- order and libraries


@FAST
@given(st.permutations(range(len(MOBI))))
def test_the_order_of_rows_does_not_matter(order):
    fit = _fit(MOBI.iloc[order])
    _same(_by_name(fit), _by_name(BASE))
    _same(_by_name(fit, "se"), _by_name(BASE, "se"))
    _same_measures(fit)
    _same_index(fit)


@FAST
@given(st.permutations(ITEMS))
def test_the_order_of_columns_does_not_matter_at_all(order):
    fit = _fit(MOBI[order].assign(note="text that no model names"))
    assert np.array_equal(fit.solution.theta, BASE.solution.theta)
    assert np.array_equal(fit.vcov, BASE.vcov)


@FAST
@given(st.permutations(list(BLOCKS)), st.permutations(PATHS), st.randoms(use_true_random=False))
def test_the_order_of_the_model_does_not_matter(names, paths, random):
    # The first item of a construct is its unit; the others may come in any order.
    constructs = []
    for name in names:
        rest = BLOCKS[name][1:]
        random.shuffle(rest)
        constructs.append(cs.Construct(name, [BLOCKS[name][0], *rest]))
    fit = _fit(MOBI, cs.Model(constructs, paths))
    for column in ("est", "se", "std", "std_se"):
        _same(
            {key: value for key, value in _by_name(fit, column).items() if not np.isnan(value)},
            {key: value for key, value in _by_name(BASE, column).items() if not np.isnan(value)},
        )
    _same_measures(fit)
    _same_index(fit)


@FAST
@given(st.tuples(*(st.integers(0, len(items) - 1) for items in BLOCKS.values())))
def test_the_choice_of_marker_changes_units_only(markers):
    constructs = []
    for (name, items), marker in zip(BLOCKS.items(), markers, strict=True):
        constructs.append(cs.Construct(name, [items[marker], *(item for item in items if item != items[marker])]))
    fit = _fit(MOBI, cs.Model(constructs, PATHS))
    for column in ("std", "std_se"):
        _same(_by_name(fit, column), _by_name(BASE, column), 1e-8)
    _same_measures(fit)
    _same_index(fit)
    marked = fit.loadings[fit.loadings["est"] == 1.0]["rhs"]
    assert set(marked) == {items[marker] for items, marker in zip(BLOCKS.values(), markers, strict=True)}


@pytest.mark.parametrize(
    "make", [pl.from_pandas, pa.Table.from_pandas, lambda f: f.convert_dtypes(), lambda f: f.astype(np.int8)],
    ids=["polars", "pyarrow", "nullable", "int8"],
)  # fmt: skip
def test_the_library_does_not_matter_at_all(make):
    whole = MOBI.astype(int)
    fit = _fit(make(whole))
    assert np.array_equal(fit.solution.theta, BASE.solution.theta)
    pd.testing.assert_frame_equal(cs.csi(fit), cs.csi(BASE), rtol=1e-15)
    regions = whole.assign(region=["n", "s"] * 125)
    ours, theirs = (cs.csi(_fit(frame), by="region") for frame in (pl.from_pandas(regions), regions))
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-15)


# ---- units


@FAST
@given(st.sampled_from(ITEMS), st.floats(0.01, 100.0))
def test_a_change_of_unit_changes_the_units_only(item, factor):
    scales = {name: (factor, 10 * factor) if name == item else SCALE for name in ITEMS}
    fit = _fit(MOBI.assign(**{item: MOBI[item] * factor}), scale=scales)
    assert fit.fit_measures()["chisq"] == pytest.approx(BASE.fit_measures()["chisq"], rel=1e-8)
    for column in ("std", "std_se"):
        _same(_by_name(fit, column), _by_name(BASE, column), 1e-8)
    _same_index(fit)
    ours, theirs = _by_name(fit), _by_name(BASE)
    own = ("~~", frozenset((item,)), 1)
    assert ours[own] == pytest.approx(factor**2 * theirs[own], rel=1e-8)
    loading = next(key for key in theirs if key[0] == "=~" and key[2] == item)
    if theirs[loading] != 1.0:
        assert ours[loading] == pytest.approx(factor * theirs[loading], rel=1e-8)


@FAST
@given(st.sampled_from(ITEMS), st.floats(-1000.0, 1000.0))
def test_a_shift_changes_the_mean_only(item, shift):
    scales = {name: (1 + shift, 10 + shift) if name == item else SCALE for name in ITEMS}
    fit = _fit(MOBI.assign(**{item: MOBI[item] + shift}), scale=scales)
    # Adding 1,000 costs three of sixteen digits of the answers.
    _same(_by_name(fit), _by_name(BASE), 1e-8)
    np.testing.assert_allclose(cs.csi(fit)["index"], INDEX["index"], rtol=1e-8)


@pytest.mark.parametrize("item", ITEMS)
def test_an_item_asked_in_the_negative_is_turned_by_its_scale(item):
    turned = MOBI.assign(**{item: 11 - MOBI[item]})
    fit = _fit(turned, reverse=[item])
    _same(_by_name(fit), _by_name(BASE))
    _same_index(fit)
    _same_measures(fit)


@pytest.mark.parametrize("item", ITEMS)
def test_an_item_left_turned_changes_signs_only(item):
    fit = _fit(MOBI.assign(**{item: 11 - MOBI[item]}))
    assert fit.fit_measures()["chisq"] == pytest.approx(BASE.fit_measures()["chisq"], rel=SAME)
    ours, theirs = _by_name(fit, "std"), _by_name(BASE, "std")
    _same({key: abs(value) for key, value in ours.items()}, {key: abs(value) for key, value in theirs.items()})
    changed = {key[1:3] for key, value in ours.items() if key[0] in ("=~", "~") and value * theirs[key] < 0}
    construct = next(name for name, items in BLOCKS.items() if item in items)
    if item == BLOCKS[construct][0]:
        # The unit turned, so the construct did: its other loadings and its paths change sign.
        others = {(construct, other) for other in BLOCKS[construct][1:]}
        assert changed == others | {(target, source) for source, target in PATHS if construct in (source, target)}
    else:
        assert changed == {(construct, item)}
        # An index of items that point both ways says so.
        with pytest.warns(cs.CsisemWarning, match=f"The index of {construct} gives '.*' a negative weight"):
            cs.csi(fit)


# ---- weights


@FAST
@given(st.integers(0, 2**32 - 1))
def test_a_weight_of_k_is_k_copies(seed):
    copies = np.random.default_rng(seed).integers(0, 4, len(MOBI))
    weighted = _fit(MOBI.assign(w=copies), weights="w")
    copied = _fit(MOBI.loc[MOBI.index.repeat(copies)])
    _same(_by_name(weighted), _by_name(copied))
    for item_weights in ("model", "loadings", "equal"):
        with warnings.catch_warnings():
            # Some of these samples are Heywood cases, which are computed with a word.
            warnings.simplefilter("ignore", cs.CsisemWarning)
            ours, theirs = (cs.csi(fit, item_weights=item_weights)["index"] for fit in (weighted, copied))
        np.testing.assert_allclose(ours, theirs, rtol=SAME)
    assert weighted.n == len(MOBI)
    assert copied.n == copies.sum()


@FAST
@given(st.floats(1e-6, 1e6))
def test_the_level_of_weights_does_not_matter(factor):
    weights = np.random.default_rng(1).uniform(0.5, 2.0, len(MOBI))
    one, other = (_fit(MOBI.assign(w=weights * level), weights="w") for level in (1.0, factor))
    _same(_by_name(one), _by_name(other))
    np.testing.assert_allclose(cs.csi(one)["se"], cs.csi(other)["se"], rtol=SAME)


def test_the_level_of_all_weights_does_not_matter():
    weights = np.random.default_rng(1).uniform(0.5, 2.0, len(MOBI))
    half = np.repeat(["x", "y"], [100, 150])
    one, other = (
        _fit(MOBI.assign(w=level * weights, half=half), weights="w", groups="half", equal=("loadings",))
        for level in (1.0, 10.0)
    )  # fmt: skip
    _same(_by_name(one), _by_name(other))
    pd.testing.assert_frame_equal(cs.csi(one), cs.csi(other), rtol=SAME)


# ---- groups


@pytest.mark.parametrize("weights", [None, "w"])
def test_groups_fitted_jointly_without_equality_are_the_groups_fitted_apart(weights):
    frame = MOBI.assign(half=np.repeat(["x", "y"], [110, 140]), w=np.random.default_rng(2).uniform(0.5, 2.0, 250))
    frame = frame.sample(frac=1, random_state=3)
    joint = _fit(frame, groups="half", weights=weights)
    index = cs.csi(joint, invariance=False).set_index(["half", "construct"])
    chisq = 0.0
    for half, part in frame.groupby("half"):
        apart = _fit(part, weights=weights).model.fit(
            cs.Survey(part, scale=dict.fromkeys(ITEMS, SCALE), weights=weights), meanstructure=True
        )
        # Together, groups count by their weights.
        size = joint.solution.group_size[joint.groups.index(half)]
        chisq += apart.fit_measures()["chisq"] * size / len(part)
        for column in ("est", "se", "std"):
            factor = np.sqrt(size / len(part)) if column == "se" else 1.0
            own = {key[:-1]: value * factor for key, value in _by_name(joint, column).items() if key[-1] == half}
            _same(own, {key[:-1]: value for key, value in _by_name(apart, column).items()}, 1e-8)
        for column in ("index", "se"):
            np.testing.assert_allclose(
                index.loc[half][column], cs.csi(apart).set_index("construct")[column].loc[list(BLOCKS)], rtol=1e-8
            )
    assert joint.fit_measures()["chisq"] == pytest.approx(chisq, rel=SAME)


def test_groups_keep_the_order_of_first_appearance():
    frame = MOBI.assign(half=np.repeat(["x", "y"], [110, 140]))
    turned = _fit(frame.iloc[::-1], groups="half")
    straight = _fit(frame, groups="half")
    assert straight.groups == ("x", "y")
    assert turned.groups == ("y", "x")
    _same(_by_name(turned), _by_name(straight), 1e-8)


# ---- the index

ON_SCALE = st.lists(st.lists(st.integers(1, 10), min_size=10, max_size=10), min_size=2, max_size=30)


@FAST
@given(ON_SCALE, st.sampled_from(["model", "loadings", "equal"]))
def test_an_index_of_answers_on_their_scale_lies_between_0_and_100(rows, item_weights):
    frame = cs.csi(BASE, pd.DataFrame(rows, columns=ITEMS), item_weights=item_weights)
    weights = [w for block in frame.attrs["weights"][""].values() for w in block.values()]
    assert min(weights) >= 0
    # Rounding of the weights' sum.
    assert frame["index"].between(-1e-12, 100 + 1e-12).all()


@pytest.mark.parametrize(("answer", "index"), [(1, 0.0), (10, 100.0), (5.5, 50.0)])
def test_the_ends_of_the_scale_are_0_and_100(answer, index):
    frame = cs.csi(BASE, pd.DataFrame(np.full((5, 10), float(answer)), columns=ITEMS))
    np.testing.assert_allclose(frame["index"], index, rtol=1e-12, atol=1e-12)


@FAST
@given(st.lists(st.tuples(st.integers(-50, 0), st.integers(11, 60)), min_size=10, max_size=10))
def test_rescaling_scores_and_then_averaging_is_the_formula_on_means(bounds):
    # Facts: score = 100 (sum w x - sum w low) / (sum w high - sum w low), averaged, with the weights that were used.
    scales = dict(zip(ITEMS, bounds, strict=True))
    fit = _fit(MOBI, scale=scales)
    low, high = (pd.Series({item: float(bound[k]) for item, bound in scales.items()}) for k in (0, 1))
    for item_weights in ("model", "loadings"):
        frame = cs.csi(fit, item_weights=item_weights)
        for construct, index in zip(frame["construct"], frame["index"], strict=True):
            w = pd.Series(frame.attrs["weights"][""][construct])
            scores = 100 * (MOBI[w.index] @ w - w @ low[w.index]) / (w @ (high - low)[w.index])
            assert index == pytest.approx(scores.mean(), rel=1e-12)
    # Equal weights are those of the 0-100 scores themselves.
    equal = cs.csi(fit, item_weights="equal").set_index("construct")["index"]
    for name, items in BLOCKS.items():
        scores = 100 * (MOBI[items] - low[items]) / (high - low)[items]
        assert equal[name] == pytest.approx(scores.to_numpy().mean(), rel=1e-12)


def test_parts_of_a_sample_average_to_the_whole():
    region = np.random.default_rng(5).integers(0, 4, len(MOBI))
    fit = _fit(MOBI.assign(region=region, w=np.random.default_rng(6).uniform(0.5, 2, 250)), weights="w")
    whole = cs.csi(fit).set_index("construct")["index"]
    parts = cs.csi(fit, by="region")
    weight = fit.data.frame.groupby("region")["w"].sum()
    for name, part in parts.groupby("construct"):
        assert np.average(part["index"], weights=weight[part["region"]]) == pytest.approx(whole[name], rel=1e-12)
