"""Templates: complete in both languages, of one structure, and usable as they stand."""

from __future__ import annotations

import re
from operator import attrgetter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.improve.delivered_value import ROUTES
from csisem.templates.read_stored import FORMS, LISTS, NAMES, QUESTIONNAIRES, stored

CHINESE = re.compile(r"[一-鿿]")
LANGUAGES = ("en", "zh")
# What is named alike in both: columns, dates, amounts and numbers.
CODES = re.compile(r"[\w\-.]+")


def bilingual(part, where=""):
    """Yield the place and both values of all that has a language in it."""
    if isinstance(part, dict):
        if any(key in part for key in LANGUAGES):
            yield where, part.get("en"), part.get("zh")
        for key, value in part.items():
            if key not in LANGUAGES:
                yield from bilingual(value, f"{where}.{key}")
    elif isinstance(part, list):
        for place, value in enumerate(part):
            yield from bilingual(value, f"{where}[{place}]")


def strings(part, where=""):
    """Yield all texts that stand outside a pair of languages."""
    if isinstance(part, str):
        yield where, part
    elif isinstance(part, dict):
        for key, value in part.items():
            if key not in LANGUAGES:
                yield from strings(value, f"{where}.{key}")
    elif isinstance(part, list):
        for place, value in enumerate(part):
            yield from strings(value, f"{where}[{place}]")


def test_every_file_is_a_template():
    folder = Path(cs.__file__).parent / "templates" / "stored"
    assert sorted(path.stem for path in folder.iterdir()) == sorted(NAMES)
    assert cs.templates.contents()["name"].tolist() == list(NAMES)
    assert not cs.templates.contents("zh")["title"].duplicated().any()


@pytest.mark.parametrize("name", NAMES)
def test_no_field_lacks_a_language(name):
    pairs = list(bilingual(stored(name)))
    assert len(pairs) > 3
    for where, english, chinese in pairs:
        if isinstance(english, str):
            # A note is empty where nothing is to be noted, in both languages.
            blank = english == chinese == "" and where.endswith("note")
            assert blank or (english and CHINESE.search(chinese)), where
            assert not CHINESE.search(english), where
        else:
            assert len(english) == len(chinese), where
            for one, other in zip(english, chinese, strict=True):
                number = not isinstance(one, str)
                same = one == other if number or one == other else CHINESE.search(other) and not CHINESE.search(one)
                assert same, (where, one, other)
                assert number or one != other or CODES.fullmatch(one), (where, one)


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_stands_outside_the_languages(name):
    codes = {"name", "kind", "letter", "direction", "respondent"}
    assert not [
        (where, text)
        for where, text in strings(stored(name))
        if text and where.rpartition(".")[2].partition("[")[0] not in codes
    ]


def stated(question):
    """What a question asks, whichever language comes first."""
    labels = {code: dict(text.by_language) for code, text in question.texts.items()}
    return question.name, question.kind, question.bounds, question.other, dict(question.text.by_language), labels


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_both_languages_have_one_structure(name):
    english, chinese = (cs.templates.questionnaire(name, language) for language in LANGUAGES)
    assert [stated(one) for one in english.questions] == [stated(one) for one in chinese.questions]
    assert not CHINESE.search(english.form())
    assert CHINESE.search(chinese.form())
    ours, theirs = list(english.walk()), list(chinese.walk())
    assert [(level, node.items, node.weight) for level, node in ours] == [
        (level, node.items, node.weight) for level, node in theirs
    ]
    assert [dict(node.text.by_language) for _, node in ours] == [dict(node.text.by_language) for _, node in theirs]
    assert all(CHINESE.search(node.name) for _, node in theirs)
    assert not any(CHINESE.search(node.name) for _, node in ours)
    assert len(english.levels) == len(chinese.levels) == max((level for level, _ in ours), default=1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_questionnaires_pass_the_check_and_are_written_and_read(name, language):
    form = cs.templates.questionnaire(name, language)
    assert form.check().empty
    assert form.minutes < 15
    assert cs.Questionnaire.from_toml(form.to_toml()) == form
    printed = form.form(language)
    assert bool(CHINESE.search(printed)) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in QUESTIONNAIRES if name != "respondent"])
def test_answers_to_a_questionnaire_become_an_index(name, language):
    form = cs.templates.questionnaire(name, language)
    rng = np.random.default_rng(7)
    # Labels in this language where there are any, else codes.
    columns = {}
    for question in form.questions:
        if question.kind == "open":
            columns[question.name] = [""] * 12
            continue
        labels = question.labels(language)
        choice = rng.choice(np.array(list(labels)), 12)
        columns[question.name] = [labels[code] or code for code in choice]
    survey = form.survey(pd.DataFrame(columns), language=language)
    found = cs.index.Hierarchy.from_questionnaire(form).score(survey)
    scored = found.set_index("node")["index"]
    parts = [node for node in form.indicators if node.weight]
    expected = sum(node.weight * scored[node.name] for node in parts)
    assert sum(node.weight for node in parts) == pytest.approx(1)
    assert scored.iloc[0] == pytest.approx(expected)
    assert 0 < scored.iloc[0] < 100


def test_the_index_leaves_outcomes_and_expectations_out():
    shop = cs.templates.questionnaire("retail_customers")
    assert {node.name: node.weight for node in shop.indicators}["Outcome"] == 0
    assert [node.weight for node in cs.templates.questionnaire("service_expectations").indicators] == [0, 1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_tables_have_no_blank_cell_and_no_row_twice(name, language):
    found = cs.templates.table(name, language)
    assert not found.duplicated().any()
    assert not found.isna().any().any()
    assert (found.map(str) != "").all().all()
    assert found.columns.is_unique


def test_numbers_of_the_method():
    # Training texts: 25 items of eight expectations, seven groups of 40 statements, five layers, seven faults.
    asked = cs.templates.expectation_columns("zh")
    assert [len(items) for items in asked.values()] == [2, 3, 6, 6, 1, 2, 2, 3]
    groups = cs.templates.questionnaire("self_assessment", "zh").indicators
    assert [len(node.items) for node in groups] == [7, 5, 4, 7, 4, 7, 6]
    assert [node.name for node in groups] == [
        "公司理念与组织气候", "与客户为伍", "随时准备找出并解决客户的问题", "运用并沟通客户信息", "迎向客户",
        "能力和授权", "生产过程及产品之改善",
    ]  # fmt: skip
    assert len(cs.templates.table("needs")) == 5
    assert len(cs.templates.table("service_faults")) == 7
    assert cs.templates.table("test_objects", "zh").iloc[:, 0].tolist() == [
        "现实客户", "使用者和购买者", "中间商", "内部客户",
    ]  # fmt: skip
    assert cs.templates.table("customer_database", "zh")["分块"].unique().tolist() == [
        "基础资料", "客户特征", "业务状况", "交易现状",
    ]  # fmt: skip
    assert cs.templates.table("complaint_categories", "zh")["类别"].unique().tolist() == [
        "质量",
        "合同",
        "运输",
        "服务",
    ]
    told = cs.templates.table("word_of_mouth").groupby("word of mouth", sort=False)[["tells", "people"]].first()
    assert told.to_numpy().tolist() == [[8, 4], [11, 5]]
    names = [node.name for node in cs.templates.questionnaire("consumer_test", "zh").indicators]
    assert names == ["产品", "服务", "人员"]
    names = [node.name for node in cs.templates.questionnaire("intermediary_test", "zh").indicators]
    assert names == ["产品", "服务", "形象"]


def test_lists_agree_with_what_computes():
    steps = cs.templates.table("programme_steps", "zh")
    assert steps["名称"].tolist() == ["内部诊断", "预测试", "小样本", "调查", "分析", "改进"]
    assert all(attrgetter(call)(cs) for call in steps["函数"])
    assert len(cs.templates.table("survey_fallacies")) == 3
    assert cs.templates.table("survey_errors", "zh")["误差"].unique().tolist() == ["抽样误差", "非抽样误差"]
    assert cs.templates.table("value_routes")["route"].tolist() == list(ROUTES)
    # The shares of the method, which make 100 %.
    lost = cs.templates.table("loss_reasons").set_index("reason")["share"]
    assert lost.tolist() == [1, 3, 4, 5, 9, 10, 68]
    assert cs.index.outcomes.pareto(lost)["cumulative"].iloc[-1] == pytest.approx(1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in QUESTIONNAIRES if name != "respondent"])
def test_a_form_has_an_introduction(name, language):
    introduction = cs.templates.questionnaire(name, language).introduction.into(language)
    assert introduction
    assert introduction in cs.templates.questionnaire(name, language).form(language, format="md")


@pytest.mark.parametrize("name", ["retail_customers", "retail_employees", "consumer_test", "intermediary_test"])
def test_the_respondents_data_come_last(name):
    form = cs.templates.questionnaire(name, "zh")
    assert form.respondent
    head, about = form.form("zh").split("被调查者基本信息")
    for question in form.questions:
        place = about if question.name in form.respondent else head
        assert question.text.into("zh") in place


@pytest.mark.parametrize("language", LANGUAGES)
def test_expectations_go_into_the_comparison(language):
    form, asked = (
        cs.templates.questionnaire("service_expectations", language),
        cs.templates.expectation_columns(language),
    )
    columns = [column for items in asked.values() for pair in items.values() for column in pair]
    assert sorted(columns) == sorted(form.items)
    answers = pd.DataFrame({name: [6, 7, 8] if name.startswith("e") else [7, 8, 9] for name in form.items})
    answers["a_booking"] = [9, 9, 10]
    found = cs.improve.service_expectations(form.survey(answers), asked, language=language)
    assert len(found) == 1 + 8 + 25
    assert found["word"].iloc[0] == {"en": "delightful", "zh": "眼睛一亮"}[language]
    assert found["gap"].iloc[-1] == pytest.approx(1)


def test_the_respondents_questions_join_a_questionnaire_as_segments():
    test, person = cs.templates.questionnaire("intermediary_test"), cs.templates.questionnaire("respondent")
    both = cs.Questionnaire((*test.questions, *person.questions), test.indicators, test.title, levels=test.levels)
    assert both.check().empty
    answers = pd.DataFrame({one.name: [one.codes[0], one.codes[-1]] for one in both.questions if one.codes})
    survey = both.survey(answers.assign(wish=""))
    assert set(survey.segments) >= {one.name for one in person.questions}
    assert survey.frame["history"].tolist() == ["a past customer", "perhaps a future customer"]
    # The classes are those of the list of segments.
    listed = cs.templates.table("segments").set_index("feature")["classes"]
    asked = cs.templates.table("respondent").set_index("question")["answers"]
    assert all(listed[feature] == asked[feature] for feature in ("sex", "age", "education"))


def test_a_register_goes_from_blank_to_the_vital_few():
    register = cs.templates.blank("complaint_register")
    causes = cs.templates.table("complaint_categories")["category"].unique()
    for place, category in enumerate(["quality", "service", "quality", "transport", "quality"]):
        assert category in causes
        register.loc[place, ["number", "category"]] = [place + 1, category]
    assert cs.index.outcomes.pareto(register["category"].tolist())["reason"].iloc[0] == "quality"


@pytest.mark.parametrize("name", FORMS)
def test_headings_of_blanks_are_told_in_the_table(name):
    fields = cs.templates.table(name, "zh")
    assert cs.templates.blank(name, "zh").columns.tolist() == fields["栏目"].tolist()
    assert cs.templates.blank(name, rows=3).shape == (3, len(fields))
    assert cs.templates.blank(name).columns.tolist() == fields["列名"].tolist()
    assert cs.templates.blank(name, rows=2).isna().all().all()


def test_templates_cannot_be_changed_through_what_they_return():
    first = cs.templates.table("needs")
    first.iloc[0, 0] = "changed"
    assert cs.templates.table("needs").iloc[0, 0] == "said"
    cs.templates.expectation_columns().clear()
    assert len(cs.templates.expectation_columns()) == 8


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cs.templates.table("complaint_registry"), "did you mean 'complaint_register'"),
        (lambda: cs.templates.questionnaire("segments"), "There is no questionnaire 'segments'"),
        (lambda: cs.templates.blank("needs"), "There is no form 'needs'"),
        (lambda: cs.templates.table(3), "There is no template 3"),
        (lambda: cs.templates.table("needs", "fr"), "language='fr' is not one of 'en', 'zh'"),
        (lambda: cs.templates.blank("complaint_register", rows=-1), "not a whole number of at least 0"),
    ],
)
def test_what_is_unknown_is_refused(call, message):
    with pytest.raises(cs.OptionError, match=re.escape(message)):
        call()


def test_lists_and_forms_and_questionnaires_are_apart():
    assert len(set(NAMES)) == len(QUESTIONNAIRES) + len(FORMS) + len(LISTS)


TWO_THINGS = re.compile(r"\b(and|or|as well as)\b|[、和或]|以及")


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_a_question_asks_one_thing_and_leads_nobody(name):
    for question in cs.templates.questionnaire(name).questions:
        for text in (question.text.into(language) for language in LANGUAGES):
            assert not TWO_THINGS.search(text), text
            assert not re.search(r"\b(surely|of course|don't you|obviously)\b|难道|当然|是不是", text), text
