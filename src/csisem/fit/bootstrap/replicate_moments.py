"""Moments of bootstrap replicates: rows resampled, transformed, or simulated from the model."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.full_information.incomplete_likelihood import known_means
from csisem.errors import DataError, DesignError, OptionError
from csisem.fit.fitted_rows import require_rows
from csisem.fit.solution import Solution
from csisem.inference.design_rules import by_design
from csisem.inference.resample import ReplicateBlock, Scheme, counts, normal_moments, with_replacement
from csisem.moments.patterns import Patterns
from csisem.moments.resampled_moments import Members, PatternMembers, ReplicateKernel, ReplicateMoments
from csisem.options import BootstrapMethod
from csisem.survey.rows.rows import Rows
from csisem.survey.survey import Survey


class MomentSource(Protocol):
    """A source of the moments of replicates."""

    def moments(self, block: ReplicateBlock) -> ReplicateMoments:
        """The moments of a block of replicates."""


def source_of(solution: Solution, survey: Survey | None, method: BootstrapMethod, under: Solution) -> MomentSource:
    """The source of replicates of a solution; ``under`` is the solution whose model they follow, if any."""
    design = solution.settings.design
    if solution.patterns is not None and method != "nonparametric":
        raise OptionError(f"method={method!r} draws complete rows, and the fit is of incomplete ones; use "
                          "'nonparametric', or fit with missing='listwise'.")  # fmt: skip
    if design.replicate_weights:
        taker = solution.estimator if solution.settings.errors == "replicates" else "MLR"
        raise DesignError(f"The survey's replicate weights are replicates already, from which estimator={taker!r} "
                          "takes its standard errors; fit with design=False to draw others.")  # fmt: skip
    if method != "nonparametric" and (solution.moments.weighted or design):
        raise DesignError(f"method={method!r} draws simple random samples from the model, and these answers have a "
                          "sampling design; use method='nonparametric', or fit with design=False.")  # fmt: skip
    if method == "parametric":
        return _model(under, solution.table.observed)
    survey = require_rows(survey, f"method={method!r} needs", "give data=, or use method='parametric'")
    resampled = Resampled.of(solution, survey)
    return resampled if method == "nonparametric" else _transformed(resampled, under)


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """The fitted rows, drawn with replacement by their sampling units.

    Attributes
    ----------
    rows
        The answers to the p items of the model.
    scheme
        How units are drawn.
    unit, cell
        Unit and cell of each row of the data, (n,); -1 for the cell of a row that was not fitted. Cells are the G
        groups, or the groups' patterns of answered items.
    part_of
        The group of each cell, (C,).
    centre
        Means in the cells, (C, p).
    answered
        Which items the rows of a cell answered, (C, p); None where rows are complete.
    """

    rows: Rows
    scheme: Scheme
    unit: IntArray
    cell: IntArray
    part_of: IntArray
    centre: FloatArray
    answered: BoolArray | None = None

    @classmethod
    def of(cls, solution: Solution, survey: Survey) -> Resampled:
        """Units are rows, drawn within groups, or clusters within strata where the survey has a design."""
        rows, patterns = solution.rows(survey, by=solution.settings.by), solution.patterns
        if patterns is None:
            cell = np.concatenate(rows.reduce(Members({label: g for g, label in enumerate(solution.groups)})))
            part_of, centre, answered = np.arange(solution.table.n_groups), solution.centre, None
        else:
            cell = np.concatenate(rows.reduce(PatternMembers.of(patterns)))
            part_of, centre, answered = patterns.group, patterns.mean, patterns.answered
        if survey.design.drawn:
            scheme, unit = by_design(survey)
        else:
            used = cell >= 0
            unit = np.where(used, np.cumsum(used) - 1, 0)
            scheme = with_replacement(part_of[cell[used]], solution.table.n_groups)
        return cls(rows, scheme, unit, cell, part_of, centre, answered)

    @property
    def group(self) -> IntArray:
        """Group of each row, (n,), -1 for one that was not fitted."""
        return np.where(self.cell < 0, -1, self.part_of[self.cell])

    def moments(self, block: ReplicateBlock) -> ReplicateMoments:
        return ReplicateMoments.from_sums(self._sums(block, products=True), self.centre)

    def by(self, solution: Solution, survey: Survey, columns: Sequence[str], labels: Sequence[Hashable]) -> Resampled:
        """The same draws of the same rows, grouped by other columns, whose D values are ``labels``."""
        rows = solution.rows(survey, by=tuple(columns))
        if self.answered is None:
            cell = np.concatenate(rows.reduce(Members({label: d for d, label in enumerate(labels)})))
            part_of, centre, answered = np.arange(len(labels)), np.zeros((len(labels), len(rows.items))), None
        else:
            patterns = Patterns.from_rows(rows, solution.table.exogenous)
            cell = np.concatenate(rows.reduce(PatternMembers.of(patterns)))
            part_of, centre, answered = patterns.group, patterns.mean, patterns.answered
        cell = np.where(self.cell < 0, -1, cell)
        return replace(self, rows=rows, cell=cell, part_of=part_of, centre=centre, answered=answered)

    def means(self, block: ReplicateBlock, cov: FloatArray | None = None) -> FloatArray:
        """Means of a block of replicates by group, (R, G, p); nan for a group without weight.

        Those of incomplete rows are by maximum likelihood given covariances ``cov`` (R, G, p, p).
        """
        sums = self._sums(block, products=False)
        weight = sums[..., :1]
        means = sums[..., 1:] / np.where(weight > 0, weight, np.nan)
        if self.answered is None:
            return self.centre + means
        means = self.centre + np.where(weight > 0, means, 0.0)
        if cov is None:
            return self._available(self.answered, weight, means)
        return known_means(self.answered, self.part_of, means, weight[..., 0], cov)

    def _available(self, answered: BoolArray, weight: FloatArray, means: FloatArray) -> FloatArray:
        """Means (R, G, p) of available answers, from weights (R, C, 1) and means (R, C, p) of the cells."""
        first = np.searchsorted(self.part_of, np.arange(self.part_of[-1] + 1))
        there = weight * answered
        total = np.add.reduceat(there, first, axis=1)
        return np.add.reduceat(there * means, first, axis=1) / np.where(total > 0, total, np.nan)

    def _sums(self, block: ReplicateBlock, *, products: bool) -> FloatArray:
        scheme = self.scheme
        kernel = ReplicateKernel(
            counts(scheme, block), scheme.base, scheme.slope, self.unit, self.cell, self.centre, products
        )
        return self.rows.reduce(kernel)


@dataclass(frozen=True, slots=True, eq=False)
class Transformed:
    """Resampled rows transformed so that the model holds in the sample (Bollen and Stine 1992).

    Attributes
    ----------
    rows
        The source of the rows' replicates.
    turn, mean
        Transformation of centred answers (G, p, p), and their new means (G, p).
    """

    rows: Resampled
    turn: FloatArray
    mean: FloatArray

    def moments(self, block: ReplicateBlock) -> ReplicateMoments:
        drawn = self.rows.moments(block)
        # Moments are transformed as the rows would be.
        shift = np.matmul(self.turn, (drawn.mean - self.rows.centre)[..., None])[..., 0]
        cov = self.turn @ drawn.cov @ np.swapaxes(self.turn, -1, -2)
        return replace(drawn, mean=self.mean + shift, cov=cov)


def _transformed(rows: Resampled, under: Solution) -> Transformed:
    items, (mean, cov) = rows.rows.items, under.population()
    order = np.array([under.table.observed.index(name) for name in items], dtype=np.intp)
    own = under.sample_cov[:, order[:, None], order]
    mean, cov = mean[:, order], cov[:, order[:, None], order]
    return Transformed(rows, _root(cov) @ np.linalg.inv(_root(own)), mean)


def _root(cov: FloatArray) -> FloatArray:
    """Symmetric square roots."""
    values, vectors = np.linalg.eigh(cov)
    root: FloatArray = (vectors * np.sqrt(values)[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    return root


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """Normal samples of the populations (G, p) and (G, p, p) that a model implies, of n (G,) rows.

    ``order`` (p,) is the order of the fitted items, so that two models get the same samples.
    """

    mean: FloatArray
    cov: FloatArray
    n: IntArray
    order: IntArray

    def moments(self, block: ReplicateBlock) -> ReplicateMoments:
        mean, cov = normal_moments(self.mean, self.cov, self.n, block)
        mean, cov = mean[..., self.order], cov[..., self.order[:, None], self.order]
        return ReplicateMoments(np.broadcast_to(self.n, mean.shape[:2]).astype(np.float64), mean, cov)


def _model(under: Solution, items: Sequence[str]) -> Simulated:
    mean, cov = under.population()
    if not (np.linalg.eigvalsh(cov) > 0).all():
        raise OptionError("method='parametric' draws from the covariances that the model implies, and they are not "
                          "positive definite.")  # fmt: skip
    if (few := under.group_n.min()) <= cov.shape[-1]:
        raise DataError(f"method='parametric' draws covariances of {cov.shape[-1]} items, which takes more rows than "
                        f"items, and there are {few}.")  # fmt: skip
    order = np.array([under.table.observed.index(name) for name in items], dtype=np.intp)
    return Simulated(mean, cov, under.group_n, order)
