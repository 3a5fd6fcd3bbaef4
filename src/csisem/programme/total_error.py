"""Total error of a round: sampling and non-sampling error."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from csisem.arrays import pd
from csisem.diagnose import quality
from csisem.display.sentences import Sentence, sentence
from csisem.programme.answer_results import share_satisfied
from csisem.programme.sentence_frames import sentence_frame
from csisem.programme.wave_answers import WaveAnswers
from csisem.survey import Survey

Row = tuple[Sentence, Sentence, float, Sentence, Sentence]
"""Kind of error, its source, its size, the unit, and what is and is not known of it."""

_SAMPLING, _REST = sentence("programme.sampling_error"), sentence("programme.nonsampling_error")
_POINTS, _PERCENT = sentence("programme.points"), sentence("programme.percent")


def total_error(wave: WaveAnswers) -> pd.DataFrame:
    """Return ``kind, source, size, unit, known``: sampling error, each source of other error, and the total.

    The total is nan as long as a source is not measured; the row before has what it is at least: the margin of
    sampling error, and the shift of the index by doubtful rows.
    """
    rows = [*_sampling(wave), *_nonresponse(wave), *_answers(wave), *_unmeasured()]
    margin, shift = rows[0][2], next(row[2] for row in rows if row[1].code == "programme.source.doubtful")
    whole = sentence("programme.total_error")
    least = sentence("programme.source.at_least")
    rows.append(
        (whole, least, margin + abs(0.0 if np.isnan(shift) else shift), _POINTS, sentence("programme.known.least"))
    )
    rows.append((whole, sentence("programme.source.total"), np.nan, _POINTS, sentence("programme.known.total")))
    names = ("kind", "source", "size", "unit", "known")
    return sentence_frame(names, rows).astype({"size": float})


def _sampling(wave: WaveAnswers) -> Iterator[Row]:
    """Half-widths of the intervals; not valid for a sample that was not drawn at random."""
    record = wave.survey.fieldwork
    random = record is None or record.random
    known = sentence("programme.known.sampling") if random else sentence("programme.known.not_random")
    total = wave.hierarchy.score(wave.survey).iloc[0]
    yield _SAMPLING, sentence("programme.source.index"), float(total["ci_upper"] - total["index"]), _POINTS, known
    share = share_satisfied(wave, ()).iloc[0]
    width = float(share["ci_upper"] - share["ci_lower"]) / 2
    yield _SAMPLING, sentence("programme.source.satisfied"), width, _PERCENT, known


def _nonresponse(wave: WaveAnswers) -> Iterator[Row]:
    """Rates of those who were not reached or refused, and how far they could move the share of satisfied."""
    record, n, plan = wave.survey.fieldwork, wave.survey.n, wave.programme.sampling
    drawn = record.drawn if record else None
    reached = record.reached if record else None
    coverage = plan.coverage if plan else None
    known = sentence("programme.known.not_recorded") if coverage is None else sentence("programme.known.rate")
    lost = np.nan if coverage is None else 100 * (1 - coverage)
    yield _REST, sentence("programme.source.coverage"), lost, _PERCENT, known
    parts = (
        (sentence("programme.source.nonresponse"), drawn, n),
        (sentence("programme.source.noncontact"), drawn, reached),
        (sentence("programme.source.refusal"), reached, n),
    )
    for source, whole, part in parts:
        if whole and part is not None and part <= whole:
            yield _REST, source, 100 * (1 - part / whole), _PERCENT, sentence("programme.known.rate")
        else:
            yield _REST, source, np.nan, _PERCENT, sentence("programme.known.not_recorded")
    if drawn and n <= drawn:
        percent = float(share_satisfied(wave, ()).iloc[0]["percent"])
        low, high = percent * n / drawn, percent * n / drawn + 100 * (1 - n / drawn)
        yield (_REST, sentence("programme.source.bounds"), (high - low) / 2, _PERCENT,
               sentence("programme.known.bounds", low=low, high=high))  # fmt: skip


def _answers(wave: WaveAnswers) -> Iterator[Row]:
    """Missing answers, doubtful rows, and the index without those."""
    found = quality(wave.survey, wave.programme.questionnaire, duration=wave.programme.duration)
    items = found.items.loc[[item for item in found.items.index if item in wave.hierarchy.items]]
    missing = 100 * float(items["missing"].sum()) / max(len(items) * found.n, 1)
    yield _REST, sentence("programme.source.missing"), missing, _PERCENT, sentence("programme.known.rate")
    yield (_REST, sentence("programme.source.flagged"), 100 * found.flagged / found.n, _PERCENT,
           sentence("programme.known.rate"))  # fmt: skip
    shift = np.nan
    if 0 < found.flagged < found.n - 1:
        kept = _without(wave.survey, found.mask.to_numpy())
        both = [float(wave.hierarchy.score(one).iloc[0]["index"]) for one in (kept, wave.survey)]
        shift = both[0] - both[1]
    elif not found.flagged:
        shift = 0.0
    yield _REST, sentence("programme.source.doubtful"), shift, _POINTS, sentence("programme.known.doubtful")


def _without(survey: Survey, mask: np.ndarray) -> Survey:
    return survey.with_answers(survey.to_pandas().loc[~mask].reset_index(drop=True))


def _unmeasured() -> Iterator[Row]:
    """Sources on which the data of one survey say nothing."""
    unknown = sentence("programme.known.never")
    yield _REST, sentence("programme.source.wording"), np.nan, _POINTS, unknown
    yield _REST, sentence("programme.source.mode"), np.nan, _POINTS, unknown
    yield _REST, sentence("programme.source.processing"), np.nan, _POINTS, unknown
