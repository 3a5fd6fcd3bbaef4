"""The 0-100 index of every construct and its standard error."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

import numpy as np

from csisem.arrays import pd
from csisem.display.table import sentence_column
from csisem.errors import ModelError, OptionError, tell
from csisem.fit.bootstrap.bootstrap_result import Bootstrap
from csisem.fit.comparison.invariance import Invariance
from csisem.fit.covariance.covariance_fit import PooledFit
from csisem.fit.fit import Fit, solution_of
from csisem.fit.solution import Solution
from csisem.fit.status import warn_inadmissible
from csisem.index.construct.comparable_groups import about_comparison, check_ladder
from csisem.index.construct.imputed_index import pooled_index
from csisem.index.construct.indices import Computed, ErrorOptions, compute
from csisem.index.construct.item_weights import Block, Weighting
from csisem.index.construct.notes import about_rows, about_unknown, methods, without_weights
from csisem.index.construct.weight_sources import source_of
from csisem.index.joint_covariance import INTERVAL, MOST_JOINT, framed
from csisem.option_checks import groups_of
from csisem.options import IntervalKind, ItemWeights, StandardErrors, validate


def csi(
    fit: Fit,
    data: object = None,
    *,
    by: str | Sequence[str] | None = None,
    item_weights: ItemWeights = "model",
    bootstrap: Bootstrap | None = None,
    se: StandardErrors | None = None,
    interval: IntervalKind | None = None,
    invariance: Invariance | Literal[False] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compute the 0-100 satisfaction index of every construct, with its standard error and interval.

    Standard errors include the estimation of the item weights.

    Parameters
    ----------
    fit
        The fit whose item weights are used. A fit by group keeps each group's own weights.
    data
        None: the rows (or moments) that were fitted. Other answers are indexed with the fit's weights, as an
        independent sample.
    by
        Column(s) whose values, or combinations of values, get their own indices with the pooled weights.
    item_weights
        ``"model"``: own-block factor-score weights ``Theta^-1 lambda`` (PLS: outer weights) scaled to sum 1;
        ``"loadings"``; ``"equal"``: the mean of the items' 0-100 scores. A single item has weight 1. A higher-order
        construct is indexed over its lower-order indices. Of ordered items the weights are those of latent responses
        with variance 1, divided by the standard deviations of the answers' codes, whose index it is; after
        ``missing="pairwise"`` an item's mean is that of all its answers.
    bootstrap
        The fit's replicates. Standard errors and intervals then come from the index of every replicate, with its own
        item weights and means; ``by`` takes replicates of the answers as they are.
    se
        Standard-error method: ``"standard"`` (normal theory, from moments alone) or ``"robust"`` (influence values of
        the rows, no distribution assumed; under strata, clusters or finite populations summed by sampling unit). None
        takes ``"standard"`` for a fit by ML or GLS, but ``"robust"`` with ``by``, sampling weights or such a design,
        because groups of one sample share its estimated weights and do not follow one normal distribution; other
        estimators take ``"robust"`` where there are rows. A fit with replicate weights takes the index of every
        replicate.
    interval
        Kind of the bootstrap's intervals: ``"percentile"`` (the default), ``"bca"`` or ``"normal"``.
    invariance
        The result of `cs.invariance` for the same constructs and groups. Its verdict then stands in the notes, and
        groups whose indices cannot be compared are warned of. None: a fit whose own groups are compared is examined
        here, by its estimator and its rows, which costs three or four more fits each time; of other indices a note says
        that the groups were not examined. False: no group is examined.
    level
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        ``construct, <by...>, n, index, se, ci_lower, ci_upper, method``, with ``bootstrap`` also ``se_robust``
        (`Bootstrap.intervals`); intervals are not clipped to 0-100. In ``.attrs``: ``covariance``
        (joint covariance of all rows, nested lists; empty above 300 rows), ``weights`` (by group of the fit,
        construct and item), ``degrees`` (degrees of freedom of each row's t interval, infinite without a design) and
        ``notes`` (sentences). An index that cannot be computed is nan, and its ``method`` says why; "(design)" there
        means that strata and clusters enter the standard error, groups being domains of the full sample, and
        "(no design)" that the survey's do not.

    Raises
    ------
    UnusableFitError
        If the fit did not converge or is not identified.
    ModelError
        If the model has no construct.
    ScaleError
        If an item has no scale.
    DataError
        If means, rows or a ``by`` column are missing.
    OptionError
        If an option is unknown, ``interval`` is given without ``bootstrap``, or ``bootstrap`` is not a bootstrap of
        this fit or is given with other answers; if ``se="standard"`` is asked of ordered items; if ``invariance`` is
        of other groups or items.

    Warns
    -----
    InadmissibleFitWarning
        If the fit is inadmissible; the index is computed all the same.
    CsisemWarning
        If invariance of the groups' measurement does not support a comparison of their indices.

    See Also
    --------
    compare_estimators : One model by several estimators, indices included.
    csisem.index.trend : The index over waves.
    csisem.index.Hierarchy : The index of a tree of indicators with stated weights.

    Notes
    -----
    ``100 * sum w (mean - low) / sum w (high - low)`` over the items of a construct (Fornell, Johnson, Anderson, Cha and
    Bryant 1996, appendix).

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> fit = cs.datasets.retail_survey_model().fit(survey)
    >>> index = cs.csi(fit, by="firm")
    >>> index[index["construct"] == "Satisfaction"].drop(columns=["construct", "method"]).round(2)
         firm    n  index    se  ci_lower  ci_upper
    3   Alder  490  70.46  0.76     68.94     71.98
    9   Birch  491  72.42  0.74     70.94     73.89
    15  Cedar  491  66.30  0.62     65.07     67.54
    """
    validated: ItemWeights = validate("item_weights", item_weights, ItemWeights)
    options = ErrorOptions.of(bootstrap, se, interval, level)
    solution = solution_of(fit, "The index")
    if not solution.table.constructs:
        raise ModelError("The index is an index of constructs, and the model has no construct.")
    groups = groups_of(by, ("construct", "n", "index", "se_robust", *INTERVAL, "method"))
    if isinstance(fit, PooledFit):
        if data is not None:
            raise OptionError("The index of pooled fits is that of the completed data sets; leave out data=.")
        if bootstrap is not None:
            raise OptionError("A bootstrap is of one data set; index each of fit.imputed.fits with its own.")
        return pooled_index(
            fit.imputed.fits,
            lambda one: csi(one, by=by, item_weights=validated, se=se, invariance=invariance or False),
            level,
        )
    warn_inadmissible(fit.status, "fit.inadmissible.index")
    check_ladder(invariance, fit, (*groups, *(name for name in solution.settings.by if name not in groups)))
    found = compute(solution, data, groups, partial(source_of, kind=validated), options)
    given, weighting = found.given, found.weighting
    weightless = without_weights(given, weighting)
    notes = [*weightless.values(), *about_rows(solution, given.domains, data), *about_unknown(given.domains)]
    tell(notes)
    notes += about_comparison(invariance, fit, given.domains)
    frame = _frame(found, level)
    errors = frame["se"].to_numpy()
    frame["method"] = sentence_column(
        methods(given, found.values, errors, found.degrees, found.how, weightless, replicates=found.replicates)
    )
    frame.attrs |= {"weights": _weights_used(solution, given.source.measured, weighting), "notes": notes}
    if found.drawn is not None and found.ends is not None:
        frame.attrs["notes"] += [
            *found.drawn.notes,
            *found.drawn.gaps(found.ends, _named(frame, found.given.domains.by)),
        ]
    return frame


def _frame(found: Computed, level: float) -> pd.DataFrame:
    solution, domains = found.given.solution, found.given.domains
    names = solution.table.latents[: solution.table.shown]
    count, flat = len(names), found.values.ravel()
    columns: dict[str, object] = {"construct": list(names) * len(domains.labels)}
    for position, column in enumerate(domains.by):
        columns[column] = [label[position] for label in domains.labels for _ in range(count)]
    columns["n"] = n = np.repeat(domains.n, count)
    # A single row has no spread, and an unknown index no standard error.
    variance = np.where((n < 2) | np.isnan(flat), np.nan, found.covariance.variances())
    joint = None
    if len(flat) <= MOST_JOINT:
        joint = np.where(np.isnan(flat)[:, None] | np.isnan(flat), np.nan, found.covariance.matrix())
    frame = framed(columns, flat, variance, joint, np.repeat(found.degrees, count), level=level)
    if found.ends is not None:
        known = frame["se"].notna()
        frame["ci_lower"] = np.where(known, found.ends.lower.ravel(), np.nan)
        frame["ci_upper"] = np.where(known, found.ends.upper.ravel(), np.nan)
        place = list(frame.columns).index("se") + 1
        frame.insert(place, "se_robust", np.where(known, found.ends.robust.ravel(), np.nan))
    return frame


def _named(frame: pd.DataFrame, by: Sequence[str]) -> list[str]:
    """The index of each row: its construct, and its group."""
    return [f"{row[0]} [{' x '.join(map(str, row[1:]))}]" if by else str(row[0])
            for row in frame[["construct", *by]].itertuples(index=False, name=None)]  # fmt: skip


def _weights_used(
    solution: Solution, measured: tuple[Block, ...], weighting: Weighting
) -> dict[str, dict[str, dict[str, float]]]:
    """Weights by group label (``""`` for one group), construct and item."""
    labels = [str(group) for group in solution.groups] or [""]
    pairs = sorted(zip(measured, weighting.weights, strict=True), key=lambda pair: pair[0].column)
    return {
        label: {block.name: dict(zip(block.children, own[group].tolist(), strict=True)) for block, own in pairs}
        for group, label in enumerate(labels)
    }
