"""The door from a result to its picture in ``cs.plot``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Pictured:
    """A result with one natural picture, drawn by the function of ``cs.plot`` that ``_picture`` names.

    Results live in earlier rooms than pictures and never import them: the function is found by its name when asked for.
    """

    __slots__ = ()
    _picture: ClassVar[str]

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the picture of this result and return its axes; options are those of the function of ``cs.plot``."""
        function = getattr(import_module("csisem.plot"), self._picture)
        axes: Axes = function(self, ax=ax, **options)
        return axes


MOST_CONSTRUCTS = 25
"""A diagram of more would take seconds, and be too large to read."""


def diagram_of(shown: object, constructs: int) -> str:
    """The path diagram of a model or a fit as an ``<svg>`` element, for notebooks; empty with very many constructs."""
    if constructs > MOST_CONSTRUCTS:
        return ""
    diagram: str = import_module("csisem.plot").path_diagram_svg(shown)
    return diagram
