"""The printed form: its parts in every format and language, and what is refused."""

from __future__ import annotations

import builtins
import html.parser
import io

import docx
import pytest

import csisem as cs
from csisem import Question, Questionnaire

SCALE = {1: {"zh": "不满意", "en": "dissatisfied"}, 2: {"zh": "满意", "en": "satisfied"}}
FORM = Questionnaire(
    [
        Question("s", {"zh": "总体上满意吗?", "en": "Satisfied?"}, options=SCALE),
        Question("sex", {"zh": "您的性别", "en": "Your sex"}, kind="choice", options={1: {"zh": "男", "en": "male"},
                                                                                    2: {"zh": "女", "en": "female"}}),
        Question("car", {"zh": "车况", "en": "The car <A & B>"}, points=10),
        Question("c", {"zh": "投诉过吗?", "en": "Complained?"}, kind="yes_no"),
        Question("up", {"zh": "涨价百分之几?", "en": "Rise in per cent?"}, kind="number"),
        Question("why", {"zh": "为什么?", "en": "Why?"}, kind="multiple", options=["Wi-Fi", "VIP"], other=True),
        Question("more", {"zh": "意见", "en": "Remarks"}, kind="open"),
    ],
    title={"zh": "乘客调查", "en": "Passengers"},
    introduction={"zh": "您好!\n谢谢!", "en": "Good day.\nThank you!"},
    respondent="sex",
)  # fmt: skip
PARTS = {
    "en": ["Passengers", "Good day.", "Thank you!", "How to fill in this form", "mark one of them", "1. Satisfied?",
           "○ 1 dissatisfied", "2. The car <A & B>", "○ 10", "3. Complained?", "○ Yes", "4. Rise in per cent?", "____",
           "5. Why?", "□ Wi-Fi", "□ VIP ____", "6. Remarks", "About you", "7. Your sex", "○ male"],
    "zh": ["乘客调查", "您好!", "谢谢!", "填写说明", "请只选一项", "1. 总体上满意吗?", "○ 1 不满意", "2. 车况", "○ 10",
           "3. 投诉过吗?", "○ 是", "4. 涨价百分之几?", "____", "5. 为什么?", "□ Wi-Fi", "□ VIP ____", "6. 意见",
           "被调查者基本信息", "7. 您的性别", "○ 男"],
}  # fmt: skip


class Page(html.parser.HTMLParser):
    """The text of a page as a reader sees it, with the numbers of its lists."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.skipped, self.number = "", False, 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.skipped = tag in ("style", "title")
        if tag == "ol":
            self.number = int(dict(attrs)["start"])
        if tag == "span":
            self.text += f"{self.number}. "
            self.number += 1

    def handle_endtag(self, tag):
        self.skipped = False

    def handle_data(self, data):
        self.text += "" if self.skipped else data


def seen(form: str | bytes, kind: str) -> str:
    """What a reader of a form sees, as text."""
    if kind == "docx":
        return "\n".join(part.text for part in docx.Document(io.BytesIO(form)).paragraphs).replace("\u00a0", " ")
    return Page(form).text if kind == "html" else form.replace("\\", "") if kind == "md" else form


@pytest.mark.parametrize("kind", ["text", "md", "html", "docx"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_part_is_printed_in_its_order(language, kind, tmp_path):
    path = tmp_path / f"form.{kind}"
    form = FORM.form(language, format=kind, path=path)
    assert path.read_bytes() == (form if isinstance(form, bytes) else form.encode())
    text = seen(form, kind)
    # Plain text prints what was declared, as it always did.
    own = ("How to fill in this form", "mark one of them", "填写说明", "请只选一项") if kind == "text" else ()
    places = [text.find(part) for part in PARTS[language] if part not in own]
    assert min(places) >= 0
    assert places == sorted(places)
    assert not any(part in text for part in own)


def test_declared_instructions_are_printed_in_every_format():
    form = Questionnaire([Question("q", "How satisfied are you?", points=5)], instructions="Tick *one* box.")
    for kind in ("text", "md", "html", "docx"):
        text = seen(form.form("en", format=kind), kind)
        assert text.index("How to fill in this form") < text.index("Tick *one* box.") < text.index("1. How satisfied")
        assert "circles" not in text
    assert r"Tick \*one\* box." in form.form("en", format="md")


def test_the_parts_survive_toml():
    again = Questionnaire.from_toml(FORM.to_toml())
    assert again == FORM
    assert again.respondent == ("sex",)
    with pytest.raises(cs.QuestionnaireError, match=r"unknown question 'sexx' .did you mean 'sex'"):
        Questionnaire(FORM.questions, respondent=["sexx"])


def test_texts_are_no_markup():
    title = "<b>1. *T* & 'x'</b>"
    form = Questionnaire([Question("q", "1. a_b\n- <i>c</i>", points=4)], title=title)
    page = form.form("en", format="html")
    assert "&lt;b&gt;1. *T* &amp; &#x27;x&#x27;&lt;/b&gt;" in page
    assert "<i>" not in page
    assert page == form.form("en", html=True)
    markdown = form.form("en", format="md")
    assert "1. 1\\. a\\_b  \n   \\- \\<i\\>c\\</i\\>" in markdown
    assert docx.Document(io.BytesIO(form.form("en", format="docx"))).paragraphs[0].text == title


ZH = {"zh": "满意吗?"}


@pytest.mark.parametrize(
    ("form", "language", "message"),
    [
        (Questionnaire([Question("a", ZH, points=5), Question("b", ZH, points=5), Question("c", "C", points=5)]), "en",
         r"cannot be printed in 'en': questions 'a', 'b' are not worded in it; give .* mapping that has 'en'\.$"),
        (Questionnaire([Question("a", "How?", points=5)], title=ZH, introduction=ZH), "en",
         "in 'en': the title and the introduction are not worded"),
        # A text without a language is read by its letters.
        (Questionnaire([Question("a", "您对 App 满意吗?", points=5)]), "en", "question 'a' is not worded"),
        (Questionnaire([Question("a", "How are you?", points=5)]), "zh", "question 'a' is not worded"),
        (Questionnaire([Question("a", {"en": "A", "zh": "甲"}, options=["好", "坏"])]), "en", "question 'a' is not"),
        (Questionnaire([Question("a", "A", options=[{"zh": "好"}, "bad"])]), "en", "question 'a' is not"),
        (FORM, "fr", "in 'fr': questions 's', 'sex'"),
        (Questionnaire([Question("a", {"fr": "Content?"}, points=5)], respondent="a"), "fr", "in 'en' and 'zh'"),
    ],
)  # fmt: skip
def test_a_language_that_is_missing_is_refused(form, language, message):
    with pytest.raises(cs.QuestionnaireError, match=message):
        form.form(language)


def test_texts_that_need_no_translation():
    form = Questionnaire([Question("n", {"zh": "用哪个?", "en": "Which?"}, kind="choice", options=["Air One", "VIP"])])
    assert "○ Air One" in form.form("zh")
    assert "○ Air One" in form.form("en")
    french = Questionnaire([Question("a", {"fr": "Content?"}, points=3)])
    assert french.form("fr") == french.form() == "1. Content?\n   ○ 1   ○ 2   ○ 3\n"
    with pytest.raises(cs.QuestionnaireError, match="Give instructions= in it"):
        french.form("fr", format="md")
    # Without a language, headings are in that of the first text.
    assert "填写说明" in Questionnaire([Question("a", ZH, points=5)]).form(format="md")


def test_word_documents_need_python_docx(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "docx":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(cs.OptionError, match=r"needs python-docx.*install csisem\[docx\]"):
        FORM.form("en", format="docx")


def test_what_no_form_can_hold():
    odd = Questionnaire([Question("a", "a\x00b", points=5)])
    with pytest.raises(cs.QuestionnaireError, match="holds no control characters; remove the one in the text"):
        odd.form("en", format="docx")
    with pytest.raises(cs.OptionError, match="html=True and format='md' name two formats"):
        FORM.form("en", html=True, format="md")
    with pytest.raises(cs.OptionError, match="'docx'"):
        FORM.form("en", format="doc")
