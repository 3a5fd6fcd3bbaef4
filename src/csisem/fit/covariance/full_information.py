"""Full information maximum likelihood: coverage checks, saturated moments, discrepancy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.full_information.incomplete_likelihood import Incomplete
from csisem.covariance.full_information.saturated_em import available, saturated_moments, singular_moments
from csisem.covariance.goodness_of_fit.baseline_tables import saturated_table
from csisem.covariance.lisrel.structure import Structure, compile_structure
from csisem.errors import DataError, group_places, listed
from csisem.fit.checks import dependent, refuse_dependent
from csisem.moments.correlations import correlations_of
from csisem.moments.moments import Moments
from csisem.moments.patterns import Patterns

if TYPE_CHECKING:
    from csisem.specification.parameters import ParameterTable


def objective(structure: Structure, patterns: Patterns, level: FloatArray) -> Incomplete:
    """The full-information discrepancy of a sample, a batch of one; ``level`` (G, p): means where none are modelled."""
    share = patterns.weight / patterns.weight.sum()
    return Incomplete(
        structure, patterns.answered, patterns.group, patterns.mean[None], patterns.cov[None], share[None], level[None]
    )


def estimated_moments(patterns: Patterns, table: ParameterTable) -> Moments:
    """Maximum-likelihood moments of incomplete answers without a model."""
    groups = _places(patterns)
    zeros = np.zeros((len(groups), len(patterns.items)))
    sample = objective(compile_structure(saturated_table(table)), patterns, zeros)
    check_coverage(patterns)
    _check_vary(sample, patterns.items, groups)
    for where, count in zip(groups, patterns.by_group(patterns.n), strict=True):
        if count <= len(patterns.items):
            raise DataError(f"There are {int(count)} rows{where}, which cannot determine the covariances of "
                            f"{len(patterns.items)} items.")  # fmt: skip
    found = saturated_moments(table, sample)
    if not found.converged[0]:
        _refuse_singular(table, sample, patterns, groups)
    return patterns.moments(found.mean[0], found.cov[0])


def _places(patterns: Patterns) -> list[str]:
    """The phrases that place messages in the groups, and name the predictors that rows were left out for."""
    given = f" with {listed(patterns.lacked)}" if patterns.lacking else ""
    return [given + where for where in group_places(patterns.groups)]


def check_coverage(patterns: Patterns) -> None:
    """Refuse items that nobody in a group answered, or never together: their covariance is unknown."""
    for group, where in enumerate(_places(patterns)):
        _check_coverage(patterns, group, where)


def _check_coverage(patterns: Patterns, group: int, where: str) -> None:
    """Refuse such items in one group."""
    together, items = _together(patterns, group), patterns.items
    nobody = [item for item, count in zip(items, np.diagonal(together), strict=True) if not count]
    if nobody:
        who = (
            f"No row{where} answers {listed(nobody)}"
            if patterns.lacking
            else f"Nobody answered {listed(nobody)}{where}"
        )
        raise DataError(f"{who}; leave {'it' if len(nobody) == 1 else 'them'} out.")
    if (together == 0).any():
        i, j = np.argwhere(together == 0)[0]
        raise DataError(f"No row{where} answers both {items[i]!r} and {items[j]!r}, so nothing is known of their "
                        "covariance; leave one of them out.")  # fmt: skip


def _together(patterns: Patterns, group: int) -> FloatArray:
    """Number of rows of a group, with weights above zero, that answered each pair of items, (p, p)."""
    mine = (patterns.group == group) & (patterns.weight > 0)
    there = patterns.answered[mine].astype(np.float64)
    counts: FloatArray = there.T @ (there * patterns.n[mine, None])
    return counts


def _refuse_singular(table: ParameterTable, sample: Incomplete, patterns: Patterns, groups: Sequence[str]) -> NoReturn:
    """Refuse moments without a maximum of the likelihood: dependent items, or items rarely answered together."""
    found = singular_moments(table, sample)
    if found is None:
        group = int(np.argmin([_together(patterns, g).min() for g in range(len(groups))]))
        counts = _together(patterns, group)
        pair = dict.fromkeys(patterns.items[i] for i in np.unravel_index(counts.argmin(), counts.shape))
        those = f"answered both {listed(pair)}" if len(pair) > 1 else f"answered {listed(pair)}"
        raise DataError("The means and covariances of the incomplete answers could not be found: only "
                        f"{counts.min():.0f} rows{groups[group]} {those}; leave "
                        f"{'one of them' if len(pair) > 1 else 'it'} out.")  # fmt: skip
    group, cov = found
    places, where = dependent(correlations_of(cov)), groups[group]
    names = [patterns.items[i] for i in places]
    together = (patterns.group == group) & (patterns.weight > 0) & patterns.answered[:, places].all(axis=1)
    count = int(patterns.n[together].sum())
    # So few points lie in a plane whatever they are.
    if count <= len(names):
        rows = f"Only {count} row{'s' * (count != 1)}" if count else "No row"
        raise DataError(f"{rows}{where} answered all of {listed(names)}, too few to tell how these go together; leave "
                        "out those that few answered.")  # fmt: skip
    refuse_dependent(names, cov[np.ix_(places, places)], where)


# Means of patterns are rounded, and constant items differ between patterns by that.
_ROUNDING = 1e-28
# Below this share of the mean, a standard deviation keeps too few digits for EM to converge.
_FAR = 3e-9


def _check_vary(sample: Incomplete, items: Sequence[str], groups: Sequence[str]) -> None:
    mean, cov = available(sample)
    variance = np.diagonal(cov[0], axis1=-2, axis2=-1)
    for group, where in enumerate(groups):
        square = np.maximum(mean[0, group] ** 2, 1e-300)
        flat = variance[group] <= _ROUNDING * square
        if flat.any():
            names = [item for item, constant in zip(items, flat, strict=True) if constant]
            many = len(names) > 1
            raise DataError(f"The item{'s' * many} {listed(names)} {'have' if many else 'has'} the same answer in all "
                            f"rows{where} that answer {'them' if many else 'it'}; leave "
                            f"{'them' if many else 'it'} out.")  # fmt: skip
        if (far := variance[group] < _FAR**2 * square).any():
            names = [item for item, own in zip(items, far, strict=True) if own]
            raise DataError(
                f"The answers to {listed(names)}{where} lie so far from zero that too few digits of their differences "
                "are left for incomplete rows; subtract a constant from them first."
            )
