"""Arithmetic over labels, for ``:=``, ``==``, ``<`` and ``>``.

An expression is compiled once to a flat program in postfix order and evaluated on arrays, without `eval`. Evaluation
and the test for linearity are loops over a stack, so that a long sum cannot exhaust Python's recursion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from csisem.errors import ModelError, ModelSyntaxError, nearest
from csisem.specification.syntax.tokens import ModelText, Token, spell, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray

_DEEPEST = 100
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4, "**": 4}
_NEGATION = 3  # between product and power: -a^2 is -(a^2), as in R

_FUNCTIONS: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
}
FUNCTIONS = frozenset(_FUNCTIONS)
_REAL_FROM_ZERO = frozenset({"log", "log10", "sqrt"})
_NOT_SMOOTH = frozenset({"abs", "min", "max", "pmin", "pmax", "round", "sign", "floor", "ceiling"})


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: push a number, push a label's value, or apply an operator to the top of the stack.

    ``power`` raises the top to the constant ``value``; ``negate`` and ``call`` take one operand, ``apply`` two.
    """

    kind: Literal["number", "label", "negate", "power", "call", "apply"]
    text: str = ""
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Expression:
    """Arithmetic over labelled parameters.

    Attributes
    ----------
    text
        The expression in one canonical spelling.
    names
        Its labels, in order of first appearance.
    """

    text: str
    names: tuple[str, ...]
    program: tuple[Step, ...] = field(repr=False)

    @property
    def divides_by_zero(self) -> bool:
        """Whether a divisor is a constant that is zero, so that there is no value whatever the labels are."""
        constants: list[tuple[Step, ...] | None] = []
        for step in self.program:
            operands = [] if step.kind in ("number", "label") else [constants.pop()]
            if step.kind == "apply":
                operands.insert(0, constants.pop())
                divisor = operands[1]
                if step.text == "/" and divisor is not None and _constant(divisor).constant == 0:
                    return True
            known = [part for part in operands if part is not None]
            whole = step.kind != "label" and len(known) == len(operands)
            constants.append((*(one for part in known for one in part), step) if whole else None)
        return False

    def evaluate(self, values: Mapping[str, ArrayLike]) -> NDArray[Any]:
        """Return the expression's value for arrays of label values, which broadcast.

        Complex values pass through every operation analytically, so a complex step gives exact derivatives. Outside
        the real domain of ``log``, ``sqrt`` or a fractional power the result is NaN, for real and complex values alike.
        """
        loaded: dict[str, NDArray[Any]] = {}
        for name in self.names:
            if name not in values:
                raise ModelError(f"The label {name!r} in {self.text!r} has no value{nearest(name, values)}.")
            array = np.asarray(values[name])
            loaded[name] = array if np.iscomplexobj(array) else array.astype(np.float64)
        with np.errstate(all="ignore"):
            return _run(self.program, loaded)


@dataclass(frozen=True, slots=True)
class Linear:
    """``constant + sum(coefficients[label] * label)``, without labels whose coefficients cancel."""

    coefficients: Mapping[str, float]
    constant: float


def compile_expression(text: str) -> Expression:
    """Read an expression such as ``a*b + c^2/(1 - d)``."""
    source = ModelText.of(text, numbered=False)
    tokens = tokenize(source)
    if not tokens:
        raise ModelSyntaxError("An expression is empty where arithmetic over labels is expected.")
    return compile_tokens(tokens, source)


def compile_tokens(tokens: tuple[Token, ...], source: ModelText) -> Expression:
    """Read an expression from its tokens (at least one); errors quote the source's line."""
    reader = _Reader(tokens, source)
    reader.level(1, 0)
    token = reader.peek()
    if token is not None:
        raise reader.unexpected(token, "an operator (+ - * / ^)")
    names = tuple(dict.fromkeys(step.text for step in reader.program if step.kind == "label"))
    return Expression(spell(tokens), names, tuple(reader.program))


def linear_form(left: Expression, right: Expression) -> Linear | None:
    """Return ``left - right`` as a linear form of the labels, or None if it is not linear as written.

    A product of two labels is not linear even where it would cancel.
    """
    first, second = _linear(left.program), _linear(right.program)
    if first is None or second is None:
        return None
    form = _sum(first, second, -1.0)
    kept = {name: value for name, value in form.coefficients.items() if value != 0}
    finite = all(map(math.isfinite, (form.constant, *kept.values())))
    return Linear(kept, form.constant) if finite else None


class _Reader:
    """Recursive descent over the tokens, which writes the program."""

    def __init__(self, tokens: tuple[Token, ...], source: ModelText) -> None:
        self.tokens, self.source = tokens, source
        self.at = 0
        self.program: list[Step] = []

    def peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def unexpected(self, token: Token | None, expected: str) -> ModelSyntaxError:
        if token is None:
            return self.source.error(self.tokens[-1], f"ends where {expected} is expected.")
        return self.source.error(token, f"has {token.shown()!r} where {expected} is expected.")

    def level(self, lowest: int, depth: int) -> None:
        """Read operands joined by operators that bind at least as tightly as ``lowest``."""
        self.operand(depth)
        while (token := self.peek()) is not None and token.kind == "operator":
            binding = _PRECEDENCE.get(token.text, 0)
            if binding < lowest or binding == 0:
                return
            self.at += 1
            start = len(self.program)
            power = binding == _PRECEDENCE["^"]
            self.level(binding if power else binding + 1, depth + 1)  # powers associate to the right
            if power:
                self.raise_to(start)
            else:
                self.program.append(Step("apply", token.text))

    def operand(self, depth: int) -> None:
        token = self.peek()
        if depth > _DEEPEST:
            raise self.source.error(self.tokens[0], "nests more than 100 levels of arithmetic.")
        if token is None:
            raise self.unexpected(None, "a label or a number")
        self.at += 1
        if token.kind == "number":
            self.program.append(Step("number", value=float(token.text)))
        elif token.is_operator("-"):
            self.level(_NEGATION, depth + 1)
            self.program.append(Step("negate"))
        elif token.is_operator("("):
            self.inside(depth, "an operator or ')'")
        elif token.kind == "name" and (following := self.peek()) is not None and following.is_operator("("):
            self.call(token, depth)
        elif token.kind in ("name", "backticked"):
            self.program.append(Step("label", token.text))
        else:
            raise self.unexpected(token, "a label or a number")

    def inside(self, depth: int, expected: str) -> None:
        """Read up to and including the closing parenthesis."""
        self.level(1, depth + 1)
        token = self.peek()
        if token is None or not token.is_operator(")"):
            raise self.unexpected(token, expected)
        self.at += 1

    def call(self, function: Token, depth: int) -> None:
        if function.text in _NOT_SMOOTH:
            raise self.source.error(
                function, f"uses {function.text}(), which has no derivative everywhere and so no standard error."
            )
        if function.text not in FUNCTIONS:
            raise self.source.error(
                function,
                f"uses {function.text}(), which is not one of {', '.join(_FUNCTIONS)}"
                f"{nearest(function.text, FUNCTIONS)}.",
            )
        self.at += 1
        self.inside(depth, "')' after one argument")
        self.program.append(Step("call", function.text))

    def raise_to(self, start: int) -> None:
        """Fold a constant exponent, so that whole powers become exact products."""
        exponent = self.program[start:]
        if any(step.kind == "label" for step in exponent):
            self.program.append(Step("apply", "^"))
            return
        del self.program[start:]
        with np.errstate(all="ignore"):
            self.program.append(Step("power", value=float(_run(tuple(exponent), {}))))


def _run(program: tuple[Step, ...], values: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    stack: list[NDArray[Any]] = []
    for step in program:
        if step.kind == "number":
            stack.append(np.asarray(step.value))
        elif step.kind == "label":
            stack.append(values[step.text])
        elif step.kind == "negate":
            stack.append(np.negative(stack.pop()))
        elif step.kind == "power":
            stack.append(_power(stack.pop(), step.value))
        elif step.kind == "call":
            value = stack.pop()
            answer = _FUNCTIONS[step.text](value)
            stack.append(_real_domain(value, answer) if step.text in _REAL_FROM_ZERO else answer)
        else:
            right = stack.pop()
            stack.append(_BINARY[step.text](stack.pop(), right))
    return np.asarray(stack[0])


def _real_domain(value: NDArray[Any], answer: NDArray[Any]) -> NDArray[Any]:
    """Set NaN where the real part of a complex value is outside the function's domain, as real values give NaN."""
    if not np.iscomplexobj(answer):
        return answer
    return np.where(np.real(value) >= 0, answer, np.nan)


def _power(base: NDArray[Any], exponent: float) -> NDArray[Any]:
    """Whole powers by repeated squaring, exact for a complex step where the logarithm's branch is not."""
    if not exponent.is_integer():
        return _real_domain(base, np.power(base, exponent))
    answer, square, left = np.ones_like(base), base, int(abs(exponent))
    while left:
        answer = answer * square if left & 1 else answer
        square, left = square * square, left >> 1
    return np.asarray(1.0 / answer if exponent < 0 else answer)


def _open_power(base: NDArray[Any], exponent: NDArray[Any]) -> NDArray[Any]:
    return _real_domain(base, np.power(base, exponent))


_BINARY: dict[str, Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": _open_power,
}


def _sum(first: Linear, second: Linear, sign: float) -> Linear:
    coefficients = dict(first.coefficients)
    for name, value in second.coefficients.items():
        coefficients[name] = coefficients.get(name, 0.0) + sign * value
    return Linear(coefficients, first.constant + sign * second.constant)


def _scaled(form: Linear, factor: float) -> Linear:
    return Linear({name: factor * value for name, value in form.coefficients.items()}, factor * form.constant)


def _linear(program: tuple[Step, ...]) -> Linear | None:
    stack: list[Linear] = []
    for step in program:
        if step.kind == "number":
            stack.append(Linear({}, step.value))
        elif step.kind == "label":
            stack.append(Linear({step.text: 1.0}, 0.0))
        elif step.kind == "negate":
            stack.append(_scaled(stack.pop(), -1.0))
        else:
            right = stack.pop()
            left = stack.pop() if step.kind == "apply" else None
            form = _linear_step(step, left, right)
            if form is None:
                return None
            stack.append(form)
    return stack[0]


def _linear_step(step: Step, left: Linear | None, right: Linear) -> Linear | None:
    """One operator on linear forms; None if the result is not linear."""
    if left is None:
        if step.kind == "power" and step.value == 1:
            return right
        return None if right.coefficients else _constant((Step("number", value=right.constant), step))
    if step.text in ("+", "-"):
        return _sum(left, right, 1.0 if step.text == "+" else -1.0)
    if step.text == "*" and not left.coefficients:
        return _scaled(right, left.constant)
    if right.coefficients:
        return None
    if step.text == "*":
        return _scaled(left, right.constant)
    return _scaled(left, 1.0 / right.constant) if step.text == "/" and right.constant != 0 else None


def _constant(program: tuple[Step, ...]) -> Linear:
    with np.errstate(all="ignore"):
        return Linear({}, float(_run(program, {})))
