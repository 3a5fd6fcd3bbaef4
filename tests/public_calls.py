"""Public functions, classes and methods, and valid calls of each, taken from the examples of their docstrings."""

from __future__ import annotations

import ast
import contextlib
import doctest
import inspect
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import csisem as cs

ROOMS = ("models", "datasets", "diagnose", "sampling", "weighting", "index", "index.outcomes", "improve", "templates",
         "plot")  # fmt: skip

# Results without a page of their own: users read them and never make them.
RESULTS = {"Fit", "Status", "Bootstrap", "Moments", "Judgement", "Agreement", "WordOfMouth", "DeliveredValue"}
RESULTS |= {"Hierarchy", "Round"}  # made by methods

# Calls that no example shows, on a survey and a fit of its model.
MORE = """
survey = cs.datasets.retail_survey()
fit = cs.datasets.retail_survey_model().fit(survey)
fit.fit_measures()
fit.judged(cs.Thresholds())
fit.matrices()
fit.residuals()
fit.scores()
fit.status.text()
survey.to_pandas()
cs.datasets.mobile_phone().merge(cs.datasets.mobile_phone())
cs.Fieldwork().warning()
cs.read(file)
cs.Indicator("Quality", items=("q1", "q2")).walk()
cs.Questionnaire((cs.Question("q1"),), (cs.Indicator("Quality", items=("q1",)),)).walk()
cs.index.top_box(survey, ["s1", "s2"])
cs.index.nps(survey, "l1")
programme = cs.Programme.demo(folder())
cs.Programme(folder(), programme.draft)
programme.keep("q1", why="asked for", step="pretest")
programme.round("2024Q4").get("index")
cs.Survey(survey.frame, scale=(1, 10), items=["q1"], weights="weight", strata="region", value_labels={"q1": {1: "bad"}})
"""


@dataclass(frozen=True)
class Call:
    """A valid call: the function, its first object where it is a method, and its arguments by name."""

    name: str
    function: Callable[..., object]
    arguments: dict[str, Any]

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        return dict(inspect.signature(self.function).parameters)

    def names(self) -> list[str]:
        """Arguments that can be replaced one at a time."""
        return [
            name for name, one in self.parameters.items() if one.kind is not one.VAR_KEYWORD or self.arguments.get(name)
        ]

    def make(self, **replaced: object) -> object:
        """Make the call with some arguments replaced."""
        given = {**self.arguments, **replaced}
        kinds = {name: one.kind for name, one in self.parameters.items()}
        several = next((name for name, kind in kinds.items() if kind is inspect.Parameter.VAR_POSITIONAL), None)
        positional: list[object] = []
        named: dict[str, object] = {}
        for name, value in given.items():
            if kinds[name] is inspect.Parameter.VAR_KEYWORD:
                several_named = self.arguments[name]
                named |= dict.fromkeys(list(several_named)[:1], value) if name in replaced else several_named
            elif name == several:
                positional += value if isinstance(value, tuple) else (value,)
            else:
                named[name] = value
        return self.function(*positional, **named)


def public() -> dict[str, Callable[..., object]]:
    """Functions, constructors and methods that users call, by the name they type."""
    found: dict[str, Callable[..., object]] = {}
    for prefix, module in [("cs", cs), *((f"cs.{room}", attrgetter(room)(cs)) for room in ROOMS)]:
        for name in module.__all__:
            value, full = getattr(module, name), f"{prefix}.{name}"
            if inspect.isfunction(value):
                # Some are public in two rooms.
                if value not in found.values():
                    found[full] = value
            elif inspect.isclass(value) and not issubclass(value, Exception):
                if name not in RESULTS and not hasattr(value, "html"):
                    found[full] = value
                found |= {f"{full}.{method}": getattr(value, method) for method in _methods(value)}
    return found


def _methods(owner: type) -> Iterator[str]:
    hidden = getattr(owner, "_internal", frozenset())
    for name in dir(owner):
        static = inspect.getattr_static(owner, name)
        method = isinstance(static, staticmethod | classmethod) or inspect.isfunction(static)
        if method and not name.startswith("_") and name not in hidden:
            yield name


def _key(function: object) -> object:
    """What two readings of one function have in common; for a bound method, with the class of its object."""
    own = getattr(function, "__self__", None)
    bound = getattr(function, "__func__", None)
    if bound is None:
        return function
    owner = own if isinstance(own, type) else type(own)
    return next((one for one in owner.__mro__ if one.__name__ in cs.__all__), owner), bound.__name__


def small_survey() -> cs.Survey:
    """A sixth of the example survey, with the same columns and design."""
    whole = cs.datasets.retail_survey()
    return whole.with_answers(whole.frame.iloc[::6].reset_index(drop=True))


@cache
def harvest() -> dict[str, Call]:
    """The first call of each public function in `MORE`, or in the examples, on the small survey; made once."""
    names: dict[object, str] = {}
    for name, value in public().items():
        owner = attrgetter(name.rpartition(".")[0].removeprefix("cs").removeprefix(".") or "read")(cs)
        names[(owner, name.rpartition(".")[2]) if isinstance(owner, type) else value] = name
    calls: dict[str, Call] = {}
    small, whole = small_survey(), cs.datasets.retail_survey
    file = Path(cs.__file__).parent / "datasets" / "housing.csv"
    cs.datasets.retail_survey = lambda: small
    try:
        _read(
            MORE.strip().splitlines(),
            {"cs": cs, "np": np, "pd": pd, "file": file, "folder": tempfile.mkdtemp},
            names,
            calls,
        )
        for test in _examples():
            _read([one.source for one in test.examples], test.globs, names, calls)
    finally:
        cs.datasets.retail_survey = whole
    return calls


def _examples() -> Iterator[doctest.DocTest]:
    globs = {"cs": cs, "np": np, "pd": pd}
    seen: set[str] = set()
    for name in public():
        value = attrgetter(name.removeprefix("cs."))(cs)
        for test in doctest.DocTestFinder(recurse=inspect.isclass(value)).find(value, name, globs=globs):
            if test.examples and test.docstring not in seen:
                seen.add(str(test.docstring))
                yield test


def _read(sources: list[str], globs: dict[str, object], names: dict[object, str], calls: dict[str, Call]) -> None:
    """Run statements, and keep the public calls in them."""
    for source in sources:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                with contextlib.suppress(NameError, cs.CsisemError):
                    _keep(node, globs, names, calls)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(NameError, cs.CsisemError):
            exec(compile(tree, "example", "exec"), globs)


def _keep(node: ast.Call, globs: dict[str, object], names: dict[object, str], calls: dict[str, Call]) -> None:
    def value(part: ast.expr) -> Any:
        return eval(compile(ast.Expression(part), "example", "eval"), globs)

    function = value(node.func)
    try:
        name = names.get(_key(function))
    except TypeError:
        return
    if name is None or name in calls:
        return
    given: list[object] = []
    for part in node.args:
        given += value(part.value) if isinstance(part, ast.Starred) else [value(part)]
    named = {str(word.arg): value(word.value) for word in node.keywords}
    call = Call(name, function, dict(inspect.signature(function).bind(*given, **named).arguments))
    with contextlib.suppress(cs.CsisemError):
        result = call.make()
        calls[name] = call
        # What a result offers without further arguments.
        for method in _methods(type(result)) if type(result).__module__.startswith("csisem.") else ():
            bound = getattr(result, method)
            further = names.get(_key(bound))
            if further is not None and further not in calls:
                with contextlib.suppress(TypeError):
                    inspect.signature(bound).bind()
                    calls[further] = Call(further, bound, {})
