"""Templates of sentences in English and Chinese."""

from __future__ import annotations

import math
import string
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from csisem.errors import agree, listed
from csisem.options import Language

Plain: TypeAlias = "str | int | float | bool | tuple[Plain, ...] | None"
"""What a sentence holds: plain values, or other sentences (which are text) and tuples of them."""


class Wording(NamedTuple):
    """One sentence in every language: templates of `str.format` with the same fields.

    Besides Python's formats, such as ``{value:.3f}`` and ``{name!r}``, a field may have one of these:

    * ``{count:row|rows}``: the first text with one (or a tuple of one), else the second.
    * ``{group:? in group {group}}``: the text behind the mark, unless the field is None, False or an empty tuple.
    * ``{pvalue:p}``: a p-value with three digits, ``<0.001`` where it is smaller.
    * ``{names:quoted}``: names in quotation marks, of many the first six and how many more.
    * ``{names:, }``: the members of a tuple, joined by this text.
    """

    en: str
    zh: str

    def text(self, fields: Mapping[str, Plain], language: Language) -> str:
        """Fill in the fields; a field that is missing raises KeyError."""
        return _FORMATTERS[language].filled(getattr(self, language), fields)


def p_text(value: float, digits: int = 3) -> str:
    """A p-value with fixed digits, never printed as zero; empty for nan."""
    if math.isnan(value):
        return ""
    smallest = 10.0**-digits
    return f"<{smallest:.{digits}f}" if value < smallest else f"{value:.{digits}f}"


class _Formatter:
    """Python's formats, and those of `Wording`, in one language.

    Every fit says some sentences; `string.Formatter`, whose parser this uses, takes twice as long.
    """

    def __init__(self, language: Language) -> None:
        self.language = language

    def filled(self, template: str, fields: Mapping[str, Plain]) -> str:
        """The template with its fields."""
        parts = []
        for literal, name, spec, conversion in _parsed(template):
            parts.append(literal)
            if name is not None:
                value = repr(fields[name]) if conversion == "r" else fields[name]
                parts.append(self.field(value, self.filled(spec, fields) if spec and "{" in spec else spec or ""))
        return "".join(parts)

    def field(self, value: Any, spec: str) -> str:
        """One field by its format."""
        if value is None:
            return ""
        if spec.startswith("?"):
            return "" if value is False or value == () else spec[1:]
        if spec == "p":
            return p_text(value)
        if "|" in spec:
            return agree(len(value) if isinstance(value, tuple) else value, *spec.split("|"))
        if isinstance(value, tuple):
            return self._quoted(value) if spec == "quoted" else spec.join(map(self._word, value))
        return format(self._word(value) if isinstance(value, str) else value, spec)

    def _word(self, value: Plain) -> str:
        if isinstance(value, tuple):
            # The label of a group by several columns.
            return " x ".join(map(self._word, value))
        # A sentence within a sentence is worded in the same language.
        worded = getattr(value, "text", None)
        return str(value) if worded is None else worded(self.language)

    def _quoted(self, names: tuple[Plain, ...]) -> str:
        words = [self._word(name) for name in names]
        if self.language == "en":
            return listed(words)
        rest = f" 等 {len(words)} 个" if len(words) > _MOST_NAMES else ""
        return "、".join(f"“{word}”" for word in words[:_MOST_NAMES]) + rest


@cache
def _parsed(template: str) -> tuple[tuple[str, str | None, str | None, str | None], ...]:
    return tuple(string.Formatter().parse(template))


_MOST_NAMES = 6
_FORMATTERS: dict[str, _Formatter] = {"en": _Formatter("en"), "zh": _Formatter("zh")}
