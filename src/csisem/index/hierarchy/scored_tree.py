"""Indices of a weighted tree, from figures or from answers."""

from __future__ import annotations

from typing import Protocol

from csisem.arrays import FloatArray, pd
from csisem.errors import OptionError
from csisem.index.hierarchy.leaf_directions import answers_of, refuse_doubtful_names
from csisem.index.hierarchy.node_indices import NodeIndices, score_answers, score_values
from csisem.index.hierarchy.weight_tree import Tree
from csisem.options import MissingIndicators, validate
from csisem.survey import Questionnaire
from csisem.survey.named_numbers import is_figures


class Weighted(Protocol):
    """A tree with the covariance of its weights, and the questionnaire that it was made from."""

    @property
    def tree(self) -> Tree: ...
    @property
    def weight_covariance(self) -> FloatArray: ...
    @property
    def questionnaire(self) -> Questionnaire | None: ...


def scored(
    own: Weighted,
    data: object,
    by: tuple[str, ...],
    missing: MissingIndicators | None,
    covariance: pd.DataFrame | None,
    design: object,
) -> NodeIndices:
    """The indices of all nodes; refused where a direction is in doubt."""
    if missing is not None:
        missing = validate("missing", missing, MissingIndicators)
    if not is_figures(data):
        if covariance is not None:
            raise OptionError("covariance= is for figures; of answers the covariance is computed.")
        survey = answers_of(data, own.tree, own.questionnaire)
        return score_answers(own.tree, survey, by, missing or "available", design, own.weight_covariance)
    if by or design is not None:
        raise OptionError("by= and design= are for answers; a mapping holds one value for each leaf.")
    refuse_doubtful_names(own.tree, None, own.questionnaire)
    return score_values(own.tree, data, covariance, missing or "refuse", own.weight_covariance)
