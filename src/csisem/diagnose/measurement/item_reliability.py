"""Reliability of blocks of items: alpha, omega, split halves, item statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, fields

import numpy as np

from csisem.arrays import pd
from csisem.descriptive.averages import label_columns
from csisem.descriptive.complete_rows import Sample, survey_in_force
from csisem.descriptive.moment_statistics import linearised
from csisem.diagnose.measurement.alpha import (
    Halves,
    Reliability,
    alpha_if_deleted,
    bounded_interval,
    cronbach,
    feldt_interval,
    halves,
    item_total,
)
from csisem.diagnose.measurement.block_notes import block_notes
from csisem.diagnose.measurement.item_blocks import blocks_of, check_vary
from csisem.diagnose.measurement.omega import among_ordered, check_ordered, one_factor
from csisem.display.sentences import Sentence, sentence
from csisem.display.table import sentence_column
from csisem.errors import DataError, listed, tell
from csisem.moments.correlations import correlations_of
from csisem.option_checks import check_share, groups_of
from csisem.survey import Questionnaire
from csisem.survey.declared import joined
from csisem.survey.one_direction import in_one_direction
from csisem.survey.questionnaire.declare import declared_of
from csisem.survey.undeclared_codes import undeclared_warnings

Figures = Callable[[Sample, list[Sample]], list[dict[str, object]]]
"""From the complete rows of a block, whole and by group, to the columns of each group."""


def alpha(
    data: object,
    items: object = None,
    *,
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
    design: object = None,
) -> pd.DataFrame:
    """Cronbach's alpha of each block of items, with its interval.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path; each block uses the rows that answered all of its items.
    items
        A model, a questionnaire, a mapping from block to items, or a list of items; None: the survey's items.
    by
        Column(s) whose values, or combinations of values, are groups.
    level
        Confidence level of the interval.
    design
        None uses the survey's own design, False none; or another `Design`.

    Returns
    -------
    DataFrame
        ``block, <by...>, n_items, n, alpha, alpha_ci_lower, alpha_ci_upper, standardized, method``; ``standardized`` is
        alpha of the standardised items; a single item has no alpha (nan). ``method`` is ``"Feldt"``, whose interval
        assumes normal answers and equal loadings, or, under a design, ``"linearised"``, which assumes neither.

    Raises
    ------
    DataError, ScaleError, DesignError
        If a column is missing, is text or has answers off its scale, or a block has a constant item or fewer than two
        complete rows.
    OptionError
        If an option is invalid, or ``items`` has an empty block or an item twice.

    See Also
    --------
    reliability : Alpha, omega and composite reliability side by side.
    ordinal_alpha : Alpha of polychoric correlations.
    item_statistics : Contribution of each item.

    Notes
    -----
    ``p / (p - 1) (1 - tr S / 1'S1)`` of covariances S of p items (Cronbach 1951, Psychometrika 16, 297-334); intervals
    of Feldt (1965) and, under a design, symmetric in ``log(1 - alpha)`` (Bonett 2002).

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> table = cs.diagnose.alpha(survey, ["s1", "s2", "s3"])
    >>> table[["n", "alpha", "alpha_ci_lower", "alpha_ci_upper", "method"]].round(3)
          n  alpha  alpha_ci_lower  alpha_ci_upper      method
    0  2203  0.813      0.795        0.83  linearised
    """
    check_share("level", level)

    def row(part: Sample) -> dict[str, object]:
        _, cov = part.moments()
        own = alpha_of(part, level)
        standardized = float(cronbach(correlations_of(cov))) if len(cov) > 1 else np.nan
        return own.columns("alpha") | {"standardized": standardized, "method": own.method}

    return table(data, items, by, design, lambda _, parts: [row(part) for part in parts])


def alpha_of(sample: Sample, level: float = 0.95) -> Reliability:
    """Alpha of the sample's items, with the interval of Feldt (1965) or, under a design, by linearisation."""
    if len(sample.items) < 2:
        return Reliability.unknown(sentence("measurement.one_item"))
    if np.isnan(cronbach(sample.moments()[1])):
        return Reliability.unknown(sentence("measurement.constant_sum"))
    if not sample.designed:
        value = float(cronbach(sample.moments()[1]))
        method = sentence("measurement.feldt")
        return Reliability(value, *feldt_interval(value, sample.n, len(sample.items), level), method)
    found = linearised(sample, lambda _, cov: cronbach(cov)[..., None])
    value = float(found.value[0])
    ends = bounded_interval(value, float(found.se[0]), found.degrees, level)
    return Reliability(value, *ends, sentence("measurement.linearised"))


def omega(
    data: object,
    items: object = None,
    *,
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
    design: object = None,
    ordered: Sequence[str] | bool | None = None,
) -> pd.DataFrame:
    """McDonald's omega (total) of each block of items, from a model with one factor.

    Parameters
    ----------
    data, items, by, level, design
        As for `alpha`.
    ordered
        Items whose answers are ordered categories, or True for all: omega of the sum of their answers is then from a
        one-factor model of latent responses (Green and Yang 2009, Psychometrika 74, 155-167), by ``"WLSMV"``.

    Returns
    -------
    DataFrame
        ``block, <by...>, n_items, n, omega, omega_ci_lower, omega_ci_upper, method``. ``method`` is ``"one factor"``
        (maximum likelihood with robust standard errors, which follow the design); two items have ``"equal loadings"``,
        which gives alpha; a single item has no omega. Where the model has no admissible solution omega is nan and
        ``method`` gives the reason; so it is of two ordered items.

    Raises
    ------
    DataError, ScaleError, DesignError, OptionError
        As for `alpha`.

    See Also
    --------
    alpha : Reliability without a factor model.
    reliability : Alpha, omega and composite reliability side by side.

    Notes
    -----
    ``(sum of loadings)^2 psi / ((sum of loadings)^2 psi + sum of residual variances)``, with the factor's variance psi
    (McDonald 1999, Test Theory, 6).

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> table = cs.diagnose.omega(survey, ["s1", "s2", "s3"])
    >>> table[["n", "omega", "omega_ci_lower", "omega_ci_upper", "method"]].round(3)
          n  omega  omega_ci_lower  omega_ci_upper      method
    0  2203  0.814      0.795        0.83  one factor
    """
    check_share("level", level)

    def figures(sample: Sample, parts: list[Sample]) -> list[dict[str, object]]:
        own = among_ordered(ordered, sample.items)
        if len(sample.items) > 2 or own:
            fitted = one_factor(sample, level, own)
            every = [fitted[label].omega for label in sample.labels]
        else:
            every = [alpha_of(part, level) for part in parts]
        two = {"method": sentence("measurement.equal_loadings")} if len(sample.items) == 2 and not own else {}
        return [one.columns("omega") | {"method": one.method} | two for one in every]

    return table(data, items, by, design, figures, ordered=ordered)


def split_half(
    data: object, items: object = None, *, by: str | Sequence[str] | None = None, design: object = None
) -> pd.DataFrame:
    """Split-half reliability of each block of items.

    Parameters
    ----------
    data, items, by, design
        As for `alpha`.

    Returns
    -------
    DataFrame
        ``block, <by...>, n_items, n, correlation, spearman_brown, guttman, lowest, mean, highest``: the first three for
        the items at odd and at even places, then Guttman's lambda-4 over all splits of up to 16 items (2,000 random
        splits of more). Nan for a single item.

    Raises
    ------
    DataError, ScaleError, DesignError, OptionError
        As for `alpha`.

    See Also
    --------
    alpha : The mean of all split halves of an even number of items.

    Notes
    -----
    Spearman and Brown: ``2 r / (1 + r)``; lambda-4: ``4 cov / var`` (Guttman 1945, Psychometrika 10, 255-282).

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> table = cs.diagnose.split_half(survey, ["q1", "q2", "q3", "q4", "q5"])
    >>> table[["n_items", "n", "spearman_brown", "guttman", "lowest", "highest"]].round(3)
       n_items     n  spearman_brown  guttman  lowest  highest
    0        5  2088           0.831      0.8   0.787    0.831
    """

    def row(part: Sample) -> dict[str, object]:
        _, cov = part.moments()
        return asdict(halves(cov)) if len(cov) > 1 else {field.name: np.nan for field in fields(Halves)}

    return table(data, items, by, design, lambda _, parts: [row(part) for part in parts])


def item_statistics(
    data: object, items: object = None, *, by: str | Sequence[str] | None = None, design: object = None
) -> pd.DataFrame:
    """Mean, item-total correlation and alpha if deleted of each item.

    Parameters
    ----------
    data, items, by, design
        As for `alpha`.

    Returns
    -------
    DataFrame
        ``block, <by...>, item, n, mean, sd, item_total, alpha_if_deleted``, weighted, over the rows that answered the
        whole block; ``sd`` has divisor n - 1 (for weights n/(n - 1) times theirs); ``item_total`` is the correlation
        with the sum of the other items.

    Raises
    ------
    DataError, ScaleError, DesignError, OptionError
        As for `alpha`.

    See Also
    --------
    alpha : Reliability of the whole block.
    part_whole : Correlation of items with an index, with intervals.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> table = cs.diagnose.item_statistics(survey, ["s1", "s2", "s3"])
    >>> table[["item", "mean", "sd", "item_total", "alpha_if_deleted"]].round(3)
      item   mean     sd  item_total  alpha_if_deleted
    0   s1  7.568  1.301       0.690             0.723
    1   s2  7.256  1.418       0.651             0.756
    2   s3  6.984  1.510       0.658             0.753
    """

    def rows(part: Sample) -> dict[str, object]:
        mean, cov = part.moments()
        sd = np.sqrt(np.diagonal(cov) * part.n / (part.n - 1))
        return {"item": list(part.items), "mean": mean, "sd": sd, "item_total": item_total(cov),
                "alpha_if_deleted": alpha_if_deleted(cov)}  # fmt: skip

    return table(data, items, by, design, lambda _, parts: [rows(part) for part in parts], by_item=True)


def table(
    data: object,
    items: object,
    by: str | Sequence[str] | None,
    design: object,
    figures: Figures,
    *,
    heading: str = "block",
    by_item: bool = False,
    ordered: Sequence[str] | bool | None = None,
) -> pd.DataFrame:
    """Return ``<heading>, <by...>, n_items, n, <figures...>``, or with ``by_item`` ``item`` instead of ``n_items``.

    Notes on the items of a block are in ``.attrs["notes"]``, and are issued as warnings.
    """
    grouping = groups_of(by, (heading, "n", "item" if by_item else "n_items"))
    survey = survey_in_force(data, design)
    frames: list[pd.DataFrame] = []
    notes: list[Sentence] = []
    blocks = blocks_of(items, survey)
    check_ordered(ordered, [item for own in blocks.values() for item in own])
    if isinstance(items, Questionnaire):
        survey = survey.with_declared(joined(survey, declared_of(items)))
    survey, turned = in_one_direction(survey, blocks)
    if turned:
        notes.append(sentence("measurement.turned", items=turned))
    tell(undeclared_warnings(survey, [item for names in blocks.values() for item in names]))
    for name, names in blocks.items():
        sample = Sample.read(survey, names, grouping)
        sample.warn_of_groups(single=False)
        parts = [sample.part(code) for code in range(len(sample.labels))]
        for part in parts:
            _check_items(part)
            group = part.labels[0] if grouping else None
            notes += block_notes(name, names, part.moments()[1], part.n, group)
        count = len(names) if by_item else 1
        for label, part, found in zip(sample.labels, parts, figures(sample, parts), strict=True):
            groups_of(grouping, found)
            columns: dict[str, object] = {heading: name}
            columns |= label_columns(grouping, (label,), count)
            columns |= {"item": found.pop("item")} if by_item else {"n_items": len(names)}
            if "method" in found:
                found["method"] = sentence_column([found["method"]] * count)
            frames.append(pd.DataFrame(columns | {"n": part.n} | found, index=range(count)))
    frame = pd.concat(frames, ignore_index=True)
    frame.attrs["notes"] = notes
    tell(notes)
    return frame


def _check_items(sample: Sample) -> None:
    """Refuse a single row, or an item that does not vary."""
    where = "" if sample.labels == ("all",) else f" in {str(sample.labels[0])!r}"
    if sample.n < 2:
        raise DataError(f"A single row answered all of {listed(sample.items)}{where}; reliability needs more.")
    check_vary(sample.items, np.diagonal(sample.moments()[1]), where)
