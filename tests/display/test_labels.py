"""Every column, word and fit measure of every public result has a heading in English and Chinese."""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem import options
from csisem.display.labels import _WORDS, cell, heading, knows_column, labelled, measure, page_title
from csisem.display.page import Page
from csisem.display.sentences import Sentence
from csisem.display.words import WORDS
from public_calls import harvest, public

SOURCE = Path(cs.__file__).parent
# Where words are data: examples, templates, models, and the catalogue itself.
DATA = {"datasets", "templates", "display", "models", "cli", "reporting"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Results whose columns are the user's: items, answers, weights of a sample.
ANSWERS = ("cs.Survey.", "cs.Questionnaire.code", "cs.Questionnaire.scores", "cs.Model.simulate", "cs.datasets.",
           "cs.sampling.draw", "cs.templates.", "cs.read", "cs.table", "cs.Programme",
           "cs.Round.contents")  # fmt: skip
MATRICES = {
    "implied_cov",
    "latent_correlations",
    "residuals",
    "matrices",
    "covariance",
    "fornell_larcker",
    "htmt",
    "htmt2",
    "cross_loadings",
    "correlations",
    "draws",
    "B",
    "Gamma",
    "Lambda_x",
    "Lambda_y",
    "scores",
}


SYMBOLS = {"", "<", "=", ">", *(f"ICC({kind},{size})" for kind in "1AC" for size in "1k")}


@cache
def literals() -> set[str]:
    """Texts in the code, without its docstrings."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if DATA & set(path.relative_to(SOURCE).parts):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        }
    return found


def frames_in(value: object, place: str, depth: int = 0):
    if isinstance(value, pd.Series):
        if value.name is not None:
            yield place, value.to_frame()
    elif isinstance(value, pd.DataFrame):
        yield place, value
    elif depth < 2 and type(value).__module__.startswith("csisem.") and not isinstance(value, cs.Survey):
        for name in dir(value):
            static = inspect.getattr_static(type(value), name, None)
            if not name.startswith("_") and not callable(static):
                try:
                    part = getattr(value, name)
                except cs.CsisemError:
                    continue
                if isinstance(part, pd.DataFrame | pd.Series):
                    yield from frames_in(part, f"{place}.{name}", depth + 1)


@cache
def frames() -> dict[str, pd.DataFrame]:
    """Frames of the results of public functions, and of further fits."""
    found: dict[str, pd.DataFrame] = {}
    for name, call in harvest().items():
        if not name.startswith(ANSWERS):
            try:
                result = call.make()
            except cs.CsisemError:
                continue
            found |= dict(frames_in(result, name))
    moments, model = cs.datasets.mobile_phone(), cs.datasets.mobile_phone_model("small")
    for estimator in ("PLS", "SAM"):
        found |= dict(frames_in(model.fit(moments, estimator), estimator))
    found["SAM.measurement"] = model.fit(moments, "SAM").measurement()
    return found


def is_matrix(place: str) -> bool:
    return place.rpartition(".")[2] in MATRICES


@pytest.mark.filterwarnings("ignore::csisem.CsisemWarning")
def test_every_column_of_every_result_has_a_heading():
    assert len(frames()) > 100
    known = literals()
    without: dict[str, str] = {}
    for place, frame in frames().items():
        if is_matrix(place):
            continue
        for name in [*frame.columns, *(one for one in frame.index.names if one)]:
            text = str(name)
            # Columns of groups and indicators are named by the data.
            if not knows_column(text) and (text in known or re.search(r"_(se|lower|upper|pvalue|est)$", text)):
                without[text] = place
    assert not without


def test_columns_in_docstrings_have_headings():
    """Those of results that no example shows, such as of a bootstrap."""
    without = {}
    for name, function in public().items():
        doc = inspect.cleandoc(function.__doc__ or "")
        part = re.search(r"Returns\n-------\nDataFrame\n(.*?)(?=\n\n\w[\w ]*\n---|\Z)", doc, re.S)
        if part is None or name.startswith(ANSWERS):
            continue
        # A list of columns is a span of two or more names.
        for span in re.findall(r"``([^`]*)``", part[1]):
            words = re.split(r"[\s,]+", span)
            if len(words) > 1 and all(re.fullmatch(r"[a-z][a-z0-9_]*", word) for word in words):
                without |= {word: name for word in words if not knows_column(word)}
    assert not without


@pytest.mark.filterwarnings("ignore::csisem.CsisemWarning")
def test_every_word_in_a_cell_has_both_languages():
    known, without = literals(), {}
    for place, frame in frames().items():
        for name in _WORDS & set(frame.columns):
            for value in frame[name]:
                # Symbols such as ICC(A,1) are those of all languages.
                if isinstance(value, str) and not isinstance(value, Sentence) and value in known - SYMBOLS:
                    shown = cell(value, name, "zh")
                    if not CHINESE.search(str(shown)) and f"cells.{value}" not in WORDS and value not in frame.columns:
                        without[value] = place
    assert not without


@pytest.mark.filterwarnings("ignore::csisem.CsisemWarning")
def test_sentences_in_cells_know_their_chinese_words():
    """A text of several words that no user gave is a sentence with a code, or a word of the catalogue."""
    english = {
        (place, name, value)
        for place, frame in frames().items()
        for name in frame.columns
        if frame[name].dtype.kind not in "fiub"
        for value in frame[name]
        if isinstance(value, str) and len(re.findall("[a-z]{2,}", value)) > 2
        and cell(value, name, "zh") == value and not isinstance(value, Sentence)
    }  # fmt: skip
    assert {one for one in english if not re.search("==|=~", one[2])} == set()


def test_columns_of_two_meanings_are_told_by_their_neighbours():
    assert heading("target", "zh", among=["source", "target", "direct", "indirect"]) == "因变量"
    assert heading("target", "zh", among=["node", "target", "index", "verdict"]) == "目标"
    assert heading("target", "en", among=["node", "target", "index", "verdict"]) == "Target"
    assert heading("size", "zh", among=["stratum", "size", "n"]) == "总体规模"
    error = ["kind", "source", "size", "unit", "known"]
    assert [heading(name, "zh", among=error) for name in error] == ["类别", "来源", "大小", "单位", "测量情况"]
    assert heading("item", "zh", among=["step", "item", "quantity", "unit_cost", "cost"]) == "费用项目"


@pytest.mark.parametrize(
    ("option", "column"),
    [
        ("Mode", "mode"), ("InvarianceLevel", "level"), ("Comparable", "supported"), ("DriverMeasure", "measure"),
        ("Priority", "method"),
    ],
)  # fmt: skip
def test_words_of_options_that_results_repeat(option, column):
    for word in get_args(getattr(options, option)):
        assert f"cells.{word}" in WORDS, word
        assert cell(word, column, "zh") == WORDS[f"cells.{word}"].zh


def test_every_fit_measure_has_a_name():
    survey, model = cs.datasets.retail_survey(), cs.datasets.retail_survey_model()
    names = set()
    for estimator in ("ML", "MLR", "WLSMV", "PLS"):
        names |= set(model.fit(survey, estimator).fit_measures().index)
    assert len(names) > 80
    for name in names:
        assert measure(name, "zh") != name, name
        assert measure(name, "en") != name or name == "df"
        assert "." not in measure(name, "zh"), name


def test_every_page_its_frames_and_its_numbers_have_titles():
    pages = Page.__subclasses__()
    assert len(pages) >= 12
    shown = {one.__name__ for one in pages}
    for page in pages:
        hidden = {"notes", "look_first"} | ({*page.__dataclass_fields__} if page.__name__ == "Ahp" else set())
        shown |= {name for name, part in page.__dataclass_fields__.items() if part.repr} - hidden
    for name in shown:
        assert f"page_titles.{name}" in WORDS, name
        assert page_title(name, "en") == name.replace("_", " ")


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("ci_lower", "CI lower", "置信下限"), ("direct_ci_upper", "Direct, CI upper", "直接效应 置信上限"),
        ("std_se_robust", "Standardised, Robust SE", "标准化值 稳健标准误"),
        ("std_ci_lower", "Standardised, CI lower", "标准化值 置信下限"),
        ("rank_lower", "Rank, CI lower", "名次 置信下限"), ("总体满意", "总体满意", "总体满意"), ("q1", "q1", "q1"),
        (("htmt", "Value"), "HTMT, Value", "HTMT, Value"),
    ],
)  # fmt: skip
def test_headings_are_composed_and_names_stay(name, english, chinese):
    assert heading(name, "en") == english
    assert heading(name, "zh") == chinese


def test_a_total_is_an_effect_beside_others_only():
    assert heading("total", "zh", among=["direct", "indirect", "total"]) == "总效应"
    assert heading("total_se", "zh", among=["direct", "indirect", "total"]) == "总效应 标准误"
    assert heading("total", "zh", among=["Alder", "total"]) == "合计"


def test_names_of_items_and_constructs_are_not_translated():
    frame = pd.DataFrame({"construct": ["Value", "index"], "item": ["path", "cost"], "lhs": ["total", "all"],
                          "kind": ["path", "index"], "op": ["~", "="], "n": np.array([1, 2])})  # fmt: skip
    shown = labelled(frame, "zh")
    assert list(shown.columns) == ["结构变量", "题项", "左边", "类别", "关系", "样本量"]
    assert list(shown["结构变量"]) == ["Value", "index"]
    assert list(shown["题项"]) == ["path", "cost"]
    assert list(shown["左边"]) == ["total", "all"]
    assert list(shown["类别"]) == ["路径系数", "指数"]
    assert next(iter(frame.columns)) == "construct"
    improvements = pd.DataFrame({"measure": ["service", "training"], "cost": [1.0, 2.0]})
    assert list(labelled(improvements, "zh")["指标"]) == ["service", "training"]
    shares = pd.DataFrame({"name": ["service", "index"], "r_squared": [0.5, 0.4]})
    assert list(labelled(shares, "zh")["名称"]) == ["service", "index"]


def test_the_five_gaps_have_chinese_names():
    figures = {
        "expected": 9.0,
        "management": 8.0,
        "standards": 8.5,
        "delivered": 7.0,
        "promised": 8.0,
        "perceived": 7.5,
    }
    for shown in (labelled(cs.improve.five_gaps(figures), "zh")["名称"], cs.table(
        cs.improve.five_gaps(figures), language="zh").columns[1].cells):  # fmt: skip
        assert list(shown) == ["认知差距", "标准差距", "传递差距", "沟通差距", "服务差距"]
