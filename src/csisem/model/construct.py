"""A construct: something that cannot be asked directly, and the items that measure it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from csisem.errors import ModelError
from csisem.options import Mode, validate


@dataclass(frozen=True, slots=True, init=False)
class Construct:
    """A latent variable and what measures it.

    Parameters
    ----------
    name
        The construct's name, any Unicode text without spaces around it.
    items
        Column names, or names of other constructs for a higher-order construct; one name alone may be a string.
    mode
        How PLS weights the items: ``"A"`` (correlation weights), ``"B"`` (regression weights), ``"unit"``, ``"pca"``.
        Covariance estimators read every mode but ``"B"`` as reflective.

    Raises
    ------
    ModelError
        No items, the same item twice, or the construct as its own item.
    """

    name: str
    items: tuple[str, ...]
    mode: Mode = "A"

    def __init__(self, name: str, items: Sequence[str] | str, mode: Mode = "A") -> None:
        named = (items,) if isinstance(items, str) else tuple(items)
        if not isinstance(name, str) or not name.strip():
            raise ModelError(f"A construct needs a name, and {name!r} is none.")
        if not named:
            raise ModelError(f"Construct {name!r} has no items.")
        for item in named:
            if not isinstance(item, str) or not item.strip():
                raise ModelError(f"Construct {name!r} has an item that is no column name: {item!r}.")
            if named.count(item) > 1:
                raise ModelError(f"Construct {name!r} names the item {item!r} {named.count(item)} times.")
        if name in named:
            raise ModelError(f"Construct {name!r} is measured by itself; an item and its construct need two names.")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "items", named)
        object.__setattr__(self, "mode", validate("mode", mode, Mode))
