"""Target of a comparison: an item, or a construct's 0-100 index."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.descriptive.complete_rows import Sample, groups_in
from csisem.display.sentences import sentence
from csisem.errors import DataError, ModelError, OptionError, listed, nearest, untold
from csisem.fit.fit import Fit
from csisem.fit.fitted_rows import require_rows
from csisem.index.construct.csi import csi
from csisem.option_checks import check_name, names_of
from csisem.survey import Survey
from csisem.survey.declared import NOTHING
from csisem.survey.satisfied import DECLARED, SatisfiedFrom, satisfied_from

_SATISFACTION = ("satisfaction", "满意")

FIXED = sentence("strata.weights_fixed")
MARKED = sentence("strata.design_marked")


def target_of(
    data: object,
    target: str,
    *,
    by: str | Sequence[str] | None = None,
    fit: Fit | None = None,
    design: object = None,
) -> Sample:
    """Return the rows with a value of the target, one column, under the design in force.

    With a fit, ``target`` is one of its constructs, or ``"index"``, the construct of satisfaction; the values are the
    rows' 0-100 indices by the fit's item weights.
    """
    check_name("target", target, "one column or construct")
    if fit is not None and not isinstance(fit, Fit):
        raise OptionError(f"fit= must be what Model.fit() returns; got {type(fit).__name__!r}.")
    if fit is None:
        if data is None:
            raise DataError("Give the survey, or a fit that holds its rows.")
        if target in names_of("by", by):
            raise OptionError(f"{target!r} is named in by= too; groups of equal answers have nothing to compare.")
        return Sample.of(data, target, by=by, design=design)
    if data is None:
        data = require_rows(fit.data, "the target needs", "give the survey")
    name, weights = _construct(fit, target), _weights(fit)
    first = next(iter(weights.values()))
    items = tuple(dict.fromkeys(_items(first, name)))
    sample = Sample.of(data, items, by=by, design=design)
    values = np.full(sample.n, np.nan)
    for label, rows in _groups(fit, sample):
        values[rows] = _index(weights[label], name, sample, rows)
    if np.isnan(values).all():
        raise DataError(f"The index of {name!r} cannot be computed: the fit has no item weights for it.")
    return _kept(replace(sample, items=(name,), values=values[:, None]))


def reached(points: FloatArray, cut: SatisfiedFrom) -> BoolArray:
    """Whether points (m,) of 0-100 count as satisfied."""
    # Points come from sums of rounded numbers: 80 less the last digit is 80.
    return np.asarray(points >= cut.points - 1e-9)


def index_cut(fit: Fit, construct: str, survey: Survey, threshold: float | str) -> SatisfiedFrom:
    """From where on an index counts as satisfied: the mean of what is declared of its items, or labelled so."""
    if threshold != DECLARED:
        return SatisfiedFrom(float(threshold), "", ())
    cuts = [satisfied_from(survey, item) for item in items_of(fit, construct)]
    declared = any(survey.declared.get(item, NOTHING).satisfied for item in items_of(fit, construct))
    points = round(float(np.mean([cut.points for cut in cuts])), 9)
    said = sentence("answers.satisfied_points", item=construct, points=points, default=not declared)
    return SatisfiedFrom(points, "", (said,))


def items_of(fit: Fit, construct: str) -> tuple[str, ...]:
    """The items that the index of a construct is made from."""
    return tuple(dict.fromkeys(_items(next(iter(_weights(fit).values())), construct)))


def _weights(fit: Fit) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """Item weights by group and construct."""
    with untold():
        # The index warns where it is asked for.
        found: Mapping[str, Mapping[str, Mapping[str, float]]] = csi(fit, invariance=False).attrs["weights"]
        return found


def _construct(fit: Fit, target: str) -> str:
    names = fit.solution.table.latents[: fit.solution.table.shown]
    if target in names:
        return target
    if target != "index":
        raise ModelError(f"The fit has no construct {target!r}{nearest(target, names)}.")
    found = [name for name in names if any(word in name.casefold() for word in _SATISFACTION)]
    if len(found) != 1:
        raise ModelError(f"'index' is the construct of satisfaction, and {'none' if not found else 'several'} of the "
                         f"constructs {listed(names)} {'is' if not found else 'are'} named so; name the construct "
                         "itself.")  # fmt: skip
    return found[0]


def _items(weights: Mapping[str, Mapping[str, float]], name: str) -> list[str]:
    """The items of a construct, or of its dimensions."""
    found: list[str] = []
    for child in weights[name]:
        found += _items(weights, child) if child in weights else [child]
    return found


def _groups(fit: Fit, sample: Sample) -> list[tuple[str, BoolArray]]:
    """The fit's groups, which have their own weights, with the rows in each."""
    if not fit.groups:
        return [("", np.ones(sample.n, dtype=bool))]
    codes, labels = sample.survey.grouping(fit.settings.by)
    own = codes[sample.rows]
    place: dict[Hashable, int] = {label: code for code, label in enumerate(labels)}
    return [(str(group), own == place[group]) for group in fit.groups if group in place]


def _index(weights: Mapping[str, Mapping[str, float]], name: str, sample: Sample, rows: BoolArray) -> FloatArray:
    """Index (m,) of some rows."""
    points = points_of(weights, name, sample.survey)
    found = np.zeros(int(rows.sum()))
    for item, (slope, low) in points.items():
        found += slope * (sample.values[rows, sample.items.index(item)] - low)
    return found


def points_of(weights: Mapping[str, Mapping[str, float]], name: str, survey: Survey) -> dict[str, tuple[float, float]]:
    """Return for each item of a construct the index points of one scale point, and the answer that has 0 points.

    The index is ``100 sum w (x - low) / sum w (high - low)``; with dimensions, over their indices.
    """
    found: dict[str, tuple[float, float]] = {}
    scales = {child: survey.scale_of(child) for child in weights[name] if child not in weights}
    if bare := [child for child, scale in scales.items() if scale is None]:
        raise DataError(f"The index needs the bounds of the scale; declare scale= for {bare[0]!r}.")
    length = {child: 100.0 if scale is None else scale.high - scale.low
              for child in weights[name] for scale in [scales.get(child)]}  # fmt: skip
    whole = sum(weight * length[child] for child, weight in weights[name].items())
    for child, weight in weights[name].items():
        scale = scales.get(child)
        under = points_of(weights, child, survey) if scale is None else {child: (1.0, scale.low)}
        for item, (slope, low) in under.items():
            found[item] = (found.get(item, (0.0, low))[0] + 100.0 * weight / whole * slope, low)
    return found


def _kept(sample: Sample) -> Sample:
    """Leave out the rows of groups that the fit does not have."""
    known = ~np.isnan(sample.values[:, 0])
    if known.all():
        return sample
    codes, labels = groups_in(sample.survey, sample.by)
    return Sample.among(sample.survey, sample.items, sample.values[known], sample.rows[known], codes, labels, sample.by)
