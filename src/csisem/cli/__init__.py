"""The command line: ``csisem demo``, ``csisem fit``, ``csisem --version``."""

from csisem.cli.program import main

__all__ = ["main"]
