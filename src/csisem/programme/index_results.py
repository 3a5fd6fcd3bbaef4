"""Results on the index: by segment, compared, crossed, correlated."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

from csisem.diagnose import (
    alpha,
    anova,
    correlations,
    crosstab,
    disconfirmation,
    discriminant,
    item_statistics,
    normality,
    part_whole,
    variances,
)
from csisem.display.sentences import sentence
from csisem.errors import DataError
from csisem.programme.results import Result
from csisem.programme.wave_answers import WaveAnswers
from csisem.survey.questionnaire.text import as_text


def index_results(wave: WaveAnswers) -> Iterator[Result]:
    """Yield the index of every node and what it is compared with."""
    yield Result("index", sentence("programme.title.index"), lambda: wave.hierarchy.score(wave.survey))
    for columns in wave.crossings:
        title = sentence("programme.title.index_by", columns=columns)
        yield Result(f"index/{' x '.join(columns)}", title, partial(wave.hierarchy.score, wave.survey, by=columns))
    total = wave.indices[wave.programme.total]
    yield Result("normality", sentence("programme.title.normality"), lambda: normality(wave.survey, total))
    yield from _strata(wave)
    yield from _tables(wave)
    yield from _expectations(wave)
    yield from _measurement(wave)


def _strata(wave: WaveAnswers) -> Iterator[Result]:
    """Analyses of variance of the total and the indicators of the first level over segments."""
    for columns in wave.crossings:
        for node, column in wave.indices.items():
            name = f"{' x '.join(columns)}/{node}"
            title = sentence("programme.title.anova", node=node, columns=columns)
            yield Result(f"anova/{name}", title, partial(anova, wave.survey, column, by=columns))
            if len(columns) == 1:
                title = sentence("programme.title.variances", node=node, columns=columns)
                yield Result(f"variances/{name}", title,
                             partial(variances, wave.survey, column, by=columns))  # fmt: skip


def _tables(wave: WaveAnswers) -> Iterator[Result]:
    """Satisfied or not, against the answers to every question and every segment."""
    programme = wave.programme
    names = [one.name for one in programme.questionnaire.questions if one.kind not in ("open", "number", "multiple")]
    for name in dict.fromkeys([*names, *programme.segment_columns]):
        if name == wave.outcome:
            continue
        title = sentence("programme.title.crosstab", item=name, least=wave.least)
        cut = _threshold(wave)
        yield Result(f"crosstab/{name}", title, partial(crosstab, wave.survey, wave.outcome, by=name, threshold=cut))


def _expectations(wave: WaveAnswers) -> Iterator[Result]:
    """Expected against perceived quality, where questions of both were declared and asked."""
    programme = wave.programme
    asked = programme.questionnaire.items
    pairs = {name: pair for name, pair in programme.expectations.items() if not set(pair) - set(asked)}
    if not programme.expectations:
        return
    lost = [name for name in programme.expectations if name not in pairs]

    def compute(by: tuple[str, ...] | None = None) -> object:
        if not pairs:
            raise DataError(sentence("programme.pairs_dropped", names=lost))
        return disconfirmation(wave.survey, pairs, by=by)

    yield Result("expectation", sentence("programme.title.expectation"), compute)
    for columns in wave.crossings:
        title = sentence("programme.title.expectation_by", columns=columns)
        yield Result(f"expectation/{' x '.join(columns)}", title, partial(compute, columns))


def _measurement(wave: WaveAnswers) -> Iterator[Result]:
    """Reliability of the indicators, correlations with satisfaction, and what separates the satisfied."""
    programme, survey = wave.programme, wave.survey
    weighed = list(wave.hierarchy.items)
    yield Result("reliability", sentence("programme.title.reliability"), lambda: alpha(survey, _blocks(wave)))
    yield Result("item_statistics", sentence("programme.title.item_statistics"),
                 lambda: item_statistics(survey, _blocks(wave)))  # fmt: skip
    others = [item for item in weighed if item != programme.overall]
    if programme.overall is None:
        yield Result("correlations", sentence("programme.title.part_whole"), lambda: part_whole(survey, others))
    else:
        title = sentence("programme.title.correlations", item=_text(wave, programme.overall))
        yield Result("correlations", title, lambda: correlations(survey, others, wave.outcome))
    title = sentence("programme.title.discriminant", least=wave.least)
    yield Result("discriminant", title, lambda: discriminant(
        survey, wave.outcome, others, threshold=_threshold(wave)))  # fmt: skip


def _threshold(wave: WaveAnswers) -> float | Literal["declared"]:
    """From where on the outcome counts as satisfied: of a question as declared, of an index in points."""
    return wave.least if wave.programme.overall is None else wave.programme.threshold


def _blocks(wave: WaveAnswers) -> dict[str, tuple[str, ...]]:
    """The questions of each indicator of the first level that has several."""
    blocks = {name: items for name, items in wave.programme.questionnaire.blocks().items() if len(items) > 1}
    if not blocks:
        raise DataError(sentence("programme.no_blocks"))
    return blocks


def _text(wave: WaveAnswers, item: str) -> str:
    return as_text(wave.programme.questionnaire[item].text).into(wave.programme.language) or item
