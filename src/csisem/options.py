"""Every option once, as a Literal, with the one function that checks a value against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast, get_args

from csisem.errors import OptionError, nearest

Estimator = Literal["ML", "MLM", "MLMV", "MLMVS", "MLR", "GLS", "ULS", "ULSM", "ULSMV", "WLS", "DWLS", "WLSM"]
"""Estimators that can be run; `RECIPES` says what each is made of."""

PlannedEstimator = Literal["WLSMV", "PLS", "PLSc"]
"""Estimators whose names are reserved; asking for one says so instead of failing obscurely."""

Discrepancy = Literal["ML", "GLS", "ULS", "WLS", "DWLS"]
"""What is minimised: the normal-theory likelihood, or a quadratic form in the residual moments with these weights."""

Test = Literal["standard", "satorra.bentler", "scaled.shifted", "mean.var.adjusted", "yuan.bentler.mplus"]
"""How chi-square is corrected for the distribution of the answers (lavaan's words)."""

Likelihood = Literal["normal", "wishart"]
"""``normal``: S/N and N*F; ``wishart``: S/(N-1) and (N-1)*F (lavaan's words)."""

Information = Literal["expected", "observed"]
"""Which information matrix the standard errors come from."""

Missing = Literal["listwise", "fiml"]
"""What is done with a row that lacks an answer: it is left out, or enters with what it answers."""

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

Residuals = Literal["raw", "cor"]
"""Residual covariances, or residual correlations."""

ScoreMethod = Literal["regression", "bartlett"]
"""How factor scores weight the answers."""

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
"""Intervals of shares: Wilson's, which stay within 0 and 1, or the share plus or minus its error."""

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


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an estimator minimises, where its errors come from, and which test it makes."""

    discrepancy: Discrepancy
    errors: StandardErrors = "standard"
    test: Test = "standard"


RECIPES: dict[Estimator, Recipe] = {
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
"""The estimators, as lavaan puts them together."""

T = TypeVar("T")


def validate(name: str, value: object, literal: Any) -> Any:
    """Return ``value`` if it is one of ``literal``'s words; otherwise raise `OptionError` naming the nearest."""
    words = get_args(literal)
    if value in words:
        return cast("Any", value)
    raise OptionError(
        f"{name}={value!r} is not one of {', '.join(map(repr, words))}{nearest(str(value), map(str, words))}."
    )
