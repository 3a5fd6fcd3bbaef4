"""Names that tab completion shows."""

from __future__ import annotations

from typing import ClassVar


class Completion:
    """A public object whose completion leaves out names that are for the package's own use."""

    __slots__ = ()
    _internal: ClassVar[frozenset[str]] = frozenset()

    def __dir__(self) -> list[str]:
        return sorted(set(super().__dir__()) - self._internal)
