"""Notes on improper solutions of exploratory factor analysis."""

from __future__ import annotations

import numpy as np

from csisem.arrays import FloatArray
from csisem.diagnose.factor_analysis.factor_analyzer_adapter import LEAST_UNIQUENESS, Loadings
from csisem.display.sentences import Sentence, sentence
from csisem.inference.improper_solutions import Improper, above_one, impossible
from csisem.moments.dependence import closest_combination

# Communalities this near to their bound stopped there.
_AT_BOUND = 1e-6


def improper_notes(items: tuple[str, ...], found: Loadings, one: Loadings, cov: FloatArray) -> tuple[Sentence, ...]:
    """Notes on estimates that no population has; empty if there are none.

    ``found`` are the factors, ``one`` is the single factor of Harman's test, and ``cov`` (p, p) are the covariances of
    the items, of which one that repeats the others is named as the cause.
    """
    names = [f"F{number}" for number in range(1, len(found.correlations) + 1)]
    beyond = above_one("communality", found.communality, items)
    said = [_worded(case) for case in (*beyond, *impossible(found.correlations, names))]
    above = {case.names[0] for case in beyond}
    bound = 1 - LEAST_UNIQUENESS - _AT_BOUND
    at_bound = [items[i] for i in np.flatnonzero(found.communality >= bound) if items[i] not in above]
    if at_bound:
        said.append(sentence("factors.heywood", items=at_bound, least=LEAST_UNIQUENESS))
    if one is not found and (single := above_one("communality", one.communality, items)):
        said.append(sentence("factors.harman_improper", items=[case.names[0] for case in single]))
    if said and (near := closest_combination(cov, items)) is not None:
        said.append(sentence("factors.repeats", item=near.item, equation=near.equation, explained=near.explained))
    return tuple(said)


def _worded(case: Improper) -> Sentence:
    if case.kind == "communality":
        return sentence("factors.ultra_heywood", item=case.names[0], communality=case.value)
    if case.kind == "correlation":
        first, second = case.names
        return sentence("factors.correlation_outside", first=first, second=second, correlation=case.value)
    return sentence("factors.indefinite", factors=case.names, eigenvalue=case.value)
