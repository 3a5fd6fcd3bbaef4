"""The 0-100 index of constructs, indicator trees, firms and industries."""

from typing import TYPE_CHECKING

from csisem.completion import public_names
from csisem.index import outcomes
from csisem.index.aggregation.aggregate import aggregate
from csisem.index.aggregation.change_by_unit import contributions
from csisem.index.external_series import link, relation
from csisem.index.hierarchy.hierarchy import Hierarchy
from csisem.index.rank import rank
from csisem.index.top_box import nps, top_box
from csisem.index.trends.trend import trend

__all__ = ["outcomes", "Hierarchy", "aggregate", "contributions", "trend", "top_box", "nps", "rank", "relation", "link"]

if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown
    __dir__, __getattr__ = public_names(__name__, __all__)
