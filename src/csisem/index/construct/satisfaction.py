"""The 0-100 satisfaction index of every construct, with errors that include the estimation of the weights."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import (
    CsisemWarning,
    InadmissibleFitWarning,
    OptionError,
)
from csisem.fit.fit import as_fit
from csisem.index.construct.compute import compute
from csisem.index.construct.imputed_index import pooled_index
from csisem.index.construct.index_covariance import Indices
from csisem.index.construct.item_weights import Block, Weighting
from csisem.index.construct.notes import about_rows, about_unknown, methods, without_weights
from csisem.index.construct.weight_sources import source_of
from csisem.index.joint_covariance import MOST_JOINT, SharedRows
from csisem.inference.bootstrap_intervals import Interval
from csisem.inference.influence import Covariance
from csisem.inference.intervals import wald
from csisem.options import IntervalKind, ItemWeights, StandardErrors, groups_of, validate

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.bootstrap.bootstrap_result import Bootstrap
    from csisem.fit.fit import Fit


def csi(
    fit: Fit,
    data: object = None,
    by: str | Sequence[str] | None = None,
    item_weights: ItemWeights = "model",
    bootstrap: Bootstrap | None = None,
    *,
    se: StandardErrors | None = None,
    interval: IntervalKind = "percentile",
) -> pd.DataFrame:
    """Compute the index of every construct, ``100 * sum w (mean - low) / sum w (high - low)``.

    Parameters
    ----------
    fit
        A fit; weights come from it. A fit by group keeps each group's own weights.
    data
        None: the rows (or moments) that were fitted. Other answers are indexed with the fit's weights, as an
        independent sample.
    bootstrap
        The fit's replicates. Errors and intervals then come from the index of every replicate, by its own item weights
        and its own means; ``by`` takes replicates of the answers as they are.
    by
        Column(s) whose values, or combinations of values, get their own indices with the pooled weights.
    item_weights
        ``"model"``: own-block factor-score weights ``Theta^-1 lambda`` scaled to sum 1; ``"loadings"``;
        ``"equal"``: the mean of the items' 0-100 scores. A single item has weight 1. A higher-order construct is
        indexed over its lower-order indices.
    se
        Road to the errors: ``"standard"`` (normal theory, from moments alone), ``"robust"`` (influence values of the
        rows, no distribution assumed; under strata, clusters or finite populations summed to the sampling units). None:
        ``"standard"`` for a fit by ML or GLS, or ``"robust"`` with ``by``, sampling weights or such a design, because
        groups of one sample share its estimated weights and do not follow one normal distribution; other estimators
        take ``"robust"`` where there are rows. A fit with errors from replicate weights takes the index of every
        replicate.
    interval
        Kind of the bootstrap's 95 % intervals: ``"percentile"``, ``"bca"`` or ``"normal"``.

    Returns
    -------
    DataFrame
        ``construct, <by...>, n, index, se, ci_lower, ci_upper, method``; 95 % intervals, not clipped to 0-100. In
        ``.attrs``: ``covariance`` (joint covariance of all rows, nested lists; empty above 300 rows), ``weights`` (per
        group of the fit, construct and item), ``degrees`` (degrees of freedom of every row's t interval, infinite
        without a design) and ``notes`` (sentences). An index that cannot be computed is nan and its ``method`` says
        why; "(design)" there means that strata and clusters enter the error, groups being domains of the full sample,
        and "(no design)" that the survey's do not.

    Raises
    ------
    UnusableFitError
        The fit did not converge or is not identified.
    ScaleError
        An item has no scale.
    DataError
        Means, rows or a ``by`` column are missing.
    OptionError
        A word is unknown, the bootstrap is none or another fit's, or other answers are indexed with one.

    Notes
    -----
    The formula is Fornell, Johnson, Anderson, Cha and Bryant (1996), appendix. An inadmissible fit is computed with an
    `InadmissibleFitWarning`.
    """
    item_weights = validate("item_weights", item_weights, ItemWeights)
    interval = validate("interval", interval, IntervalKind)
    if se is not None:
        se = validate("se", se, StandardErrors)
    as_fit(fit, "The index")
    groups = groups_of(by, ("construct", "n", "index", "se", "ci_lower", "ci_upper", "method"))
    if fit.imputed is not None:
        if data is not None:
            raise OptionError("Of pooled fits the index is that of the completed data sets; leave out data=.")
        if bootstrap is not None:
            raise OptionError("A bootstrap is of one data set; index each of fit.imputed.fits with its own.")
        return pooled_index(fit.imputed.fits, lambda one: csi(one, by=by, item_weights=item_weights, se=se))
    if not fit:
        warnings.warn(f"The index comes from an inadmissible fit: {' '.join(fit.status.reasons)}",
                      InadmissibleFitWarning, stacklevel=2)  # fmt: skip
    found = compute(fit, data, groups, partial(source_of, kind=item_weights), bootstrap, se, interval)
    given, weighting, index = found.given, found.weighting, found.values
    weightless = without_weights(given, weighting)
    notes = [*weightless.values(), *about_rows(fit, given.domains, data), *about_unknown(given.domains)]
    for sentence in notes:
        warnings.warn(sentence, CsisemWarning, stacklevel=2)
    frame = _frame(given, index, found.covariance, found.degrees, found.ends)
    errors = frame["se"].to_numpy()
    frame["method"] = methods(given, index, errors, found.degrees, found.how, weightless, replicates=found.replicates)
    frame.attrs |= {"weights": _weights_used(fit, given.source.measured, weighting), "notes": notes}
    if found.drawn is not None and found.ends is not None:
        frame.attrs["notes"] += [*found.drawn.notes, *found.drawn.gaps(found.ends)]
    return frame


def _frame(
    given: Indices, index: FloatArray, covariance: Covariance, degrees: FloatArray, ends: Interval | None
) -> pd.DataFrame:
    import pandas as pd

    fit, domains = given.fit, given.domains
    names = fit.table.latents[: fit.table.constructs]
    count, flat = len(names), index.ravel()
    # One row says nothing about its own spread, and what is not known has none.
    none = np.repeat(domains.n < 2, count) | np.isnan(flat)
    variance = np.where(none, np.nan, covariance.variances())
    se = np.sqrt(np.where(variance >= 0, variance, np.nan))
    spread = np.repeat(degrees, count)
    lower, upper = _ends(flat, se, spread) if ends is None else (ends.lower.ravel(), ends.upper.ravel())
    columns: dict[str, object] = {"construct": list(names) * len(domains.labels)}
    for position, column in enumerate(domains.by):
        columns[column] = [label[position] for label in domains.labels for _ in range(count)]
    columns |= {
        "n": np.repeat(domains.n, count),
        "index": flat,
        "se": se,
        "ci_lower": np.where(np.isnan(se), np.nan, lower),
        "ci_upper": np.where(np.isnan(se), np.nan, upper),
    }
    frame = pd.DataFrame(columns)
    joint = np.empty((0, 0))
    if len(flat) <= MOST_JOINT:
        joint = np.where(np.isnan(flat)[:, None] | np.isnan(flat), np.nan, covariance.matrix())
    frame.attrs = {"covariance": SharedRows(joint.tolist()), "degrees": spread.tolist()}
    return frame


def _ends(index: FloatArray, se: FloatArray, degrees: FloatArray) -> tuple[FloatArray, FloatArray]:
    tests = wald(index, se, df=degrees)
    return tests.lower, tests.upper


def _weights_used(
    fit: Fit, measured: tuple[Block, ...], weighting: Weighting
) -> dict[str, dict[str, dict[str, float]]]:
    """Weights by group label (``""`` for one group), construct and item."""
    labels = [str(group) for group in fit.groups] or [""]
    order = {block.column: k for k, block in enumerate(measured)}
    return {
        label: {
            measured[order[j]].name: dict(
                zip(measured[order[j]].children, weighting.weights[order[j]][group].tolist(), strict=True)
            )
            for j in sorted(order)
        }
        for group, label in enumerate(labels)
    }
