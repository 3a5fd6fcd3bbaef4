"""Measurement invariance: fits with more and more equal over groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

import numpy as np

from csisem.display.page import Page
from csisem.display.sentences import Sentence
from csisem.errors import DataError, ModelError, OptionError, listed, shown, untold
from csisem.fit.comparison.compare import tested
from csisem.fit.comparison.equality_tests import release_tests
from csisem.fit.comparison.invariance_levels import levels_of, request
from csisem.fit.comparison.invariance_verdict import comparable, freed_kinds, verdict
from csisem.fit.comparison.latent_means import mean_differences
from csisem.fit.comparison.scaled_difference import method_for
from csisem.fit.covariance.covariance_fit import CovarianceFit, as_covariance
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.option_checks import check_share, names_of
from csisem.options import (
    Bounds,
    Comparable,
    CompositeEstimator,
    Estimator,
    InvarianceLevel,
    Missing,
    Parameterization,
    validate,
)
from csisem.specification.ordered_names import ordered_names
from csisem.specification.specification import Specification
from csisem.specification.syntax.relation import Relation

if TYPE_CHECKING:
    import pandas as pd

    from csisem.models.model import Model

# Chen (2007): the fall of CFI and the rises of RMSEA and SRMR from which a level is rejected; SRMR by loadings has a
# limit of its own. Those of samples of up to 300 rows are smaller.
_LARGE, _SMALL, _FEW = (0.010, 0.015, 0.030, 0.010), (0.005, 0.010, 0.025, 0.005), 300
WITHOUT_TEST: tuple[Estimator, ...] = ("ULS", "DWLS", "SAM")
"""Estimators without a test of a difference, by which no level can be judged."""
# Chi-squares of one model in two parameterisations differ by less: gradients end below 1e-10.
_ROUNDED = 1e-6


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Invariance(Page):
    """What may be taken to be equal over groups.

    Attributes
    ----------
    model
        The model.
    groups
        Columns of the groups.
    supported
        The highest level that is supported, with all before it; None if not even the first is.
    comparable
        What of the groups can be compared, each with those before it: ``"nothing"``, ``"paths"``, ``"means"`` of the
        constructs or ``"indices"``; `cs.csi` takes this result as ``invariance=``.
    table
        A row for each level: ``level, df, chisq, pvalue, cfi, rmsea, srmr``, then the difference test to the level
        before, ``chisq_diff, df_diff, pvalue_diff``, and ``cfi_change, rmsea_change, srmr_change, supported``. Robust
        estimators have scaled tests, and robust CFI and RMSEA (scaled for ordered items). Where a level has the degrees
        of freedom of the one before, the models are the same and there is no test.
    release
        Equalities to release first: ``level, lhs, op, rhs, group, mi, epc``, the largest fall of chi-square first in
        each level; of each level those that it adds, markers among the loadings. ``epc`` is by how much the group's
        value would differ.
    means
        Means of the constructs less those of the first group, under the highest supported level with equal intercepts:
        ``level, construct, group, difference, se, pvalue, ci_lower, ci_upper``. Empty if there is none.
    notes
        The verdict, and what to know before it is used.
    fits
        The fit of each level, by its name.
    """

    model: Model = field(repr=False)
    groups: tuple[str, ...]
    supported: str | None
    comparable: Comparable
    table: pd.DataFrame
    release: pd.DataFrame
    means: pd.DataFrame
    notes: tuple[Sentence, ...]
    fits: Mapping[str, CovarianceFit] = field(repr=False)


def invariance(
    model: Model,
    data: object,
    *,
    groups: str | Sequence[str],
    levels: Sequence[InvarianceLevel] | None = None,
    release: Sequence[str] = (),
    estimator: Estimator = "ML",
    ordered: Sequence[str] | bool | None = None,
    parameterization: Parameterization | None = None,
    missing: Missing = "listwise",
    design: object = None,
    bounds: Bounds | bool | None = None,
    std_lv: bool = False,
    orthogonal: bool = False,
    level: float = 0.95,
) -> Invariance:
    """Fit a model with more and more equal over groups, and say how far the groups can be compared.

    Parameters
    ----------
    model
        A model of constructs; paths may be part of it.
    data
        A `Survey`, a data frame or a path.
    groups
        Columns of the groups.
    levels
        Of ``"configural"`` (nothing equal; always fitted), ``"thresholds"`` (of ordered items), ``"metric"``
        (loadings), ``"scalar"`` (and intercepts), ``"strict"`` (and residual variances) and ``"means"`` (and means of
        the constructs). None: all that there are but the means.
    release
        Relations that stay free in all levels, as in `Model.fit`: partial invariance.
    estimator, ordered, missing, design, bounds, std_lv, orthogonal
        As in `Model.fit`; not PLS. With ``std_lv`` the unit variances are free after the first group from equal
        loadings on, which gives the same chi-squares.
    parameterization
        As in `Model.fit`; None: ``"theta"`` for ordered items, since ``"delta"`` has no residual variances that could
        be equal.
    level
        Confidence level of the intervals of mean differences.

    Returns
    -------
    Invariance
        ``table``, ``supported``, ``release``, ``means``, ``fits`` and the verdict in ``notes``.

    Raises
    ------
    OptionError
        If a level is unknown, given twice or out of order, or is not one of the items' kind, ``groups`` is empty, or
        the estimator is PLS, SAM, ULS or DWLS, which have no such tests.
    DataError, ModelError
        If there is one group only, the model has no constructs, and as in `Model.fit`.

    See Also
    --------
    compare : Difference tests of any nested fits.
    micom : Invariance of composites, for PLS.

    Notes
    -----
    A level is supported if, from the level before, CFI falls by less than .010 and RMSEA rises by less than .015 or
    SRMR by less than .030 (``"metric"``) or .010; for up to 300 rows .005, .010, .025 and .005. The limits are those of
    Chen (2007, Structural Equation Modeling 14, 464-504), where RMSEA and SRMR supplement CFI; here each of the two
    conditions alone rejects. The first level is supported if its fit is admissible. Difference tests find any
    difference in large samples, and are shown. Score tests are those of the plain chi-square.

    What equality fixes is tested as what it ties: the loading of a marker, which is 1 in all groups, and a mean that is
    0 in all (the same tests as with another marker). A released marker is 1 in the first group and free in the others.

    Where constructs measure a construct, their intercepts belong to the intercepts that are equal: they are 0 in all
    groups, and only means of constructs that measure no other are free (Chen, Sousa and West 2005, Structural Equation
    Modeling 12, 471-492). Differences of the first-order means then come from the second order; release
    ``"Dimension ~1"`` where one has a difference of its own.

    Means and indices of groups can be compared if loadings and intercepts are equal (scalar); covariances and paths
    if loadings are (metric) (Meredith 1993, Psychometrika 58, 525-543). Answers to ordered items depend on residual
    variances too, and so do their indices (strict).

    The unit of a construct whose variance is fixed (``F ~~ 1*F``) is carried to later groups by equal loadings, which
    leave its variance free there, so that every identification has the same chi-squares.

    Ordered items are identified at each level by what it holds equal (Wu and Estabrook 2016, Psychometrika 81,
    1014-1045), thresholds first; every later level includes them. Equal thresholds of two or three answers are no
    restriction. With two answers, equal loadings can only be tested together with equal residual variances, which are
    then 1 in all groups from the second level on. CFI and RMSEA are the scaled ones, which see thresholds and means as
    well, and both must keep their limits, since SRMR does not see them. The limits were found for maximum likelihood
    with numeric items, and are no more than a convention for ordered ones: read the difference tests too.

    Examples
    --------
    >>> syntax = "Quality =~ q1 + q2 + q3; Satisfaction =~ s1 + s2 + s3; Satisfaction ~ Quality"
    >>> model = cs.Model.from_syntax(syntax)
    >>> found = cs.invariance(model, cs.datasets.retail_survey(), groups="firm", estimator="MLR")
    >>> found.supported
    'strict'
    >>> found.table[["level", "df", "cfi", "rmsea", "pvalue_diff", "cfi_change"]].round(3)
            level    df  cfi  rmsea  pvalue_diff  cfi_change
    0  configural  24.0  1.0    0.0          NaN         NaN
    1      metric  32.0  1.0    0.0        0.400         0.0
    2      scalar  40.0  1.0    0.0        0.594         0.0
    3      strict  52.0  1.0    0.0        0.785         0.0
    """
    freed = names_of("release", release)
    by = _checked(model, groups, estimator := validate("estimator", estimator, Estimator), level)
    named = ordered_names(model.roles, data, estimator, ordered)
    responses = bool(named)
    chosen: Parameterization = "theta" if responses else "delta"
    if parameterization is not None:
        chosen = validate("parameterization", parameterization, Parameterization)
    claims = levels_of(levels, chosen, ordered=responses)
    posed = _with_dimensions(model, freed)
    fits: dict[str, CovarianceFit] = {}

    def fitted(of: Model, equal: tuple[str, ...], released: tuple[str, ...]) -> CovarianceFit:
        fit = of.fit(data, estimator, ordered=named, parameterization=chosen, groups=by, equal=equal,
                     release=released, missing=missing, design=design, bounds=bounds, std_lv=std_lv,
                     orthogonal=orthogonal)  # fmt: skip
        return as_covariance(fit, "Invariance")

    for name, claimed in claims.items():
        if not claimed:
            fits[name] = fitted(posed, (), ())
            if len(fits[name].groups) < 2:
                raise DataError(f"The data have one group of {listed(by)} only; invariance compares two or more.")
            continue
        asked = request(posed, claimed, freed, fits["configural"].solution.table)
        fits[name] = fitted(asked.model, asked.equal, asked.release)
    table = _table(fits)
    supported = _supported(table)
    tests = release_tests(fits, claims)
    notes = verdict(by, freed, table, supported, tests, fits, claims)
    held = {} if supported is None else freed_kinds(freed, fits[supported].solution.table, claims[supported])
    allowed = comparable(supported, claims, held, ordered=responses)
    return Invariance(model, by, supported, allowed, table, tests, _means(fits, table, level), notes, fits)


def _checked(model: object, groups: str | Sequence[str], estimator: Estimator, level: float) -> tuple[str, ...]:
    """The columns of the groups; refuse what has no invariance of factors."""
    if not isinstance(model, Specification):
        raise OptionError(f"model= must be a Model; got {shown(model)}.")
    if estimator in get_args(CompositeEstimator):
        raise OptionError(f"estimator={estimator!r} has no invariance of factors; cs.micom tests composites.")
    if estimator in WITHOUT_TEST:
        raise OptionError(f"estimator={estimator!r} has no test of a difference; use 'ML', 'MLR' or 'GLS', or 'WLSMV' "
                          "for ordered items.")  # fmt: skip
    check_share("level", level)
    by = names_of("groups", groups)
    if not by:
        raise OptionError("groups= names no column.")
    if not model.constructs:
        raise ModelError("The model has no constructs, whose measurement could be the same in all groups.")
    return by


def _with_dimensions(model: Model, freed: tuple[str, ...]) -> Model:
    """The model with intercepts of 0 of the constructs that measure others, except where one is ``freed``.

    Such an intercept is that of an indicator, and equal intercepts are 0 in all groups. In `Model.fit`, as in lavaan,
    equal intercepts of the items free those of all constructs, which only a model with other restrictions identifies.
    """
    written = {relation.lhs for relation in model.relations if relation.op == "~1"}
    known = written | {name.split("~")[0].strip() for name in freed if "".join(name.split()).endswith("~1")}
    zero = [Relation(name, "~1", "", fixed=(0.0,)) for name in model.roles.dimensions if name not in known]
    return model.with_relations(zero) if zero else model


def _table(fits: Mapping[str, CovarianceFit]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    before: tuple[str, CovarianceSolution] | None = None
    last: dict[str, float] = {}
    for name, fit in fits.items():
        row = _measured(fit) if fit.status.usable else dict.fromkeys(_MEASURES, np.nan)
        row |= dict.fromkeys(("chisq_diff", "df_diff", "pvalue_diff"), np.nan)
        if before and fit.status.usable and _same(row, last):
            # Equal thresholds of few answers are no restriction.
            row["df_diff"] = 0.0
        elif before and fit.status.usable:
            # What is inadmissible is said in the notes, by level.
            with untold():
                test = tested(before, (name, fit.solution), method_for(fit.estimator, None))
            row |= {"chisq_diff": test.chisq, "df_diff": float(test.df), "pvalue_diff": test.pvalue}
        for measure in ("cfi", "rmsea", "srmr"):
            row[f"{measure}_change"] = row[measure] - last[measure] if last else np.nan
        row["supported"] = fit.status.usable and _holds(fit, name, row) if last else bool(fit.status)
        rows.append({"level": name} | row)
        if fit.status.usable:
            before, last = (name, fit.solution), row
    return pd.DataFrame(rows)


def _same(row: Mapping[str, float], last: Mapping[str, float]) -> bool:
    """Whether two levels are one model, by degrees of freedom and chi-square."""
    return row["df"] == last["df"] and abs(row["chisq"] - last["chisq"]) <= _ROUNDED * (1 + last["chisq"])


_MEASURES = ("df", "chisq", "pvalue", "cfi", "rmsea", "srmr")


def _measured(fit: CovarianceFit) -> dict[str, float]:
    """Fit measures of a level: scaled tests and robust CFI and RMSEA where there are such.

    Those of ordered items are scaled: robust ones are of correlations, which tell nothing of thresholds and means.
    """
    found = fit.fit_measures()
    kind = "robust" if fit.solution.table.ordered is None else "scaled"
    names = {"df": "df", "chisq": "chisq.scaled", "pvalue": "pvalue.scaled", "cfi": f"cfi.{kind}",
             "rmsea": f"rmsea.{kind}", "srmr": "srmr"}  # fmt: skip
    return {
        short: float(found[name] if name in found and not np.isnan(found[name]) else found[short])
        for short, name in names.items()
    }


def _holds(fit: CovarianceFit, name: str, row: Mapping[str, float]) -> bool:
    cfi, rmsea, loadings, others = _SMALL if fit.n <= _FEW else _LARGE
    srmr = loadings if name == "metric" else others
    # SRMR of ordered items is of correlations alone.
    fits = fit.solution.table.ordered is None and row["srmr_change"] < srmr
    return row["cfi_change"] > -cfi and (row["rmsea_change"] < rmsea or fits)


def _supported(table: pd.DataFrame) -> str | None:
    supported = None
    for name, holds in zip(table["level"], table["supported"], strict=True):
        if not holds:
            break
        supported = str(name)
    return supported


def _means(fits: Mapping[str, CovarianceFit], table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Differences of the constructs' means under the highest supported level that has them."""
    import pandas as pd

    held = set(table["level"][table["supported"].cummin()])
    name = next((name for name in ("strict", "scalar") if name in held), None)
    if name is None:
        columns = ["level", "construct", "group", "difference", "se", "pvalue", "ci_lower", "ci_upper"]
        return pd.DataFrame(columns=columns)
    return mean_differences(name, fits[name], level)
