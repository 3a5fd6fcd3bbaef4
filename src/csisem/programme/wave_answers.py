"""Answers of one wave with each respondent's indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.display.sentences import Sentence
from csisem.index.hierarchy.hierarchy import Hierarchy
from csisem.index.hierarchy.node_indices import renormalized
from csisem.programme.declared import Declared
from csisem.programme.wave_file import Wave, read_wave, with_columns
from csisem.survey import Survey


@dataclass(frozen=True, slots=True, eq=False)
class WaveAnswers:
    """The answers of a wave, and columns of each respondent's indices and satisfaction.

    Attributes
    ----------
    programme, wave, hierarchy
        What they were read by.
    survey
        The weighted answers with the columns below.
    indices
        Column of each respondent's index by node: the total, and the indicators of the first level.
    outcome
        Column of overall satisfaction: the question of that name, or the total.
    satisfied
        Column of whether a respondent is satisfied, 1 or 0.
    notes
        What is to be said of the file.
    """

    programme: Declared
    wave: str
    hierarchy: Hierarchy
    survey: Survey
    indices: dict[str, str]
    outcome: str
    satisfied: str
    notes: tuple[Sentence, ...]

    @property
    def crossings(self) -> list[tuple[str, ...]]:
        """Columns of segments, each by itself, then combinations."""
        return [*((column,) for column in self.programme.segment_columns), *self.programme.combinations]


def answers_of(programme: Declared, wave: str) -> WaveAnswers:
    """Read a wave, and score its respondents."""
    return scored(programme, read_wave(programme, wave))


def scored(programme: Declared, wave: Wave) -> WaveAnswers:
    """Add the columns of indices to the answers of a wave."""
    survey, tree = wave.survey, programme.hierarchy
    values = respondents(tree, survey)
    taken = list(survey.columns)
    indices: dict[str, str] = {}
    frame = survey.to_pandas().copy(deep=False)
    for name, level, row in zip(tree.tree.names, tree.tree.level, values, strict=True):
        if level <= 2 and not np.isnan(row).all() and name not in tree.items:
            indices[name] = _free(name, taken)
            frame[indices[name]] = row
    outcome = programme.overall or indices[programme.total]
    points = values[0]
    if programme.overall is not None:
        scale = survey.scale_of(programme.overall)
        answers = survey.answers(programme.overall)[programme.overall].to_numpy(dtype=np.float64)
        points = answers if scale is None else scale.to_100(answers)
    column = _free("satisfied", taken)
    # Points come from sums of rounded numbers: 80 less the last digit is 80.
    frame[column] = np.where(np.isnan(points), np.nan, points >= programme.satisfied - 1e-9)
    scales = {**dict.fromkeys(indices.values(), (0.0, 100.0)), column: (0.0, 1.0)}
    whole = with_columns(survey, frame, survey.design, None, scales)
    return WaveAnswers(programme, wave.name, tree, whole, indices, outcome, column, wave.notes)


def respondents(hierarchy: Hierarchy, survey: Survey) -> FloatArray:
    """Return the index (N, n) of every node for each respondent, over the questions that were answered."""
    answers = survey.answers(hierarchy.items)
    points = np.full((len(hierarchy.items), survey.n), np.nan)
    for place, name in enumerate(hierarchy.items):
        scale = survey.scale_of(name)
        if scale is not None:
            points[place] = scale.to_100(answers[name].to_numpy(dtype=np.float64))
    return renormalized(hierarchy.tree, points)


def _free(name: str, taken: Sequence[str]) -> str:
    """A name of a column that the answers do not have."""
    while name in taken:
        name = f"{name} *"
    return name
