"""Errors and warnings, and the phrases their messages share."""

from __future__ import annotations

import difflib
import inspect
import os
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csisem.options import Language

LANGUAGE_VARIABLE = "CSISEM_LANGUAGE"
"""The environment variable that asks for Chinese beside the English of an error: ``CSISEM_LANGUAGE=zh``."""

# Names of at most this many characters are compared by a lower standard.
_SHORT = 3
_untold: ContextVar[bool] = ContextVar("untold", default=False)


class CsisemError(Exception):
    """Base class of the package's errors; catching it catches them all.

    ``str(error)`` is English. With the environment variable ``CSISEM_LANGUAGE=zh`` tracebacks show the Chinese below
    it, as a note.

    Examples
    --------
    >>> try:
    ...     cs.Scale(10, 1)
    ... except cs.CsisemError as error:
    ...     print(error)
    A scale must have finite bounds low < high; got low=10 and high=1.
    """

    def text(self, language: Language = "en") -> str:
        """Return the message in English (``"en"``) or Chinese (``"zh"``).

        Parameters
        ----------
        language
            ``"en"`` or ``"zh"``. A message that has no Chinese is returned in English.

        Returns
        -------
        str
            One sentence, or two: what is wrong, and what to do. Names and options are those of the English message.

        Raises
        ------
        OptionError
            If the language is another one.

        Examples
        --------
        >>> try:
        ...     cs.Scale(10, 1)
        ... except cs.ScaleError as error:
        ...     print(error.text("zh"))
        量表的上下限应为有限数且 low < high；得到 low=10 和 high=1。
        """
        # What these hold stands above this module, and is loaded when it is asked for.
        options = import_module("csisem.options")
        if options.validate("language", language, options.Language) == "en":
            return str(self)
        # A sentence with a code knows its Chinese.
        given = getattr(self.args[0] if self.args else "", "text", None)
        return str(given("zh") if given else import_module("csisem.display.refusals").in_chinese(str(self)))

    @property
    def __notes__(self) -> list[str]:  # type: ignore[override]
        """What Python prints below the message: notes that were added, and the Chinese where it is asked for."""
        notes: list[str] = self.__dict__.setdefault("_notes", [])
        if os.environ.get(LANGUAGE_VARIABLE, "").casefold() == "zh":
            said = self.text("zh")
            if said not in (*notes, str(self)):
                notes.insert(0, said)
        return notes


class OptionError(CsisemError, ValueError):
    """An option that does not exist, or that the chosen estimator does not use."""


class NotApplicableError(OptionError, AttributeError):
    """A reading that the kind of fit or bootstrap at hand does not have, so that ``hasattr`` is False."""


class DataError(CsisemError, ValueError):
    """Answers, columns or moments that cannot be used as they are."""


class ScaleError(DataError):
    """A scale that is missing or contradicts itself, or answers outside the scale."""


class DesignError(DataError):
    """Weights, strata, clusters or finite population corrections that cannot be used together or with the data."""


class QuestionnaireError(CsisemError, ValueError):
    """A questionnaire, an indicator system or a record of fieldwork that contradicts itself."""


class ModelError(CsisemError, ValueError):
    """A model that contradicts itself or that the chosen estimator cannot fit."""


class ModelSyntaxError(ModelError):
    """Model text that cannot be read; the message quotes the line."""


class UnusableFitError(CsisemError):
    """A result was requested from a fit that did not converge or is not identified."""


class CsisemWarning(UserWarning):
    """A result is returned, but must be read with the caution that the message gives."""


class InadmissibleFitWarning(CsisemWarning):
    """A result was computed from an inadmissible solution; the message names the reasons."""


def nearest(name: str, names: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the closest of ``names``, or nothing when none is close."""
    known = list(map(str, names))
    if str(name) in known:
        return " (one reads the same but is of another type: a number is not its text)"
    if alike := [other for other in known if other.startswith(f"{name}_column_")]:
        return f" (several columns have this name: {listed(alike)})"
    close = closest(name, known)
    if close is None and len(str(name)) <= _SHORT:
        # One wrong character of two or three is as similar as short names can be: 质童 and 质量.
        close = closest(name, [other for other in known if len(other) <= _SHORT], cutoff=0.5)
    return f" (did you mean {close!r}?)" if close else ""


def closest(name: str, names: Iterable[str], cutoff: float = 0.65) -> str | None:
    """Return the most similar of ``names`` whose similarity (`difflib`, from 0 to 1) is at least the cutoff."""
    known, wanted = list(map(str, names)), str(name).casefold()
    # Case does not count: 'ml' is as near to 'ML' as a word can be.
    folded = [other.casefold() for other in known]
    found = difflib.get_close_matches(wanted, folded, n=max(len(folded), 1), cutoff=cutoff)
    if not found:
        return None
    # The same letters in another order are nearer than a missing one: 'MRL' is 'MLR', not 'ML'.
    best = next((word for word in found if sorted(word) == sorted(wanted)), found[0])
    same = [other for other, word in zip(known, folded, strict=True) if word == best]
    return difflib.get_close_matches(str(name), same, n=1, cutoff=0.0)[0]


def tell(sentences: Sequence[str], category: type[CsisemWarning] = CsisemWarning) -> None:
    """Issue warnings that point at the user's call, however many functions of the package lie between."""
    if _untold.get():
        return
    depth, frame = 1, inspect.currentframe()
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] == __name__.partition(".")[0]:
        depth, frame = depth + 1, frame.f_back
    for said in sentences:
        warnings.warn(said, category, stacklevel=depth)


@contextmanager
def untold() -> Iterator[None]:
    """Leave out the package's warnings, in this thread alone: Python's filters belong to the whole program."""
    before = _untold.set(True)
    try:
        yield
    finally:
        _untold.reset(before)


def system_reason(problem: Exception) -> str:
    """Return the system's reason for refusing a file, without number and path."""
    return (getattr(problem, "strerror", None) or str(problem)).rstrip(".")


def shown(value: object, most: int = 80) -> str:
    """Return a value as text in one line: a long text cut to ``most``, its type where nothing short describes it."""
    if isinstance(value, str):
        return repr(value if len(value) <= most else f"{value[: most - 3]}...")
    kind = type(value)
    text = None
    # The text of a table is a table, that of an object without its own is an address.
    if not hasattr(value, "iloc") and not (kind.__repr__ is object.__repr__ or callable(value)):
        with suppress(Exception):
            text = " ".join(repr(value).split())
    if text is None or len(text) > most or " at 0x" in text:
        text = f"{'an' if kind.__name__[:1].lower() in 'aeio' else 'a'} {kind.__name__}"
    return text


def group_places(labels: Iterable[object]) -> list[str]:
    """Return the phrase that places a message in each group; one empty phrase without groups."""
    return [f" in group {label!s}" for label in labels] or [""]


def agree(count: int, one: str, many: str) -> str:
    """Return the words that agree with a count: ``one`` with 1, otherwise ``many``."""
    return one if count == 1 else many


def listed(names: Iterable[object], most: int = 6) -> str:
    """Return names as ``'a', 'b' and 3 more``."""
    # The labels of several crossed columns are tuples.
    each = [shown(" x ".join(map(str, name)) if isinstance(name, tuple) else str(name)) for name in names]
    if len(each) > most:
        return ", ".join(each[:most]) + f" and {len(each) - most} more"
    return ", ".join(each)
