"""Whether constructs differ from each other: cross-loadings, Fornell and Larcker's criterion, HTMT and HTMT2."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.composite.discriminant_validity import fornell_larcker, htmt
from csisem.composite.estimate import Estimates
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.measurement.alpha import correlations_of
from csisem.diagnose.measurement.bootstrap_errors import MeasuredDraws, measured_draws
from csisem.diagnose.measurement.fit_loadings import Measured, measured
from csisem.diagnose.measurement.item_blocks import blocks_of
from csisem.diagnose.measurement.reliability import group_columns, refuse_with_fit, refuse_without_fit
from csisem.display.page import Page
from csisem.errors import CsisemWarning, DataError, ModelError, listed
from csisem.fit.fit import Fit
from csisem.fit.pls.composite_fit import CompositeFit
from csisem.fit.pls.standard_errors import errors_of
from csisem.inference.moment_map import gradient, influence, normal_theory_variance
from csisem.inference.simultaneous import bonferroni_critical
from csisem.models.model import Model
from csisem.options import IntervalKind, check_share, names_of, validate
from csisem.specification.construct import Construct
from csisem.survey import as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.fieldwork import warn_unless_random

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.bootstrap.bootstrap_result import Bootstrap


ALIKE = 0.9
"""HTMT from which two constructs are taken for one (Henseler, Ringle and Sarstedt 2015; 0.85 for unlike concepts)."""
POOR_VARIANCE = 0.5
"""Average variance extracted below which items share less with their construct than they keep (Fornell, Larcker)."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Validity(Page):
    """What is one construct's, and what another's too; frames have the group's label first for a fit by group.

    Attributes
    ----------
    estimator
        Of the fit that loadings and correlations come from.
    n
        Rows of the fit.
    pairs
        By pair of constructs: ``correlation``; ``htmt, htmt_low, htmt_high`` and ``htmt2`` (``htmt2_low,
        htmt2_high`` from a bootstrap); ``smaller_root``, the
        smaller root of the two average variances; ``distinct`` (HTMT below 0.9, and that root above the correlation's
        size); ``reasons`` if not.
    fornell_larcker
        Correlations of the constructs, with the roots of the average variances on the diagonal.
    htmt, htmt2
        Constructs by constructs.
    cross_loadings
        Items, under their own construct, by constructs: correlations.
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
    notes: tuple[str, ...] = ()


def validity(
    data: object,
    model: object = None,
    *,
    by: str | Sequence[str] = (),
    level: float = 0.95,
    design: object = None,
    bootstrap: Bootstrap | None = None,
    interval: IntervalKind = "percentile",
) -> Validity:
    """Ask whether constructs are told apart by their items.

    Parameters
    ----------
    data
        A `Survey`, a frame or a path, to which a factor model of all constructs is fitted (MLR, constructs free to
        covary, complete rows); or a fit, by maximum likelihood, least squares or PLS.
    model
        A model (whose constructs are taken without their paths), a questionnaire, or a mapping from construct to items.
        Of a fit it is the fit's own.
    by
        Column(s) whose values are looked at one by one. A fit has its own groups.
    level
        Of HTMT's intervals, estimate plus or minus its error: by normal theory from moments, from the rows under the
        design otherwise; of incomplete rows under PLS by their influence on the moments, else of complete ones alone.
    design
        None takes the survey's own, False ignores it, or another `Design`. A fit has its own.
    bootstrap
        With a fit, its replicates: HTMT's intervals then come from them, and HTMT2 has some.
    interval
        Kind of the bootstrap's intervals: ``"percentile"``, ``"bca"`` or ``"normal"``.

    Returns
    -------
    Validity

    Raises
    ------
    DataError, ScaleError, DesignError, ModelError
        A column is missing, text or off its scale, or there are fewer than two constructs.
    UnusableFitError
        The fit, or the factor model, did not converge or is not identified.
    OptionError
        ``model``, ``by`` or ``design`` are given with a fit, ``bootstrap`` without one or another fit's, ``interval``
        is unknown, or ``level`` is not between 0 and 1.

    Notes
    -----
    Fornell and Larcker (1981, Journal of Marketing Research 18, 39-50); Henseler, Ringle and Sarstedt (2015, Journal of
    the Academy of Marketing Science 43, 115-135); HTMT2: Roemer, Schuberth and Henseler (2021).
    """
    check_share("level", level)
    interval = validate("interval", interval, IntervalKind)
    if isinstance(data, Fit):
        refuse_with_fit(model=model, by=by, design=design)
        fit = data
    else:
        refuse_without_fit(bootstrap)
        fit = _factor_model(data, model, names_of("by", by), design)
    own = measured(fit)
    if len(own.blocks) < 2:
        raise ModelError(f"{listed(own.blocks)} is the only construct measured by items; there is no other to tell it "
                         "from.")  # fmt: skip
    draws = None if bootstrap is None else measured_draws(fit, own, bootstrap, interval, level)
    return _result(fit, own, level, draws)


def _factor_model(data: object, model: object, by: tuple[str, ...], design: object) -> Fit:
    survey = under_design(as_survey(data), design)
    warn_unless_random(survey.fieldwork, stacklevel=3)
    blocks = blocks_of(model, survey)
    if len(blocks) < 2:
        raise ModelError("Name two constructs or more, each with its items; a single one has nothing to be told from.")
    constructs = [Construct(name, items) for name, items in blocks.items()]
    with warnings.catch_warnings():
        # That chance did not choose the respondents was said above.
        warnings.simplefilter("ignore", CsisemWarning)
        return Model(constructs).fit(survey, "MLR", groups=by or None)


def _result(fit: Fit, own: Measured, level: float, draws: MeasuredDraws | None) -> Validity:
    import pandas as pd

    names = list(own.blocks)
    ratios = htmt(own.correlations, own.places), htmt(own.correlations, own.places, geometric=True)
    table = fornell_larcker(own.ave, own.among)
    ends = _around(fit, own, ratios[0], level) if draws is None else draws.pairs
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
    if draws is not None:
        notes += [f"Intervals: {draws.method}.", *draws.notes]
    return Validity(fit.estimator, fit.n, pairs, criterion, first, second, cross, tuple(notes))


def _home(own: Measured) -> dict[str, str]:
    """The construct of each item, the first of several; nothing for an item that only stands on a path."""
    found = dict.fromkeys(own.items, "")
    return found | {item: name for name in reversed(list(own.blocks)) for item in own.blocks[name]}


def _around(fit: Fit, own: Measured, ratios: FloatArray, level: float) -> dict[str, FloatArray]:
    """Ends (2, G, pairs) of HTMT's intervals, the ratios (G, J, J) plus and minus their errors."""
    value = ratios[:, *np.triu_indices(len(own.blocks), 1)]
    if isinstance(fit, CompositeFit) and fit.data is not None:
        half = _composite_widths(fit, own, level).reshape(value.shape)
    else:
        half = np.stack([_widths(fit, own, g, level) for g in range(len(value))])
    return {"htmt": np.stack([value - half, value + half])}


def _pairs(
    fit: Fit, own: Measured, ratios: tuple[FloatArray, FloatArray], ends: Mapping[str, FloatArray]
) -> pd.DataFrame:
    import pandas as pd

    names = list(own.blocks)
    places = list(combinations(range(len(names)), 2))
    rows = []
    for g, label in enumerate(fit.groups or ("all",)):
        for pair, (i, j) in enumerate(places):
            value, r = ratios[0][g, i, j], own.among[g, i, j]
            root = float(np.sqrt(np.fmin(own.ave[g, i], own.ave[g, j])))
            reasons = []
            if value >= ALIKE:
                reasons.append(f"HTMT is {value:.2f}")
            if root <= abs(r):
                reasons.append(f"they correlate {r:.2f}, more than a construct with its items ({root:.2f})")
            rows.append(
                {column: labels[0] for column, labels in group_columns(fit, label).items()}
                | {"first": names[i], "second": names[j], "correlation": r}
                | {column: number for name, ratio in zip(("htmt", "htmt2"), ratios, strict=True)
                   for column, number in [(name, ratio[g, i, j]), *_ends(name, ends, g, pair)]}
                | {"smaller_root": root, "distinct": not reasons, "reasons": "; ".join(reasons)}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _ends(name: str, ends: Mapping[str, FloatArray], group: int, pair: int) -> list[tuple[str, float]]:
    """Columns of the ends of an interval, where the measure has any."""
    if name not in ends:
        return []
    return [(f"{name}_{end}", float(ends[name][k, group, pair])) for k, end in enumerate(("low", "high"))]


def _composite_widths(fit: CompositeFit, own: Measured, level: float) -> FloatArray:
    """The same for all groups of a PLS fit, (G pairs,), by the road of its errors, whatever its moments are of."""
    p, (first, second) = len(own.items), np.triu_indices(len(own.blocks), 1)

    def ratios(_found: Estimates, _mean: FloatArray, cov: FloatArray) -> FloatArray:
        return htmt(correlations_of(cov[..., :p, :p]), own.places)[..., first, second]

    errors = errors_of(fit, ratios)
    return _half(np.diagonal(errors.vcov), errors.degrees, level)


def _half(variance: FloatArray, degrees: float, level: float) -> FloatArray:
    """Half the width of intervals, by t with the degrees of freedom of a design; nan where it has none."""
    return np.asarray(bonferroni_critical(1, level, degrees) * np.sqrt(np.maximum(variance, 0.0)))


def _widths(fit: Fit, own: Measured, group: int, level: float) -> FloatArray:
    """Half the width of the interval of each pair's HTMT in a group; nan where it has none."""
    count = len(own.blocks)
    first, second = np.triu_indices(count, 1)

    def ratios(_mean: FloatArray, cov: FloatArray) -> FloatArray:
        return htmt(correlations_of(cov), own.places)[..., first, second]

    p = len(own.items)
    cov = fit.sample_cov[group][:p, :p]
    sample = _rows(fit, own, group)
    if sample is None:
        slopes = gradient(ratios, np.zeros(p), cov)
        variance, degrees = normal_theory_variance(slopes, cov, float(fit.group_size[group])), np.inf
    else:
        mean, cov = sample.moments()
        slopes = gradient(ratios, mean, cov)
        variance = sample.variance(influence(slopes, cov, (sample.values - mean).T).T / sample.total)
        degrees = sample.degrees() if sample.designed else np.inf
    return _half(np.diagonal(variance), degrees, level)


def _rows(fit: Fit, own: Measured, group: int) -> Sample | None:
    """The complete rows of a group of the fit, where it holds any."""
    if fit.data is None:
        return None
    try:
        sample = Sample.read(fit.data, own.items, fit.settings.by)
    except DataError:
        return None
    if not fit.groups:
        return sample
    return sample.part(sample.labels.index(fit.groups[group])) if fit.groups[group] in sample.labels else None


def _notes(fit: Fit, own: Measured) -> tuple[str, ...]:
    notes = [] if fit else [f"The fit is inadmissible: {' '.join(fit.status.reasons)}"]
    names = list(own.blocks)
    poor = [name for name, value in zip(names, np.fmin.reduce(own.ave, axis=0), strict=True) if value < POOR_VARIANCE]
    if poor:
        notes.append(f"The average variance extracted is below {POOR_VARIANCE:g} for {listed(poor)}.")
    sizes = np.where(np.isnan(own.cross), -1.0, np.abs(own.cross))
    best, home = sizes.argmax(axis=-1), _home(own)
    astray = {f"{item} ({names[best[g, i]]})": None for g in range(len(best)) for i, item in enumerate(own.items)
              if home[item] not in ("", names[best[g, i]])}  # fmt: skip
    if astray:
        notes.append(f"Items that go more with another construct: {', '.join(astray)}.")
    if fit.patterns is not None and not isinstance(fit, CompositeFit):
        notes.append("HTMT's intervals, without bootstrap=, have the error of the rows that answered everything, which "
                     "is too large.")  # fmt: skip
    if isinstance(fit, CompositeFit) and (formed := [n for n in own.blocks if _formed(fit, n)]):
        notes.append(f"The items of {listed(formed)} are weighed by regression and need not agree, which HTMT takes "
                     "for granted.")  # fmt: skip
    if fit.estimator == "PLS":
        notes.append("PLS's loadings are too large and its correlations too small, so that Fornell and Larcker's "
                     "criterion lets too much pass; read HTMT.")  # fmt: skip
    return tuple(notes)


def _formed(fit: CompositeFit, name: str) -> bool:
    """Whether a construct is of mode B, and of more items than one."""
    place = fit.plan.constructs.index(name)
    block = fit.plan.loaded.blocks[place]
    return fit.plan.modes[place] == "B" and block.stop - block.start > 1
