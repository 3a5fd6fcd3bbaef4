"""Linear discriminant analysis of satisfied and other customers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from csisem.arrays import BoolArray, FloatArray, pd
from csisem.descriptive.complete_rows import Sample, groups_in
from csisem.descriptive.proportions import group_means, share_interval
from csisem.diagnose.strata.binary_split import sides, two_sided
from csisem.diagnose.strata.fisher import Hyperplane, left_out, separate, separation
from csisem.diagnose.strata.target import index_cut, items_of, reached
from csisem.display.page import Page
from csisem.display.picture import Pictured
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError, agree, listed
from csisem.fit.fit import Fit
from csisem.moments.dependence import equations_of
from csisem.option_checks import check_name, check_share, names_of
from csisem.options import Prior, validate
from csisem.survey import Survey
from csisem.survey.declared import item_points
from csisem.survey.satisfied import SatisfiedFrom, check_threshold, satisfied_from

# Smallest eigenvalue of the items' correlations within groups that still gives a hyperplane.
_COLLINEAR = 1e-10


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Discriminant(Pictured, Page):
    """Linear discriminant of two groups.

    Attributes
    ----------
    target
        The item or construct that defines the groups.
    inside, outside
        Names of the two groups.
    n
        Number of rows.
    constant
        Constant of the score ``constant + sum coefficient x``, the log-odds of being inside.
    coefficients
        By item: ``mean_inside, mean_outside, coefficient, standardized`` (per standard deviation within groups),
        ``structure`` (correlation of item and score within groups).
    hits
        ``method, percent, se, ci_lower, ci_upper``: percentage of rows classified correctly, for the ``"same rows"``
        (too optimistic), with ``"each left out"`` (each row by the hyperplane of all others), and by always choosing
        the ``"larger group"``.
    confusion
        Rows by their group and the group assigned to them when left out.
    separation
        ``wilks, statistic, df1, df2, pvalue, canonical_correlation``, for independent rows.
    scores
        By row used: ``inside``, the discriminant ``score`` (above 0: taken for inside) and ``weight``.
    notes
        Sentences to read first.
    """

    _picture = "discriminant"

    target: str
    inside: str
    outside: str
    n: int
    constant: float
    coefficients: pd.DataFrame
    hits: pd.DataFrame
    confusion: pd.DataFrame
    separation: pd.Series[float]
    scores: pd.DataFrame = field(repr=False)
    notes: tuple[Sentence, ...] = ()


def discriminant(
    data: object,
    target: str,
    items: str | Sequence[str],
    *,
    threshold: float | Literal["declared"] = "declared",
    inside: Hashable = None,
    fit: Fit | None = None,
    prior: Prior = "sample",
    level: float = 0.95,
    design: object = None,
) -> Discriminant:
    """Find the linear discriminant of items that separates satisfied customers from the others.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path; None: the rows of ``fit``.
    target
        A question with a scale, cut at ``threshold``; a column with two values (numbers, texts, categories or yes and
        no); or, with ``fit``, a construct or ``"index"`` (as for `anova`), cut at ``threshold``.
    items
        The questions that separate the groups.
    threshold
        From where on a customer counts as satisfied: points of 0-100, or ``"declared"``: as the questionnaire says, or
        else from the label "satisfied" or 满意 on, or else from 80 points on.
    inside
        Which of a column's two values is inside; None: the larger number, the later of ordered categories, or the later
        text by the alphabet.
    fit
        The fit that gives the item weights of the construct's index.
    prior
        Prior probabilities of the groups: ``"sample"`` or ``"equal"``.
    level
        Confidence level of the hit rates' intervals (Wilson's).
    design
        None uses the survey's own design, False none; or another `Design`. Weights enter the hyperplane.

    Returns
    -------
    Discriminant

    Raises
    ------
    DataError, ScaleError, DesignError, ModelError
        If a column is missing or has answers off its scale, or an item is text; the target has neither a scale nor two
        values; all rows are on one side, or a side has fewer than two; an item is constant or collinear with the others
        within groups.
    OptionError
        If an option is invalid, or ``inside`` is not one of the two values.

    See Also
    --------
    crosstab : Satisfied or not by the answers to one question.
    csisem.improve.drivers : Importance of items for a numeric outcome.

    Notes
    -----
    Fisher (1936); leave-one-out classification by Lachenbruch and Mickey (1968). A target that is computed from the
    same items is separated too well, and a note says so.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> found = cs.diagnose.discriminant(survey, "s1", ["q1", "q3", "v1"], threshold=70)
    >>> found.coefficients[["coefficient", "standardized", "structure"]].round(2)
          coefficient  standardized  structure
    item
    q1           0.44          0.52       0.76
    q3           0.30          0.42       0.72
    v1           0.57          0.72       0.80
    >>> found.hits[["method", "percent", "ci_lower", "ci_upper"]].round(1)
              method  percent  ci_lower  ci_upper
    0      same rows     73.7      71.2      76.0
    1  each left out     73.5      71.1      75.8
    2   larger group     57.3      54.3      60.1
    """
    prior = validate("prior", prior, Prior)
    names = names_of("items", items)
    if not names:
        raise DataError("No items are named.")
    check_name("target", target, "one column or construct")
    check_share("level", level)
    check_threshold(threshold)
    if target in names:
        raise OptionError(f"{target!r} is the target; leave it out of items=.")
    goal, texts = two_sided(data, target, fit, design)
    sample, values = _shared(goal, names)
    scale = sample.survey.scale_of(target) if fit is None and texts is None else None
    said: tuple[Sentence, ...] = ()
    if fit is None and scale is None:
        within, labels = sides(target, values, texts, sample.survey.coding.texts_of(target), inside)
    elif inside is not None:
        raise OptionError(f"inside= names one of two values; {target!r} is cut in points by threshold=.")
    else:
        within, cut = _cut(values, sample.survey, goal.items[0], fit, threshold)
        labels, said = cut.sides, cut.notes
    _check(sample, within, labels)
    plane = separate(sample.values, within, sample.weights, None if prior == "sample" else 0.0)
    made = [] if fit is None else [name for name in items_of(fit, goal.items[0]) if name in names]
    found = _result(sample, goal.items[0], plane, within, labels, made, level)
    return replace(found, notes=(*said, *found.notes))


def _cut(
    values: FloatArray, survey: Survey, target: str, fit: Fit | None, threshold: float | str
) -> tuple[BoolArray, SatisfiedFrom]:
    """Whether each row (m,) is satisfied, and from where on one is."""
    if fit is not None:
        cut = index_cut(fit, target, survey, threshold)
        return reached(values, cut), cut
    cut = satisfied_from(survey, target, threshold)
    return reached(item_points(survey, (target,), "Satisfied is a matter of points").of(values[None])[0], cut), cut


def _shared(goal: Sample, names: tuple[str, ...]) -> tuple[Sample, FloatArray]:
    """The items' sample, restricted to rows with the target and all items, and the target's values (m,)."""
    sample = Sample.read(goal.survey, names)
    rows, first, second = np.intersect1d(sample.rows, goal.rows, assume_unique=True, return_indices=True)
    if not rows.size:
        raise DataError(f"No row has both {goal.items[0]!r} and an answer to all of {listed(names)}.")
    codes, labels = groups_in(sample.survey, ())
    return Sample.among(sample.survey, names, sample.values[first], rows, codes, labels), goal.values[second, 0]


def _check(sample: Sample, inside: BoolArray, labels: tuple[str, str]) -> None:
    counted = sample.weights > 0
    for side, label in ((inside, labels[0]), (~inside, labels[1])):
        if (count := int((side & counted).sum())) < 2:
            raise DataError(f"{count} of {sample.n} rows {agree(count, 'is', 'are')} {label!r}; two groups need two "
                            "rows each, or more.")  # fmt: skip
    if sample.n < len(sample.items) + 4:
        items = agree(len(sample.items), "one item", f"{len(sample.items)} items")
        raise DataError(f"{sample.n} rows are too few to separate two groups by {items}.")
    x, weights = sample.values, sample.weights
    rest = x - np.stack([np.average(x[side], axis=0, weights=weights[side]) for side in (~inside, inside)])[inside * 1]
    sd = np.sqrt(weights @ rest**2 / sample.total)
    if still := [name for name, own in zip(sample.items, sd, strict=True) if not own > 1e-12]:
        raise DataError(f"{listed(still)} {agree(len(still), 'does', 'do')} not vary within the two groups; leave "
                        f"{agree(len(still), 'it', 'them')} out.")  # fmt: skip
    correlation = ((rest / sd) * weights[:, None]).T @ (rest / sd) / sample.total
    if np.linalg.eigvalsh(correlation)[0] < _COLLINEAR:
        raise DataError(f"{listed(sample.items)} are collinear within the groups "
                        f"({equations_of(correlation * np.outer(sd, sd), sample.items)}); leave one out.")  # fmt: skip


def _result(
    sample: Sample,
    target: str,
    plane: Hyperplane,
    inside: BoolArray,
    labels: tuple[str, str],
    made: list[str],
    level: float,
) -> Discriminant:
    score = sample.values @ plane.slopes + plane.constant
    same = score > 0
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
    return Discriminant(target, *labels, sample.n, plane.constant, coefficients, hits, confusion,
                        pd.Series(separation(plane, sample.n), dtype=np.float64),
                        pd.DataFrame({"inside": inside, "score": score, "weight": sample.weights}),
                        _notes(sample, target, made))  # fmt: skip


def _notes(sample: Sample, target: str, made: list[str]) -> tuple[Sentence, ...]:
    notes = []
    if made:
        notes.append(sentence("strata.separated_by_construction", target=target, items=made))
    if sample.dropped:
        dropped = {"dropped": sample.dropped, "n": sample.survey.n}
        notes.append(sentence("strata.discriminant_left_out", **dropped, target=target))
    if sample.designed:
        notes.append(sentence("strata.hyperplane_weighted"))
    return tuple(notes)
