"""Every result that a report tells, each computed once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from csisem.arrays import pd
from csisem.diagnose.answers.normality import Normality, normality
from csisem.diagnose.answers.response_quality import Quality, quality
from csisem.diagnose.measurement.reliability import reliability
from csisem.diagnose.strata.anova import Anova, anova
from csisem.diagnose.strata.equal_variances import Variances, variances
from csisem.diagnose.tables.crosstab import Crosstab, crosstab
from csisem.diagnose.tables.frequencies import frequencies
from csisem.errors import CsisemError, CsisemWarning, OptionError
from csisem.fit.effects import effects
from csisem.improve.gaps import gaps
from csisem.improve.ipma import ipma
from csisem.improve.targets import targets
from csisem.index.construct.csi import csi
from csisem.index.construct.item_weights import blocks, leaves
from csisem.index.trends.trend import trend
from csisem.reporting.document.request import Request

Source = tuple[str, str, Callable[[], object]]
"""The name of a result, its column of those by segment, and how it is computed."""


@dataclass(frozen=True, eq=False, slots=True)
class Results:
    """Frames and pages by what they are; None where there is none, with the reason in ``lacking``.

    Attributes
    ----------
    index
        Indices of all constructs.
    by
        Indices of the constructs by each column of segments.
    means, spreads
        Tests of the segments' means and variances, by column.
    satisfied
        Customers who are satisfied and who are not, by column of segments.
    trend
        Indices of the target over waves.
    gaps, gaps_by
        Expectation against perception, of all rows and by column of segments.
    priorities, item_priorities
        Constructs and items by what they can add to the target's index.
    correlated
        Questions by their correlation with the target's own, and their scores.
    distribution
        The target's index of each row against the normal distribution.
    nodes, ranked
        Indices of the indicator system, and its questions ranked by potential.
    lacking
        Names of results that there are not, with the column of those by segment and the reason.
    warned
        What was warned of on the way.
    """

    index: pd.DataFrame | None = None
    by: dict[str, pd.DataFrame] = field(default_factory=dict)
    means: dict[str, Anova] = field(default_factory=dict)
    spreads: dict[str, Variances] = field(default_factory=dict)
    satisfied: dict[str, Crosstab] = field(default_factory=dict)
    trend: pd.DataFrame | None = None
    gaps: pd.DataFrame | None = None
    gaps_by: dict[str, pd.DataFrame] = field(default_factory=dict)
    effects: pd.DataFrame | None = None
    reliability: pd.DataFrame | None = None
    priorities: pd.DataFrame | None = None
    item_priorities: pd.DataFrame | None = None
    correlated: pd.DataFrame | None = None
    distribution: Normality | None = None
    nodes: pd.DataFrame | None = None
    ranked: pd.DataFrame | None = None
    quality: Quality | None = None
    frequencies: pd.DataFrame | None = None
    lacking: tuple[tuple[str, str, CsisemError], ...] = ()
    warned: tuple[object, ...] = ()


def collect(request: Request, told: Callable[[], object] = lambda: None) -> Results:
    """Compute what the fit and its answers allow; a result that cannot be computed leaves its reason."""
    made: dict[str, Any] = {}
    lacking: list[tuple[str, str, CsisemError]] = []
    if request.unweighted is not None:
        lacking.append(("nodes", "", request.unweighted))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", CsisemWarning)
        for name, column, source in sources(request):
            try:
                found = source()
            except CsisemError as problem:
                lacking.append((name, column, problem))
            else:
                if column:
                    made.setdefault(name, {})[column] = found
                else:
                    made[name] = found
            told()
    said = dict.fromkeys(one.message.args[0] for one in caught if isinstance(one.message, CsisemWarning))
    return Results(**made, lacking=tuple(lacking), warned=tuple(said))


def sources(request: Request) -> Iterator[Source]:
    """What is computed for a report, in order."""
    if request.full:
        yield from _of_answers(request)
    yield from _of_pairs(request)
    if request.fit:
        yield from _of_fit(request)
        yield from _of_segments(request)
        yield from _of_waves(request)
    yield from _of_system(request)


def _of_answers(request: Request) -> Iterator[Source]:
    survey, items = request.survey, list(request.items)
    if survey is not None:
        yield "quality", "", lambda: quality(survey, items)
        yield "frequencies", "", lambda: frequencies(survey, items, level=request.level)


def _of_pairs(request: Request) -> Iterator[Source]:
    """Expectation against perception."""
    survey, pairs, level = request.survey, request.pairs, request.level
    if not pairs or survey is None:
        return
    yield "gaps", "", lambda: gaps(survey, pairs, level=level)
    for column in request.by if request.full else ():
        yield "gaps_by", column, partial(gaps, survey, pairs, by=column, level=level)


def _of_fit(request: Request) -> Iterator[Source]:
    """Indices, causes and priorities."""
    fit, target, level, survey = request.fit, request.target, request.level, request.survey
    yield "index", "", lambda: csi(fit, level=level)
    if request.full:
        yield "reliability", "", lambda: reliability(fit, level=level)
        yield "effects", "", lambda: effects(fit)
    if fit.groups:
        return
    if (fit.paths["lhs"] == target).any():
        yield "priorities", "", lambda: ipma(fit, target, level=level)
        yield "item_priorities", "", lambda: ipma(fit, target, of="items", level=level)
    if survey is None or not request.full:
        return
    yield "distribution", "", lambda: normality(survey, target, fit=fit)
    others, own = _questions(request)
    if own and len(others) > 1:
        yield "correlated", "", lambda: targets(survey, method="precise", ranking="quadrant", items=others, outcome=own,
                                                level=level)  # fmt: skip


def _of_segments(request: Request) -> Iterator[Source]:
    fit, target, level, survey = request.fit, request.target, request.level, request.survey
    if survey is None:
        return
    for column in request.by:
        yield "by", column, partial(csi, fit, by=column, level=level)
        if fit.groups:
            continue
        yield "means", column, partial(anova, survey, target, by=column, fit=fit, level=level)
        yield "spreads", column, partial(variances, survey, target, by=column, fit=fit, level=level)
        if request.full:
            yield (
                "satisfied",
                column,
                partial(crosstab, survey, target, by=column, threshold=request.satisfied, fit=fit),
            )


def _of_waves(request: Request) -> Iterator[Source]:
    if request.waves is not None:
        yield "trend", "", lambda: _trend(request)


def _trend(request: Request) -> pd.DataFrame:
    """The target's index over waves."""
    if request.fit.groups:
        raise OptionError("A fit by groups has item weights for each group, and a trend needs one set; fit all rows.")
    return trend(request.waves, fit=request.fit, wave=request.wave, order=request.order, constructs=request.target,
                 level=request.level)  # fmt: skip


def _of_system(request: Request) -> Iterator[Source]:
    """The indicator system, which needs no model."""
    tree, survey, level = request.hierarchy, request.survey, request.level
    if tree is not None and survey is not None:
        yield "nodes", "", lambda: tree.score(survey, level=level)
        yield "ranked", "", lambda: targets(survey, tree.global_weights, level=level)


def _questions(request: Request) -> tuple[list[str], list[str]]:
    """Questions with a scale that measure causes of the target, and those that measure it."""
    table, survey = request.fit.solution.table, request.survey
    measured = {block.name: block for block in blocks(table)}
    below = leaves(tuple(measured.values()))

    def scored(constructs: set[str]) -> list[str]:
        places = {place for name in constructs if name in measured for place in below[measured[name].column]}
        names = [name for place, name in enumerate(table.observed) if place in places]
        return [name for name in names if survey is not None and survey.scale_of(name) is not None]

    causes, found = {request.target}, -1
    while len(causes) > found:
        found = len(causes)
        causes |= {row.rhs for row in table.rows if row.op == "~" and row.lhs in causes}
    return scored(causes - {request.target}), scored({request.target})
