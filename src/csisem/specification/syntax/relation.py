"""The smallest statements a model is made of; the parser produces them and the parameter table reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Operator = Literal["=~", "<~", "~", "~~", "~1", "|"]
"""lavaan's operators: measured by, formed by, regressed on, covaries with, intercept, threshold."""

Comparison = Literal["==", "<", ">"]
"""How the two sides of a constraint compare."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation between two variables, and what was said about its parameter.

    Attributes
    ----------
    lhs, op, rhs
        As in lavaan; ``rhs`` is ``""`` for an intercept (``~1``) and the threshold's name (``t1``) for ``|``.
    fixed
        Values the parameter is fixed at, one per group or one for all; ``nan`` marks "free" (``NA*x``); empty when
        nothing was said.
    start
        Starting values, one per group or one for all; empty when nothing was said.
    label
        Labels, one per group or one for all; equal labels make parameters equal; empty when nothing was said.
    """

    lhs: str
    op: Operator
    rhs: str
    fixed: tuple[float, ...] = ()
    start: tuple[float, ...] = ()
    label: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """A named function of labelled parameters, ``name := expression``."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class Constraint:
    """A comparison of two expressions of labelled parameters, such as ``a == 2*b``."""

    left: str
    comparison: Comparison
    right: str
