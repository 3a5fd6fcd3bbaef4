"""The language of refusals and usage errors on the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import typer

from csisem.errors import LANGUAGE_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csisem.options import Language

_OPTION = "--language"
_spoken: ContextVar[Language | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(arguments: Sequence[str]) -> Iterator[Language]:
    """Word refusals in the language that the arguments of a command ask for, or the environment, or in English."""
    before = _spoken.set(_asked(arguments))
    try:
        yield spoken()
    finally:
        _spoken.reset(before)


def spoken() -> Language:
    """The language that is asked for."""
    asked = _spoken.get()
    return asked if asked is not None else _known(os.environ.get(LANGUAGE_VARIABLE, ""))


@contextmanager
def speaking_meanwhile() -> Iterator[None]:
    """Forget afterwards what `speak` said meanwhile."""
    before = _spoken.get()
    try:
        yield
    finally:
        _spoken.set(before)


def speak(language: Language) -> None:
    """Word what follows in a language."""
    _spoken.set(language)


def error_line(message: str) -> str:
    """A refusal as a line in the language that is asked for."""
    return _worded("error: ") + _worded(message)


def _worded(text: str) -> str:
    if spoken() == "en":
        return text
    from csisem.display.refusals import in_chinese

    return in_chinese(text)


def run(app: Callable[..., Any], arguments: Sequence[str] | None = None) -> None:
    """Run the command line, with usage errors in the language that its arguments ask for."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    with speaking(given) as language:
        if language == "en":
            app(args=given)
            return
        try:
            sys.exit(app(args=given, standalone_mode=False))
        except typer.Abort:
            sys.exit(1)
        except Exception as problem:
            # Typer's own errors, whose classes are click's or its own, by version.
            if not hasattr(problem, "format_message"):
                raise
            for line in _usage_error(problem):
                typer.echo(line, err=True)
            sys.exit(getattr(problem, "exit_code", 2))


def _usage_error(problem: Any) -> list[str]:
    """The lines of an error of usage: how the command is called, where help is, what is wrong."""
    context = getattr(problem, "ctx", None)
    if type(problem).__name__ == "NoArgsIsHelpError":
        return [str(problem.format_message())]
    lines = [error_line(problem.format_message())]
    if context is not None:
        usage = str(context.get_usage()).removeprefix("Usage: ")
        lines = [_worded("Usage: ") + usage, _worded(f"Try '{context.command_path} --help' for help."), "", *lines]
    return lines


def _asked(arguments: Sequence[str]) -> Language | None:
    """What ``--language`` says among the arguments, the last of several; None without it."""
    named = [value for option, value in pairwise(arguments) if option == _OPTION]
    named += [one.partition("=")[2] for one in arguments if one.startswith(f"{_OPTION}=")]
    return _known(named[-1]) if named else None


def _known(language: str) -> Language:
    return "zh" if language.casefold() == "zh" else "en"
