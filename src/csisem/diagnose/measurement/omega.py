"""Omega from a model with one factor, by group."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np

from csisem.descriptive.complete_rows import Sample, groups_in
from csisem.diagnose.measurement.alpha import Reliability, bounded_interval
from csisem.diagnose.measurement.fit_loadings import measurement_of
from csisem.display.sentences import sentence
from csisem.errors import DataError, ModelError, OptionError, nearest, shown, untold
from csisem.models.model import Model
from csisem.option_checks import names_of
from csisem.options import Estimator
from csisem.specification.construct import Construct
from csisem.survey import Survey


@dataclass(frozen=True, slots=True)
class OneFactor:
    """Omega, composite reliability and average variance extracted; nan without an admissible solution."""

    omega: Reliability
    rho_c: float = np.nan
    ave: float = np.nan


def check_ordered(ordered: object, items: Iterable[str]) -> None:
    """Refuse names in ``ordered=`` that are not among the items."""
    if isinstance(ordered, bool) or ordered is None:
        return
    known = tuple(dict.fromkeys(items))
    for name in names_of("ordered", ordered):
        if name not in known:
            raise OptionError(f"ordered= names {shown(name)}, which is not among the items{nearest(name, known)}.")


def among_ordered(ordered: object, items: tuple[str, ...]) -> tuple[str, ...]:
    """The ordered ones of several items; True stands for all."""
    if isinstance(ordered, bool) or ordered is None:
        return items if ordered else ()
    named = names_of("ordered", ordered)
    return tuple(item for item in items if item in named)


def one_factor(sample: Sample, level: float, ordered: tuple[str, ...] = ()) -> dict[Hashable, OneFactor]:
    """Fit one factor to a sample's items, three or more, in each of its groups.

    Where the model cannot be fitted or has no admissible solution omega is nan, and its method gives the reason. Groups
    are fitted together, or one by one if one of them cannot be fitted.
    """
    if len(sample.items) < 3:
        code = "measurement.one_item" if len(sample.items) < 2 else "measurement.two_ordered"
        return dict.fromkeys(sample.labels, OneFactor(Reliability.unknown(sentence(code))))
    try:
        return _fitted(sample, sample.labels, level, ordered)
    except (DataError, ModelError) as problem:
        if len(sample.labels) == 1:
            return {sample.labels[0]: OneFactor(Reliability.unknown(str(problem)))}
    found: dict[Hashable, OneFactor] = {}
    for label in sample.labels:
        try:
            found |= _fitted(sample, (label,), level, ordered)
        except (DataError, ModelError) as problem:
            found[label] = OneFactor(Reliability.unknown(str(problem)))
    return found


def _fitted(
    sample: Sample, labels: tuple[Hashable, ...], level: float, ordered: tuple[str, ...]
) -> dict[Hashable, OneFactor]:
    """Fit some groups together; the rows of the others stay in the design."""
    items = sample.items
    factor = next(name for number in range(len(items) + 1) if (name := f"factor{number}") not in items)
    with untold():
        # The warning of a sample not drawn at random was issued when the sample was read.
        model = Model([Construct(factor, items)])
        estimator: Estimator = "WLSMV" if ordered else "MLR"
        fit = model.fit(_only(sample, labels), estimator, ordered=ordered or None, groups=sample.by or None)
        if not fit.status.usable:
            reason = sentence("measurement.one_factor_refused", reasons=fit.status.reasons)
            return dict.fromkeys(labels, OneFactor(Reliability.unknown(reason)))
        own = measurement_of(fit)
    found: dict[Hashable, OneFactor] = {}
    for g, label in enumerate(fit.groups or labels):
        if refused := [said for said in fit.status.reasons if said.fields.get("group") in (None, str(label))]:
            reason = sentence("measurement.one_factor_refused", reasons=refused)
            found[label] = OneFactor(Reliability.unknown(reason))
            continue
        value = float(own.omega[g, 0])
        ends = bounded_interval(value, float(own.omega_se[g, 0]), fit.degrees, level)
        method = sentence("measurement.one_ordered_factor" if ordered else "measurement.one_factor")
        found[label] = OneFactor(Reliability(value, *ends, method), own.rho_c[g, 0], own.ave[g, 0])
    return found


def _only(sample: Sample, labels: tuple[Hashable, ...]) -> Survey:
    """The survey, in which rows of other groups are in no group."""
    survey, by = sample.survey, sample.by
    codes, every = groups_in(survey, by)
    if set(every) == set(labels):
        return survey
    inside = np.isin(codes, [code for code, label in enumerate(every) if label in labels])
    frame = survey.to_pandas().copy()
    # As objects, so that whole numbers stay whole beside blanks.
    frame[by[0]] = frame[by[0]].astype(object).where(inside)
    return survey.with_answers(frame)
