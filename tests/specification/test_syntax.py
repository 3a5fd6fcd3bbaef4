"""Model text read into statements and written back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csisem.errors import ModelError, ModelSyntaxError
from csisem.specification.syntax.expressions import compile_expression
from csisem.specification.syntax.parser import Statement, parse
from csisem.specification.syntax.relation import Constraint, Definition, Relation
from csisem.specification.syntax.writer import write

R = Relation
NAN = math.nan


def one(text: str) -> Statement:
    (statement,) = parse(text)
    return statement


@pytest.mark.parametrize("op", ["=~", "<~", "~", "~~", "|"])
def test_operators(op: str) -> None:
    assert parse(f"y {op} x1 + x2") == (R("y", op, "x1"), R("y", op, "x2"))  # type: ignore[arg-type]
    assert parse(f"y{op}x1+x2") == parse(f"y {op} x1 + x2")


def test_constraints_and_definitions() -> None:
    assert parse("a == 2*b; a<-3; a > b; ab := a * b\n0 < a") == (
        Constraint("a", "==", "2*b"),
        Constraint("a", "<", "-3"),
        Constraint("a", ">", "b"),
        Definition("ab", "a*b"),
        Constraint("0", "<", "a"),
    )


@pytest.mark.parametrize(
    ("term", "fixed", "start", "label"),
    [
        ("x", (), (), ()),
        ("1*x", (1.0,), (), ()),
        ("-0.5*x", (-0.5,), (), ()),
        ("- 2*x", (-2.0,), (), ()),
        ("1e-3*x", (0.001,), (), ()),
        ("1/3*x", (1 / 3,), (), ()),
        ("(1/3)*x", (1 / 3,), (), ()),
        ("sqrt(2)*x", (math.sqrt(2),), (), ()),
        ("2*3*x", (6.0,), (), ()),
        ("2^2*x", (4.0,), (), ()),
        ("NA*x", (NAN,), (), ()),
        ("a*x", (), (), ("a",)),
        ("a.1*x", (), (), ("a.1",)),
        ("c*x", (), (), ("c",)),
        ('"a label"*x', (), (), ("a label",)),
        ("'NA'*x", (), (), ("NA",)),
        ("`a b`*x", (), (), ("a b",)),
        ('label("u")*x', (), (), ("u",)),
        ('label(c("u", "v"))*x', (), (), ("u", "v")),
        ("label(u, v)*x", (), (), ("u", "v")),
        ("start(.5)*x", (), (0.5,), ()),
        ("start(1/2, 0.6)*x", (), (0.5, 0.6), ()),
        ("start(c(.5,.6))*x", (), (0.5, 0.6), ()),
        ("0.5?x", (), (0.5,), ()),
        ("x?0.5", (), (0.5,), ()),
        ("a*c(.5, .6)?x", (), (0.5, 0.6), ("a",)),
        ("a*x?-.5", (), (-0.5,), ("a",)),
        ("c(a,b)*x", (), (), ("a", "b")),
        ("c(a)*x", (), (), ("a",)),
        ("c(1,NA)*x", (1.0, NAN), (), ()),
        ("c(NA,NA)*x", (NAN, NAN), (), ()),
        ("c(a,\n b)*x", (), (), ("a", "b")),
        ('c("a","")*x', (), (), ("a", "")),
        ('c("a",NA)*x', (), (), ("a", "")),
        ("2*c(1,3)*x", (2.0, 6.0), (), ()),
        ("c(a,b)*c(.5,.6)*x", (0.5, 0.6), (), ("a", "b")),
        ("2*a*x", (2.0,), (), ("a",)),
        ("1*x + a*x", (1.0,), (), ("a",)),
        ("x + a*x", (), (), ("a",)),
        ("NA*x + a*x + start(2)*x", (NAN,), (2.0,), ("a",)),
        ("c(1,2)*x + c(a,b)*x", (1.0, 2.0), (), ("a", "b")),
    ],
)
def test_modifiers(term: str, fixed: tuple[float, ...], start: tuple[float, ...], label: tuple[str, ...]) -> None:
    assert one(f"f =~ {term}") == R("f", "=~", "x", fixed, start, label)


def test_intercepts_and_thresholds() -> None:
    assert parse("f ~ 1") == (R("f", "~1", ""),)
    assert parse("f ~ 1 + x") == (R("f", "~1", ""), R("f", "~", "x"))
    assert parse("x ~ 0*1; y ~ mean*1; z ~ c(m1,m2)*1; w ~ 0.5?1") == (
        R("x", "~1", "", (0.0,)),
        R("y", "~1", "", label=("mean",)),
        R("z", "~1", "", label=("m1", "m2")),
        R("w", "~1", "", start=(0.5,)),
    )
    assert parse("x1 | t1 + a*t2 + .5*t3") == (
        R("x1", "|", "t1"),
        R("x1", "|", "t2", label=("a",)),
        R("x1", "|", "t3", (0.5,)),
    )


def test_several_left_sides_take_every_term() -> None:
    assert parse("y1 + y2 ~ a*x + 1") == (
        R("y1", "~", "x", label=("a",)),
        R("y1", "~1", ""),
        R("y2", "~", "x", label=("a",)),
        R("y2", "~1", ""),
    )


def test_products_are_one_variable() -> None:
    assert parse("y ~ x1 + a*x1:x2") == (R("y", "~", "x1"), R("y", "~", "x1:x2", label=("a",)))


@pytest.mark.parametrize(
    "text",
    [
        "f =~ x1 + x2 + x3\ny ~ f",
        "f =~ x1 + x2 + x3; y ~ f;",
        ";;\n\nf =~ x1 +\n  x2\n  + x3\ny ~\n f\n",
        "# head\nf =~ x1 + # first; second ~\n\n! note\n x2 + x3\r\ny ~ f ! end",
        "f\n =~ x1 + x2\n+ x3\ny\n~ f",
        "\ufefff\u00a0=~ x1 + x2 + x3\u2028y ~ f",
        "`f` =~ x1 + 'x2' + \"x3\"\ny ~ `f`",
    ],
)
def test_layout_does_not_matter(text: str) -> None:
    expected = (R("f", "=~", "x1"), R("f", "=~", "x2"), R("f", "=~", "x3"), R("y", "~", "f"))
    assert parse(text) == expected


def test_definitions_continue_over_lines() -> None:
    assert parse("total := a\n + b*(c\n - d)\n - e\nk == 1\n-k < 0\n(a + b)*2 == 1\na\n- b == 1") == (
        Definition("total", "a + b*(c - d) - e"),
        Constraint("k", "==", "1"),
        Constraint("-k", "<", "0"),
        Constraint("(a + b)*2", "==", "1"),
        Constraint("a - b", "==", "1"),
    )


def wide(text: str) -> str:
    """The text as a Chinese input method types it: every ASCII punctuation mark and digit in its full-width form."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" and not c.isalpha() and c != "_" else c for c in text)


@pytest.mark.parametrize(
    "text",
    [
        "满意度 =~ 1*质量 + 价值; 满意度 ~ c(甲,乙)*期望 # 注释",
        "满意度 ~~ -.5*质量 + 1e-3*`价值` ! 注释",
        "满意度 ~ 0*1 + 质量:价值 + \"标签\"*期望 + '标'*忠诚 + start(c(.5,1/3))*投诉 + 0.5?形象",
        "量 <~ 甲; 量 | 乙\n间接 := 甲*乙^2 - (丙 + 1)/2\n甲 == 乙; 甲 < 1; 甲 > 0",
    ],
)
def test_full_width_punctuation_reads_as_ascii(text: str) -> None:
    assert wide(text) != text
    assert parse(wide(text)) == parse(text)


def test_word_processors_punctuation() -> None:
    text = (
        "满意度 ~ \u201c标签\u201d*期望 + c(\u2018甲\u2019\u3001乙)*质量 + "
        "\u22120.5\u00d7价值 + \u20132*忠诚\u3000\u200b"
    )
    assert parse(text) == (
        R("满意度", "~", "期望", label=("标签",)),
        R("满意度", "~", "质量", label=("甲", "乙")),
        R("满意度", "~", "价值", (-0.5,)),
        R("满意度", "~", "忠诚", (-2.0,)),
    )


def test_names_keep_every_character() -> None:
    assert one("y ~ Q\uff11") == R("y", "~", "Q\uff11")  # a full-width digit inside a name
    assert one("y ~ ตัวแปร") == R("y", "~", "ตัวแปร")
    assert one("y ~ 阿\u00b7布") == R("y", "~", "阿\u00b7布")
    assert one("a.b_c ~ .x") == R("a.b_c", "~", ".x")
    odd = "满意度\uff08总\uff09\uff0c2024: ~ #1!\u201c"
    assert one(f"y ~ `{odd}`") == R("y", "~", odd)
    assert one(f"y ~ '{odd}'*x") == R("y", "~", "x", label=(odd,))
    assert one("y ~ 1*`1`") == R("y", "~", "1", (1.0,))
    assert one("y ~ `NA`") == R("y", "~", "NA")


def test_not_text_and_empty_text() -> None:
    with pytest.raises(ModelSyntaxError, match="Model syntax is text, not a value of type list"):
        parse(["y ~ x"])  # type: ignore[arg-type]
    assert parse("") == parse(" # nothing\n;") == ()
    assert write(()) == ""


def test_written_text() -> None:
    text = (
        "f =~ 1*x1 + c(a, b)*x2 + NA*x3 + m*x3 + start(c(0.1, 0.2))*x3\n"
        "f ~ `overall quality` + x1:x2\n"
        "f ~ 0*1\n"
        'x1 ~~ 0.1*x2 + "a label"*x3 + c("u", "")*x4\n'
        "x1 | t1 + 1e-20*t2\n"
        "ab := a*b\n"
        "a == 2*b + 1\n"
    )
    assert write(parse(text)) == text
    assert write([R("y", "~", "x", (1 / 3,))]) == "y ~ 0.3333333333333333*x\n"
    assert write([R("y", "~", "x"), R("y", "~1", ""), R("y", "~", "z")]) == "y ~ x\ny ~ 1\ny ~ z\n"


@pytest.mark.parametrize(
    "statement",
    [
        R("y", "~", "a`b"),
        R("y", "~", "a\nb"),
        R("", "~", "x"),
        R("y", "~", "x", (math.inf,)),
        R("y", "~", "x", label=("",)),
        R("y", "~", "x", label=("'\"",)),
    ],
)
def test_what_cannot_be_written_is_refused(statement: Relation) -> None:
    with pytest.raises(ModelError):
        write([statement])


PLAIN = ["x", "y1", "a.b", "_u", ".p", "满意度", "质量1", "Q1", "阿·布", "c", "start", "label", "exp", "group", "e1"]
ODD = [
    "NA",
    "1",
    "2x",
    "overall quality",
    "满意度(总)",
    "a-b",
    "Q1: why?",
    "~",
    " x",
    "100%",
    "it's",
    'say "so"',
    "#1",
    "x:y",
]
NAMES = st.one_of(
    st.sampled_from(PLAIN + ODD),
    st.text(min_size=1, max_size=5).filter(lambda t: t.strip() and not set(t) & set("`\uff40\n\r\u2028\u2029")),
)
NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.just(NAN), st.integers(-3, 3).map(float))
LABELS = st.one_of(
    st.sampled_from([*PLAIN, "NA", "a label", "x1=~y", "it's", '"', "1"]),
    st.text(min_size=1, max_size=4).filter(
        lambda t: not set(t) & set("\"'\uff02\uff07\u201c\u201d\u2018\u2019\n\r\u2028\u2029")
    ),
)


@st.composite
def relations(draw: st.DrawFn) -> Relation:
    lhs, op = draw(NAMES), draw(st.sampled_from(["=~", "<~", "~", "~~", "~1", "|"]))
    groups = draw(st.integers(2, 3))

    def some(values: st.SearchStrategy[object]) -> tuple[object, ...]:
        size = draw(st.sampled_from([0, 1, groups]))
        return tuple(draw(values) for _ in range(size))

    label = some(LABELS)
    if len(label) > 1 and draw(st.booleans()):
        label = (*label[:-1], "")
    rhs = "" if op == "~1" else draw(NAMES)
    return Relation(lhs, op, rhs, some(NUMBERS), some(NUMBERS), label, some(NUMBERS), some(NUMBERS))  # type: ignore[arg-type]


EXPRESSION = st.sampled_from(["a*b", "2*`odd label` - 1", "-(a + 乙)^2/3", "exp(-a.1) + 1e-3"])
OTHERS = st.one_of(
    st.tuples(NAMES.map(lambda name: f"{name}'"), EXPRESSION).map(lambda t: Definition(*t)),
    st.tuples(EXPRESSION, st.sampled_from(["==", "<", ">"]), EXPRESSION).map(lambda t: Constraint(*t)),  # type: ignore[arg-type]
)


def _key(statement: Statement) -> object:
    if isinstance(statement, Relation):
        sides = sorted((statement.lhs, statement.rhs)) if statement.op == "~~" else (statement.lhs, statement.rhs)
        return (statement.op, *sides)
    return statement.name if isinstance(statement, Definition) else object()


@given(st.lists(st.one_of(relations(), OTHERS), max_size=6, unique_by=_key))
@settings(max_examples=300, deadline=None)
def test_round_trip(statements: list[Statement]) -> None:
    text = write(statements)
    back = parse(text)
    # repr compares NaN by what it is; every other float has its own repr.
    assert repr(back) == repr(tuple(statements))
    assert write(back) == text


@given(st.text(alphabet="fxy1.5 =~:+*()<>|,;#\n\"'`?-aNA^/!\uff0c\uff1a\uff0a\uff08\uff09", max_size=30))
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        statements = parse(text)
    except ModelSyntaxError as error:
        sentence = str(error)
    else:
        sentence = "."
        assert repr(parse(write(statements))) == repr(statements)
    assert sentence.endswith(".")


def test_expressions_in_statements_are_canonical() -> None:
    (definition,) = parse("t:=a*b+c **2")
    assert isinstance(definition, Definition)
    assert definition.expression == compile_expression("a*b+c^2").text == "a*b + c^2"
