"""Published satisfaction models, ready to fit (``cs.models``)."""

from csisem.models.presets import acsi, ccsi, ecsi, ncsb, scsb

__all__ = ["scsb", "acsi", "ecsi", "ccsi", "ncsb"]


def __dir__() -> list[str]:
    return sorted(__all__)
