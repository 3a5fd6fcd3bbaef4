"""Causal columns and the order within them."""

from __future__ import annotations

from csisem.plot.diagram.causal_columns import causal_columns, forward_links, ordered_rows
from csisem.plot.diagram.elements import Graph, Link, Node


def graph(paths: str, dimensions: str = "") -> Graph:
    pairs = [pair.split(">") for pair in paths.split()]
    links = [Link(a, b) for a, b in pairs] + [Link(*pair.split(">"), "dimension") for pair in dimensions.split()]
    names = dict.fromkeys(name for link in links for name in (link.source, link.target))
    return Graph(tuple(map(Node, names)), tuple(links))


def columns(given: Graph) -> dict[str, int]:
    return dict(zip((node.name for node in given.nodes), causal_columns(given), strict=True))


def test_a_node_stands_behind_its_longest_chain_of_causes():
    assert columns(graph("E>Q E>V Q>V E>S Q>S V>S S>C S>L C>L")) == {"E": 0, "Q": 1, "V": 2, "S": 3, "C": 4, "L": 5}


def test_a_cause_of_late_outcomes_alone_stands_beside_them():
    assert columns(graph("A>B B>C X>C"))["X"] == 1


def test_a_loop_is_cut_where_it_closes():
    given = graph("A>B B>C C>A C>D")
    assert forward_links(given) == [("A", "B"), ("B", "C"), ("C", "D")]
    assert columns(given) == {"A": 0, "B": 1, "C": 2, "D": 3}
    assert columns(graph("A>B B>A")) == {"A": 0, "B": 1}


def test_dimensions_stand_outside_their_construct():
    causing = columns(graph("Q>S", "Q>A Q>B"))
    assert causing["A"] == causing["B"] < causing["Q"] < causing["S"]
    caused = columns(graph("S>Q", "Q>A Q>B"))
    assert caused["S"] < caused["Q"] < caused["A"] == caused["B"]


def test_rows_follow_the_neighbours():
    # Crossed as listed: A, B and then D, C.
    given = graph("A>D B>C A>E D>E")
    rows = dict(zip((node.name for node in given.nodes), ordered_rows(given, [0, 1, 0, 1, 2]), strict=True))
    assert (rows["A"] < rows["B"]) == (rows["D"] < rows["C"])
