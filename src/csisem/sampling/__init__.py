"""Sample sizes, allocation, drawing, and weights of a sample."""

from typing import TYPE_CHECKING

from csisem.completion import public_names
from csisem.sampling.allocation import allocate
from csisem.sampling.design_effects import deff_clusters, deff_weights
from csisem.sampling.draw import draw
from csisem.sampling.power import power_sem, size_pls, size_sem
from csisem.sampling.response_rates import response_rates
from csisem.sampling.size import (
    size_difference,
    size_difference_proportions,
    size_index,
    size_mean,
    size_proportion,
    size_strata,
)
from csisem.sampling.weights import adjust_nonresponse, base_weights, poststratify, rake

__all__ = [
    "size_mean",
    "size_proportion",
    "size_index",
    "size_difference",
    "size_difference_proportions",
    "size_strata",
    "size_sem",
    "power_sem",
    "size_pls",
    "deff_clusters",
    "deff_weights",
    "allocate",
    "draw",
    "base_weights",
    "adjust_nonresponse",
    "poststratify",
    "rake",
    "response_rates",
]

if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown
    __dir__, __getattr__ = public_names(__name__, __all__)
