"""Whether a call with a wrong value ends as it should: a result, or one of csisem's errors in a sentence."""

from __future__ import annotations

import contextlib
import re
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import csisem as cs

SECONDS = 5
LONGEST = 400
# Words of numpy, pandas and Python that tell a user nothing.
INSIDE = re.compile(
    r"0x[0-9a-f]{6}|\baxis \d|broadcast|ufunc|dtype\('|unhashable|has no attribute|not subscriptable|not iterable"
    r"|not supported between|unsupported operand|cannot convert|unexpected keyword|positional argument|Traceback"
    r"|invalid literal|could not convert|out of bounds|must be real number|object is not (iter|call|sub)"
)


MEMORY = 2**30


@contextlib.contextmanager
def limited_memory() -> Iterator[None]:
    """Let the process take no more than `MEMORY` bytes beyond what it has, where the system can tell."""
    try:
        import resource

        now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


class HangError(BaseException):
    """A call took longer than it may."""


@contextlib.contextmanager
def _clock() -> Iterator[None]:
    """Stop what takes longer than `SECONDS`, where the system has an alarm clock."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop(number: int, frame: FrameType | None) -> None:
    raise HangError


def complaint(call: Callable[[], object]) -> str | None:
    """What is wrong with how a call ended, in a line; None where it gave a result or was refused well."""
    try:
        with _clock(), warnings.catch_warnings(record=True) as issued:
            warnings.simplefilter("always")
            repr(call())
    except HangError as error:
        return f"takes over {SECONDS} s, {_place(error)}"
    except cs.CsisemError as error:
        return _message(error)
    except Exception as error:
        return f"{type(error).__name__}: {' '.join(str(error).split())[:120]}, {_place(error)}"
    foreign = [one for one in issued if not issubclass(one.category, cs.CsisemWarning)]
    if foreign:
        one = foreign[0]
        return f"warns {one.category.__name__}: {one.message}, {Path(one.filename).name}:{one.lineno}"
    return None


def _message(error: cs.CsisemError) -> str | None:
    text = str(error)
    found = INSIDE.search(text)
    if found:
        return f"speaks of {found[0]!r}: {text[:200]}, {_place(error)}"
    if not text or "\n" in text or len(text) > LONGEST:
        return f"a message of {len(text)} characters: {text[:200]!r}, {_place(error)}"
    if error.text("zh") == text:
        return f"has no Chinese: {text[:200]!r}, {_place(error)}"
    return None


def _place(error: BaseException) -> str:
    """Where in the package it came from."""
    own = [one for one in traceback.extract_tb(error.__traceback__) if "/csisem/" in one.filename]
    if not own:
        return "outside the package"
    return f"{own[-1].filename.rpartition('/csisem/')[2]}:{own[-1].lineno}"
