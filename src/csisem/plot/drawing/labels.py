"""Words on pictures: wording in a language, names, line breaks, numbers."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime

from csisem.display.sentences import sentence
from csisem.errors import OptionError, shown
from csisem.options import Language, validate


def speaks(language: object) -> Language:
    """The language as `options.Language` spells it."""
    spoken: Language = validate("language", language, Language)
    return spoken


def word(code: str, language: Language, **fields: object) -> str:
    """The wording of a code of `display.words.plot`, in a language."""
    return sentence(code, **fields).text(language)


def check_labels(labels: object) -> dict[str, str]:
    """The texts to show for names; refused unless a mapping of text to text."""
    if labels is None:
        return {}
    if isinstance(labels, Mapping) and all(isinstance(part, str) for pair in labels.items() for part in pair):
        return dict(labels)
    raise OptionError(f"labels= maps names to the texts to show, such as {{'q1': 'Quality'}}; got {shown(labels)}.")


def show_names(names: Iterable[object], labels: Mapping[str, str], columns: int = 0) -> list[str]:
    """Names as they are shown: by their labels, broken into lines of ``columns`` letters if given."""
    # The label of a group by several columns is a tuple.
    parts = [name if isinstance(name, tuple) else (name,) for name in names]
    texts = [" × ".join(labels.get(name_text(part), name_text(part)) for part in each) for each in parts]
    return [break_lines(text, columns) for text in texts] if columns else texts


def name_text(name: object) -> str:
    """A name as text: a whole number without its point, a day without its midnight."""
    if isinstance(name, float) and name.is_integer():
        return str(int(name))
    if isinstance(name, datetime):
        return name.isoformat(sep=" ").removesuffix(" 00:00:00")
    return str(name)


def text_width(text: str) -> int:
    """Columns that a text takes: two for a Chinese letter."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def break_lines(text: str, columns: int) -> str:
    """Break a text into even lines of at most ``columns``: between words, and between Chinese letters."""
    lines = _lines(text, columns)
    # The narrowest lines that are not more.
    for fewer in range(-(-text_width(text) // len(lines)), columns):
        if len(even := _lines(text, fewer)) == len(lines):
            return "\n".join(even)
    return "\n".join(lines)


def _lines(text: str, columns: int) -> list[str]:
    lines, line = [], ""
    for piece in _pieces(text):
        if line.strip() and text_width((line + piece).rstrip()) > columns:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    """Parts between which a line may end; punctuation stays with what it closes or opens."""
    pieces: list[str] = []
    joined = False
    for letter in text:
        kind = unicodedata.category(letter)
        wide = unicodedata.east_asian_width(letter) in "WF"
        closing = kind in ("Pe", "Po", "Pf") or letter.isspace()
        opened = bool(pieces) and unicodedata.category(pieces[-1][-1]) in ("Ps", "Pi")
        if pieces and (closing or opened or (joined and not wide and kind not in ("Ps", "Pi"))):
            pieces[-1] += letter
        else:
            pieces.append(letter)
        joined = not wide and not letter.isspace() and letter not in "-/"
    return pieces


def decimal(value: float, digits: int = 1) -> str:
    """A number with its decimals; a dash for nan, and no minus before zero."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def percent(level: float) -> str:
    """A confidence level in percent."""
    return f"{100 * level:g}"
