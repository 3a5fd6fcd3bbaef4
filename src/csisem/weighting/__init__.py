"""Weights of indicators from judgements, rankings, data, or a model."""

from typing import TYPE_CHECKING

from csisem.errors import unknown_name
from csisem.weighting.agreement import Agreement
from csisem.weighting.ahp import Ahp, Judgement, ahp, ahp_group
from csisem.weighting.ahp_from_ranking import ahp_from_ranking
from csisem.weighting.combination import combine, overall_consistency
from csisem.weighting.entropy import entropy
from csisem.weighting.model_weights import from_fit
from csisem.weighting.rank_formulas import rank_weights

__all__ = [
    "ahp",
    "ahp_group",
    "ahp_from_ranking",
    "rank_weights",
    "entropy",
    "combine",
    "overall_consistency",
    "from_fit",
    "Ahp",
    "Judgement",
    "Agreement",
]


def __dir__() -> list[str]:
    return sorted(__all__)


if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown

    def __getattr__(name: str) -> object:
        raise unknown_name(__name__, name)
