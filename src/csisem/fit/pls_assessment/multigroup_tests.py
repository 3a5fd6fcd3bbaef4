"""Multigroup analysis of PLS path models."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.display.sentences import sentence
from csisem.errors import OptionError, tell
from csisem.fit.bootstrap.bootstrap_result import Bootstrap, replicates_of
from csisem.fit.bootstrap.replicates import BootstrapReplicates
from csisem.fit.bootstrap.run_blocks import check_drawing, seed_or_new
from csisem.fit.fit import Fit
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.fit.pls_assessment.permutations import grouped_solution, regroupings
from csisem.fit.status import warn_inadmissible
from csisem.inference.bootstrap_intervals import Interval
from csisem.inference.permutation import henseler_pvalue, permutation_pvalue
from csisem.option_checks import check_share


def compare_groups(
    fit: Fit,
    data: object = None,
    *,
    n: int = 5000,
    bootstrap: Bootstrap | None = None,
    level: float = 0.95,
    seed: int | None = None,
    workers: int = 1,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Test the differences of a PLS path model's parameters between every two groups.

    Parameters
    ----------
    fit
        A usable fit by PLS or PLSc with ``groups=``. Test with `micom` first whether constructs mean the same in the
        groups.
    data
        None: the rows that were fitted. An unpickled fit holds no rows; give them again.
    n
        Number of permutations: the rows of two groups are pooled and divided at random into groups of the same sizes,
        and both are estimated again (Chin and Dibbern 2010).
    bootstrap
        The fit's replicates, instead of permutations (Henseler, Ringle and Sinkovics 2009); for designed samples too.
    level
        Confidence level of intervals, and share of the permuted differences between ``null_lower`` and ``null_upper``.
    seed, workers, progress
        As in `bootstrap`; of permutations.

    Returns
    -------
    DataFrame
        ``lhs op rhs first second est_first est_second difference``, first less second, of all free parameters. By
        permutation then ``null_lower null_upper``, the quantiles of the permuted differences, and ``pvalue``, the
        share of them that is at least as large in absolute value, the sample's own among them (Phipson and Smyth
        2010). With a bootstrap ``se se_robust ci_lower ci_upper`` of the difference, by percentiles, ``henseler``, the
        probability that the first group's parameter is not the larger one, and ``pvalue``, twice the smaller of that
        and its complement. No p-value is adjusted for the number of comparisons. In ``.attrs``: ``method``, ``seed``,
        ``notes`` (sentences).

    Raises
    ------
    UnusableFitError
        If the weights of a group were not estimated.
    DesignError
        If rows drawn by a sampling design are to be permuted.
    DataError
        If there are no rows to permute.
    OptionError
        If the fit is not by PLS or has no groups, the bootstrap is of another fit or given with a seed, or an option is
        unknown.

    See Also
    --------
    micom : Measurement invariance of composites, which comparisons presuppose.

    Examples
    --------
    >>> model, survey = cs.datasets.retail_survey_model(), cs.datasets.retail_survey()
    >>> fit = model.fit(survey, "PLS", groups="firm", design=False)
    >>> table = cs.compare_groups(fit, n=100, seed=1)
    >>> table.loc[table["op"] == "~", ["lhs", "rhs", "difference", "pvalue"]].head(3).round(2)
            lhs          rhs  difference  pvalue
    30  Quality  Expectation        0.02    0.70
    31    Value  Expectation        0.01    0.79
    32    Value      Quality        0.05    0.25
    """
    own = grouped_solution(fit, "A comparison")
    check_drawing(n, seed, workers, progress)
    check_share("level", level)
    warn_inadmissible(own.status, "fit.inadmissible.comparison")
    if bootstrap is not None:
        if seed is not None:
            raise OptionError(f"seed={seed} is for permutations, and a bootstrap has its own; leave one of them out.")
        return _from_bootstrap(own, replicates_of(own, bootstrap), level)
    entropy = seed_or_new(seed)
    middle = ((1 - level) / 2, (1 + level) / 2)
    frames, notes = [], []
    for regrouped in regroupings(fit, data, n, entropy, workers, progress, "A permutation test"):
        pair = (regrouped.first, regrouped.second)
        draws = own.free(regrouped.found, regrouped.drawn.mean, regrouped.drawn.cov)
        differences = regrouped.known(draws[:, 0] - draws[:, 1])
        frame, difference = _differences(own, pair)
        found = ~np.isnan(differences[:, 0])
        ends = np.quantile(differences[found], middle, axis=0) if found.any() else np.full((2, len(frame)), np.nan)
        frame["null_lower"], frame["null_upper"] = ends
        frame["pvalue"] = permutation_pvalue(difference, differences) if found.any() else np.nan
        frames.append(frame)
        notes += regrouped.notes
    tell(notes)
    return _joined(frames, {"method": sentence("comparison.permutation", n=n), "seed": entropy, "notes": notes})


def _from_bootstrap(solution: CompositeSolution, replicates: BootstrapReplicates, level: float) -> pd.DataFrame:
    frames, ends = [], []
    theta = replicates.theta.reshape(replicates.n, solution.table.n_groups, -1)
    for first, second in combinations(range(solution.table.n_groups), 2):
        frame, difference = _differences(solution, (first, second))
        found = replicates.interval(theta[:, first] - theta[:, second], difference, "percentile", level)
        ends.append(found)
        frame["se"], frame["se_robust"] = found.se, found.robust
        frame["ci_lower"], frame["ci_upper"] = found.lower, found.upper
        share = np.where(np.isnan(found.se), np.nan, henseler_pvalue(theta[:, first], theta[:, second]))
        frame["henseler"] = share
        frame["pvalue"] = 2 * np.minimum(share, 1 - share)
        frames.append(frame)
    method = sentence("comparison.henseler", bootstrap=replicates.described("percentile"))
    joined = _joined(frames, {"method": method, "seed": replicates.seed})
    rows = joined[["lhs", "op", "rhs", "first", "second"]].itertuples(index=False, name=None)
    names = [f"{lhs} {op} {rhs} [{first} - {second}]" for lhs, op, rhs, first, second in rows]
    joined.attrs["notes"] = [*replicates.notes, *replicates.gaps(Interval.joined(ends), names)]
    return joined


def _differences(solution: CompositeSolution, pair: tuple[int, int]) -> tuple[pd.DataFrame, FloatArray]:
    """The parameters of two groups side by side, and their differences."""
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
    joined = pd.concat(frames, ignore_index=True)
    joined.attrs = {**attrs}
    return joined
