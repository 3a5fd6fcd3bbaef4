"""Questionnaires: TOML there and back, the check of a draft, coding of answers, the form, and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import csisem as cs
from csisem import Indicator, PriceTolerance, Question, Questionnaire

TAXI = """
title = { zh = "出租汽车乘客满意度调查", en = "Taxi passengers" }

[[question]]
name = "总体"
text = { zh = "总体上满意吗?", en = "Satisfied?" }
options = ["很不满意", "不满意", "一般", "满意", "很满意"]

[[question]]
name = "车况"
text = { zh = "车辆状况", en = "State of the car" }
points = 10
missing_codes = [99]

[[question]]
name = "涨价"
kind = "number"
text = { zh = "价格上涨百分之几就不再乘坐?", en = "Rise in per cent" }

[[question]]
name = "降价"
kind = "number"
text = { zh = "价格下降百分之几才会再乘坐?", en = "Fall in per cent" }

[[question]]
name = "性别"
kind = "choice"
text = { zh = "性别", en = "Sex" }
options = [{ code = 1, zh = "男", en = "male" }, { code = 2, zh = "女", en = "female" }]
missing_codes = [9]

[[question]]
name = "原因"
kind = "multiple"
text = { zh = "为什么乘坐?", en = "Why?" }
options = ["方便", "便宜", "舒适"]
other = true

[[question]]
name = "投诉"
kind = "yes_no"
text = { zh = "投诉过吗?", en = "Complained?" }

[[question]]
name = "意见"
kind = "open"
text = { zh = "意见", en = "Remarks" }

[[price_tolerance]]
name = "价格容忍"
increase = "涨价"
decrease = "降价"

[[indicator]]
name = "满意"
  [[indicator.indicator]]
  name = "总体满意"
  items = ["总体"]
[[indicator]]
name = "质量"
weight = 0.3
  [[indicator.indicator]]
  name = "车辆"
  items = ["车况"]
[[indicator]]
name = "结果"
  [[indicator.indicator]]
  name = "抱怨"
  direction = "lowers"
  items = ["投诉"]
  [[indicator.indicator]]
  name = "忠诚"
  items = ["价格容忍"]
"""
ANSWERS = pd.DataFrame(
    {
        "总体": ["满意", "很满意", "3", None, " 很不满意 "],
        "车况": [9, 10, 99, 3, 4],
        "涨价": [5, None, 60, None, None],
        "降价": [None, 10, None, None, 3],
        "性别": ["男", "FEMALE", 2, 9, None],
        "原因": ["方便;舒适", "1", "便宜、舒适", None, "3|1"],
        "投诉": ["是", "否", 0, True, "no"],
        "意见": ["好", "", None, "贵", "贵"],
        "w": [1.0, 2.0, 1.0, 1.0, 1.0],
    }
)


@pytest.fixture(scope="module")
def taxi():
    return Questionnaire.from_toml(TAXI)


def test_labels_of_any_language_become_codes(taxi):
    coded = taxi.code(ANSWERS)
    np.testing.assert_array_equal(coded["总体"], [4, 5, 3, np.nan, 1])
    np.testing.assert_array_equal(coded["车况"], [9, 10, 99, 3, 4])
    np.testing.assert_array_equal(coded["投诉"], [1, 0, 0, 1, 0])
    assert coded["性别"].tolist()[:3] == ["男", "女", "女"]
    assert coded["性别"][3:].isna().all(), "a refusal is no group"
    assert taxi.code(ANSWERS, language="en")["性别"].tolist()[:2] == ["male", "female"]
    several = coded[["原因_1", "原因_2", "原因_3"]]
    np.testing.assert_array_equal(several, [[1, 0, 1], [1, 0, 0], [0, 1, 1], [np.nan] * 3, [1, 0, 1]])
    assert "原因" not in coded
    assert ANSWERS["总体"][0] == "满意", "the frame that was given stays as it is"


def test_the_two_price_questions_become_one_item(taxi):
    np.testing.assert_array_equal(taxi.code(ANSWERS)["价格容忍"], [5, -10, 25, np.nan, -3])
    assert taxi.survey(ANSWERS).scale_of("价格容忍") == cs.Scale(-25, 25)
    assert taxi.items == ("总体", "车况", "投诉", "价格容忍")


def test_polars_and_columns_an_option_are_read_too(taxi):
    split = taxi.code(ANSWERS)
    frame = pl.from_pandas(split.astype({"性别": "string", "意见": "string"}))
    pd.testing.assert_frame_equal(taxi.code(frame)[list(taxi.items)], split[list(taxi.items)])


@pytest.mark.parametrize(
    ("points", "expected"), [(4, [0, 100 / 3, 200 / 3, 100]), (5, [0, 25, 50, 75, 100]), (7, [0, 100 / 6, 100 / 3])]
)
def test_ratings_on_0_to_100(points, expected):
    questionnaire = Questionnaire((Question("q", points=points), Question("r", points=points, reverse=True)))
    frame = pd.DataFrame({"q": np.arange(1, len(expected) + 1), "r": points - np.arange(len(expected))})
    scores = questionnaire.scores(frame)
    np.testing.assert_allclose(scores["q"], expected)
    np.testing.assert_allclose(scores["r"], expected)


def test_a_survey_has_scales_texts_and_design(taxi):
    survey = taxi.survey(
        ANSWERS, weights="w", fieldwork=cs.Fieldwork(place="北京", drawn=10, answered=5), language="en"
    )
    assert survey.items == taxi.items
    assert survey.segments == ("性别",)
    assert survey.item_texts["车况"] == "State of the car"
    assert survey.value_labels["投诉"] == {1.0: "Yes", 0.0: "No"}
    assert survey.counts("车况")["refused"].item() == 1
    assert "response rate 50.0%" in repr(survey)
    assert survey.design.weights == "w"
    constant = ANSWERS.assign(车况=10)
    with pytest.raises(cs.DataError, match="Constant items"):
        taxi.survey(constant)
    assert taxi.survey(constant, checked=False).n == 5


def test_the_tree(taxi):
    assert [(level, node.name) for level, node in taxi.walk()] == [
        (1, "满意"), (2, "总体满意"), (1, "质量"), (2, "车辆"), (1, "结果"), (2, "抱怨"), (2, "忠诚"),
    ]  # fmt: skip
    assert taxi.blocks() == {"满意": ("总体",), "质量": ("车况",), "结果": ("投诉", "价格容忍")}
    assert list(taxi.blocks(2)) == ["总体满意", "车辆", "抱怨", "忠诚"]
    assert taxi.indicators[1].weight == 0.3
    with pytest.raises(cs.QuestionnaireError, match="no level 3"):
        taxi.blocks(3)


def test_a_sound_draft_has_no_findings(taxi):
    assert taxi.check().empty
    assert 1 < taxi.minutes < 4
    assert taxi.languages == ("zh", "en")


def test_findings():
    questions = (
        Question("a", "甲", points=5),
        Question("b", "乙"),
        Question("c", {"zh": "丙", "en": "C"}, kind="open"),
        Question("d", {"zh": "丁"}, points=5),
        Question("e", points=7),
        *(Question(f"long{i}", "长", kind="open", seconds=300) for i in range(7)),
    )
    tree = (Indicator("一", (Indicator("甲", items="a"), Indicator("乙", items=("b", "a")), Indicator("空"))),
            Indicator("二", items="c"))  # fmt: skip
    found = Questionnaire(questions, tree).check()
    told = {(row.severity, row.name): row.finding for row in found.itertuples()}
    assert "has no scale" in told["error", "b"]
    assert "kind 'open'" in told["error", "c"]
    assert "level 2 without questions" in told["error", "空"]
    assert "no wording" in told["error", "e"]
    assert "about 36 minutes, more than 30" in told["error", ""]
    assert "several indicators: '甲', '乙'" in told["warning", "a"]
    assert "ends on level 1, others on level 2" in told["warning", "二"]
    assert "no wording in 'en'" in told["warning", "d"] or "measures no indicator" in told["warning", "d"]
    assert found["severity"].is_monotonic_increasing
    shorter = Questionnaire(questions[-4:]).check()
    assert shorter["finding"].tolist() == ["It takes about 20 minutes, more than 15."]


def test_the_form(taxi):
    text = taxi.form("zh")
    assert text.startswith("出租汽车乘客满意度调查\n")
    assert "1. 总体上满意吗?\n   ○ 1 很不满意   ○ 2 不满意" in text
    assert "□ 方便   □ 便宜   □ 舒适 ____" in text
    assert "○ 9   ○ 10" in text
    page = Questionnaire((Question("q", "A < B & C", points=4),), title="T<").form(html=True)
    assert "A &lt; B &amp; C" in page
    assert "<title>T&lt;</title>" in page


def test_toml_there_and_back(taxi, tmp_path):
    assert Questionnaire.from_toml(taxi.to_toml()) == taxi
    path = tmp_path / "问卷.toml"
    taxi.to_toml(path)
    assert Questionnaire.from_toml(path) == taxi
    assert Questionnaire.from_toml(str(path)) == taxi


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(lambda name: name.strip())
languages = st.dictionaries(st.sampled_from(["zh", "en", "zh-TW", "x y"]), st.text(max_size=9), max_size=3)
wordings = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), languages)


@given(st.lists(st.tuples(names, wordings, st.integers(2, 10), st.booleans()), min_size=1, max_size=4), names, wordings)
def test_any_questionnaire_survives_toml(rows, node, title):
    rows = list({row[0].strip(): row for row in rows}.values())
    questions = tuple(Question(name, text, points=points, reverse=reverse) for name, text, points, reverse in rows)
    tree = (Indicator(node, items=[question.name for question in questions], weight=0.1, text=title),)
    held = Questionnaire(questions, tree, title)
    assert Questionnaire.from_toml(held.to_toml()) == held


Q = Question("q", points=5)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Question(" "), cs.QuestionnaireError, "has no name"),
        (lambda: Question("q", kind="likart"), cs.OptionError, "did you mean 'likert'"),
        (lambda: Question("q", kind="choice"), cs.QuestionnaireError, "needs at least two options"),
        (lambda: Question("q", kind="yes_no", options={1: "a", 2: "b", 3: "c"}), cs.QuestionnaireError, "3 options"),
        (lambda: Question("q", kind="open", points=5), cs.QuestionnaireError, "takes no options or points"),
        (lambda: Question("q", points=1), cs.QuestionnaireError, "whole number from 2"),
        (lambda: Question("q", points=4, options={5: "五"}), cs.QuestionnaireError, "an option with code 5"),
        (lambda: Question("q", options={1: "好", 2: "好"}), cs.QuestionnaireError, "several options '好'"),
        (lambda: Question("q", options={"一": "好"}), cs.QuestionnaireError, "code '一' of an option is not a number"),
        (lambda: Question("q", points=5, missing_codes=5), cs.QuestionnaireError, "'5' is both an answer and"),
        (lambda: Question("q", scale=(1, 10), missing_codes=9), cs.QuestionnaireError, "Code 9 lies within the scale"),
        (lambda: Question("q", scale=(5, 1)), cs.QuestionnaireError, "low < high"),
        (lambda: Question("q", options={0: "a", 7: "b"}, scale=(1, 5)), cs.QuestionnaireError, "code 0 off its scale"),
        (lambda: Question("q", reverse=True), cs.QuestionnaireError, "reversed and needs a scale"),
        (lambda: Question("q", points=5, other=True), cs.QuestionnaireError, "adds a line to a choice"),
        (lambda: Question("q", points=5, seconds=0), cs.QuestionnaireError, "seconds= must be a number above zero"),
        (lambda: Question("q", text=5), cs.QuestionnaireError, "A wording must be a text"),
        (lambda: Indicator("甲", (Indicator("乙"),), items="q"), cs.QuestionnaireError, "children and items"),
        (lambda: Indicator("甲", (Indicator("乙"), Indicator("乙"))), cs.QuestionnaireError, "children named '乙'"),
        (lambda: Indicator("甲", weight=-1), cs.QuestionnaireError, "weight= of '甲' must be .* got -1"),
        (lambda: Indicator("甲", ("乙",)), cs.QuestionnaireError, "children= of '甲' must be Indicators; got '乙'"),
        (lambda: Questionnaire(()), cs.QuestionnaireError, "no questions"),
        (lambda: Questionnaire((Q, Q)), cs.QuestionnaireError, "share the name 'q'"),
        (lambda: Questionnaire((Q,), (Indicator("甲", items="p"),)), cs.QuestionnaireError, "an unknown question 'p'"),
        (lambda: Questionnaire((Q,), (Indicator("甲", (Indicator("乙", items="q"),)),), levels=("一级",)),
         cs.QuestionnaireError, "'乙' is on level 2, and 1 levels are declared"),
        (lambda: Questionnaire((Q,), price_tolerance=(PriceTolerance("t", "q", "r"),)), cs.QuestionnaireError,
         "'t' names an unknown question 'r'"),
        (lambda: PriceTolerance("t", "q", "q"), cs.QuestionnaireError, "needs two questions"),
        (lambda: PriceTolerance("t", "q", "r", most=0), cs.QuestionnaireError, "most= must be above zero; got 0"),
        (lambda: Questionnaire((Q,))["p"], cs.QuestionnaireError, "no question 'p'"),
        (lambda: Questionnaire.from_toml("a = \n"), cs.QuestionnaireError, "is not TOML"),
        (lambda: Questionnaire.from_toml("[[questions]]\nname='q'\n"), cs.QuestionnaireError, "mean 'question'"),
        (lambda: Questionnaire.from_toml("[[question]]\nname='q'\npoint=5\n"), cs.QuestionnaireError,
         "unknown key 'point' .did you mean 'points'"),
        (lambda: Questionnaire.from_toml("[[question]]\npoints=5\n"), cs.QuestionnaireError, "has no name"),
        (lambda: Questionnaire.from_toml("[question]\nname='q'\n"), cs.QuestionnaireError, "starts with a line"),
        (lambda: Questionnaire.from_toml("[[question]]\nname='q'\nscale=5\n"), cs.QuestionnaireError,
         "scale= must be two numbers"),
        (lambda: Questionnaire.from_toml("[[question]]\nname='q'\noptions=[{zh='一'}]\n"), cs.QuestionnaireError,
         "option 1 has no code"),
        (lambda: Questionnaire.from_toml("没有.toml"), cs.DataError, "no file '没有.toml'"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"总体": ["满义"] * 3 + [7, None]},
            "'总体' has .* '满义' in 3 rows, '7' in 1 row .did you mean '满意'.*are 1, 2, 3",
        ),
        ({"车况": 11}, "'车况' has invalid answers: '11' in 5 rows; its codes are 1, 2"),
        ({"性别": "男女"}, "'性别' has invalid answers: '男女' in 5 rows"),
        ({"原因": "方便;7"}, "'原因' has invalid answers: '方便;7' in 5 rows"),
        ({"总体": "x", "投诉": "y"}, r"'总体' has .* \(and 1 more questions\)"),
        ({"降价": 1}, "2 rows answer both '涨价' and '降价'"),
        ({"涨价": -1, "降价": None}, "'涨价' holds 5 percentages below zero"),
        ({"涨价": "多"}, "'涨价' has invalid answers: '多' in 5 rows"),
    ],
)
def test_answers_that_are_none_are_counted(taxi, changed, message):
    with pytest.raises(cs.DataError, match=message):
        taxi.code(ANSWERS.assign(**changed))


def test_a_missing_column_is_named(taxi):
    with pytest.raises(cs.DataError, match="no column for question '车况'"):
        taxi.code(ANSWERS.drop(columns="车况"))


def test_many_rows_are_coded_by_their_distinct_answers(taxi):
    big = pd.concat([ANSWERS] * 40_000, ignore_index=True)
    coded = taxi.code(big)
    assert len(coded) == 200_000
    assert coded["总体"].notna().sum() == 160_000


# Several answers in one cell

WHY = Question(
    "why", kind="multiple", options=["Web", "Close by, no other way", "Close by", "Price; value", "其他"], other=True
)


def coded_cells(question, *cells):
    frame = Questionnaire([question]).code(pd.DataFrame({question.name: list(cells)}))
    columns = [f"{question.name}_{code:g}" for code in question.codes]
    return [
        None if np.isnan(row).all() else tuple(code for code, one in zip(question.codes, row, strict=True) if one)
        for row in frame[columns].to_numpy()
    ]


@pytest.mark.parametrize("mark", ["┋", ";", ",", "，", "|", "\n", "、", "；", " ; ", ", "])
def test_several_answers_by_any_separator(mark):
    question = Question("why", kind="multiple", options=["Web", "Shop", "Phone"])
    assert coded_cells(question, f"Web{mark}Phone", f"1{mark}2{mark}", "3", "shop") == [(1, 3), (1, 2), (3,), (2,)]


def test_options_that_hold_the_separator():
    cells = (
        "Close by, no other way",
        "Web, Close by, no other way",
        "Close by,Web",
        "Price; value;Web",
        "Web┋Price; value",
    )
    assert coded_cells(WHY, *cells) == [(2,), (1, 2), (1, 3), (1, 4), (1, 4)]


def test_write_ins_are_coded_kept_and_counted():
    cells = [
        "其他〖朋友,家人〗",
        "Web┋其他〖朋友〗",
        "Web;my friend",
        "a colleague, Anna",
        "其他: TV",
        "Web",
        None,
        "Web;my friend",
    ]
    questionnaire = Questionnaire([WHY])
    assert coded_cells(WHY, *cells) == [(5,), (1, 5), (1, 5), (5,), (5,), (1,), None, (1, 5)]
    survey = questionnaire.survey(pd.DataFrame({"why": cells}))
    written = survey.frame["why_other"].tolist()
    assert written[:5] == ["朋友,家人", "朋友", "my friend", "a colleague, Anna", "TV"]
    assert written[7] == "my friend"
    assert survey.source.notes[0] == (
        "6 answers were written in at question 'why' and coded as '其他'; the texts are in 'why_other'."
    )
    choice = Question("how", kind="choice", options=["Web", "Other"], other=True)
    coded = Questionnaire([choice]).code(pd.DataFrame({"how": ["web", "by tram", "Other", "Other (bus)"]}))
    assert coded["how"].tolist() == ["Web", "Other", "Other", "Other"]
    assert coded["how_other"].tolist()[1::2] == ["by tram", "bus"]
    # A last option that does not say "other" is not chosen by what is written beside it.
    assert coded_cells(Question("q", kind="multiple", options=["a lot", "little"], other=True), "a lot;why?") == [(1,)]


@pytest.mark.parametrize(
    ("question", "cell", "message"),
    [
        (WHY, "Web;Pricee; value", "has invalid answers: 'Web;Pricee; value' in 1 row"),
        (WHY, "Web;7", "has invalid answers: 'Web;7'"),
        (WHY, "Web;tram;Close by;bus", "has invalid answers"),
        (WHY, "其他〖a〗┋其他〖b〗", "has invalid answers"),
        (Question("why", kind="multiple", options=["Web", "Shop"]), "Web;tram", "has invalid answers: 'Web;tram'"),
        (Question("why", kind="multiple", options=["Web", "Shop"]), "Web〖x〗", "has invalid answers"),
        # Several answers with a mark that is no separator are not written in.
        (WHY, "Web/Close by", "has invalid answers"),
        (WHY, "Web\tClose by", "has invalid answers"),
        (WHY, "Web + Price; value", "has invalid answers"),
        (
            Question("why", kind="multiple", options=["Web", "Shop", "Web, Shop"]),
            "Web, Shop",
            "can be read in two ways: 'Web, Shop' in 1 row, as 'Web, Shop' or as 'Web', 'Shop'; rename an option",
        ),
        (Question("why", kind="multiple", options=["Web", "Shop"], missing_codes=99), "Web;99", "has invalid answers"),
        (Question("why", kind="number"), "nan", "has invalid answers: 'nan'"),
    ],
)
def test_cells_that_cannot_be_read_are_refused(question, cell, message):
    with pytest.raises(cs.DataError, match=message):
        Questionnaire([question]).code(pd.DataFrame({"why": [cell, None]}))


def test_words_for_a_refusal_are_declared():
    rating = Question("s", points=5, missing_codes="(空)", not_applicable=["(跳过)"])
    why = Question("why", kind="multiple", options=["Web", "Shop"], missing_codes=["(跳过)", 99])
    sex = Question("sex", kind="choice", options=["m", "f"], missing_codes="no answer")
    frame = pd.DataFrame(
        {
            "s": ["5", "(跳过)", "(空)", "3"],
            "why": ["Web┋Shop", "(跳过)", "99", "Web"],
            "sex": ["m", "no answer", "f", "f"],
        }
    )
    survey = Questionnaire([rating, why, sex]).survey(frame)
    assert survey.counts("s").iloc[0].tolist() == [4, 2, 1, 1, 0, 0]
    assert survey.scale_of("s") == cs.Scale(1, 5, missing_codes=-9, not_applicable=-8)
    np.testing.assert_array_equal(survey.frame[["why_1", "why_2"]], [[1, 1], [np.nan] * 2, [np.nan] * 2, [1, 0]])
    assert survey.rows("s", by="sex").labels == ("m", "f")
    assert survey.source.notes[0].fields == {"count": 2, "question": "s", "words": ("(跳过)", "(空)")}
    assert len(survey.source.notes) == 3
    text = Questionnaire([rating, why, sex]).to_toml()
    assert Questionnaire.from_toml(text).questions == (rating, why, sex)
    with pytest.raises(cs.QuestionnaireError, match="'Web' is both an option and a missing code"):
        Question("q", kind="multiple", options=["Web", "Shop"], missing_codes="Web")
    assert Question("q", scale=(-10, 10), kind="number", missing_codes="none").refusal_codes == (-19,)


def test_a_refusal_is_no_price():
    up, down = (Question(name, kind="number", missing_codes=99, not_applicable="none") for name in ("up", "down"))
    questionnaire = Questionnaire([up, down], price_tolerance=[cs.PriceTolerance("t", increase="up", decrease="down")])
    coded = questionnaire.code(pd.DataFrame({"up": [5, 99, "none"], "down": [None, 10, 99]}))
    np.testing.assert_array_equal(coded["t"], [5, -10, np.nan])


def test_answers_of_a_file_keep_their_source(tmp_path):
    (tmp_path / "a.csv").write_text("why;s\nWeb┋其他〖TV〗;5\nWeb;(跳过)\n", encoding="utf-8")
    read = cs.read(tmp_path / "a.csv")
    questionnaire = Questionnaire([WHY, Question("s", points=5)])
    survey = questionnaire.survey(read, checked=False)
    assert survey.source.name == "a.csv"
    assert [note.code for note in survey.source.notes] == ["file.words", "file.write_ins"]
    assert questionnaire.code(read)["why_5"].tolist() == [1, 0]


def test_a_header_with_spaces_is_the_question_of_its_name():
    form = cs.Questionnaire([Question("s1", points=5), Question("s2", points=5)])
    survey = form.survey(pd.DataFrame({"s1 ": [1, 2, 5], " s2": [3, 3, 4], "t ": [1, 1, 1]}))
    assert survey.columns == ("s1", "s2", "t ")
    with pytest.raises(cs.DataError, match="no column for question 's1'"):
        form.code(pd.DataFrame({"s1 ": [1], " s1": [1], "s2": [1]}))
