"""Checks of options and moments before a PLS path model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from csisem.arrays import FloatArray
from csisem.composite.plan import Plan
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, ModelError, OptionError, group_places, listed
from csisem.fit.checks import check_group, composite_options
from csisem.fit.settings import FitOptions
from csisem.moments.correlations import correlations_of
from csisem.moments.dependence import equations_of, exact_combinations
from csisem.moments.moments import Moments
from csisem.specification.specification import Specification
from csisem.specification.threshold_claims import check_ordered

# Smallest eigenvalue of the correlations at which items of a mode B construct count as linearly dependent.
_SINGULAR = 1e-10
# Correlations this close to 1 are those of copies.
_COPY = 1e-10


def check_composite_request(model: Specification, asked: FitOptions) -> None:
    """Refuse options that PLS does not use, and statements it cannot estimate."""
    name = asked.estimator
    unused: dict[str, tuple[bool, str]] = {
        "ordered": (bool(asked.ordered), "treats answers as numbers"),
        "parameterization": (asked.parameterization != "delta", "treats answers as numbers"),
        "equal": (bool(asked.equal), "holds nothing equal over groups"),
        "release": (bool(asked.release), "holds nothing equal over groups"),
        "meanstructure": (asked.meanstructure is not None, "has no intercepts"),
        "likelihood": (asked.likelihood != "normal", "has no likelihood"),
        "information": (asked.information is not None, "has no information matrix"),
        "auxiliary": (bool(asked.auxiliary), "reads the model's items alone"),
        "blocks": (bool(asked.blocks), "measures all constructs at once"),
        "bounds": (asked.bounds is not None, "estimates no variances"),
        "std_lv": (asked.std_lv, "standardises all constructs"),
        "orthogonal": (asked.orthogonal, "has no covariances as parameters"),
        "effect_coding": (bool(asked.effect_coding), "standardises all constructs"),
        "engine": (asked.engine != "native", "is not in other engines"),
    }
    for option, (given, why) in unused.items():
        if given:
            raise OptionError(f"{option}= has no use: estimator={name!r} {why}.")
    if asked.missing == "fiml":
        raise OptionError(f"missing='fiml' fits a covariance structure; estimator={name!r} takes 'em', the moments by "
                          "maximum likelihood without a model.")  # fmt: skip
    _check_dominant(asked.dominant)
    check_ordered(model.relations, model.roles, None)
    if model.constraints:
        first = model.constraints[0]
        raise ModelError(f"PLS holds no parameters to constraints, but the model states '{first.left} "
                         f"{first.comparison} {first.right}'; leave it out.")  # fmt: skip


def _check_dominant(dominant: object) -> None:
    """Refuse what is not a mapping of names; the names are checked with the model."""
    if dominant is None:
        return
    words = [*dominant, *dominant.values()] if isinstance(dominant, Mapping) else [None]
    if not all(isinstance(word, str) for word in words):
        raise OptionError(f"dominant= takes a mapping from constructs to items, such as {{'Loyalty': 'l1'}}, not "
                          f"{dominant!r}.")  # fmt: skip


def check_used(plan: Plan, asked: FitOptions) -> None:
    """Refuse options about parts that the model does not have."""
    given = composite_options(asked)
    if "higher_order" in given and not plan.higher_order:
        raise OptionError(f"higher_order={asked.higher_order!r} has no use: no construct of the model is measured by "
                          "constructs.")  # fmt: skip
    if "moderation" in given and not len(plan.terms):
        raise OptionError(f"moderation={asked.moderation!r} has no use: the model has no interaction, 'Y ~ A:B'.")


def check_composite_moments(moments: Moments, plan: Plan) -> None:
    """Refuse moments that the model cannot be estimated from."""
    for group, where in enumerate(group_places(moments.groups)):
        n, cov = check_group(moments, group, where, "row")
        _check_formed(cov, plan, n, where)


def _check_formed(cov: FloatArray, plan: Plan, n: int, where: str) -> None:
    """Refuse items of mode B constructs, a regression on them, that are dependent or more than the rows allow."""
    for stage in plan.stages:
        for position, block in enumerate(stage.blueprint.blocks):
            columns = stage.blueprint.columns[block]
            if stage.blueprint.modes[position] != "B" or (columns >= len(stage.base)).any():
                continue
            items = stage.base[columns]
            if (items >= len(plan.items)).any():
                continue
            name = stage.blueprint.constructs[position]
            if n <= len(items):
                raise DataError(f"There are {n} rows{where} for the {len(items)} items of {name!r}, whose weights are "
                                "regression coefficients (mode B) and need more rows than items.")  # fmt: skip
            own = cov[items[:, None], items]
            values, vectors = np.linalg.eigh(correlations_of(own))
            if values[0] <= _SINGULAR:
                weight = np.abs(vectors[:, 0])
                names = [plan.items[items[i]] for i in np.argsort(-weight) if weight[i] > 0.1 * weight.max()]
                raise DataError(f"The items {listed(names)} of {name!r}{where} are linearly dependent "
                                f"({equations_of(own, [plan.items[i] for i in items])}), so that mode B has no "
                                "weights; leave one out.")  # fmt: skip


def copy_warnings(moments: Moments) -> tuple[Sentence, ...]:
    """Warnings of items that are copies or sums of others, which mode A accepts."""
    p = len(moments.items)
    said: list[Sentence] = []
    labels: list[str | None] = [str(group) for group in moments.groups] or [None]
    for cov, group in zip(moments.cov.reshape(-1, p, p), labels, strict=True):
        alike = np.abs(np.triu(correlations_of(cov), 1)) > 1 - _COPY
        said += [sentence("pls.copies", first=moments.items[i], second=moments.items[k], group=group)
                 for i, k in np.argwhere(alike)]  # fmt: skip
        said += [sentence("pls.sum", equation=one.equation, group=group)
                 for one in exact_combinations(cov, moments.items) if len(one.items) > 2]  # fmt: skip
    return tuple(said)
