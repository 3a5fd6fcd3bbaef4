"""Units and origins of the constructs: markers, unit variances, or effect coding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from csisem.specification.parameters import Parameter


@dataclass(frozen=True, slots=True)
class LatentUnits:
    """What is fixed so that constructs have a unit and an origin.

    By default the first loading is 1 and the latent mean 0.

    Attributes
    ----------
    std_lv
        All loadings are free and the constructs' (residual) variances 1.
    orthogonal
        Covariances of constructs that the model does not write are 0.
    effect_coding
        ``"loadings"``: all are free, with mean 1 over a construct's items. ``"intercepts"``: those of a construct's
        items have mean 0, and its mean is free (Little, Slegers and Card 2006).
    """

    std_lv: bool = False
    orthogonal: bool = False
    effect_coding: frozenset[str] = frozenset()

    @property
    def marked(self) -> bool:
        """Whether the first loading is 1."""
        return not self.std_lv and "loadings" not in self.effect_coding


Total = tuple[tuple[int, ...], float]
"""Rows and what their values add up to."""


def effect_codes(
    rows: Sequence[Parameter], constructs: Sequence[str], units: LatentUnits
) -> tuple[tuple[Parameter, ...], tuple[Total, ...]]:
    """The rows with the latent means that effect coding frees, and the sums that it fixes.

    A construct with a loading or intercept that is fixed has no such sum, as in lavaan.
    """
    if not units.effect_coding:
        return tuple(rows), ()
    from dataclasses import replace

    found, totals = list(rows), list[Total]()
    place = {(row.lhs, row.op, row.rhs, row.group): r for r, row in enumerate(rows)}
    for group in sorted({row.group for row in rows}):
        for construct in constructs:
            loadings = [r for r, row in enumerate(rows) if (row.lhs, row.op, row.group) == (construct, "=~", group)]
            if "loadings" in units.effect_coding and loadings and all(found[r].fixed is None for r in loadings):
                totals.append((tuple(loadings), float(len(loadings))))
            origins = [place.get((rows[r].rhs, "~1", "", group)) for r in loadings]
            own = [r for r in origins if r is not None]
            if "intercepts" in units.effect_coding and own and all(found[r].fixed is None for r in own):
                totals.append((tuple(own), 0.0))
                mean = place.get((construct, "~1", "", group))
                if mean is not None and not found[mean].user:
                    found[mean] = replace(found[mean], fixed=None)
    return tuple(found), tuple(totals)
