"""What is asked for: the options that commands share, each with its default."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    estimator: options.EstimatorName = "ML"
    missing: options.MissingRule = "listwise"
    auxiliary: options.Auxiliary = field(default_factory=list)
    groups: options.GroupColumns = field(default_factory=list)
    equal: options.Equal = field(default_factory=list)
    release: options.Release = field(default_factory=list)
    likelihood: options.LikelihoodName = "normal"
    information: options.InformationName = None
    ordered: options.Ordered = field(default_factory=list)
    parameterization: options.ParameterizationName = "delta"
    scheme: options.SchemeName = "path"
    higher_order: options.HigherOrderName = "disjoint"
    moderation: options.ModerationName = "two-stage"
    bootstrap: options.Replicates = None
    seed: options.Seed = None
    interval: options.Interval = None
    by: options.By = field(default_factory=list)
    item_weights: options.WeightsOfItems = "model"


@dataclass(frozen=True, kw_only=True)
class FitRequest(ModelRequest):
    """The options of ``csisem fit``."""

    moments: options.Published = False
    n: options.Respondents = None
    reliability: options.Reliability = False
    anova: options.AnovaColumns = field(default_factory=list)
    crosstab: options.CrosstabColumns = field(default_factory=list)
    target: options.Target = None
    ipma: options.IpmaTarget = None
    wave: options.WaveColumn = None
    out: options.Out = None
