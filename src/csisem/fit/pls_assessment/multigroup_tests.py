"""Multigroup analysis of PLS path models."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.display.sentences import sentence
from csisem.errors import CsisemWarning, InadmissibleFitWarning
from csisem.fit.bootstrap.bootstrap_result import replicates_of
from csisem.fit.bootstrap.run_blocks import check_drawing, seeded
from csisem.fit.pls.solution import CompositeSolution
from csisem.fit.pls_assessment.permutations import grouped_solution, regroupings
from csisem.inference.permutation import henseler_pvalue, permutation_pvalue

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.bootstrap.bootstrap_result import Bootstrap
    from csisem.fit.fit import Fit


# The middle of the permuted differences that is told.
_MIDDLE = (0.025, 0.975)


def compare_groups(
    fit: Fit,
    data: object = None,
    n: int = 5000,
    *,
    bootstrap: Bootstrap | None = None,
    seed: int | None = None,
    workers: int = 1,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Test the differences of a PLS path model's parameters between every two groups.

    Parameters
    ----------
    fit
        A usable fit by PLS or PLSc with ``groups=``. Whether constructs mean the same in the groups is asked of `micom`
        first.
    data
        None: the rows that were fitted. A fit that does not hold them any more is given them back.
    n
        Number of permutations: the rows of two groups are put together and parted at random into groups of the same
        sizes, and both are estimated again (Chin and Dibbern 2010).
    bootstrap
        The fit's replicates, which take the place of permutations (Henseler, Ringle and Sinkovics 2009); for designed
        samples too.
    seed, workers, progress
        As in `bootstrap`; of permutations.

    Returns
    -------
    DataFrame
        ``lhs op rhs first second est_first est_second difference``, first less second, of all free parameters. By
        permutation then ``null_lower null_upper``, the middle 95 % of the permuted differences, and ``pvalue``, the
        share of them that is at least as large in absolute value, the sample's own among them (Phipson and Smyth
        2010). With a bootstrap ``se ci_lower ci_upper`` of the difference, by percentiles, ``henseler``, the
        probability that the first group's parameter is not the larger one, and ``pvalue``, twice the smaller of that
        and its complement. No p-value is adjusted for the number of comparisons. In ``.attrs``: ``method``, ``seed``,
        ``notes`` (sentences).

    Raises
    ------
    UnusableFitError
        The weights were not found in a group.
    DesignError
        Permutations exchange rows that were drawn by a design.
    DataError
        There are no rows to permute.
    OptionError
        The fit is not by PLS or has no groups, the bootstrap is another fit's, or an option is none of those above.
    """
    own = grouped_solution(fit, "A comparison")
    check_drawing(n, seed, workers, progress)
    if not own:
        warnings.warn(f"The comparison is of an inadmissible fit: {' '.join(own.status.reasons)}",
                      InadmissibleFitWarning, stacklevel=2)  # fmt: skip
    if bootstrap is not None:
        return _from_bootstraps(own, replicates_of(own, bootstrap))
    entropy = seeded(seed)
    frames, notes = [], []
    for regrouped in regroupings(fit, data, n, entropy, workers, progress, "A permutation test"):
        pair = (regrouped.first, regrouped.second)
        draws = own.free(regrouped.found, regrouped.drawn.mean, regrouped.drawn.cov)
        differences = regrouped.known(draws[:, 0] - draws[:, 1])
        frame, difference = _differences(own, pair)
        found = ~np.isnan(differences[:, 0])
        ends = np.quantile(differences[found], _MIDDLE, axis=0) if found.any() else np.full((2, len(frame)), np.nan)
        frame["null_lower"], frame["null_upper"] = ends
        frame["pvalue"] = permutation_pvalue(difference, differences) if found.any() else np.nan
        frames.append(frame)
        notes += regrouped.notes
    for note in notes:
        warnings.warn(note, CsisemWarning, stacklevel=2)
    return _joined(frames, {"method": sentence("comparison.permutation", n=n), "seed": entropy, "notes": notes})


def _from_bootstraps(solution: CompositeSolution, drawn: Bootstrap) -> pd.DataFrame:
    frames, notes = [], list(drawn.notes)
    theta = drawn.theta.reshape(drawn.n, solution.table.n_groups, -1)
    for first, second in combinations(range(solution.table.n_groups), 2):
        frame, difference = _differences(solution, (first, second))
        found = drawn.interval(theta[:, first] - theta[:, second], difference, "percentile")
        frame["se"], frame["ci_lower"], frame["ci_upper"] = found.se, found.lower, found.upper
        share = henseler_pvalue(theta[:, first], theta[:, second])
        share = np.where(np.isnan(found.se), np.nan, share)
        frame["henseler"] = share
        frame["pvalue"] = 2 * np.minimum(share, 1 - share)
        frames.append(frame)
    method = sentence("comparison.henseler", bootstrap=drawn.described("percentile"))
    return _joined(frames, {"method": method, "seed": drawn.seed, "notes": notes})


def _differences(solution: CompositeSolution, pair: tuple[int, int]) -> tuple[pd.DataFrame, FloatArray]:
    """The parameters of two groups side by side, and their differences."""
    import pandas as pd

    first, second = solution.theta.reshape(solution.table.n_groups, -1)[list(pair)]
    rows = [row for row in solution.table.rows if row.group == 0 and row.fixed is None]
    frame = pd.DataFrame(
        {
            "lhs": [row.lhs for row in rows],
            "op": [row.op for row in rows],
            "rhs": [row.rhs for row in rows],
            "first": [solution.groups[pair[0]]] * len(rows),
            "second": [solution.groups[pair[1]]] * len(rows),
            "est_first": first,
            "est_second": second,
            "difference": first - second,
        }
    )
    return frame, first - second


def _joined(frames: Sequence[pd.DataFrame], attrs: Mapping[Hashable | None, object]) -> pd.DataFrame:
    import pandas as pd

    joined = pd.concat(frames, ignore_index=True)
    joined.attrs = {**attrs}
    return joined
