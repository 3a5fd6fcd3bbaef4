"""A construct: something that cannot be asked directly, and the items that measure it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from csisem.errors import ModelError, shown
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
    composite
        Whether the construct is what its items make up, not a common cause of them: PLSc then takes its score as it
        is, and covariance estimators, which cannot estimate it, refuse it. None: with mode ``"B"`` only. (PLSc takes
        scores of the modes ``"unit"`` and ``"pca"`` as they are in any case.)

    Raises
    ------
    ModelError
        No items, the same item twice, the construct as its own item, or mode ``"B"`` for what is no composite.
    """

    name: str
    items: tuple[str, ...]
    mode: Mode = "A"
    composite: bool = False

    def __init__(
        self, name: str, items: Sequence[str] | str, mode: Mode = "A", *, composite: bool | None = None
    ) -> None:
        if not isinstance(name, str) or not name.strip():
            raise ModelError(f"A construct needs a name, and {shown(name)} is none.")
        if not isinstance(items, Iterable):
            raise ModelError(f"The items of construct {name!r} are a list of column names, not {shown(items)}.")
        named = (items,) if isinstance(items, str) else tuple(items)
        mode = validate("mode", mode, Mode)
        if not named:
            raise ModelError(f"Construct {name!r} has no items.")
        for item in named:
            if not isinstance(item, str) or not item.strip():
                raise ModelError(f"Construct {name!r} has an item that is no column name: {shown(item)}.")
            if named.count(item) > 1:
                raise ModelError(f"Construct {name!r} names the item {item!r} {named.count(item)} times.")
        if name in named:
            raise ModelError(f"Construct {name!r} is measured by itself; an item and its construct need two names.")
        if composite is not None and not isinstance(composite, bool):
            raise ModelError(f"composite= of {name!r} takes True or False, not {shown(composite)}.")
        if mode == "B" and composite is False:
            raise ModelError(f"{name!r} is weighed by regression (mode 'B'), which only a composite can be; take mode "
                             "'A', or composite=True.")  # fmt: skip
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "items", named)
        object.__setattr__(self, "mode", mode)
        object.__setattr__(self, "composite", mode == "B" if composite is None else composite)
