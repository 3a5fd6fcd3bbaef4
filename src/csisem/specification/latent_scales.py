"""Scales of the latent responses behind ordered items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from csisem.options import Parameterization
from csisem.specification.construct import Construct
from csisem.specification.ordered_items import OrderedItems
from csisem.specification.parameters import MatrixName
from csisem.specification.syntax.relation import Relation

Key = tuple[str, str, str]
"""Left side, operator and right side of a relation."""

Scale = float | Literal["free", "derived"]
"""A variance or scale factor: fixed at a value, free, or following from the other parameters."""


@dataclass(frozen=True, slots=True)
class LatentScales:
    """What is fixed so that latent responses have a scale, by lavaan's rules.

    Under ``"delta"`` the scale factors are 1 and the residual variances follow, under ``"theta"`` the residual
    variances are 1 and the scale factors follow. Where thresholds are equal across groups, what is 1 is free after the
    first group, residual variances unless they are equal too. The residual of a construct with a single ordered item,
    whose own would not be identified (lavaan leaves both free), is 0, and the construct has the item's scale, unless
    the model writes either variance.

    Attributes
    ----------
    thresholds
        Ordered items and their numbers of thresholds.
    parameterization
        What is 1.
    single
        For constructs with a single ordered item, the item.
    loose
        Whether thresholds are equal across groups, and whether residual variances are not.
    release
        Relations that are not equal, without blanks.
    """

    thresholds: tuple[tuple[str, int], ...]
    parameterization: Parameterization
    single: Mapping[str, str]
    loose: tuple[bool, bool]
    release: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        ordered: OrderedItems | None,
        constructs: Sequence[Construct],
        written: Mapping[Key, Relation],
        equal: frozenset[str],
        release: frozenset[str],
    ) -> LatentScales:
        """The scales of a model whose relations ``written`` holds."""
        if ordered is None:
            return cls((), "delta", {}, (False, False))
        names = frozenset(ordered.names)
        single = {
            construct.name: construct.items[0]
            for construct in constructs
            if len(construct.items) == 1
            and construct.items[0] in names
            and not any((name, "~~", name) in written for name in (construct.name, construct.items[0]))
        }
        loose = "thresholds" in equal, "residuals" not in equal
        return cls(ordered.thresholds, ordered.parameterization, single, loose, release)

    @property
    def items(self) -> frozenset[str]:
        """The ordered items."""
        return frozenset(name for name, _ in self.thresholds)

    def place(self, item: str, threshold: str) -> tuple[MatrixName, int, int]:
        """Matrix, row and column of a threshold ``t1``, ``t2``, ...; items stand one after the other."""
        before = 0
        for name, count in self.thresholds:
            if name == item:
                break
            before += count
        return "tau", before + int(threshold[1:]) - 1, 0

    def variance(self, name: str, group: int) -> Scale | None:
        """The residual variance of an item or construct; None where ordered items do not determine it."""
        if name in self.single.values():
            return 0.0
        if name not in self.items and name not in self.single:
            return None
        if self.parameterization == "delta":
            return "derived"
        equal, free = self.loose
        if name in self.single:
            # A construct that is its item has no residual that could be equal; one threshold gives no unit.
            free = dict(self.thresholds)[self.single[name]] > 1
        return "free" if group and equal and (free or f"{name}~~{name}" in self.release) else 1.0

    def factor(self, group: int) -> Scale:
        """The scale factor of an ordered item."""
        if self.parameterization == "theta":
            return "derived"
        return "free" if group and self.loose[0] else 1.0

    def intercept(self, item: str, group: int) -> float | None:
        """The value at which the intercept of an item is fixed; None where it is free."""
        freed = group > 0 and self.loose[0] and f"{item}~1" in self.release
        return None if freed or item not in self.items else 0.0
