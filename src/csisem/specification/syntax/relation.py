"""Statements of a model: relations, definitions, constraints."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Literal, get_args

from csisem.errors import ModelError, shown

Operator = Literal["=~", "<~", "~", "~~", "~1", "|", "~*~"]
"""lavaan's operators: measured by, formed by, regressed on, covaries with, intercept, threshold, scale factor."""

OPERATORS = get_args(Operator)

Comparison = Literal["==", "<", ">"]
"""How the two sides of a constraint compare."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between two variables, with the modifiers of its parameter.

    Attributes
    ----------
    lhs, op, rhs
        As in lavaan; ``rhs`` is ``""`` for an intercept (``~1``) and the threshold's name (``t1``) for ``|``.
    fixed
        Values the parameter is fixed at, one per group or one for all; ``nan`` means free (``NA*x``).
    start
        Starting values, one per group or one for all.
    label
        Labels, one per group or one for all; parameters with the same label are equal.
    lower, upper
        Bounds (``lower(0)*x``, ``upper(1)*x``), one per group or one for all; ``nan`` for a group without.

    Raises
    ------
    ModelError
        If the operator is not one of lavaan's, or a part is of another type.

    See Also
    --------
    Construct : A latent variable and its items.
    Model : Constructs and relations.

    Examples
    --------
    A path fixed at 0.7, from Quality to Value:

    >>> quality, value = cs.Construct("Quality", ["q1", "q2"]), cs.Construct("Value", ["v1", "v2"])
    >>> model = cs.Model([quality, value], [cs.Relation("Value", "~", "Quality", fixed=(0.7,))])
    >>> print(model.to_syntax())
    Quality =~ q1 + q2
    Value =~ v1 + v2
    Value ~ 0.7*Quality
    """

    lhs: str
    op: Operator
    rhs: str
    fixed: tuple[float, ...] = ()
    start: tuple[float, ...] = ()
    label: tuple[str, ...] = ()
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name in ("lhs", "rhs"):
            if not isinstance(getattr(self, name), str):
                raise ModelError(f"{name}= of a relation must be a name, as text; got {shown(getattr(self, name))}.")
        if not isinstance(self.op, str) or self.op not in OPERATORS:
            known = ", ".join(map(repr, OPERATORS))
            raise ModelError(f"op={shown(self.op)} of {shown(self.lhs)} is not one of the operators {known}.")
        for name in ("fixed", "start", "lower", "upper"):
            values = getattr(self, name)
            if not isinstance(values, tuple) or not all(isinstance(one, Real) for one in values):
                raise ModelError(f"{name}= of {self} must be a tuple of numbers, one a group or one for all; "
                                 f"got {shown(values)}.")  # fmt: skip
        if not isinstance(self.label, tuple) or not all(isinstance(one, str) for one in self.label):
            raise ModelError(f"label= of {self} must be a tuple of texts, one a group or one for all; "
                             f"got {shown(self.label)}.")  # fmt: skip

    def __str__(self) -> str:
        return f"{shown(self.lhs)} {self.op} {shown(self.rhs)}"


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
