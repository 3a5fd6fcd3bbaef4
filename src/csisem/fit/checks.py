"""What is refused before estimation, and what is said about the rows; one sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from csisem.errors import DataError, ModelError, OptionError, listed
from csisem.model.parameters import ParameterTable
from csisem.moments.moments import Moments
from csisem.options import Engine, Equality, Estimator, Information, Likelihood, Missing, PlannedEstimator, validate

if TYPE_CHECKING:
    from csisem.model.specification import Model
    from csisem.survey.survey import Survey

FloatArray = NDArray[np.float64]

# An item's variance below this share of its squared mean is rounding, not answers.
_CONSTANT = 1e-20
# Smallest eigenvalue of the correlations at which the items are called linearly dependent.
_SINGULAR = 1e-10


def check_options(
    model: Model,
    estimator: Estimator,
    ordered: Sequence[str] | None,
    missing: Missing | Literal["fiml"],
    by: Sequence[str],
    equal: Sequence[str],
    design: object,
    likelihood: Likelihood,
    information: Information | None,
    auxiliary: Sequence[str],
    scheme: str,
    engine: Engine,
) -> None:
    """Refuse options that do not exist or that the estimator does not use.

    Raises
    ------
    OptionError, ModelError
        One sentence.
    """
    if estimator in get_args(PlannedEstimator):
        if estimator.startswith("PLS"):
            check_composite(model)
        raise OptionError(f"estimator={estimator!r} comes with a later release; this one estimates by 'ML'.")
    validate("estimator", estimator, Estimator)
    validate("likelihood", likelihood, Likelihood)
    validate("engine", engine, Engine)
    if missing == "fiml":
        raise OptionError(
            "missing='fiml' comes with a later release; this one leaves incomplete rows out ('listwise')."
        )
    validate("missing", missing, Missing)
    if information is not None:
        validate("information", information, Information)
    for kind in equal:
        validate("equal", kind, Equality)
    if equal and not by:
        raise OptionError("equal= holds parameters equal over groups; give groups= too.")
    if ordered:
        raise OptionError("ordered= is used by WLSMV; estimator='ML' treats answers as numbers.")
    if auxiliary:
        raise OptionError("auxiliary= is used with missing='fiml'; estimator='ML' with listwise deletion ignores it.")
    if scheme != "path":
        raise OptionError(f"scheme={scheme!r} is used by PLS; estimator='ML' has no inner scheme.")
    if design is not None and design is not False:
        raise OptionError(
            "design= takes None (the survey's own) or False here; other designs come with a later release."
        )
    formed = [construct.name for construct in model.constructs if construct.mode == "B"]
    if formed:
        raise ModelError(f"{formed[0]!r} is formed by its items (mode B, '<~'), which ML cannot estimate: "
                         "make it reflective, or wait for PLS in a later release.")  # fmt: skip
    if engine == "semopy" and by:
        raise OptionError("engine='semopy' fits one group; leave out groups=.")


def check_composite(model: Model) -> None:
    """Refuse models that PLS cannot estimate: an item on two constructs, paths in a circle.

    Raises
    ------
    ModelError
        One sentence.
    """
    owner: dict[str, str] = {}
    for construct in model.constructs:
        for item in construct.items:
            if item in owner:
                raise ModelError(f"The item {item!r} stands on both {owner[item]!r} and {construct.name!r}; "
                                 "PLS needs every item on one construct.")  # fmt: skip
            owner[item] = construct.name
    waiting: dict[str, set[str]] = {}
    for relation in model.relations:
        if relation.op == "~":
            waiting.setdefault(relation.lhs, set()).add(relation.rhs)
    while waiting:
        ready = [name for name, sources in waiting.items() if not sources & waiting.keys()]
        if not ready:
            raise ModelError(f"The paths among {listed(waiting)} run in a circle; PLS needs paths without a circle.")
        for name in ready:
            del waiting[name]


def check_moments(moments: Moments, table: ParameterTable) -> None:
    """Refuse moments that no model could be fitted to.

    Raises
    ------
    DataError
        A group is empty or too small, an item is constant, items are linearly dependent, or there are fewer rows than
        free parameters.
    """
    items = moments.items
    groups = [f" in group {label!s}" for label in table.groups] or [""]
    n = moments.n.reshape(-1)
    p = len(items)
    cov, mean = moments.cov.reshape(-1, p, p), moments.mean.reshape(-1, p)
    if table.meanstructure and np.isnan(mean).any():
        raise DataError("The model has intercepts, but the table of moments gives no means; give mean=.")
    for group, where in enumerate(groups):
        if n[group] < 2:
            raise DataError(f"There {'is 1 complete row' if n[group] == 1 else 'are no complete rows'}{where}; "
                            "a fit needs more.")  # fmt: skip
        variances = np.diagonal(cov[group])
        level = np.where(np.isnan(mean[group]), 0.0, mean[group])
        constant = variances <= _CONSTANT * np.maximum(level**2, 1e-300)
        if constant.any():
            names = [item for item, flat in zip(items, constant, strict=True) if flat]
            many = len(names) > 1
            raise DataError(f"The item{'s' * many} {listed(names)} {'have' if many else 'has'} the same answer in all "
                            f"{n[group]} complete rows{where}; leave {'them' if many else 'it'} out.")  # fmt: skip
        needed = _parameters_in(table, group)
        if n[group] < needed:
            raise DataError(f"There are {n[group]} complete rows{where} for {needed} free parameters; "
                            "a fit needs at least as many rows as parameters.")  # fmt: skip
        _check_dependence(cov[group], items, int(n[group]), where)


def _parameters_in(table: ParameterTable, group: int) -> int:
    rows = [r for r, row in enumerate(table.rows) if row.group == group]
    return int((np.abs(table.map[rows]).sum(axis=0) > 0).sum())


def _check_dependence(cov: FloatArray, items: Sequence[str], n: int, where: str) -> None:
    sd = np.sqrt(np.diagonal(cov))
    correlation = cov / np.outer(sd, sd)
    try:
        np.linalg.cholesky(correlation - _SINGULAR * np.eye(len(items)))
    except np.linalg.LinAlgError:
        pass
    else:
        return
    if n <= len(items):
        raise DataError(f"The covariance matrix{where} is singular: {n} complete rows cannot determine "
                        f"{len(items)} items.")  # fmt: skip
    weight = np.abs(np.linalg.eigh(correlation)[1][:, 0])
    names = [items[i] for i in np.argsort(-weight) if weight[i] > 0.1 * weight.max()]
    raise DataError(f"The covariance matrix{where} is singular: {listed(names)} are linearly dependent "
                    "(one is a sum or a copy of the others); leave one out.")  # fmt: skip


def row_warnings(moments: Moments) -> tuple[str, ...]:
    """Sentences about rows that did not enter as they were."""
    said = []
    used = int(moments.n.sum())
    if moments.dropped:
        total = used + moments.dropped + moments.ungrouped
        said.append(f"{moments.dropped} of {total} rows were left out because an answer is missing (listwise); "
                    f"{used} were used.")  # fmt: skip
    if moments.ungrouped:
        said.append(f"{moments.ungrouped} rows were left out because their group is missing.")
    if moments.zero_weight:
        said.append(f"{moments.zero_weight} of the {used} rows have weight zero.")
    return tuple(said)


def design_warnings(survey: Survey | None, design: object) -> tuple[str, ...]:
    """Sentences about what the survey's design did and did not do to this fit."""
    if survey is None or not survey.design:
        return ()
    if design is False:
        return ("The survey's design was ignored (design=False).",)
    ignored = [
        name
        for name, columns in (
            ("strata", survey.design.strata),
            ("clusters", survey.design.clusters),
            ("fpc", survey.design.fpc),
            ("replicate weights", survey.design.replicate_weights),
        )
        if columns
    ]
    said = []
    if survey.design.weights:
        said.append("Estimates use the sampling weights; ML's errors and chi-square take the weighted rows for a simple "
                    "random sample.")  # fmt: skip
    if ignored:
        said.append(f"The survey's {', '.join(ignored)} do not enter ML's errors, which may be too small.")
    return tuple(said)
