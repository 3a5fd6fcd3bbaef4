"""Every option once, as a Literal, with the one function that checks a value against it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Literal, get_args

from csisem.errors import OptionError, listed, nearest, shown

CovarianceEstimator = Literal["ML", "MLM", "MLMV", "MLMVS", "MLR", "GLS", "ULS", "ULSM", "ULSMV", "WLS", "DWLS", "WLSM"]
"""Estimators of covariance structures; `RECIPES` says what each is made of."""

CompositeEstimator = Literal["PLS", "PLSc"]
"""Estimators of PLS path models: by scores, and corrected for the error in them."""

Estimator = Literal[CovarianceEstimator, CompositeEstimator]
"""Estimators that can be run."""

PlannedEstimator = Literal["WLSMV"]
"""Estimators whose names are reserved; asking for one says so instead of failing obscurely."""

Discrepancy = Literal["ML", "GLS", "ULS", "WLS", "DWLS"]
"""What is minimised: the normal-theory likelihood, or a quadratic form in the residual moments with these weights."""

Test = Literal["standard", "satorra.bentler", "scaled.shifted", "mean.var.adjusted", "yuan.bentler.mplus"]
"""How chi-square is corrected for the distribution of the answers (lavaan's words)."""

Likelihood = Literal["normal", "wishart"]
"""``normal``: S/N and N*F; ``wishart``: S/(N-1) and (N-1)*F (lavaan's words)."""

Information = Literal["expected", "observed"]
"""Which information matrix the standard errors come from."""

Missing = Literal["listwise", "fiml", "pairwise", "mean", "em"]
"""What is done with a row that lacks an answer.

It is left out, or enters with what it answers (``fiml`` under a covariance structure, ``em`` and ``pairwise`` through
the moments that PLS takes), or gets its items' means (PLS).
"""

Engine = Literal["native", "semopy"]
"""Which program finds the estimates and their errors."""

Mode = Literal["A", "B", "unit", "pca"]
"""How a construct's weights are found under PLS; covariance estimators read ``A`` as reflective."""

Scheme = Literal["path", "centroid", "factorial"]
"""How PLS weights a construct's neighbours: regressions and correlations, signs, or correlations."""

HigherOrder = Literal["disjoint", "embedded", "repeated"]
"""How PLS estimates a higher-order construct: in two stages from its dimensions' scores, or from all their items."""

Moderation = Literal["two-stage", "product", "orthogonal"]
"""What measures an interaction under PLS: the product of two scores, products of items, or their residuals."""

Foresight = Literal["direct", "earliest"]
"""What PLSpredict predicts from: the scores of direct predecessors, or of exogenous constructs alone."""

ItemWeights = Literal["model", "loadings", "equal"]
"""How the items of one construct are weighted in its index."""

StandardErrors = Literal["standard", "robust"]
"""``standard``: normal theory from moments; ``robust``: influence values of the rows."""

Errors = Literal["normal theory", "sandwich", "design", "replicates"]
"""Where a fit's errors come from: information, independent rows, sampling units, or replicate weights."""

Residuals = Literal["raw", "cor", "normalized", "standardized"]
"""Residual covariances or correlations; covariances over the sample moment's error, or over the residual's own."""

ScoreMethod = Literal["regression", "bartlett"]
"""How factor scores weight the answers."""

BootstrapMethod = Literal["nonparametric", "bollen-stine", "parametric"]
"""What replicates are drawn from: the answers, the answers transformed so that the model holds, the model."""

IntervalKind = Literal["percentile", "bca", "normal"]
"""How an interval is read off bootstrap draws."""

DifferenceMethod = Literal["standard", "satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000"]
"""How nested models' chi-squares are compared (lavaan's words); all but the first scale the difference."""

Equality = Literal[
    "loadings",
    "intercepts",
    "residuals",
    "residual.covariances",
    "regressions",
    "lv.variances",
    "lv.covariances",
    "means",
]
"""Kinds of parameters that ``equal=`` holds equal over groups (lavaan's ``group.equal``)."""

Lonely = Literal["refuse", "adjust", "average", "remove", "certainty"]
"""What is done with a stratum in which a single unit was drawn."""

QuestionKind = Literal["yes_no", "choice", "multiple", "likert", "number", "open"]
"""What a respondent is to do: say yes or no, choose one answer, choose several, rate, give a number, or write."""

SurveyMode = Literal["interview", "telephone", "mail", "on_site", "online", "mystery_shopper", "other"]
"""How respondents were asked."""

Selected = Literal["random", "quota", "key", "typical", "convenience"]
"""How respondents were chosen: at random, or in a way to which no margin of error belongs."""

ShareInterval = Literal["wilson", "wald"]
"""Intervals of shares and rates: Wilson's, which stay within 0 and 1, or the share plus or minus its error."""

Correlation = Literal["pearson", "spearman"]
"""Correlations of the answers, or of their ranks."""

Prior = Literal["sample", "equal"]
"""How likely a group is before its answers are known: as in the (weighted) sample, or alike."""

Adjustment = Literal["holm", "bonferroni", "fdr", "none"]
"""How p-values of several comparisons are adjusted."""

FactorMethod = Literal["minres", "ml"]
"""How exploratory factors are found: least squares of the residual correlations, or maximum likelihood."""

Rotation = Literal["none", "varimax", "quartimax", "equamax", "promax", "oblimin", "quartimin", "geomin"]
"""How factors are turned; from ``promax`` on they may correlate."""

AllocationMethod = Literal["proportional", "equal", "neyman", "cost"]
"""How a sample is shared out among strata."""

Selection = Literal["simple", "systematic", "pps"]
"""How units are drawn within a stratum: at random, at a fixed interval, or with probability proportional to size."""

ReplicateType = Literal["BRR", "Fay", "JK1", "JKn", "bootstrap", "other"]
"""How replicate weights were made."""

JudgementRule = Literal["R1", "R2", "R3", "R4", "R5"]
"""How rankings become judgements: rank differences, steep, mean ranks, optimal transfer, or pairwise dominance."""

GroupMethod = Literal["AIJ", "AIP"]
"""What is averaged (geometrically) over respondents: their judgements, or their priorities."""

Priority = Literal["eigenvector", "geometric"]
"""How a judgement matrix becomes weights: its principal eigenvector, or the geometric means of its rows."""

RandomIndex = Literal["saaty", "simulated"]
"""Which table of random consistency indices a ratio is taken from."""

Ties = Literal["refuse", "average"]
"""Whether a respondent may give two items one rank, which is then the mean of the places they share."""

RankWeights = Literal["sum", "reciprocal", "centroid", "exponent"]
"""How the places of a single ranking become weights."""

MissingIndicators = Literal["refuse", "renormalize", "available", "listwise"]
"""What becomes of an indicator without a value: refused, its weight given to its siblings (of the figures given, or of
every respondent), each indicator's mean over those who answered it, or only respondents who answered all."""

TrendMeasure = Literal["index", "top-box", "nps"]
"""What is followed over waves: an index, the share of the top boxes, or a net promoter score."""

ChangeFrom = Literal["previous", "first"]
"""The wave that a change is taken from."""

LoyaltyCurve = Literal["isotonic", "logistic"]
"""The shape of loyalty as a function of satisfaction: never falling, or S-shaped."""

DriverMeasure = Literal["correlation", "regression", "lmg", "relative"]
"""How much a driver counts: alone, beside the others, on average over orders of entry, or by relative weights."""

TargetMethod = Literal["simple", "precise"]
"""What makes an indicator important: its weight, or its correlation with overall satisfaction."""

TargetBy = Literal["quadrant", "coefficient", "region"]
"""How importance and score are put together: in a cross of cuts, as a product, or as a distance from the diagonal."""

MapOf = Literal["constructs", "items"]
"""What stands on an importance-performance map."""

DeliveredForm = Literal["difference", "ratio"]
"""Customer delivered value as value less cost, or value over cost."""

Combination = Literal["multiplicative", "linear"]
"""How several sets of weights become one: their product, or their mean."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an estimator minimises, where its errors come from, and which test it makes."""

    discrepancy: Discrepancy
    errors: StandardErrors = "standard"
    test: Test = "standard"


RECIPES: dict[str, Recipe] = {
    "ML": Recipe("ML"),
    "MLM": Recipe("ML", "robust", "satorra.bentler"),
    "MLMV": Recipe("ML", "robust", "scaled.shifted"),
    "MLMVS": Recipe("ML", "robust", "mean.var.adjusted"),
    "MLR": Recipe("ML", "robust", "yuan.bentler.mplus"),
    "GLS": Recipe("GLS"),
    "ULS": Recipe("ULS"),
    "ULSM": Recipe("ULS", "robust", "satorra.bentler"),
    "ULSMV": Recipe("ULS", "robust", "scaled.shifted"),
    "WLS": Recipe("WLS"),
    "DWLS": Recipe("DWLS"),
    "WLSM": Recipe("DWLS", "robust", "satorra.bentler"),
}
"""The estimators of covariance structures, as lavaan puts them together."""


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


def check_flag(name: str, value: object, *, unset: bool = False) -> None:
    """Refuse what is neither True nor False, nor None where that stands for ``unset``.

    Raises
    ------
    OptionError
        One sentence.
    """
    if type(value).__name__ not in ("bool", "bool_") and not (unset and value is None):
        raise OptionError(f"{name}={shown(value)} is not one of True, False{', None' * unset}.")


def check_share(name: str, value: object) -> None:
    """Refuse an option that is not between 0 and 1, such as the level of an interval.

    Raises
    ------
    OptionError
        One sentence.
    """
    if not isinstance(value, Real) or not 0 < float(value) < 1:
        raise OptionError(f"{name}={shown(value)} is not between 0 and 1.")


def check_name(name: str, value: object, what: str = "one column") -> None:
    """Refuse an option that is not one name, as text.

    Raises
    ------
    OptionError
        One sentence.
    """
    if not isinstance(value, str):
        raise OptionError(f"{name}= is the name of {what}, not {shown(value)}.")


def check_whole(name: str, value: object, least: int) -> None:
    """Refuse what is not a whole number of at least ``least``.

    Raises
    ------
    OptionError
        One sentence.
    """
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise OptionError(f"{name}={shown(value)} is not a whole number of at least {least}.")


def check_number(name: str, value: object, low: float = -math.inf, high: float = math.inf) -> None:
    """Refuse what is not a finite number from ``low`` to ``high``.

    Raises
    ------
    OptionError
        One sentence.
    """
    if isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value) and low <= float(value) <= high:
        return
    within = "" if math.isinf(low) else f" of at least {low:g}" if math.isinf(high) else f" from {low:g} to {high:g}"
    raise OptionError(f"{name}={shown(value)} is not a finite number{within}.")


def check_seed(seed: object) -> None:
    """Refuse what is neither None nor a whole number of at least 0.

    Raises
    ------
    OptionError
        One sentence.
    """
    if seed is not None:
        check_whole("seed", seed, 0)


def check_resampling(bootstrap: object, seed: object) -> None:
    """Refuse numbers of resamples that are neither 0 nor at least 2, and seeds that are none.

    Raises
    ------
    OptionError
        One sentence.
    """
    if not isinstance(bootstrap, Integral) or isinstance(bootstrap, bool) or (bootstrap < 2 and bootstrap != 0):
        raise OptionError(f"bootstrap={shown(bootstrap)} is not a number of resamples; give 0, or at least 2, such as "
                          "2000.")  # fmt: skip
    check_seed(seed)


def rising(name: str, given: object, what: str, low: float = -math.inf, high: float = math.inf) -> tuple[float, float]:
    """Return two numbers from ``low`` to ``high``, the first below the second; ``what`` says what they are.

    Raises
    ------
    OptionError
        One sentence.
    """
    ends = given if isinstance(given, tuple | list) else ()
    if len(ends) != 2:
        raise OptionError(f"{name}= takes {what}, not {shown(given)}.")
    for end in ends:
        check_number(name, end, low, high)
    if not ends[0] < ends[1]:
        raise OptionError(f"{name}={tuple(ends)} must rise.")
    return ends[0], ends[1]


def names_of(name: str, given: object, *, once: bool = True) -> tuple[str, ...]:
    """Return an option that takes one name, several in an order, or none (None) as a tuple.

    Raises
    ------
    OptionError
        It is something else, or takes each name ``once`` and is given one twice.
    """
    names: object = () if given is None else (given,) if isinstance(given, str) else given
    # A set has no order, and a mapping says more than names.
    listing = list(names) if isinstance(names, Iterable) and not isinstance(names, Set | Mapping) else [names]
    if not all(isinstance(one, str) for one in listing):
        hint = ", whose order is not said" if isinstance(names, Set) else ""
        raise OptionError(f"{name}= takes a name or a list of names, as text, not {shown(given)}{hint}.")
    twice = [one for one in dict.fromkeys(listing) if listing.count(one) > 1]
    if once and twice:
        raise OptionError(f"{name}= names {listed(twice)} more than once.")
    return tuple(map(str, listing))


def groups_of(given: object, taken: Iterable[str], name: str = "by") -> tuple[str, ...]:
    """Return the columns that make groups, none of which has the name of a column of the result (``taken``).

    Raises
    ------
    OptionError
        It names something else than columns, or one whose name is taken.
    """
    names = names_of(name, given)
    if both := [column for column in names if column in taken]:
        raise OptionError(f"{name}= names {listed(both)}, as a column of the result is called; rename it in the data.")
    return names
