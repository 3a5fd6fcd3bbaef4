"""Names: what completion shows, what a mistyped name suggests, and how files and rooms are called."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections import defaultdict
from operator import attrgetter
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

import csisem as cs
from csisem.errors import nearest
from csisem.options import Estimator

CODE = Path(cs.__file__).parent
MAP = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
MODULES = sorted(path.relative_to(CODE) for path in CODE.rglob("*.py"))
ROOMS = sorted({path.parent.as_posix() for path in MODULES} - {"."})
PUBLIC_ROOMS = ["models", "datasets", "diagnose", "sampling", "weighting", "index", "index.outcomes", "improve",
                "plot", "templates"]  # fmt: skip
# The first five say nothing; the others said what happened to a thing instead of what it is.
BANNED = {"utils", "helpers", "common", "base", "misc", "drawn", "draws", "drawing", "redraw", "held", "gather",
          "from_rows", "measured", "mapped", "moved"}  # fmt: skip


@pytest.mark.parametrize("room", PUBLIC_ROOMS)
def test_rooms_show_their_public_names_alone(room):
    module = attrgetter(room)(cs)
    importlib.import_module("csisem.descriptive.complete_rows")
    assert dir(module) == sorted(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)


# ---- suggestions


@pytest.mark.parametrize(
    ("name", "names", "near"),
    [
        ("mlr", get_args(Estimator), "MLR"),
        ("Satisfacton", ("Expectation", "Quality", "Value", "Satisfaction", "Complaints", "Loyalty"), "Satisfaction"),
        ("complaint", ("Value", "Satisfaction", "Complaints", "Loyalty"), "Complaints"),
        ("MRL", get_args(Estimator), "MLR"),
        ("complaint", ("complains", "complaints", "compare"), "complaints"),
        ("bootstap", cs.__all__, "bootstrap"),
        ("Bootstap", cs.__all__, "Bootstrap"),
        ("anwsers.csv", ("answers.csv", "wave1.csv"), "answers.csv"),
        ("CUEX33", ("CUEX1", "CUEX3"), "CUEX3"),
        ("pth", ("path", "other"), "path"),
        ("q9", ("q1", "e1"), "q1"),
        ("质童", ("质量", "价格"), "质量"),
        ("顾客满意", ("顾客期望", "感知质量", "顾客满意度"), "顾客满意度"),
        ("感知质良", ("感知价值", "感知质量"), "感知质量"),
        ("地 区", ("地区", "门店"), "地区"),
    ],
)
def test_the_nearest_name_is_suggested(name, names, near):
    assert nearest(name, names) == f" (did you mean {near!r}?)"


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("invertible", cs.__all__),
        ("invertible", ("PriceTolerance", "Indicator", "diagnose")),
        ("summary", ("Survey", "compare")),
        ("loyal", ("region", "store", "Value")),
        ("x", ("y", "z")),
        ("ab", ("cd", "abcdefgh")),
        ("收入", ("质量", "价格")),
        ("门店编号", ("质量", "满意度")),
        ("anything", ()),
    ],
)
def test_what_is_far_from_all_names_suggests_none(name, names):
    assert nearest(name, names) == ""


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("bootstap", "bootstrap"),
        ("plspredict", "pls_predict"),
        ("Questionaire", "Questionnaire"),
        ("diagnoze", "diagnose"),
        ("anova", "cs.diagnose.anova"),
        ("acsi", "cs.models.acsi"),
        ("ACSI", "cs.models.acsi"),
        ("Hierarchy", "cs.index.Hierarchy"),
        ("size_mean", "cs.sampling.size_mean"),
        ("ahp_grup", "cs.weighting.ahp_group"),
        ("ipma", "cs.improve.ipma"),
        ("correlation", "cs.diagnose.correlations"),
        ("retail_survey", "cs.datasets.retail_survey"),
    ],
)
def test_a_mistyped_public_name_suggests_where_it_is(name, near):
    with pytest.raises(AttributeError) as caught:
        getattr(cs, name)
    assert str(caught.value) == f"csisem has no {name!r} (did you mean {near!r}?)"


@pytest.mark.parametrize(
    ("room", "name", "near"),
    [
        ("diagnose", "reliabilty", "reliability"),
        ("weighting", "AHP", "Ahp"),
        ("index", "csi", "cs.csi"),
        ("index.outcomes", "loyalty_curv", "loyalty_curve"),
        ("improve", "anova", "cs.diagnose.anova"),
        ("sampling", "size_means", "size_mean"),
        ("models", "ACSI", "acsi"),
        ("datasets", "mobilephone", "mobile_phone"),
    ],
)
def test_a_mistyped_name_in_a_room_suggests_where_it_is(room, name, near):
    with pytest.raises(AttributeError) as caught:
        attrgetter(f"{room}.{name}")(cs)
    assert str(caught.value) == f"csisem.{room} has no {name!r} (did you mean {near!r}?)"


def test_an_unknown_name_in_a_room_suggests_nothing():
    with pytest.raises(AttributeError, match=r"^csisem\.improve has no 'xyz'$"):
        _ = cs.improve.xyz


# ---- completion


@pytest.mark.parametrize(
    ("value", "hidden"),
    [
        (cs.Survey(pd.DataFrame({"q": [1, 2]})),
         ["coding", "design_counts", "grouping", "numbers", "numeric", "same_rows", "undeclared", "units",
          "with_coding", "with_source", "declared", "with_declared"]),
        (cs.datasets.retail_survey_model(),
         ["interactions", "relations", "roles", "table", "table_if_complete", "with_relations"]),
        (cs.Question("q", points=5), ["as_scale", "bounds", "texts", "time"]),
        (cs.Scale(1, 5), ["turn"]),
        (cs.SampleDesign(), ["places"]),
    ],
    ids=lambda value: "" if isinstance(value, list) else type(value).__name__,
)  # fmt: skip
def test_completion_leaves_out_what_the_package_alone_uses(value, hidden):
    assert set(dir(value)) == set(object.__dir__(value)) - set(hidden)
    assert all(hasattr(value, name) for name in hidden)


@pytest.mark.parametrize("name", ["invertible", "lavaan", "nothing_like_it", "xyz", "sem", "_ipython_display_"])
def test_an_unknown_public_name_suggests_nothing(name):
    with pytest.raises(AttributeError, match=rf"^csisem has no '{name}'$"):
        getattr(cs, name)
    assert not hasattr(cs, name)


def test_importing_the_package_imports_no_room():
    code = "import sys, csisem; print(sorted(m for m in sys.modules if m.startswith(('csisem.', 'numpy', 'pandas'))))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# ---- files and rooms


@pytest.mark.parametrize("room", ROOMS)
def test_the_map_shows_every_room(room):
    assert re.search(rf"^\| `{room}/?`", MAP, re.M)


def test_no_module_name_stands_in_three_rooms():
    rooms = defaultdict(list)
    for path in MODULES:
        rooms[path.stem].append(path.parent.as_posix())
    assert not {name: where for name, where in rooms.items() if len(where) > 2 and name != "__init__"}


def test_module_names_are_words_of_the_field():
    assert not [str(path) for path in MODULES if path.stem in BANNED]


def test_no_module_is_longer_than_400_lines():
    lines = {str(path): (CODE / path).read_text(encoding="utf-8").count("\n") for path in MODULES}
    assert not {path: count for path, count in lines.items() if count > 400}


def test_modules_say_what_they_hold_in_at_most_12_words():
    texts = {str(path): (CODE / path).read_text(encoding="utf-8") for path in MODULES}
    first = {path: (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0] for path, text in texts.items()}
    # An empty __init__.py has nothing to say.
    assert not {path: line for path, line in first.items() if texts[path].strip() and not 1 <= len(line.split()) <= 12}


@pytest.mark.parametrize(
    ("written", "homes"),
    [
        (r"^(\w+, )*LARGEST\b.* = ", ["option_checks.py"]),
        (r"2(\.0)?\s*\*\*\s*53", ["arrays.py"]),
        (r"\b1e100\b", ["option_checks.py"]),
    ],
)
def test_the_largest_number_and_the_largest_count_are_named_once(written, homes):
    found = [path for path in MODULES if re.search(written, (CODE / path).read_text(encoding="utf-8"), re.MULTILINE)]
    assert [path.as_posix() for path in found] == homes
