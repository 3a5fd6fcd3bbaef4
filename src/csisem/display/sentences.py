"""Verdicts, warnings, notes and labels as values in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Self, TypeVar

import numpy as np

from csisem.display.wording import Plain
from csisem.display.words import WORDS
from csisem.options import Language, validate

T = TypeVar("T")


class Sentence(str):
    """A text in English that knows what it says: its code and fields, from which it is worded in Chinese too.

    It is equal to, and hashed and printed as, its English text. Copies and pickles keep the code and the fields;
    what string methods return is plain text.

    Attributes
    ----------
    code
        Stable name of what is said, such as ``"fit.heywood.residual"``; `csisem.display.words` has them all.
    fields
        The values it is said with, by name; read only.
    """

    code: str
    fields: Mapping[str, Plain]

    def __new__(cls, code: str, fields: Mapping[str, Plain]) -> Self:
        """Word the sentence; an unknown code or a missing field raises KeyError."""
        made = super().__new__(cls, WORDS[code].text(fields, "en"))
        made.code, made.fields = code, MappingProxyType(dict(fields))
        return made

    def text(self, language: Language = "en") -> str:
        """Return the sentence as plain text, in English (``"en"``) or Chinese (``"zh"``)."""
        return WORDS[self.code].text(self.fields, validate("language", language, Language))

    def __reduce__(self) -> tuple[type[Self], tuple[str, dict[str, Plain]]]:
        return type(self), (self.code, dict(self.fields))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        # Frames copy their attrs at every step.
        return self


def sentence(code: str, **fields: object) -> Sentence:
    """Make the sentence with a code; fields become plain values: numpy's scalars Python's, lists tuples."""
    return Sentence(code, {name: _plain(value) for name, value in fields.items()}) if fields else _alone(code)


@cache
def _alone(code: str) -> Sentence:
    """The sentence without fields, which is always the same."""
    return Sentence(code, {})


def text_in(said: T, language: Language) -> T | str:
    """Return a sentence in a language; anything else as it is."""
    return said.text(language) if isinstance(said, Sentence) else said


def _plain(value: object) -> Plain:
    if value is None or isinstance(value, str | int | float):
        return value.item() if isinstance(value, np.generic) else value
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    return str(value)
