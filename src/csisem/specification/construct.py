"""Constructs: latent variables and the items that measure them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from csisem.errors import ModelError, shown
from csisem.option_checks import listing_of
from csisem.options import Mode, validate


@dataclass(frozen=True, slots=True, init=False)
class Construct:
    """A latent variable and the items that measure it.

    Parameters
    ----------
    name
        Any Unicode text without surrounding spaces.
    items
        Column names, or names of other constructs for a higher-order construct; a single name may be a string.
    mode
        How PLS weights the items: ``"A"`` (correlation weights), ``"B"`` (regression weights), ``"unit"``, ``"pca"``.
    composite
        Whether the construct is formed by its items instead of being their common cause. PLSc does not correct the
        score of a composite of items for attenuation; in a composite of dimensions it removes the dimensions'
        measurement error. Covariance structures estimate a composite of items with its weights. None: True with mode
        ``"B"`` only. Scores of the modes ``"unit"`` and ``"pca"`` are never corrected.

    Raises
    ------
    ModelError
        If there are no items, an item is repeated or is the construct itself, or mode ``"B"`` is given to a construct
        that is not a composite.

    See Also
    --------
    Model : Constructs and the paths between them.

    Examples
    --------
    >>> cs.Construct("Quality", ["q1", "q2", "q3"])
    Construct(name='Quality', items=('q1', 'q2', 'q3'), mode='A', composite=False)
    >>> cs.Construct("Complaints", "c1").items
    ('c1',)
    """

    name: str
    items: tuple[str, ...]
    mode: Mode = "A"
    composite: bool = False

    def __init__(
        self, name: str, items: Sequence[str] | str, mode: Mode = "A", *, composite: bool | None = None
    ) -> None:
        if not isinstance(name, str) or not name.strip():
            raise ModelError(f"The name of a construct must be text that is not empty; got {shown(name)}.")
        listing = [items] if isinstance(items, str) else listing_of(items)
        if listing is None:
            raise ModelError(
                f"The items of construct {shown(name)} must be a list of column names; got {shown(items)}."
            )
        names = tuple(listing)
        mode = validate("mode", mode, Mode)
        if not names:
            raise ModelError(f"Construct {name!r} has no items.")
        for item in names:
            if not isinstance(item, str) or not item.strip():
                raise ModelError(f"Construct {shown(name)} has an item that is not a column name: {shown(item)}.")
            if names.count(item) > 1:
                raise ModelError(f"Construct {shown(name)} names the item {shown(item)} {names.count(item)} times.")
        if name in names:
            raise ModelError(f"Construct {name!r} is measured by itself; an item and its construct need two names.")
        if composite is not None and not isinstance(composite, bool):
            raise ModelError(f"composite= of {shown(name)} takes True or False, not {shown(composite)}.")
        if mode == "B" and composite is False:
            raise ModelError(f"{name!r} has regression weights (mode 'B'), which are those of a composite; take mode "
                             "'A', or composite=True.")  # fmt: skip
        fields = {
            "name": name,
            "items": names,
            "mode": mode,
            "composite": mode == "B" if composite is None else composite,
        }
        for field, value in fields.items():
            object.__setattr__(self, field, value)
