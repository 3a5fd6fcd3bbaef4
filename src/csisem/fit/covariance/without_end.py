"""Parameters that grow without end where no minimum exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.display.sentences import Sentence, sentence

if TYPE_CHECKING:
    from csisem.fit.covariance.covariance_solution import CovarianceSolution

# Multiple of an item's variance that its construct alone has in it, and of a fixed residual variance that the whole
# construct has, from which they are taken to grow: the search stops at ten to ten thousand times. Under theta the unit
# of an ordered item is its residual variance, which is fixed.
_ITEM, _CONSTRUCT = 5.0, 100.0


def endless(solution: CovarianceSolution) -> tuple[Sentence, ...]:
    """Sentences on what grows at the point where the search stopped."""
    table, latent = solution.table, np.linalg.diagonal(solution.implied_moments.latent_cov)
    observed = np.linalg.diagonal(solution.sample_cov)
    ordered = table.ordered
    in_residuals = ordered.names if ordered is not None and ordered.parameterization == "theta" else ()
    found = []
    for value, row in zip(solution.values, table.rows, strict=True):
        group = table.groups[row.group] if table.n_groups > 1 else None
        if row.op == "=~" and row.matrix == "lambda":
            times = abs(latent[row.group, row.col]) * value**2 / observed[row.group, row.row]
            if times > (_CONSTRUCT if row.rhs in in_residuals else _ITEM):
                found.append(
                    sentence(
                        "fit.loading_without_end", construct=row.lhs, item=row.rhs, times=float(times), group=group
                    )
                )
        elif row.matrix == "psi" and row.row == row.col < table.constructs and row.fixed:
            times = latent[row.group, row.row] / row.fixed
            if times > _CONSTRUCT:
                found.append(
                    sentence(
                        "fit.fixed_variance_too_large", construct=row.lhs, value=row.fixed, times=float(times),
                        group=group,
                    )
                )  # fmt: skip
    return tuple(found)
