"""Commands and options of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from csisem import __version__
from csisem.cli import fit_options as options
from csisem.cli.error_messages import UNUSABLE, end_unprinted, plain_sentences, say, tolerate_narrow_terminals
from csisem.cli.local_app import local_app
from csisem.cli.programme_commands import programme
from csisem.cli.report_command import report
from csisem.cli.spoken_language import run

if TYPE_CHECKING:
    from csisem.cli.analysis import Request
    from csisem.options import Language

# Plain help and errors: markup would drop names in brackets.
app = typer.Typer(
    name="csisem", no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False
)

_EXIT = (
    "Exit codes: 0 the fit can be used; 1 everything was printed but the fit must not be used; 2 bad input; 3 the "
    "results could not be printed."
)


app.add_typer(programme, name="programme")
app.command("app")(local_app)
app.command(epilog=_EXIT)(report)


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
    report: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write a report of a synthetic survey there instead: .html or .docx."),
    ] = None,
    language: options.LanguageName = "en",
) -> None:
    """Fit two models to a real survey: one that can be used, and one that must not be."""
    from csisem.cli import demonstration
    from csisem.errors import OptionError
    from csisem.options import Language, validate

    with plain_sentences():
        spoken: Language = validate("language", language, Language)
        if save is not None and report is not None:
            raise OptionError("--save and --report exclude each other; give one.")
        if report is not None:
            lines = demonstration.report(report, spoken)
        else:
            lines = demonstration.show() if save is None else demonstration.save(save)
        for line in lines:
            say(line)


@app.command(epilog=_EXIT)
def fit(
    data: options.DataFile,
    model: options.ModelFile,
    scale: options.Scale = None,
    item_scale: options.ItemScale = None,
    estimator: options.EstimatorName = "ML",
    by: options.By = None,
    groups: options.GroupColumns = None,
    weights: options.Weights = None,
    strata: options.Strata = None,
    clusters: options.Clusters = None,
    missing_code: options.MissingCode = None,
    not_applicable: options.NotApplicable = None,
    reverse: options.Reverse = None,
    item_weights: options.WeightsOfItems = "model",
    likelihood: options.LikelihoodName = "normal",
    scheme: options.SchemeName = "path",
    ordered: options.Ordered = None,
    parameterization: options.ParameterizationName = "delta",
    sheet: options.Sheet = None,
    separator: options.Separator = None,
    encoding: options.Encoding = None,
    header: options.HeaderRows = None,
    skip: options.Skip = None,
    decimal: options.Decimal = None,
    thousands: options.Thousands = None,
    language: options.LanguageName = "en",
    out: options.Out = None,
) -> None:
    """Fit a model to answers; print the verdict, measures, paths, loadings, effects and the index."""
    from csisem.cli.analysis import Request
    from csisem.options import Language, validate

    request = Request(
        data, model, scale, tuple(item_scale or ()), estimator, tuple(by or ()), tuple(groups or ()), weights, strata,
        tuple(clusters or ()), tuple(missing_code or ()), tuple(not_applicable or ()), tuple(reverse or ()),
        item_weights, likelihood, scheme, tuple(ordered or ()), parameterization, sheet, separator, encoding, header,
        skip, decimal, thousands,
    )  # fmt: skip
    with plain_sentences():
        usable = _report(request, out, validate("language", language, Language))
    if not usable:
        raise typer.Exit(UNUSABLE)


def _report(request: Request, out: str | None, language: Language) -> bool:
    """Analyse, write and print; return whether the fit can be used."""
    from csisem.cli import export, screen_report
    from csisem.cli.analysis import analyse
    from csisem.display.labels import said

    writer = None if out is None else export.writer_for(out, (request.data, request.model), language)
    results = analyse(request)
    # Files come first, so that nothing is printed if they cannot be written.
    written = [] if writer is None else writer(results)
    for line in screen_report.report(results, language):
        say(line)
    for name in written:
        say(said("screen.wrote", language, name=name))
    return bool(results.fit)


def main() -> None:
    """Run the command line."""
    tolerate_narrow_terminals()
    try:
        run(app)
    except OSError as problem:
        end_unprinted(problem)
