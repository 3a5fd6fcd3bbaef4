"""Options of ``csisem fit``, with their help."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from csisem.options import Estimator, ItemWeights, Language, Likelihood, Parameterization, Scheme


def _names(option: object) -> str:
    return f"{', '.join(get_args(option))}."


DataFile = Annotated[
    str,
    typer.Argument(
        metavar="DATA", help="Answers, a row for each respondent: .csv .tsv .txt .xlsx .sav .zsav .por .dta .parquet."
    ),
]
ModelFile = Annotated[str, typer.Option(metavar="FILE", help="The model in lavaan syntax, UTF-8.")]

# The answers' scale, and numbers that are not answers.
Scale = Annotated[
    tuple[float, float] | None,
    typer.Option(metavar="LOW HIGH", help="Lowest and highest answer of the items; the index needs it."),
]
ItemScale = Annotated[
    list[str] | None,
    typer.Option(metavar="ITEM=LOW:HIGH", help="Another scale for one item, such as c1=0:1; may repeat."),
]
MissingCode = Annotated[
    list[float] | None,
    typer.Option(metavar="NUMBER", help="A number that means no answer, such as 99; may repeat."),
]
NotApplicable = Annotated[
    list[float] | None,
    typer.Option(metavar="NUMBER", help="A number that means the question did not apply; may repeat."),
]
Reverse = Annotated[list[str] | None, typer.Option(metavar="ITEM", help="An item asked in the negative; may repeat.")]

# The sample.
Weights = Annotated[str | None, typer.Option(metavar="COL", help="Sampling weights.")]
Strata = Annotated[str | None, typer.Option(metavar="COL", help="Strata of the sample.")]
Clusters = Annotated[
    list[str] | None, typer.Option(metavar="COL", help="Clusters of the sample; repeat for further stages.")
]

# The analysis.
EstimatorName = Annotated[str, typer.Option(help=f"One of: {_names(Estimator)}")]
By = Annotated[
    list[str] | None,
    typer.Option(metavar="COL", help="Also the index of each group in this column; may repeat, each by itself."),
]
GroupColumns = Annotated[
    list[str] | None,
    typer.Option(metavar="COL", help="Fit each group in this column with parameters of its own; may repeat, crossed."),
]
WeightsOfItems = Annotated[str, typer.Option(help=f"Weights of the items in an index, one of: {_names(ItemWeights)}")]
LikelihoodName = Annotated[str, typer.Option(help=f"One of: {_names(Likelihood)}")]
Ordered = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ITEM",
        help="An item of ordered categories, for WLSMV and its relatives; may repeat. WLSMV alone takes all.",
    ),
]
ParameterizationName = Annotated[
    str, typer.Option(help=f"What sets the scale of ordered items, one of: {_names(Parameterization)}")
]
SchemeName = Annotated[str, typer.Option(help=f"Inner weighting scheme of PLS, one of: {_names(Scheme)}")]

# How the file is read.
Sheet = Annotated[str | None, typer.Option(metavar="NAME", help="Sheet of an Excel file; the first unless named.")]
Separator = Annotated[str | None, typer.Option(metavar="MARK", help="Separator of the columns of a text file.")]
Encoding = Annotated[
    str | None, typer.Option(metavar="NAME", help="Encoding of a text, SPSS or Stata file, such as gb18030.")
]
HeaderRows = Annotated[
    int | None, typer.Option(metavar="ROWS", help="Rows of the header of a text or Excel file; 0 for none.")
]
Skip = Annotated[int | None, typer.Option(metavar="ROWS", help="Rows above the header that are not read.")]
Decimal = Annotated[
    str | None, typer.Option(metavar="MARK", help="Decimal mark of numbers in text: a point or a comma.")
]
Thousands = Annotated[str | None, typer.Option(metavar="MARK", help="Mark between the thousands of numbers in text.")]

LanguageName = Annotated[str, typer.Option(help=f"Language of what is printed and of workbooks: {_names(Language)}")]
Out = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Write all results, unrounded: .json (one object), .xlsx (a sheet for each table), or .csv (UTF-8; "
        "parameters in FILE, the other tables beside it as NAME_index.csv and so on).",
    ),
]
