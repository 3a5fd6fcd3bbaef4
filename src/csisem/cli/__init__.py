"""The command line."""

from csisem.cli.program import main

__all__ = ["main"]
