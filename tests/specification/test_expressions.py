"""Arithmetic over labels: values, exact complex steps, exact linear forms, and a sentence for each mistake."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csisem.errors import ModelError, ModelSyntaxError
from csisem.specification.syntax.expressions import compile_expression, linear_form

VALUES = {"a": 0.7, "b": -1.3, "c": 2.0, "a.b": 4.0, ".p1.": 3.0, "总效应": 0.25, "x_1": 5.0}


@pytest.mark.parametrize(
    ("text", "expected", "names"),
    [
        ("a*b", 0.7 * -1.3, ("a", "b")),
        ("b*a + c", -1.3 * 0.7 + 2, ("b", "a", "c")),
        ("-c^2", -4.0, ("c",)),
        ("2^-1", 0.5, ()),
        ("2^3^2", 512.0, ()),
        ("c**3", 8.0, ("c",)),
        ("b^3", -(1.3**3), ("b",)),
        ("b^-2", 1.3**-2, ("b",)),
        ("c^(1/2)", math.sqrt(2), ("c",)),
        ("c^a", 2**0.7, ("c", "a")),
        ("8/2/2", 2.0, ()),
        ("8 - 2 - 2", 4.0, ()),
        ("a - -b", 0.7 - 1.3, ("a", "b")),
        ("a*-b", 0.7 * 1.3, ("a", "b")),
        ("(a + b)/(1 - .5)", (0.7 - 1.3) / 0.5, ("a", "b")),
        ("1e-3 + 1.E2 + .5", 100.501, ()),
        (
            "exp(a) + log(c) + log10(c) + sqrt(c)",
            math.exp(0.7) + math.log(2) + math.log10(2) + math.sqrt(2),
            ("a", "c"),
        ),
        ("sin(a)*cos(a)/tan(a)", math.cos(0.7) ** 2, ("a",)),
        ("a.b + .p1. + x_1", 12.0, ("a.b", ".p1.", "x_1")),
        ("总效应*2", 0.5, ("总效应",)),
        ("总效应*(2+a)", 0.25 * 2.7, ("总效应", "a")),
        ("`a.b`/c  # a comment", 2.0, ("a.b", "c")),
        ("exp", 1.5, ("exp",)),  # a label may be called like a function
    ],
)
def test_value_and_names(text: str, expected: float, names: tuple[str, ...]) -> None:
    expression = compile_expression(text)
    assert expression.names == names
    value = expression.evaluate({**VALUES, "exp": 1.5})
    assert value.dtype == np.float64
    np.testing.assert_allclose(value, expected, rtol=1e-14)


def test_canonical_text_is_one_spelling() -> None:
    assert compile_expression(" a*b+ -c ** 2 -(  1/d )").text == "a*b + -c^2 - (1/d)"
    text = compile_expression("a * (b-1e-3)^ -2/ `odd name`").text
    assert text == "a*(b - 1e-3)^-2/`odd name`"
    assert compile_expression(text).text == text


def test_arrays_broadcast() -> None:
    draws = np.arange(6.0).reshape(3, 2)
    value = compile_expression("a*b + 1").evaluate({"a": draws, "b": [10.0, 100.0]})
    np.testing.assert_array_equal(value, draws * [10, 100] + 1)
    assert compile_expression("3").evaluate({}).shape == ()


def test_whole_numbers_divide_as_reals() -> None:
    assert compile_expression("a/b").evaluate({"a": np.array(1), "b": np.array(2)}) == 0.5
    assert compile_expression("a^-1").evaluate({"a": np.array(4)}) == 0.25


@pytest.mark.parametrize(
    ("text", "derivative"),
    [
        ("x^2", 2 * -1.7),
        ("x^3/(1 + x^2)", (3 * 1.7**2 * (1 + 1.7**2) - 2 * 1.7**4) / (1 + 1.7**2) ** 2),
        ("x^-2", -2 * (-1.7) ** -3),
        ("exp(x)*sin(x)", math.exp(-1.7) * (math.sin(-1.7) + math.cos(-1.7))),
        ("cos(x) + tan(x)", -math.sin(-1.7) + 1 / math.cos(1.7) ** 2),
        ("sqrt(-x)", -0.5 / math.sqrt(1.7)),
        ("log(-x) + log10(-x)", 1 / -1.7 * (1 + 1 / math.log(10))),
        ("(-x)^1.5", -1.5 * math.sqrt(1.7)),
        ("2^x", math.log(2) * 2**-1.7),
        ("-x*x - 3/x", 2 * 1.7 + 3 / 1.7**2),
    ],
)
def test_complex_step_is_exact_on_negative_values(text: str, derivative: float) -> None:
    step = 1e-100
    value = compile_expression(text).evaluate({"x": np.array([-1.7 + 1j * step])})
    np.testing.assert_allclose(value.imag / step, derivative, rtol=1e-13)


@pytest.mark.parametrize("text", ["sqrt(x)", "log(x)", "log10(x)", "x^0.5", "1/0 - 1/0*x"])
@pytest.mark.parametrize("value", [-1.0, -1.0 + 1e-20j])
def test_outside_the_real_domain_is_nan_not_imaginary(text: str, value: complex) -> None:
    assert np.isnan(compile_expression(text).evaluate({"x": value} if text != "1/0 - 1/0*x" else {"x": 1.0})).all()


def test_missing_label_is_named_with_the_nearest() -> None:
    with pytest.raises(ModelError, match=r"The label 'beta1' in 'beta1\*2' has no value \(did you mean 'beta2'\?\)"):
        compile_expression("beta1*2").evaluate({"beta2": 1.0})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "An expression is empty where arithmetic over labels is expected."),
        ("a +", "'a +' ends where a label or a number is expected."),
        ("a + * b", "'a + * b' has '*' where a label or a number is expected."),
        ("a b", "'a b' has 'b' where an operator (+ - * / ^) is expected."),
        ("(a", "'(a' ends where an operator or ')' is expected."),
        ("a)", "'a)' has ')' where an operator (+ - * / ^) is expected."),
        ("2a", "'2a' has '2a', which is neither a number nor a name"),
        ("abs(a)", "'abs(a)' uses abs(), which has no derivative everywhere and so no standard error."),
        (
            "sqr(a)",
            "'sqr(a)' uses sqr(), which is not one of exp, log, log10, sqrt, sin, cos, tan (did you mean 'sqrt'?).",
        ),
        ("exp(a, b)", "'exp(a, b)' has ',' where ')' after one argument is expected."),
        ("exp()", "'exp()' has ')' where a label or a number is expected."),
        ("a == b", "'a == b' has '==' where an operator (+ - * / ^) is expected."),
        ("a % b", "'a % b' has the character '%' (U+0025), which means nothing here"),
        ("'a'*2", 'has "a" where a label or a number is expected.'),
        ("(" * 200 + "a" + ")" * 200, "nests more than 100 levels of arithmetic."),
        ("-" * 5000 + "a", "nests more than 100 levels of arithmetic."),
    ],
)
def test_mistakes_get_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ModelSyntaxError) as raised:
        compile_expression(text)
    assert sentence in str(raised.value).replace("'\"a\"'", '"a"')


def test_long_sums_do_not_exhaust_the_stack() -> None:
    expression = compile_expression(" + ".join(f"l{index}" for index in range(5000)))
    assert expression.evaluate(dict.fromkeys(expression.names, 1.0)) == 5000
    form = linear_form(expression, compile_expression("0"))
    assert form is not None
    assert len(form.coefficients) == 5000


@pytest.mark.parametrize(
    ("left", "right", "coefficients", "constant"),
    [
        ("a", "b", {"a": 1, "b": -1}, 0),
        ("a", "2*b + 1", {"a": 1, "b": -2}, -1),
        ("(a + b)/2", "c - 3", {"a": 0.5, "b": 0.5, "c": -1}, 3),
        ("-(a - b)*2", "0", {"a": -2, "b": 2}, 0),
        ("a - a", "b", {"b": -1}, 0),
        ("a^1 + 2^3", "sqrt(4)*a", {"a": -1}, 8),
        ("a", ".5", {"a": 1}, -0.5),
        ("0", "a", {"a": -1}, 0),
        ("3", "1", {}, 2),
    ],
)
def test_linear_forms(left: str, right: str, coefficients: dict[str, float], constant: float) -> None:
    form = linear_form(compile_expression(left), compile_expression(right))
    assert form is not None
    assert dict(form.coefficients) == coefficients
    assert form.constant == constant


@pytest.mark.parametrize(
    "left", ["a*b", "a*b - a*b", "a^2", "1/a", "exp(a)", "a/b", "a^b", "2^a", "0*(a*b)", "a/0", "1/0"]
)
def test_not_linear_as_written(left: str) -> None:
    assert linear_form(compile_expression(left), compile_expression("0")) is None


VALUED = {"a": 0.3, "b": -0.8, "c": 1.1}
PAIRS = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}
# Each example is a text with the value it must have, built side by side.
LEAVES = st.sampled_from([*VALUED.items(), ("2", 2.0), ("0.5", 0.5), ("1e-1", 0.1)])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(
            lambda t: (f"({t[0][0]} {t[1]} {t[2][0]})", PAIRS[t[1]](t[0][1], t[2][1]))
        ),
        inner.map(lambda t: (f"(-{t[0]})", -t[1])),
        inner.map(lambda t: (f"({t[0]})^2", t[1] ** 2)),
        inner.map(lambda t: (f"cos({t[0]})", math.cos(t[1]))),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
@settings(deadline=None)
def test_values_linear_forms_and_spelling_agree(example: tuple[str, float]) -> None:
    text, expected = example
    expression = compile_expression(text)
    # Powers nest, so values reach 1e100; squaring by product and by ** may differ in the last bits.
    np.testing.assert_allclose(expression.evaluate(VALUED), expected, rtol=1e-12, atol=1e-300)
    assert compile_expression(expression.text) == expression
    form = linear_form(expression, compile_expression("0"))
    if form is not None:
        terms = [weight * VALUED[name] for name, weight in form.coefficients.items()]
        scale = abs(form.constant) + sum(map(abs, terms)) + abs(expected)
        assert abs(form.constant + sum(terms) - expected) <= 1e-12 * scale + 1e-14
