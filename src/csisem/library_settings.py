"""Settings of other libraries, changed by one thread at a time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

_globals = RLock()


@contextmanager
def global_settings(quiet: str = "") -> Iterator[None]:
    """Let one thread at a time change the settings of libraries, and ignore the warnings of modules named ``quiet...``.

    Filters of warnings and options of pandas and pingouin belong to the whole program; two threads that each put back
    what they saw would leave the other's. pandas sets filters without this lock, so that one of ours may be left, which
    does no harm: it is for the warnings of one library. The body is one call.
    """
    if not quiet:
        with _globals:
            yield
        return
    with _globals, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=quiet)
        yield
