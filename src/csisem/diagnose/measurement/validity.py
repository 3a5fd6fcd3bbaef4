"""Discriminant validity: HTMT, HTMT2, Fornell-Larcker criterion and cross-loadings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.composite.discriminant_validity import fornell_larcker, htmt
from csisem.descriptive.complete_rows import Sample, survey_in_force
from csisem.descriptive.moment_statistics import linearised
from csisem.diagnose.measurement.bootstrap_errors import IntervalEnds, interval_ends
from csisem.diagnose.measurement.fit_loadings import Measurement, measurement_of
from csisem.diagnose.measurement.item_blocks import blocks_of
from csisem.diagnose.measurement.reliability import (
    ALL,
    formed,
    group_columns,
    notes_on_blocks,
    refuse_with_fit,
    refuse_without_fit,
    samples_of,
)
from csisem.display.page import Page
from csisem.display.sentences import Sentence, sentence
from csisem.display.table import sentence_column
from csisem.errors import ModelError, listed, tell, untold
from csisem.fit.bootstrap.bootstrap_result import Bootstrap
from csisem.fit.covariance.covariance_fit import OrderedFit
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.fit import Fit
from csisem.fit.pls.composite_fit import CompositeFit
from csisem.fit.pls.standard_errors import errors_of
from csisem.inference.delta import jacobian
from csisem.inference.moment_functions import gradient, normal_theory_variance
from csisem.inference.simultaneous import bonferroni_critical
from csisem.models.model import Model
from csisem.moments.correlations import correlations_of
from csisem.option_checks import check_share, interval_kind, names_of
from csisem.options import IntervalKind
from csisem.specification.construct import Construct
from csisem.survey.undeclared_codes import undeclared_warnings

ALIKE = 0.9
"""HTMT from which two constructs are not distinct (Henseler, Ringle and Sarstedt 2015; 0.85 for unlike concepts)."""
POOR_VARIANCE = 0.5
"""Average variance extracted below which errors explain more of the items than their construct (Fornell, Larcker)."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Validity(Page):
    """Discriminant validity of constructs; frames start with the group's label for a fit by group.

    Attributes
    ----------
    estimator
        Estimator of the fit that loadings and correlations come from.
    n
        Number of rows of the fit.
    pairs
        By pair of constructs: ``correlation``; ``htmt, htmt_ci_lower, htmt_ci_upper`` and ``htmt2`` (with
        ``htmt2_ci_lower, htmt2_ci_upper`` from a bootstrap); ``smaller_root``, the smaller root of the two average
        variances extracted; ``distinct``: whether HTMT is below 0.9 and that root above the absolute correlation;
        ``reasons`` if not.
    fornell_larcker
        Correlations of the constructs, with the roots of the average variances extracted on the diagonal.
    htmt, htmt2
        Ratios, constructs by constructs.
    cross_loadings
        Correlations of items, listed under their own construct, with constructs.
    notes
        Sentences to read first.
    """

    estimator: str
    n: int
    pairs: pd.DataFrame
    fornell_larcker: pd.DataFrame
    htmt: pd.DataFrame
    htmt2: pd.DataFrame
    cross_loadings: pd.DataFrame
    notes: tuple[Sentence, ...] = ()


def validity(
    data: object,
    items: object = None,
    *,
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
    design: object = None,
    bootstrap: Bootstrap | None = None,
    interval: IntervalKind | None = None,
) -> Validity:
    """Discriminant validity: whether constructs are distinct from each other.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path, to which a factor model of all constructs is fitted (MLR, constructs free to
        covary, complete rows); or a fit by maximum likelihood, least squares or PLS.
    items
        A model (whose constructs are used without its paths), a questionnaire, or a mapping from construct to items. A
        fit uses its own model.
    by
        Column(s) whose values, or combinations of values, are groups. A fit uses its own groups.
    level
        Confidence level of HTMT's intervals: the estimate plus or minus a multiple of its standard error. For a fit to
        moments the standard error is by normal theory, otherwise it comes from the rows under the design. With PLS it
        includes incomplete rows, by their influence on the moments; with other estimators, complete rows alone.
    design
        None uses the survey's own design, False none; or another `Design`. A fit uses its own.
    bootstrap
        Replicates of the fit: HTMT's intervals then come from them, and HTMT2 has intervals too.
    interval
        Kind of the bootstrap intervals: ``"percentile"`` (the default), ``"bca"`` or ``"normal"``.

    Returns
    -------
    Validity

    Raises
    ------
    DataError, ScaleError, DesignError, ModelError
        If a column is missing, is text or has answers off its scale, or there are fewer than two constructs.
    UnusableFitError
        If the fit, or the factor model, did not converge or is not identified.
    OptionError
        If ``items``, ``by`` or ``design`` are given with a fit, ``bootstrap`` is given without a fit or belongs to
        another, or an option is invalid.

    See Also
    --------
    reliability : Reliability of the constructs.
    cross_loadings : Correlations of items with constructs alone.
    factors : Exploratory factor analysis.

    Notes
    -----
    Fornell and Larcker (1981, Journal of Marketing Research 18, 39-50); Henseler, Ringle and Sarstedt (2015, Journal of
    the Academy of Marketing Science 43, 115-135); HTMT2: Roemer, Schuberth and Henseler (2021).

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> blocks = {"Quality": ["q1", "q2", "q3"], "Value": ["v1", "v2"], "Loyalty": ["l1", "l2"]}
    >>> found = cs.diagnose.validity(survey, blocks)
    >>> found.pairs[["first", "second", "htmt", "htmt_ci_lower", "htmt_ci_upper", "distinct"]].round(2)
         first   second  htmt  htmt_ci_lower  htmt_ci_upper  distinct
    0  Quality    Value  0.72      0.69       0.76      True
    1  Quality  Loyalty  0.64      0.59       0.70      True
    2    Value  Loyalty  0.54      0.49       0.59      True
    """
    check_share("level", level)
    kind = interval_kind(interval, bootstrap)
    if isinstance(data, Fit):
        refuse_with_fit(items=items, by=by, design=design)
        fit = data
    else:
        refuse_without_fit(bootstrap)
        fit = _factor_model(data, items, names_of("by", by), design)
    own = measurement_of(fit)
    if len(own.blocks) < 2:
        raise ModelError(f"{listed(own.blocks)} is the only construct measured by items; validity needs two or more.")
    drawn = None if bootstrap is None else interval_ends(fit, own, bootstrap, kind, level)
    return _result(fit, own, level, drawn)


def _factor_model(data: object, items: object, by: tuple[str, ...], design: object) -> Fit:
    survey = survey_in_force(data, design)
    blocks = blocks_of(items, survey)
    if len(blocks) < 2:
        raise ModelError("Name two constructs or more, each with its items, to compare them.")
    constructs = [Construct(name, own) for name, own in blocks.items()]
    tell(undeclared_warnings(survey, [item for own in blocks.values() for item in own]))
    with untold():
        # The warning of a sample not drawn at random was issued above.
        return Model(constructs).fit(survey, "MLR", groups=by or None)


def _result(fit: Fit, own: Measurement, level: float, drawn: IntervalEnds | None) -> Validity:
    names = list(own.blocks)
    ratios = htmt(own.correlations, own.places), htmt(own.correlations, own.places, geometric=True)
    table = fornell_larcker(own.ave, own.among)
    ends = _around(fit, own, ratios[0], level) if drawn is None else drawn.pairs
    pairs = _pairs(fit, own, ratios, ends)
    home = _home(own)
    index: pd.Index[str] | pd.MultiIndex = pd.Index(names)
    rows = pd.MultiIndex.from_tuples([(home[item], item) for item in own.items], names=["construct", "item"])
    if fit.groups:
        index = pd.MultiIndex.from_product([fit.groups, names], names=["group", None])
        rows = pd.MultiIndex.from_tuples([(label, *row) for label in fit.groups for row in rows],
                                         names=["group", *rows.names])  # fmt: skip
    criterion, first, second = (pd.DataFrame(values.reshape(-1, len(names)), index, names)
                                for values in (table, *ratios))  # fmt: skip
    cross = pd.DataFrame(own.cross.reshape(-1, len(names)), rows, names)
    notes = [*_notes(fit, own)]
    if drawn is not None:
        notes += [sentence("measurement.intervals", method=drawn.method), *drawn.notes]
    return Validity(fit.estimator, fit.n, pairs, criterion, first, second, cross, tuple(notes))


def _home(own: Measurement) -> dict[str, str]:
    """The construct of each item, the first of several; empty for an item that only occurs on a path."""
    found = dict.fromkeys(own.items, "")
    return found | {item: name for name in reversed(list(own.blocks)) for item in own.blocks[name]}


def _around(fit: Fit, own: Measurement, ratios: FloatArray, level: float) -> dict[str, FloatArray]:
    """Ends (2, G, pairs) of HTMT's intervals, from the ratios (G, J, J) and their standard errors."""
    value = ratios[:, *np.triu_indices(len(own.blocks), 1)]
    if isinstance(fit, CompositeFit) and fit.data is not None:
        half = _composite_widths(fit, own, level).reshape(value.shape)
    elif isinstance(fit, OrderedFit):
        half = _ordered_widths(fit.solution, own, level)
    else:
        samples = samples_of(fit, own.items)
        half = np.stack([_widths(fit, own, g, samples.get(label), level) for g, label in enumerate(fit.groups or ALL)])
    return {"htmt": np.stack([value - half, value + half])}


def _pairs(
    fit: Fit, own: Measurement, ratios: tuple[FloatArray, FloatArray], ends: Mapping[str, FloatArray]
) -> pd.DataFrame:
    names = list(own.blocks)
    places = list(combinations(range(len(names)), 2))
    rows = []
    for g, label in enumerate(fit.groups or ALL):
        for pair, (i, j) in enumerate(places):
            value, r = ratios[0][g, i, j], own.among[g, i, j]
            root = float(np.sqrt(np.fmin(own.ave[g, i], own.ave[g, j])))
            reasons = []
            if value >= ALIKE:
                reasons.append(sentence("measurement.alike", htmt=value))
            if root <= abs(r):
                reasons.append(sentence("measurement.correlated", correlation=r, root=root))
            rows.append(
                group_columns(fit, label)
                | {"first": names[i], "second": names[j], "correlation": r}
                | {column: number for name, ratio in zip(("htmt", "htmt2"), ratios, strict=True)
                   for column, number in [(name, ratio[g, i, j]), *_ends(name, ends, g, pair)]}
                | {"smaller_root": root, "distinct": not reasons,
                   "reasons": sentence("measurement.reasons", reasons=reasons)}
            )  # fmt: skip
    frame = pd.DataFrame(rows)
    frame["reasons"] = sentence_column([row["reasons"] for row in rows])
    return frame


def _ends(name: str, ends: Mapping[str, FloatArray], group: int, pair: int) -> list[tuple[str, float]]:
    """Columns of an interval's ends; empty for a measure without intervals."""
    if name not in ends:
        return []
    return [(f"{name}_ci_{end}", float(ends[name][k, group, pair])) for k, end in enumerate(("lower", "upper"))]


def _ratios(own: Measurement) -> Callable[[FloatArray], FloatArray]:
    """HTMT (..., pairs) of covariances (..., q, q), whose first columns are the items."""
    p, (first, second) = len(own.items), np.triu_indices(len(own.blocks), 1)
    return lambda cov: htmt(correlations_of(cov[..., :p, :p]), own.places)[..., first, second]


def _composite_widths(fit: CompositeFit, own: Measurement, level: float) -> FloatArray:
    """Half the width of HTMT's intervals in all groups of a PLS fit, (G pairs,), by the fit's standard-error method."""
    ratios = _ratios(own)
    errors = errors_of(fit.solution, lambda _found, _mean, cov: ratios(cov))
    return _half(np.diagonal(errors.vcov), errors.degrees, level)


def _ordered_widths(solution: OrderedSolution, own: Measurement, level: float) -> FloatArray:
    """The same of latent responses, (G, pairs), from the covariance of their correlations; nan with predictors."""
    pairs = len(own.blocks) * (len(own.blocks) - 1) // 2
    if solution.first.covariates:
        return np.full((solution.table.n_groups, pairs), np.nan)
    ratios, (row, col) = _ratios(own), solution.objective.vector.products
    found = []
    for g, cov in enumerate(solution.first.cov):

        def moved(products: FloatArray, cov: FloatArray = cov) -> FloatArray:
            whole = np.broadcast_to(cov, (*products.shape[:-1], *cov.shape)).astype(products.dtype)
            whole[..., row, col] = whole[..., col, row] = products
            return ratios(whole)

        slopes = jacobian(moved, cov[row, col])
        gamma = solution.first.gamma[g][-len(row) :, -len(row) :] / solution.group_size[g]
        found.append(_half((slopes @ gamma * slopes).sum(axis=1), solution.degrees, level))
    return np.stack(found)


def _widths(fit: Fit, own: Measurement, group: int, sample: Sample | None, level: float) -> FloatArray:
    """Half the width of HTMT's interval of each pair in a group, from its rows or else from its moments."""
    ratios = _ratios(own)
    if sample is not None:
        found = linearised(sample, lambda _, cov: ratios(cov))
        return _half(np.diagonal(found.covariance), found.degrees if sample.designed else np.inf, level)
    p = len(own.items)
    cov = fit.solution.sample_cov[group][:p, :p]
    slopes = gradient(lambda _, moved: ratios(moved), np.zeros(p), cov)
    variance = normal_theory_variance(slopes, cov, float(fit.solution.group_size[group]))
    return _half(np.diagonal(variance), np.inf, level)


def _half(variance: FloatArray, degrees: float, level: float) -> FloatArray:
    """Half the width of intervals, by t with the design's degrees of freedom; nan without any."""
    return np.asarray(bonferroni_critical(1, level, degrees) * np.sqrt(np.maximum(variance, 0.0)))


def _notes(fit: Fit, own: Measurement) -> tuple[Sentence, ...]:
    notes = [] if fit else [sentence("measurement.inadmissible", reasons=fit.status.reasons)]
    notes += notes_on_blocks(fit, own)
    names = list(own.blocks)
    poor = [name for name, value in zip(names, np.fmin.reduce(own.ave, axis=0), strict=True) if value < POOR_VARIANCE]
    if poor:
        notes.append(sentence("measurement.low_ave", least=POOR_VARIANCE, constructs=poor))
    sizes = np.where(np.isnan(own.cross), -1.0, np.abs(own.cross))
    best, home = sizes.argmax(axis=-1), _home(own)
    astray = {f"{item} ({names[best[g, i]]})": None for g in range(len(best)) for i, item in enumerate(own.items)
              if home[item] not in ("", names[best[g, i]])}  # fmt: skip
    if astray:
        notes.append(sentence("measurement.astray", items=list(astray)))
    if fit.solution.patterns is not None and not isinstance(fit, CompositeFit):
        notes.append(sentence("measurement.htmt_of_complete_rows"))
    if isinstance(fit, CompositeFit) and (regressed := [n for n in own.blocks if formed(fit, n)]):
        notes.append(sentence("measurement.formed", constructs=regressed))
    if isinstance(fit, OrderedFit):
        notes.append(sentence("measurement.polychoric_ratios"))
    if fit.estimator == "PLS":
        notes.append(sentence("measurement.lenient"))
    return tuple(notes)
