"""Layouts of published models and of random ones: nothing covers anything else."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from csisem.plot.diagram.elements import Box, Graph, Link, Node, Sizes
from csisem.plot.diagram.layout import lay_out
from csisem.plot.diagram.model_graph import model_graph
from csisem.plot.diagram.placed import Layout
from diagram_models import PRESETS

SIZES = Sizes((1.25, 0.62), (0.6, 0.24), (0.6, 0.15), (0.35, 0.15))


def laid_out(graph: Graph, number: tuple[float, float] = (0.6, 0.15)) -> Layout:
    return lay_out(graph, SIZES, tuple(number for _ in graph.links))


def random_graph(seed: int) -> Graph:
    """Of the size of ACSI and ECSI: 6 to 8 constructs, up to 24 items, and paths without a pattern."""
    random = np.random.default_rng(seed)
    count = int(random.integers(6, 9))
    paths = {(int(random.integers(later)), later) for later in range(1, count)}
    while len(paths) < count + 4:
        one, two = sorted(random.choice(count, 2, replace=False).tolist())
        paths.add((one, two))
    nodes = [Node(f"C{j}", items=tuple(f"x{j}{k}" for k in range(random.integers(1, 4)))) for j in range(count)]
    return Graph(tuple(nodes), tuple(Link(f"C{a}", f"C{b}") for a, b in sorted(paths)))


GRAPHS = {name: model_graph(model) for name, model in PRESETS.items()} | {f"r{k}": random_graph(k) for k in range(3)}


def points_of(pieces: tuple[tuple[tuple[float, float], ...], ...]) -> np.ndarray:
    """Points along the pieces of a line, a hundredth of an inch apart."""
    found = []
    for piece in pieces:
        for a, b in pairwise(np.array(piece)):
            steps = np.linspace(0, 1, max(int(np.hypot(*(b - a)) / 0.01), 2))[:, None]
            found.append(a + steps * (b - a))
    return np.concatenate(found)


def inside(points: np.ndarray, box: Box) -> bool:
    # A line may end at an edge.
    left, bottom, right, top = box.grown(-1e-6).corners
    x, y = points.T
    return bool(((x > left) & (x < right) & (y > bottom) & (y < top)).any())


@pytest.mark.parametrize("name", GRAPHS)
def test_no_number_touches_a_line_a_shape_or_another_number(name):
    found = laid_out(GRAPHS[name])
    numbers = [one.label for one in (*found.links, *found.items)]
    assert all(numbers)
    assert found.clear
    lines = [points_of(one.pieces) for one in (*found.links, *found.items)]
    shapes = [one.box for one in (*found.nodes, *found.items)]
    for k, number in enumerate(numbers):
        assert not any(inside(points, number) for points in lines)
        assert not any(number.meets(other) for other in shapes + numbers[:k])


@pytest.mark.parametrize("name", GRAPHS)
def test_no_shape_overlaps_and_no_arrow_runs_through_one(name):
    found = laid_out(GRAPHS[name])
    shapes = [(one.node.name, one.box) for one in found.nodes] + [(one.name, one.box) for one in found.items]
    assert not any(one.meets(two) for k, (_, one) in enumerate(shapes) for _, two in shapes[:k])
    whole = Box(found.width / 2, found.height / 2, found.width, found.height)
    for one in found.links:
        points = points_of(one.pieces)
        assert not any(inside(points, box) for name, box in shapes if name not in (one.link.source, one.link.target))
        assert (np.abs(points - (whole.x, whole.y)) <= (whole.width / 2, whole.height / 2)).all()


@pytest.mark.parametrize("name", PRESETS)
def test_effects_run_rightwards_and_leave_the_arrows_of_items_alone(name):
    found = laid_out(GRAPHS[name])
    at = {one.node.name: one.box for one in found.nodes}
    assert all(at[one.link.source].x <= at[one.link.target].x + 0.01 for one in found.links)
    for one in found.links:
        path = points_of(one.pieces)
        for item in found.items:
            apart = np.hypot(*(path[:, None] - points_of(item.pieces)[None]).transpose(2, 0, 1))
            # Sampled a hundredth of an inch apart, crossing lines come nearer than this.
            assert apart.min() > 0.01 or item.owner.name in (one.link.source, one.link.target)


def test_a_layout_is_the_same_every_time():
    graph = GRAPHS["scsb"]
    first = laid_out(graph)
    lay_out.cache_clear()
    assert laid_out(graph) == first


def test_a_pair_of_opposite_arrows_is_bent_apart():
    graph = Graph((Node("A"), Node("B"), Node("C")), (Link("A", "B"), Link("B", "A"), Link("B", "C")))
    one, two = (points_of(link.pieces) for link in laid_out(graph).links[:2])
    # Away from their ends, the two keep a distance that is seen.
    middle = one[len(one) // 2]
    assert np.hypot(*(two - middle).T).min() > 0.15


def test_covariances_are_curves_with_two_ends():
    graph = Graph((Node("A", items=("a1", "a2")), Node("B", items=("b1", "b2"))), (Link("A", "B", "covariance"),))
    (one,) = laid_out(graph).links
    ends = np.array([one.pieces[0][0], one.pieces[-1][-1]])
    middle = np.array([one.label.x, one.label.y])
    straight = np.cross(np.append(ends[1] - ends[0], 0), np.append(middle - ends[0], 0))[2]
    assert abs(straight) / np.hypot(*(ends[1] - ends[0])) > 0.05
    assert laid_out(graph).clear


def test_items_that_form_a_construct_point_at_it():
    graph = Graph((Node("A", "composite", ("a1", "a2"), True), Node("B", items=("b1",))), (Link("A", "B"),))
    found = laid_out(graph)
    at = {one.node.name: one.box for one in found.nodes}
    for item in found.items:
        head = item.pieces[-1][-1]
        target = at["A"] if item.owner.formed else item.box
        assert np.hypot(head[0] - target.x, head[1] - target.y) <= np.hypot(target.width, target.height) / 2 + 1e-9


def test_one_construct_alone():
    found = lay_out(Graph((Node("A", items=("a1", "a2", "a3")),)), SIZES, ())
    assert len(found.items) == 3
    assert found.links == ()
