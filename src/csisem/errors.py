"""One error tree. A message is one sentence that names the column, the count, and the nearest valid name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class CsisemError(Exception):
    """Anything that the package refuses to do, with one sentence that says why."""


class OptionError(CsisemError, ValueError):
    """An option that does not exist, or that the chosen estimator does not use."""


class NotApplicableError(OptionError, AttributeError):
    """A reading that the kind of fit or bootstrap at hand does not have, so that ``hasattr`` is False."""


class DataError(CsisemError, ValueError):
    """Answers, columns or moments that cannot be used as they are."""


class ScaleError(DataError):
    """A scale that is missing or contradicts itself, or answers outside it."""


class DesignError(DataError):
    """Weights, strata, clusters or finite population corrections that contradict themselves."""


class QuestionnaireError(CsisemError, ValueError):
    """A questionnaire, an indicator system or a record of fieldwork that contradicts itself."""


class ModelError(CsisemError, ValueError):
    """A model that contradicts itself or that the chosen estimator cannot fit."""


class ModelSyntaxError(ModelError):
    """Model text that cannot be read; the message quotes the line."""


class UnusableFitError(CsisemError):
    """A number was asked of a fit that did not converge or is not identified."""


class CsisemWarning(UserWarning):
    """A number is returned, and the sentence says what to hold against it."""


class InadmissibleFitWarning(CsisemWarning):
    """A number was computed from an inadmissible fit; the sentence names the reasons."""


def nearest(name: str, names: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the closest of ``names``, or nothing when none is close."""
    # Without regard to case: 'ml' is as near to 'ML' as a word can be.
    folded = {str(other).casefold(): str(other) for other in names}
    close = difflib.get_close_matches(str(name).casefold(), folded, n=1, cutoff=0.5)
    return f" (did you mean {folded[close[0]]!r}?)" if close else ""


def shown(value: object, most: int = 80) -> str:
    """Return a value as text in one line; of what is long, its kind."""
    text = " ".join(repr(value).split())
    return text if len(text) <= most else f"a {type(value).__name__}"


def group_places(labels: Iterable[object]) -> list[str]:
    """Return, for each group, the words that say where in a sentence; one empty text without groups."""
    return [f" in group {label!s}" for label in labels] or [""]


def agree(count: int, one: str, many: str) -> str:
    """Return the word or words that go with a count: ``one`` with 1, otherwise ``many``."""
    return one if count == 1 else many


def listed(names: Iterable[object], most: int = 6) -> str:
    """Return names as ``'a', 'b' and 3 more``, for a message that stays one sentence."""
    # Several columns crossed have labels of several parts.
    each = [repr(" x ".join(map(str, name)) if isinstance(name, tuple) else str(name)) for name in names]
    if len(each) > most:
        return ", ".join(each[:most]) + f" and {len(each) - most} more"
    return ", ".join(each)
