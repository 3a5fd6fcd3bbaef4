"""Diagrams drawn on matplotlib's axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csisem.plot.diagram.letters import LINE
from csisem.plot.diagram.scene import Line, Scene, Shape
from csisem.plot.drawing.axes import figure_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

_DASHES = (0, (4, 3))


def draw(ax: Axes, scene: Scene) -> None:
    """Draw a scene; letters and lines have their true size where the axes are as large as the scene."""
    ax.set_axis_off()
    ax.set_xlim(0, scene.width)
    ax.set_ylim(0, scene.height)
    ax.set_aspect("equal", adjustable="box")
    scale = _scale(ax, scene)
    for line in scene.lines:
        _draw_line(ax, line, scale)
    for shape in scene.shapes:
        patch = _patch(shape)
        patch.set(facecolor=shape.fill, edgecolor=shape.edge, linewidth=shape.width * scale, zorder=2)
        if shape.broken:
            patch.set_linestyle(_DASHES)
        patch.set_gid(shape.gid)
        ax.add_patch(patch)
    for text in scene.texts:
        ax.text(text.x, text.y, text.text, fontsize=text.size * scale, color=text.colour, ha=text.align, va="center",
                fontweight="bold" if text.bold else "normal", linespacing=LINE / 1.2, gid=text.gid or None,
                zorder=3)  # fmt: skip


def _scale(ax: Axes, scene: Scene) -> float:
    """The size of the axes as a share of that of the scene."""
    figure = figure_of(ax)
    if (engine := figure.get_layout_engine()) is not None:
        engine.execute(figure)
    frame = ax.get_position(original=True)
    width, height = figure.get_size_inches()
    return float(min(frame.width * width / scene.width, frame.height * height / scene.height))


def _draw_line(ax: Axes, line: Line, scale: float) -> None:
    from matplotlib.patches import PathPatch, Polygon
    from matplotlib.path import Path

    points = [point for piece in line.pieces for point in piece]
    codes = [code for piece in line.pieces for code in (Path.MOVETO, *[Path.LINETO] * (len(piece) - 1))]
    ax.add_patch(
        PathPatch(
            Path(points, codes), fill=False, edgecolor=line.colour, linewidth=line.width * scale, capstyle="butt",
            linestyle=_DASHES if line.broken else "solid", gid=line.gid, zorder=1,
        )
    )  # fmt: skip
    for head in line.heads:
        ax.add_patch(
            Polygon(head, closed=True, facecolor=line.colour, edgecolor="none", gid=f"{line.gid}-head", zorder=1)
        )


def _patch(shape: Shape) -> Patch:
    from matplotlib.patches import Ellipse, Polygon, Rectangle

    box = shape.box
    if shape.kind == "ellipse":
        return Ellipse((box.x, box.y), box.width, box.height)
    if shape.kind == "box":
        return Rectangle(box.corners[:2], box.width, box.height)
    return Polygon(shape.corners, closed=True)
