"""Parser of lavaan's model syntax.

Reads ``=~ <~ ~ ~~ | ~*~ := == < >``, ``~ 1``, modifiers, ``A:B``, comments after ``#`` or ``!``. A statement ends with
its line or at ``;``, and continues where a line ends or begins with an operator. Beyond lavaan, names in backticks may
hold any character, and full-width punctuation is read as ASCII. What lavaan drops silently (a modifier on the left
side, two fixed values, `a x`, a repeated variable) is an error that quotes the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from csisem.specification.syntax.expressions import compile_tokens
from csisem.specification.syntax.modifiers import Term, Tokens, merge, read_term, read_variable, split
from csisem.specification.syntax.relation import Comparison, Constraint, Definition, Operator, Relation
from csisem.specification.syntax.tokens import ModelText, Token, spell, tokenize

if TYPE_CHECKING:
    from csisem.errors import ModelSyntaxError

Statement = Relation | Definition | Constraint
"""One statement of a model."""

_FORMULAS = ("=~", "<~", "~", "~~", "|", "~*~")
_COMPARISONS = ("==", "<", ">")
_MISTAKES = {
    "=": "'=' is not an operator; write =~ (measured by), ~ (regressed on), == (constraint) or := (definition)",
    "->": "'->' is not an operator; a path from x to y is written y ~ x, and a construct's items f =~ x1 + x2",
    "<-": "'<-' is not an operator; a path from x to y is written y ~ x (and a bound a < -b, with a space)",
    "~=": "'~=' is not an operator; a construct's items are written f =~ x1 + x2",
    "<=": "'<=' is not an operator; a bound is written a < b",
    ">=": "'>=' is not an operator; a bound is written a > b",
}
_HEADERS = {
    "group": "models that differ by group are not read from text; use fit(groups=) and modifiers such as c(a, b)*x",
    "level": "multilevel models are not part of csisem",
    "block": "models in blocks are not part of csisem",
    "class": "latent classes are not part of csisem",
}
_EXPECTED = "an operator such as =~, ~, ~~ or := is expected"


def parse(text: str) -> tuple[Statement, ...]:
    """Read model text into statements, in the order written.

    Parameters
    ----------
    text
        lavaan model syntax, any number of lines.

    Returns
    -------
    tuple
        A `Relation` for each left and right variable of each formula (an intercept has op ``~1``, ``A:B`` is one
        variable of that name), a `Definition` for each ``:=`` and a `Constraint` for each ``==``, ``<`` and ``>``.
    """
    source = ModelText.of(text)
    reading = _Reading(source, {}, {}, {}, [])
    for tokens in _statements(source):
        _read(tokens, reading)
    return tuple(reading.statements)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was read so far and on which line, so that repetitions are refused."""

    source: ModelText
    relations: dict[tuple[str, str, str], int]
    labels: dict[str, int]
    defined: dict[str, int]
    statements: list[Statement]


def _statements(source: ModelText) -> list[Tokens]:
    """Group tokens into statements, which do not end inside parentheses or beside an operator."""
    groups: list[list[Token]] = [[]]
    opened: list[Token] = []
    tokens = tokenize(source)
    relating = {token.line for token in tokens if _relates(token)}
    previous: Token | None = None
    for token in tokens:
        kind, text, line = token
        if kind == "operator" and text == ";":
            _closed(opened, source)
            groups.append([])
            previous = None
            continue
        if previous is not None and line > previous.line and not opened:
            negated = token.is_operator("-") and line in relating and any(map(_relates, groups[-1]))
            if not _continues(previous, token, negated=negated):
                groups.append([])
        if kind == "operator":
            _follow(token, opened, source)
        groups[-1].append(token)
        previous = token
    _closed(opened, source)
    return [tuple(group) for group in groups if group]


def _follow(operator: Token, opened: list[Token], source: ModelText) -> None:
    """Track open parentheses."""
    if operator.text == "(":
        opened.append(operator)
    elif operator.text == ")":
        if not opened:
            raise source.error(operator, "has a ')' that was never opened.")
        opened.pop()
    elif opened and _relates(operator):
        if opened[-1].line < operator.line:
            _closed(opened, source)
        raise source.error(operator, f"has the operator {operator.text!r} inside parentheses.")


def _closed(opened: list[Token], source: ModelText) -> None:
    if opened:
        raise source.error(opened[-1], "has a '(' that is never closed.")


def _continues(last: Token, first: Token, *, negated: bool) -> bool:
    """Whether a line continues the one before; ``negated``: its minus begins a statement, as in ``-a == b``."""
    leaves_open = last.kind == "operator" and last.text != ")"
    return leaves_open or (first.kind == "operator" and first.text != "(" and not negated)


_RELATING = frozenset((":=", *_FORMULAS, *_COMPARISONS, *_MISTAKES))


def _relates(token: Token) -> bool:
    return token.kind == "operator" and (token.text in _RELATING or token.text.startswith("~~~"))


def _read(tokens: Tokens, reading: _Reading) -> None:
    source = reading.source
    found = [index for index, token in enumerate(tokens) if _relates(token)]
    for index in found:
        mistake = _MISTAKES.get(tokens[index].text)
        if tokens[index].text.startswith("~~~"):
            mistake = f"{tokens[index].text!r} is not an operator; a covariance is written x ~~ y"
        if mistake:
            raise source.error(tokens[index], f"cannot be read: {mistake}.")
    if not found:
        raise _without_operator(tokens, source)
    at = found[0]
    operator, left, right = tokens[at], tokens[:at], tokens[at + 1 :]
    if len(found) > 1:
        raise _two_operators(tokens, found, source)
    expected = "a variable name" if operator.text in _FORMULAS else "an expression"
    if not left:
        raise source.error(operator, f"has nothing before {operator.text!r}, where {expected} is expected.")
    if not right:
        raise source.error(operator, f"ends where {expected} is expected.")
    if operator.text in _FORMULAS:
        _formula(left, operator, right, reading)
    elif operator.text == ":=":
        _definition(left, right, reading)
    else:
        first, second = compile_tokens(left, source), compile_tokens(right, source)
        reading.statements.append(Constraint(first.text, cast("Comparison", operator.text), second.text))


def _without_operator(tokens: Tokens, source: ModelText) -> ModelSyntaxError:
    first = tokens[0]
    if first.text in _HEADERS and len(tokens) > 1 and tokens[1].is_operator(":"):
        return source.error(first, f"starts a block: {_HEADERS[first.text]}.")
    if len(tokens) == 1:
        return source.error(first, f"stands alone where {_EXPECTED} after it.")
    return source.error(first, f"relates nothing: {_EXPECTED} between two sides.")


def _two_operators(tokens: Tokens, found: list[int], source: ModelText) -> ModelSyntaxError:
    """Two formulas run together: a line was left open, or nothing separates them."""
    first, second = found[0], found[1]
    if second == first + 1:
        both = f"{tokens[first].text!r} and {tokens[second].text!r}"
        return source.error(tokens[second], f"has two operators in a row, {both}.")
    opened = next((at for at in range(second, 0, -1) if tokens[at - 1].line < tokens[at].line), 0)
    if (
        opened > first
        and tokens[opened - 1].kind == "operator"
        and all(len(piece) == 1 for piece in split(tokens[opened:second], "+")[0])
    ):
        expected = "a variable name" if tokens[first].text in _FORMULAS else "a label or a number"
        return source.error(tokens[opened - 1], f"ends where {expected} is expected.")
    shown = f"{tokens[first].text!r} and {tokens[second].text!r}"
    return source.error(
        tokens[second],
        f"has a second operator in one statement ({shown}), where statements are separated by a line end or ';'.",
    )


def _definition(left: Tokens, right: Tokens, reading: _Reading) -> None:
    name, line = left[0].text, left[0].line
    if len(left) > 1 or left[0].kind not in ("name", "backticked"):
        raise reading.source.error(line, f"defines {spell(left)!r}, where ':=' takes one name on its left.")
    earlier = reading.defined.get(name, reading.labels.get(name))
    if earlier is not None:
        what = "defined" if name in reading.defined else "the label of a parameter"
        raise reading.source.error(line, f"defines {name!r}, which is already {what} on line {earlier}.")
    reading.defined[name] = line
    expression = compile_tokens(right, reading.source)
    if name in expression.names:
        raise reading.source.error(line, f"defines {name!r} by itself.")
    if expression.divides_by_zero:
        raise reading.source.error(line, "divides by zero.")
    reading.statements.append(Definition(name, expression.text))


def _formula(left: Tokens, operator: Token, right: Tokens, reading: _Reading) -> None:
    """Read one formula and append a relation for each pair of a left variable and a term."""
    source = reading.source
    op = cast("Operator", operator.text)
    names = [_left(piece, left, source) for piece in split(left, "+")[0]]
    terms = _terms(right, op, source)
    for lhs in names:
        for term, line in terms:
            given = term.modifiers
            relation = Relation(
                lhs,
                op if term.variable else "~1",
                term.variable,
                given.fixed,
                given.start,
                given.label,
                given.lower,
                given.upper,
            )
            _once(relation, line, reading)
            for label in filter(None, given.label):
                if label in reading.defined:
                    raise source.error(
                        line, f"labels a parameter {label!r}, which line {reading.defined[label]} defines with ':='."
                    )
                reading.labels.setdefault(label, line)
            reading.statements.append(relation)


def _left(piece: Tokens, left: Tokens, source: ModelText) -> str:
    if not piece:
        raise source.error(left[0], "has a '+' without a variable name on both sides.")
    if piece[0].text == "efa" and len(piece) > 1 and piece[1].is_operator("("):
        raise source.error(piece[0], "uses efa(): rotated exploratory blocks are not part of csisem.")
    if any(token.is_operator("*", "?") for token in piece):
        raise source.error(
            piece[0], f"has the modifier {spell(piece)!r} on the left, where modifiers belong on the right side."
        )
    return read_variable(piece, source, "'+' or an operator")


def _terms(right: Tokens, op: Operator, source: ModelText) -> list[tuple[Term, int]]:
    """Read the right side; terms of one variable are joined (``1*x + a*x``) in the place of the first."""
    terms: dict[str, tuple[Term, int]] = {}
    pieces, _ = split(right, "+")
    for index, piece in enumerate(pieces):
        if not piece:
            raise _missing_term(pieces, index, right, source)
        term, line = read_term(piece, source), piece[0].line
        if not term.variable and op != "~":
            raise source.error(line, "has '1' where a variable name is expected (an intercept is written x ~ 1).")
        earlier = terms.get(term.variable)
        if earlier is not None:
            if earlier[0] == term:
                raise source.error(line, f"names {term.variable or '1'!r} twice on one side.")
            term, line = Term(term.variable, merge(earlier[0].modifiers, term.modifiers, piece, source)), earlier[1]
        terms[term.variable] = (term, line)
    return list(terms.values())


def _missing_term(pieces: list[Tokens], index: int, right: Tokens, source: ModelText) -> ModelSyntaxError:
    if index == len(pieces) - 1:
        return source.error(right[-1], "ends where a variable name is expected.")
    if index == 0:
        return source.error(right[0], "has '+' where a variable name is expected.")
    return source.error(pieces[index - 1][-1], "has two '+' in a row where a variable name is expected.")


def _once(relation: Relation, line: int, reading: _Reading) -> None:
    """Refuse a repeated relation; ``x ~~ y`` and ``y ~~ x`` are the same."""
    lhs, op, rhs = relation.lhs, relation.op, relation.rhs
    if op == "~~" and rhs < lhs:
        lhs, rhs = rhs, lhs
    earlier = reading.relations.get((lhs, op, rhs))
    if earlier is not None:
        shown = f"{relation.lhs} ~ 1" if op == "~1" else f"{relation.lhs} {op} {relation.rhs}"
        raise reading.source.error(
            line, f"repeats the relation '{shown}' of line {earlier}; all its modifiers belong in one formula."
        )
    reading.relations[lhs, op, rhs] = line
