"""MICOM: measurement invariance of composites."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.composite.micom_statistics import Invariance, invariance
from csisem.composite.pls_algorithm import Outcome
from csisem.display.sentences import sentence
from csisem.errors import UnusableFitError, tell
from csisem.fit.bootstrap.run_blocks import check_drawing, seed_or_new
from csisem.fit.fit import Fit
from csisem.fit.pls_assessment.permutations import Regrouped, regroupings
from csisem.inference.permutation import Tail, permutation_pvalue
from csisem.option_checks import check_share


def micom(
    fit: Fit,
    data: object = None,
    *,
    n: int = 5000,
    level: float = 0.95,
    seed: int | None = None,
    workers: int = 1,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Test the measurement invariance of composites between every two groups, in MICOM's three steps.

    Step 1, configural invariance, is that both groups have the same items, treatment of answers and settings, as all
    groups of one fit have. Step 2 asks whether the groups' weights make the same scores of all rows, step 3 whether
    scores by common weights have the same means and variances.

    Parameters
    ----------
    fit
        A usable fit by PLS or PLSc with ``groups=``.
    data
        None: the rows that were fitted. An unpickled fit holds no rows; give them again.
    n
        Number of permutations of the rows over two groups.
    level
        Confidence level: one less the significance level of each test.
    seed, workers, progress
        As in `bootstrap`.

    Returns
    -------
    DataFrame
        A row for every construct and pair of groups. ``construct first second``; step 2: ``correlation`` of the scores
        by both groups' weights, ``lowest``, the quantile of the permutations that it must reach, ``pvalue``; step 3:
        ``mean_difference`` (first less second, in standard deviations of the pooled scores) and ``log_variance_ratio``,
        each with ``_lower``, ``_upper`` and ``_pvalue``; ``invariance``: ``"none"`` where step 2 fails, ``"partial"``
        where a mean or a variance differs (paths may be compared), ``"full"`` where none does (groups may be pooled).
        In ``.attrs``: ``method``, ``seed``, ``notes`` (sentences).

    Raises
    ------
    UnusableFitError
        If the weights of a group, or of both groups pooled, were not estimated.
    DesignError
        If the rows were drawn by a sampling design.
    DataError
        If there are no rows to permute.
    OptionError
        If the fit is not by PLS or has no groups, or an option is unknown.

    See Also
    --------
    compare_groups : Tests of the groups' parameters, which need partial invariance.

    Notes
    -----
    Henseler, Ringle and Sarstedt (2016, International Marketing Review 33, 405-431). P-values count the sample among
    its permutations (Phipson and Smyth 2010). The scores are those of PLS, also of a fit by PLSc. In step 2 each
    group's weights are those of the answers as they are given; programs that apply weights of standardised answers to
    answers standardised over both groups differ where items spread differently in the groups.

    Examples
    --------
    >>> model, survey = cs.datasets.retail_survey_model(), cs.datasets.retail_survey()
    >>> fit = model.fit(survey, "PLS", groups="firm", design=False)
    >>> table = cs.micom(fit, n=100, seed=1)
    >>> table[["construct", "first", "second", "correlation", "lowest", "invariance"]].head(3).round(3)
         construct  first second  correlation  lowest invariance
    0  Expectation  Alder  Birch        0.999   0.995       full
    1      Quality  Alder  Birch        1.000   0.999    partial
    2        Value  Alder  Birch        1.000   0.999    partial
    """
    check_drawing(n, seed, workers, progress)
    check_share("level", level)
    entropy = seed_or_new(seed)
    frames, notes = [], []
    for regrouped in regroupings(fit, data, n, entropy, workers, progress, "MICOM"):
        frames.append(_pair(regrouped, 1 - level))
        notes += regrouped.notes
    tell(notes)
    frame = pd.concat(frames, ignore_index=True)
    frame.attrs = {"method": sentence("comparison.permutation", n=n), "seed": entropy, "notes": notes}
    return frame


def _pair(regrouped: Regrouped, error: float) -> pd.DataFrame:
    solution = regrouped.solution
    a, b = regrouped.first, regrouped.second
    pooled = regrouped.found_pooled
    if pooled.outcome != Outcome.CONVERGED:
        raise UnusableFitError("MICOM cannot be computed: in both groups together "
                               f"the weights were not estimated ({Outcome(int(pooled.outcome)).words}).")  # fmt: skip
    own = slice(solution.table.constructs)
    cov = regrouped.pooled.cov[0]
    common = pooled.raw_weights[:, own]
    weights, drawn = solution.found.raw_weights[..., own], regrouped.found.raw_weights[..., own]
    sample = invariance(
        (weights[a], weights[b]),
        common,
        (solution.centre[a], solution.centre[b]),
        (
            _unbiased(solution.column_cov[a], solution.group_size[a]),
            _unbiased(solution.column_cov[b], solution.group_size[b]),
        ),
        cov,
    )
    mean, spread = regrouped.drawn.mean, regrouped.drawn.cov
    size = regrouped.drawn.weight * (solution.n / solution.moments.weight.sum())
    spread = _unbiased(spread, size)
    draws = invariance((drawn[:, 0], drawn[:, 1]), common, (mean[:, 0], mean[:, 1]), (spread[:, 0], spread[:, 1]), cov)
    first, second = regrouped.labels
    names = list(solution.table.latents[own])
    columns: dict[str, object] = {"construct": names, "first": [first] * len(names), "second": [second] * len(names)}
    tests = _tests(regrouped, sample, draws, error)
    compositional = tests["pvalue"] > error
    alike = (tests["mean_difference_pvalue"] > error) & (tests["log_variance_ratio_pvalue"] > error)
    columns |= tests
    columns["invariance"] = np.where(
        np.isnan(tests["pvalue"]), "unknown", np.where(~compositional, "none", np.where(alike, "full", "partial"))
    )
    return pd.DataFrame(columns)


def _unbiased(cov: FloatArray, size: FloatArray) -> FloatArray:
    """Covariances with divisor n - 1."""
    return cov * np.asarray(size / (size - 1))[..., None, None]


def _tests(regrouped: Regrouped, sample: Invariance, draws: Invariance, error: float) -> dict[str, FloatArray]:
    """The columns of both steps."""
    given: tuple[tuple[str, Tail, FloatArray, FloatArray], ...] = (
        ("correlation", "lower", sample.correlations, draws.correlations),
        ("mean_difference", "both", sample.mean_differences, draws.mean_differences),
        ("log_variance_ratio", "both", sample.log_variance_ratios, draws.log_variance_ratios),
    )
    columns: dict[str, FloatArray] = {}
    for name, tail, value, stack in given:
        known = regrouped.known(stack)
        found = ~np.isnan(known[:, 0])
        nothing = np.full(len(value), np.nan)
        columns[name] = value
        if tail == "lower":
            columns["lowest"] = np.quantile(known[found], error, axis=0) if found.any() else nothing
            columns["pvalue"] = permutation_pvalue(value, known, tail) if found.any() else nothing
            continue
        ends = np.quantile(known[found], [error / 2, 1 - error / 2], axis=0) if found.any() else (nothing, nothing)
        columns[f"{name}_lower"], columns[f"{name}_upper"] = ends
        columns[f"{name}_pvalue"] = permutation_pvalue(value, known, tail) if found.any() else nothing
    return columns
