"""What parts satisfied customers from the others: the linear discriminant, and how often it is right."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass, replace
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.descriptive.complete_rows import Sample
from csisem.descriptive.proportions import group_means, share_interval
from csisem.diagnose.strata.binary_split import halves, two_sided
from csisem.diagnose.strata.fisher import Hyperplane, left_out, separate, separation
from csisem.diagnose.strata.outcome import items_of
from csisem.display.page import Page
from csisem.errors import DataError, OptionError, agree, listed, shown
from csisem.options import Prior, check_name, check_share, names_of, validate

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit


# Smallest eigenvalue of the items' correlations within groups that leaves a hyperplane.
_COLLINEAR = 1e-10


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Discriminant(Page):
    """The hyperplane between two groups.

    Attributes
    ----------
    target
        What was cut in two.
    inside, outside
        Names of the two groups.
    n
        Rows.
    constant
        Of the score ``constant + sum coefficient x``, the logarithm of the odds of being inside.
    coefficients
        By item: ``mean_inside, mean_outside, coefficient, standardized`` (per standard deviation within groups),
        ``structure`` (correlation of item and score within groups).
    hits
        ``method, percent, se, ci_lower, ci_upper``: rows put where they belong, as ``"same rows"`` (too good),
        ``"each left out"`` (each row by the others' hyperplane), and by always naming the ``"larger group"``.
    confusion
        Rows by what they are and what they are taken for when left out.
    separation
        ``wilks, statistic, df1, df2, pvalue, canonical_correlation``, of independent rows.
    notes
        Sentences to read first.
    """

    target: str
    inside: str
    outside: str
    n: int
    constant: float
    coefficients: pd.DataFrame
    hits: pd.DataFrame
    confusion: pd.DataFrame
    separation: pd.Series[float]
    notes: tuple[str, ...] = ()


def discriminant(
    data: object,
    target: str,
    items: str | Sequence[str],
    *,
    threshold: float = 80.0,
    inside: Hashable = None,
    fit: Fit | None = None,
    prior: Prior = "sample",
    level: float = 0.95,
    design: object = None,
) -> Discriminant:
    """Find the hyperplane of items that parts satisfied customers from the others.

    Parameters
    ----------
    data
        A `Survey`, a frame or a path; None: the rows of ``fit``.
    target
        A question with a scale, cut at ``threshold``; a column with two values (numbers, texts, categories or yes and
        no); or with ``fit=`` a construct or ``"index"`` (as for `anova`), cut at ``threshold``.
    items
        The questions that part them.
    threshold
        Points of 0-100 from which a customer counts as satisfied.
    inside
        Which of a column's two values is inside; None: the larger number, the later of ordered categories, or the later
        text by the alphabet.
    fit
        Whose construct's index is cut.
    prior
        How likely a group is before the answers are known: ``"sample"`` or ``"equal"``.
    level
        Of the hit rates' intervals (Wilson's).
    design
        None takes the survey's own, False ignores it, or another `Design`. Weights enter the hyperplane.

    Returns
    -------
    Discriminant

    Raises
    ------
    DataError, ScaleError, DesignError, ModelError
        A column is missing or off its scale, or an item is text; the target has neither a scale nor two values; all
        rows are on one side, or a side has fewer than two; an item is constant or follows from the others within
        groups.
    OptionError
        An option is none of those above, or ``inside`` is none of two values.

    Notes
    -----
    Fisher (1936); each row left out as Lachenbruch and Mickey (1968). A label that is made from the same items is
    parted too well, and a note says so.
    """
    prior = validate("prior", prior, Prior)
    names = names_of("items", items)
    if not names:
        raise DataError("No items are named.")
    check_name("target", target, "one column or construct")
    check_share("level", level)
    if not isinstance(threshold, Real) or not 0 < threshold <= 100:
        raise OptionError(f"threshold={shown(threshold)} is not a number of points above 0 and up to 100.")
    if target in names:
        raise OptionError(f"{target!r} cannot be told from itself: leave it out of items=.")
    goal, texts = two_sided(data, target, fit, design)
    sample, values = _shared(goal, names)
    scale = sample.survey.scale_of(target) if fit is None and texts is None else None
    if fit is None and scale is None:
        within, labels = halves(target, values, texts, inside, threshold)
    elif inside is not None:
        raise OptionError(f"inside= names one of two values; {target!r} is cut at threshold={threshold:g}.")
    else:
        points = values if scale is None else np.asarray(scale.to_100(values))
        within, labels = points >= threshold - 1e-9, (f"at least {threshold:g}", f"below {threshold:g}")
    _check(sample, within, labels)
    plane = separate(sample.values, within, sample.weights, None if prior == "sample" else 0.0)
    made = [] if fit is None else [name for name in items_of(fit, goal.items[0]) if name in names]
    return _result(sample, goal.items[0], plane, within, labels, made, level)


def _shared(goal: Sample, names: tuple[str, ...]) -> tuple[Sample, FloatArray]:
    """Rows that have the target and all items: the items' sample, and the target's values (m,)."""
    sample = Sample.read(goal.survey, names)
    rows, first, second = np.intersect1d(sample.rows, goal.rows, assume_unique=True, return_indices=True)
    if not rows.size:
        raise DataError(f"No row has both {goal.items[0]!r} and an answer to all of {listed(names)}.")
    if not sample.weights[first].any():
        raise DataError(f"The {len(rows)} rows that have {goal.items[0]!r} and all items have weight zero.")
    return replace(
        sample, values=sample.values[first], weights=sample.weights[first], rows=rows,
        codes=sample.codes[first], dropped=sample.survey.n - len(rows),
    ), goal.values[second, 0]  # fmt: skip


def _check(sample: Sample, inside: BoolArray, labels: tuple[str, str]) -> None:
    counted = sample.weights > 0
    for side, label in ((inside, labels[0]), (~inside, labels[1])):
        if (count := int((side & counted).sum())) < 2:
            raise DataError(f"{count} of {sample.n} rows {agree(count, 'is', 'are')} {label!r}; two groups need two "
                            "rows each, or more.")  # fmt: skip
    if sample.n < len(sample.items) + 4:
        items = agree(len(sample.items), "one item", f"{len(sample.items)} items")
        raise DataError(f"{sample.n} rows are too few to part two groups by {items}.")
    x, weights = sample.values, sample.weights
    rest = x - np.stack([np.average(x[side], axis=0, weights=weights[side]) for side in (~inside, inside)])[inside * 1]
    sd = np.sqrt(weights @ rest**2 / sample.total)
    if still := [name for name, own in zip(sample.items, sd, strict=True) if not own > 1e-12]:
        raise DataError(f"{listed(still)} {agree(len(still), 'does', 'do')} not vary within the two groups; leave "
                        f"{agree(len(still), 'it', 'them')} out.")  # fmt: skip
    correlation = ((rest / sd) * weights[:, None]).T @ (rest / sd) / sample.total
    if np.linalg.eigvalsh(correlation)[0] < _COLLINEAR:
        raise DataError(f"{listed(sample.items)} are collinear within the groups: one follows from the others; leave "
                        "one out.")  # fmt: skip


def _result(
    sample: Sample,
    target: str,
    plane: Hyperplane,
    inside: BoolArray,
    labels: tuple[str, str],
    made: list[str],
    level: float,
) -> Discriminant:
    import pandas as pd

    same = sample.values @ plane.slopes + plane.constant > 0
    other = left_out(sample.values, inside, sample.weights, plane) > 0
    larger = np.full(sample.n, plane.weight[1] > plane.weight[0])
    right = np.column_stack([guess == inside for guess in (same, other, larger)]).astype(np.float64)
    means = group_means(sample, right)
    low, high = share_interval(means, "wilson", level)
    hits = pd.DataFrame(
        {"method": ["same rows", "each left out", "larger group"], "percent": 100 * means.value[0],
         "se": 100 * np.sqrt(means.variance[0]), "ci_lower": 100 * low[0], "ci_upper": 100 * high[0]}
    )  # fmt: skip
    sd = np.sqrt(np.diagonal(plane.within))
    coefficients = pd.DataFrame(
        {"mean_inside": plane.mean[1], "mean_outside": plane.mean[0], "coefficient": plane.slopes,
         "standardized": plane.slopes * sd,
         "structure": (plane.mean[1] - plane.mean[0]) / sd / np.sqrt(plane.distance) if plane.distance > 0 else np.nan},
        index=pd.Index(sample.items, name="item"),
    )  # fmt: skip
    counts = np.bincount(2 * inside + other, minlength=4).reshape(2, 2)[::-1, ::-1]
    confusion = pd.DataFrame(
        counts, pd.Index(labels, name=target), pd.Index([f"taken for {label}" for label in labels])
    )
    parted = pd.Series(asdict(separation(plane, sample.n)), dtype=np.float64)
    return Discriminant(target, *labels, sample.n, plane.constant, coefficients, hits, confusion, parted,
                        _notes(sample, target, made))  # fmt: skip


def _notes(sample: Sample, target: str, made: list[str]) -> tuple[str, ...]:
    notes = []
    if made:
        notes.append(f"{target} is made from {listed(made)} as well, so the hit rates are too good: of course these "
                     "items part it.")  # fmt: skip
    if sample.dropped:
        notes.append(f"{sample.dropped} of {sample.survey.n} rows {agree(sample.dropped, 'lacks', 'lack')} {target} or "
                     f"an item and {agree(sample.dropped, 'was', 'were')} left out.")  # fmt: skip
    if sample.designed:
        notes.append("The hyperplane is weighted and the hit rates' intervals know the design; separation does not.")
    return tuple(notes)
