"""Published satisfaction models, ready to fit (``cs.models``)."""

from typing import TYPE_CHECKING

from csisem.completion import public_names
from csisem.models.presets import acsi, ccsi, ecsi, ncsb, scsb

__all__ = ["scsb", "acsi", "ecsi", "ccsi", "ncsb"]

if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown
    __dir__, __getattr__ = public_names(__name__, __all__)
