"""Pictures of a report as SVG and PNG."""

from __future__ import annotations

import io
import re
from html import escape

from csisem.reporting.document.contents import Picture

_DPI = 200
_HEAD = re.compile(r"^.*?(?=<svg)", re.S)


def svg_of(picture: Picture) -> str:
    """The picture as an SVG element that takes the width of the page; its identities begin with the picture's name."""
    if picture.svg is not None:
        return picture.svg()
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": picture.name}):
        figure = picture.draw()
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches="tight")
    element = _HEAD.sub("", drawn.getvalue(), count=1)
    element = re.sub(r'(<svg[^>]*?) width="([\d.]+)pt"', r'\1 style="max-width:\2pt"', element, count=1)
    element = re.sub(r'(<svg[^>]*?) height="[\d.]+pt"', r"\1", element, count=1)
    element = _unique(element, picture.name)
    return element.replace("<svg", f'<svg role="img" aria-label="{escape(picture.caption)}"', 1)


def png_of(picture: Picture) -> bytes:
    """The picture as a PNG of 200 dots an inch."""
    figure = picture.draw()
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=_DPI, bbox_inches="tight", metadata={"Software": None})
    return drawn.getvalue()


def _unique(element: str, name: str) -> str:
    """The element with identities of its own, since several pictures stand in one page."""
    element = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', element)
    element = re.sub(r'(xlink:href|href)="#([^"]+)"', rf'\1="#{name}-\2"', element)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", element)
