"""What is compiled of a model, and what is refused with one sentence."""

from __future__ import annotations

import numpy as np
import pytest

import csisem as cs
from composites import construct, full_plan, paths
from csisem.composite.attenuation import check_consistent
from csisem.composite.parameter_layout import layout_of
from csisem.composite.plan import causal_order, compile_plan
from csisem.composite.read_model import read_path_model
from csisem.errors import ModelError
from csisem.specification.construct import Construct
from csisem.specification.syntax.relation import Relation

A, B, C = (Construct(name, [f"{name.lower()}1", f"{name.lower()}2"]) for name in "ABC")


def _refusal(constructs, relations, **options):
    with pytest.raises(ModelError) as caught:
        compile_plan(constructs, relations, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("constructs", "relations", "text"),
    [
        (
            [A, Construct("B", ["b1", "a2"])],
            paths("A -> B"),
            "The item 'a2' measures both 'A' and 'B'; PLS needs every item on one construct.",
        ),
        (
            [A, B],
            paths("A -> B", "a1 -> B"),
            "The item 'a1' of 'A' is on a path itself; PLS needs every item on one construct.",
        ),
        (
            [A, B, C],
            paths("A -> B", "B -> C", "C -> A"),
            "The paths among 'B', 'C', 'A' form a cycle; PLS needs a model without cycles.",
        ),
        (
            [A, B, C],
            paths("A -> B"),
            "The construct 'C' is on no path; PLS weights its items by its neighbours, so add a path or leave "
            "the construct out.",
        ),
        (
            [A, B],
            [*paths("A -> B"), Relation("a1", "~~", "b1")],
            "PLS does not estimate covariances, but the model has 'a1 ~~ b1'; leave it out.",
        ),
        (
            [A, B],
            [*paths("A -> B"), Relation("a1", "~1", "")],
            "PLS does not estimate intercepts, but the model has 'a1 ~1'; leave it out.",
        ),
        (
            [A, B],
            [Relation("B", "~", "A", fixed=(0.5,))],
            "PLS cannot fix parameters, but 'B ~ A' is fixed at 0.5; leave the value out.",
        ),
        (
            [A, B],
            [*paths("A -> B"), Relation("A", "=~", "a1", fixed=(1.0,))],
            "PLS cannot fix parameters, but 'A =~ a1' is fixed at 1; leave the value out.",
        ),
        (
            [A, B, C],
            [Relation("B", "~", "A", label=("k",)), Relation("C", "~", "A", label=("k",))],
            "PLS cannot hold parameters equal, but 2 of them have the label 'k'; give each its own.",
        ),
        (
            [A, B, C],
            [*paths("A B -> C"), Relation("A:B", "~", "C")],
            "The interaction 'A:B' is the outcome of a path; it can only be a predictor.",
        ),
        (
            [A, B, C],
            paths("A B A:B:C -> C"),
            "The interaction 'A:B:C' must have two parts; write 'A:B', or 'A:A' for a square.",
        ),
        (
            [A, B, C],
            paths("A B A:Bb -> C"),
            "The interaction 'A:Bb' needs 'Bb' as a construct, or on a path itself (did you mean 'B'?).",
        ),
        (
            [A, B, C],
            paths("B A:B -> C", "C -> A"),
            "The paths among 'C', 'A' form a cycle; PLS needs a model without cycles.",
        ),
        (
            [A, B, C],
            paths("A B A:B B:A -> C"),
            "The interactions 'A:B' and 'B:A' are the same; leave one out.",
        ),
        (
            [A, B, Construct("C", ["c1", "A:B"])],
            paths("A B A:B -> C"),
            "The interaction 'A:B' has the name of a construct or column; rename that.",
        ),
        (
            [A, B, C],
            paths("A -> B", "A:B -> C"),
            "'C' is predicted by the interaction 'A:B' alone; add the paths from the interaction's parts.",
        ),
        (
            [A, B, C, Construct("H", ["A", "B"])],
            paths("H -> C", "A -> H"),
            "'A' measures 'H'; leave out the path between the two.",
        ),
        (
            [A, B, C, Construct("H", ["A", "B"])],
            paths("H -> C", "A -> C"),
            "'A' measures 'H' and is on a path itself, which two stages cannot estimate; leave out the path, or take "
            "higher_order='repeated'.",
        ),
        (
            [A, B, C, Construct("H", ["A", "B"]), Construct("G", ["A", "C"])],
            paths("H -> G"),
            "The item 'A' measures both 'H' and 'G'; PLS needs every item on one construct.",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_refusals(constructs, relations, text):
    assert _refusal(constructs, relations) == text


def test_interactions_of_higher_orders_are_products_of_scores():
    higher = [A, B, C, Construct("H", ["A", "B"]), Construct("Y", ["y1", "y2"])]
    text = _refusal(higher, paths("H C H:C -> Y"), moderation="product")
    assert text == (
        "With higher-order constructs the interaction 'H:C' must be the product of scores; take moderation='two-stage'."
    )
    plan = compile_plan(higher, paths("H C H:C -> Y"))
    assert len(plan.stages) == 3
    assert len(plan.products.pairs) == 8  # four items below H, two of C


def test_what_consistent_pls_takes():
    with pytest.raises(
        ModelError, match="PLSc corrects products of scores; take moderation='two-stage', not 'product'"
    ):
        check_consistent(compile_plan([A, B, C], paths("A B A:B -> C"), moderation="product"), "disjoint", "product")
    check_consistent(full_plan(), "disjoint", "two-stage")


def test_a_path_fixed_at_zero_is_none():
    model = cs.datasets.mobile_phone_model().fix(("Complaints", "Loyalty"))
    plan = compile_plan(model.constructs, model.relations)
    assert plan.arrows.sum() == 11
    # Nor is what stands on such a path alone.
    for source in ("observed", "A:B"):
        relations = [Relation("B", "~", "A"), Relation("B", "~", source, fixed=(0.0,))]
        plan = compile_plan([A, B], relations)
        assert plan.constructs == ("A", "B")
        assert len(layout_of(plan, relations).target) == 1
    # NA*x says free, in lavaan's words.
    free = compile_plan([A, B], [Relation("B", "~", "A", fixed=(float("nan"),))])
    assert free.arrows.sum() == 1


def test_a_label_alone_is_allowed():
    assert read_path_model([A, B], [Relation("B", "~", "A", label=("k",))]).paths == (("A", "B"),)


def test_an_observed_variable_on_a_path_is_a_construct_of_one_item():
    plan = compile_plan([A, B], paths("A age -> B"))
    assert plan.constructs == ("A", "B", "age")
    assert plan.items == ("a1", "a2", "b1", "b2", "age")
    assert [plan.child_names[c] for c in plan.weighed.child] == ["a1", "a2", "b1", "b2", "age"]


def test_chinese_names():
    constructs = [Construct("顾客期望", ["期望一", "期望二"]), Construct("顾客满意", ["满意一", "满意二"])]
    plan = compile_plan(constructs, paths("顾客期望 顾客期望:顾客期望 -> 顾客满意"))
    assert plan.constructs == ("顾客期望", "顾客满意", "顾客期望:顾客期望")
    assert plan.child_names[4:7] == ("期望一:期望一", "期望一:期望二", "期望二:期望二")


def test_items_named_like_products_stay_items():
    odd = [Construct("A", ["a1", "a1:b1"]), B, C]
    plan = compile_plan(odd, paths("A B A:B -> C"), moderation="product")
    assert plan.stages[0].blueprint.width == 6 + 4
    assert plan.items.index("a1:b1") == 1
    assert plan.weighed.child[plan.weighed.blocks[0]].tolist() == [0, 1]
    assert plan.weighed.child[plan.weighed.blocks[3]].tolist() == [6, 7, 8, 9]


def test_causal_order():
    arrows = np.zeros((4, 4), dtype=bool)
    arrows[0, 1] = arrows[1, 3] = arrows[0, 2] = True
    order = causal_order(arrows).tolist()
    assert order.index(3) < order.index(1) < order.index(0)
    assert order.index(2) < order.index(0)


HIGHER = [A, B, C, Construct("H", ["A", "B"]), Construct("Y", ["y1", "y2"])]


def _stage(plan, k):
    stage = plan.stages[k]
    names = stage.blueprint.constructs
    arrows = {(names[s], names[t]) for t, s in zip(*np.nonzero(stage.blueprint.arrows), strict=True)}
    return names, arrows


def test_disjoint_stages():
    plan = compile_plan(HIGHER, paths("C -> H", "H -> Y"))
    assert _stage(plan, 0) == (("A", "B", "C", "Y"), {("C", "A"), ("C", "B"), ("A", "Y"), ("B", "Y")})
    assert _stage(plan, 1) == (("C", "H", "Y"), {("C", "H"), ("H", "Y")})
    assert plan.stages[1].scores.tolist() == [0, 1]
    assert plan.higher_order


def test_embedded_stages():
    plan = compile_plan(HIGHER, paths("C -> H", "H -> Y"), higher_order="embedded")
    names, arrows = _stage(plan, 0)
    assert names == ("A", "B", "C", "H", "Y")
    assert arrows == {("C", "H"), ("H", "Y"), ("H", "A"), ("H", "B")}
    assert _stage(plan, 1) == (("C", "H", "Y"), {("C", "H"), ("H", "Y")})
    # Everything in the second run is a score; the first one's weights of other constructs are reported.
    assert plan.stages[1].base.size == 0
    assert sorted(plan.stages[1].scores.tolist()) == [0, 1, 2, 4]
    assert [plan.child_names[c] for c in plan.weighed.child[plan.weighed.blocks[2]]] == ["c1", "c2"]


def test_repeated_indicators():
    formed = [*HIGHER[:3], Construct("H", ["A", "B"], "B"), HIGHER[4]]
    plan = compile_plan(formed, paths("C -> H", "H -> Y"), higher_order="repeated")
    assert _stage(plan, 0)[1] == {("C", "H"), ("H", "Y"), ("A", "H"), ("B", "H")}
    # The structural model is what was claimed.
    assert {(plan.constructs[s], plan.constructs[t]) for t, s in zip(*np.nonzero(plan.arrows), strict=True)} == {
        ("C", "H"),
        ("H", "Y"),
    }
    assert [plan.child_names[c] for c in plan.weighed.child[plan.weighed.blocks[3]]] == ["a1", "a2", "b1", "b2"]
    assert [plan.child_names[c] for c in plan.loaded.child[plan.loaded.blocks[3]]] == ["A", "B"]


def test_three_orders():
    third = [*HIGHER[:4], Construct("D", ["d1", "d2"]), Construct("T", ["H", "D"]), HIGHER[4]]
    plan = compile_plan(third, paths("C -> T", "T -> Y"))
    assert [_stage(plan, k)[0] for k in range(3)] == [("A", "B", "C", "D", "Y"), ("C", "H", "D", "Y"), ("C", "T", "Y")]
    assert _stage(plan, 1)[1] == {("C", "H"), ("C", "D"), ("H", "Y"), ("D", "Y")}


def test_mixed_children():
    mixed = [A, B, Construct("H", ["A", "h1"]), Construct("Y", "y1")]
    plan = compile_plan(mixed, paths("B -> H", "H -> Y"))
    names = [plan.child_names[c] for c in plan.weighed.child[plan.weighed.blocks[2]]]
    assert names == ["A", "h1"]
    assert "h1" in plan.items


def test_one_item_needs_no_mode():
    plan = compile_plan([construct("Complaints", "B"), A], paths("Complaints -> A"))
    assert plan.stages[0].blueprint.modes == ("unit", "A")
