"""Outcomes of satisfaction: rates, loyalty, customer value, losses."""

from typing import TYPE_CHECKING

from csisem.completion import public_names
from csisem.index.outcomes.checklist import hard_points, self_assessment
from csisem.index.outcomes.customers import abc, lifetime_value, value_score
from csisem.index.outcomes.losses import WordOfMouth, pareto, word_of_mouth
from csisem.index.outcomes.loyalty import loyalty_curve, repurchase
from csisem.index.outcomes.rates import rates

__all__ = [
    "rates",
    "repurchase",
    "loyalty_curve",
    "abc",
    "lifetime_value",
    "value_score",
    "word_of_mouth",
    "WordOfMouth",
    "pareto",
    "hard_points",
    "self_assessment",
]

if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown
    __dir__, __getattr__ = public_names(__name__, __all__)
