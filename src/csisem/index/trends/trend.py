"""Trends of an index over waves, with simultaneous bands and tests."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from csisem.arrays import pd
from csisem.display.sentences import sentence
from csisem.errors import DataError, OptionError, listed, nearest, shown, tell
from csisem.fit.fit import Fit, solution_of
from csisem.index.construct.csi import csi
from csisem.index.construct.item_weights import blocks, leaves
from csisem.index.joint_covariance import INTERVAL, MOST_JOINT, SharedRows, joint_of
from csisem.index.top_box import SATISFIED, check_boxes, nps, share_bounds, top_box
from csisem.index.trends.panel import as_panel
from csisem.index.trends.wave_series import CHANGES, arrange, changes, in_order
from csisem.inference.simultaneous import bonferroni_critical
from csisem.moments.domain_ratios import Answered, ItemRatios
from csisem.option_checks import check_share, groups_of, names_of
from csisem.options import ChangeFrom, TrendMeasure, validate
from csisem.survey import Survey, as_survey

_COLUMNS = ("construct", "item", "n", "index", "share", "nps", *INTERVAL, "band_lower", "band_upper", *CHANGES)


def trend(
    data: object,
    *,
    fit: Fit | None = None,
    wave: str | None = None,
    by: str | Sequence[str] | None = None,
    measure: TrendMeasure = "index",
    items: str | Sequence[str] | None = None,
    constructs: str | Sequence[str] | None = None,
    base: ChangeFrom = "previous",
    order: Sequence[Hashable] | None = None,
    level: float = 0.95,
    boxes: int | Literal["satisfied"] = 2,
) -> pd.DataFrame:
    """Estimate the trend of an index, a top-box share or a net promoter score over waves, and test its changes.

    Parameters
    ----------
    data
        All waves in one `Survey`, frame or path. If it names an ``id`` and respondents recur, each respondent is a
        cluster (unless clusters are declared), so that changes have the standard errors of a panel. Otherwise waves are
        independent except for shared sampling units and item weights.
    fit
        For ``measure="index"``: the fit whose item weights are used in all waves; a fit by groups gives each of them a
        trend of its own.
    wave
        The column of waves; None takes the survey's own.
    by
        Column(s) whose values, or combinations of values, get their own trends.
    measure
        ``"index"``, ``"top-box"`` (see `top_box`) or ``"nps"`` (see `nps`).
    items
        For ``"top-box"`` and ``"nps"``: the items.
    constructs
        For ``"index"``: the constructs; None takes all.
    base
        The wave that changes are taken from: ``"previous"`` or ``"first"``.
    order
        The waves in order; None sorts numbers and dates, and text by the numbers in it (so that month 10 follows
        month 9).
    level
        Confidence level of intervals and bands.
    boxes
        For ``"top-box"``: number of answers from the top that count, or ``"satisfied"``, as for `top_box`.

    Returns
    -------
    DataFrame
        ``construct`` (or ``item``), ``<by...>, <wave>, n, index`` (or ``share``, ``nps``), ``se, ci_lower, ci_upper``;
        ``band_lower, band_upper``, simultaneous over all waves of one trend; ``change, change_se, change_ci_lower,
        change_ci_upper, pvalue``, and ``pvalue_holm``, adjusted for all changes of one trend. ``.attrs``: joint
        ``covariance`` of the rows (empty above 300), ``degrees``, ``panel``, whether respondents recur, and with
        ``boxes="satisfied"`` ``notes``, which say what was taken.

    Raises
    ------
    DataError
        If there is no wave column or a single wave, an item was not asked in some wave, or ``order`` lacks a wave.
    OptionError
        If the measure lacks an option, or does not use one that is given.

    See Also
    --------
    csisem.csi : The index of all rows, or by column.
    relation : Correlation of a trend with an economic series.

    Notes
    -----
    Intervals and bands of shares are Wilson's, of other measures symmetric by t. Changes are differences with their
    joint covariance, t with Satterthwaite's degrees of freedom; bands by Bonferroni, adjusted p-values by Holm (1979),
    both valid whatever the correlations.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()  # its wave column is "wave"
    >>> fit = cs.datasets.retail_survey_model().fit(survey)
    >>> trend = cs.index.trend(survey, fit=fit, constructs="Satisfaction")
    >>> trend[["wave", "index", "ci_lower", "ci_upper", "change", "pvalue_holm"]].round(2)
         wave  index  ci_lower  ci_upper  change  pvalue_holm
    0  2024Q1  70.88     69.18     72.58     NaN          NaN
    1  2024Q2  68.66     67.02     70.31   -2.22         0.15
    2  2024Q3  71.39     69.13     73.64    2.72         0.15
    3  2024Q4  69.93     68.31     71.55   -1.45         0.29
    """
    measure, base = validate("measure", measure, TrendMeasure), validate("base", base, ChangeFrom)
    _check(measure, fit, items, constructs, boxes)
    check_share("level", level)
    if wave is not None:
        (wave,) = names_of("wave", [wave])
    asked = as_survey(data, fit.data if fit is not None else None)
    column = wave or asked.wave
    if column is None:
        raise DataError("The survey declares no column of waves; name it with wave=.")
    whole, panel = as_panel(asked, column)
    (column,) = groups_of([column], _COLUMNS, "wave")
    # Each group of a fit has weights of its own, and so a trend of its own.
    own = [name for name in fit.settings.by if name != column] if fit is not None and measure == "index" else []
    groups = groups_of(list(dict.fromkeys([*own, *names_of("by", by)])), (*_COLUMNS, column))
    labels = asked.grouping(column)[1]
    waves = in_order(labels, order)
    if len(waves) < 2:
        raise DataError(f"Column {column!r} has a single wave, {listed(waves)}; a trend needs two.")
    asked_items = _items(fit, items, constructs)
    _check_asked(asked, asked_items, column, labels)
    domains = (column, *groups)
    if measure == "index" and fit is not None:
        found, heading, value = _indices(whole, fit, domains, constructs), "construct", "index"
    elif measure == "nps":
        found, heading, value = nps(whole, asked_items, by=domains), "item", "nps"
    else:
        found, heading, value = top_box(whole, asked_items, by=domains, boxes=boxes), "item", "share"
    frame = _frame(found, heading, value, groups, column, waves, base, level, panel=panel)
    if boxes == SATISFIED:
        frame.attrs["notes"] = found.attrs["notes"]
    return frame


def _check(measure: TrendMeasure, fit: Fit | None, items: object, constructs: object, boxes: int | str) -> None:
    check_boxes(boxes)
    if measure == "index":
        if fit is None:
            raise OptionError("A trend of the index needs fit=, whose item weights are used.")
        solution_of(fit, "A trend")
        if items is not None:
            raise OptionError("items= belongs to measure='top-box' and 'nps'; the index has constructs=.")
    else:
        if items is None:
            raise OptionError(f"measure={measure!r} needs items=.")
        if fit is not None or constructs is not None:
            raise OptionError(f"fit= and constructs= belong to measure='index', not to {measure!r}.")
    if boxes != 2 and measure != "top-box":
        raise OptionError("boxes= belongs to measure='top-box'.")


def _items(
    fit: Fit | None, items: str | Sequence[str] | None, constructs: str | Sequence[str] | None
) -> tuple[str, ...]:
    """The items given, or those of the constructs."""
    if fit is None:
        return names_of("items", items)
    measured = {block.name: block for block in blocks(fit.solution.table)}
    wanted = names_of("constructs", constructs) if constructs is not None else tuple(measured)
    if odd := [name for name in wanted if name not in measured]:
        raise DataError(f"The model has no construct {shown(odd[0])}{nearest(odd[0], measured)}.")
    below = leaves(tuple(measured.values()))
    places = dict.fromkeys(item for name in wanted for item in below[measured[name].column])
    return tuple(fit.solution.table.observed[item] for item in places)


def _check_asked(survey: Survey, items: tuple[str, ...], column: str, labels: tuple[Hashable, ...]) -> None:
    """Refuse an item that nobody answered in some wave."""
    parts = ItemRatios(np.arange(len(items)), None)
    n = survey.rows(items, by=column).reduce(Answered(parts, len(labels)))[0]
    if (n == 0).any():
        wave, item = (int(k) for k in np.argwhere(n == 0)[0])
        raise DataError(f"Item {items[item]!r} has no answers in wave {str(labels[wave])!r}; a trend needs the same "
                        "items in every wave.")  # fmt: skip


def _indices(whole: Survey, fit: Fit, domains: tuple[str, ...], constructs: str | Sequence[str] | None) -> pd.DataFrame:
    fitted = fit.data is not None and fit.data.same_rows(whole)
    own = replace(fit, solution=replace(fit.solution, data=whole))
    found = csi(own, by=domains, invariance=False) if fitted else csi(fit, whole, by=domains)
    return found if constructs is None else found[found["construct"].isin(names_of("constructs", constructs))]


def _frame(
    found: pd.DataFrame,
    heading: str,
    value: str,
    groups: tuple[str, ...],
    column: str,
    waves: list[Hashable],
    base: ChangeFrom,
    level: float,
    *,
    panel: bool,
) -> pd.DataFrame:
    joint = joint_of(found, value)
    if not joint.known:
        tell([sentence("index.joint_not_kept", rows=len(found), most=MOST_JOINT)])
    placed = arrange(found, [heading, *groups], column, waves)
    keys = [heading, *groups, column, "n"]
    frame = found.iloc[placed.rows][keys].reset_index(drop=True)
    degrees = joint.degrees[placed.rows]
    estimate, se = joint.value[placed.rows], np.sqrt(np.diagonal(joint.covariance))[placed.rows]
    # Number of simultaneous intervals: one, or all waves of a series.
    both = []
    for count in (np.ones(len(se), dtype=np.intp), np.concatenate([np.repeat(b - a, b - a) for a, b in placed.series])):
        if value == "share":
            both.append(share_bounds(found, placed.rows, count, level))
        else:
            width = bonferroni_critical(count, level, degrees) * se
            both.append((estimate - width, estimate + width))
    (lower, upper), (band_lower, band_upper) = both
    columns = {
        value: estimate, "se": se, "ci_lower": lower, "ci_upper": upper,
        "band_lower": band_lower, "band_upper": band_upper, **changes(placed, joint, base, level),
    }  # fmt: skip
    frame = pd.concat([frame, pd.DataFrame(columns)], axis=1)
    kept = joint.covariance[np.ix_(placed.rows, placed.rows)] if len(frame) <= MOST_JOINT else np.empty((0, 0))
    frame.attrs = {"covariance": SharedRows(kept.tolist()), "degrees": degrees.tolist(), "panel": panel}
    return frame
