"""Checked arguments of sampling plans."""

from __future__ import annotations

import math

from scipy.special import ndtri

from csisem.arrays import LARGEST_COUNT
from csisem.errors import OptionError, shown
from csisem.option_checks import real

# Numbers beyond these cannot be squared and divided by one another.
LEAST, MOST = 1e-60, 1e60


def positive(name: str, value: object) -> float:
    """Return a finite number above zero."""
    if LEAST <= (number := real(value)) <= MOST:
        return number
    if 0 < number < math.inf:
        raise OptionError(f"{name}={value!r} is too {'small' if number < 1 else 'large'} to compute with.")
    raise OptionError(f"{name}={shown(value)} is not a number above zero.")


def share(name: str, value: object, *, whole: bool = False) -> float:
    """Return a number between 0 and 1, or 1 itself where the ``whole`` is allowed."""
    number = real(value)
    if LEAST <= number < 1 or (whole and number == 1):
        return number
    if 0 < number < 1:
        raise OptionError(f"{name}={value!r} is too small to compute with.")
    if 1 < number <= 100:
        raise OptionError(f"{name}={value!r} is not between 0 and 1; for {number:g} % write {number / 100:g}.")
    raise OptionError(f"{name}={shown(value)} is not a number between 0 and 1.")


def count(name: str, value: object, least: int = 1) -> int:
    """Return a whole number of at least ``least``, which may be written as a float."""
    number = real(value)
    if math.isfinite(number) and number.is_integer() and least <= number <= LARGEST_COUNT:
        return int(number)
    if number > LARGEST_COUNT:
        raise OptionError(f"{name} is above {LARGEST_COUNT}, beyond which whole numbers are not counted exactly.")
    raise OptionError(f"{name}={shown(value)} is not a whole number of at least {least}.")


def power_quantile(power: float, alpha: float, sides: int = 1) -> float:
    """Return ``z_(1 - alpha/sides) + z_power``, the effect over its standard error that a test needs."""
    z = ndtri(1 - share("alpha", alpha) / sides) + ndtri(share("power", power))
    if z <= 0:
        raise OptionError(
            f"power={power!r} must be above {alpha / sides:g}, the rejection rate under the null hypothesis."
        )
    return float(z)


def up(n: float) -> int:
    """Return the next whole number, forgiving what rounding added to a number that is whole."""
    if not n <= LARGEST_COUNT:
        raise OptionError("The sample size has no bound that a float can count; ask for a wider margin or difference.")
    return math.ceil(n * (1 - 1e-12))
