"""A small satisfaction model with values, shared by the tests that draw answers from it."""

from __future__ import annotations

import numpy as np

from csisem.models.model import Model
from csisem.specification.simulation.parameter_values import row_values
from csisem.specification.simulation.population import Population, population

MODEL = Model.from_syntax("""
Quality =~ q1 + q2 + q3
Satisfaction =~ s1 + s2
Complaints =~ c1
Satisfaction ~ Quality
Complaints ~ Satisfaction
""")
VALUES = {
    "Quality =~ q2": 0.8,
    "Quality =~ q3": 1.1,
    "Satisfaction =~ s2": 0.9,
    "Satisfaction ~ Quality": 0.7,
    "Complaints ~ Satisfaction": -0.3,
    "q1 ~~ q1": 0.5,
    "q2 ~~ q2": 0.6,
    "q3 ~~ q3": 0.7,
    "s1 ~~ s1": 0.4,
    "s2 ~~ s2": 0.5,
    "Quality ~~ Quality": 1.2,
    "Satisfaction ~~ Satisfaction": 0.5,
    "Complaints ~~ Complaints": 0.8,
}
N = 200_000

# Sampling errors are compared with five standard errors: for a few hundred numbers the chance of a false alarm is
# below 1e-3, and the seeds are fixed.
SIGMAS = 5.0


def people(text: str, values: object, centre: float = 0.0) -> Population:
    table = Model.from_syntax(text).table(meanstructure=True)
    return population(table, row_values(table, values), np.full(len(table.observed), centre))  # type: ignore[arg-type]
