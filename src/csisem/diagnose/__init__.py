"""What the answers say before and beside a model, and what is reported of the model itself."""

from csisem.diagnose.anova import Anova, anova
from csisem.diagnose.correlations import correlations, part_whole
from csisem.diagnose.crosstab import Crosstab, crosstab
from csisem.diagnose.disconfirmation import Disconfirmation, disconfirmation
from csisem.diagnose.discriminant import Discriminant, discriminant
from csisem.diagnose.estimates import means, ratios, totals
from csisem.diagnose.factors import Factors, factors
from csisem.diagnose.frequencies import frequencies
from csisem.diagnose.intraclass import icc
from csisem.diagnose.multiple import multiple_answers
from csisem.diagnose.normality import Normality, normality
from csisem.diagnose.ordinal import ordinal_alpha
from csisem.diagnose.path_model import cross_loadings, inner_model, inner_summary, outer_model
from csisem.diagnose.pilot import Pilot, pilot
from csisem.diagnose.quality import Quality, quality
from csisem.diagnose.reliabilities import alpha, item_statistics, omega, split_half
from csisem.diagnose.reliability import reliability
from csisem.diagnose.validity import Validity, validity
from csisem.diagnose.variances import Variances, variances
from csisem.index.shares import nps, top_box

__all__ = [
    "means",
    "totals",
    "ratios",
    "frequencies",
    "top_box",
    "nps",
    "multiple_answers",
    "crosstab",
    "Crosstab",
    "disconfirmation",
    "Disconfirmation",
    "correlations",
    "part_whole",
    "normality",
    "Normality",
    "discriminant",
    "Discriminant",
    "reliability",
    "validity",
    "Validity",
    "alpha",
    "ordinal_alpha",
    "omega",
    "split_half",
    "icc",
    "item_statistics",
    "factors",
    "Factors",
    "quality",
    "Quality",
    "anova",
    "Anova",
    "variances",
    "Variances",
    "pilot",
    "Pilot",
    "outer_model",
    "inner_model",
    "inner_summary",
    "cross_loadings",
]


def __dir__() -> list[str]:
    return sorted(__all__)
