"""Requests: options of data, model and fit with their defaults."""

from __future__ import annotations

from dataclasses import dataclass, field

from csisem.cli import estimation_options as estimation
from csisem.cli import fit_options as options


@dataclass(frozen=True, kw_only=True)
class DataRequest:
    """A file of answers, how it is read, its scale and its sample."""

    data: options.DataFile
    scale: options.Scale = None
    item_scales: options.ItemScale = field(default_factory=list)
    missing_codes: options.MissingCode = field(default_factory=list)
    not_applicable: options.NotApplicable = field(default_factory=list)
    reverse: options.Reverse = field(default_factory=list)
    weights: options.Weights = None
    strata: options.Strata = None
    clusters: options.Clusters = field(default_factory=list)
    fpc: options.Fpc = field(default_factory=list)
    replicate_weights: options.ReplicateWeights = field(default_factory=list)
    replicate_type: options.TypeOfReplicates = None
    replicate_scale: options.ReplicateScale = None
    rscales: options.Rscales = field(default_factory=list)
    lonely: options.LonelyRule = "refuse"
    nest: options.Nest = False
    sheet: options.Sheet = None
    separator: options.Separator = None
    encoding: options.Encoding = None
    header: options.HeaderRows = None
    skip: options.Skip = None
    decimal: options.Decimal = None
    thousands: options.Thousands = None
    language: options.LanguageName = None


@dataclass(frozen=True, kw_only=True)
class ModelRequest(DataRequest):
    """Answers and a model that is fitted to them."""

    model: options.ModelFile
    constructs: options.ConstructItems = field(default_factory=list)
    variant: options.VariantName = None
    estimator: estimation.EstimatorName = "ML"
    missing: estimation.MissingRule = "listwise"
    auxiliary: estimation.Auxiliary = field(default_factory=list)
    groups: estimation.GroupColumns = field(default_factory=list)
    equal: estimation.Equal = field(default_factory=list)
    release: estimation.Release = field(default_factory=list)
    likelihood: estimation.LikelihoodName = "normal"
    information: estimation.InformationName = None
    ordered: estimation.Ordered = field(default_factory=list)
    parameterization: estimation.ParameterizationName = "delta"
    scheme: estimation.SchemeName = "path"
    higher_order: estimation.HigherOrderName = "disjoint"
    moderation: estimation.ModerationName = "two-stage"
    bootstrap: estimation.Replicates = None
    seed: estimation.Seed = None
    interval: estimation.Interval = None
    by: estimation.By = field(default_factory=list)
    item_weights: estimation.WeightsOfItems = "model"


@dataclass(frozen=True, kw_only=True)
class FitRequest(ModelRequest):
    """The options of ``csisem fit``."""

    moments: options.Published = False
    n: options.Respondents = None
    reliability: estimation.Reliability = False
    anova: estimation.AnovaColumns = field(default_factory=list)
    crosstab: estimation.CrosstabColumns = field(default_factory=list)
    target: estimation.Target = None
    ipma: estimation.IpmaTarget = None
    wave: estimation.WaveColumn = None
    out: options.Out = None
