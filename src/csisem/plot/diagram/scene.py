"""A laid out diagram as shapes, lines and texts."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from csisem.plot.diagram.elements import Box, Node, Point
from csisem.plot.diagram.estimates import Key, Mark, item_key, key_of
from csisem.plot.diagram.letters import LINE, broken, shortened, text_width
from csisem.plot.diagram.placed import Layout, PlacedItem, PlacedLink, PlacedNode
from csisem.plot.diagram.shapes import hexagon
from csisem.plot.drawing.colours import BLUE, GREY, INK, VERMILION

NAME, SMALL, CAPTION = 10.0, 8.5, 8.5
"""Sizes of letters in points: names of constructs, items and numbers, lines below and above."""
MOST_LETTERS, MOST_ITEM_LETTERS = 14, 16

_FILL: Mapping[str, str] = {
    "construct": "#EAF2F8", "composite": "#FBF3E1", "interaction": "#FFFFFF", "observed": "#FFFFFF",
}  # fmt: skip
_REFUSED = "#B00020"
_FAINT = "#9AA3AB"


@dataclass(frozen=True, slots=True)
class Shape:
    """A closed shape: an ellipse or a box by its rectangle, or a polygon by its corners too."""

    kind: Literal["ellipse", "box", "polygon"]
    box: Box
    fill: str
    edge: str
    width: float = 1.0
    broken: bool = False
    corners: tuple[Point, ...] = ()
    gid: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line in pieces, and the triangles at its ends."""

    pieces: tuple[tuple[Point, ...], ...]
    heads: tuple[tuple[Point, Point, Point], ...]
    colour: str
    width: float
    broken: bool
    gid: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Lines of text around a middle, in points."""

    x: float
    y: float
    text: str
    size: float
    colour: str = INK
    bold: bool = False
    align: Literal["center", "left"] = "center"
    gid: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything on a picture of some width and height in inches, from its lower left corner."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    texts: tuple[Text, ...]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What is written on a diagram.

    Attributes
    ----------
    marks
        What the arrows show, by relation.
    explained
        Explained shares of variance by node.
    labels
        Texts to show for names.
    refusal
        Lines that say why the numbers must not be used; empty for numbers that may be.
    caption
        Lines below the diagram.
    about
        One sentence for readers who cannot see the picture.
    """

    marks: Mapping[Key, Mark] = field(default_factory=dict)
    explained: Mapping[str, float] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    refusal: tuple[str, ...] = ()
    caption: tuple[str, ...] = ()
    about: str = ""

    def node_text(self, node: Node) -> str:
        """The name of a construct as it is shown, in lines."""
        name = self.labels.get(node.name)
        if name is None and node.kind == "interaction":
            name = " × ".join(self.labels.get(part, part) for part in node.name.split(":"))
        return broken(node.name if name is None else name, MOST_LETTERS)

    def item_text(self, name: str) -> str:
        """The name of an item as it is shown."""
        return shortened(self.labels.get(name, name), MOST_ITEM_LETTERS)


def scene_of(layout: Layout, content: Content) -> Scene:
    """The picture of a layout with its numbers, captions and, for a refused fit, the reasons above."""
    width = max([layout.width, *(text_width(line, CAPTION) + 0.3 for line in (*content.caption, *content.refusal))])
    aside = (width - layout.width) / 2
    below = 0.1 + len(content.caption) * CAPTION * LINE / 72 if content.caption else 0.0
    above = 0.22 + len(content.refusal) * CAPTION * LINE / 72 if content.refusal else 0.0
    nodes = {one.node.name: one.node for one in layout.nodes}
    shapes, lines, texts = [], [], []
    for placed in layout.nodes:
        shapes.append(_node_shape(placed, content))
        texts += _node_texts(placed, content)
    for item in layout.items:
        mark = content.marks.get(item_key(item.owner, item.name), Mark())
        kind = "weight" if item.owner.formed else "loading"
        lines.append(_line(item, mark, _gid(kind, item.owner.name, item.name), content, thin=True))
        shapes.append(Shape("box", item.box, "#FFFFFF", GREY, 0.8, gid=_gid("item", item.name), details=item.name))
        texts.append(Text(item.box.x, item.box.y, content.item_text(item.name), SMALL))
        if item.label and mark.text:
            texts.append(Text(item.label.x, item.label.y, mark.text, SMALL))
    for link in layout.links:
        mark = content.marks.get(key_of(link.link, nodes), Mark())
        lines.append(_line(link, mark, _gid(link.link.kind, link.link.source, link.link.target), content))
        if link.label and mark.text:
            texts.append(Text(link.label.x, link.label.y, mark.text, SMALL, bold=link.link.kind == "path"))
    whole = Scene(width, layout.height + below + above, tuple(shapes), tuple(lines), tuple(texts), content.about)
    moved = _moved(whole, aside, below)
    return _with_lines_of_text(moved, content)


def _node_shape(placed: PlacedNode, content: Content) -> Shape:
    node, box = placed.node, placed.box
    kind: Literal["ellipse", "box", "polygon"] = (
        "box" if node.kind == "observed" else "polygon" if node.kind == "composite" else "ellipse"
    )
    corners = tuple(hexagon(box)) if kind == "polygon" else ()
    share = content.explained.get(node.name)
    details = node.name if share is None else f"{node.name}: R² = {share:.3f}"
    edge = _FAINT if content.refusal else INK
    return Shape(kind, box, "#F6F6F6" if content.refusal else _FILL[node.kind], edge, 1.3, node.kind == "interaction",
                 corners, _gid("construct", node.name), details)  # fmt: skip


def _node_texts(placed: PlacedNode, content: Content) -> list[Text]:
    box, name = placed.box, content.node_text(placed.node)
    share = content.explained.get(placed.node.name)
    if share is None:
        return [Text(box.x, box.y, name, NAME, bold=True)]
    rows = name.count("\n") + 1
    high, low = rows * NAME * LINE / 72, SMALL * LINE / 72
    top = box.y + (high + low) / 2
    return [
        Text(box.x, top - high / 2, name, NAME, bold=True),
        Text(box.x, top - high - low / 2, f"R² = {share:.2f}", SMALL, colour="#45525C"),
    ]


def _line(one: PlacedItem | PlacedLink, mark: Mark, gid: str, content: Content, *, thin: bool = False) -> Line:
    covariance = isinstance(one, PlacedLink) and one.link.kind == "covariance"
    known = math.isfinite(mark.strength) and not content.refusal
    strength = min(mark.strength, 1.0) if known else 0.35
    width = (0.6 + 0.9 * strength) if thin else (0.8 + 3.4 * strength)
    width = width / 1.6 if covariance else width
    colour = (VERMILION if mark.negative else BLUE) if known else _FAINT if content.refusal else INK
    if thin:
        colour = VERMILION if mark.negative and known else GREY
    pieces, heads = _headed(one.pieces, width, both=covariance)
    return Line(pieces, heads, colour, width, mark.uncertain or bool(content.refusal), gid,
                "" if content.refusal else mark.details)  # fmt: skip


def _headed(
    pieces: Sequence[Sequence[Point]], width: float, *, both: bool
) -> tuple[tuple[tuple[Point, ...], ...], tuple[tuple[Point, Point, Point], ...]]:
    """Pieces that end where the triangles of their heads begin, and those triangles."""
    size = 0.075 + 0.02 * width
    lines = [list(piece) for piece in pieces]
    heads = []
    lines[-1], head = _tipped(lines[-1], size)
    heads.append(head)
    if both:
        backward, head = _tipped(lines[0][::-1], size)
        lines[0] = backward[::-1]
        heads.append(head)
    return tuple(map(tuple, lines)), tuple(heads)


def _tipped(line: list[Point], size: float) -> tuple[list[Point], tuple[Point, Point, Point]]:
    """A line shortened by its head, and the head."""
    tip = line[-1]
    kept = list(line)
    while len(kept) > 2 and math.dist(kept[-2], tip) < size:
        kept.pop(-2)
    before = kept[-2]
    length = math.dist(before, tip) or 1.0
    ux, uy = (tip[0] - before[0]) / length, (tip[1] - before[1]) / length
    size = min(size, 0.8 * length)
    base = (tip[0] - ux * size, tip[1] - uy * size)
    half = 0.42 * size
    kept[-1] = (tip[0] - ux * size * 0.9, tip[1] - uy * size * 0.9)
    return kept, (tip, (base[0] - uy * half, base[1] + ux * half), (base[0] + uy * half, base[1] - ux * half))


def _gid(*parts: str) -> str:
    """An identifier such as ``path-Satisfaction-Loyalty``; other signs than letters and digits become ``_``."""
    return "-".join(re.sub(r"[^\w.]+", "_", part) for part in parts)


def _moved(scene: Scene, x: float, y: float) -> Scene:
    """The scene moved, to make room for lines of text."""

    def moved(point: Point) -> Point:
        return point[0] + x, point[1] + y

    shapes = [replace(one, box=one.box.moved(x, y), corners=tuple(map(moved, one.corners))) for one in scene.shapes]
    lines = [
        replace(
            one,
            pieces=tuple(tuple(map(moved, piece)) for piece in one.pieces),
            heads=tuple((moved(a), moved(b), moved(c)) for a, b, c in one.heads),
        )
        for one in scene.lines
    ]
    texts = [replace(one, x=one.x + x, y=one.y + y) for one in scene.texts]
    return replace(scene, shapes=tuple(shapes), lines=tuple(lines), texts=tuple(texts))


def _with_lines_of_text(scene: Scene, content: Content) -> Scene:
    """The scene with the caption below, and the refusal in a frame above."""
    shapes, texts = list(scene.shapes), list(scene.texts)
    step = CAPTION * LINE / 72
    for k, line in enumerate(reversed(content.caption)):
        texts.append(Text(0.12, 0.08 + (k + 0.5) * step, line, CAPTION, GREY, align="left", gid="caption"))
    if content.refusal:
        height = len(content.refusal) * step + 0.12
        top = scene.height - 0.04
        box = Box(scene.width / 2, top - height / 2, scene.width - 0.16, height)
        shapes.append(Shape("box", box, "#FDECEC", _REFUSED, 1.2, gid="refusal"))
        for k, line in enumerate(content.refusal):
            at = top - 0.06 - (k + 0.5) * step
            texts.append(Text(0.2, at, line, CAPTION, _REFUSED, k == 0, "left", "refusal"))
    return replace(scene, shapes=tuple(shapes), texts=tuple(texts))
