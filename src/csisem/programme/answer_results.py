"""Results on the answers: quality, response, weights, frequencies, share satisfied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from csisem.arrays import pd
from csisem.diagnose import frequencies, means, multiple_answers, quality, top_box
from csisem.display.sentences import sentence
from csisem.errors import DataError
from csisem.programme.results import Result
from csisem.programme.sentence_frames import sentence_frame
from csisem.programme.wave_answers import WaveAnswers
from csisem.sampling import deff_weights
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.text import as_text


def answer_results(wave: WaveAnswers) -> Iterator[Result]:
    """Yield the results that need no index."""
    programme, survey = wave.programme, wave.survey
    yield Result("answer_quality", sentence("programme.title.answer_quality"),
                 lambda: quality(survey, programme.questionnaire, duration=programme.duration))  # fmt: skip
    yield Result("response", sentence("programme.title.response"), lambda: response(wave))
    yield Result("weighting", sentence("programme.title.weighting"), lambda: weighting(wave))
    for question in programme.questionnaire.questions:
        title = sentence("programme.title.frequencies", item=question.name,
                         text=as_text(question.text).into(programme.language) or question.name)  # fmt: skip
        yield Result(f"frequencies/{question.name}", title, _frequencies(wave, question))
    for columns in wave.crossings:
        crossed = " x ".join(columns)
        if columns not in [(one.name,) for one in programme.questionnaire.questions]:
            title = sentence("programme.title.frequencies_of_segment", columns=columns)
            yield Result(f"frequencies/{crossed}", title, _segment(wave, columns))
    items = programme.questionnaire.items
    yield Result("means", sentence("programme.title.means"), lambda: means(survey, items))
    for columns in wave.crossings:
        title = sentence("programme.title.means_by", columns=columns)
        yield Result(f"means/{' x '.join(columns)}", title, partial(means, survey, items, by=columns))
    yield Result("satisfied", sentence("programme.title.satisfied", least=wave.least),
                 lambda: share_satisfied(wave, ()))  # fmt: skip
    yield Result("satisfied_by_question", sentence("programme.title.satisfied_by_question"),
                 lambda: top_box(survey, items, boxes="satisfied"))  # fmt: skip
    for columns in wave.crossings:
        title = sentence("programme.title.satisfied_by", least=wave.least, columns=columns)
        yield Result(f"satisfied/{' x '.join(columns)}", title, _satisfied_by(wave, columns))


def response(wave: WaveAnswers) -> pd.DataFrame:
    """Return the counts of the fieldwork and their rates; what was not recorded is blank."""
    record, n = wave.survey.fieldwork, wave.survey.n
    drawn = record.drawn if record else None
    reached = record.reached if record else None
    planned = wave.programme.sampling.allocation()["n"].sum() if wave.programme.sampling else None
    row = {
        "planned": planned,
        "drawn": drawn,
        "reached": reached,
        "answered": n,
        "contact_rate": reached / drawn if reached is not None and drawn else None,
        "cooperation_rate": n / reached if reached else None,
        "response_rate": n / drawn if drawn else None,
    }
    return pd.DataFrame([row]).astype(float).astype({"answered": int})


def weighting(wave: WaveAnswers) -> pd.DataFrame:
    """Return how the answers are weighted: kind, rows, sum, least, most, and the design effect of unequal weights."""
    column, programme = wave.survey.design.weights, wave.programme
    n = wave.survey.n
    if column is None:
        kind, weights = sentence("programme.unweighted"), np.ones(n)
    else:
        weights = wave.survey.to_pandas()[column].to_numpy(dtype=np.float64)
        by = tuple(programme.population) or (() if programme.sampling is None else (programme.sampling.strata,))
        raked = column != programme.weights
        kind = sentence("programme.raked", columns=by) if raked else sentence("programme.by_column", column=column)
    effect = deff_weights(weights)
    row = {"method": kind, "n": n, "sum": weights.sum(), "least": weights.min(), "most": weights.max(),
           "deff": effect, "effective_n": n / effect}  # fmt: skip
    return sentence_frame(tuple(row), [tuple(row.values())]).astype(
        {name: type(value) for name, value in row.items() if name != "method"}
    )


def share_satisfied(wave: WaveAnswers, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return the percentage of satisfied customers with its interval, by segment."""
    found = frequencies(wave.survey, wave.satisfied, by=columns or None)
    return found[found["answer"] == 1].drop(columns=["item", "answer", "cumulative"]).reset_index(drop=True)


def _frequencies(wave: WaveAnswers, question: Question) -> Callable[[], pd.DataFrame]:
    def compute() -> pd.DataFrame:
        if question.kind == "open":
            raise DataError(sentence("programme.open_question", item=question.name))
        if question.kind == "multiple":
            return multiple_answers(wave.survey, question.name)
        return frequencies(wave.survey, question.name)

    return compute


def _segment(wave: WaveAnswers, columns: tuple[str, ...]) -> Callable[[], pd.DataFrame]:
    def compute() -> pd.DataFrame:
        return frequencies(wave.survey, columns[-1], by=columns[:-1] or None)

    return compute


def _satisfied_by(wave: WaveAnswers, columns: tuple[str, ...]) -> Callable[[], pd.DataFrame]:
    return lambda: share_satisfied(wave, columns)
