"""Priorities for improvement: maps, drivers, targets, Kano, gaps, delivered value, decisions."""

from typing import TYPE_CHECKING

from csisem.completion import public_names
from csisem.improve.costs import improvement_costs
from csisem.improve.decision import decision_table
from csisem.improve.delivered_value import DeliveredValue, delivered_value, improvement_route
from csisem.improve.drivers import drivers
from csisem.improve.expectations import service_expectations
from csisem.improve.gaps import five_gaps, gaps
from csisem.improve.ipma import ipma
from csisem.improve.kano import kano
from csisem.improve.penalty import penalty_reward
from csisem.improve.quadrants import quadrant
from csisem.improve.targets import targets

__all__ = [
    "targets",
    "quadrant",
    "ipma",
    "drivers",
    "penalty_reward",
    "kano",
    "gaps",
    "five_gaps",
    "service_expectations",
    "delivered_value",
    "improvement_route",
    "DeliveredValue",
    "decision_table",
    "improvement_costs",
]

if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown
    __dir__, __getattr__ = public_names(__name__, __all__)
