"""Errors and warnings of the command line, and its exit codes."""

from __future__ import annotations

import errno
import io
import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn, TextIO

import typer

from csisem.cli.spoken_language import error_line, speaking_meanwhile, spoken
from csisem.errors import CsisemError, CsisemWarning, InadmissibleFitWarning, system_reason

if TYPE_CHECKING:
    from csisem.options import Language

UNUSABLE, BAD_INPUT, UNPRINTED = 1, 2, 3
"""Exit codes of an unusable or inadmissible fit, of bad input, and of results that could not be printed."""

# Python keywords that are options of the command line, as they appear in messages.
_NAMES = (
    "scale|reverse|missing_codes|not_applicable|language|audience|weights|strata|clusters|fpc|replicate_weights|replicate_type|"
    "replicate_scale|rscales|lonely|nest|groups|equal|release|estimator|missing|auxiliary|likelihood|information|scheme|"
    "higher_order|moderation|ordered|parameterization|bootstrap|seed|interval|item_weights|by|wave|target|sheet|"
    "separator|encoding|header|skip|decimal|thousands|values|skew|variant|duration|id|items|sd|margin|pilot|level|"
    "population|deff|response_rate|difference|power|alpha|sides|ratio|correlation|df|null|alternative|beta|dpi|path"
)
_KEYWORD = re.compile(rf"(?<![A-Za-z0-9_-])({_NAMES})=(?=([A-Za-z0-9_'\"\[(-])?)")
_OF_REPLICATES = re.compile("replicate|复制权重|重复样本")
# Options of another name than the keyword.
_RENAMED = {"missing_codes": "--missing-code", "items": "--item", "path": "--out"}


@contextmanager
def plain_sentences() -> Iterator[None]:
    """Print each of the package's warnings once, and end the command on an error of the package, one line each."""
    with speaking_meanwhile():
        yield from _plain_sentences()


def _plain_sentences() -> Iterator[None]:
    sentences: dict[str, None] = {}
    standard = warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if issubclass(category, CsisemWarning):
            sentences[_sentence(message, category, spoken())] = None
        else:
            standard(message, category, filename, lineno, file, line)

    refusal = None
    with warnings.catch_warnings():
        warnings.simplefilter("always", CsisemWarning)
        warnings.showwarning = show
        try:
            yield
        except CsisemError as problem:
            refusal = problem
        finally:
            for sentence in sentences:
                from csisem.display.labels import said

                typer.echo(said("screen.warning", spoken(), sentence=as_options(sentence)), err=True)
    if refusal is not None:
        typer.echo(as_options(error_line(" ".join(str(refusal).split()))), err=True)
        raise typer.Exit(BAD_INPUT)


def say(line: str) -> None:
    """Print a line; end the command where that fails, without a word if the reader has closed the pipe."""
    try:
        typer.echo(line)
    except OSError as problem:
        end_unprinted(problem)


def end_unprinted(problem: OSError) -> NoReturn:
    """End the command whose output cannot be written, such as to a full disk."""
    if problem.errno != errno.EPIPE:
        with suppress(OSError):
            typer.echo(error_line(f"The results cannot be printed: {system_reason(problem)}."), err=True)
    # What is left unwritten must not be tried again when Python ends.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(UNPRINTED)


def _sentence(message: Warning | str, category: type[Warning], language: Language) -> str:
    """One line; for an inadmissible fit without the reasons, which are in the verdict."""
    from csisem.display.labels import note, said

    given = message.args[0] if isinstance(message, Warning) and message.args else message
    sentence = " ".join(str(note(given, language)).split())
    if not issubclass(category, InadmissibleFitWarning):
        return sentence
    head = sentence.partition("：" if language == "zh" else ": ")[0].rstrip(".。")
    return said("screen.verdict_says_why", language, sentence=head)


def as_options(sentence: str) -> str:
    """A sentence with Python's keywords as options: ``item_weights='equal'`` becomes ``--item-weights 'equal'``."""
    # The scale of replicate weights is an option of its own.
    renamed = _RENAMED | ({"scale": "--replicate-scale"} if _OF_REPLICATES.search(sentence) else {})

    def option(found: re.Match[str]) -> str:
        return renamed.get(found[1], f"--{found[1].replace('_', '-')}") + (" " if found[2] else "")

    return _KEYWORD.sub(option, sentence)


def tolerate_narrow_terminals() -> None:
    """Print a question mark for a letter that the terminal cannot show, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
