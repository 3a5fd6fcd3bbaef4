"""The command ``csisem app``."""

from __future__ import annotations

from typing import Annotated

import typer

from csisem.cli.commands import language_of
from csisem.cli.error_messages import plain_sentences

Data = Annotated[
    str | None, typer.Argument(metavar="[DATA]", help="A file of answers to begin with.", show_default=False)
]
Port = Annotated[int, typer.Option(metavar="NUMBER", help="Port on 127.0.0.1; 0 takes a free one.")]
In = Annotated[str | None, typer.Option(metavar="NAME", help="en or zh; the page can change it.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Print the address and open no browser.")]


def local_app(data: Data = None, port: Port = 0, language: In = None, no_browser: NoBrowser = False) -> None:
    """Open the whole analysis as a page of this computer; needs the extra csisem[app]."""
    with plain_sentences():
        from csisem.app import serve

        serve(data, port=port, language=language_of(language), browser=not no_browser)
