"""Advice on wording, length and order: what it finds, and how seldom it errs on sound questions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import csisem as cs
from csisem import Question, Questionnaire

ROOT = Path(__file__).parents[2]
TWO = "may ask two things"
SEVERAL = "more than one question"
LEADS = "may lead to an answer"

# Items as national indices, SERVQUAL and the recommendation question word them, and near misses of each rule.
SOUND = """
What was your expectation of the overall quality of Brand X?
Considering all your expectations, to what extent have the products of X fallen short of or exceeded your expectations?
Given the quality and range of Brand X, how would you rate the price you paid?
Fees and prices, given the quality
How likely are you to recommend the shop to friends or colleagues?
All things considered, how satisfied are you with the products and services of the company?
Is the price better or worse than you expected?
Were you satisfied or dissatisfied with the ride?
How well did the product meet your personal requirements?
Have you complained about the company (by letter or by telephone)?
How often have things gone wrong with the service?
Imagine an ideal bank. How close to that ideal is your bank?
How satisfied are you with the time between order and delivery?
How easy or difficult was it to reach us?
To what extent do you agree or disagree that the staff is polite?
The company has up-to-date equipment.
How clearly was the bill explained?
How good was the food?
Compared with other shops and markets, how are our prices?
Would you come here again, or not?
您对本次服务总体上满意吗?
与您的期望相比,您对产品质量的评价如何?
考虑到质量和服务,您认为价格合理吗?
您会把本店推荐给亲友和同事吗?
您对售后服务的及时性满意吗?
服务人员态度和蔼
您认为员工与您的沟通是否充分?
您对本公司产品和服务的总体质量如何评价?
本店与理想中的商店有多接近?
您参与过本店的会员活动吗?
您在多大程度上同意"本店值得信赖"?
您是否投诉过(电话或书面)?
这家商店和其他商店相比如何?
实际质量与预期之间的差距有多大?
您对合并账单的清晰程度满意吗?
您对设施的先进程度满意吗?
您对温和的口味满意或不满意?
过去一年您是否投诉或抱怨过
我们与供应商一起解决缺陷
60岁及以上的家人对服务满意吗?
""".strip().splitlines()

FAULTY = [
    ("How satisfied are you with the speed and quality of the repair?", TWO),
    ("The staff was friendly as well as competent.", TWO),
    ("Is the shop clean or well lit?", TWO),
    ("The ride was not only quick but comfortable.", TWO),
    ("Was the driver polite? Did he drive safely?", SEVERAL),
    ("Don't you think the service was good?", LEADS),
    ("The price was fair, wasn’t it?", LEADS),
    ("Do you agree that our staff is friendly?", LEADS),
    ("Most people like our shop. Do you?", LEADS),
    ("How satisfied are you with our excellent service?", LEADS),
    ("How wonderful was your stay?", LEADS),
    ("As you know, prices rose. Are they fair?", LEADS),
    (" ".join(["word"] * 26), "It has 26 words, more than 25"),
    ("您对服务态度和服务技能满意吗?", TWO),
    ("您对商品的价格、质量满意吗?", TWO),
    ("服务员热情并且专业", TWO),
    ("您对环境以及设施的评价", TWO),
    ("产品既便宜又耐用", TWO),
    ("车辆是否整洁?司机是否礼貌?", SEVERAL),
    ("难道您不满意我们的服务吗?", LEADS),
    ("您也认为价格合理吗?", LEADS),
    ("大多数顾客都认为本店不错,您觉得呢?", LEADS),
    ("您同意本店服务好吗?", LEADS),
    ("您对我们优质的服务满意吗?", LEADS),
    ("您对" * 23, "It has 46 letters, more than 45"),
]

# Items of published questionnaires in the package that do ask two things; nothing else of the package is flagged.
TWOFOLD = {"IMAG1", "IMAG2", "IMAG5", "PERQ3", "PERQ6", "PERQ7"}
TWOFOLD_RETAIL = {"q5"}


def advice(*questions: Question, **parts: object) -> list[tuple[str, str]]:
    found = Questionnaire(questions, **parts).check()
    found = found[found["severity"] == "advice"]
    return list(zip(found["name"], found["finding"], strict=True))


def rated(texts: dict[str, str]) -> list[Question]:
    return [Question(name, text, points=10) for name, text in texts.items()]


def test_sound_questions_are_left_alone():
    assert advice(*rated(dict(zip(map(str, range(len(SOUND))), SOUND, strict=True)))) == []


@pytest.mark.parametrize(("text", "finding"), FAULTY)
def test_faults_are_found_in_both_languages(text, finding):
    found = advice(Question("q", text, points=5))
    assert len(found) == 1
    assert finding in found[0][1]
    # The same text, with a language beside another one.
    language, other = ("zh", "en") if re.search(r"[\u4e00-\u9fff]", text) else ("en", "zh")
    both = Question("q", {other: "OK", language: text}, points=5)
    assert [said for _, said in advice(both)] == [said for _, said in found]


def test_the_questionnaires_of_the_package_are_seldom_flagged():
    mobile = {name for name, _ in advice(*rated(cs.datasets.mobile_phone_items()))}
    assert mobile == TWOFOLD
    stored = tomllib.loads((ROOT / "src/csisem/datasets/retail.toml").read_text(encoding="utf-8"))
    wording = next(table for table in stored.values() if isinstance(table, dict) and "q5" in table and "l2" in table)
    assert {name for name, _ in advice(*rated(wording))} == TWOFOLD_RETAIL
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")]
    asked = [text for page in texts for text in re.findall(r'^text = \{ zh = "(.*?)"', page, re.M)]
    assert len(asked) >= 6
    assert advice(*rated({str(place): text for place, text in enumerate(asked)})) == []


def test_the_templates_are_neither_flagged_nor_without_a_language():
    table = cs.templates.contents()
    names = table.loc[table["kind"] == "questionnaire", "name"].tolist()
    assert len(names) >= 7
    forms = [cs.templates.questionnaire(name) for name in names]
    assert sum(len(form.questions) for form in forms) > 150
    for form in forms:
        assert form.check().empty, form
        assert form.form("zh", format="html") != form.form("en", format="html")


def test_lists_may_name_several_things():
    options = ["Web", "Shop"]
    assert advice(Question("q", "Where do you order and collect?", kind="multiple", options=options)) == []
    assert advice(Question("q", "您在哪里订货和提货?", kind="choice", options=["网上", "店里"])) == []
    assert advice(Question("q", {"fr": "Le prix and la qualité?"}, points=5)) == []


def test_order():
    rating, income = Question("s", "Satisfied?", points=5), Question("i", "Your monthly income", kind="number")
    words = Question("o", "意见", kind="open")
    early = "It asks for personal data before the last question that is scored"
    assert [(name, said[: len(early)]) for name, said in advice(income, rating)] == [("i", early)]
    assert advice(rating, income) == advice(income, rating, respondent="i") == []
    assert advice(Question("i", "您的收入", kind="number"), rating)[0][0] == "i"
    # A rating that names income is no personal question.
    assert advice(Question("i", "How well does your income protection work?", points=5), rating) == []
    assert "opens with an open question" in advice(words, rating)[0][1]
    assert advice(rating, words) == advice(words) == []


def test_findings_are_sentences_in_both_languages():
    draft = Questionnaire(
        [
            Question("c", {"zh": "您对车况和服务的评价", "en": "The car"}, options={1: "差", 2: {"zh": "好"}}),
            Question("n", "Rise", kind="number"),
            Question("x"),
        ],
        [cs.Indicator("甲", items=["c", "n"]), cs.Indicator("乙", items="c"), cs.Indicator("丙")],
    )
    english, chinese = draft.check(), draft.check("zh")
    assert english["severity"].tolist() == ["error"] * 4 + ["warning"] * 2 + ["advice"]
    assert english["severity"].equals(chinese["severity"])
    assert english["finding"].map(lambda said: said.text("zh")).tolist() == chinese["finding"].tolist()
    assert chinese["finding"].str.contains("[\u4e00-\u9fff]").all()
    assert "Its options have no label in 'en'." in english["finding"].tolist()
    assert Questionnaire([Question("q", "Price", points=5)]).check("zh").columns.tolist() == [
        "severity", "name", "finding",
    ]  # fmt: skip
    with pytest.raises(cs.OptionError, match="'fr'"):
        draft.check("fr")
