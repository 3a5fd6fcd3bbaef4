"""Names and wordings that read like complaints, and those that do not."""

import pytest

from csisem.survey.complaint_words import complaint_like

COMPLAINTS = [
    "Have you complained about the company (by letter or by telephone)?",
    "How often did you have problems with the product?",
    "How many faults did the machine have last year?",
    "Number of complaints",
    "complaint",
    "complaint_rate",
    "Dissatisfaction with the staff",
    "您是否投诉过(电话或书面)?",
    "过去一年您是否投诉或抱怨过",
    "您遇到过几次质量问题？",
    "产品经常出故障吗？",
    "顾客抱怨",
    "投诉",
    "抱怨次数",
    "不满程度",
]

OTHERS = [
    "How satisfied are you with complaint handling?",
    "How satisfied are you with complaint handling 投诉处理",
    "Complaint handling",
    "complaint_handling",
    "Are complaints settled quickly?",
    "How well do we solve your problems?",
    "Freedom from faults",
    "few faults",
    "How satisfied or dissatisfied are you with the service?",
    "您对投诉的处理满意吗？",
    "您对服务满意还是不满意？",
    "投诉处理",
    "解决问题的能力",
    "账单无差错",
    "员工有权自行解决客户的问题。",
    "您对质量的评价",
    "不足之处",
    "Quality",
    "",
]


@pytest.mark.parametrize("text", COMPLAINTS)
def test_complaints_are_found_in_both_languages(text):
    assert complaint_like([text], [])


@pytest.mark.parametrize("text", OTHERS)
def test_satisfaction_handling_and_freedom_from_faults_are_none(text):
    assert not complaint_like([text], [])
    assert not complaint_like([], [text])


def test_labels_of_satisfaction_and_a_telling_wording_decide_before_names():
    assert not complaint_like(["People here speak openly about mistakes."], ["g1_7"])
    assert complaint_like([], ["c1", "投诉"]) == "投诉"
    assert not complaint_like([], ["投诉"], ["不满意", "满意"])
    assert complaint_like([], ["投诉"], ["不满意", "不太满意"])
    assert not complaint_like(["How satisfied are you with how complaints are settled?"], ["complaint"])
