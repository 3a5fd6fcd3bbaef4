"""The 0-100 index: of constructs, of trees of indicators, of firms and industries, over waves."""

from csisem.index import outcomes
from csisem.index.aggregation import aggregate
from csisem.index.hierarchy import Hierarchy
from csisem.index.ranking import rank
from csisem.index.relations import link, relation
from csisem.index.shares import nps, top_box
from csisem.index.unit_changes import contributions
from csisem.index.waves import trend

__all__ = ["outcomes", "Hierarchy", "aggregate", "contributions", "trend", "top_box", "nps", "rank", "relation", "link"]


def __dir__() -> list[str]:
    return sorted(__all__)
