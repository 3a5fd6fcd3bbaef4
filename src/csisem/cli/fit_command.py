"""The command ``csisem fit``."""

from __future__ import annotations

import typer

from csisem.cli.commands import language_of
from csisem.cli.error_messages import UNUSABLE, say
from csisem.cli.requests import FitRequest

EXIT_CODES = (
    "Exit codes: 0 the fit can be used; 1 everything was printed but the fit must not be used; 2 bad input; 3 the "
    "results could not be printed."
)


def fit(request: FitRequest) -> None:
    """Fit a model to answers; print the verdict, measures, paths, loadings, effects and the index."""
    from csisem.cli import export, screen_report
    from csisem.cli.analysis import analyse
    from csisem.display.labels import said

    language = language_of(request.language)
    writer = None if request.out is None else export.writer_for(request.out, (request.data, request.model), language)
    results = analyse(request)
    # Files come first, so that nothing is printed if they cannot be written.
    written = [] if writer is None else writer(results)
    for line in screen_report.report(results, language):
        say(line)
    for name in written:
        say(said("screen.wrote", language, name=name))
    if not results.fit:
        raise typer.Exit(UNUSABLE)
