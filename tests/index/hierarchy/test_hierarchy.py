"""Trees of indicators: the published product example, errors against R's survey, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import csisem as cs
from survey_golden import LINEARISED, REPLICATED, record, survey

# survey computes in double precision.
GOLDEN = 1e-9
TREE = {
    "产品质量": {"weight": 0.3, "children": {"特性": 0.3, "经济性": 0.2, "可信性": 0.3, "安全性": 0.2}},
    "服务质量": {
        "weight": 0.7,
        "children": {"可靠性": 0.3, "响应性": 0.1, "保证性": 0.3, "移情性": 0.2, "有形性": 0.1},
    },
}
SCORES = {
    "特性": 76.2, "经济性": 85.4, "可信性": 72.1, "安全性": 68.5,
    "可靠性": 75.0, "响应性": 80.2, "保证性": 73.6, "移情性": 78.8, "有形性": 90.0,
}  # fmt: skip
PRODUCT = cs.index.Hierarchy.from_dict(TREE)
SCHOOLS = cs.index.Hierarchy.from_dict({"api00": 0.6, "api99": 0.4})
SHOPS = cs.index.Hierarchy.from_dict(
    {"q": {"weight": 0.6, "children": {"q1": 0.7, "q2": 0.3}}, "v": {"weight": 0.4, "children": {"v1": 0.5, "v2": 0.5}}}
)


def test_the_published_product_example():
    found = PRODUCT.score(SCORES).set_index("node")
    assert list(found.columns) == ["level", "index"]
    assert found["level"].tolist()[:2] == [1, 2]
    for node, index in (("产品质量", 75.27), ("服务质量", 77.36), ("Total", 76.733)):
        assert found.loc[node, "index"] == pytest.approx(index, rel=1e-14)
    weights = PRODUCT.global_weights
    np.testing.assert_allclose(weights, [0.09, 0.06, 0.09, 0.06, 0.21, 0.07, 0.21, 0.14, 0.07], rtol=1e-14)
    assert weights.sum() == pytest.approx(1, rel=1e-14)
    assert list(weights.index) == list(SCORES)
    assert PRODUCT.weights.set_index("node").loc["保证性", "weight"] == pytest.approx(0.21, rel=1e-14)


def test_a_toml_file_gives_the_same(tmp_path):
    text = "".join(
        f'["{node}"]\nweight = {branch["weight"]}\n["{node}".children]\n'
        + "".join(f'"{leaf}" = {weight}\n' for leaf, weight in branch["children"].items())
        for node, branch in TREE.items()
    )
    path = tmp_path / "tree.toml"
    path.write_text(text, encoding="utf-8")
    read = cs.index.Hierarchy.from_toml(path, name="满意度指数")
    pd.testing.assert_series_equal(read.global_weights, PRODUCT.global_weights)
    assert read.score(SCORES)["node"].iloc[0] == "满意度指数"
    assert "产品质量  0.3" in repr(read)


def test_absent_figures_give_their_weight_to_their_siblings():
    part = {name: value for name, value in SCORES.items() if name not in ("可信性", "有形性")}
    found = PRODUCT.score(pd.Series({**part, "可信性": np.nan}), missing="renormalize").set_index("node")["index"]
    product = (0.3 * 76.2 + 0.2 * 85.4 + 0.2 * 68.5) / 0.7
    service = (0.3 * 75.0 + 0.1 * 80.2 + 0.3 * 73.6 + 0.2 * 78.8) / 0.9
    assert found["Total"] == pytest.approx(0.3 * product + 0.7 * service, rel=1e-14)
    assert np.isnan(found["可信性"])
    only = PRODUCT.score({"特性": 70.0, "经济性": 80.0}, missing="renormalize").set_index("node")["index"]
    assert only["Total"] == pytest.approx(74, rel=1e-14)
    assert np.isnan(only["服务质量"])


@pytest.mark.parametrize("name", [*LINEARISED, *REPLICATED])
def test_errors_follow_the_design(name):
    golden, asked = record(name), survey(name)
    ours = cs.Survey(asked.frame, design=asked.design, scale=(0, 1000))
    found = SCHOOLS.score(ours)
    weights = np.array([[0.6, 0.4], [1, 0], [0, 1]]) / 10
    means = [row["est"] for row in golden["mean"]]
    np.testing.assert_allclose(found["index"], weights @ means, rtol=GOLDEN)
    covariance = weights @ np.array(golden["mean_vcov"]) @ weights.T
    np.testing.assert_allclose(found["se"], np.sqrt(np.diag(covariance)), rtol=GOLDEN)
    np.testing.assert_allclose(found.attrs["covariance"], covariance, rtol=1e-8)
    assert set(found.attrs["degrees"]) == {golden["degf"]}


@pytest.fixture(scope="module")
def shops():
    return cs.datasets.retail_survey()


def _points(shops):
    """Answers in points, and every row's own index over what it answered."""
    points = (shops.answers(SHOPS.items) - 1) / 9 * 100
    nodes = {}
    for node, own in (("q", {"q1": 0.7, "q2": 0.3}), ("v", {"v1": 0.5, "v2": 0.5})):
        weight = points[list(own)].notna() * list(own.values())
        nodes[node] = (points[list(own)].fillna(0) * weight).sum(axis=1) / weight.sum(axis=1)
    pair = pd.DataFrame(nodes)
    weight = pair.notna() * [0.6, 0.4]
    pair["all"] = (pair.fillna(0) * weight).sum(axis=1) / weight.sum(axis=1)
    return points, pair


def test_every_respondents_own_index_is_averaged(shops):
    pair = _points(shops)[1]
    frame = shops.frame.assign(**{name: pair[name] for name in pair})
    by_hand = cs.diagnose.means(cs.Survey(frame, design=shops.design), ["all", "q", "v"], by="firm")
    found = SHOPS.score(shops, by="firm", missing="renormalize")
    for node, name in (("Total", "all"), ("q", "q"), ("v", "v")):
        own, theirs = found[found["node"] == node], by_hand[by_hand["item"] == name]
        np.testing.assert_allclose(own[["index", "se"]], theirs[["estimate", "se"]], rtol=1e-11)
        assert own["n"].tolist() == theirs["n"].tolist()


@pytest.mark.filterwarnings("ignore:Nobody with a weight above zero of 'no'")
def test_complete_rows_are_a_domain(shops):
    points = _points(shops)[0]
    whole = points.notna().all(axis=1)
    total = points @ SHOPS.global_weights
    frame = shops.frame.assign(total=total.where(whole), there=np.where(whole, "yes", "no"))
    theirs = cs.diagnose.means(cs.Survey(frame, design=shops.design), "total", by="there", deff="replace")
    found = SHOPS.score(shops, missing="listwise").iloc[0]
    expected = theirs[theirs["there"] == "yes"].iloc[0]
    np.testing.assert_allclose(found[["index", "se"]].tolist(), expected[["estimate", "se"]].tolist(), rtol=1e-11)
    assert found["n"] == expected["n"] == whole.sum()


def test_available_answers_are_ratios_of_each_item(shops):
    theirs = cs.diagnose.means(shops, SHOPS.items, by="firm")
    weights = SHOPS.global_weights.to_numpy() / 9 * 100
    found = SHOPS.score(shops, by="firm")
    total = found[found["node"] == "Total"]
    for k, firm in enumerate(total["firm"]):
        own = theirs[theirs["firm"] == firm]
        covariance = np.array(theirs.attrs["covariance"])[np.ix_(own.index, own.index)]
        assert total["index"].iloc[k] == pytest.approx(weights @ (own["estimate"] - 1), rel=1e-11)
        assert total["se"].iloc[k] == pytest.approx((weights @ covariance @ weights) ** 0.5, rel=1e-10)
        assert total["n"].iloc[k] == own["n"].min()
    # Shops of one stratum serve several firms here only through weights: covariances between firms are kept.
    assert np.array(found.attrs["covariance"]).shape == (21, 21)


def test_errors_of_weights_enter(shops):
    ranks = pd.DataFrame([[1, 2], [2, 1], [1, 2], [1, 2], [2, 1]] * 8, columns=["q", "v"])
    judged = cs.weighting.ahp_from_ranking(ranks, n=500, seed=1)
    tree = {"q": {"weight": judged.weights["q"], "children": {"q1": 0.7, "q2": 0.3}},
            "v": {"weight": judged.weights["v"], "children": {"v1": 0.5, "v2": 0.5}}}  # fmt: skip
    plain = cs.index.Hierarchy.from_dict(tree)
    unsure = plain.with_weight_errors({"Total": judged.covariance})
    one, other = plain.score(shops).set_index("node"), unsure.score(shops).set_index("node")
    assert (one["index"] == other["index"]).all()
    extra = judged.covariance.loc["q", "q"] * (one.loc["q", "index"] - one.loc["v", "index"]) ** 2
    assert other.loc["Total", "se"] ** 2 - one.loc["Total", "se"] ** 2 == pytest.approx(extra, rel=1e-8)
    assert other.loc["q", "se"] == pytest.approx(one.loc["q", "se"], rel=1e-12)
    # Figures: the same rule, and their own covariance.
    figures = pd.Series({"q1": 70.0, "q2": 60, "v1": 50, "v2": 40})
    spread = pd.DataFrame(np.diag([1.0, 4, 9, 16]), index=figures.index, columns=figures.index)
    found = unsure.score(figures, covariance=spread).set_index("node")
    weights = plain.global_weights.to_numpy()
    variance = weights**2 @ [1, 4, 9, 16] + judged.covariance.loc["q", "q"] * (67.0 - 45.0) ** 2
    assert found.loc["Total", "se"] ** 2 == pytest.approx(variance, rel=1e-12)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(data=st.data())
def test_an_index_lies_between_its_indicators(data):
    width = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    leaves = [f"x{k}{j}" for k, n in enumerate(width) for j in range(n)]
    weights = data.draw(st.lists(st.floats(0.01, 1), min_size=len(leaves), max_size=len(leaves)))
    values = data.draw(st.lists(st.floats(0, 100), min_size=len(leaves), max_size=len(leaves)))
    drawn = iter(weights)
    tree = {f"n{k}": {"weight": 1 / len(width), "children": {f"x{k}{j}": next(drawn) for j in range(n)}}
            for k, n in enumerate(width)}  # fmt: skip
    hierarchy = cs.index.Hierarchy.from_dict(tree, normalize=True)
    found = hierarchy.score(dict(zip(leaves, values, strict=True)))
    assert min(values) - 1e-9 <= found["index"].min()
    assert found["index"].max() <= max(values) + 1e-9
    total = hierarchy.global_weights @ pd.Series(values, index=leaves)
    assert found["index"].iloc[0] == pytest.approx(total, rel=1e-12, abs=1e-12)


def test_contributions_to_a_change_add_up():
    after = {name: value + k - 3 for k, (name, value) in enumerate(SCORES.items())}
    other = {"产品质量": {**TREE["产品质量"], "weight": 0.4}, "服务质量": {**TREE["服务质量"], "weight": 0.6}}
    later = cs.index.Hierarchy.from_dict(other)
    found = later.contributions(SCORES, after, earlier=PRODUCT).set_index("node")
    assert found.loc["Total", "contribution"] == pytest.approx(found.loc["Total", "change"], rel=1e-12)
    first, last = PRODUCT.score(SCORES).set_index("node")["index"], later.score(after).set_index("node")["index"]
    weight = 0.35 * 0.3
    assert found.loc["特性", "by_index"] == pytest.approx(weight * -3, rel=1e-12)
    away = (76.2 + 73.2) / 2 - (first["Total"] + last["Total"]) / 2
    assert found.loc["特性", "by_weight"] == pytest.approx((0.4 - 0.3) * 0.3 * away, rel=1e-12)
    parts = found.loc[list(TREE), ["by_index", "by_weight"]].sum()
    np.testing.assert_allclose(parts, found.loc["Total", ["by_index", "by_weight"]].astype(float), rtol=1e-12)


def test_contributions_of_samples_have_errors(shops):
    waves = {wave: shops.with_answers(shops.frame[shops.frame["wave"] == wave]) for wave in ("2024Q1", "2024Q4")}
    found = SHOPS.contributions(waves["2024Q1"], waves["2024Q4"]).set_index("node")
    first, last = (SHOPS.score(wave).set_index("node") for wave in waves.values())
    se = np.hypot(first["se"], last["se"])
    assert found.loc["Total", "se"] == pytest.approx(se["Total"], rel=1e-11)
    assert found.loc["q", "se"] == pytest.approx(0.6 * se["q"], rel=1e-11)
    assert found.loc["Total", "by_weight"] == pytest.approx(0, abs=1e-12)
    assert found.loc["v", "contribution"] == pytest.approx(0.4 * (last["index"] - first["index"])["v"], rel=1e-11)


@pytest.mark.parametrize(
    ("tree", "sentence"),
    [
        ({"a": 0.5, "b": 0.4}, "below node 'Total' .* sum to 0.9, not 1"),
        ({"a": {"weight": 1, "children": {}}}, "node 'a' has no children"),
        ({"a": {"children": {"b": 1}}}, "Node 'a' has no weight"),
        ({"a": {"weight": 1, "childen": {"b": 1}}}, "did you mean 'children'"),
        ({"a": -1, "b": 2}, "weight of node 'a' must be a number of at least 0, not -1"),
        ({"a": "0.5", "b": 0.5}, "weight of node 'a' must be a number"),
        ({"a": {"weight": 0.5, "children": {"b": 1}}, "b": 0.5}, "Several nodes have the name 'b'"),
        ({"a": {"weight": 1, "children": [1]}}, "children of node 'a' must be a mapping"),
        ({}, "node 'Total' has no children"),
    ],
)
def test_a_tree_that_is_none_is_refused(tree, sentence):
    with pytest.raises(cs.DataError, match=sentence):
        cs.index.Hierarchy.from_dict(tree)


def test_weights_are_scaled_on_request_only():
    found = cs.index.Hierarchy.from_dict({"a": 2, "b": 6}, normalize=True)
    np.testing.assert_allclose(found.global_weights, [0.25, 0.75], rtol=1e-15)
    with pytest.raises(cs.DataError, match="all zero"):
        cs.index.Hierarchy.from_dict({"a": 0, "b": 0}, normalize=True)


def test_figures_that_cannot_be_used_are_refused():
    for values, sentence in (
        ({**SCORES, "特征": 70.0}, "'特征' is not a node of the hierarchy"),
        ({**SCORES, "产品质量": 70.0}, "'产品质量' is not a leaf"),
        ({**SCORES, "特性": 762.0}, "is 762, not within 0-100"),
        ({**SCORES, "特性": None}, "no index of '特性'; missing='renormalize'"),
    ):
        with pytest.raises(cs.DataError, match=sentence):
            PRODUCT.score(values)
    with pytest.raises(cs.DataError, match="No leaf"):
        PRODUCT.score({}, missing="renormalize")
    with pytest.raises(cs.OptionError, match="is for answers"):
        PRODUCT.score(SCORES, missing="listwise")
    with pytest.raises(cs.OptionError, match="are for answers"):
        PRODUCT.score(SCORES, by="firm")
    with pytest.raises(cs.DataError, match="must have rows and columns"):
        PRODUCT.score(SCORES, covariance=pd.DataFrame([[1.0]], index=["特性"], columns=["特性"]))
    with pytest.raises(cs.DataError, match="no node '产品'"):
        PRODUCT.with_weight_errors({"产品": pd.DataFrame()})


def test_answers_that_cannot_be_used_are_refused(shops):
    frame = shops.frame
    with pytest.raises(cs.DataError, match="no column 'q2'"):
        SHOPS.score(cs.Survey(frame.drop(columns="q2"), scale=(1, 10)))
    with pytest.raises(cs.ScaleError, match=r"declare scale= for 'q1', 'q2', 'v1', 'v2'"):
        SHOPS.score(frame)
    blank = frame.assign(q2=frame["q2"].where(frame["firm"] != "Birch"))
    with pytest.raises(cs.DataError, match="Nobody in 'Birch' answered 'q2'"):
        SHOPS.score(cs.Survey(blank, scale=(1, 10)), by="firm")
    # A respondent's own index needs no single question.
    with pytest.warns(cs.CsisemWarning, match="In some group of 'firm' nobody answered 'q2': no index there"):
        found = SHOPS.score(cs.Survey(blank, scale=(1, 10)), by="firm", missing="renormalize")
    assert found[["index", "firm"]].notna().all().tolist() == [False, True]
    with pytest.raises(cs.OptionError, match="is for figures"):
        SHOPS.score(shops, missing="refuse")
    with pytest.raises(cs.OptionError, match="did you mean 'listwise'"):
        SHOPS.score(shops, missing="listwize")
    with pytest.raises(cs.OptionError, match="varies them"):
        SHOPS.contributions(shops, shops, missing="renormalize")
    with pytest.raises(cs.DataError, match="cannot be read: No such file"):
        cs.index.Hierarchy.from_toml("/nowhere/tree.toml")


def _questionnaire(weight=0.7):
    questions = [cs.Question(name, points=10) for name in ("q1", "q2", "v1", "s1")]
    below = [cs.Indicator("特性", items=["q1", "q2"], weight=0.4), cs.Indicator("s1", items="s1", weight=0.6)]
    nodes = [cs.Indicator("质量", below, weight=weight), cs.Indicator("价值", items="v1", weight=0.3)]
    return cs.Questionnaire(questions, nodes)


def test_a_questionnaire_is_a_tree(shops):
    found = cs.index.Hierarchy.from_questionnaire(_questionnaire())
    same = cs.index.Hierarchy.from_dict(
        {
            "质量": {
                "weight": 0.7,
                "children": {"特性": {"weight": 0.4, "children": {"q1": 0.5, "q2": 0.5}}, "s1": 0.6},
            },
            "价值": {"weight": 0.3, "column": "v1"},
        }
    )
    pd.testing.assert_series_equal(found.global_weights, same.global_weights)
    assert found.items == same.items == ("q1", "q2", "s1", "v1")
    own = found.score(shops)
    assert own["level"].tolist() == ["总指标", "一级指标", "二级指标", "题目", "题目", "二级指标", "一级指标"]
    pd.testing.assert_frame_equal(own.drop(columns="level"), same.score(shops).drop(columns="level"))
    other = cs.index.Hierarchy.from_questionnaire(
        _questionnaire(None), {"质量": 0.8, "价值": 0.2, "q1": 0.9, "q2": 0.1}, name="总体"
    )
    np.testing.assert_allclose(
        other.global_weights[["q1", "s1", "价值"]], [0.8 * 0.4 * 0.9, 0.8 * 0.6, 0.2], rtol=1e-14
    )
    scaled = cs.index.Hierarchy.from_questionnaire(_questionnaire(), {"质量": 3, "价值": 1}, normalize=True)
    assert scaled.global_weights["价值"] == pytest.approx(0.25, rel=1e-14)


def test_questionnaires_that_are_no_tree_are_refused():
    read = cs.index.Hierarchy.from_questionnaire
    questions = _questionnaire().questions
    for asked, weights, sentence in (
        (_questionnaire(None), None, "Indicator '质量' has no weight among '质量', '价值'"),
        (_questionnaire(0.6), None, "sum to 0.9, not 1"),
        (_questionnaire(), {"质理": 0.7}, "names '质理', which is not an indicator or a question .did you mean '质量'"),
        (_questionnaire(), {"q1": 0.7}, "names 'q1', but not all of 'q1', 'q2'"),
        (_questionnaire(), {"质量": "高"}, "Weight of '质量' must be a number; got '高'"),
        (cs.Questionnaire(questions), None, "has no indicators"),
        (cs.Questionnaire(questions, [cs.Indicator("质量")]), None, "'质量' has no children and no questions"),
        ({"质量": 1.0}, None, "takes a Questionnaire, not 'dict'"),
    ):
        with pytest.raises(cs.DataError, match=sentence):
            read(asked, weights)
