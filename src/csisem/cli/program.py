"""Commands and options of the command line."""

from __future__ import annotations

from typing import Annotated, get_args

import typer

from csisem import __version__
from csisem.cli.error_messages import UNUSABLE, end_unprinted, plain_sentences, say, tolerate_narrow_terminals
from csisem.options import Estimator, ItemWeights, Likelihood, Scheme

# Plain help and errors: markup would drop names in brackets.
app = typer.Typer(
    name="csisem", no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False
)

_EXIT = (
    "Exit codes: 0 the fit can be used; 1 everything was printed but the fit must not be used; 2 bad input; 3 the "
    "results could not be printed."
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"csisem {__version__}")
        raise typer.Exit


@app.callback()
def _csisem(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Customer satisfaction: Fornell-type structural models and the 0-100 index with its interval."""


@app.command()
def demo(
    save: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Write data.csv (synthetic) and model.txt there instead, to try 'fit'."),
    ] = None,
) -> None:
    """Fit two models to a real survey: one that can be used, and one that must not be."""
    from csisem.cli import demonstration

    with plain_sentences():
        for line in demonstration.show() if save is None else demonstration.save(save):
            say(line)


@app.command(epilog=_EXIT)
def fit(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA", help="Answers, a row for each respondent: .csv .tsv .xlsx .sav .zsav .por .dta .parquet."
        ),
    ],
    model: Annotated[str, typer.Option(metavar="FILE", help="The model in lavaan syntax, UTF-8.")],
    scale: Annotated[
        tuple[float, float] | None,
        typer.Option(metavar="LOW HIGH", help="Lowest and highest answer of the items; the index needs it."),
    ] = None,
    item_scale: Annotated[
        list[str] | None,
        typer.Option(metavar="ITEM=LOW:HIGH", help="Another scale for one item, such as c1=0:1; may repeat."),
    ] = None,
    estimator: Annotated[str, typer.Option(help=f"One of: {', '.join(get_args(Estimator))}.")] = "ML",
    by: Annotated[
        list[str] | None,
        typer.Option(metavar="COL", help="Also the index of each group in this column; may repeat, each by itself."),
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COL", help="Fit each group in this column with parameters of its own; may repeat, crossed."
        ),
    ] = None,
    weights: Annotated[str | None, typer.Option(metavar="COL", help="Sampling weights.")] = None,
    strata: Annotated[str | None, typer.Option(metavar="COL", help="Strata of the sample.")] = None,
    clusters: Annotated[
        list[str] | None, typer.Option(metavar="COL", help="Clusters of the sample; repeat for further stages.")
    ] = None,
    missing_code: Annotated[
        list[float] | None,
        typer.Option(metavar="NUMBER", help="A number that means no answer, such as 99; may repeat."),
    ] = None,
    not_applicable: Annotated[
        list[float] | None,
        typer.Option(metavar="NUMBER", help="A number that means the question did not apply; may repeat."),
    ] = None,
    reverse: Annotated[
        list[str] | None, typer.Option(metavar="ITEM", help="An item asked in the negative; may repeat.")
    ] = None,
    item_weights: Annotated[
        str, typer.Option(help=f"Weights of the items in an index, one of: {', '.join(get_args(ItemWeights))}.")
    ] = "model",
    likelihood: Annotated[str, typer.Option(help=f"One of: {', '.join(get_args(Likelihood))}.")] = "normal",
    scheme: Annotated[
        str, typer.Option(help=f"Inner weighting scheme of PLS, one of: {', '.join(get_args(Scheme))}.")
    ] = "path",
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="Sheet of an Excel file; the first unless named.")
    ] = None,
    separator: Annotated[
        str | None, typer.Option(metavar="MARK", help="Separator of the columns of a text file.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="Encoding of a text, SPSS or Stata file, such as gb18030.")
    ] = None,
    header: Annotated[
        int | None, typer.Option(metavar="ROWS", help="Rows of the header of a text or Excel file; 0 for none.")
    ] = None,
    skip: Annotated[int | None, typer.Option(metavar="ROWS", help="Rows above the header that are not read.")] = None,
    decimal: Annotated[
        str | None, typer.Option(metavar="MARK", help="Decimal mark of numbers in text: a point or a comma.")
    ] = None,
    thousands: Annotated[
        str | None, typer.Option(metavar="MARK", help="Mark between the thousands of numbers in text.")
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Write all results, unrounded: .json (one object), .xlsx (a sheet for each table), or .csv (UTF-8; "
            "parameters in FILE, the other tables beside it as NAME_index.csv and so on).",
        ),
    ] = None,
) -> None:
    """Fit a model to answers; print the verdict, measures, paths, loadings, effects and the index."""
    from csisem.cli import export, screen_report
    from csisem.cli.analysis import Request, analyse

    request = Request(
        data, model, scale, tuple(item_scale or ()), estimator, tuple(by or ()), tuple(groups or ()), weights, strata,
        tuple(clusters or ()), tuple(missing_code or ()), tuple(not_applicable or ()), tuple(reverse or ()),
        item_weights, likelihood, scheme, sheet, separator, encoding, header, skip, decimal, thousands,
    )  # fmt: skip
    with plain_sentences():
        writer = None if out is None else export.writer_for(out, (data, model))
        results = analyse(request)
        # Files come first, so that nothing is printed if they cannot be written.
        written = [] if writer is None else writer(results)
        for line in screen_report.report(results):
            say(line)
        for name in written:
            say(f"Wrote {name}")
    if not results.fit:
        raise typer.Exit(UNUSABLE)


def main() -> None:
    """Run the command line."""
    tolerate_narrow_terminals()
    try:
        app()
    except OSError as problem:
        end_unprinted(problem)
