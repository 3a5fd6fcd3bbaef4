"""Pictures of results, on matplotlib axes."""

from typing import TYPE_CHECKING

from csisem.completion import public_names
from csisem.plot.bar import bar
from csisem.plot.crosstab import crosstab
from csisem.plot.densities import bootstrap
from csisem.plot.disconfirmation import disconfirmation
from csisem.plot.discriminant import discriminant
from csisem.plot.distribution import histogram, pp, probability_paper
from csisem.plot.gaps import gaps
from csisem.plot.group_means import group_means
from csisem.plot.hierarchy import hierarchy
from csisem.plot.importance_map import ipma, quadrant
from csisem.plot.index import index
from csisem.plot.kano import kano
from csisem.plot.likert import likert
from csisem.plot.line import line
from csisem.plot.loadings import loadings, weights
from csisem.plot.loyalty_curve import loyalty_curve
from csisem.plot.pareto import pareto
from csisem.plot.path_diagram import path_diagram, path_diagram_svg
from csisem.plot.pie import pie
from csisem.plot.radar import radar
from csisem.plot.ranks import ranks
from csisem.plot.residuals import residuals
from csisem.plot.scree import scree
from csisem.plot.trend import trend

__all__ = [
    "path_diagram",
    "path_diagram_svg",
    "index",
    "trend",
    "hierarchy",
    "radar",
    "ranks",
    "bar",
    "pie",
    "line",
    "likert",
    "crosstab",
    "gaps",
    "disconfirmation",
    "quadrant",
    "ipma",
    "kano",
    "loyalty_curve",
    "pareto",
    "group_means",
    "discriminant",
    "histogram",
    "pp",
    "probability_paper",
    "scree",
    "loadings",
    "weights",
    "residuals",
    "bootstrap",
]

if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown
    __dir__, __getattr__ = public_names(__name__, __all__)
