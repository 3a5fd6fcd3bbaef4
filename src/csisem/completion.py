"""Public names: what completion shows, and the nearest to a mistyped one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import ClassVar, NoReturn

from csisem.errors import closest


class Completion:
    """A public object whose completion leaves out names that are for the package's own use."""

    __slots__ = ()
    _internal: ClassVar[frozenset[str]] = frozenset()

    def __dir__(self) -> list[str]:
        return sorted(set(super().__dir__()) - self._internal)


def public_names(module: str, names: Sequence[str]) -> tuple[Callable[[], list[str]], Callable[[str], NoReturn]]:
    """``__dir__`` and ``__getattr__`` of a public module: its names alone, and the nearest name for a mistyped one."""

    def refuse(name: str) -> NoReturn:
        raise unknown_name(module, name)

    return lambda: sorted(names), refuse


def unknown_name(module: str, name: str) -> AttributeError:
    """The error for a name that a public module lacks, with the closest public name there or in another room."""
    package, own = import_module("csisem"), import_module(module).__all__
    # Tools look for names with an underscore, which must not import every room.
    rooms = () if name.startswith("_") else package.ROOMS
    homes = {public: f"cs.{room}.{public}" for room in rooms for public in import_module(f"csisem.{room}").__all__}
    homes |= {public: f"cs.{public}" for public in package.__all__ if rooms}
    # Elsewhere the name must be nearly the same: 'invariance' is not 'variances'.
    near = [one for one in (closest(name, own), closest(name, homes, cutoff=0.9)) if one]
    best = closest(name, near)
    hint = "" if best is None else f" (did you mean {best if best in own else homes[best]!r}?)"
    return AttributeError(f"{module} has no {name!r}{hint}")
