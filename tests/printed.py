"""What pages and examples print, compared with what they show."""

from __future__ import annotations

import re

OPTIONS = (
    "display.width", 80, "display.max_columns", 20, "display.precision", 6, "display.unicode.east_asian_width", False,
)  # fmt: skip
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def same(shown: str, printed: str) -> bool:
    """Whether two outputs differ at most in spacing and, where numbers were rounded for print, by one last digit."""
    if NUMBER.sub("#", shown).split() != NUMBER.sub("#", printed).split():
        return False
    pairs = zip(NUMBER.findall(shown), NUMBER.findall(printed), strict=True)
    return all(a == b or ("." in a and abs(float(a) - float(b)) <= 1.01 * last_digit(a)) for a, b in pairs)


def last_digit(number: str) -> float:
    mantissa, _, exponent = number.partition("e")
    return float(10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2])))
