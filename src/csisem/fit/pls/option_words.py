"""Options of PLS in words, for titles and conventions."""

from __future__ import annotations

from collections.abc import Mapping

from csisem.display.sentences import Sentence, sentence
from csisem.options import HigherOrder, Moderation, Scheme

_SCHEMES: Mapping[Scheme, str] = {
    "path": "fit_summary.scheme.path",
    "centroid": "fit_summary.scheme.centroid",
    "factorial": "fit_summary.scheme.factorial",
}
_HIGHER_ORDERS: Mapping[HigherOrder, str] = {
    "disjoint": "fit_summary.higher_order.disjoint",
    "embedded": "fit_summary.higher_order.embedded",
    "repeated": "fit_summary.higher_order.repeated",
}
_MODERATIONS: Mapping[Moderation, str] = {
    "two-stage": "fit_summary.moderation.two_stage",
    "product": "fit_summary.moderation.product",
    "orthogonal": "fit_summary.moderation.orthogonal",
}


def scheme_words(scheme: Scheme) -> Sentence:
    """The inner weighting scheme."""
    return sentence(_SCHEMES[scheme])


def higher_order_words(higher_order: HigherOrder) -> Sentence:
    """The method for higher-order constructs."""
    return sentence(_HIGHER_ORDERS[higher_order])


def moderation_words(moderation: Moderation) -> Sentence:
    """The method for interactions."""
    return sentence(_MODERATIONS[moderation])
