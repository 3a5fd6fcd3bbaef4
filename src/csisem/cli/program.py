"""Commands and options of the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from csisem import __version__
from csisem.cli import fit_options as options
from csisem.cli.commands import add_command, language_of
from csisem.cli.describe_command import DescribeRequest, describe
from csisem.cli.error_messages import end_unprinted, plain_sentences, say, tolerate_narrow_terminals
from csisem.cli.fit_command import EXIT_CODES, fit
from csisem.cli.local_app import local_app
from csisem.cli.plot_command import PlotRequest, plot
from csisem.cli.programme_commands import programme
from csisem.cli.report_command import ReportRequest, report
from csisem.cli.requests import FitRequest
from csisem.cli.sample_size_commands import sample_size
from csisem.cli.simulate_command import SimulateRequest, simulate
from csisem.cli.spoken_language import run

# Plain help and errors: markup would drop names in brackets.
app = typer.Typer(name="csisem", no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)


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
    language: options.LanguageName = None,
) -> None:
    """Fit two models to a real survey: one that can be used, and one that must not be."""
    from csisem.cli import demonstration
    from csisem.errors import OptionError

    with plain_sentences():
        spoken = language_of(language)
        if save is not None and report is not None:
            raise OptionError("--save and --report exclude each other; give one.")
        if report is not None:
            lines = demonstration.report(report, spoken)
        else:
            lines = demonstration.show(spoken) if save is None else demonstration.save(save, spoken)
        for line in lines:
            say(line)


add_command(app, FitRequest, "fit", epilog=EXIT_CODES)(fit)
add_command(app, DescribeRequest, "describe")(describe)
add_command(app, PlotRequest, "plot")(plot)
add_command(app, ReportRequest, "report", epilog=EXIT_CODES)(report)
add_command(app, SimulateRequest, "simulate")(simulate)
app.add_typer(sample_size, name="sample-size")
app.add_typer(programme, name="programme")
app.command("app")(local_app)


def main() -> None:
    """Run the command line."""
    tolerate_narrow_terminals()
    try:
        run(app)
    except OSError as problem:
        end_unprinted(problem)
