"""Quality of answers and measurement, tables, and comparisons of strata."""

from typing import TYPE_CHECKING

from csisem.completion import public_names
from csisem.diagnose.answers.correlations import correlations, part_whole
from csisem.diagnose.answers.intraclass import icc
from csisem.diagnose.answers.normality import Normality, normality
from csisem.diagnose.answers.pilot import Pilot, pilot
from csisem.diagnose.answers.population_estimates import means, ratios, totals
from csisem.diagnose.answers.response_quality import Quality, quality
from csisem.diagnose.factor_analysis.exploratory_factors import Factors, factors
from csisem.diagnose.measurement.item_reliability import alpha, item_statistics, omega, split_half
from csisem.diagnose.measurement.ordinal_alpha import ordinal_alpha
from csisem.diagnose.measurement.pls_report import cross_loadings, inner_model, inner_summary, outer_model
from csisem.diagnose.measurement.reliability import reliability
from csisem.diagnose.measurement.validity import Validity, validity
from csisem.diagnose.strata.anova import Anova, anova
from csisem.diagnose.strata.discriminant import Discriminant, discriminant
from csisem.diagnose.strata.equal_variances import Variances, variances
from csisem.diagnose.tables.crosstab import Crosstab, crosstab
from csisem.diagnose.tables.disconfirmation import Disconfirmation, disconfirmation
from csisem.diagnose.tables.frequencies import frequencies
from csisem.diagnose.tables.multiple_response import multiple_answers
from csisem.index.top_box import nps, top_box

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

if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown
    __dir__, __getattr__ = public_names(__name__, __all__)
