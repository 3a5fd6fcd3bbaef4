"""Every result that a report tells, each computed once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from csisem.arrays import pd
from csisem.diagnose.answers.response_quality import Quality, quality
from csisem.diagnose.measurement.reliability import reliability
from csisem.diagnose.strata.anova import Anova, anova
from csisem.diagnose.strata.equal_variances import Variances, variances
from csisem.diagnose.tables.frequencies import frequencies
from csisem.errors import CsisemError, CsisemWarning
from csisem.fit.effects import effects
from csisem.improve.ipma import ipma
from csisem.improve.targets import targets
from csisem.index.construct.csi import csi
from csisem.index.trends.trend import trend
from csisem.reporting.document.request import Request

T = TypeVar("T")


@dataclass(frozen=True, eq=False, slots=True)
class Results:
    """Frames and pages by what they are; None where there is none, with the reason in ``lacking``.

    Attributes
    ----------
    index
        Indices of all constructs.
    by
        Indices of the target by each column of segments.
    means, spreads
        Tests of the segments' means and variances, by column.
    trend
        Indices of the target over waves.
    priorities, item_priorities
        Constructs and items by what they can add to the target's index.
    nodes, ranked
        Indices of the indicator system, and its questions ranked by potential.
    lacking
        Names of results that there are not, with the reason.
    """

    index: pd.DataFrame | None = None
    by: dict[str, pd.DataFrame] = field(default_factory=dict)
    means: dict[str, Anova] = field(default_factory=dict)
    spreads: dict[str, Variances] = field(default_factory=dict)
    trend: pd.DataFrame | None = None
    effects: pd.DataFrame | None = None
    reliability: pd.DataFrame | None = None
    priorities: pd.DataFrame | None = None
    item_priorities: pd.DataFrame | None = None
    nodes: pd.DataFrame | None = None
    ranked: pd.DataFrame | None = None
    quality: Quality | None = None
    frequencies: pd.DataFrame | None = None
    lacking: tuple[tuple[str, str], ...] = ()
    warned: tuple[str, ...] = ()


def collect(request: Request, progress: Callable[[], object] = lambda: None) -> Results:
    """Compute what the fit and its answers allow; a result that cannot be computed leaves its reason."""
    made: dict[str, Any] = {}
    lacking: list[tuple[str, str]] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", CsisemWarning)
        for name, part, source in _sources(request):
            try:
                found = source()
            except CsisemError as problem:
                lacking.append((f"{name} {part}".strip(), problem.args[0] if problem.args else str(problem)))
            else:
                if part:
                    made.setdefault(name, {})[part] = found
                else:
                    made[name] = found
            progress()
    said = dict.fromkeys(one.message.args[0] for one in caught if isinstance(one.message, CsisemWarning))
    return Results(**made, lacking=tuple(lacking), warned=tuple(said))


def steps(request: Request) -> int:
    """How many results `collect` computes."""
    return sum(1 for _ in _sources(request))


def _sources(request: Request) -> Iterator[tuple[str, str, Callable[[], object]]]:
    """Names of results, the segment column of those by segment, and how they are computed."""
    fit, target, level, survey = request.fit, request.target, request.level, request.survey
    if survey is not None:
        items = list(fit.solution.table.observed)
        yield "quality", "", lambda: quality(survey, items)
        yield "frequencies", "", lambda: frequencies(survey, items, level=level)
    if not fit:
        return
    yield "reliability", "", lambda: reliability(fit, level=level)
    yield "effects", "", lambda: effects(fit)
    yield "index", "", lambda: csi(fit, level=level)
    if not fit.groups:
        yield "priorities", "", lambda: ipma(fit, target, level=level)
        yield "item_priorities", "", lambda: ipma(fit, target, of="items", level=level)
    if survey is None:
        return
    for column in request.by:
        yield "by", column, lambda column=column: csi(fit, by=column, level=level)  # type: ignore[misc]
        if not fit.groups:
            yield "means", column, lambda column=column: anova(survey, target, by=column, fit=fit, level=level)  # type: ignore[misc]
            yield "spreads", column, lambda column=column: variances(survey, target, by=column, fit=fit, level=level)  # type: ignore[misc]
    if request.wave is not None:
        yield "trend", "", lambda: trend(survey, fit=fit, wave=request.wave, constructs=target, level=level)
    if request.hierarchy is not None:
        tree = request.hierarchy
        yield "nodes", "", lambda: tree.score(survey, level=level)
        yield "ranked", "", lambda: targets(survey, tree.global_weights, level=level)
