"""How reliable the measurement of each construct is, from a survey before a model or from a fit of either kind."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.descriptive.complete_rows import Sample, labelled
from csisem.diagnose.measurement.alpha import (
    Reliability,
    bounded_interval,
    correlations_of,
    cronbach,
    feldt_interval,
)
from csisem.diagnose.measurement.bootstrap_errors import MeasuredDraws, measured_draws
from csisem.diagnose.measurement.fit_loadings import Measured, measured
from csisem.diagnose.measurement.item_blocks import blocks_of
from csisem.diagnose.measurement.item_reliability import alpha_of, check_items
from csisem.diagnose.measurement.omega import one_factor
from csisem.errors import DataError, OptionError
from csisem.fit.fit import Fit
from csisem.options import IntervalKind, check_share, groups_of, validate
from csisem.survey import as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.fieldwork import warn_unless_random

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.bootstrap.bootstrap_result import Bootstrap


_COLUMNS = ("construct", "n_items", "n", "alpha", "alpha_low", "alpha_high", "omega", "omega_low", "omega_high",
            "rho_c", "ave", "rho_a", "method")  # fmt: skip


def reliability(
    data: object,
    model: object = None,
    *,
    by: str | Sequence[str] = (),
    level: float = 0.95,
    design: object = None,
    bootstrap: Bootstrap | None = None,
    interval: IntervalKind = "percentile",
) -> pd.DataFrame:
    """Report alpha, omega, rho_C and average variance extracted of each construct.

    Parameters
    ----------
    data
        A `Survey`, a frame or a path, of each construct the rows that answered all of its items; or a fit, by maximum
        likelihood, least squares or PLS.
    model
        A model, a questionnaire, a mapping from construct to items, or a list of items; None: the survey's items. Of a
        fit it is the fit's own.
    by
        Column(s) whose values are looked at one by one. A fit has its own groups.
    level
        Of the intervals.
    design
        None takes the survey's own, False ignores it, or another `Design`. A fit has its own.
    bootstrap
        With a fit, its replicates: all intervals then come from them.
    interval
        Kind of the bootstrap's intervals: ``"percentile"``, ``"bca"`` or ``"normal"``.

    Returns
    -------
    DataFrame
        ``construct, <by...>, n_items, n, alpha, alpha_low, alpha_high, omega, omega_low, omega_high, rho_c, ave, rho_a,
        method``. Alpha is that of the rows that answered all of the construct's items, or that a fit by listwise
        deletion used (of the moments, where a fit has no rows), n theirs. Omega, rho_C and the
        average variance come from a model with one factor for each construct by itself, or from the fit; of two items
        without a fit the loadings are taken for equal, and ``method`` says so. Of one item everything is nan. Under PLS
        there is no omega; rho_C and the average variance are made from PLS's loadings, which are too large (under PLSc
        they are not), rho_a is Dijkstra and Henseler's (2015); of composites of mode B all three are nan. With
        ``bootstrap=`` there are ``_low`` and ``_high`` of rho_c, ave and (PLS) rho_a too, none of the alpha of a fit to
        incomplete rows, and ``.attrs`` holds ``method`` and ``notes``.

    Raises
    ------
    DataError, ScaleError, DesignError
        A column is missing, text or off its scale, or a construct has a constant item or fewer than two complete rows.
    UnusableFitError
        The fit did not converge or is not identified.
    OptionError
        ``model``, ``by`` or ``design`` are given with a fit, ``bootstrap`` without one or another fit's, ``interval``
        is unknown, or ``level`` is not between 0 and 1.

    Notes
    -----
    Cronbach (1951), Feldt (1965); McDonald (1999); Joereskog (1971); Fornell and Larcker (1981). Constructs that are
    measured by other constructs have no items and are left out.
    """
    import pandas as pd

    check_share("level", level)
    interval = validate("interval", interval, IntervalKind)
    if isinstance(data, Fit):
        refuse_with_fit(model=model, by=by, design=design)
        own = measured(data)
        frame = pd.DataFrame(_of_fit(data, own, level))
        return frame if bootstrap is None else _drawn(frame, measured_draws(data, own, bootstrap, interval, level))
    refuse_without_fit(bootstrap)
    survey, grouping = under_design(as_survey(data), design), groups_of(by, _COLUMNS)
    warn_unless_random(survey.fieldwork, stacklevel=2)
    rows: list[dict[str, object]] = []
    for name, items in blocks_of(model, survey).items():
        sample = Sample.read(survey, items, grouping)
        sample.warn_of_groups(2, single=False)
        parts = [sample.part(code) for code in range(len(sample.labels))]
        for part in parts:
            check_items(part)
        found = one_factor(sample, level) if len(items) > 2 else {}
        for part, label in zip(parts, sample.labels, strict=True):
            alpha = alpha_of(part, level)
            omega, loadings = alpha, _equal(part)
            if label in found:
                omega, loadings = found[label].omega, found[label].loadings
            method = {1: "one item", 2: "equal loadings"}.get(len(items), omega.method)
            squares, total = (loadings**2).sum(), loadings.sum() ** 2
            rows.append(
                _row(name, labelled([label], grouping), len(items), part.n, alpha, omega)
                | {"rho_c": total / (total + len(items) - squares), "ave": squares / len(items), "rho_a": np.nan,
                   "method": method}
            )  # fmt: skip
    return pd.DataFrame(rows)


def refuse_with_fit(**given: object) -> None:
    """Refuse options that a fit settles itself."""
    for name, value in given.items():
        # An array must not be compared with the tuple that stands for nothing.
        if value is not None and not (isinstance(value, tuple) and not value):
            raise OptionError(f"{name}= is settled by the fit; leave it out, or give the survey instead of the fit.")


def refuse_without_fit(bootstrap: object) -> None:
    """Refuse replicates, which are a fit's, beside a survey."""
    if bootstrap is not None:
        raise OptionError("bootstrap= holds the replicates of a fit; give the fit instead of the survey.")


def _drawn(frame: pd.DataFrame, draws: MeasuredDraws) -> pd.DataFrame:
    """The frame with the ends from the replicates; its rows are constructs, groups within."""
    for name, ends in draws.reliability.items():
        for end, values in zip(("high", "low"), ends[::-1], strict=True):
            column = f"{name}_{end}"
            if column not in frame:
                frame.insert(list(frame.columns).index(name) + 1, column, np.nan)
            frame[column] = np.where(frame["n_items"] > 1, values.T.ravel(), np.nan)
    frame.attrs = {"method": draws.method, "notes": list(draws.notes)}
    return frame


def _equal(part: Sample) -> FloatArray:
    """Standardised loadings of two items, taken for equal: the root of their correlation; nan otherwise."""
    if len(part.items) != 2:
        return np.full(len(part.items), np.nan)
    r = float(correlations_of(part.moments()[1])[0, 1])
    return np.full(2, np.sqrt(r) if r >= 0 else np.nan)


def _row(
    name: str, groups: dict[str, list[Hashable]], count: int, n: int, alpha: Reliability, omega: Reliability
) -> dict[str, object]:
    row: dict[str, object] = {"construct": name} | {column: labels[0] for column, labels in groups.items()}
    row |= {"n_items": count, "n": n}
    for what, own in (("alpha", alpha), ("omega", omega)):
        row |= {what: own.value, f"{what}_low": own.lower, f"{what}_high": own.upper}
    return row


def _of_fit(fit: Fit, own: Measured, level: float) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for j, (name, items) in enumerate(own.blocks.items()):
        samples = _samples(fit, items)
        for g, label in enumerate(fit.groups or ("all",)):
            alpha, n = _alpha(fit, own, j, g, samples.get(label), level)
            value, se = own.omega[g, j], own.omega_se[g, j]
            omega = Reliability(value, *bounded_interval(value, se, fit.degrees, level), "")
            rows.append(
                _row(name, group_columns(fit, label), len(items), n, alpha, omega)
                | {"rho_c": own.rho_c[g, j], "ave": own.ave[g, j] if len(items) > 1 else np.nan,
                   "rho_a": own.rho_a[g, j], "method": "one item" if len(items) < 2 else fit.estimator}
            )  # fmt: skip
    return rows


def group_columns(fit: Fit, label: Hashable) -> dict[str, list[Hashable]]:
    """Columns that name a group of the fit; none without groups."""
    if not fit.groups:
        return {}
    return labelled([label], fit.settings.by or ("group",))


def _samples(fit: Fit, items: tuple[str, ...]) -> dict[Hashable, Sample]:
    """The rows of each group that answered the items; nothing where the fit holds no rows."""
    if fit.data is None:
        return {}
    listwise = fit.settings.missing == "listwise"
    asked = fit.table.observed[: fit.table.measured] if listwise else items
    try:
        sample = Sample.read(fit.data, asked, fit.settings.by)
    except DataError:
        return {}
    sample = sample.with_values(sample.values[:, [asked.index(item) for item in items]], items)
    return {label: sample.part(code) for code, label in enumerate(sample.labels)}


def _alpha(fit: Fit, own: Measured, j: int, g: int, part: Sample | None, level: float) -> tuple[Reliability, int]:
    """Alpha of a construct in a group, from its rows or from the moments, and how many rows that are."""
    if part is not None and part.n > 1:
        return alpha_of(part, level), part.n
    block, n = own.places[j], int(fit.group_n[g])
    cov = fit.sample_cov[g][block[:, None], block]
    if len(block) < 2:
        return Reliability(np.nan, np.nan, np.nan, "one item"), n
    value = float(cronbach(cov))
    return Reliability(value, *feldt_interval(value, n, len(block), level), "Feldt"), n
