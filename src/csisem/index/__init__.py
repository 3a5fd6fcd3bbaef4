"""The 0-100 index: of constructs, of trees of indicators, of firms and industries, over waves."""

from csisem.index.aggregation import aggregate
from csisem.index.hierarchy import Hierarchy
from csisem.index.unit_changes import contributions

__all__ = ["Hierarchy", "aggregate", "contributions"]
