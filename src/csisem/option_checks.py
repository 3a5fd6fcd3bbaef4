"""Options that are numbers, names, paths or flags, checked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from numbers import Integral, Real
from os import PathLike, fspath
from pathlib import Path

from csisem.errors import OptionError, listed, shown
from csisem.options import IntervalKind, validate

LARGEST = 1e100
"""Numbers beyond it have squares, and products of squares, that no float holds."""

MOST_NUMBERS = 2_000_000_000
"""The most answers that are simulated at a time: 16 GB of them."""

MOST_REPLICATES = 1_000_000
"""The most replicates, permutations or random data sets of one call: a thousand times what an interval needs."""


def interval_kind(interval: object, bootstrap: object) -> IntervalKind:
    """The kind of a bootstrap's intervals, ``"percentile"`` unless another is asked for; refused without one."""
    if interval is None:
        return "percentile"
    kind: IntervalKind = validate("interval", interval, IntervalKind)
    if bootstrap is None:
        raise OptionError(f"interval={kind!r} is for the intervals of a bootstrap; give bootstrap=, or leave it out.")
    return kind


def check_flag(name: str, value: object, *, unset: bool = False) -> None:
    """Refuse what is not True or False, nor None where the option may be ``unset``."""
    if type(value).__name__ not in ("bool", "bool_") and not (unset and value is None):
        raise OptionError(f"{name}={shown(value)} is not one of True, False{', None' * unset}.")


def check_flags(**flags: object) -> None:
    """Refuse each option that is not True or False."""
    for name, value in flags.items():
        check_flag(name, value)


def real(value: object) -> float:
    """Return a number as a float, infinite where it is too large for one, and nan for what is not a number."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, 1 if value > 0 else -1)  # type: ignore[operator]


def check_share(name: str, value: object) -> None:
    """Refuse an option that is not between 0 and 1, such as the level of an interval."""
    if not 0 < real(value) < 1:
        raise OptionError(f"{name}={shown(value)} is not between 0 and 1.")


def check_name(name: str, value: object, what: str = "one column") -> None:
    """Refuse an option that is not one name, as text."""
    if not isinstance(value, str):
        raise OptionError(f"{name}= is the name of {what}, not {shown(value)}.")


def as_path(name: str, value: object) -> Path:
    """Return an option that is a path, as text or as a `Path`."""
    if isinstance(value, str | PathLike):
        text = fspath(value)
        if isinstance(text, str) and text and "\0" not in text:
            return Path(text)
    raise OptionError(f"{name}= must be the path of a file, as text; got {shown(value)}.")


def check_whole(name: str, value: object, least: int, most: int | None = None) -> None:
    """Refuse what is not a whole number of at least ``least``, and at most ``most`` where there is a limit."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < least:
        raise OptionError(f"{name}={shown(value)} is not a whole number of at least {least}.")
    if most is not None and int(value) > most:
        raise OptionError(f"{name}={shown(value)} is more than {most:,}, the most that can be asked for.")


def check_number(name: str, value: object, low: float = -math.inf, high: float = math.inf) -> None:
    """Refuse what is not a finite number from ``low`` to ``high``."""
    number = real(value)
    if math.isfinite(number) and low <= number <= high:
        if abs(number) > LARGEST:
            raise OptionError(f"{name}={shown(value)} is too large to compute with.")
        return
    within = "" if math.isinf(low) else f" of at least {low:g}" if math.isinf(high) else f" from {low:g} to {high:g}"
    raise OptionError(f"{name}={shown(value)} is not a finite number{within}.")


def check_kind(name: str, value: object, kind: type, *, unset: bool = False) -> None:
    """Refuse what is not an object of a class, nor None where the option may be ``unset``."""
    if not isinstance(value, kind) and not (unset and value is None):
        article = "an" if kind.__name__[0] in "AEIO" else "a"
        raise OptionError(f"{name}= must be {article} {kind.__name__}; got {shown(value)}.")


def check_text(name: str, value: object) -> None:
    """Refuse what is not text."""
    if not isinstance(value, str):
        raise OptionError(f"{name}= must be text; got {shown(value)}.")


def check_seed(seed: object) -> None:
    """Refuse what is not None or a whole number of at least 0."""
    if seed is not None:
        check_whole("seed", seed, 0)


def check_resampling(n: object, seed: object) -> None:
    """Refuse a number of resamples that is neither 0 nor at least 2, and an invalid seed."""
    if not isinstance(n, Integral) or isinstance(n, bool) or (n < 2 and n != 0):
        raise OptionError(f"n={shown(n)} is not a number of resamples; give 0, or at least 2, such as 2000.")
    check_whole("n", n, 0, MOST_REPLICATES)
    check_seed(seed)


def rising(name: str, given: object, what: str, low: float = -math.inf, high: float = math.inf) -> tuple[float, float]:
    """Return two numbers from ``low`` to ``high``, the first below the second; ``what`` describes them."""
    ends = given if isinstance(given, tuple | list) else ()
    if len(ends) != 2:
        raise OptionError(f"{name}= takes {what}, not {shown(given)}.")
    for end in ends:
        check_number(name, end, low, high)
    if not ends[0] < ends[1]:
        raise OptionError(f"{name}={tuple(ends)} must rise.")
    return ends[0], ends[1]


def listing_of(given: object) -> list[object] | None:
    """The entries of a list, an array or another iterable; None for a text and for what cannot be gone through."""
    if isinstance(given, str | bytes | type):
        return None
    try:
        # An array without axes has no entries, although its type has a way to go through them.
        return list(given)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        return None


def names_of(name: str, given: object, *, once: bool = True) -> tuple[str, ...]:
    """Return an option that takes None, one name or an ordered list of names as a tuple."""
    if given is None:
        return ()
    names: object = (given,) if isinstance(given, str) else given
    listing = listing_of(names)
    if listing is None or isinstance(names, Set | Mapping):
        listing = [names]
    if not all(isinstance(one, str) for one in listing):
        hint = ", which has no order" if isinstance(names, Set) else ""
        raise OptionError(f"{name}= takes a name or a list of names, as text, not {shown(given)}{hint}.")
    if once and len(set(listing)) < len(listing):
        twice = [one for one in dict.fromkeys(listing) if listing.count(one) > 1]
        raise OptionError(f"{name}= names {listed(twice)} more than once.")
    return tuple(map(str, listing))


def groups_of(given: object, taken: Iterable[str], name: str = "by") -> tuple[str, ...]:
    """Return grouping columns, none of which has the name of a column of the result (``taken``)."""
    names = names_of(name, given)
    if both := [column for column in names if column in taken]:
        raise OptionError(
            f"{name}= names {listed(both)}, which the result uses as a column name; rename it in the data."
        )
    return names
