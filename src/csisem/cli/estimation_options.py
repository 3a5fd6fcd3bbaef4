"""Options on estimation and further results, with their help."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from csisem.cli.fit_options import ESTIMATION, FURTHER, names, starting
from csisem.options import (
    Estimator,
    HigherOrder,
    Information,
    IntervalKind,
    ItemWeights,
    Likelihood,
    Missing,
    Moderation,
    Parameterization,
    Scheme,
)


def complete_estimator(incomplete: str) -> list[str]:
    """Estimators for tab."""
    return starting((*get_args(get_args(Estimator)[0]), *get_args(Estimator)), incomplete)


# The estimation.
EstimatorName = Annotated[
    str,
    typer.Option(
        metavar="NAME", autocompletion=complete_estimator, rich_help_panel=ESTIMATION,
        help=f"One of: {names(Estimator)}",
    ),
]  # fmt: skip
MissingRule = Annotated[
    str,
    typer.Option(metavar="NAME", rich_help_panel=ESTIMATION, help=f"Rows without an answer, one of: {names(Missing)}"),
]
Auxiliary = Annotated[
    list[str],
    typer.Option(metavar="COL", rich_help_panel=ESTIMATION, help="A column that helps --missing fiml; may repeat."),
]
GroupColumns = Annotated[
    list[str],
    typer.Option(
        metavar="COL", rich_help_panel=ESTIMATION,
        help="Fit each group in this column with parameters of its own; may repeat, crossed.",
    ),
]  # fmt: skip
Equal = Annotated[
    list[str],
    typer.Option(
        metavar="KIND", rich_help_panel=ESTIMATION,
        help="Parameters that are equal in all groups, such as loadings or intercepts; may repeat.",
    ),
]  # fmt: skip
Release = Annotated[
    list[str],
    typer.Option(
        metavar="PARAMETER", rich_help_panel=ESTIMATION,
        help="A parameter that may differ in spite of --equal, such as 'Quality =~ q2'; may repeat.",
    ),
]  # fmt: skip
LikelihoodName = Annotated[
    str, typer.Option(metavar="NAME", rich_help_panel=ESTIMATION, help=f"One of: {names(Likelihood)}")
]
InformationName = Annotated[
    str | None,
    typer.Option(
        "--information", metavar="NAME", rich_help_panel=ESTIMATION,
        help=f"What standard errors are from, one of: {names(Information)}",
    ),
]  # fmt: skip
Ordered = Annotated[
    list[str],
    typer.Option(
        metavar="ITEM", rich_help_panel=ESTIMATION,
        help="An item of ordered categories, for WLSMV and its relatives; may repeat. WLSMV alone takes all.",
    ),
]  # fmt: skip
ParameterizationName = Annotated[
    str,
    typer.Option(
        metavar="NAME", rich_help_panel=ESTIMATION,
        help=f"What sets the scale of ordered items, one of: {names(Parameterization)}",
    ),
]  # fmt: skip
SchemeName = Annotated[
    str,
    typer.Option(
        metavar="NAME", rich_help_panel=ESTIMATION, help=f"Inner weighting scheme of PLS, one of: {names(Scheme)}"
    ),
]
HigherOrderName = Annotated[
    str,
    typer.Option(
        "--higher-order", metavar="NAME", rich_help_panel=ESTIMATION,
        help=f"Higher-order constructs under PLS, one of: {names(HigherOrder)}",
    ),
]  # fmt: skip
ModerationName = Annotated[
    str,
    typer.Option(
        "--moderation", metavar="NAME", rich_help_panel=ESTIMATION,
        help=f"Interactions, A:B in a path of the model, under PLS, one of: {names(Moderation)}",
    ),
]  # fmt: skip
Replicates = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER", rich_help_panel=ESTIMATION,
        help="Resamples of the answers, such as 2000: intervals of parameters, effects and indices are from them.",
    ),
]  # fmt: skip
Seed = Annotated[
    int | None, typer.Option(metavar="NUMBER", rich_help_panel=ESTIMATION, help="Number that the chance starts from.")
]
Interval = Annotated[
    str | None,
    typer.Option(
        "--interval", metavar="NAME", rich_help_panel=ESTIMATION,
        help=f"Interval of the bootstrap, one of: {names(IntervalKind)}",
    ),
]  # fmt: skip

# Further results.
By = Annotated[
    list[str],
    typer.Option(
        metavar="COL", rich_help_panel=FURTHER,
        help="Also the index of each group in this column; may repeat, each by itself.",
    ),
]  # fmt: skip
WeightsOfItems = Annotated[
    str,
    typer.Option(
        metavar="KIND", rich_help_panel=FURTHER, help=f"Weights of the items in an index, one of: {names(ItemWeights)}"
    ),
]
Target = Annotated[
    str | None,
    typer.Option(
        metavar="CONSTRUCT", rich_help_panel=FURTHER,
        help="What --anova and --crosstab are about; Satisfaction where the model has it.",
    ),
]  # fmt: skip
Reliability = Annotated[
    bool,
    typer.Option(
        "--reliability", rich_help_panel=FURTHER, help="Also reliability and validity: alpha, omega, AVE, HTMT."
    ),
]
AnovaColumns = Annotated[
    list[str],
    typer.Option(
        "--anova", metavar="COL", rich_help_panel=FURTHER,
        help="Also the analysis of variance of --target over this column; may repeat, each by itself.",
    ),
]  # fmt: skip
CrosstabColumns = Annotated[
    list[str],
    typer.Option(
        "--crosstab", metavar="COL", rich_help_panel=FURTHER,
        help="Also the cross table of --target with this column; may repeat, each by itself.",
    ),
]  # fmt: skip
IpmaTarget = Annotated[
    str | None,
    typer.Option(
        metavar="CONSTRUCT", rich_help_panel=FURTHER, help="Also importance and performance of what acts on this one."
    ),
]
WaveColumn = Annotated[
    str | None,
    typer.Option(
        metavar="COL", rich_help_panel=FURTHER, help="Also the index of each wave in this column, and its changes."
    ),
]
