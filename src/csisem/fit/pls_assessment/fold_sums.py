"""Sums over parts of the fitted rows, for folds and permutations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.inference.resample import BLOCK
from csisem.moments.resampled_moments import Members, ReplicateKernel
from csisem.survey.rows.rows import Rows
from csisem.survey.survey import Survey


@dataclass(frozen=True, slots=True, eq=False)
class Parted:
    """The fitted rows and the units by which they are divided.

    Attributes
    ----------
    rows
        The answers to the P columns of the model.
    unit, group
        Unit and group of each row of the data, (n,); -1 for the group of a row that was not fitted.
    centre
        Subtracted from the answers before squaring, (1, P).
    """

    rows: Rows
    unit: IntArray
    group: IntArray
    centre: FloatArray

    @classmethod
    def of(cls, solution: CompositeSolution, survey: Survey) -> Parted:
        """Units are rows, or the clusters of a design's first stage."""
        rows = solution.rows(survey, by=solution.settings.by)
        group = np.concatenate(rows.reduce(Members({label: g for g, label in enumerate(solution.groups)})))
        clustered = survey.design.drawn and bool(survey.design.stages)
        unit = survey.units().stages[0] if clustered else np.arange(len(group))
        share = solution.group_size / solution.group_size.sum()
        return cls(rows, unit, group, (share @ solution.centre)[None])

    def sums(self, members: BoolArray, used: BoolArray) -> FloatArray:
        """Sums (R, s) of R parts, as of `ReplicateKernel`: the ``used`` (n,) rows of their units (R, U)."""
        units = members.shape[1]
        nothing, once, cell = np.zeros(units), np.ones(units), np.where(used, 0, -1)
        parts = [
            self.rows.reduce(
                ReplicateKernel(members[k : k + BLOCK].astype(np.uint16), nothing, once, self.unit, cell, self.centre)
            )
            for k in range(0, len(members), BLOCK)
        ]
        return np.concatenate(parts)[:, 0]
