"""Checked arguments of sampling plans."""

from __future__ import annotations

import math
from numbers import Real

from scipy.special import ndtri

from csisem.errors import OptionError, shown


def positive(name: str, value: object) -> float:
    """Return a finite number above zero."""
    if isinstance(value, Real) and not isinstance(value, bool) and 0 < float(value) < math.inf:
        return float(value)
    raise OptionError(f"{name}={shown(value)} is not a number above zero.")


def share(name: str, value: object, *, whole: bool = False) -> float:
    """Return a number between 0 and 1, or 1 itself where the ``whole`` is allowed."""
    if isinstance(value, Real) and not isinstance(value, bool):
        number = float(value)
        if 0 < number < 1 or (whole and number == 1):
            return number
        if 1 < number <= 100:
            raise OptionError(f"{name}={value!r} is not between 0 and 1; for {number:g} % write {number / 100:g}.")
    raise OptionError(f"{name}={shown(value)} is not a number between 0 and 1.")


def count(name: str, value: object, least: int = 1) -> int:
    """Return a whole number of at least ``least``, which may be written as a float."""
    if isinstance(value, Real) and not isinstance(value, bool) and float(value).is_integer():
        number = int(float(value))
        if number >= least:
            return number
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
    return math.ceil(n * (1 - 1e-12))
