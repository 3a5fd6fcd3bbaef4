"""Pictures of results, on matplotlib axes."""

from typing import TYPE_CHECKING

from csisem.completion import public_names
from csisem.plot.importance_map import ipma, quadrant
from csisem.plot.index import index
from csisem.plot.path_diagram import path_diagram, path_diagram_svg
from csisem.plot.trend import trend

__all__ = ["path_diagram", "path_diagram_svg", "index", "trend", "ipma", "quadrant"]

if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown
    __dir__, __getattr__ = public_names(__name__, __all__)
