"""What the answers say before and beside a model, and what is reported of the model itself."""

from csisem.diagnose.estimates import means, ratios, totals
from csisem.diagnose.path_model import cross_loadings, inner_model, inner_summary, outer_model

__all__ = ["means", "totals", "ratios", "outer_model", "inner_model", "inner_summary", "cross_loadings"]
