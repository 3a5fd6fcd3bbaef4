"""Pictures of results, on matplotlib axes."""

from typing import TYPE_CHECKING

from csisem.completion import public_names
from csisem.plot.index import index

__all__ = ["index"]

if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown
    __dir__, __getattr__ = public_names(__name__, __all__)
