"""Axes that pictures are drawn on, opened and finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csisem.errors import OptionError, shown
from csisem.plot.drawing.fonts import give_fonts, settle
from csisem.plot.drawing.labels import text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def open_axes(ax: object, size: tuple[float, float] = (6.4, 4.0)) -> Axes:
    """The axes given; without, the current axes if nothing is on them, else those of a new figure (inches)."""
    from matplotlib.axes import Axes

    if ax is None:
        import matplotlib.pyplot as plt

        if plt.get_fignums() and plt.gcf().axes:
            current = plt.gca()
            if _is_plain(current) and not current.has_data() and not current.texts:
                return current
        return plt.subplots(figsize=size, layout="constrained")[1]
    if not isinstance(ax, Axes):
        raise OptionError(f"ax= must be matplotlib axes, such as those of plt.subplots(); got {shown(ax)}.")
    if not _is_plain(ax):
        raise OptionError(f"ax= must be plain axes; got axes of the projection {ax.name!r}.")
    figure_of(ax)
    return ax


def figure_of(ax: Axes) -> Figure:
    """The whole figure that axes belong to; axes that were removed from theirs are refused."""
    figure = ax.get_figure(root=True)
    if figure is None:
        raise OptionError("ax= was removed from its figure; give axes of a figure.")
    return figure


def _is_plain(ax: Axes) -> bool:
    return ax.name == "rectilinear"


def finish(ax: Axes, *, title: str = "", x: str = "", y: str = "") -> Axes:
    """Name the picture and its axes, and let texts draw Chinese letters."""
    ax.set_title(title)
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    give_fonts(ax)
    figure = ax.get_figure(root=True)
    if figure is not None and ax.get_aspect() != "auto":
        # The layout of axes whose units are as long both ways settles at the second drawing.
        settle(figure)
    return ax


def open_sides(ax: Axes, *sides: str) -> None:
    """Leave out the frame on some sides; the top and the right side when none is named."""
    ax.spines[list(sides) or ["top", "right"]].set_visible(False)


def empty_frame(ax: Axes) -> None:
    """Leave out frame and ticks, and keep circles round."""
    ax.set_axis_off()
    ax.set_aspect("equal")


def name_rows(ax: Axes, names: list[str], places: list[float] | None = None) -> None:
    """Name the rows of a picture that is read from top to bottom."""
    at = list(map(float, range(len(names)))) if places is None else places
    ax.set_yticks(at, names)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(max(at, default=0) + 0.6, min(at, default=0) - 0.6)


def rows_height(names: list[str], least: float = 2.2) -> float:
    """Inches that a picture with named rows needs."""
    return max(least, 1.3 + 0.16 * sum(1.8 + name.count("\n") for name in names))


def legend_right(ax: Axes) -> None:
    """A legend to the right of the picture, where it covers nothing."""
    ax.legend(loc="upper left", bbox_to_anchor=(1.03, 1.0), frameon=False, fontsize="small", borderaxespad=0)


def name_columns(ax: Axes, names: list[str], columns: int = 84) -> None:
    """Name what stands from left to right; of many names only as many as fit into ``columns`` letters."""
    width = 2 + max((text_width(line) for name in names for line in name.split("\n")), default=0)
    step = max(1, -(-len(names) * width // columns))
    ax.set_xticks(range(0, len(names), step), names[::step])
