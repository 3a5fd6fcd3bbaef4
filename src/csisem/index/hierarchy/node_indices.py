"""Indices of all nodes of a tree, from figures or answers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, pd
from csisem.descriptive.averages import ask, averages, refuse_empty, ungrouped
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError, listed, nearest, tell
from csisem.index.hierarchy.weight_tree import Tree
from csisem.index.joint_covariance import MOST_JOINT, labelled
from csisem.index.scale_points import Points, points_of
from csisem.inference.influence import JointCovariance
from csisem.moments.domain_ratios import Quotients
from csisem.options import MissingIndicators
from csisem.survey import Survey
from csisem.survey.design_in_force import under_design
from csisem.survey.named_numbers import number


@dataclass(frozen=True, slots=True, eq=False)
class NodeIndices:
    """Indices of N nodes in D domains.

    Attributes
    ----------
    value
        Indices, (D, N).
    variance
        Their variances, (D N,); None for figures without a covariance.
    covariance
        Their joint covariance, (D N, D N); None without variances, or with too many indices.
    degrees
        Degrees of freedom, (D N,).
    n
        Number of answers, (D, N); None for figures.
    by, labels
        The columns that define domains, and their values.
    """

    value: FloatArray
    variance: FloatArray | None
    covariance: FloatArray | None
    degrees: FloatArray
    n: FloatArray | None = None
    by: tuple[str, ...] = ()
    labels: tuple[Hashable, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class RowNodes(Quotients):
    """Quotients that are the means of N nodes over the rows that answered any leaf below them.

    A row's value of a node is the weighted mean of the children for which it has a value.
    """

    points: Points
    tree: Tree

    @property
    def count(self) -> int:
        return len(self.tree.names)

    def kept(self, values: FloatArray) -> BoolArray:
        return self.points.kept(values)

    def split(self, values: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
        scores = renormalized(self.tree, self.points.split(values)[0])
        return scores, np.ones(scores.shape), ~np.isnan(scores)


def renormalized(tree: Tree, leaves: FloatArray) -> FloatArray:
    """Values (N, m) of all nodes from the leaves (L, m), weights of missing ones going to their siblings."""
    scores = np.full((len(tree.names), leaves.shape[1]), np.nan)
    scores[tree.leaves] = leaves
    for node in np.unique(tree.parent[1:])[::-1]:
        below = tree.children(int(node))
        there = ~np.isnan(scores[below])
        weight = np.where(there, tree.local[below][:, None], 0.0)
        total = weight.sum(axis=0)
        sums = (weight * np.where(there, scores[below], 0.0)).sum(axis=0)
        # Where only children of weight zero have a value, the node has none.
        scores[node] = np.where(total > 0, sums / np.where(total > 0, total, 1.0), np.nan)
    return scores


def score_values(
    tree: Tree,
    data: Mapping[object, object],
    covariance: pd.DataFrame | None,
    missing: MissingIndicators,
    weight_covariance: FloatArray,
) -> NodeIndices:
    """Indices from a figure for each leaf."""
    if missing not in ("refuse", "renormalize"):
        raise OptionError(f"missing={missing!r} is for answers; figures take 'refuse' or 'renormalize'.")
    names, values = [tree.names[k] for k in tree.leaves], _figures(tree, data)
    absent = [name for name in names if name not in values]
    uncertain = covariance is not None or bool(weight_covariance.any())
    if absent and (missing == "refuse" or uncertain):
        why = "missing='renormalize' gives their weight to their siblings" if missing == "refuse" else (
            "standard errors need a figure for every leaf")  # fmt: skip
        raise DataError(f"There is no index of {listed(absent)}; {why}.")
    leaves, turned = np.array([values.get(name, np.nan) for name in names]), tree.lowers[tree.leaves]
    leaves = np.where(turned, 100.0 - leaves, leaves)
    value = renormalized(tree, leaves[:, None]).T
    if np.isnan(value[0, 0]):
        raise DataError("No leaf of the hierarchy has an index.")
    degrees = np.full(value.size, np.inf)
    if not uncertain:
        return NodeIndices(value, None, None, degrees)
    own = np.zeros((len(names), len(names)))
    if covariance is not None:
        own = labelled(covariance, names, "covariance=") * np.outer(sign := np.where(turned, -1.0, 1.0), sign)
    reach = tree.paths()[:, tree.leaves]
    slope = by_weight(tree, value)[0]
    joint = reach @ own @ reach.T + slope @ weight_covariance @ slope.T
    return NodeIndices(value, np.diagonal(joint), joint, degrees)


def _figures(tree: Tree, data: Mapping[object, object]) -> dict[str, float]:
    """Figures by leaf, which its question may stand for; None and nan are left out."""
    leaves = [tree.names[k] for k in tree.leaves]
    by_column = dict(zip(tree.items, leaves, strict=True))
    given: dict[str, float] = {}
    for key, value in data.items():
        name = str(key) if str(key) in leaves else by_column.get(str(key), str(key))
        if name not in leaves:
            kind = "leaf" if name in tree.names else "node"
            raise DataError(f"{name!r} is not a {kind} of the hierarchy{nearest(name, leaves)}.")
        points = number(value, f"The index of {name!r}")
        if not (np.isnan(points) or 0 <= points <= 100):
            raise DataError(f"The index of {name!r} is {points:g}, not within 0-100; give answers on another scale as "
                            "a Survey with scale=.")  # fmt: skip
        if not np.isnan(points):
            given[name] = points
    return given


def score_answers(
    tree: Tree,
    survey: Survey,
    by: tuple[str, ...],
    missing: MissingIndicators,
    design: object,
    weight_covariance: FloatArray,
) -> NodeIndices:
    """Indices from answers to the leaves, with standard errors by the sampling design."""
    if missing == "refuse":
        raise OptionError("missing='refuse' is for figures; answers take 'available', 'listwise' or 'renormalize'.")
    items = tree.items
    points = points_of(survey, items, complete=missing == "listwise")
    rows = RowNodes(points, tree) if missing == "renormalize" else points
    combine = None if missing == "renormalize" else tree.paths()[:, tree.leaves]
    asked = ask(under_design(survey, design), items, rows, by, combine=combine)
    found = averages(asked)
    if combine is not None or found.empty[:, 0].any():
        names = list(tree.names) if combine is None else [tree.names[k] for k in tree.leaves]
        whole = sentence("index.so_no_index_of_all") if missing == "listwise" else None
        refuse_empty(asked, found.empty, lambda k: whole or sentence("index.so_no_index", nodes=names[k : k + 1]))
    unanswered = [] if combine is not None else np.flatnonzero(found.empty.any(axis=0)).tolist()
    tell([*ungrouped(asked), *_unanswered(tree, unanswered, asked.by)])
    n = found.n if combine is None else _fewest(tree, found.n)
    value = found.value
    slope = by_weight(tree, value).reshape(value.size, -1)
    nodes = len(tree.names)
    shared = JointCovariance(
        slope, weight_covariance, np.zeros((nodes, value.size)), np.zeros((len(value), nodes, nodes))
    )
    # A single answer has no spread.
    variance = np.where(n.ravel() < 2, np.nan, found.covariance.variances() + shared.variances())
    joint = found.covariance.matrix() + shared.matrix() if value.size <= MOST_JOINT else None
    return NodeIndices(value, variance, joint, np.repeat(found.degrees, len(tree.names)), n, by, asked.labels)


def _unanswered(tree: Tree, nodes: list[int], by: tuple[str, ...]) -> list[Sentence]:
    """A note on nodes that nobody answered."""
    if not nodes:
        return []
    names = [tree.names[k] for k in nodes]
    if by:
        return [sentence("index.unanswered_nodes_in_a_group", by=by, nodes=names)]
    return [sentence("index.unanswered_nodes", nodes=names)]


def by_weight(tree: Tree, value: FloatArray) -> FloatArray:
    """Derivatives of all nodes by the local weights, (D, N, N): the child's index times the path to its parent."""
    paths = tree.paths()
    above = np.where(tree.parent >= 0, tree.parent, 0)
    slope: FloatArray = paths[:, above] * value[:, None, :]
    slope[:, :, 0] = 0.0
    return slope


def _fewest(tree: Tree, answers: FloatArray) -> FloatArray:
    """Fewest answers (D, N) to any leaf below each node, from those to the leaves (D, L)."""
    n = np.full((len(answers), len(tree.names)), np.inf)
    n[:, tree.leaves] = answers
    for node in range(len(tree.names) - 1, 0, -1):
        above = tree.parent[node]
        n[:, above] = np.minimum(n[:, above], n[:, node])
    return n
