"""Tokens of model syntax: names, numbers, quoted labels, operators.

Every token keeps its line number. Punctuation typed with a Chinese input method is read as its ASCII twin, except in
names, quotes and backticks, which keep every character as typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from csisem.errors import ModelSyntaxError

Kind = Literal["name", "backticked", "quoted", "number", "operator"]
"""``backticked`` is a name typed between backticks; ``quoted`` was typed between quotes."""

RESERVED = frozenset({"NA", "NaN", "Inf"})
"""Words that are values in lavaan; a column or label called so goes in backticks or quotes."""

# Full-width forms stand 0xFEE0 above their ASCII twins; the others come from word processors and input methods.
_TWINS = {ord(twin) + 0xFEE0: twin for twin in ",:*+=~();-<>|/#!?^`\"'.0123456789"} | {
    0x3001: ",",  # ideographic comma
    0x00D7: "*",  # multiplication sign
    0x301C: "~",  # wave dash
    0x223C: "~",  # tilde operator
    0x2013: "-",  # en dash
    0x2212: "-",  # minus sign
    0x201C: '"',  # curly quotes
    0x201D: '"',
    0x2018: "'",
    0x2019: "'",
    0x200B: " ",  # zero-width space
    0xFEFF: " ",  # byte order mark
}
_NEWLINE = re.compile("\r\n|[\n\r\u2028\u2029]")
_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
# `a<-1` is a constraint, `y <- x` a mistake: '<-' is one token only when no number follows.
_OPERATOR = r"~\*~|~~~+|~=|=~|<~|~~|->|<-(?=\s*[^\s0-9.])|<=|>=|:=|==|\*\*|[-+*/^()=~<>|:,?;]"
_SKIP = re.compile(r"(?:\s+|[#!].*)*")
_WORD = re.compile(r"[\w.]*")
_TOKEN = re.compile(
    rf"""(?P<quoted>"[^"]*"|'[^']*')|(?P<backticked>`[^`]*`)"""
    rf"""|(?P<number>{_NUMBER})|(?P<operator>{_OPERATOR})"""
)


class Token(NamedTuple):
    """One token; ``text`` is without quotes and with ASCII operators, ``line`` counts from 1."""

    kind: Kind
    text: str
    line: int

    def is_operator(self, *texts: str) -> bool:
        """Whether this is one of the given operators, and not a name or label with the same spelling."""
        return self.kind == "operator" and self.text in texts

    def shown(self) -> str:
        """The token as it would be typed."""
        if self.kind == "backticked":
            return f"`{self.text}`"
        if self.kind == "quoted":
            return f"'{self.text}'" if '"' in self.text else f'"{self.text}"'
        return self.text


@dataclass(frozen=True, slots=True)
class ModelText:
    """The text being read, so that messages can quote its lines."""

    lines: tuple[str, ...]
    numbered: bool = True

    @classmethod
    def of(cls, text: str, *, numbered: bool = True) -> ModelText:
        """Cut text into lines; ``numbered=False`` for a single expression, whose messages name no line."""
        if not isinstance(text, str):
            raise ModelSyntaxError(f"Model syntax is text, not a value of type {type(text).__name__}.")
        return cls(tuple(_NEWLINE.split(text)), numbered)

    def error(self, where: Token | int, message: str) -> ModelSyntaxError:
        """Return an error that quotes the line, given by its number or a token, before the message."""
        line = where if isinstance(where, int) else where.line
        quoted = self.lines[line - 1].strip()
        if len(quoted) > 100:
            quoted = quoted[:97] + "..."
        place = f"Line {line}: " if self.numbered else ""
        return ModelSyntaxError(f"{place}{quoted!r} {message}")


def is_plain(name: str) -> bool:
    """Whether a name can be typed without backticks."""
    return bool(name) and name not in RESERVED and _name_end(name, 0) == len(name)


def tokenize(source: ModelText) -> tuple[Token, ...]:
    """Split the text into tokens, without comments and spaces."""
    return tuple(token for number in range(1, len(source.lines) + 1) for token in _line(source, number))


def spell(tokens: tuple[Token, ...]) -> str:
    """Write an expression in its canonical spelling: spaces around binary ``+`` and ``-`` only."""
    written = ""
    previous: Token | None = None
    for token in tokens:
        opens = previous is None or (previous.kind == "operator" and previous.text != ")")
        if token.is_operator("+", "-") and not opens:
            written += f" {token.text} "
        elif token.is_operator(","):
            written += ", "
        else:
            written += "^" if token.is_operator("**") else token.shown()
        previous = token
    return written


def _line(source: ModelText, number: int) -> list[Token]:
    typed = source.lines[number - 1]
    # One character for one, so that positions agree.
    plain = typed if typed.isascii() else typed.translate(_TWINS)
    tokens: list[Token] = []
    end = 0
    while (at := _end(_SKIP, plain, end)) < len(typed):
        end = _name_end(typed, at)
        if end > at:
            tokens.append(Token("name", typed[at:end], number))
            continue
        match = _TOKEN.match(plain, at)
        if match is None:
            raise source.error(number, _unreadable(typed[at], plain[at]))
        end, kind = match.end(), match.lastgroup
        if kind == "operator":
            tokens.append(Token("operator", match.group(), number))
        elif kind == "number":
            tokens.append(_number(source, number, match, _name_end(typed, end)))
        elif kind == "quoted":
            tokens.append(Token("quoted", typed[at + 1 : end - 1], number))
        elif kind == "backticked":
            if end == at + 2:
                raise source.error(number, "has an empty pair of backticks where a name is expected.")
            tokens.append(Token("backticked", typed[at + 1 : end - 1], number))
    return tokens


def _number(source: ModelText, number: int, match: re.Match[str], after: int) -> Token:
    if after > match.end():
        word = source.lines[number - 1][match.start() : after]
        raise source.error(
            number,
            f"has {word!r}, which is neither a number nor a name: a name starts with a letter "
            f"(a column called so is written in backticks, `{word}`).",
        )
    return Token("number", match.group(), number)


def _unreadable(typed: str, plain: str) -> str:
    if plain in "\"'`":
        what = "backtick" if plain == "`" else "quote"
        return f"has a {what} {typed!r} that is not closed on the same line."
    return (
        f"has the character {typed!r} (U+{ord(typed):04X}), which means nothing here; a column name that holds such "
        "characters is written in backticks, `like this`."
    )


def _name_end(text: str, at: int) -> int:
    """Where the name that starts at ``at`` ends; ``at`` itself when none starts there."""
    first = text[at : at + 1]
    if first == ".":
        if text[at + 1 : at + 2].isdigit():
            return at
    elif not (first.isidentifier() or first.isalpha()):
        return at
    end = _end(_WORD, text, at)
    # Combining marks belong to a name too, though no regular expression calls them part of a word.
    while end < len(text) and f"_{text[end]}".isidentifier():
        end = _end(_WORD, text, end + 1)
    return end


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
