"""Item weights of an index from a PLS path model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.composite.estimate import Estimates
from csisem.composite.index_scores import index_coefficients
from csisem.composite.structural_model import effects
from csisem.covariance.casewise.casewise_scores import RowScores
from csisem.fit.bootstrap.composite_replicates import CompositeReplicates
from csisem.fit.bootstrap.replicates import BootstrapReplicates
from csisem.fit.effect_estimates import reachable
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.fit.pls.standard_errors import errors_of, row_influence, slopes_of
from csisem.index.construct.item_weights import Block, Statistics, Weighting, blocks, in_index_points, leaves
from csisem.inference.delta import jacobian
from csisem.inference.moment_functions import Gradient
from csisem.options import ItemWeights


@dataclass(frozen=True, eq=False)
class CompositeWeights:
    """Item weights from a PLS path model; their parameters are the index coefficients themselves.

    With ``statistics`` the total effects between constructs that a chain of paths connects are parameters too.
    ``"model"`` are the outer weights of the answers as given, ``"loadings"`` the loadings in the items' units, also of
    dimensions on a higher-order construct, ``"equal"`` the mean of the 0-100 scores.
    """

    solution: CompositeSolution
    ranges: FloatArray
    kind: ItemWeights
    statistics: Statistics | None = None

    @property
    def effects(self) -> bool:
        """Whether total effects are among the parameters."""
        return self.statistics is not None

    @cached_property
    def measured(self) -> tuple[Block, ...]:
        return blocks(self.solution.table)

    @cached_property
    def _places(self) -> tuple[IntArray, IntArray]:
        """Construct and item of every coefficient that the model does not fix at zero."""
        pairs = [(column, item) for column, below in leaves(self.measured).items() for item in below]
        construct, item = np.array(pairs, dtype=np.intp).T
        return construct, item

    @cached_property
    def _reached(self) -> tuple[IntArray, IntArray]:
        """Target and source of every total effect between constructs; empty without ``effects``."""
        count = self.solution.table.constructs
        target, source = np.nonzero(reachable(self.solution.table)[1][:count, :count] & self.effects)
        return target, source

    def _statistics(self, found: Estimates, _mean: FloatArray, cov: FloatArray) -> FloatArray:
        """Coefficients in samples of one group, then total effects and carried covariances, (..., k)."""
        construct, item = self._places
        coefficients = self._coefficients(found, cov)
        own = [coefficients[..., construct, item]]
        if self.effects:
            own.append(self._totals(found, cov, coefficients)[..., *self._reached])
        if self._carried:
            row, col = np.tril_indices(cov.shape[-1])
            own.append(cov[..., row, col])
        return np.concatenate(own, axis=-1)

    def _totals(self, found: Estimates, cov: FloatArray, coefficients: FloatArray) -> FloatArray:
        """Total effects in index points, (..., constructs, constructs).

        The index is regressed on its construct's score, under PLSc on the construct that the score measures with
        ``reliabilities``; by the model's weights it is the score itself in other units.
        """
        own = slice(self.solution.table.constructs)
        moved = cov @ found.raw_weights[..., own]
        slopes = (np.swapaxes(coefficients, -1, -2) * moved).sum(axis=-2) * np.sqrt(found.reliabilities[..., own])
        return in_index_points(effects(self.solution.plan, found.paths)[..., 2, own, own], slopes)

    @property
    def _carried(self) -> bool:
        """Whether the covariances are parameters too, since means of incomplete rows depend on them."""
        return self.solution.patterns is not None and self.solution.settings.missing == "em"

    def derivatives(self, function: Callable[[FloatArray], FloatArray], group: IntArray) -> FloatArray:
        del group
        return jacobian(function, self.at)

    def by_covariance(self) -> FloatArray:
        """Derivatives (G, p*, q) of the covariances by the parameters: 1 for carried covariances, else 0."""
        p, groups = len(self.ranges), self.solution.table.n_groups
        size, q = p * (p + 1) // 2, len(self.at)
        found = np.zeros((groups, size, q))
        if self._carried:
            for group in range(groups):
                end = (group + 1) * (q // groups)
                found[group, :, end - size : end] = np.eye(size)
        return found

    def _coefficients(self, found: Estimates, cov: FloatArray) -> FloatArray:
        """Index points per unit of each column's mean, (..., constructs, P)."""
        if self.kind == "model":
            own = slice(self.solution.table.constructs)
            return index_coefficients(found.raw_weights[..., own], self.ranges)
        lead, width = cov.shape[:-2], cov.shape[-1]
        rows = np.zeros((*lead, self.solution.table.constructs, width), dtype=np.result_type(found.loadings, cov))
        for block in self.measured:
            shares = [self._share(block, k, found, cov, rows) for k in range(len(block.children))]
            whole = np.sum(shares, axis=0)
            for item, latent, share in zip(block.item, block.latent, shares, strict=True):
                if item >= 0:
                    rows[..., block.column, item] = share / whole * (100.0 / self.ranges[item])
                else:
                    rows[..., block.column, :] += (share / whole)[..., None] * rows[..., latent, :]
        return rows

    def _share(self, block: Block, k: int, found: Estimates, cov: FloatArray, rows: FloatArray) -> FloatArray:
        """Weight of a child's 0-100 score in its construct's, (...), not yet scaled to sum 1."""
        if self.kind == "equal" or len(block.children) == 1:
            return np.ones(cov.shape[:-2], dtype=rows.dtype)
        loading = found.loadings[..., self._loaded[block.name, block.children[k]]]
        item = block.item[k]
        if item >= 0:
            # Answers are weighted as given: the loading in the item's units, times the width of its scale.
            share: FloatArray = loading * np.sqrt(cov[..., item, item]) * self.ranges[item]
            return share
        score = rows[..., block.latent[k], :]
        return np.asarray(loading * np.sqrt((score * (cov @ score[..., None])[..., 0]).sum(axis=-1)))

    @cached_property
    def _loaded(self) -> dict[tuple[str, str], int]:
        """Places of loadings by construct and child."""
        plan = self.solution.plan
        pairs = zip(plan.loaded.owner, plan.loaded.child, strict=True)
        return {(plan.constructs[owner], plan.child_names[child]): e for e, (owner, child) in enumerate(pairs)}

    @cached_property
    def _slopes(self) -> tuple[Gradient, ...]:
        return slopes_of(self.solution, self._statistics)

    @cached_property
    def at(self) -> FloatArray:
        solution = self.solution
        groups = range(solution.table.n_groups)
        return np.concatenate(
            [self._statistics(solution.found.member(g), solution.centre[g], solution.column_cov[g]) for g in groups]
        )

    def weigh(self, parameters: FloatArray) -> Weighting:
        construct, item = self._places
        own = parameters.reshape(*parameters.shape[:-1], self.solution.table.n_groups, -1)
        coefficients = np.zeros(
            (*own.shape[:-1], self.solution.table.constructs, len(self.ranges)), dtype=parameters.dtype
        )
        coefficients[..., construct, item] = own[..., : len(item)]
        totals = None
        if self.effects:
            target, source = self._reached
            totals = np.zeros((*own.shape[:-1], *2 * (self.solution.table.constructs,)), dtype=parameters.dtype)
            totals[..., target, source] = own[..., len(item) : len(item) + len(target)]
        return self._weighting(coefficients, totals)

    def _weighting(self, coefficients: FloatArray, totals: FloatArray | None) -> Weighting:
        """The children's weights behind coefficients (..., constructs, P), scaled to sum 1.

        Items have their weights on the answers as given, dimensions those of their indices.
        """
        construct, item = self._places
        found = []
        for block in self.measured:
            parts = []
            for child, latent in zip(block.item, block.latent, strict=True):
                below = [child] if child >= 0 else item[construct == latent]
                width = 1.0 if child >= 0 else self.ranges[below] / 100.0
                parts.append((coefficients[..., block.column, below] * width).sum(axis=-1))
            stacked = np.stack(parts, axis=-1)
            found.append(stacked / stacked.sum(axis=-1, keepdims=True))
        weighting = Weighting(coefficients, tuple(found), totals)
        return weighting if self.statistics is None else self.statistics(weighting)

    def _of_samples(self, found: Estimates, cov: FloatArray) -> Weighting:
        coefficients = self._coefficients(found, cov)
        return self._weighting(coefficients, self._totals(found, cov, coefficients) if self.effects else None)

    def scores(self) -> tuple[RowScores, FloatArray]:
        return row_influence(self.solution, self._slopes), self.solution.centre

    def inverse(self) -> FloatArray:
        return np.eye(len(self.at))

    def covariance(self) -> FloatArray:
        return errors_of(self.solution, self._statistics).vcov

    def repeated(self) -> Weighting:
        again = self.solution.repeated
        return self._of_samples(again.found, again.cov)

    def drawn(self, drawn: BootstrapReplicates, inside: IntArray) -> Weighting:
        if not isinstance(drawn, CompositeReplicates):
            raise TypeError("replicates of a PLS path model are meant")
        return self._of_samples(drawn.found.member(inside), drawn.cov[inside])
