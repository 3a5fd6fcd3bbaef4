"""The command ``csisem plot``: one picture of a file of answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import typer

from csisem.cli import estimation_options as estimation
from csisem.cli import fit_options as options
from csisem.cli.commands import language_of
from csisem.cli.error_messages import UNUSABLE, say
from csisem.cli.requests import ModelRequest

ENDINGS = (".png", ".svg", ".pdf")


def complete_kind(incomplete: str) -> list[str]:
    """Kinds of picture for tab."""
    return [kind for kind in options.KINDS if kind.startswith(incomplete.casefold())]


@dataclass(frozen=True, kw_only=True)
class PlotRequest(ModelRequest):
    """The options of ``csisem plot``."""

    kind: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            autocompletion=complete_kind,
            rich_help_panel=options.OUTPUT,
            help=f"One of: {', '.join(options.KINDS)}.",
        ),
    ]  # fmt: skip
    out: Annotated[
        str, typer.Option(metavar="FILE", rich_help_panel=options.OUTPUT, help="The picture: .png, .svg or .pdf.")
    ]
    # Pictures of answers need no model.
    model: options.MaybeModelFile = None  # type: ignore[assignment]
    items: options.Items = field(default_factory=list)
    pairs: Annotated[
        list[str],
        typer.Option(
            "--pair", metavar="NAME=ITEM,ITEM", rich_help_panel=options.ANSWERS,
            help="Expectation and perception of gaps and disconfirmation, or the two questions of kano; may repeat.",
        ),
    ] = field(default_factory=list)  # fmt: skip
    target: Annotated[
        str | None,
        typer.Option(
            metavar="CONSTRUCT", rich_help_panel=options.FURTHER,
            help="What the picture is about; Satisfaction where the model has it.",
        ),
    ] = None  # fmt: skip
    wave: estimation.WaveColumn = None
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", rich_help_panel=options.OUTPUT, help="Another title.")
    ] = None
    dpi: Annotated[
        int, typer.Option(metavar="NUMBER", rich_help_panel=options.OUTPUT, help="Dots an inch of .png files.")
    ] = 150


def plot(request: PlotRequest) -> None:
    """Draw one picture of a file of answers, or of a model that is fitted to it."""
    from csisem.cli.pictures import draw, written
    from csisem.cli.written_files import check_out
    from csisem.display.labels import said

    language = language_of(request.language)
    check_out(request.out, ENDINGS, [request.data, request.model or ""])
    axes, usable = draw(request, language)
    written(axes, request)
    say(said("screen.wrote", language, name=request.out))
    if not usable:
        raise typer.Exit(UNUSABLE)
