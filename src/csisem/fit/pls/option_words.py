"""Options of PLS in words, for titles and conventions."""

from __future__ import annotations

from csisem.display.sentences import Sentence, sentence
from csisem.options import HigherOrder, Moderation, Scheme

_WORDS: dict[Scheme | HigherOrder | Moderation, str] = {
    "path": "fit_summary.scheme.path",
    "centroid": "fit_summary.scheme.centroid",
    "factorial": "fit_summary.scheme.factorial",
    "disjoint": "fit_summary.higher_order.disjoint",
    "embedded": "fit_summary.higher_order.embedded",
    "repeated": "fit_summary.higher_order.repeated",
    "two-stage": "fit_summary.moderation.two_stage",
    "product": "fit_summary.moderation.product",
    "orthogonal": "fit_summary.moderation.orthogonal",
}


def in_words(option: Scheme | HigherOrder | Moderation) -> Sentence:
    """The inner weighting scheme, or the method for higher-order constructs or for interactions."""
    return sentence(_WORDS[option])
