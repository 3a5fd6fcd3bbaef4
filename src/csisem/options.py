"""Options as Literals, and validators."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from numbers import Integral, Real
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Literal, get_args

from csisem.errors import OptionError, listed, nearest, shown

CovarianceEstimator = Literal[
    "ML", "MLM", "MLMV", "MLMVS", "MLR", "GLS", "ULS", "ULSM", "ULSMV", "WLS", "DWLS", "WLSM", "WLSMV", "WLSMVS", "SAM"
]  # fmt: skip
"""Estimators of covariance structures; `csisem.recipes` has the discrepancy, standard errors and test of each."""

CompositeEstimator = Literal["PLS", "PLSc"]
"""Estimators of PLS path models; ``PLSc`` corrects the scores' correlations for measurement error."""

Estimator = Literal[CovarianceEstimator, CompositeEstimator]
"""All estimators."""

Discrepancy = Literal["ML", "GLS", "ULS", "WLS", "DWLS"]
"""What is minimised: the normal-theory likelihood, or a quadratic form in the residual moments with these weights."""

Test = Literal["standard", "satorra.bentler", "scaled.shifted", "mean.var.adjusted", "yuan.bentler.mplus"]
"""How chi-square is corrected for answers that are not normal (lavaan's words)."""

Likelihood = Literal["normal", "wishart"]
"""``normal``: S/N and N*F; ``wishart``: S/(N-1) and (N-1)*F (lavaan's words)."""

Information = Literal["expected", "observed"]
"""Information matrix that the standard errors are computed from."""

Missing = Literal["listwise", "fiml", "pairwise", "mean", "em"]
"""Treatment of a row that lacks an answer.

``listwise`` leaves it out. The others use the answers it has: ``fiml`` under a covariance structure, ``em`` and
``pairwise`` for the moments that PLS takes, ``mean`` with the items' means in place of the missing answers (PLS).
"""

Engine = Literal["native", "semopy"]
"""Program that computes the estimates and their standard errors."""

Mode = Literal["A", "B", "unit", "pca"]
"""Weights of a construct's items under PLS: by correlations, by regression, equal, or the first principal component;
covariance estimators read ``A`` as reflective."""

Scheme = Literal["path", "centroid", "factorial"]
"""PLS's inner weights of neighbouring constructs: regressions and correlations, signs, or correlations."""

HigherOrder = Literal["disjoint", "embedded", "repeated"]
"""How PLS estimates a higher-order construct: in two stages from its dimensions' scores, or from all their items."""

Moderation = Literal["two-stage", "product", "orthogonal"]
"""Indicators of an interaction under PLS: the product of two scores, products of items, or their residuals."""

Direction = Literal["raises", "lowers"]
"""Whether more of what a question asks about raises the total index or, as complaints do, lowers it."""

Scoring = Literal["linear", "graded"]
"""Points of labelled answers: equal steps from 0 to 100, or 30, 60, 80 and 100 of four answers."""

NodeWeights = Literal["equal", "ahp", "model"]
"""Where the weights of all nodes of a questionnaire come from: equal shares, judgements, or the effects in a fit."""

Antecedents = Literal["direct", "earliest"]
"""What PLSpredict predicts from: the scores of direct antecedents, or of exogenous constructs alone."""

ItemWeights = Literal["model", "loadings", "equal"]
"""Weights of the items of a construct in its index."""

StandardErrors = Literal["standard", "robust"]
"""``standard``: normal theory from moments; ``robust``: influence values of the rows."""

Errors = Literal["normal theory", "sandwich", "design", "replicates"]
"""Basis of a fit's standard errors: the information matrix, independent rows, sampling units, or replicate weights."""

Residuals = Literal["raw", "cor", "normalized", "standardized"]
"""Residual covariances or correlations; covariances over the sample moment's standard error, or the residual's own."""

ScoreMethod = Literal["regression", "bartlett", "tenBerge", "EBM"]
"""Weights of the answers in factor scores; or posterior modes, for ordered items (lavaan's word)."""

BootstrapMethod = Literal["nonparametric", "bollen-stine", "parametric"]
"""What replicates are drawn from: the answers, the answers transformed so that the model holds, or the model."""

IntervalKind = Literal["percentile", "bca", "normal"]
"""Interval from bootstrap replicates."""

DifferenceMethod = Literal["standard", "satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000"]
"""Chi-square difference test of nested models (lavaan's words); all but the first scale the difference."""

Equality = Literal[
    "thresholds", "loadings", "intercepts", "residuals", "residual.covariances", "regressions", "lv.variances",
    "lv.covariances", "means",
]  # fmt: skip
"""Kinds of parameters that ``equal=`` holds equal over groups (lavaan's ``group.equal``)."""

Bounds = Literal["standard", "wide", "pos.var", "pos.ov.var", "pos.lv.var"]
"""Automatic bounds of variances, loadings and covariances from the sample's variances (lavaan's words)."""

EffectCoding = Literal["loadings", "intercepts"]
"""What sets a construct's unit and origin as a mean over its items: loadings of 1, intercepts of 0 (lavaan's words)."""

Lonely = Literal["refuse", "adjust", "average", "remove", "certainty"]
"""Treatment of a stratum with a single sampling unit (R survey's ``survey.lonely.psu``)."""

QuestionKind = Literal["yes_no", "choice", "multiple", "likert", "number", "open"]
"""What a respondent is asked for: yes or no, one answer of several, any number of them, a rating, a number, a text."""

FormFormat = Literal["text", "md", "html", "docx"]
"""Format of a printed questionnaire: plain text, Markdown, a page of HTML, a Word document."""

SurveyMode = Literal["interview", "telephone", "mail", "on_site", "online", "mystery_shopper", "other"]
"""Mode of data collection."""

Selected = Literal["random", "quota", "key", "typical", "convenience"]
"""How respondents were selected: at random, or in a way that gives no margin of error."""

ShareInterval = Literal["wilson", "wald"]
"""Intervals of proportions: Wilson's, which stay within 0 and 1, or the proportion plus or minus its standard error."""

DesignEffect = Literal["finite", "replace"]
"""The simple random sample in a design effect: without replacement from a finite population, or with replacement."""

Correlation = Literal["pearson", "spearman"]
"""Correlations of the answers, or of their ranks."""

Parameterization = Literal["delta", "theta"]
"""Scale of the normal variables behind ordered answers: their total variance is one, or their residual variance."""

InvarianceLevel = Literal["configural", "thresholds", "metric", "scalar", "strict", "means"]
"""Levels of measurement invariance: nothing equal, thresholds, loadings, intercepts, residual variances, means."""

Comparable = Literal["nothing", "paths", "means", "indices"]
"""What of groups can be compared, each with those before it: nothing, paths, constructs' means, indices."""

Prior = Literal["sample", "equal"]
"""Prior probabilities of groups: as in the (weighted) sample, or equal."""

Adjustment = Literal["holm", "bonferroni", "fdr", "none"]
"""Adjustment of the p-values of several comparisons."""

FactorMethod = Literal["minres", "ml"]
"""Extraction of exploratory factors: least squares of the residual correlations, or maximum likelihood."""

Rotation = Literal["none", "varimax", "quartimax", "equamax", "promax", "oblimin", "quartimin", "geomin"]
"""Rotation of exploratory factors; oblique from ``promax`` on."""

AllocationMethod = Literal["proportional", "equal", "neyman", "cost"]
"""Allocation of a sample to strata."""

Selection = Literal["simple", "systematic", "pps"]
"""Selection of units within a stratum: at random, at a fixed interval, or with probability proportional to size."""

ReplicateType = Literal["BRR", "Fay", "JK1", "JKn", "bootstrap", "other"]
"""Method that made the replicate weights."""

JudgementRule = Literal["R1", "R2", "R3", "R4", "R5"]
"""Pairwise judgements from rankings: rank differences, steep, mean ranks, optimal transfer, or pairwise dominance."""

GroupMethod = Literal["AIJ", "AIP"]
"""What is averaged (geometrically) over respondents: individual judgements, or individual priorities."""

Priority = Literal["eigenvector", "geometric"]
"""Weights from a judgement matrix: its principal eigenvector, or the geometric means of its rows."""

RandomIndex = Literal["saaty", "simulated"]
"""Table of random consistency indices that a consistency ratio uses."""

Ties = Literal["refuse", "average"]
"""Whether a respondent may give two items one rank; ``average`` gives both the mean of the ranks they share."""

RankWeights = Literal["sum", "reciprocal", "centroid", "exponent"]
"""Weights from the ranks of a single ranking."""

MissingIndicators = Literal["refuse", "renormalize", "available", "listwise"]
"""Treatment of an indicator without a value: refused, its weight given to its siblings (of the figures given, or of
every respondent), each indicator's mean over those who answered it, or only respondents who answered all."""

TrendMeasure = Literal["index", "top-box", "nps"]
"""What is followed over waves: an index, the proportion of the top boxes, or a net promoter score."""

ChangeFrom = Literal["previous", "first"]
"""The wave that changes are measured from."""

LoyaltyCurve = Literal["isotonic", "logistic"]
"""Shape of loyalty as a function of satisfaction: never falling, or S-shaped."""

DriverMeasure = Literal["correlation", "regression", "lmg", "relative"]
"""Importance of a driver: alone, beside the others, averaged over orders of entry, or by relative weights."""

TargetMethod = Literal["simple", "precise"]
"""Importance of an indicator: its weight, or its correlation with overall satisfaction."""

TargetRanking = Literal["quadrant", "coefficient", "region"]
"""How importance and score are combined: quadrants, their product, or the distance from the diagonal."""

MapOf = Literal["constructs", "items"]
"""Points of an importance-performance map."""

DeliveredForm = Literal["difference", "ratio"]
"""Customer delivered value as value minus cost, or value over cost."""

Combination = Literal["multiplicative", "linear"]
"""Several sets of weights combined by their product, or their mean."""

ProgrammeStep = Literal["diagnosis", "pretest", "small_sample", "survey", "analysis", "improvement"]
"""The steps of a measurement programme, in order."""

SegmentSchema = Literal["social", "behaviour", "history", "product_class"]
"""What customers are divided by: who they are, how they buy, whether they buy here, and what they buy."""

Carried = Literal["kept", "revised", "dropped"]
"""What a step decides on an indicator: it goes on, goes on in another wording, or does not go on."""

TableStyle = Literal["apa", "plain"]
"""Look of a table for a paper: after the American Psychological Association (few rules, two digits), or plain."""

DiagramNumbers = Literal["standardized", "unstandardized", "symbols", "none"]
"""Numbers on the arrows of a path diagram: estimates of a fit, or symbols of a model's paths."""

DiagramErrors = Literal["stars", "se", "none"]
"""How a path diagram shows the precision of its numbers: stars by p-value, or standard errors below them."""

LikertBars = Literal["diverging", "stacked"]
"""Bars of the answers to rating questions: from the middle to both sides, or from 0 to 100."""

TreePicture = Literal["tree", "sunburst"]
"""Picture of a tree of indicators: nodes joined by lines, or rings around the total."""

Audience = Literal["executive", "full"]
"""Readers of a report: those who decide, for whom it is short, or those who work with it."""

Language = Literal["en", "zh"]
"""The language of names, sentences and reports: English or Chinese."""


LARGEST = 1e100
"""Numbers beyond it have squares, and products of squares, that no float holds."""

MOST_NUMBERS = 2_000_000_000
"""The most answers that are simulated at a time: 16 GB of them."""

MOST_REPLICATES = 1_000_000
"""The most replicates, permutations or random data sets of one call: a thousand times what an interval needs."""


def validate(name: str, value: object, literal: Any) -> Any:
    """Return ``value`` as ``literal`` spells it, whatever its case; refuse a value that is not one of its words."""
    words = get_args(literal)
    if isinstance(value, str):
        for word in words:
            if word.casefold() == value.casefold():
                return word
    raise OptionError(
        f"{name}={shown(value)} is not one of {', '.join(map(repr, words))}{nearest(str(value), map(str, words))}."
    )


def interval_kind(interval: object, bootstrap: object) -> IntervalKind:
    """The kind of a bootstrap's intervals, ``"percentile"`` unless another is asked for; refused without one."""
    if interval is None:
        return "percentile"
    kind: IntervalKind = validate("interval", interval, IntervalKind)
    if bootstrap is None:
        raise OptionError(f"interval={kind!r} is for the intervals of a bootstrap; give bootstrap=, or leave it out.")
    return kind


def check_flag(name: str, value: object, *, unset: bool = False) -> None:
    """Refuse what is not True or False, nor None where the option may be ``unset``."""
    if type(value).__name__ not in ("bool", "bool_") and not (unset and value is None):
        raise OptionError(f"{name}={shown(value)} is not one of True, False{', None' * unset}.")


def check_flags(**flags: object) -> None:
    """Refuse each option that is not True or False."""
    for name, value in flags.items():
        check_flag(name, value)


def real(value: object) -> float:
    """Return a number as a float, infinite where it is too large for one, and nan for what is not a number."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, 1 if value > 0 else -1)  # type: ignore[operator]


def check_share(name: str, value: object) -> None:
    """Refuse an option that is not between 0 and 1, such as the level of an interval."""
    if not 0 < real(value) < 1:
        raise OptionError(f"{name}={shown(value)} is not between 0 and 1.")


def check_name(name: str, value: object, what: str = "one column") -> None:
    """Refuse an option that is not one name, as text."""
    if not isinstance(value, str):
        raise OptionError(f"{name}= is the name of {what}, not {shown(value)}.")


def as_path(name: str, value: object) -> Path:
    """Return an option that is a path, as text or as a `Path`."""
    if isinstance(value, str | PathLike):
        text = fspath(value)
        if isinstance(text, str) and text and "\0" not in text:
            return Path(text)
    raise OptionError(f"{name}= must be the path of a file, as text; got {shown(value)}.")


def check_whole(name: str, value: object, least: int, most: int | None = None) -> None:
    """Refuse what is not a whole number of at least ``least``, and at most ``most`` where there is a limit."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise OptionError(f"{name}={shown(value)} is not a whole number of at least {least}.")
    if most is not None and int(value) > most:
        raise OptionError(f"{name}={shown(value)} is more than {most:,}, the most that can be asked for.")


def check_number(name: str, value: object, low: float = -math.inf, high: float = math.inf) -> None:
    """Refuse what is not a finite number from ``low`` to ``high``."""
    number = real(value)
    if math.isfinite(number) and low <= number <= high:
        if abs(number) > LARGEST:
            raise OptionError(f"{name}={shown(value)} is too large to compute with.")
        return
    within = "" if math.isinf(low) else f" of at least {low:g}" if math.isinf(high) else f" from {low:g} to {high:g}"
    raise OptionError(f"{name}={shown(value)} is not a finite number{within}.")


def check_kind(name: str, value: object, kind: type, *, unset: bool = False) -> None:
    """Refuse what is not an object of a class, nor None where the option may be ``unset``."""
    if not isinstance(value, kind) and not (unset and value is None):
        article = "an" if kind.__name__[0] in "AEIO" else "a"
        raise OptionError(f"{name}= must be {article} {kind.__name__}; got {shown(value)}.")


def check_text(name: str, value: object) -> None:
    """Refuse what is not text."""
    if not isinstance(value, str):
        raise OptionError(f"{name}= must be text; got {shown(value)}.")


def check_seed(seed: object) -> None:
    """Refuse what is not None or a whole number of at least 0."""
    if seed is not None:
        check_whole("seed", seed, 0)


def check_resampling(n: object, seed: object) -> None:
    """Refuse a number of resamples that is neither 0 nor at least 2, and an invalid seed."""
    if not isinstance(n, Integral) or isinstance(n, bool) or (n < 2 and n != 0):
        raise OptionError(f"n={shown(n)} is not a number of resamples; give 0, or at least 2, such as 2000.")
    check_whole("n", n, 0, MOST_REPLICATES)
    check_seed(seed)


def rising(name: str, given: object, what: str, low: float = -math.inf, high: float = math.inf) -> tuple[float, float]:
    """Return two numbers from ``low`` to ``high``, the first below the second; ``what`` describes them."""
    ends = given if isinstance(given, tuple | list) else ()
    if len(ends) != 2:
        raise OptionError(f"{name}= takes {what}, not {shown(given)}.")
    for end in ends:
        check_number(name, end, low, high)
    if not ends[0] < ends[1]:
        raise OptionError(f"{name}={tuple(ends)} must rise.")
    return ends[0], ends[1]


def listing_of(given: object) -> list[object] | None:
    """The entries of a list, an array or another iterable; None for a text and for what cannot be gone through."""
    if isinstance(given, str | bytes | type):
        return None
    try:
        # An array without axes has no entries, although its type has a way to go through them.
        return list(given)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        return None


def names_of(name: str, given: object, *, once: bool = True) -> tuple[str, ...]:
    """Return an option that takes None, one name or an ordered list of names as a tuple."""
    if given is None:
        return ()
    names: object = (given,) if isinstance(given, str) else given
    listing = listing_of(names)
    if listing is None or isinstance(names, Set | Mapping):
        listing = [names]
    if not all(isinstance(one, str) for one in listing):
        hint = ", which has no order" if isinstance(names, Set) else ""
        raise OptionError(f"{name}= takes a name or a list of names, as text, not {shown(given)}{hint}.")
    if once and len(set(listing)) < len(listing):
        twice = [one for one in dict.fromkeys(listing) if listing.count(one) > 1]
        raise OptionError(f"{name}= names {listed(twice)} more than once.")
    return tuple(map(str, listing))


def groups_of(given: object, taken: Iterable[str], name: str = "by") -> tuple[str, ...]:
    """Return grouping columns, none of which has the name of a column of the result (``taken``)."""
    names = names_of(name, given)
    if both := [column for column in names if column in taken]:
        raise OptionError(
            f"{name}= names {listed(both)}, which the result uses as a column name; rename it in the data."
        )
    return names
