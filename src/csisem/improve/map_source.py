"""Importance and performance as statistics of the weights and effects of a fit, which the index's errors then serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.fit.effects import reachable
from csisem.index.construct.item_weights import Block, Weighting, leaves
from csisem.index.construct.weight_sources import WeightSource, source_of

if TYPE_CHECKING:
    from csisem.covariance.casewise.casewise_scores import RowScores
    from csisem.fit.bootstrap.replicates import BootstrapReplicates
    from csisem.fit.solution import Solution
    from csisem.options import ItemWeights


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """The m spots of a map.

    Attributes
    ----------
    target
        Position of the target construct.
    construct
        Position of each spot's construct, (m,).
    item
        Position of its item, (m,); -1 for the construct itself.
    """

    target: int
    construct: IntArray
    item: IntArray


@dataclass(frozen=True, eq=False)
class MapSource:
    """A fit's weights and total effects, put together to 2 m statistics: importance, then performance, of m spots.

    Importance depends on the parameters alone, performance on means as an index does.
    """

    inner: WeightSource
    spots: Spots
    ranges: FloatArray

    @property
    def measured(self) -> tuple[Block, ...]:
        return self.inner.measured

    @property
    def kind(self) -> ItemWeights:
        return self.inner.kind

    @property
    def at(self) -> FloatArray:
        return self.inner.at

    def weigh(self, parameters: FloatArray) -> Weighting:
        return self._mapped(self.inner.weigh(parameters))

    def scores(self) -> tuple[RowScores, FloatArray]:
        return self.inner.scores()

    def inverse(self) -> FloatArray:
        return self.inner.inverse()

    def covariance(self) -> FloatArray:
        return self.inner.covariance()

    def by_covariance(self) -> FloatArray:
        return self.inner.by_covariance()

    def repeated(self) -> Weighting:
        return self._mapped(self.inner.repeated())

    def drawn(self, drawn: BootstrapReplicates, inside: IntArray) -> Weighting:
        return self._mapped(self.inner.drawn(drawn, inside))

    def _mapped(self, found: Weighting) -> Weighting:
        """Rows of the statistics: importance is added to no mean at all."""
        if found.totals is None:
            raise ValueError("a map takes weights with total effects")
        own, of_items = self.spots, self.spots.item >= 0
        coefficients = found.coefficients[..., own.construct, :]
        importance = found.totals[..., own.target, own.construct]
        if of_items.any():
            # An item counts in its construct's 0-100 index by its weight times the width of its scale.
            width = self.ranges[own.item] / 100.0
            importance = importance * coefficients[..., np.arange(len(own.item)), own.item] * width
            alone = np.zeros(coefficients.shape[-2:])
            alone[np.arange(len(own.item)), own.item] = 1.0 / width
            coefficients = np.broadcast_to(alone, coefficients.shape)
        return Weighting(
            np.concatenate([np.zeros_like(coefficients), coefficients], axis=-2),
            found.weights,
            added=np.concatenate([importance, np.zeros_like(importance)], axis=-1),
        )


def map_source(solution: Solution, ranges: FloatArray, kind: ItemWeights, spots: Spots) -> MapSource:
    """The statistics of a fit, for items with scale widths ``ranges`` (P,)."""
    return MapSource(source_of(solution, ranges, kind, effects=True), spots, ranges)


def spots_of(solution: Solution, target: object, measured: tuple[Block, ...], *, items: bool) -> Spots:
    """The constructs that paths lead from to the target, or their items.

    Raises
    ------
    OptionError
        The target is no construct of the model.
    DataError
        No construct stands before it.
    """
    names = solution.table.latents[: solution.table.constructs]
    if not isinstance(target, str) or target not in names:
        others = solution.table.latents[solution.table.constructs :]
        hint = (
            f", but an observed variable, which has no index; give it a construct: Construct('...', [{target!r}])"
            if isinstance(target, str) and target in others
            else nearest(str(target), names)
        )
        raise OptionError(f"target={shown(target)} is no construct of the model{hint}.")
    place = names.index(str(target))
    before = reachable(solution.table)[1][place]
    found = [source for source in range(len(names)) if before[source]]
    if not found:
        raise DataError(f"No path leads to {target!r}, so no construct is important to it; its index is that of csi().")
    if not items:
        return Spots(place, np.array(found, dtype=np.intp), np.full(len(found), -1, dtype=np.intp))
    below = leaves(measured)
    pairs = np.array([(source, item) for source in found for item in below[source]], dtype=np.intp)
    return Spots(place, pairs[:, 0], pairs[:, 1])


def left_out(solution: Solution, spots: Spots) -> list[str]:
    """Sentences about what stands before the target and has no index, or an effect that is not one number."""
    names, constructs = solution.table.latents, solution.table.constructs
    before = np.flatnonzero(reachable(solution.table)[1][spots.target])
    others = [names[j] for j in before if j >= constructs]
    terms = [name for name in others if name not in solution.table.observed]
    bare = [name for name in others if name not in terms]
    said = []
    if bare:
        verb = "are" if len(bare) > 1 else "is"
        said.append(f"{listed(bare)} {verb} observed on a path, without an index, so not on the map; make constructs "
                    "of such columns.")  # fmt: skip
    if terms:
        said.append(f"The importance of what {listed(terms)} multiplies is that at the mean of the other.")
    return said
