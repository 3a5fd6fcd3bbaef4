"""Checks of options, columns and moments before estimation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.lisrel.structure import compile_structure
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError, group_places, listed, nearest, shown
from csisem.moments.correlations import all_above, correlations_of
from csisem.moments.dependence import NEARLY, Combination, closest_combination, equations_of
from csisem.moments.moments import Moments
from csisem.option_checks import check_flag
from csisem.options import (
    Bounds,
    EffectCoding,
    Engine,
    Equality,
    Estimator,
    HigherOrder,
    Information,
    Likelihood,
    Missing,
    Moderation,
    Parameterization,
    Scheme,
    validate,
)
from csisem.recipes import RECIPES, TAKE_ORDERED
from csisem.specification.parameters import ParameterTable

if TYPE_CHECKING:
    from csisem.fit.settings import FitOptions
    from csisem.moments.patterns import Patterns
    from csisem.specification.specification import Specification
    from csisem.survey.survey import Survey


CONSTANT = 1e-34
"""An item's variance below this share of its squared mean is rounding: neighbouring floats differ by more."""
# A standard deviation below this share of the mean leaves an answer fewer than six digits of its deviation.
_FAR = 1e-10
# Smallest eigenvalue of the correlations at which items count as linearly dependent.
_SINGULAR = 1e-10


def check_request(model: Specification, asked: FitOptions) -> None:
    """Refuse options that do not exist or that the estimator does not use."""
    _check_groups(asked)
    _check_used(asked)
    _check_units(asked)
    if asked.missing == "fiml":
        _check_incomplete(asked)
    if asked.meanstructure is not None and not asked.meanstructure:
        _check_no_means(model, asked.equal)


def canonical(asked: FitOptions) -> FitOptions:
    """Return the options in their own spelling; refuse unknown words, and words of a later release."""
    check_flag("meanstructure", asked.meanstructure, unset=True)
    check_flag("std_lv", asked.std_lv)
    check_flag("orthogonal", asked.orthogonal)
    return replace(
        asked,
        estimator=validate("estimator", asked.estimator, Estimator),
        likelihood=validate("likelihood", asked.likelihood, Likelihood),
        engine=validate("engine", asked.engine, Engine),
        missing=validate("missing", asked.missing, Missing),
        information=None if asked.information is None else validate("information", asked.information, Information),
        equal=tuple(validate("equal", kind, Equality) for kind in asked.equal),
        parameterization=validate("parameterization", asked.parameterization, Parameterization),
        scheme=validate("scheme", asked.scheme, Scheme),
        higher_order=validate("higher_order", asked.higher_order, HigherOrder),
        moderation=validate("moderation", asked.moderation, Moderation),
        bounds=None if asked.bounds is None else validate("bounds", asked.bounds, Bounds),
        effect_coding=tuple(validate("effect_coding", kind, EffectCoding) for kind in asked.effect_coding),
    )


def _check_units(asked: FitOptions) -> None:
    """Options that set the units of the constructs twice, or bound what has none."""
    if asked.std_lv and "loadings" in asked.effect_coding:
        raise OptionError("std_lv=True and effect_coding='loadings' both set the units of the constructs; give one.")
    if asked.bounds is not None and asked.effect_coding:
        raise OptionError("bounds= takes the constructs' units from their first items, which effect_coding= leaves "
                          "without; give one of the two, or bounds by lower() and upper().")  # fmt: skip
    if asked.bounds is not None and asked.engine == "semopy":
        raise OptionError("engine='semopy' knows no bounds; leave out bounds=, or use engine='native'.")


def _check_groups(asked: FitOptions) -> None:
    if asked.equal and not asked.groups:
        raise OptionError("equal= holds parameters equal over groups; give groups= too.")
    if asked.release and not asked.equal:
        raise OptionError("release= frees relations from what equal= holds equal over groups; give equal= too.")
    if asked.engine == "semopy" and asked.groups:
        raise OptionError("engine='semopy' fits one group; leave out groups=.")


def _check_used(asked: FitOptions) -> None:
    """Options that belong to another estimator than the one asked for."""
    if asked.blocks and asked.estimator != "SAM":
        raise OptionError(f"blocks= is used by 'SAM'; estimator={asked.estimator!r} measures all constructs at once.")
    if asked.ordered:
        _check_ordered(asked)
    elif asked.parameterization != "delta":
        raise OptionError(f"parameterization={asked.parameterization!r} is about ordered items; give ordered= too.")
    elif "thresholds" in asked.equal:
        raise OptionError("equal='thresholds' is about ordered items; give ordered= too.")
    if asked.auxiliary and asked.missing != "fiml":
        raise OptionError("auxiliary= is used with missing='fiml'; complete rows (missing='listwise') have no use for "
                          "it.")  # fmt: skip
    for name, value in composite_options(asked).items():
        raise OptionError(f"{name}={shown(value)} is used by PLS; estimator={shown(asked.estimator)} weighs no scores.")
    if asked.missing not in ("listwise", "fiml") and not asked.ordered:
        raise OptionError(f"missing={asked.missing!r} is used by PLS; estimator={asked.estimator!r} takes 'listwise' "
                          "or 'fiml'.")  # fmt: skip
    discrepancy = RECIPES[asked.estimator].discrepancy
    if discrepancy != "ML" and asked.likelihood != "normal":
        raise OptionError(f"likelihood={asked.likelihood!r} belongs to 'ML'; estimator={asked.estimator!r} has no "
                          "likelihood.")  # fmt: skip
    if discrepancy not in ("ML", "GLS") and asked.information == "observed":
        raise OptionError(f"information='observed' is used by ML and GLS; estimator={asked.estimator!r} takes "
                          "'expected'.")  # fmt: skip
    if asked.estimator != "ML" and asked.likelihood == "wishart":
        raise OptionError(f"likelihood='wishart' belongs to 'ML'; estimator={asked.estimator!r} uses 'normal'.")
    if asked.estimator != "ML" and asked.engine == "semopy":
        raise OptionError(f"engine='semopy' estimates by 'ML' only, not by {asked.estimator!r}.")


def _check_ordered(asked: FitOptions) -> None:
    """Options that an estimator of ordered items does not take."""
    if asked.estimator not in TAKE_ORDERED:
        what = "full information with ordered items is not part of csisem" if asked.missing == "fiml" else (
            f"estimator={asked.estimator!r} treats answers as numbers")  # fmt: skip
        raise OptionError(f"ordered= is used by {', '.join(TAKE_ORDERED)}; {what}.")
    if asked.missing not in ("listwise", "pairwise"):
        raise OptionError(f"missing={asked.missing!r} is not for ordered items; take 'listwise' or 'pairwise'.")
    if asked.meanstructure is not None and not asked.meanstructure:
        raise OptionError("meanstructure=False leaves out thresholds, which ordered items need.")


def composite_options(asked: FitOptions) -> dict[str, object]:
    """Options of PLS that are not at their defaults."""
    usual = {"scheme": "path", "higher_order": "disjoint", "moderation": "two-stage"}
    found = {name: getattr(asked, name) for name, value in usual.items() if getattr(asked, name) != value}
    return found if asked.dominant is None else found | {"dominant": asked.dominant}


def _check_incomplete(asked: FitOptions) -> None:
    """Options that full-information maximum likelihood does not take."""
    if asked.estimator not in ("ML", "MLR"):
        raise OptionError(f"missing='fiml' is used by 'ML' and 'MLR'; estimator={asked.estimator!r} needs complete "
                          "rows (missing='listwise').")  # fmt: skip
    if asked.likelihood == "wishart":
        raise OptionError("likelihood='wishart' needs complete rows; missing='fiml' uses 'normal'.")
    if asked.engine == "semopy":
        raise OptionError("engine='semopy' takes complete rows only; leave out missing='fiml'.")
    if asked.meanstructure is not None and not asked.meanstructure:
        raise OptionError("missing='fiml' estimates the means, so meanstructure=False has no use.")


def _check_no_means(model: Specification, equal: Sequence[str]) -> None:
    """Refuse ``meanstructure=False`` where it would silently drop intercepts."""
    if any(relation.op == "~1" for relation in model.relations):
        raise OptionError("meanstructure=False leaves out intercepts, but the model writes some (~1).")
    for kind in ("intercepts", "means"):
        if kind in equal:
            raise OptionError(f"meanstructure=False leaves out intercepts, so equal={kind!r} has no use.")


def check_columns(model: Specification, survey: Survey, by: Sequence[str], auxiliary: Sequence[str] = ()) -> None:
    """Refuse a name that is not a column; since it may be a mistyped construct, constructs are suggested too."""
    known = frozenset(survey.columns)
    for item in model.items:
        if item not in known:
            measured = {item for construct in model.constructs for item in construct.items}
            names = (*survey.columns, *(construct.name for construct in model.constructs))
            role = "named as an item" if item in measured else "named in a path or covariance, and no construct either"
            raise DataError(f"There is no column {item!r} ({role}){nearest(item, names)}.")
    for name in by:
        if name not in known:
            raise DataError(f"There is no column {shown(name)} (named in groups=){nearest(name, survey.columns)}.")
    for name in auxiliary:
        if name not in known:
            raise DataError(f"There is no column {name!r} (named in auxiliary=){nearest(name, survey.columns)}.")
        if name in model.items:
            raise OptionError(f"auxiliary= names {name!r}, which the model has already; name other columns.")


def check_moments(moments: Moments, table: ParameterTable) -> tuple[Sentence, ...]:
    """Refuse moments that no model can be fitted to; warnings of items that the others nearly determine."""
    if table.meanstructure and np.isnan(moments.mean).any():
        raise DataError("The model has intercepts, but the table of moments gives no means; give mean=.")
    if moments.zero_weight:
        _check_zero_weights(moments)
    said: list[Sentence] = []
    for group, where in enumerate(group_places(table.groups)):
        n, cov = check_group(moments, group, where, "complete row")
        said += _near(_nearly_dependent(cov, moments.items, n, where), moments, group)
    return tuple(said)


def near_dependence(moments: Moments) -> tuple[Sentence, ...]:
    """Warnings of items that the others nearly determine, of definite covariances."""
    p, said = len(moments.items), list[Sentence]()
    for group, cov in enumerate(moments.cov.reshape(-1, p, p)):
        said += _near(closest_combination(cov, moments.items), moments, group)
    return tuple(said)


def _near(near: Combination | None, moments: Moments, group: int) -> list[Sentence]:
    if near is None:
        return []
    label = str(moments.groups[group]) if moments.groups else None
    return [sentence("fit.nearly_dependent", item=near.item, equation=near.equation, explained=near.explained,
                     group=label)]  # fmt: skip


def check_group(moments: Moments, group: int, where: str, row: str) -> tuple[int, FloatArray]:
    """Return a group's rows, each called ``row``, and covariances; refuse an empty group and constant or huge items."""
    p = len(moments.items)
    n, weight = int(moments.n.reshape(-1)[group]), moments.weight.reshape(-1)[group]
    cov, mean = moments.cov.reshape(-1, p, p)[group], moments.mean.reshape(-1, p)[group]
    if n < 2:
        raise DataError(f"There {f'is 1 {row}' if n == 1 else f'are no {row}s'}{where}; a fit needs more.")
    if weight == 0:
        raise DataError(f"All {n} {row}s{where} have weight zero, so none of them counts.")
    variances = np.diagonal(cov)
    if not np.isfinite(variances).all():
        large = [item for item, own in zip(moments.items, variances, strict=True) if not np.isfinite(own)]
        raise DataError(f"The answers to {listed(large)}{where} are too large to be squared; look for a missing value "
                        "coded as a huge number.")  # fmt: skip
    square = np.where(np.isnan(mean), 0.0, mean) ** 2
    constant = variances <= CONSTANT * np.maximum(square, 1e-300)
    if constant.any():
        names = [item for item, flat in zip(moments.items, constant, strict=True) if flat]
        many = len(names) > 1
        raise DataError(f"The item{'s' * many} {listed(names)} {'have' if many else 'has'} the same answer in all {n} "
                        f"{row}s{where}; leave {'them' if many else 'it'} out.")  # fmt: skip
    lost = variances < np.finfo(np.float64).eps ** 2 * square
    if lost.any():
        names = [item for item, gone in zip(moments.items, lost, strict=True) if gone]
        raise DataError(f"The answers to {listed(names)}{where} lie so far from zero that nothing is left of their "
                        "differences; subtract a constant from them first.")  # fmt: skip
    return n, cov


def _check_zero_weights(moments: Moments) -> None:
    counted, p = int(moments.n.sum()) - moments.zero_weight, len(moments.items)
    if counted <= p:
        raise DataError(f"Only {counted} complete row{'s have' if counted != 1 else ' has'} a weight above zero, which "
                        f"cannot determine the covariances of {p} items.")  # fmt: skip


@lru_cache(maxsize=64)
def _parameters_in(table: ParameterTable, group: int) -> int:
    # Thresholds do not count: single items determine them, as they do means.
    rows = [r for r in table.rows_of(group) if table.rows[r].op != "|"]
    return len(np.unique(table.map[rows].indices))


def few_rows(moments: Moments, table: ParameterTable) -> tuple[Sentence, ...]:
    """Warnings of groups with fewer rows than free parameters."""
    said = []
    # Of several groups it is not known which have the rows of weight zero.
    for group, n in enumerate((moments.n - (moments.zero_weight if moments.n.size == 1 else 0)).reshape(-1)):
        needed = _parameters_in(table, group)
        if n < needed:
            label = str(table.groups[group]) if len(table.groups) > 1 else None
            said.append(sentence("fit.fewer_rows_than_parameters", n=int(n), group=label, parameters=needed))
    return tuple(said)


def check_scores(moments: Moments, table: ParameterTable, estimator: Estimator) -> None:
    """Refuse robust standard errors whose covariance would be singular: the scores of n rows add up to zero."""
    if RECIPES[estimator].errors != "robust":
        return
    counts = [(int(moments.n.sum()) - moments.zero_weight, table.npar, "")]
    if table.n_groups > 1:
        alone = compile_structure(table).partition.filled.sum(axis=1)
        counts += zip(moments.n.reshape(-1).tolist(), alone.tolist(), group_places(table.groups), strict=True)
    for n, parameters, where in counts:
        if n <= parameters:
            raise DataError(
                f"There are {n} rows{where} for {parameters} free parameters, and standard errors by "
                f"estimator={estimator!r} take more rows than parameters; use 'ML', or fix some."
            )


def _nearly_dependent(cov: FloatArray, items: Sequence[str], n: int, where: str) -> Combination | None:
    """The item that the others nearly determine, such as a rounded mean beside its items; exact sums are refused."""
    correlation = correlations_of(cov)
    # Nearly all samples end here: no R-squared exceeds one less the smallest eigenvalue.
    if all_above(1 - NEARLY, correlation):
        return None
    if not all_above(_SINGULAR, correlation):
        _refuse_singular(cov, correlation, items, n, where)
    return closest_combination(cov, items)


def _refuse_singular(cov: FloatArray, correlation: FloatArray, items: Sequence[str], n: int, where: str) -> NoReturn:
    if n <= len(items):
        raise DataError(f"The covariance matrix{where} is singular: {n} complete rows cannot determine "
                        f"{len(items)} items.")  # fmt: skip
    places = dependent(correlation)
    refuse_dependent([items[i] for i in places], cov[np.ix_(places, places)], where)


def dependent(correlation: FloatArray) -> list[int]:
    """Positions of the items that make correlations (p, p) singular."""
    values, vectors = np.linalg.eigh(correlation)
    # Several sums have several vectors, each a mixture of them.
    weight = np.linalg.norm(vectors[:, : max(np.count_nonzero(values <= _SINGULAR), 1)], axis=1)
    return np.flatnonzero(weight > 0.1 * weight.max()).tolist()


def refuse_dependent(names: Sequence[str], cov: FloatArray, where: str) -> NoReturn:
    """Refuse items with covariances (k, k) that are sums or copies of each other."""
    raise DataError(f"The covariance matrix{where} is singular: {listed(names)} are linearly dependent "
                    f"({equations_of(cov, names)}); leave one out.")  # fmt: skip


def row_warnings(
    moments: Moments, missing: Missing = "listwise", patterns: Patterns | None = None, given: Sequence[str] = ()
) -> tuple[Sentence, ...]:
    """Warnings about rows that did not enter as they were; ``given`` are the predictors that incomplete rows need."""
    said = []
    used = int(moments.n.sum())
    lacking = 0 if patterns is None else patterns.lacking
    total = used + moments.dropped + moments.ungrouped
    if patterns is not None and lacking:
        lost = {"dropped": lacking, "rows": total, "used": used, "predictors": patterns.lacked}
        said.append(sentence("rows.without_predictor", **lost, statements=_random(given)))
    if moments.dropped > lacking:
        counts = {"dropped": moments.dropped - lacking, "rows": total, "used": used}
        said.append(sentence("rows.incomplete" if missing == "listwise" else "rows.empty", **counts))
    if moments.ungrouped:
        said.append(sentence("rows.ungrouped", ungrouped=moments.ungrouped))
    if moments.zero_weight:
        said.append(sentence("rows.zero_weight", zero=moments.zero_weight, used=used))
    return (*said, *_lost_digits(moments))


def _far(moments: Moments) -> tuple[list[str], FloatArray]:
    """Items that lie far from zero, and their standard deviations over their means (..., p), 1 for other items."""
    sd = np.sqrt(np.diagonal(moments.cov, axis1=-2, axis2=-1))
    size = np.abs(moments.mean)
    far = sd < _FAR * size
    if not far.any():
        return [], sd
    # Constant answers lose nothing.
    far &= sd > np.sqrt(CONSTANT) * size
    share = np.where(far, sd / np.where(far, size, 1.0), 1.0)
    return [item for k, item in enumerate(moments.items) if far[..., k].any()], share


def refuse_far(moments: Moments, equal: Sequence[str]) -> None:
    """Refuse equal intercepts of items so far from zero that what is left of their means cannot be compared."""
    if "intercepts" in equal and (items := _far(moments)[0]):
        raise DataError(
            f"The answers to {listed(items)} lie so far from zero that too few digits of their differences are left "
            "for equal intercepts; subtract a constant from them first."
        )


def _lost_digits(moments: Moments) -> tuple[Sentence, ...]:
    """A warning of items whose answers lie so far from zero that a float has lost digits of their deviations."""
    items, share = _far(moments)
    if not items:
        return ()
    digits = max(int(np.log10(share.min() / np.finfo(np.float64).eps)), 0)
    return (sentence("rows.lost_digits", items=items, digits=digits),)


def _random(predictors: Sequence[str]) -> str:
    """The statements that make observed predictors random: all their variances and covariances."""
    return "; ".join(f"{name} ~~ {' + '.join(predictors[k:])}" for k, name in enumerate(predictors))


def error_warnings(estimator: Estimator, *, ordered: bool = False) -> tuple[Sentence, ...]:
    """A warning of an estimator whose plain standard errors hold for no distribution of the answers."""
    instead = {"ULS": "ULSM", "DWLS": "WLSM"}.get(estimator)
    if instead is None:
        return ()
    if ordered:
        instead += "V"
    return (sentence("fit.errors_of_no_distribution", estimator=estimator, instead=instead),)
