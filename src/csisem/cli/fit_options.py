"""Options on data, sample, model and output, with their help."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from csisem.options import Language, Lonely, ReplicateType

ANSWERS, SAMPLE, MODEL, ESTIMATION, FURTHER, FILE, OUTPUT = (
    "Answers and their scale",
    "Sample",
    "Model",
    "Estimation",
    "Further results",
    "How the file is read",
    "Output",
)
"""Headings of the options in the help."""

PANELS = (MODEL, ANSWERS, SAMPLE, ESTIMATION, FURTHER, FILE, OUTPUT)
"""The headings in the order of the help."""

PRESETS = ("acsi", "ccsi", "ecsi", "ncsb", "scsb")
"""Published models, by their names in ``cs.models``."""

KINDS = (
    "path-diagram", "loadings", "weights", "residuals", "bootstrap", "index", "radar", "bar", "ranks", "trend", "ipma",
    "group-means", "crosstab", "likert", "pie", "pareto", "histogram", "pp", "probability-paper", "scree", "gaps",
    "disconfirmation", "kano",
)  # fmt: skip
"""Kinds of picture, by their names in ``cs.plot``."""


def names(option: object) -> str:
    """The words of an option, as help lists them."""
    return f"{', '.join(get_args(option))}."


def starting(words: tuple[str, ...], typed: str) -> list[str]:
    """The words that begin with what was typed."""
    return [word for word in words if word.casefold().startswith(typed.casefold())]


def complete_model(incomplete: str) -> list[str]:
    """Presets for tab; where there is none the shell completes names of files."""
    return starting(PRESETS, incomplete)


def complete_language(incomplete: str) -> list[str]:
    """Languages for tab."""
    return starting(get_args(Language), incomplete)


DataFile = Annotated[
    str,
    typer.Argument(
        metavar="DATA", help="Answers, a row for each respondent: .csv .tsv .txt .xlsx .sav .zsav .por .dta .parquet."
    ),
]
ModelFile = Annotated[
    str,
    typer.Option(
        metavar="FILE", autocompletion=complete_model, rich_help_panel=MODEL,
        help=f"The model in lavaan syntax, UTF-8; or the name of a published one: {', '.join(PRESETS)}.",
    ),
]  # fmt: skip
MaybeModelFile = Annotated[
    str | None,
    typer.Option(
        metavar="FILE", autocompletion=complete_model, rich_help_panel=MODEL,
        help=f"A model in lavaan syntax, or one of {', '.join(PRESETS)}.",
    ),
]  # fmt: skip
ConstructItems = Annotated[
    list[str],
    typer.Option(
        "--construct", metavar="NAME=ITEM,ITEM", rich_help_panel=MODEL,
        help="Items of a construct of a published model, such as satisfaction=s1,s2,s3; may repeat. Without it "
        "columns such as satisfaction1 and satisfaction2 are taken.",
    ),
]  # fmt: skip
VariantName = Annotated[
    str | None, typer.Option(metavar="NAME", rich_help_panel=MODEL, help="Variant of ecsi, ccsi or ncsb.")
]

# The answers' scale, and numbers that are not answers.
Scale = Annotated[
    tuple[float, float] | None,
    typer.Option(
        metavar="LOW HIGH", rich_help_panel=ANSWERS,
        help="Lowest and highest answer of the items; the index needs it.",
    ),
]  # fmt: skip
ItemScale = Annotated[
    list[str],
    typer.Option(
        "--item-scale", metavar="ITEM=LOW:HIGH", rich_help_panel=ANSWERS,
        help="Another scale for one item, such as c1=0:1; may repeat.",
    ),
]  # fmt: skip
MissingCode = Annotated[
    list[float],
    typer.Option(
        "--missing-code", metavar="NUMBER", rich_help_panel=ANSWERS,
        help="A number that means no answer, such as 99; may repeat.",
    ),
]  # fmt: skip
NotApplicable = Annotated[
    list[float],
    typer.Option(
        metavar="NUMBER", rich_help_panel=ANSWERS, help="A number that means the question did not apply; may repeat."
    ),
]
Reverse = Annotated[
    list[str],
    typer.Option(metavar="ITEM", rich_help_panel=ANSWERS, help="An item asked in the negative; may repeat."),
]

Items = Annotated[
    list[str],
    typer.Option(
        "--item", metavar="COL", rich_help_panel=ANSWERS,
        help="A question; may repeat. Without it the items of the model, or what looks like coded answers.",
    ),
]  # fmt: skip

# The sample.
Weights = Annotated[str | None, typer.Option(metavar="COL", rich_help_panel=SAMPLE, help="Sampling weights.")]
Strata = Annotated[str | None, typer.Option(metavar="COL", rich_help_panel=SAMPLE, help="Strata of the sample.")]
Clusters = Annotated[
    list[str],
    typer.Option(
        metavar="COL", rich_help_panel=SAMPLE, help="Clusters of the sample; repeat for further stages."
    ),
]  # fmt: skip
Fpc = Annotated[
    list[str],
    typer.Option(
        metavar="COL", rich_help_panel=SAMPLE,
        help="Population sizes or sampling fractions of the units drawn; repeat for further stages.",
    ),
]  # fmt: skip
ReplicateWeights = Annotated[
    list[str],
    typer.Option(
        metavar="COL", rich_help_panel=SAMPLE,
        help="A column of replicate weights, or several by a pattern such as 'rep*'; may repeat.",
    ),
]  # fmt: skip
TypeOfReplicates = Annotated[
    str | None,
    typer.Option("--replicate-type", metavar="NAME", rich_help_panel=SAMPLE, help=f"One of: {names(ReplicateType)}"),
]
ReplicateScale = Annotated[
    float | None,
    typer.Option(metavar="NUMBER", rich_help_panel=SAMPLE, help="Factor of the replicates' sum of squares."),
]
Rscales = Annotated[
    list[float],
    typer.Option(metavar="NUMBER", rich_help_panel=SAMPLE, help="A further factor for each replicate; JKn needs them."),
]
LonelyRule = Annotated[
    str,
    typer.Option(
        metavar="NAME", rich_help_panel=SAMPLE, help=f"A stratum with a single unit, one of: {names(Lonely)}"
    ),
]  # fmt: skip
Nest = Annotated[
    bool, typer.Option("--nest", rich_help_panel=SAMPLE, help="Cluster numbers start again in every stratum.")
]

Published = Annotated[
    bool,
    typer.Option(
        "--moments", rich_help_panel=ANSWERS,
        help="DATA is a published table, a row and a column for each item: covariances, or correlations with a row "
        "'sd'; rows 'mean' and 'n' may follow.",
    ),
]  # fmt: skip
Respondents = Annotated[
    int | None,
    typer.Option("--n", metavar="NUMBER", rich_help_panel=ANSWERS, help="Respondents of the table of --moments."),
]

# How the file is read.
Sheet = Annotated[
    str | None,
    typer.Option(metavar="NAME", rich_help_panel=FILE, help="Sheet of an Excel file; the first unless named."),
]
Separator = Annotated[
    str | None, typer.Option(metavar="MARK", rich_help_panel=FILE, help="Separator of the columns of a text file.")
]
Encoding = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", rich_help_panel=FILE, help="Encoding of a text, SPSS or Stata file, such as gb18030."
    ),
]  # fmt: skip
HeaderRows = Annotated[
    int | None,
    typer.Option(metavar="ROWS", rich_help_panel=FILE, help="Rows of the header of a text or Excel file; 0 for none."),
]
Skip = Annotated[
    int | None, typer.Option(metavar="ROWS", rich_help_panel=FILE, help="Rows above the header that are not read.")
]
Decimal = Annotated[
    str | None,
    typer.Option(metavar="MARK", rich_help_panel=FILE, help="Decimal mark of numbers in text: a point or a comma."),
]
Thousands = Annotated[
    str | None,
    typer.Option(metavar="MARK", rich_help_panel=FILE, help="Mark between the thousands of numbers in text."),
]

LanguageName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", autocompletion=complete_language, rich_help_panel=OUTPUT,
        help="Language of what is printed, of pictures and of workbooks: en or zh; default: CSISEM_LANGUAGE, or en.",
    ),
]  # fmt: skip
Out = Annotated[
    str | None,
    typer.Option(
        metavar="FILE", rich_help_panel=OUTPUT,
        help="Write all results, unrounded: .json (one object), .xlsx (a sheet for each table), or .csv (UTF-8; "
        "parameters in FILE, the other tables beside it as NAME_index.csv and so on).",
    ),
]  # fmt: skip
