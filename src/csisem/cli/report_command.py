"""The command ``csisem report``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csisem.cli import estimation_options as estimation
from csisem.cli import fit_options as options
from csisem.cli.commands import language_of
from csisem.cli.error_messages import UNUSABLE, say
from csisem.cli.questionnaire_file import questionnaire_of
from csisem.cli.requests import ModelRequest

if TYPE_CHECKING:
    from csisem.fit.fit import Fit
    from csisem.survey import Questionnaire


@dataclass(frozen=True, kw_only=True)
class ReportRequest(ModelRequest):
    """The options of ``csisem report``."""

    out: Annotated[
        str,
        typer.Option(
            metavar="FILE", rich_help_panel=options.OUTPUT,
            help="The report: .html (one file that needs nothing else) or .docx.",
        ),
    ]  # fmt: skip
    audience: Annotated[
        str,
        typer.Option(
            metavar="NAME", rich_help_panel=options.OUTPUT, help="full, or executive: summary, pictures, advice."
        ),
    ] = "full"
    title: Annotated[
        str,
        typer.Option(
            metavar="TEXT", rich_help_panel=options.OUTPUT, help="Its title; else the questionnaire's or the usual."
        ),
    ] = ""
    target: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", rich_help_panel=options.FURTHER, help="The construct it is about; else found by its name."
        ),
    ] = None
    wave: estimation.WaveColumn = None
    earlier: Annotated[
        list[str],
        typer.Option(
            metavar="NAME=FILE", rich_help_panel=options.FURTHER,
            help="Answers of an earlier wave; may repeat, in order.",
        ),
    ] = field(default_factory=list)  # fmt: skip
    questionnaire: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", rich_help_panel=options.ANSWERS,
            help="The questionnaire (.toml or .qsf), which gives the scales.",
        ),
    ] = None  # fmt: skip


def report(request: ReportRequest) -> None:
    """Fit a model to answers and write a report: an HTML page or a Word document."""
    from csisem.display.labels import said
    from csisem.errors import OptionError
    from csisem.reporting.document.report import report as written
    from csisem.writing import refuse_inputs

    language = language_of(request.language)
    if request.wave is not None and request.earlier:
        raise OptionError("--wave and --earlier exclude each other: waves are in one file, or in several.")
    if request.bootstrap is not None or request.item_weights != "model":
        raise OptionError("--bootstrap and --item-weights are not for reports; leave them out.")
    waves = _named_files(request.earlier)
    refuse_inputs("--out", [Path(request.out)], (request.data, request.model, *waves.values()))
    asked = None if request.questionnaire is None else questionnaire_of(request.questionnaire, language)
    fit = _fit(request, asked)
    audience: Any = request.audience
    path = written(fit, request.out, language=language, audience=audience, target=request.target, title=request.title,
                   by=list(request.by) or (None if asked else ()), waves=waves or request.wave,
                   questionnaire=asked)  # fmt: skip
    say(said("screen.wrote", language, name=str(path)))
    if not fit:
        raise typer.Exit(UNUSABLE)


def _fit(request: ReportRequest, asked: Questionnaire | None) -> Fit:
    """The fit to the answers, read by the questionnaire where there is one."""
    from csisem.cli.fitting import check_replicates, fit_of, model_and_data
    from csisem.cli.read_answers import check_columns
    from csisem.survey import Survey

    check_replicates(request)
    wave = [] if request.wave is None else [request.wave]
    model, data = model_and_data(request, [*request.by, *wave])
    if isinstance(data, Survey):
        check_columns(data, by=request.by, wave=wave)
        if asked is not None:
            data = asked.survey(data, design=data.design, wave=request.wave)
    return fit_of(request, model, data)


def _named_files(given: list[str]) -> dict[str, str]:
    """Files of earlier waves by name."""
    from csisem.errors import OptionError

    files: dict[str, str] = {}
    for text in given:
        name, sign, file = text.partition("=")
        if not (name and sign and file) or name in files:
            raise OptionError(f"--earlier takes NAME=FILE, each name once, such as 2024Q1=spring.csv, not {text!r}.")
        files[name] = file
    return files
