"""Answers of one wave with each respondent's indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.display.sentences import Sentence, sentence
from csisem.index.hierarchy.hierarchy import Hierarchy
from csisem.index.hierarchy.leaf_directions import answers_of as directed
from csisem.index.hierarchy.node_indices import renormalized
from csisem.index.scale_points import points_of
from csisem.programme.declared import Declared
from csisem.programme.wave_file import Wave, read_wave, with_columns
from csisem.survey import Scale, Survey
from csisem.survey.satisfied import DEFAULT_POINTS, satisfied_from

SATISFIED = sentence("programme.satisfied")


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
    least
        Points of the outcome from which a respondent is satisfied.
    notes
        What is to be said of the file, and of who counts as satisfied.
    """

    programme: Declared
    wave: str
    hierarchy: Hierarchy
    survey: Survey
    indices: dict[str, str]
    outcome: str
    satisfied: str
    least: float
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
    tree = programme.hierarchy
    survey = directed(wave.survey, tree.tree, tree.questionnaire)
    values = respondents(tree, survey)
    taken = list(survey.columns)
    indices: dict[str, str] = {}
    frame = survey.to_pandas().copy(deep=False)
    for name, level, row in zip(tree.tree.names, tree.tree.level, values, strict=True):
        if level <= 2 and not np.isnan(row).all():
            indices[name] = _free(name, taken)
            frame[indices[name]] = row
    outcome = programme.overall or indices[programme.total]
    points, least, notes = values[0], programme.satisfied or DEFAULT_POINTS, wave.notes
    if programme.overall is not None:
        given = survey.answers(outcome).to_numpy(dtype=np.float64).T
        points = points_of(survey, (outcome,), complete=False).scores.of(given)[0]
        cut = satisfied_from(survey, outcome, programme.threshold)
        least, notes = cut.points, (*notes, *cut.notes)
    column = _free(SATISFIED.text(programme.language), taken)
    # Points come from sums of rounded numbers: 80 less the last digit is 80.
    frame[column] = np.where(np.isnan(points), np.nan, points >= least - 1e-9)
    scales = {**dict.fromkeys(indices.values(), Scale(0, 100)), column: Scale(0, 1)}
    whole = with_columns(survey, frame, survey.design, scales=scales)
    return WaveAnswers(programme, wave.name, tree, whole, indices, outcome, column, least, notes)


def respondents(hierarchy: Hierarchy, survey: Survey) -> FloatArray:
    """Return the index (N, n) of every node for each respondent, over the questions that were answered."""
    items = hierarchy.items
    answers = survey.answers(items).to_numpy(dtype=np.float64).T
    return renormalized(hierarchy.tree, points_of(survey, items, complete=False).scores.of(answers))


def _free(name: str, taken: Sequence[str]) -> str:
    """A name of a column that the answers do not have."""
    while name in taken:
        name = f"{name} *"
    return name
