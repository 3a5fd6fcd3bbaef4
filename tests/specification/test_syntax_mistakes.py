"""Each typing mistake in a model's text gets a sentence with its line."""

from __future__ import annotations

import pytest

from csisem.errors import ModelSyntaxError
from csisem.specification.syntax.parser import parse

MISTAKES = [
    ("\n\nSat ~ Exp +", "Line 3: 'Sat ~ Exp +' ends where a variable name is expected."),
    ("Sat ~ Exp +\ny ~ z", "Line 1: 'Sat ~ Exp +' ends where a variable name is expected."),
    ("t := a +\ny ~ z", "Line 1: 't := a +' ends where a label or a number is expected."),
    ("y = x", "Line 1: 'y = x' cannot be read: '=' is not an operator; write =~ (measured by), ~ (regressed on)"),
    ("y -> x", "Line 1: 'y -> x' cannot be read: '->' is not an operator; a path from x to y is written y ~ x"),
    ("y <- x", "'<-' is not an operator; a path from x to y is written y ~ x"),
    ("y ~~~ x", "'~~~' is not an operator; a covariance is written x ~~ y"),
    ("y ~= x", "'~=' is not an operator"),
    ("a >= b", "'>=' is not an operator; a bound is written a > b"),
    ("y x", "Line 1: 'y x' relates nothing: an operator such as =~, ~, ~~ or := is expected between two sides."),
    ("y", "Line 1: 'y' stands alone where an operator such as =~, ~, ~~ or := is expected after it."),
    ("y ~ c(a,b*x\nz ~ w", "Line 1: 'y ~ c(a,b*x' has a '(' that is never closed."),
    ("y ~ start(2*x; z ~ w", "has a '(' that is never closed."),
    ("y ~ start(2*x", "has a '(' that is never closed."),
    ("y ~ x)", "has a ')' that was never opened."),
    ("y ~ start(x=2)*z", "has the operator '=' inside parentheses."),
    ("y ~ 2x", "has '2x', which is neither a number nor a name: a name starts with a letter (a column called so is "),
    ("y ~ a x", "has 'x' after 'a' where '+' or '*' is expected."),
    ("a b ~ x", "has 'b' after 'a' where '+' or an operator is expected."),
    ("f =~ y1 f2 =~ y2", "has a second operator in one statement ('=~' and '=~')"),
    ("f =~ y1 +\ny2 f2 =~ y3", "Line 2: 'y2 f2 =~ y3' has a second operator in one statement"),
    ("y ~ x ~ z", "has a second operator in one statement ('~' and '~')"),
    ("0 < a < 1", "has a second operator in one statement ('<' and '<')"),
    ("y ~ ~ x", "has two operators in a row, '~' and '~'."),
    ("y ~", "Line 1: 'y ~' ends where a variable name is expected."),
    ("y ~ ; z ~ x", "ends where a variable name is expected."),
    ("a ==", "ends where an expression is expected."),
    ("~ x", "has nothing before '~', where a variable name is expected."),
    ("y ~ + x", "has '+' where a variable name is expected."),
    ("y ~ x + + z", "has two '+' in a row where a variable name is expected."),
    ("y + ~ x", "has a '+' without a variable name on both sides."),
    ("y ~ a*", "has no variable after '*'."),
    ("y ~ *x", "has '*' where a variable name or a modifier is expected."),
    ("y ~ a* *x", "has two operators in a row after 'a'."),
    ("y ~ a**x", "has '**' after 'a' where '+' or '*' is expected."),
    ("y ~ x1 - x2", "has '-' after 'x1' where '+' or '*' is expected."),
    ("y ~ -x", "has '-' where a variable name is expected."),
    ("y ~ (x)", "has '(' where a variable name is expected."),
    (
        "y ~ 质量(总)",
        "has '(' after '质量' where '+' or '*' is expected; a name that holds parentheses goes in backticks.",
    ),
    ("2 ~ x", "has '2' where a variable name is expected."),
    ("y ~ 0", "has '0' where a variable name is expected (an intercept of zero is 0*1)."),
    ("y ~ 2", "has '2' where a variable name is expected."),
    ("y =~ 1", "has '1' where a variable name is expected (an intercept is written x ~ 1)."),
    ("y ~ NA", "has the value NA where a variable name is expected; a column called so goes in backticks."),
    ("y ~ Inf*x", "has Inf where a finite number or a label is expected."),
    ("y ~ foo(2)*x", "uses foo(), which is not a known modifier; known are c, start, label,"),
    ("y ~ strat(2)*x", "uses strat(), which is not a known modifier (did you mean 'start'?)"),
    ('y ~ equal("f=~x1")*x', "uses equal(): give both parameters the same label, as in f =~ a*x1 + a*x2."),
    ("y ~ lower(a)*x", "has a label in 'lower(a)', where numbers are expected."),
    ("y ~ lower(0)*x + lower(1)*x", "gives one parameter two lower bounds, 0 and 1."),
    ("y ~ c(a, b)*x + upper(c(1, 2, 3))*x", "has modifiers for 2 and for 3 groups on one parameter"),
    ('efa("1")*f =~ x', "uses efa(): rotated exploratory blocks are not part of csisem."),
    ("group: 1\ny ~ x", "Line 1: 'group: 1' starts a block: models that differ by group are not read from text"),
    ("level: within\ny ~ x", "Line 1: 'level: within' starts a block: multilevel models are not part of csisem."),
    ("y ~ x\nblock：1", "Line 2: 'block：1' starts a block"),
    ("a*y ~ x", "has the modifier 'a*y' on the left, where modifiers belong on the right side."),
    ("y ~ a^2*x", "has 'a^2' as a modifier, where a number or a single label is expected."),
    ("y ~ 1/0*x", "has the modifier '1/0', which is not a finite number."),
    ("y ~ sqrt(-1)*x", "has the modifier 'sqrt(-1)', which is not a finite number."),
    ("y ~ start(a)*x", "has a label in 'start(a)', where numbers are expected."),
    ("y ~ a?x", "has 'a' with '?', which takes a starting value."),
    ("y ~ c(a,1)*x", 'mixes labels and numbers in \'c(a, 1)\'; give them apart, as in c("a", "")*x + c(NA, 1)*x.'),
    ("y ~ c(a,)*x", "has an empty place in 'c(a, )'."),
    ("y ~ start()*x", "has an empty place in 'start()'."),
    ("y ~ ''*x", "has no label in '\"\"'."),
    ("y ~ '' + x", "has an empty name where a variable name is expected."),
    ("y ~ NA*2*x", "multiplies modifiers that do not go together."),
    ("y ~ a*b*x", "gives one parameter two labels, a and b."),
    ("f =~ 1*x1 + 2*x1", "gives one parameter two fixed values, 1 and 2."),
    ("f =~ 1*x1 + NA*x1", "gives one parameter two fixed values, 1 and NA."),
    ("f =~ c(1,2)*x1 + 1*x1", "gives one parameter two fixed values, c(1, 2) and 1."),
    ("f =~ start(1)*x1 + 2?x1", "gives one parameter two starting values, 1 and 2."),
    (
        "f =~ c(1,2)*x + c(a,b,c)*x",
        "has modifiers for 2 and for 3 groups on one parameter, where the counts must agree.",
    ),
    ("f =~ x1 + x1", "names 'x1' twice on one side."),
    ("y ~ 1 + 1", "names '1' twice on one side."),
    ("f =~ x1\nf =~ x1 + x2", "Line 2: 'f =~ x1 + x2' repeats the relation 'f =~ x1' of line 1"),
    (
        "f =~ x1 + x2\n\nf =~ a*x1",
        "Line 3: 'f =~ a*x1' repeats the relation 'f =~ x1' of line 1; all its modifiers belong",
    ),
    ("y ~ x\ny ~ x", "repeats the relation 'y ~ x' of line 1"),
    ("y ~ 1\ny ~ 0*1", "repeats the relation 'y ~ 1' of line 1"),
    ("x ~~ y\ny ~~ x", "repeats the relation 'y ~~ x' of line 1"),
    ("x1 + x2 ~~ x1 + x2", "repeats the relation 'x2 ~~ x1' of line 1"),
    ("y ~ A:B:C", "multiplies 3 variables in 'A:B:C', where a product A:B takes two."),
    ("y ~ A:", "has no variable name on one side of ':' in 'A:'."),
    ("y ~ x, z", "has ',' after 'x' where '+' or '*' is expected."),
    ("y ~ x % z", "has the character '%' (U+0025), which means nothing here; a column name that holds such characters"),
    ("y ~ x → z", "has the character '→' (U+2192)"),
    ("y ~ `x", "has a backtick '`' that is not closed on the same line."),
    ("y ~ “a*x", "has a quote '“' that is not closed on the same line."),
    ("y ~ ``", "has an empty pair of backticks where a name is expected."),
    ("y ~ x\nt := a*", "Line 2: 't := a*' ends where a label or a number is expected."),
    ("a + b := c", "defines 'a + b', where ':=' takes one name on its left."),
    ("t := a\nt := b", "Line 2: 't := b' defines 't', which is already defined on line 1."),
    ("y ~ t*x\nt := b", "Line 2: 't := b' defines 't', which is already the label of a parameter on line 1."),
    ("t := b\ny ~ t*x", "Line 2: 'y ~ t*x' labels a parameter 't', which line 1 defines with ':='."),
    ("t := t + 1", "defines 't' by itself."),
    ("t := max(a, b)", "uses max(), which has no derivative everywhere and so no standard error."),
    ("a == b +", "ends where a label or a number is expected."),
]


@pytest.mark.parametrize(("text", "sentence"), MISTAKES, ids=[text for text, _ in MISTAKES])
def test_mistakes_get_a_sentence_with_the_line(text: str, sentence: str) -> None:
    with pytest.raises(ModelSyntaxError) as raised:
        parse(text)
    message = str(raised.value)
    assert sentence in message.replace("\\'", "'")
    assert message.startswith("Line ")
    assert message.endswith(".")
    assert "\n" not in message


def test_long_lines_are_quoted_in_part() -> None:
    with pytest.raises(ModelSyntaxError, match=r"\.\.\.' has '\+' where|\.\.\.' ends where") as raised:
        parse("Satisfaction =~ " + " + ".join(f"item{i}" for i in range(100)) + " +")
    assert len(str(raised.value)) < 200
