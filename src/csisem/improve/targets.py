"""Rankings of indicators by potential for improvement."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import OptionError
from csisem.improve.item_importance import Weighed, Weights, precise, simple
from csisem.improve.quadrants import codes_of, cuts_of, words
from csisem.inference.intervals import wald_interval
from csisem.option_checks import check_number, check_share, names_of
from csisem.options import TargetMethod, TargetRanking, validate

BAND = 0.2
"""Half the width of the region along the diagonal, on axes from 0 to 1."""


def targets(
    data: object,
    weights: Weights | None = None,
    *,
    method: TargetMethod = "simple",
    ranking: TargetRanking = "coefficient",
    items: str | Sequence[str] | None = None,
    outcome: str | Sequence[str] | None = None,
    cut: str | tuple[float, float] = "mean",
    band: float = BAND,
    design: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Rank indicators by their potential for improvement.

    Parameters
    ----------
    data
        Answers: a `Survey` with scales; or figures: a mapping or Series from indicator to its index (0-100).
    weights
        For the simple method: weights by indicator, or a `Hierarchy`, whose lowest indicators are ranked (of an
        indicator with several questions their weighted mean).
    method
        Measure of importance. ``"simple"``: the indicator's weight; ``"precise"``: its correlation with overall
        satisfaction over respondents.
    ranking
        ``"coefficient"``: importance times the distance to 100, ``w (100 - x)``; ``"quadrant"``: first important and
        low indicators, then low, then important ones, then the rest, each in the order of the coefficient;
        ``"region"``: by the excess of importance over the score on axes from the lowest to the highest item,
        ``u - v``, with a band along the diagonal in which the two are in balance.
    items
        For the precise method: the indicators; None takes those of ``weights``.
    outcome
        For the precise method: the item(s) of overall satisfaction; None takes the weighted sum (or plain mean) of the
        other indicators, so that no indicator is correlated with itself.
    cut
        For ``"quadrant"``: ``"mean"``, ``"median"`` or two numbers; an indicator at the cut is high.
    band
        For ``"region"``: half the width of the band.
    design
        For answers: None takes the survey's own, False ignores it, or another `Design`.
    level
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        ``rank, item, importance, score, coefficient`` and ``field`` (see `quadrant`) or ``excess, region``, ordered by
        rank; for answers also the coefficient's ``se, ci_lower, ci_upper`` by the sampling design. ``item`` is the
        indicator where a questionnaire gives one question to it, and ``text`` then its wording in the survey's
        language. ``.attrs``: ``cuts``, number of rows ``n`` and ``lost``.

    Raises
    ------
    DataError
        If the precise method gets figures or a single row, an indicator is missing or constant, or its direction is in
        doubt (see `Hierarchy.score`).
    OptionError
        If the method lacks an option, or does not use one that is given.
    ScaleError
        If an item has no scale.

    See Also
    --------
    quadrant : The four fields for any two figures.
    ipma : Importance by the paths of a model.

    Notes
    -----
    In a score more is better: an indicator that lowers the total, such as complaints, has 100 less its points, and its
    correlation is that of these. Figures without a `Hierarchy` are taken as they are.

    The training texts name the six rankings (simple or precise, by quadrant, coefficient or region); the formulas are
    this package's.

    Examples
    --------
    >>> scores = {"quality": 76, "service": 68, "value": 72}
    >>> cs.improve.targets(scores, {"quality": 0.3, "service": 0.5, "value": 0.2})
       rank     item  importance  score  coefficient
    0     1  service         0.5   68.0         16.0
    1     2  quality         0.3   76.0          7.2
    2     3    value         0.2   72.0          5.6
    """
    method, ranking = validate("method", method, TargetMethod), validate("ranking", ranking, TargetRanking)
    if method == "simple":
        if weights is None:
            raise OptionError("method='simple' needs weights=, such as a hierarchy's global_weights.")
        if items is not None or outcome is not None:
            raise OptionError("items= and outcome= are for method='precise'; weights= names the indicators.")
    elif weights is None and not names_of("items", items):
        raise OptionError("method='precise' needs items=, or weights= of the indicators.")
    if not (isinstance(cut, str) and cut == "mean") and ranking != "quadrant":
        raise OptionError("cut= is for ranking='quadrant'.")
    check_number("band", band, 0, 1)
    if band != BAND and ranking != "region":
        raise OptionError("band= is for ranking='region'.")
    check_share("level", level)
    if method == "simple" and weights is not None:
        found = simple(data, weights, design)
    else:
        found = precise(data, weights, names_of("items", items), names_of("outcome", outcome), design)
    return _frame(found, ranking, cut, band, level)


def _frame(
    found: Weighed, ranking: TargetRanking, cut: str | tuple[float, float], band: float, level: float
) -> pd.DataFrame:
    importance, score = found.importance, found.score
    coefficient = importance * (100 - score)
    columns: dict[str, object] = {"item": found.names, "importance": importance, "score": score,
                                  "coefficient": coefficient}  # fmt: skip
    if found.se is not None:
        tests = wald_interval(coefficient, found.se, level=level, df=found.degrees)
        columns |= {"se": found.se, "ci_lower": tests.lower, "ci_upper": tests.upper}
    keys = [-coefficient]
    attrs: dict[Hashable, object] = {} if found.n is None else {"n": found.n, "lost": found.lost}
    if ranking == "quadrant":
        cuts = cuts_of(importance, score, cut)
        codes = codes_of(importance, score, cuts)
        columns["field"] = words(codes)
        keys.append(codes.astype(np.float64))
        attrs["cuts"] = tuple(map(float, cuts))
    elif ranking == "region":
        excess = _unit(importance) - _unit(score)
        columns["excess"] = excess
        columns["region"] = np.where(
            excess > band, "improve", np.where(excess < -band, "more than needed", "in balance")
        )
        keys.append(-excess)
    if found.texts:
        columns["text"] = found.texts
    order = np.lexsort(keys)
    frame = pd.DataFrame(columns).iloc[order].reset_index(drop=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    frame.attrs = attrs
    return frame


def _unit(values: FloatArray) -> FloatArray:
    """Values on an axis from the lowest (0) to the highest (1); 0.5 if all are equal."""
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.full(values.shape, 0.5)
