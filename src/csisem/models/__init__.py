"""Published satisfaction models, ready to fit (``cs.models``)."""

from typing import TYPE_CHECKING

from csisem.errors import unknown_name
from csisem.models.presets import acsi, ccsi, ecsi, ncsb, scsb

__all__ = ["scsb", "acsi", "ecsi", "ccsi", "ncsb"]


def __dir__() -> list[str]:
    return sorted(__all__)


if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown

    def __getattr__(name: str) -> object:
        raise unknown_name(__name__, name)
