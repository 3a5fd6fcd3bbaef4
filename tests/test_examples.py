"""Every public function and class shows a short example, and what it prints is what comes out."""

from __future__ import annotations

import doctest
import inspect
from operator import attrgetter

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from printed import OPTIONS, same

ROOMS = ("models", "datasets", "diagnose", "sampling", "weighting", "index", "index.outcomes", "improve", "templates",
         "plot")  # fmt: skip


def _public():
    """Public functions by the name a user types; methods of public classes that have an example, too."""
    found = {}
    for prefix, module in [("cs", cs), *((f"cs.{room}", attrgetter(room)(cs)) for room in ROOMS)]:
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value) or (inspect.isclass(value) and not issubclass(value, Exception)):
                found[f"{prefix}.{name}"] = value
    return found


PUBLIC = _public()
FUNCTIONS = [name for name, value in PUBLIC.items() if inspect.isfunction(value)]


def _with_parents(value):
    """A class and the classes of the package that it inherits methods from; a function alone."""
    parents = [one for one in getattr(value, "__mro__", ()) if one.__module__.startswith("csisem.")]
    return parents or [value]


class Printed(doctest.OutputChecker):
    """Numbers may differ by one last digit: they were rounded for print."""

    def check_output(self, want, got, optionflags):
        return super().check_output(want, got, optionflags) or same(want, got)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_has_an_example(name):
    assert "\n    Examples\n    --------\n" in (PUBLIC[name].__doc__ or "")


@pytest.mark.parametrize("name", PUBLIC)
def test_examples_print_what_they_say(name):
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(Printed(), optionflags=doctest.NORMALIZE_WHITESPACE)
    output = []
    with pd.option_context(*OPTIONS):
        for value in _with_parents(PUBLIC[name]):
            for test in finder.find(value, name, globs={"cs": cs, "np": np, "pd": pd}):
                runner.run(test, out=output.append)
    assert not runner.failures, "".join(output)
