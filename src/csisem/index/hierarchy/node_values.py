"""Each respondent's own values of the nodes of a tree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.index.hierarchy.weight_tree import Tree
from csisem.index.scale_points import Points
from csisem.moments.domain_ratios import Quotients


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
