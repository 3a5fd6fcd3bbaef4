"""Reliability of blocks of items in a survey: alpha, omega, split halves, item by item."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import astuple, fields
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.descriptive.complete_rows import Sample, labelled
from csisem.diagnose.measurement.alpha import (
    Halves,
    Reliability,
    alpha_if_deleted,
    bounded_interval,
    correlations_of,
    cronbach,
    feldt_interval,
    halves,
    item_total,
)
from csisem.diagnose.measurement.item_blocks import blocks_of
from csisem.diagnose.measurement.omega import one_factor
from csisem.errors import DataError, agree, listed
from csisem.inference.moment_map import gradient, influence
from csisem.options import check_share, groups_of
from csisem.survey import Survey, as_survey

if TYPE_CHECKING:
    import pandas as pd


def alpha(
    data: object,
    items: object = None,
    *,
    by: str | Sequence[str] = (),
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Cronbach's alpha of each block of items, with its interval.

    Parameters
    ----------
    data
        A `Survey`, a frame or a path; rows that answered all items of a block are used.
    items
        A model, a questionnaire, a mapping from block to items, or a list of items; None: the survey's items.
    by
        Column(s) whose values are looked at one by one.
    level
        Of the interval.
    design
        None takes the survey's own, False ignores it, or another `Design`.

    Returns
    -------
    DataFrame
        ``block, <by...>, n_items, n, alpha, alpha_low, alpha_high, standardized, method``; ``standardized`` is alpha of
        the standardised items. One item has none (nan). ``method`` is ``"Feldt"``, whose interval rests on normal
        answers and equal loadings, or with a design ``"linearised"``, which rests on neither.

    Raises
    ------
    DataError, ScaleError, DesignError
        A column is missing, text or off its scale, or a block has a constant item or fewer than two complete rows.
    """
    check_share("level", level)

    def row(part: Sample) -> dict[str, object]:
        cov = _moments(part)
        found = alpha_of(part, level)
        standardized = float(cronbach(correlations_of(cov))) if len(cov) > 1 else np.nan
        return {"alpha": found.value, "alpha_low": found.lower, "alpha_high": found.upper,
                "standardized": standardized, "method": found.method}  # fmt: skip

    return table(data, items, by, design, row)


def alpha_of(sample: Sample, level: float = 0.95) -> Reliability:
    """Alpha of the sample's items, with the interval of Feldt (1965), or of the design in force."""
    cov = _moments(sample)
    value = float(cronbach(cov))
    if len(cov) < 2:
        return Reliability(np.nan, np.nan, np.nan, "one item")
    if not sample.designed:
        return Reliability(value, *feldt_interval(value, sample.n, len(cov), level), "Feldt")
    mean, _ = sample.moments()
    slopes = gradient(lambda _, moved: cronbach(moved)[..., None], mean, cov)
    rows = influence(slopes, cov, (sample.values - mean).T).T / sample.total
    se = float(np.sqrt(max(sample.variance(rows)[0, 0], 0.0)))
    return Reliability(value, *bounded_interval(value, se, sample.degrees(), level), "linearised")


def omega(
    data: object,
    items: object = None,
    *,
    by: str | Sequence[str] = (),
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """McDonald's omega (total) of each block of items, from a model with one factor.

    Parameters are those of `alpha`.

    Returns
    -------
    DataFrame
        ``block, <by...>, n_items, n, omega, omega_low, omega_high, method``. ``method`` is ``"one factor"`` (maximum
        likelihood, robust errors, which follow the design); of two items ``"equal loadings"``, which is alpha; of one
        item there is none. Where the model has no admissible solution omega is nan and ``method`` says why.

    Raises
    ------
    DataError, ScaleError, DesignError
        As for `alpha`.

    Notes
    -----
    ``(sum of loadings)^2 psi / ((sum of loadings)^2 psi + sum of residual variances)`` (McDonald 1999, Test Theory, 6).
    """
    check_share("level", level)
    found: dict[tuple[tuple[str, ...], Hashable], Reliability] = {}

    def row(part: Sample) -> dict[str, object]:
        own = found.get((part.items, part.labels[0])) if len(part.items) > 2 else alpha_of(part, level)
        if own is None:
            raise ValueError("a group was not fitted")
        method = "equal loadings" if len(part.items) == 2 else own.method
        return {"omega": own.value, "omega_low": own.lower, "omega_high": own.upper, "method": method}

    def whole(sample: Sample) -> None:
        if len(sample.items) > 2:
            fitted = one_factor(sample, level)
            found.update({(sample.items, label): own.omega for label, own in fitted.items()})

    return table(data, items, by, design, row, before=whole)


def split_half(
    data: object, items: object = None, *, by: str | Sequence[str] = (), design: object = None
) -> pd.DataFrame:
    """Split-half reliability of each block of items.

    Parameters are those of `alpha`.

    Returns
    -------
    DataFrame
        ``block, <by...>, n_items, n, correlation, spearman_brown, guttman, lowest, mean, highest``: of the items at odd
        and at even places, then Guttman's lambda-4 over all ways to halve the items. Nan for one item.

    Raises
    ------
    DataError, ScaleError, DesignError
        As for `alpha`.
    """
    names = [field.name for field in fields(Halves)]

    def row(part: Sample) -> dict[str, object]:
        cov = _moments(part)
        values = astuple(halves(cov)) if len(cov) > 1 else (np.nan,) * len(names)
        return dict(zip(names, values, strict=True))

    return table(data, items, by, design, row)


def item_statistics(
    data: object, items: object = None, *, by: str | Sequence[str] = (), design: object = None
) -> pd.DataFrame:
    """What each item adds to its block.

    Parameters are those of `alpha`.

    Returns
    -------
    DataFrame
        ``block, <by...>, item, n, mean, sd, item_total, alpha_if_deleted``: over the rows that answered the whole
        block, weighted; ``sd`` with divisor n - 1 (for weights n/(n - 1) times theirs); ``item_total`` is the
        correlation with the sum of the other items.

    Raises
    ------
    DataError, ScaleError, DesignError
        As for `alpha`.
    """

    def rows(part: Sample) -> dict[str, object]:
        mean, cov = part.moments()
        sd = np.sqrt(np.diagonal(cov) * part.n / (part.n - 1))
        return {"item": list(part.items), "mean": mean, "sd": sd, "item_total": item_total(cov),
                "alpha_if_deleted": alpha_if_deleted(cov)}  # fmt: skip

    return table(data, items, by, design, rows, by_item=True)


def _moments(sample: Sample) -> FloatArray:
    """Covariances (p, p) once rows and items are in order."""
    _, cov = sample.moments()
    check_items(sample)
    return cov


def check_items(sample: Sample) -> None:
    """Refuse a single row, or an item that does not vary."""
    where = "" if sample.labels == ("all",) else f" in {str(sample.labels[0])!r}"
    if sample.n < 2:
        raise DataError(f"A single row answered all of {listed(sample.items)}{where}; reliability needs more.")
    if constant := [
        name for name, variance in zip(sample.items, np.diagonal(sample.moments()[1]), strict=True) if not variance > 0
    ]:
        raise DataError(f"Constant items carry no information: {listed(constant)}{where}; leave "
                        f"{agree(len(constant), 'it', 'them')} out.")  # fmt: skip


def table(
    data: object,
    items: object,
    by: str | Sequence[str],
    design: object,
    row: Callable[[Sample], dict[str, object]],
    *,
    by_item: bool = False,
    before: Callable[[Sample], None] | None = None,
) -> pd.DataFrame:
    """Apply ``row`` to the complete rows of each block, group by group; ``before`` sees those of all groups first."""
    import pandas as pd

    survey: Survey = as_survey(data)
    grouping = groups_of(by, ("block", "n", "item" if by_item else "n_items"))
    parts = []
    for name, names in blocks_of(items, survey).items():
        sample = Sample.of(survey, names, by=grouping, design=design)
        sample.warn_of_groups(3, single=False)
        groups = [sample.part(code) for code in range(len(sample.labels))] if grouping else [sample]
        for part in groups:
            check_items(part)
        if before is not None:
            before(sample)
        for label, part in zip(sample.labels, groups, strict=True):
            found = row(part)
            groups_of(grouping, found)
            head: dict[str, object] = {"block": name}
            count = len(names) if by_item else 1
            head |= {column: values * count for column, values in labelled([label], grouping).items()}
            if not by_item:
                head["n_items"] = len(names)
            parts.append(pd.DataFrame(head | {"n": part.n} | found, index=range(count)))
    frame = pd.concat(parts, ignore_index=True)
    if by_item:
        frame.insert(len(grouping) + 1, "item", frame.pop("item"))
    return frame
