"""Numbers of a fit on the arrows of its diagram."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from scipy.special import ndtr

from csisem.fit.fit import Fit
from csisem.options import DiagramErrors, DiagramNumbers
from csisem.plot.diagram.elements import Link, Node
from csisem.specification.notation import symbols
from csisem.specification.specification import Specification

Key = tuple[str, str, str]
"""A relation: ``lhs op rhs``."""

_SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class _Row(Protocol):
    """A row of the parameters."""

    lhs: str
    op: str
    rhs: str
    est: float
    se: float
    pvalue: float
    ci_lower: float
    ci_upper: float
    std: float
    std_se: float


@dataclass(frozen=True, slots=True)
class Mark:
    """What an arrow shows.

    Attributes
    ----------
    text
        The number with its stars or standard error; empty where there is none.
    strength
        Absolute standardised value, which the line is as wide as; nan where it is unknown.
    negative, uncertain
        Whether the value is negative, and whether its p-value is 0.05 or more.
    details
        The row of the parameters in full, for readers who point at the arrow.
    """

    text: str = ""
    strength: float = math.nan
    negative: bool = False
    uncertain: bool = False
    details: str = ""


def key_of(link: Link, nodes: Mapping[str, Node]) -> Key:
    """The relation that an arrow stands for."""
    if link.kind == "path":
        return link.target, "~", link.source
    if link.kind == "covariance":
        return link.source, "~~", link.target
    if link.kind == "part" or (link.kind == "loading" and link.source not in nodes):
        return link.target, "<~", link.source
    return link.source, "=~", link.target


def item_key(owner: Node, item: str) -> Key:
    """The relation between a construct and an item beside it."""
    return owner.name, "<~" if owner.formed else "=~", item


def fit_marks(fit: Fit, group: Hashable, numbers: DiagramNumbers, errors: DiagramErrors) -> dict[Key, Mark]:
    """What each relation of one group shows."""
    frame = fit.parameters
    if fit.groups:
        frame = frame[[label == group for label in frame["group"]]]
    marks: dict[Key, Mark] = {}
    constructs = frozenset(construct.name for construct in fit.model.constructs)
    rows: Iterable[_Row] = frame[frame["op"].isin(["~", "=~", "<~", "~~"])].itertuples(index=False)  # type: ignore[assignment]
    for row in rows:
        mark = _mark(row, numbers, errors, constructs)
        marks[row.lhs, row.op, row.rhs] = mark
        if row.op == "~~":
            marks[row.rhs, row.op, row.lhs] = mark
    return marks


def _mark(row: _Row, numbers: DiagramNumbers, errors: DiagramErrors, constructs: frozenset[str]) -> Mark:
    standardized = numbers != "unstandardized"
    value, se = (row.std, row.std_se) if standardized else (row.est, row.se)
    pvalue = row.pvalue
    if math.isnan(pvalue) and standardized and se > 0:
        # A loading that is fixed at 1 has a standardised value with an error all the same.
        pvalue = float(2 * ndtr(-abs(value / se)))
    text = ""
    if numbers in ("standardized", "unstandardized"):
        text = number(value)
        # Stars on every loading would hide those on paths.
        if text and errors == "stars" and (row.op in ("~", "~~") or row.rhs in constructs):
            text += stars(pvalue)
        elif text and errors == "se" and se > 0:
            text += f"\n({number(se)})"
    strength = abs(row.std)
    uncertain = pvalue >= 0.05
    return Mark(text, float(strength), bool(value < 0), bool(uncertain), _details(row))


def _details(row: _Row) -> str:
    parts = [f"{row.lhs} {row.op} {row.rhs}", f"est {number(row.est, 3)}"]
    if row.se > 0:
        parts[-1] += f" ± {number(row.se, 3)}"
        parts.append(f"[{number(row.ci_lower, 3)}, {number(row.ci_upper, 3)}]")
        parts.append("p < 0.001" if row.pvalue < 0.001 else f"p = {row.pvalue:.3f}")
    if not math.isnan(row.std):
        parts.append(f"std {number(row.std, 3)}")
    return "; ".join(parts)


def model_marks(model: Specification, numbers: DiagramNumbers) -> dict[Key, Mark]:
    """Symbols of a model's paths in Fornell's notation, such as ``β₂₁``; none of a model without a table."""
    table = None if numbers == "none" else model.table_if_complete()
    if table is None:
        return {}
    matrices = symbols(table)
    marks = {}
    for frame in (matrices.B, matrices.Gamma):
        for target, row in frame.iterrows():
            for source, cell in row.items():
                if cell != "0":
                    marks[str(target), "~", str(source)] = Mark(str(cell).translate(_SMALL))
    return marks


def r_squared(fit: Fit, group: Hashable, names: tuple[str, ...]) -> dict[str, float]:
    """Explained shares of variance of nodes, by name."""
    values = fit.r_squared.to_dict()
    shares = {name: values.get((group, name) if fit.groups else name, math.nan) for name in names}
    return {name: float(share) for name, share in shares.items() if not math.isnan(share)}


def number(value: float, digits: int = 2) -> str:
    """A number with a true minus; large ones with fewer decimals; empty for nan."""
    if math.isnan(value):
        return ""
    shown = f"{value:.{digits}f}" if abs(value) < 100 else f"{value:.0f}" if abs(value) < 1e6 else f"{value:.1e}"
    return shown.removeprefix("-") if float(shown) == 0 else shown.replace("-", "−")


def stars(pvalue: float) -> str:
    """One star for p < 0.05, two for p < 0.01, three for p < 0.001."""
    return "*" * sum(pvalue < limit for limit in (0.05, 0.01, 0.001))
