"""The library that shows pages, loaded when a page is asked for."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from csisem.errors import OptionError

View: TypeAlias = Any
"""Something that panel shows; its own types are not loaded here."""


@cache
def stylesheet() -> str:
    """The look of the pages."""
    return (files("csisem.app") / "assets" / "app.css").read_text(encoding="utf-8")


def panel() -> Any:
    """The library, told to fetch nothing from the network; refused where it is not installed."""
    try:
        import panel as pn
    except ImportError:
        raise OptionError("csisem app needs panel; install csisem[app].") from None
    # The design has the browser's own fonts, and notebooks get the scripts from the package.
    pn.extension(design="native", inline=True, raw_css=[stylesheet()], notifications=False)
    return pn
