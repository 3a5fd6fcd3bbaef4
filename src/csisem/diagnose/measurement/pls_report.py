"""Outer and inner model of PLS path models, and cross-loadings."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.composite.estimate import Estimates
from csisem.composite.measurement_assessment import average_variance, outer_inflation, redundancy, score_reliability
from csisem.composite.plan import Outer
from csisem.composite.structural_model import adjusted, effect_sizes, inflation
from csisem.display.sentences import Sentence, sentence
from csisem.fit.bootstrap.bootstrap_result import Bootstrap, replicates_of
from csisem.fit.bootstrap.composite_replicates import CompositeReplicates
from csisem.fit.fit import Fit, solution_of
from csisem.fit.frames import rows_with
from csisem.fit.pls.composite_fit import CompositeFit, as_composite
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.fit.pls.standard_errors import errors_of
from csisem.fit.status import warn_inadmissible
from csisem.moments.correlations import correlations_of
from csisem.option_checks import check_share, interval_kind
from csisem.options import IntervalKind

_ERRORS = {
    "normal theory": "measurement.errors.normal_theory",
    "sandwich": "measurement.errors.sandwich",
    "design": "measurement.errors.design",
    "replicates": "measurement.errors.replicates",
}


def outer_model(fit: Fit) -> pd.DataFrame:
    """Weights, loadings and collinearity of the indicators of a PLS path model.

    Parameters
    ----------
    fit
        A usable fit by PLS or PLSc.

    Returns
    -------
    DataFrame
        ``construct indicator mode weight loading communality redundancy vif``, with ``group`` first for a fit by group.

        Indicators are items, or the dimensions of a higher-order construct. A higher-order construct by repeated
        indicators has weights of its items and loadings of its dimensions; the other column is nan. Communality is the
        squared loading; redundancy is communality times R2 of the construct (Lohmoeller 1989; nan of an exogenous
        construct). ``vif`` is the variance inflation factor of an indicator among those of its construct, which matters
        to weights of mode B; nan where these are linearly dependent, as with fewer rows than indicators, and of
        products of items.

    Raises
    ------
    UnusableFitError
        If the weights did not converge.
    OptionError
        If the fit is not by PLS.

    See Also
    --------
    inner_model : Paths between the constructs.
    inner_summary : One row for each construct.
    cross_loadings : Correlations of items with all constructs.
    reliability : Reliability of the constructs.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> fit = cs.datasets.retail_survey_model().fit(survey, "PLS")
    >>> columns = ["indicator", "mode", "weight", "loading", "communality", "vif"]
    >>> cs.diagnose.outer_model(fit)[columns].head(3).round(2)
      indicator mode  weight  loading  communality   vif
    0        e1    A    0.44     0.84         0.71  1.57
    1        e2    A    0.47     0.84         0.71  1.52
    2        e3    A    0.33     0.69         0.48  1.25
    """
    own = _ready(fit, "The outer model")
    plan, found = own.plan, own.found

    def part(outer: Outer, shown: IntArray, **columns: FloatArray) -> pd.DataFrame:
        """Some columns of the indicators that are reported."""
        names = {
            "group": _labels(own, len(shown)),
            "construct": [plan.constructs[j] for j in outer.owner[shown]] * own.table.n_groups,
            "indicator": [plan.child_names[child] for child in outer.child[shown]] * own.table.n_groups,
        }
        values = {name: column[:, shown].ravel() for name, column in columns.items()}
        return pd.DataFrame(names | values).set_index(list(names))

    weights = part(plan.weighed, own.layout.weighed, weight=found.outer_weights, vif=_outer_vif(own))
    explained = redundancy(plan, found.loadings, found.r_squared)
    loadings = part(plan.loaded, own.layout.loaded, loading=found.loadings, communality=found.loadings**2,
                    redundancy=explained)  # fmt: skip
    every = loadings.index.append(weights.index.difference(loadings.index, sort=False))
    frame = loadings.reindex(every).join(weights).reset_index()
    modes = dict(zip(plan.constructs, plan.modes, strict=True))
    frame["mode"] = [modes[name] for name in frame["construct"]]
    # An indicator with only a weight is put beside the loadings of its construct.
    place = {name: j for j, name in enumerate(plan.constructs)}
    group = {label: g for g, label in enumerate(_labels(own, 1))}
    order = np.lexsort((frame["construct"].map(place), frame["group"].map(group)))
    columns = ["group", "construct", "indicator", "mode", "weight", "loading", "communality", "redundancy", "vif"]
    frame = frame.loc[order, columns].reset_index(drop=True)
    return _grouped(frame, own.groups)


def _outer_vif(solution: CompositeSolution) -> FloatArray:
    """Variance inflation factors (G, E) of indicators among those of their construct; nan of products of items."""
    plan = solution.plan
    items = len(plan.items)
    among = correlations_of(solution.sample_cov)
    eye = np.broadcast_to(np.eye(items), among.shape)
    of_items = np.concatenate([eye, solution.found.weights[:, :items]], axis=-1)
    child = plan.weighed.child
    base = child < plan.width
    product = base & (child >= items)
    places = np.where(product, 0, np.where(base, child, child - plan.width + items))
    indicators = of_items[..., places]
    joint = np.swapaxes(indicators, -1, -2) @ among @ indicators
    blocks = tuple(b for b in plan.weighed.blocks if not product[b].any())
    factors = outer_inflation(blocks, joint)
    factors[:, product] = np.nan
    return factors


def inner_model(
    fit: Fit, *, bootstrap: Bootstrap | None = None, interval: IntervalKind | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Path coefficients and effect sizes of a PLS path model.

    Parameters
    ----------
    fit
        A usable fit by PLS or PLSc.
    bootstrap
        Replicates of the fit. Standard errors and intervals are then computed from them, and f2 has an interval too.
    interval
        Kind of the bootstrap intervals: ``"percentile"`` (the default), ``"bca"`` or ``"normal"``.
    level
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        ``target source est se ci_lower ci_upper f2 f2_se vif``, with ``group`` first for a fit by group, and
        ``se_robust f2_se_robust f2_ci_lower f2_ci_upper`` with a bootstrap. ``est`` is the path. ``f2`` is the loss of
        R2 without the source over 1 - R2 (Cohen 1988: .02 small, .15 medium, .35 large), ``vif`` the variance inflation
        factor of the source among the predecessors of the target. ``.attrs["method"]`` names the method of the standard
        errors.

    Raises
    ------
    UnusableFitError
        If the weights did not converge.
    DataError
        If the standard errors need rows, and the fit no longer holds any.
    OptionError
        If the fit is not by PLS, ``bootstrap`` does not belong to it, or an option is invalid.

    See Also
    --------
    inner_summary : R2 and other figures of each construct.
    csisem.effects : Direct, indirect and total effects.

    Notes
    -----
    The linearised standard error of f2 is 0 where a path is 0, since f2 has its minimum there. An interval from it
    would be too narrow, so f2 has one only from a bootstrap.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> fit = cs.datasets.retail_survey_model().fit(survey, "PLS")
    >>> cs.diagnose.inner_model(fit).head(3).round(2)
        target       source   est    se  ci_lower  ci_upper    f2  f2_se   vif
    0  Quality  Expectation  0.40  0.03      0.35      0.45  0.19   0.03  1.00
    1    Value  Expectation  0.12  0.03      0.07      0.18  0.02   0.01  1.19
    2    Value      Quality  0.53  0.02      0.49      0.58  0.37   0.04  1.19
    """
    kind = interval_kind(interval, bootstrap)
    check_share("level", level)
    own = _ready(fit, "The inner model")
    plan, found, target, source = own.plan, own.found, own.layout.target, own.layout.source

    def sizes(of: Estimates, _mean: FloatArray, _cov: FloatArray) -> FloatArray:
        return effect_sizes(plan.predecessors, of.correlations)[..., target, source]

    def both(of: Estimates, mean: FloatArray, cov: FloatArray) -> FloatArray:
        return np.concatenate([of.paths[..., target, source], sizes(of, mean, cov)], axis=-1)

    drawn = None if bootstrap is None else replicates_of(own, bootstrap)
    columns: dict[str, object] = {
        "group": _labels(own, len(target)),
        "target": [plan.constructs[j] for j in target] * own.table.n_groups,
        "source": [plan.constructs[j] for j in source] * own.table.n_groups,
        "est": found.paths[:, target, source].ravel(),
    }
    f2, notes = {"f2": own.evaluate(sizes).ravel()}, list[Sentence]()
    if isinstance(drawn, CompositeReplicates):
        ends = drawn.interval_of(both, kind, level)
        figures = {"se": ends.se, "se_robust": ends.robust, "ci_lower": ends.lower, "ci_upper": ends.upper}
        columns |= {name: values[:, : len(target)].ravel() for name, values in figures.items()}
        columns |= f2 | {f"f2_{name}": values[:, len(target) :].ravel() for name, values in figures.items()}
        names = [f"{plan.constructs[j]} ~ {plan.constructs[k]}" for j, k in zip(target, source, strict=True)]
        shown = [f"{what}{name}{f' [{label}]' if own.groups else ''}" for label in own.groups or (1,)
                 for what in ("", "f2 of ") for name in names]  # fmt: skip
        method, notes = drawn.described(kind), [*drawn.notes, *drawn.gaps(ends, shown)]
    else:
        paths = rows_with(fit.intervals(level=level), "~")
        columns |= {name: paths[name].to_numpy() for name in ("se", "ci_lower", "ci_upper")}
        columns |= f2 | {"f2_se": np.sqrt(np.diagonal(errors_of(own, sizes).vcov))}
        errors = sentence(_ERRORS[own.settings.errors])
        method = sentence("measurement.effect_sizes", estimator=own.estimator, errors=errors)
    columns["vif"] = inflation(plan.predecessors, found.correlations)[:, target, source].ravel()
    frame = _grouped(pd.DataFrame(columns), own.groups)
    frame.attrs = {"method": method, "notes": notes}
    return frame


def inner_summary(fit: Fit) -> pd.DataFrame:
    """R2, communality and reliability of each construct of a PLS path model.

    Parameters
    ----------
    fit
        A usable fit by PLS or PLSc.

    Returns
    -------
    DataFrame
        ``construct kind mode indicators communality redundancy rho_a r2 r2_adjusted``, with ``group`` first for a fit
        by group. Communality and redundancy are means over the indicators (communality of reflective constructs is the
        average variance extracted, Fornell and Larcker 1981), ``rho_a`` is Dijkstra and Henseler's (2015) reliability
        of a score of mode A, ``r2_adjusted`` is Wherry's (1931); nan where a figure does not exist.

    Raises
    ------
    UnusableFitError
        If the weights did not converge.
    OptionError
        If the fit is not by PLS.

    See Also
    --------
    inner_model : Paths between the constructs.
    outer_model : Indicators of the constructs.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> fit = cs.datasets.retail_survey_model().fit(survey, "PLS")
    >>> table = cs.diagnose.inner_summary(fit)
    >>> table[["construct", "communality", "redundancy", "rho_a", "r2"]].head(4).round(2)
          construct  communality  redundancy  rho_a    r2
    0   Expectation         0.63         NaN   0.74   NaN
    1       Quality         0.61        0.10   0.85  0.16
    2         Value         0.82        0.29   0.78  0.35
    3  Satisfaction         0.72        0.41   0.81  0.57
    """
    own = _ready(fit, "The summary")
    plan, found, groups = own.plan, own.found, own.table.n_groups
    terms = set(plan.terms.tolist())
    count = len(plan.constructs)
    communality = average_variance(plan.loaded, found.loadings)
    kinds = ["endogenous" if len(sources) else "exogenous" for sources in plan.predecessors]
    frame = pd.DataFrame(
        {
            "group": _labels(own, count),
            "construct": list(plan.constructs) * groups,
            "kind": ["interaction" if j in terms else kind for j, kind in enumerate(kinds)] * groups,
            "mode": list(plan.modes) * groups,
            "indicators": [block.stop - block.start for block in plan.loaded.blocks] * groups,
            "communality": communality.ravel(),
            "redundancy": (communality * found.r_squared).ravel(),
            "rho_a": score_reliability(plan, found).ravel(),
            "r2": found.r_squared.ravel(),
            "r2_adjusted": adjusted(found.r_squared, plan.predecessors, own.group_size).ravel(),
        }
    )
    return _grouped(frame, own.groups)


def cross_loadings(fit: Fit) -> pd.DataFrame:
    """Correlations of all items with all constructs: an item should have its largest with its own (Chin 1998).

    Parameters
    ----------
    fit
        A usable fit. PLS gives the correlations with the scores; a covariance structure those with the latent variables
        that the model implies (structure coefficients), loadings times correlations of the constructs.

    Returns
    -------
    DataFrame
        Items by constructs, under the group's label for a fit by group.

    Raises
    ------
    UnusableFitError
        If the fit did not converge or is not identified.
    OptionError
        If ``fit`` is not a fit.

    See Also
    --------
    validity : Cross-loadings with HTMT and Fornell and Larcker's criterion.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> fit = cs.datasets.retail_survey_model().fit(survey, "PLS")
    >>> columns = ["Quality", "Value", "Satisfaction", "Loyalty"]
    >>> cs.diagnose.cross_loadings(fit).loc["s1":"s3", columns].round(2)
        Quality  Value  Satisfaction  Loyalty
    s1     0.63   0.56          0.87     0.50
    s2     0.60   0.52          0.84     0.48
    s3     0.58   0.51          0.84     0.49
    """
    solution_of(fit, "Cross-loadings")
    warn_inadmissible(fit.status, "fit.inadmissible.cross_loadings")
    items, names, matrices = item_correlations(fit)
    index: pd.Index[str] | pd.MultiIndex = pd.Index(items)
    if fit.groups:
        index = pd.MultiIndex.from_product([fit.groups, items], names=["group", None])
    return pd.DataFrame(matrices.reshape(-1, len(names)), index=index, columns=names)


def item_correlations(fit: Fit) -> tuple[list[str], list[str], FloatArray]:
    """Items, constructs, and their correlations (G, p, J): with scores under PLS, else with the latent variables."""
    table = fit.solution.table
    names = list(table.latents[: table.shown])
    if isinstance(fit, CompositeFit):
        items = list(fit.solution.plan.items)
        return items, names, fit.solution.found.cross[:, : len(items), : len(names)]
    items = list(table.observed[: table.measured])
    return items, names, _structure_coefficients(fit, items, names)


def _structure_coefficients(fit: Fit, items: Sequence[str], names: Sequence[str]) -> FloatArray:
    """Standardised loadings times correlations of the constructs, (G, p, J)."""
    groups = fit.solution.table.n_groups
    loadings = np.zeros((groups, len(items), len(names)))
    place = {label: g for g, label in enumerate(fit.groups or (1,))}
    rows = fit.loadings
    for group, construct, item, value in zip(rows["group"], rows["lhs"], rows["rhs"], rows["std"], strict=True):
        if item in items:
            loadings[place[group], items.index(item), names.index(construct)] = value
    among = fit.latent_correlations.to_numpy().reshape(groups, len(names), len(names))
    coefficients: FloatArray = loadings @ among
    return coefficients


def _ready(fit: Fit, what: str) -> CompositeSolution:
    own = as_composite(fit, what).solution
    own.require_usable("The report of a path model")
    warn_inadmissible(fit.status, "fit.inadmissible.numbers")
    return own


def _grouped(frame: pd.DataFrame, groups: Sequence[Hashable]) -> pd.DataFrame:
    """The frame, without its column of groups if there are none."""
    return frame if groups else frame.drop(columns="group")


def _labels(solution: CompositeSolution, count: int) -> list[Hashable]:
    """The group of each row of a frame with ``count`` rows a group."""
    return [label for label in solution.groups or (1,) for _ in range(count)]
