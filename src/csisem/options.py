"""Options as Literals, and the words that they may be."""

from __future__ import annotations

from typing import Any, Literal, get_args

from csisem.errors import OptionError, nearest, shown

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
