"""Weights of indicators from judgements, rankings, data, or a model."""

from typing import TYPE_CHECKING

from csisem.completion import public_names
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

if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown
    __dir__, __getattr__ = public_names(__name__, __all__)
