"""The solution of a PLS path model: estimates and standard errors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from csisem.fit.pls.path_estimates import PathEstimates
from csisem.fit.pls.standard_errors import errors_of
from csisem.fit.solution import Uncertainty


@dataclass(frozen=True, eq=False, repr=False)
class CompositeSolution(PathEstimates):
    """The estimates of a PLS path model with standard errors, which are computed when they are first used.

    Attributes
    ----------
    kept
        The precision of the parameters, kept on pickling, since the rows that it comes from are dropped.
    """

    kept: Uncertainty | None = None

    def __getstate__(self) -> dict[str, object]:
        return super().__getstate__() | {"kept": self.uncertainty}

    @cached_property
    def uncertainty(self) -> Uncertainty:
        if self.kept is not None:
            return self.kept
        q = len(self.theta)
        if not self.status.usable or np.isnan(self.theta).any():
            return Uncertainty(np.full((q, q), np.nan))
        return errors_of(self, self.free)
