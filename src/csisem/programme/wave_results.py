"""Results over waves: trend, change since the last wave, its causes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from csisem.arrays import pd
from csisem.display.sentences import sentence
from csisem.errors import CsisemError, DataError, tell
from csisem.index.joint_covariance import joint_of
from csisem.index.trends.panel import as_panel
from csisem.index.trends.wave_series import CHANGES, arrange, changes
from csisem.inference.multiplicity import adjusted
from csisem.programme.declarations import ROUND
from csisem.programme.results import Result
from csisem.programme.wave_answers import WaveAnswers, answers_of
from csisem.programme.wave_file import WEIGHT, with_columns
from csisem.survey import Survey
from csisem.survey.design import Design, several

# Scales of fewer points, and waves of fewer rows, may well have all answers in one half.
_LEAST_POINTS, _LEAST_ROWS = 4, 30


class Before(NamedTuple):
    """The waves before one, and how they are read."""

    names: tuple[str, ...]
    read: Callable[[str], WaveAnswers]

    def answers(self) -> list[WaveAnswers]:
        """Read all of them."""
        try:
            return [self.read(name) for name in self.names]
        except CsisemError as problem:
            raise DataError(f"An earlier wave cannot be compared. {problem}") from None

    def last(self) -> Before:
        """The last of them alone."""
        if not self.names:
            raise DataError(sentence("programme.no_change"))
        return Before(self.names[-1:], self.read)


def wave_results(wave: WaveAnswers, waves: Sequence[str]) -> Iterator[Result]:
    """Yield what needs the waves before, which are read once, when the first of the results is computed."""
    before = Before(tuple(waves[: list(waves).index(wave.wave)]), cache(partial(answers_of, wave.programme)))
    last = before.names[-1] if before.names else ""
    yield Result("trend", sentence("programme.title.trend"), partial(trend, wave, before))
    yield Result("change", sentence("programme.title.change", before=last),
                 partial(change, wave, before))  # fmt: skip
    for columns in wave.crossings:
        title = sentence("programme.title.trend_by", columns=columns)
        yield Result(f"trend/{' x '.join(columns)}", title, partial(trend, wave, before, columns))
    yield Result("contributions", sentence("programme.title.contributions"), partial(contributions, wave, before))


def trend(wave: WaveAnswers, before: Before, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the index of every node in each wave so far, with tests of the changes from wave to wave.

    Changes use the joint covariance of the waves; respondents who recur, by the programme's ``id``, are clusters.
    """
    waves = [*before.answers(), wave]
    if len(waves) < 2:
        raise DataError(sentence("programme.no_trend"))
    stacked = stack([one.survey for one in waves])
    panel, _ = as_panel(stacked, ROUND)
    found = wave.hierarchy.score(panel, by=[*by, ROUND])
    placed = arrange(found, ["node", *by], ROUND, [one.wave for one in waves])
    columns = changes(placed, joint_of(found), "previous", 0.95)
    frame = found.iloc[placed.rows].reset_index(drop=True)
    return frame.assign(**{name: columns[name] for name in CHANGES})


def change(wave: WaveAnswers, before: Before) -> pd.DataFrame:
    """Return the change of every node since the last wave, with tests adjusted for all nodes (Holm)."""
    last = before.last()
    if narrower := narrowed(last.answers()[0].survey, wave.survey, wave.hierarchy.items):
        tell([sentence("programme.narrowed", items=narrower, before=last.names[0])])
    frame = trend(wave, last)
    here = frame[frame[ROUND] == wave.wave].reset_index(drop=True)
    previous = frame[frame[ROUND] == last.names[0]].reset_index(drop=True)
    columns = {"node": here["node"], "level": here["level"], "n_before": previous["n"], "n": here["n"],
               "before": previous["index"], "index": here["index"]}  # fmt: skip
    moved = pd.DataFrame(columns).assign(**{name: here[name] for name in CHANGES})
    moved["pvalue_holm"] = adjusted(moved["pvalue"].to_numpy(dtype=np.float64), "holm")
    return moved


def contributions(wave: WaveAnswers, before: Before) -> pd.DataFrame:
    """Return how much each node contributes to the total's change; see `csisem.index.Hierarchy.contributions`."""
    return wave.hierarchy.contributions(before.last().answers()[0].survey, wave.survey)


def stack(surveys: Sequence[Survey]) -> Survey:
    """Return the answers of several waves in one survey, weighted as each is; a wave without weights counts rows."""
    frames = []
    for survey in surveys:
        frame = survey.to_pandas().copy(deep=False)
        column = survey.design.weights
        frame[WEIGHT] = 1.0 if column is None else frame[column]
        frames.append(frame)
    last, weighted = surveys[-1], any(survey.design.weights for survey in surveys)
    strata, clusters = several(last.design.strata), several(last.design.clusters)
    # Stores, and respondents of a panel, are the same units in all waves, and so lie in one stratum.
    alone = strata and not clusters and last.id is None
    design = Design(
        weights=WEIGHT if weighted else None,
        strata=(ROUND, *strata) if alone else strata or None,
        clusters=clusters or None,
    )
    whole = pd.concat(frames, ignore_index=True)
    return with_columns(last, whole, design)


def narrowed(before: Survey, now: Survey, items: Sequence[str]) -> list[str]:
    """Return questions whose answers all lie in one half of the scale, which those of the wave before leave.

    So look the answers to a scale with half the points.
    """
    found = []
    for item in items:
        scale, sides = now.scale_of(item), [one.answers(item)[item].dropna() for one in (before, now)]
        if scale is None or scale.high - scale.low < _LEAST_POINTS or min(map(len, sides)) < _LEAST_ROWS:
            continue
        middle = (scale.low + scale.high) / 2
        if sides[1].max() <= middle < sides[0].max() or sides[1].min() >= middle > sides[0].min():
            found.append(item)
    return found
