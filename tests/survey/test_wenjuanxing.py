"""Questionnaires of Wenjuanxing's exports: headers, kinds, options by texts and by numbers, answers read by them."""

from __future__ import annotations

import csv
import itertools
import re

import pandas as pd
import pytest

import csisem as cs
from csisem.survey.questionnaire.known_scales import KNOWN_SCALES, scales_with
from csisem.survey.questionnaire.wenjuanxing_columns import export_columns

# The layout of exports since 2019, as public programs read it; the answers are made up.
ABOUT = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]
TEXTS = [
    "1、您的性别",
    "2、您的年龄段",
    "3、您为什么选择本店（可多选）",
    "4、您对本店的总体评价",
    "5、请评价以下方面—商品",
    "服务",
    "环境",
    "6、您一年来几次？",
    "7、请按重要程度排序",
    "8、您有什么建议？",
    "9、您还会再来吗？",
]
NUMBERS = [
    "1、您的性别",
    "2、您的年龄段",
    "3、您为什么选择本店（可多选）(离得近)",
    "3(品种多)",
    "3(价格低)",
    "3(其他：)",
    "4、您对本店的总体评价",
    "5、请评价以下方面—商品",
    "服务",
    "环境",
    "6、您一年来几次？",
    "7、请按重要程度排序(商品)",
    "7(服务)",
    "8、您有什么建议？",
    "9、您还会再来吗？",
]
ROWS = [
    [
        "男",
        "25岁以下",
        "离得近┋其他〖朋友,家人〗",
        "很满意",
        "满意",
        "一般",
        "不满意",
        "12",
        "商品→服务",
        "多开收银台",
        "是",
    ],
    ["女", "25至44岁", "品种多", "满意", "很满意", "满意", "(跳过)", "3", "服务→商品", "没有", "否"],
    ["女", "25至44岁", "离得近┋品种多", "满意", "满意", "很满意", "一般", "1", "商品→服务", "(空)", "是"],
    ["男", "45岁以上", "(空)", "一般", "一般", "一般", "一般", "24", "商品→服务", "便宜些", "(空)"],
    ["女", "25岁以下", "其他〖顺路〗", "不满意", "很不满意", "不满意", "满意", "6", "(空)", "再大一点", "是"],
    ["男", "25至44岁", "品种多", "很满意", "满意", "满意", "满意", "2", "服务→商品", "好", "否"],
]
CODES = [
    [1, 1, 1, 0, 0, 1, 5, 4, 3, 2, 12, 1, 2, "多开收银台", 1],
    [2, 2, 0, 1, 0, 0, 4, 5, 4, -3, 3, 2, 1, "没有", 2],
    [2, 2, 1, 1, 0, 0, 4, 4, 5, 3, 1, 1, 2, "(空)", 1],
    [1, 4, -2, -2, -2, -2, 3, 3, 3, 3, 24, 1, 2, "便宜些", -2],
    [2, 1, 0, 0, 0, 1, 2, 1, 2, 4, 6, -2, -2, "再大一点", 1],
    [1, 2, 0, 1, 0, 0, 5, 4, 4, 4, -2, 2, 1, "好", 2],
]


def written(path, headers, rows):
    """Write an export, by its name's ending."""
    about = [[str(k), f"2026/11/2 10:0{k}:00", "88秒", "微信", "", "1.2.3.4(北京)"] for k in range(1, len(rows) + 1)]
    cells = [[*ABOUT, *headers], *([*own, *row] for own, row in zip(about, rows, strict=True))]
    if path.suffix == ".xlsx":
        pd.DataFrame(cells).to_excel(path, header=False, index=False)
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(cells)
    return path


@pytest.fixture(params=["csv", "xlsx"])
def texts(tmp_path, request):
    return written(tmp_path / f"123456_按文本_顾客满意度调查_6_6.{request.param}", TEXTS, ROWS)


@pytest.fixture
def numbers(tmp_path):
    return written(tmp_path / "123456_按序号_顾客满意度调查_6_6.csv", NUMBERS, CODES)


def imported(*arguments, **options):
    """The questionnaire and what was said of it."""
    with pytest.warns(cs.CsisemWarning) as caught:
        form = cs.Questionnaire.from_wenjuanxing(*arguments, **options)
    return form, [str(one.message) for one in caught]


def test_texts_show_questions_kinds_and_options(texts):
    form, said = imported(texts)
    assert form.title.into("zh") == "顾客满意度调查"
    assert [(one.name, one.kind) for one in form.questions] == [
        ("q1", "choice"), ("q2", "choice"), ("q3", "multiple"), ("q4", "likert"), ("q5_1", "likert"),
        ("q5_2", "likert"), ("q5_3", "likert"), ("q6", "number"), ("q8", "open"), ("q9", "yes_no"),
    ]  # fmt: skip
    assert form["q5_2"].text.into("zh") == "请评价以下方面: 服务"
    assert list(form["q3"].labels().values()) == ["离得近", "品种多", "其他"]
    assert form["q3"].other
    satisfied = ["很不满意", "不满意", "一般", "满意", "很满意"]
    # Nobody chose the lowest label of question 4; at question 5 someone did.
    assert [form[name].labels() for name in ("q4", "q5_1", "q5_3")] == [dict(enumerate(satisfied, 1))] * 3
    assert len(said) == 5
    assert any(re.match(r"The options of 'q1', 'q2', 'q3' have the order in which", one) for one in said)
    assert any(re.match(r"The labels that were chosen at 'q4' of '123456_.*' fit several", one) for one in said)
    assert any(re.match(r"'q6' of .* holds numbers and is taken", one) for one in said)
    assert any(re.match(r"'q7' of .* is of a kind that a questionnaire does not have", one) for one in said)
    assert any(re.match(r"'q8' of .* taken for open questions", one) for one in said)


def test_orders_are_taken_and_no_longer_guessed(texts):
    ages = ["25岁以下", "25至44岁", "45至59岁", "45岁以上"]
    form, said = imported(texts, orders=[["女", "男"], ages, ["品种多", "离得近", "其他"]], ratings=["q2"])
    assert form["q1"].labels() == {1: "女", 2: "男"}
    assert form["q2"].labels() == dict(enumerate(ages, 1))
    assert form["q2"].kind == "likert"
    assert list(form["q3"].labels().values()) == ["品种多", "离得近", "其他"]
    assert not any("order in which" in one for one in said)


def test_the_export_by_numbers_gives_the_codes_of_the_form(texts, numbers):
    form, said = imported(texts, codes=numbers)
    assert form["q1"].labels() == {1: "男", 2: "女"}
    # Code 3 of the ages was chosen by nobody, so it stays unknown.
    assert form["q2"].labels() == {1: "25岁以下", 2: "25至44岁", 4: "45岁以上"}
    assert form["q3"].labels() == {1: "离得近", 2: "品种多", 3: "价格低", 4: "其他"}
    assert form["q9"].labels() == {1: "是", 2: "否"}
    assert form["q9"].kind == "choice"
    assert not any("order in which" in one for one in said)


def test_a_scale_that_runs_down_is_reversed(tmp_path):
    labels = ["很满意", "满意", "一般", "不满意", "很不满意"]
    texts = written(tmp_path / "1_按文本_a_5_5.csv", ["1、满意吗"], [[label] for label in labels])
    codes = written(tmp_path / "1_按序号_a_5_5.csv", ["1、满意吗"], [[code] for code in range(1, 6)])
    form = cs.Questionnaire.from_wenjuanxing(texts, codes=codes)
    assert form["q1"].reverse
    assert form["q1"].labels() == dict(enumerate(labels, 1))
    for path in (texts, codes):
        assert form.scores(cs.read(path))["q1"].tolist() == [100, 75, 50, 25, 0]


def test_both_exports_are_read_alike(texts, numbers):
    form, _ = imported(texts, codes=numbers)
    coded = [form.code(cs.read(path)) for path in (texts, numbers)]
    names = [one.name for one in form.questions if one.name in coded[0].columns]
    names += [name for name in coded[0].columns if re.fullmatch(r"q3_\d", name)]
    assert {"q1", "q5_3", "q3_1", "q3_4"} <= set(names)
    for name in set(names) - {"q6", "q8"}:
        pd.testing.assert_series_equal(coded[0][name], coded[1][name], check_dtype=False)
    # The numbers of a skip and a blank are no answers.
    assert coded[1]["q6"].tolist()[:5] == coded[0]["q6"].tolist()[:5]
    assert coded[1]["q6"].isna().tolist() == [False] * 5 + [True]
    survey = form.survey(cs.read(numbers))
    counts = survey.counts(["q5_3"])
    assert counts.loc["q5_3", ["answered", "not_applicable"]].tolist() == [5, 1]
    assert any("columns of Wenjuanxing's export are read" in note for note in survey.source.notes)


def test_a_questionnaire_written_to_toml_reads_the_next_export(texts):
    form, _ = imported(texts)
    again = cs.Questionnaire.from_toml(form.to_toml())
    assert again == form
    assert again.scores(cs.read(texts))["q4"].tolist() == [100, 75, 75, 50, 25, 100]


def test_numbers_alone_are_said_to_be_guessed(numbers):
    form, said = imported(numbers, ratings="q4")
    kinds = {one.name: one.kind for one in form.questions}
    assert kinds["q1"] == kinds["q6"] == "number"
    assert kinds["q3"] == "multiple"
    assert kinds["q4"] == kinds["q5_1"] == "likert"
    assert form["q4"].bounds == form["q5_3"].bounds == (1, 5)
    assert any(re.match(r"The ratings of 'q4', 'q5', 'q7' are taken to end at the highest answer", one) for one in said)


def test_headers_of_several_years_make_the_same_columns():
    recent = ["序号", "所用时间", "性别", "5、评价—商品", "服务", "6、原因(近)", "6(多（种）)", "7、A—B"]
    assert [(one.name, one.text, one.part) for one in export_columns(recent)] == [
        ("性别", "性别", ""), ("q5_1", "评价", "商品"), ("q5_2", "评价", "服务"), ("q6_1", "原因", "近"),
        ("q6_2", "原因", "多（种）"), ("q7", "A—B", ""),
    ]  # fmt: skip
    early = ["第5题(商品)", "第5题(服务)", "第6题(近)", "第6题(多)"]
    assert [(one.name, one.part) for one in export_columns(early)] == [
        ("q5_1", "商品"), ("q5_2", "服务"), ("q6_1", "近"), ("q6_2", "多"),
    ]  # fmt: skip
    repeated = ["5、评价—商品", "5、评价—服务", "服务_column_3", "5、评价—商品_column_4"]
    assert [one.name for one in export_columns(repeated)] == ["q5_1", "q5_2", "q5_3", "q5_again_2"]
    assert [one.name for one in export_columns(["1.您的性别：", "2：年龄"])] == ["q1", "q2"]


def test_known_scales_run_upwards_and_are_found_by_their_labels():
    assert len(set(KNOWN_SCALES)) == len(KNOWN_SCALES)
    assert scales_with(["满意", "一般", "不满意"], KNOWN_SCALES)[0] == ["不满意", "一般", "满意"]
    five = frozenset(("很不满意", "不满意", "一般", "满意", "很满意"))
    assert len(scales_with(["满意", "一般", "不满意"], KNOWN_SCALES, {five})[0]) == 5
    assert scales_with(["Satisfied", "neutral"], KNOWN_SCALES)[0][3] == "Satisfied"
    assert scales_with(["男", "女"], KNOWN_SCALES) == scales_with([], KNOWN_SCALES) == []


def test_what_is_no_export_is_refused(tmp_path, texts, numbers):
    plain = tmp_path / "plain.csv"
    plain.write_text("id,s1\n1,5\n2,3\n", encoding="utf-8")
    with pytest.raises(cs.QuestionnaireError, match=r"'plain.csv' is not an export of Wenjuanxing"):
        cs.Questionnaire.from_wenjuanxing(plain)
    with pytest.raises(cs.QuestionnaireError, match=r"unknown question 'q44' \(did you mean 'q4'\?\)"):
        cs.Questionnaire.from_wenjuanxing(texts, ratings="q44")
    with pytest.raises(cs.OptionError, match=r"orders= takes lists of labels in a list; got \['男', '女'\]"):
        cs.Questionnaire.from_wenjuanxing(texts, orders=["男", "女"])
    with pytest.raises(cs.DataError, match="There is no file"):
        cs.Questionnaire.from_wenjuanxing(tmp_path / "none.xlsx")
    other = written(tmp_path / "other.csv", NUMBERS, [*CODES[1:], CODES[0]])
    with pytest.raises(cs.QuestionnaireError, match="codes= does not have the same answers: question 'q1'"):
        cs.Questionnaire.from_wenjuanxing(texts, codes=other)


def test_other_files_are_not_renamed():
    # A frame that lacks a question and is no export is refused as before.
    form = cs.Questionnaire([cs.Question("q1", points=5), cs.Question("q2", points=5)])
    with pytest.raises(cs.DataError, match="There is no column for question 'q2'"):
        form.code(pd.DataFrame({"q1": [1, 2], "2、满意": [3, 4]}))


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_does_not_change_the_codes(tmp_path, numbers, seed):
    order = list(itertools.permutations(range(6)))[97 * seed + 5]
    texts = written(tmp_path / "a.csv", TEXTS, ROWS)
    mixed = pd.read_csv(texts, encoding="utf-8-sig", dtype=str, keep_default_na=False).iloc[list(order)]
    mixed.to_csv(tmp_path / "b.csv", index=False)
    first, _ = imported(texts, codes=numbers)
    second, _ = imported(tmp_path / "b.csv", codes=numbers)
    assert first == second
