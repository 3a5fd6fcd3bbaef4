"""A tree of indicators with weights and indices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, listed
from csisem.index.hierarchy.hierarchy import Hierarchy
from csisem.options import Language, TreePicture, validate
from csisem.plot.drawing.axes import empty_frame, figure_of, finish, open_axes
from csisem.plot.drawing.colours import GREY, LIGHT, text_colour, two_sided
from csisem.plot.drawing.fonts import give_fonts
from csisem.plot.drawing.frames import check_frame, check_result, numbers, optional
from csisem.plot.drawing.labels import break_lines, check_labels, decimal, show_names, speaks, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable

_STEP = 3.4
"""Distance between the levels of a tree, in rows."""


def hierarchy(
    tree: Hierarchy,
    scores: pd.DataFrame | None = None,
    *,
    kind: TreePicture = "tree",
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw a tree of indicators with their weights and, if given, their indices.

    Parameters
    ----------
    tree
        The hierarchy.
    scores
        What its `csisem.index.Hierarchy.score` returns, of all customers or the rows of one segment.
    kind
        ``"tree"``: from the total on the left to the questions on the right; ``"sunburst"``: rings around the total,
        each part as wide as its weight in the total, coloured by its index.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of the title and the total.
    labels
        Texts to show for names of indicators.

    Returns
    -------
    matplotlib.axes.Axes
        Below each name its index, with the interval in a tree, and its weight within the parent in percent.

    Raises
    ------
    DataError
        If ``tree`` is no hierarchy, or the scores are another's, hold no number or belong to several segments.
    OptionError
        If an option is invalid.

    Examples
    --------
    >>> quality = {"weight": 0.6, "children": {"q1": 0.5, "q2": 0.5}}
    >>> tree = cs.index.Hierarchy.from_dict({"Quality": quality, "v1": 0.4})
    >>> ax = cs.plot.hierarchy(tree, tree.score({"q1": 80, "q2": 70, "v1": 65}), kind="sunburst")
    >>> len(ax.patches)
    5
    """
    spoken, texts = speaks(language), check_labels(labels)
    kind = validate("kind", kind, TreePicture)
    check_result(tree, Hierarchy, "cs.index.Hierarchy.from_dict", "tree")
    values, intervals = _scores(tree, scores)
    total = {"Total": word("plot.total", spoken)} | texts
    names = show_names(tree.tree.names, total)
    if kind == "sunburst":
        axes = open_axes(ax, (6.4, 6.0))
        _draw_sunburst(axes, tree, names, values)
    else:
        leaves, levels = len(tree.tree.leaves), int(tree.tree.level.max())
        lines = max(break_lines(name, 20).count("\n") for name in names)
        axes = open_axes(ax, (2.0 + 2.1 * levels, max(2.4, 0.8 + (0.46 + 0.15 * lines) * leaves)))
        _draw_tree(axes, tree, names, values, intervals)
    if np.isfinite(values).any():
        _draw_scale(axes, values, spoken)
    return finish(axes, title=word("plot.hierarchy.title", spoken))


def _scores(tree: Hierarchy, scores: object) -> tuple[FloatArray, FloatArray]:
    """Index (N,) and interval (N, 2) of each node, nan without scores."""
    names = tree.tree.names
    if scores is None:
        return np.full(len(names), np.nan), np.full((len(names), 2), np.nan)
    frame = check_frame(scores, ["node", "index"], "Hierarchy.score", "scores")
    numbers(frame, "index", "scores")
    if frame["node"].duplicated().any():
        raise DataError("scores= has several rows a node; give those of one segment.")
    by_node = frame.set_index("node")
    if missing := [name for name in names if name not in by_node.index]:
        raise DataError(f"scores= must be those of this tree; there is none of {listed(missing)}.")
    rows = by_node.loc[list(names)]
    return optional(rows, "index"), np.stack([optional(rows, "ci_lower"), optional(rows, "ci_upper")], axis=1)


def _colours(values: FloatArray) -> ScalarMappable:
    """Colours of indices around the total's, brown below and blue above."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    centre = values[0] if np.isfinite(values[0]) else float(np.nanmean(values))
    reach = max(float(np.nanmax(np.abs(values - centre))), 1e-9)
    return ScalarMappable(Normalize(centre - reach, centre + reach), two_sided())


def _filling(scale: ScalarMappable | None, value: float) -> str:
    from matplotlib.colors import to_hex

    return LIGHT if scale is None or not np.isfinite(value) else to_hex(scale.to_rgba(np.array(value)))  # type: ignore[arg-type]


def _draw_scale(axes: Axes, values: FloatArray, language: Language) -> None:
    bar = figure_of(axes).colorbar(_colours(values), ax=axes, shrink=0.6, aspect=24, pad=0.02)
    bar.outline.set_visible(False)
    bar.set_label(word("plot.hierarchy.scale", language))
    give_fonts(bar.ax)


def _places(tree: Hierarchy) -> FloatArray:
    """The row (N,) of each node: leaves in order, others amid their children."""
    nodes = tree.tree
    rows = np.full(len(nodes.names), np.nan)
    order = _depth_first(tree)
    rows[[node for node in order if node in set(nodes.leaves.tolist())]] = np.arange(len(nodes.leaves))
    for node in range(len(nodes.names) - 1, -1, -1):
        children = nodes.children(node)
        if len(children):
            rows[node] = (rows[children[0]] + rows[children[-1]]) / 2
    return rows


def _depth_first(tree: Hierarchy) -> list[int]:
    order, waiting = [], [0]
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting += tree.tree.children(node)[::-1].tolist()
    return order


def _draw_tree(axes: Axes, tree: Hierarchy, names: list[str], values: FloatArray, intervals: FloatArray) -> None:
    nodes, rows = tree.tree, _places(tree)
    x = _STEP * (nodes.level - 1.0)
    scale = _colours(values) if np.isfinite(values).any() else None
    for node, name in enumerate(names):
        if node:
            above = nodes.parent[node]
            turn = x[node] - 0.45 * _STEP
            axes.plot([x[above], turn, turn, x[node]], [rows[above], rows[above], rows[node], rows[node]], color=GREY,
                      linewidth=0.9, zorder=1)  # fmt: skip
        text = break_lines(name, 20)
        figures = decimal(float(values[node])) if scale is not None else ""
        if scale is not None and np.isfinite(intervals[node]).all():
            figures += f" [{decimal(intervals[node, 0])}, {decimal(intervals[node, 1])}]"
        if node:
            figures = f"{figures}  {100 * nodes.local[node]:.4g} %".strip()
        colour = _filling(scale, float(values[node]))
        axes.text(x[node], rows[node], f"{text}\n{figures}".strip(), ha="center", va="center", fontsize="small",
                  color=text_colour(colour), linespacing=1.15,
                  bbox={"boxstyle": "round,pad=0.3", "facecolor": colour, "edgecolor": "white"})  # fmt: skip
    axes.set_axis_off()
    axes.set_xlim(-0.5 * _STEP, _STEP * (nodes.level.max() - 1) + 0.5 * _STEP)
    axes.set_ylim(rows.max() + 0.7, -0.7)


def _draw_sunburst(axes: Axes, tree: Hierarchy, names: list[str], values: FloatArray) -> None:
    from matplotlib.patches import Circle, Wedge

    nodes, share = tree.tree, tree.tree.paths()[0]
    scale = _colours(values) if np.isfinite(values).any() else None
    start = np.zeros(len(names))
    rings = int(nodes.level.max())
    for node in range(len(names)):
        angle = start[node]
        for child in nodes.children(node):
            start[child] = angle
            angle += share[child]
        inner, outer = (nodes.level[node] - 1.0) - 0.4 * (node > 0), nodes.level[node] - 0.4
        colour = _filling(scale, float(values[node]))
        first, last = 90 - 360 * start[node], 90 - 360 * (start[node] + share[node])
        if node == 0:
            axes.add_patch(Circle((0, 0), outer, facecolor=colour, edgecolor="white"))
        else:
            axes.add_patch(Wedge((0, 0), outer, last, first, width=outer - inner, facecolor=colour, edgecolor="white",
                                 linewidth=1.2))  # fmt: skip
        figures = [decimal(float(values[node]))] if scale is not None else []
        figures += [f"{100 * nodes.local[node]:.4g} %"] if node and scale is None else []
        _write_in_ring(axes, names[node], figures, (first + last) / 2, (inner + outer) / 2, share[node],
                       text_colour(colour), node == 0)  # fmt: skip
    empty_frame(axes)
    axes.set_xlim(-rings + 0.3, rings - 0.3)
    axes.set_ylim(-rings + 0.3, rings - 0.3)


def _write_in_ring(
    axes: Axes, name: str, figures: list[str], angle: float, radius: float, share: float, colour: str, centre: bool
) -> None:
    """A name and its figures within a part, turned along the radius where the part is narrow."""
    text = "\n".join([break_lines(name, 12), *figures])
    if centre:
        axes.text(0, 0, text, ha="center", va="center", fontsize="small", color=colour)
        return
    x, y = radius * np.cos(np.radians(angle)), radius * np.sin(np.radians(angle))
    lines = text.count("\n") + 1
    narrow = 2 * np.pi * radius * share < 0.62
    turn = (angle + 90) % 180 - 90 if narrow else 0.0
    # A narrow part has room for as many lines as it is wide.
    if narrow and 2 * np.pi * radius * share < 0.17 * lines:
        text = " ".join([name, *figures])
    axes.text(x, y, text, ha="center", va="center", rotation=turn, rotation_mode="anchor", fontsize="x-small",
              color=colour)  # fmt: skip
