"""The model of importance-performance maps in tests, its answers, and the figures of a map."""

from __future__ import annotations

import csisem as cs
from composites import FULL

SMALL = cs.Model.from_syntax(
    "Q =~ CUEX1 + CUEX2 + CUEX3\nV =~ PERV1 + PERV2\nS =~ CUSA1 + CUSA2 + CUSA3\nV ~ Q\nS ~ Q + V"
)
ITEMS = ["CUEX1", "CUEX2", "CUEX3", "PERV1", "PERV2", "CUSA1", "CUSA2", "CUSA3"]


def survey_of(frame, items=FULL.items, **design):
    """The answers with their scale."""
    return cs.Survey(frame, scale=dict.fromkeys(items, (1, 10)), **design)


def spots(found, *columns):
    """By construct (and item), in the model's order."""
    keys = ["construct", "item"] if "item" in found else ["construct"]
    return found.set_index(keys)[list(columns)]
