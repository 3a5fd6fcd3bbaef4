"""The encoding of a text file."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from csisem.errors import DataError, OptionError, shown


class Decoded(NamedTuple):
    """A file's text, its encoding, and whether that was guessed."""

    text: str
    encoding: str
    guessed: bool = False


# UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TRIED = "UTF-8, UTF-16, GB18030 or Windows-1252"


def decoded(raw: bytes, given: str | None, name: str) -> Decoded:
    """Return the text of a file, in the encoding given or else the one that its bytes show."""
    if given is not None:
        check_encoding(given)
        try:
            text = raw.decode(given).removeprefix("\ufeff")
        except UnicodeError:
            text = "\0"
        if not _plausible(text, raw):
            raise DataError(f"{name!r} is not text in {given}; name its encoding with encoding=.")
        return Decoded(text, given)
    for encoding, guessed in _candidates(raw):
        try:
            text = raw.decode(encoding).removeprefix("\ufeff")
        except UnicodeError:
            continue
        if _plausible(text, raw):
            return Decoded(text, encoding, guessed)
    raise DataError(f"{name!r} is not text in {_TRIED}; name its encoding with encoding=.")


def check_encoding(given: object) -> None:
    """Refuse what is not the name of an encoding of text that Python knows."""
    if not isinstance(given, str) or not given.isprintable() or not given:
        raise OptionError(f"encoding= must be the name of an encoding, such as 'gb18030'; got {shown(given)}.")
    try:
        "".encode(given)
    except (LookupError, ValueError):
        raise DataError(f"There is no encoding {given[:80]!r}; gb18030, utf-8 and latin-1 are common ones.") from None


def _plausible(text: str, raw: bytes) -> bool:
    """Whether a text has no NUL, and ends of lines where the file seems to have them."""
    return "\0" not in text and ("\n" in text or "\r" in text or b"\n" not in raw)


def _candidates(raw: bytes) -> list[tuple[str, bool]]:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return [(encoding, False)]
    if b"\0" in raw[:4096]:
        # Line ends, digits and separators have a byte of zero in UTF-16, before or after their own.
        even, odd = raw[:4096:2].count(0), raw[1:4096:2].count(0)
        return [("utf-16-le" if odd > even else "utf-16-be", False)]
    return [
        ("utf-8", False),
        *((name, True) for name in (("cp1252", "gb18030") if _western(raw) else ("gb18030", "cp1252"))),
    ]


def _western(raw: bytes) -> bool:
    """Whether bytes above 127 stand alone among ASCII letters, as in ``Qualität``; Chinese ones stand in pairs."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", raw[:1_000_000])]
    return sum(run == 1 for run in runs) > len(runs) / 2
