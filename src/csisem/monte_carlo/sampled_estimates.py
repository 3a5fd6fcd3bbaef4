"""What samples of a population gave, and the parameters that are judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.lisrel.matrices import Matrices
from csisem.covariance.lisrel.structure import Structure
from csisem.display.sentences import Sentence
from csisem.fit.bootstrap.covariance_replicates import values_at
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.inference.resample import ReplicateBlock
from csisem.specification.parameters import Parameter, ParameterTable

# Small enough that its square vanishes against 1.
_STEP = 1e-30


@dataclass(frozen=True, slots=True, eq=False)
class SampledEstimates:
    """Estimates of R samples.

    Attributes
    ----------
    values, errors
        Estimates and standard errors of the K quantities, (R, K); nan in a sample without a solution.
    outcome
        Position in `csisem.fit.bootstrap.refit.OUTCOMES`, (R,).
    inadmissible
        For each reason that occurred, which samples are inadmissible for it, (R,).
    """

    values: FloatArray
    errors: FloatArray
    outcome: NDArray[np.uint8]
    inadmissible: dict[Sentence, BoolArray]


def joined(parts: Sequence[SampledEstimates]) -> SampledEstimates:
    """The samples of all parts."""
    reasons = dict.fromkeys(reason for part in parts for reason in part.inadmissible)
    flags = {
        reason: np.concatenate(
            [part.inadmissible.get(reason, np.zeros(len(part.outcome), dtype=bool)) for part in parts]
        )
        for reason in reasons
    }
    values, errors, outcome = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("values", "errors", "outcome")
    )
    return SampledEstimates(values, errors, outcome, flags)


class Experiment(Protocol):
    """A population from which samples are drawn and fitted."""

    @property
    def quantities(self) -> Quantities: ...

    @property
    def truth(self) -> FloatArray:
        """True values of the parameters and ``:=`` quantities, then of the indices, (K,)."""
        ...

    def sampled(self, block: ReplicateBlock) -> SampledEstimates:
        """Draw and fit a block of samples."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Quantities:
    """The free rows of a table and its ``:=`` quantities.

    Attributes
    ----------
    table
        The parameter table.
    rows
        Places of the rows that are estimated.
    """

    table: ParameterTable
    rows: IntArray

    @classmethod
    def of(cls, table: ParameterTable) -> Quantities:
        """Those of a table, each parameter once."""
        kept = [r for r, row in enumerate(table.rows) if table.free[r] and not row.exogenous and not row.derived]
        return cls(table, np.array(kept, dtype=np.intp))

    @property
    def parameters(self) -> Sequence[Parameter]:
        """The rows that are estimated."""
        return [self.table.rows[r] for r in self.rows]

    def truth(self, solution: CovarianceSolution, indices: FloatArray) -> FloatArray:
        """True values (K,) of those of the population that ``solution`` is, then those of its ``indices``."""
        own = self.values(solution.structure.matrices(solution.theta[None]))[0]
        return np.concatenate([own, indices])

    def values(self, matrices: Matrices) -> FloatArray:
        """Values (..., K) at matrices (..., G, ...)."""
        found = values_at(self.table, matrices)
        return np.concatenate([found[..., self.rows], found[..., len(self.table.rows) :]], axis=-1)

    def errors(self, structure: Structure, theta: FloatArray, vcov: FloatArray) -> FloatArray:
        """Standard errors (R, K) from estimates (R, q) and their covariances (R, q, q)."""
        slopes = np.broadcast_to(
            np.asarray(self.table.map[self.rows].toarray()), (len(theta), len(self.rows), theta.shape[-1])
        )
        if self.table.definitions:
            defined = derivatives(lambda at: values_at(self.table, structure.matrices(at)), theta)
            slopes = np.concatenate([slopes, defined[:, len(self.table.rows) :]], axis=1)
        return errors_of(slopes, vcov)


def derivatives(function: Callable[[FloatArray], FloatArray], theta: FloatArray) -> FloatArray:
    """Derivatives (R, K, q) at points (R, q) of an analytic function from (R, q, q) to (R, q, K), by complex steps."""
    moved = np.asarray(theta[:, None, :] + 1j * _STEP * np.eye(theta.shape[-1]))
    return np.asarray(np.swapaxes(np.imag(function(moved)) / _STEP, 1, 2))


def errors_of(slopes: FloatArray, vcov: FloatArray) -> FloatArray:
    """Roots of ``g' V g`` (R, K) for slopes (R, K, q); nan where that is not positive."""
    variance = ((slopes @ vcov) * slopes).sum(axis=-1)
    return np.sqrt(np.where(variance > 0, variance, np.nan))


def inverses(information: FloatArray) -> FloatArray:
    """Inverses of informations (R, q, q), nan where one is singular or not definite."""
    scale = np.sqrt(np.abs(np.diagonal(information, axis1=-2, axis2=-1)))
    scale = np.where(scale > 0, scale, 1.0)
    both = scale[:, :, None] * scale[:, None, :]
    scaled = information / both
    found = np.full(scaled.shape, np.nan)
    try:
        found = np.linalg.inv(scaled)
    except np.linalg.LinAlgError:
        for one, matrix in zip(found, scaled, strict=True):
            if np.linalg.matrix_rank(matrix) == len(matrix):
                one[...] = np.linalg.inv(matrix)
    return np.asarray(found / both)
