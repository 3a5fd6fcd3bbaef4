"""Diagrams as SVG for web pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from csisem.plot.diagram.elements import Point
from csisem.plot.diagram.letters import LINE
from csisem.plot.diagram.scene import Line, Scene, Shape, Text

_POINTS = 72
_FONTS = "'DejaVu Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'WenQuanYi Zen Hei', sans-serif"


def svg(scene: Scene, *, prefix: str | None = None) -> str:
    """The picture as an ``<svg>`` element; all texts are escaped.

    With a ``prefix`` every construct, item and arrow has an id that begins with it, such as
    ``path-Satisfaction-Loyalty``; without, it has none, so that a page may hold several.
    """
    width, height = scene.width * _POINTS, scene.height * _POINTS
    about = escape(scene.about, quote=True)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.1f} {height:.1f}" width="{width:.0f}" '
        f'style="max-width:100%;height:auto;background:#FFFFFF" role="img" aria-label="{about}" '
        f'font-family="{_FONTS}">'
    )
    parts = [_line(line, scene.height, prefix) for line in scene.lines]
    parts += [_shape(shape, scene.height, prefix) for shape in scene.shapes]
    parts += [text for one in scene.texts for text in _text(one, scene.height)]
    return "\n".join([head, *parts, "</svg>"])


def _xy(point: Point, height: float) -> str:
    return f"{point[0] * _POINTS:.2f} {(height - point[1]) * _POINTS:.2f}"


def _id(gid: str, prefix: str | None) -> str:
    return "" if prefix is None or not gid else f' id="{escape(prefix + gid, quote=True)}"'


def _group(parts: Iterable[str], gid: str, details: str, prefix: str | None) -> str:
    title = f"<title>{escape(details)}</title>" if details else ""
    return f"<g{_id(gid, prefix)}>{title}{''.join(parts)}</g>"


def _line(line: Line, height: float, prefix: str | None) -> str:
    path = " ".join("M" + " L".join(_xy(point, height) for point in piece) for piece in line.pieces)
    dashes = ' stroke-dasharray="4 3"' if line.broken else ""
    parts = [f'<path d="{path}" fill="none" stroke="{line.colour}" stroke-width="{line.width:.2f}"{dashes}/>']
    if line.details:
        # A broad line that is not seen, for pointers.
        parts.append(f'<path d="{path}" fill="none" stroke="transparent" stroke-width="9" pointer-events="stroke"/>')
    parts += [
        f'<path d="M{" L".join(_xy(point, height) for point in head)} Z" fill="{line.colour}"/>' for head in line.heads
    ]
    return _group(parts, line.gid, line.details, prefix)


def _shape(shape: Shape, height: float, prefix: str | None) -> str:
    dashes = ' stroke-dasharray="4 3"' if shape.broken else ""
    style = f'fill="{shape.fill}" stroke="{shape.edge}" stroke-width="{shape.width:.2f}"{dashes}'
    box = shape.box
    if shape.kind == "ellipse":
        middle = f'cx="{box.x * _POINTS:.2f}" cy="{(height - box.y) * _POINTS:.2f}"'
        drawn = f'<ellipse {middle} rx="{box.width / 2 * _POINTS:.2f}" ry="{box.height / 2 * _POINTS:.2f}" {style}/>'
    elif shape.kind == "box":
        left, _, _, top = box.corners
        corner = f'x="{left * _POINTS:.2f}" y="{(height - top) * _POINTS:.2f}"'
        size = f'width="{box.width * _POINTS:.2f}" height="{box.height * _POINTS:.2f}"'
        drawn = f"<rect {corner} {size} {style}/>"
    else:
        drawn = f'<path d="M{" L".join(_xy(point, height) for point in shape.corners)} Z" {style}/>'
    return _group([drawn], shape.gid, shape.details, prefix)


def _text(text: Text, height: float) -> Iterator[str]:
    rows = text.text.split("\n")
    weight = ' font-weight="bold"' if text.bold else ""
    anchor = "middle" if text.align == "center" else "start"
    for k, row in enumerate(rows):
        # Letters stand about a third of their size below the middle of their line.
        y = (height - text.y) * _POINTS + ((k - (len(rows) - 1) / 2) * LINE + 0.35) * text.size
        yield (
            f'<text x="{text.x * _POINTS:.2f}" y="{y:.2f}" font-size="{text.size:g}" text-anchor="{anchor}" '
            f'fill="{text.colour}"{weight} pointer-events="none">{escape(row)}</text>'
        )
