"""Chinese of refusals, found by the English template of the message."""

from csisem.display.refusals.translation import in_chinese

__all__ = ["in_chinese"]
