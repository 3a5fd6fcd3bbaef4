"""Questionnaires of Qualtrics' survey files: kinds, codes, order, languages, and files that are none."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import csisem as cs

# The layout of exported files (July 2019): tables without gaps as lists, Language and RecodeValues as [] when empty.


def question(qid, tag, kind, text, **parts):
    payload = {"QuestionText": text, "DataExportTag": tag, "QuestionType": kind, "QuestionID": qid, "Language": []}
    return {"Element": "SQ", "PrimaryAttribute": qid, "Payload": payload | parts}


def choices(*texts):
    return {str(place): {"Display": text} for place, text in enumerate(texts, 1)}


def block(name, *members, kind="Standard"):
    parts = [{"Type": "Question", "QuestionID": one} for one in members] + [{"Type": "Page Break"}]
    return {"Type": kind, "ID": name, "BlockElements": parts}


ZH = {"QuestionText": "总体满意吗?", "Choices": {"1": {"Display": "不满意"}, "2": {"Display": "满意"}}}
SURVEY = {
    "SurveyEntry": {"SurveyName": "Shop &amp; caf\u00e9", "SurveyLanguage": "EN"},
    "SurveyElements": [
        {"Element": "BL", "PrimaryAttribute": "Survey Blocks", "Payload": [
            block("B1", "Q4", "Q5", "Q6", "Q9", kind="Default"), block("T", "Q8", kind="Trash"),
            block("B2", "Q1", "Q2", "Q3", "Q7", "Q10")]},
        {"Element": "FL", "PrimaryAttribute": "Survey Flow", "Payload": {
            "Type": "Root", "Flow": [{"Type": "Branch", "Flow": [{"ID": "B2", "Type": "Block"}]}, {"ID": "B1"}]}},
        {"Element": "QC", "PrimaryAttribute": "Survey Question Count", "Payload": None},
        question("Q1", "sat", "MC", "<p><b>Overall</b>&nbsp;satisfied?</p><style>p {}</style>", Selector="SAVR",
                 Choices=choices("no", "yes"), ChoiceOrder=[2, 1], RecodeValues={"1": "10", "2": "20"},
                 Language={"ZH-S": ZH}),
        question("Q2", "sex", "MC", "Your sex<br>", Selector="DL", Choices=choices("male", "female"),
                 ChoiceOrder=["1", "2"], RecodeValues=[]),
        question("Q3", "why", "MC", "Why?", Selector="MAVR", ChoiceOrder=["1", "3", "2"],
                 Choices=choices("price", "other") | {"2": {"Display": "other", "TextEntry": "true"},
                                                      "3": {"Display": "place"}}),
        question("Q4", "m", "Matrix", "Rate", Selector="Likert", SubSelector="SingleAnswer",
                 Choices=choices("staff", "goods"), ChoiceOrder=["1", "2"], Answers=choices("poor", "fair", "good"),
                 AnswerOrder=["1", "2", "3"], ChoiceDataExportTags=False),
        question("Q5", "n", "Matrix", "Rate", Selector="Likert", SubSelector="SingleAnswer",
                 Choices=choices("price"), ChoiceOrder=["1"], Answers=choices("poor", "good"),
                 AnswerOrder=["1", "2"], ChoiceDataExportTags={"1": "n_price"}),
        question("Q6", "age", "TE", "Age", Selector="SL", Validation={"Settings": {"ContentType": "ValidNumber"}}),
        question("Q7", "words", "TE", "Remarks", Selector="ML", Validation={"Settings": {"Type": "None"}}),
        question("Q8", "unused", "TE", "Unused", Selector="SL"),
        question("Q9", "intro", "DB", "Welcome", Selector="TB"),
        question("Q10", "rank", "RO", "Order these", Selector="DND", Choices=choices("a", "b")),
    ],
}  # fmt: skip


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "shop.qsf"
    path.write_text(json.dumps(SURVEY), encoding="utf-8")
    return path


def test_questions_have_the_names_codes_and_texts_of_the_answers(path):
    with pytest.warns(cs.CsisemWarning, match=r"^'rank \(RO\)' of 'shop.qsf' is of a kind .* left out"):
        form = cs.Questionnaire.from_qsf(path, ratings="sat")
    assert [(one.name, one.kind) for one in form.questions] == [
        ("sat", "likert"), ("sex", "choice"), ("why", "multiple"), ("words", "open"),
        ("m_1", "likert"), ("m_2", "likert"), ("n_price", "likert"), ("age", "number"),
    ]  # fmt: skip
    assert form.title.into("en") == "Shop & café"
    assert form["sat"].text.into("en") == "Overall satisfied?"
    assert form["sat"].text.into("zh") == "总体满意吗?"
    assert form["sat"].labels("en") == {20.0: "yes", 10.0: "no"}
    assert form["sat"].labels("zh") == {20.0: "满意", 10.0: "不满意"}
    assert form["m_2"].text.into("en") == "Rate: goods"
    assert form["m_2"].bounds == (1.0, 3.0)
    assert form["why"].other
    assert list(form["why"].codes) == [1.0, 3.0, 2.0]
    answers = pd.DataFrame({"sat": ["yes", 10], "sex": [2, "male"], "why": ["price,place", "other"], "words": ["", "x"],
                            "m_1": ["poor", 3], "m_2": [2, 2], "n_price": ["good", 1], "age": [30, 40]})  # fmt: skip
    coded = form.code(answers)
    assert coded["sat"].tolist() == [20, 10]
    assert coded["sex"].tolist() == ["female", "male"]
    assert coded[["why_1", "why_3", "why_2"]].to_numpy().tolist() == [[1, 1, 0], [0, 0, 1]]
    with pytest.raises(cs.QuestionnaireError, match="questions 'sex', 'why', 'words', 'm_1', 'm_2', 'n_price' and 1"):
        form.form("zh")


@pytest.mark.filterwarnings("ignore::csisem.errors.CsisemWarning")
def test_what_is_no_survey_file(path, tmp_path):
    with pytest.raises(cs.QuestionnaireError, match=r"ratings= names an unknown question 'satt' .did you mean 'sat'"):
        cs.Questionnaire.from_qsf(path, ratings=["satt"])
    for content in ("not json", "[]", "{}", "[" * 100_000):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(cs.QuestionnaireError, match=r"'shop\.qsf' is not a Qualtrics survey file; export"):
            cs.Questionnaire.from_qsf(path)
    for elements in (5, [{}], [{"Element": "SQ", "PrimaryAttribute": "Q1", "Payload": 5}]):
        path.write_text(json.dumps({"SurveyElements": elements}), encoding="utf-8")
        with pytest.raises(cs.QuestionnaireError, match="is not laid out as a Qualtrics survey file"):
            cs.Questionnaire.from_qsf(path)
    path.write_text(json.dumps({"SurveyElements": []}), encoding="utf-8")
    with pytest.raises(cs.QuestionnaireError, match="has no questions"):
        cs.Questionnaire.from_qsf(path)
    with pytest.raises(cs.DataError, match="no file"):
        cs.Questionnaire.from_qsf(tmp_path / "none.qsf")
