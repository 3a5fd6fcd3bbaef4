"""A refusal in Chinese, from the error that a user catches to the note below a traceback."""

from __future__ import annotations

import copy
import pickle
import traceback

import pytest

import csisem as cs
from csisem.display.refusals import in_chinese
from csisem.display.sentences import sentence
from csisem.errors import CsisemError
from lavaan_golden import answers


@pytest.fixture
def refused():
    with pytest.raises(cs.ScaleError) as caught:
        cs.Scale(10, 1)
    return caught.value


CHINESE = "量表的上下限应为有限数且 low < high；得到 low=10 和 high=1。"


def test_a_refusal_has_both_languages(refused):
    assert refused.text("zh") == CHINESE
    assert refused.text() == refused.text("en") == str(refused)
    assert str(refused) == "A scale must have finite bounds low < high; got low=10 and high=1."
    with pytest.raises(cs.OptionError, match="'en', 'zh'") as caught:
        refused.text("fr")
    assert caught.value.text("zh") == "language='fr' 不是 'en'、'zh' 之一。"


# Phrases within sentences, each of a kind of its own.
@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        # A list of names, cut, and a hint.
        ("ordered= names 'a', which is not an item of the model (did you mean 'a1'?).",
         "ordered= 指定了 'a'，它不是模型的题项（是否指 'a1'？）。"),
        ("Items named more than once: 'a', 'b', 'c', 'd', 'e', 'f' and 3 more; name each item once.",
         "有题项被多次指定：'a'、'b'、'c'、'd'、'e'、'f' 等另外 3 个；每个题项只指定一次。"),
        # A place that may be left out, before and behind what it places.
        ("There is 1 row in group north; a fit needs more.", "（组 north）只有 1 个数据行；拟合需要更多。"),
        ("There are no complete rows; a fit needs more.", "没有完整的数据行；拟合需要更多。"),
        # A line of the model, and another refusal behind an item.
        ("Line 2: 'y ~' ends where a variable name is expected.", "第 2 行：'y ~' 在应有变量名处结束。"),
        ("Item 'q1': a reversed item needs a scale, since x is read as low + high - x.",
         "题项 'q1'：反向题需要量表，因为 x 读作 low + high - x。"),
        # Several clauses, each with a list.
        ("Answers off the scale 1-5: q1 has 3 (99 twice, 0 once); q2 has 4 (11 in 4 rows); declare refusal codes with "
         "missing_codes= or not_applicable=, or correct the scale.",
         "有答案超出量表 1-5：q1 有 3 个（99 两次，0 一次）；q2 有 4 个（11（4 行））；"
         "请用 missing_codes= 或 not_applicable= 声明拒答代码，或更正量表。"),
        # Reasons of an unusable fit, the first of two sentences.
        ("Effects cannot be computed: The variance of a that F explains grows without end (to 2215 times the variance "
         "of a in the last step), and its residual variance falls below zero: there are no best estimates, as F and "
         "its other items hardly correlate. Leave a or F out, or make two loadings equal. No row has an answer to 'b'.",
         "无法计算效应：a 由 F 解释的方差无限增大（最后一步中为 a 方差的 2215 倍），残差方差随之降到零以下："
         "不存在最优估计，因为 F 与其余题项几乎不相关。请删去 a 或 F，或令两个载荷相等。没有任何行回答了 'b'。"),
        # A type, what the system says, and the name of an option, which is no word.
        ("model= must be a Model; got a DataFrame.", "model= 应为 Model；得到 DataFrame。"),
        ("'a b.csv' cannot be read: No such file or directory.", "无法读取 'a b.csv'：没有该文件或文件夹。"),
        ("strata= takes a name or a list of names, as text, not 5.",
         "strata= 应为一个名称或名称的列表（文本），而不是 5。"),
        # Names that read like the words of a template stay as they are.
        ("The data have 2 columns named 'rows of items; leave it out'; rename all but one.",
         "数据中有 2 列名为 'rows of items; leave it out'；请给其余的改名，只留一个。"),
    ],
)  # fmt: skip
def test_phrases_within_refusals(english, chinese):
    assert in_chinese(english) == chinese


def test_what_is_not_known_stays_english():
    for message in ("Something else happened to 'a'.", "", "x" * 5000, "{0} " * 100, "'" * 50, "a, " * 300):
        assert CsisemError(message).text("zh") == message
    assert CsisemError().text("zh") == ""


def test_a_sentence_with_a_code_is_worded_by_it():
    said = sentence("answers.same_answer")
    assert cs.DataError(said).text("zh") == said.text("zh")


def test_the_reasons_of_an_unusable_fit_are_worded_too():
    fit = cs.Model.from_syntax("A =~ CUEX1 + CUEX2").fit(answers("mobi"))
    assert not fit.status.usable
    with pytest.raises(cs.UnusableFitError) as caught:
        cs.modification_indices(fit)
    assert caught.value.text("zh") == "无法计算修正指数：" + "".join(reason.text("zh") for reason in fit.status.reasons)


def test_a_traceback_shows_chinese_where_the_environment_asks_for_it(refused, monkeypatch):
    def printed(error: BaseException) -> list[str]:
        return "".join(traceback.format_exception(error)).splitlines()

    monkeypatch.delenv("CSISEM_LANGUAGE", raising=False)
    assert CHINESE not in printed(refused)
    refused.add_note("in row 3")
    monkeypatch.setenv("CSISEM_LANGUAGE", "zh")
    assert printed(refused)[-3:] == [f"csisem.errors.ScaleError: {refused}", CHINESE, "in row 3"]
    for other in (copy.copy(refused), pickle.loads(pickle.dumps(refused))):
        assert type(other) is cs.ScaleError
        assert printed(other)[-2:] == [CHINESE, "in row 3"]
        assert other.text("zh") == CHINESE
    # What has no Chinese is not said twice.
    assert printed(CsisemError("Something else."))[-1] == "csisem.errors.CsisemError: Something else."


def test_errors_are_made_as_fast_as_any():
    # Nothing is looked up until it is asked for.
    assert CsisemError.__init__ is Exception.__init__
    assert CsisemError.__new__ is Exception.__new__
